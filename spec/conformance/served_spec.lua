-- The same calls over HTTP: libcurl against the stand-ins in nginx. What a call
-- changed is read back.
local interpreter = require "spec.conformance.interpreter"
local roster = require "roster"
local serve = require "roster.sandbox.serve"
local services = require "spec.conformance.services"

describe("conformance", function()
  local server, clients = nil, {}

  setup(function()
    server = serve.start { users = 80, rate_limit = false }
    clients.okta = roster.okta { url = server.okta.url, token = server.okta.token }
    clients.jumpcloud = roster.jumpcloud { url = server.jumpcloud.url, api_key = server.jumpcloud.api_key }
    clients.knetik = roster.knetik {
      url = server.knetik.url,
      client_id = server.knetik.client_id,
      client_secret = server.knetik.client_secret,
    }
  end)

  teardown(function()
    for _, client in pairs(clients) do
      client:close()
    end
    server:stop()
  end)

  for _, service in ipairs(services) do
    describe("of " .. service.name .. ", served:", function()
      local t

      setup(function()
        t = { client = clients[service.name], served = server[service.name], count = 0 }
      end)

      for i, row in ipairs(service.rows) do
        it(("%d %s"):format(i, row.name), function()
          interpreter.serve(service, t, row, service.statuses[row.name])
        end)
      end
    end)
  end
end)

-- nginx forks: what its master makes for its workers is theirs, each by itself.
local nginx = require "spec.support.nginx"
local workers = require "spec.support.workers"

local USER = [[
  ngx.req.read_body()
  local id = ngx.var.uri:match("users/([^/]+)")
  ngx.header.content_type = "application/json"
  ngx.print('{"id":"' .. id .. '","profile":{"login":"' .. ngx.var.connection .. '"}}')
]]

local WORKERS = 4

describe("a client that nginx's master made", function()
  local upstream

  setup(function()
    upstream = nginx.start { tls = true, locations = { ["/api/v1/users/"] = USER } }
  end)

  teardown(function()
    upstream:stop()
  end)

  for _, transport in ipairs { "nginx", "curl" } do
    it("serves each worker on connections of the worker's own, over " .. transport, function()
      local host = workers.start {
        workers = WORKERS,
        http = ([[
          lua_socket_log_errors off;
          init_by_lua_block {
            local okta = require("roster").okta { url = %q, token = "t", governor = false, max_retries = 0, %s }
            -- in the master as well, where that is possible
            package.loaded.spec_early = okta:get_user("early") and true
            package.loaded.spec_made = okta
          }
        ]]):format(transport == "curl" and upstream.tls_url or upstream.url,
          transport == "curl" and ('transport = "curl", ca = %q'):format(upstream.ca) or ""),
      }
      finally(function() host:stop() end)
      local of, count = {}, 0
      for _, result in ipairs(host:all [[
        local okta, seen = package.loaded.spec_made, {}
        for i = 1, 50 do
          local id = ngx.worker.pid() .. "-" .. i
          local user = assert(okta:get_user(id))
          assert(user.id == id, user.id)
          seen[user.profile.login] = true
        end
        return seen
      ]]) do
        count = count + 1
        for connection in pairs(result[1]) do
          assert.is_nil(of[connection], "two workers on one connection")
          of[connection] = true
        end
      end
      assert.equal(WORKERS, count)
    end)
  end
end)

-- Clients of JumpCloud and KnetikCloud on a scripted transport.
--
--     local client, sent = services.jumpcloud(answer, { org_id = "..." })
local replayed = require "spec.support.replayed"
local roster = require "roster"

local M = {}

local DEFAULTS = {
  jumpcloud = { api_key = "jc-key" },
  knetik = { url = "https://app.knetik.test", token = "kt-token" },
}

for service, defaults in pairs(DEFAULTS) do
  --- Returns the client and the list of requests sent so far. `answer` is given
  --- to every request: a response, a string (the connection is lost) or a
  --- function of the request; by default an empty JSON object.
  M[service] = function(answer, options)
    local sent = {}
    local settings = {
      -- so that no wait takes time
      clock = { sleep = function() end },
      transport = function(request)
        sent[#sent + 1] = request
        local given = answer or replayed.json "{}"
        if type(given) == "function" then
          return given(request, #sent)
        elseif type(given) == "string" then
          return nil, given
        end
        return given
      end,
    }
    for name, value in pairs(defaults) do
      settings[name] = value
    end
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    return roster[service](settings), sent
  end
end

return M

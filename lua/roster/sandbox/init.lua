--- Stand-ins for the services, complete enough to develop and test against.
-- No I/O: a request table goes in, a response table comes out.
local faults = require "roster.sandbox.faults"

local M = {}

--- Makes a stateful Okta org. The same options give the same org.
---
---     local org = require("roster.sandbox").okta{ users = 2000 }
---     local answer = org:handle{ method = "GET",
---       url = org.url .. "/api/v1/users/me",
---       headers = { Authorization = "SSWS " .. org.token,
---         Accept = "application/json" } }
---
---@param options? roster.sandbox.okta.options
---@return roster.sandbox.okta|roster.sandbox.faults
function M.okta(options)
  return faults.wrap(require("roster.sandbox.okta").new(options))
end

--- Makes a stateful JumpCloud account: url, api_key.
---@param options? roster.sandbox.jumpcloud.options
---@return roster.sandbox.jumpcloud|roster.sandbox.faults
function M.jumpcloud(options)
  return faults.wrap(require("roster.sandbox.jumpcloud").new(options))
end

--- Makes a stateful KnetikCloud app: url, token, and for its token endpoint
--- client_id, client_secret, username, password.
---@param options? roster.sandbox.knetik.options
---@return roster.sandbox.knetik|roster.sandbox.faults
function M.knetik(options)
  return faults.wrap(require("roster.sandbox.knetik").new(options))
end

return M

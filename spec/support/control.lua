--- Scripts and asks a sandbox that runs in another process: what
-- `roster.sandbox.serve` returns for a service goes in.
--
--     control.fault(server.okta, { status = 502, times = 3 })
--     control.counts(server.okta).requests.list_users
local json = require "roster.json"
local raw = require "spec.support.raw"

local M = {}

--- Sends a request to the service's control.
---@return integer status, any value
function M.send(service, method, what, body)
  local status, text = raw.request{
    method = method,
    url = service.control .. "/" .. what,
    body = body,
  }
  return status, text ~= "" and assert(json.decode(text)) or nil
end

local function must(service, method, what, body)
  local status, value = M.send(service, method, what, body)
  if status >= 300 then
    error(method .. " " .. what .. ": " .. status .. " " ..
      tostring(value and value.message), 3)
  end
  return value
end

--- Scripts a fault; `math.huge` cannot be said, "forever" can.
function M.fault(service, spec)
  must(service, "POST", "faults", assert(json.encode(spec)))
end

--- Forgets all faults.
function M.clear_faults(service)
  must(service, "DELETE", "faults")
end

--- What came and what was done; `targets`: with the effects by path.
function M.counts(service, targets)
  return must(service, "GET", targets and "counts?targets=1" or "counts")
end

--- Starts the counts anew.
function M.clear_counts(service)
  must(service, "DELETE", "counts")
end

--- The mails sent.
function M.mails(service)
  return must(service, "GET", "mails")
end

--- Makes the tokens given out worthless.
function M.revoke_tokens(service)
  must(service, "DELETE", "tokens")
end

return M

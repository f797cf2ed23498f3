--- Clients of a served sandbox, over real sockets.
local alone = require "spec.support.alone"
local control = require "spec.support.control"
local core = require "roster.core"
local roster = require "roster"

local M = {}

--- A client of `service` ("okta") of what `roster.sandbox.serve` started.
---@param server table
---@param options table?
---@param service string?
function M.client(server, options, service)
  service = service or "okta"
  local at = server[service]
  -- a connection that a fault broke must not be another's
  local settings = { url = at.url, ca = alone() }
  if service == "jumpcloud" then
    settings.api_key = at.api_key
  else
    settings.token = at.token
  end
  for name, value in pairs(options or {}) do
    settings[name] = value
  end
  return roster[service](settings)
end

--- A clock that jumps over the waits, and the list of these.
---@return table clock, number[] waits
function M.hasty()
  local waits, jumped = {}, 0
  return {
    now = function()
      return core.clock() + jumped
    end,
    wall = function()
      return os.time() + jumped
    end,
    sleep = function(seconds)
      waits[#waits + 1] = seconds
      jumped = jumped + seconds
    end,
  }, waits
end

--- Forgets faults and counts of all services.
function M.fresh(server)
  for _, name in ipairs { "okta", "jumpcloud", "knetik" } do
    control.clear_faults(server[name])
    control.clear_counts(server[name])
  end
end

--- How often the operation was asked for.
function M.requests(server, operation)
  return control.counts(server.okta).requests[operation] or 0
end

return M

--- What is wrong with single options; each function returns nil or a message.
local phase = require "roster.nginx.phase"

local M = {}

--- Is the value of one of the types of the option's row?
function M.type(name, value, types)
  for i = 1, #types - 1 do
    if type(value) == types[i] then
      return nil
    end
  end
  local expected = table.concat(types, " or ", 1, #types - 1)
  return 'option "' .. name .. '": expected ' .. expected .. ", got " .. type(value)
end

--- Are the numbers within their bounds?
function M.ranges(settings)
  for _, name in ipairs { "timeout", "max_response", "max_nodes" } do
    local value = settings[name]
    if not (value > 0 and value <= 2 ^ 40) then
      return 'option "' .. name .. '" must be above 0'
    end
  end
  if not (settings.max_retries >= 0 and settings.max_retries <= 1000) then
    return 'option "max_retries" must be from 0 to 1000'
  end
  local most = settings.max_empty_pages
  if most < 0 or most ~= most then
    return 'option "max_empty_pages" must be 0 or more'
  end
  if settings.max_wait and not (settings.max_wait >= 0 and settings.max_wait <= math.huge) then
    return 'option "max_wait" must be 0 or more'
  end
  local capacity = type(settings.governor) == "table" and settings.governor.capacity
  if capacity and not (type(capacity) == "number" and capacity > 0 and capacity <= 1) then
    return 'option "governor": capacity must be above 0 and at most 1'
  end
end

-- what the sockets of nginx take from nginx.conf, or not at all
local NOT_IN_NGINX = {
  ca = ': set "lua_ssl_trusted_certificate" in nginx.conf',
  proxy = ', whose sockets know no proxy: transport = "curl" does',
}

--- Can the client have its proxy and its certificates where it runs?
function M.place(settings)
  if phase.is_inside() and not settings.transport and not settings.sandbox and not settings.replay then
    for _, name in ipairs { "ca", "proxy" } do
      if settings[name] then
        return 'option "' .. name .. '" is not available inside nginx' .. NOT_IN_NGINX[name]
      end
    end
  end
end

--- Does the client send by a function or a table of the caller's?
---@param settings table
---@return boolean
function M.sends_itself(settings)
  return type(settings.transport) == "function" or type(settings.transport) == "table"
end

--- Can the client be given this transport? `settings` are those of the call.
function M.transport(settings)
  local transport, sandbox = settings.transport, settings.sandbox
  if type(transport) == "table" and type(transport.exchange) ~= "function" then
    return 'option "transport": expected a function, or a table with a method exchange'
  elseif type(transport) == "string" and transport ~= "curl" then
    return 'option "transport": unknown "' .. transport .. '", did you mean "curl"?'
  elseif type(sandbox) == "table" and type(sandbox.handle) ~= "function" then
    return 'option "sandbox": expected true, or a table with a method handle'
  end
  if settings.proxy and M.sends_itself(settings) and not sandbox then
    return 'give "proxy" or a "transport" of your own, which goes its own way, not both'
  end
  local misplaced = M.place(settings)
  if misplaced then
    return misplaced
  end
  for _, method in ipairs { "get", "set", "incr" } do
    if type(settings.store) == "table" and type(settings.store[method]) ~= "function" then
      return 'option "store": expected a table with methods get, set and incr, as roster.store.memory makes'
    end
  end
  if settings.replay then
    for _, name in ipairs { "record", "sandbox", "transport" } do
      if settings[name] then
        return 'give "replay" or "' .. name .. '", not both'
      end
    end
  end
  local scheduler = settings.scheduler
  if scheduler and (type(scheduler.wait) ~= "function" or type(scheduler.sleep) ~= "function") then
    return 'option "scheduler": expected a table with methods wait and sleep, as roster.loop.cqueues'
  end
  local needed = scheduler and require("roster.loop.yields")()
  if needed then
    return 'option "scheduler": ' .. needed
  end
end

return M

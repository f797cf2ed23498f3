--- A store in nginx's shared memory, which all workers see:
--- `lua_shared_dict roster 1m;`.
local core = require "roster.core"

local M = {}

local NAME = "roster"
-- seconds in which a process that has seen an expired entry tries to replace it
local TAKEN = 60

local methods = { is_local = true }
local mt = { __index = methods, __name = "roster.store.nginx" }

-- A value with its end by the clock that only goes forward: the dictionary's own
-- lives are by the time of day, and when that is put back a lock would outlive
-- its owner by as much.
local function wrap(value, seconds)
  if not seconds and not (type(value) == "string" and value:sub(1, 1) == "\0") then
    return value
  end
  local ends = seconds and ("%.3f"):format(core.clock() + seconds) or "inf"
  return ("\0%s %s "):format(ends, type(value)) .. value
end

-- The value, or nil when its time is over; and the end as it is written.
local function unwrap(text)
  if type(text) ~= "string" or text:sub(1, 1) ~= "\0" then
    return text
  end
  local ends, kind, at = text:match("^(%S+) (%a+) ()", 2)
  if ends ~= "inf" and tonumber(ends) <= core.clock() then
    return nil, ends
  end
  local value = text:sub(at)
  return kind == "number" and tonumber(value) or value, ends
end

--- See roster.store.
function methods:get(key)
  return (unwrap(self.dict:get(key)))
end

-- Takes the place of an entry that is over; false when there is none, or another
-- was quicker.
local function replace(self, key, value, seconds)
  local current, ends = unwrap(self.dict:get(key))
  if current ~= nil or not ends or not self.dict:add(key .. "\0" .. ends, true, TAKEN) then
    return false
  end
  local ok, why = self.dict:set(key, wrap(value, seconds), seconds or 0)
  return ok and true or nil, why
end

function methods:set(key, value, seconds, only_if_absent)
  if value == nil then
    return self.dict:set(key, nil)
  end
  local put = only_if_absent and self.dict.add or self.dict.set
  local ok, why = put(self.dict, key, wrap(value, seconds), seconds or 0)
  if ok then
    return true
  elseif why == "exists" then
    return replace(self, key, value, seconds)
  end
  return nil, why
end

function methods:incr(key, by, seconds)
  if seconds then
    return self.dict:incr(key, by, 0, seconds)
  end
  return self.dict:incr(key, by)
end

--- The store, or nil where no dictionary is declared.
---@return table? store
function M.new()
  local dict = ngx.shared and ngx.shared[NAME]
  return dict and setmetatable({ dict = dict }, mt)
end

return M

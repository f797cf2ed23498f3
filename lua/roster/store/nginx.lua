--- A store in nginx's shared memory, which all workers see:
--- `lua_shared_dict roster 1m;`.
local M = {}

local NAME = "roster"

local methods = {}
local mt = { __index = methods, __name = "roster.store.nginx" }

--- See roster.store.
function methods:get(key)
  return (self.dict:get(key))
end

function methods:set(key, value, seconds, only_if_absent)
  local put = only_if_absent and self.dict.add or self.dict.set
  local ok, why = put(self.dict, key, value, seconds or 0)
  if ok then
    return true
  elseif why == "exists" then
    return false
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

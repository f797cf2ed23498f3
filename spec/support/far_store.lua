-- A store that processes of several machines use, as far as roster knows: its
-- lives are by the clock `now`, and it does not say that it is local.
local memory = require "roster.store.memory"

---@param now fun(): number
---@return table store
return function(now)
  local store = memory.new(now)
  return { get = function(_, ...)
    return store:get(...)
  end, set = function(_, ...)
    return store:set(...)
  end, incr = function(_, ...)
    return store:incr(...)
  end }
end

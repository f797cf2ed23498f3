--- Whether a coroutine can yield from inside of a protected call, as calls that
--- wait for each other do. Lua 5.4 and LuaJIT can, PUC Lua 5.1 cannot.

--- What a Lua that cannot is told.
local NEEDED = "needs Lua 5.4 or LuaJIT"

--- Returns nil where that is possible, else what is needed. Raises what it is
--- told when memory runs out, which says nothing of this Lua.
---@return string?
return function()
  local thread = coroutine.create(function()
    return select(2, pcall(coroutine.yield))
  end)
  local _, why = coroutine.resume(thread)
  if type(why) == "string" and why:find("memory", 1, true) then
    error(why, 0)
  end
  return coroutine.status(thread) ~= "suspended" and NEEDED or nil
end

--- What this Lua brings and its relatives may lack. Asked with rawget: under
--- strict.lua and pl.strict reading an undeclared global raises.
local M = {}

--- A global, or nil.
---@param name string
---@return any
function M.global(name)
  return rawget(_G, name)
end

--- LuaJIT's library `jit`, or nil in another Lua.
M.jit = rawget(_G, "jit")

--- table.unpack, by whichever name this Lua has it.
M.unpack = rawget(table, "unpack") or rawget(_G, "unpack")

return M

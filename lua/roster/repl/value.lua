--- Looking into values without running anything of theirs: no metamethod that
--- is a function is ever called.
local M = {}

local getmetatable = debug.getmetatable

-- how far a chain of __index tables is followed
local DEPTH = 16

--- The table whose names a value has besides its own: its `__index`, where that
--- is a table.
local function parent(value)
  local mt = getmetatable(value)
  if type(mt) ~= "table" then
    return nil
  end
  local names = rawget(mt, "__index")
  return type(names) == "table" and names or nil
end

--- value[key], of the value's own or its parents'; nil for what only a call
--- could tell.
---@param value any
---@param key any
---@return any
function M.get(value, key)
  for _ = 1, DEPTH do
    local found
    if type(value) == "table" then
      found = rawget(value, key)
    end
    if found ~= nil then
      return found
    end
    value = parent(value)
    if value == nil then
      return nil
    end
  end
end

--- Every name that the value answers to, and what is there. Keys that are no
--- names are left out.
---@param value any
---@return table<string, any>
function M.names(value)
  local names = {}
  for _ = 1, DEPTH do
    if type(value) == "table" then
      for key, held in next, value do
        if type(key) == "string" and key:find("^[%a_][%w_]*$") and names[key] == nil then
          names[key] = held
        end
      end
    end
    value = parent(value)
    if value == nil then
      return names
    end
  end
  return names
end

return M

-- Looks for planted secrets in everything that a value can be looked at by.

local M = {}

-- every planted secret has it at both ends
M.MARK = "CANARY"

local function search_text(text, where, marks)
  for _, mark in ipairs(marks) do
    local at = text:find(mark, 1, true)
    if at then
      error(("a secret in %s: ...%s"):format(where, text:sub(math.max(1, at - 40), at + #mark + 40)), 0)
    end
  end
end

local function search(value, where, marks, seen)
  if type(value) == "string" then
    return search_text(value, where, marks)
  elseif seen[value] or value == nil then
    return
  end
  local kind = type(value)
  if kind ~= "table" and kind ~= "userdata" and kind ~= "function" then
    return search_text(tostring(value), where, marks)
  end
  seen[value] = true
  search_text(tostring(value), where .. " printed", marks)
  if kind == "table" then
    for k, v in next, value do
      search(k, where .. ": a key", marks, seen)
      search(v, where .. "." .. tostring(k), marks, seen)
    end
  end
  local mt = debug.getmetatable(value)
  if kind ~= "function" and type(mt) == "table" then
    search(mt, where .. ": the metatable", marks, seen)
  end
end

--- Raises where a mark is in the value: in strings, keys, the tables in it, their
--- metatables, and what they print as.
---@param value any
---@param where string for the message
---@param marks string[]? default: the mark of all that is planted
function M.value(value, where, marks)
  search(value, where, marks or { M.MARK }, {})
end

--- As `value`, of all that a call returned.
function M.results(where, marks, ...)
  for i = 1, select("#", ...) do
    M.value((select(i, ...)), where .. ": result " .. i, marks)
  end
end

return M

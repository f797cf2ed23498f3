-- Errors that a program's author must see at the line he wrote.
local assert = require "luassert"

local M = {}

--- Runs `f`, which must raise a string. Returns the message without its
--- position, after checking that the position is inside of `f`.
---@param f function
---@return string
function M.here(f)
  local ok, message = pcall(f)
  assert.is_false(ok, "nothing was raised")
  assert.equal("string", type(message), tostring(message))
  local info = debug.getinfo(f, "S")
  local source, line, text = message:match("^(.-):(%d+): (.*)$")
  assert.is_truthy(line, "no position in: " .. message)
  assert.equal(info.short_src, source, message)
  line = tonumber(line)
  assert.is_true(line >= info.linedefined and line <= info.lastlinedefined,
    ("not between lines %d and %d: %s"):format(info.linedefined, info.lastlinedefined, message))
  return text
end

return M

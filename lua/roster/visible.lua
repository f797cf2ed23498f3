--- Text of others (names, profiles, headers, error texts), made safe to show: nothing of it steers a terminal, reorders
--- a line or hides in one. Pass through here what a service says, before it is printed or logged.
---
--- Escaped, as Lua writes it (`\n`, `\027`, `\u{202E}`): control characters (C0, DEL and C1, ECMA-48), bytes that are
--- not UTF-8, line and paragraph separators, characters that set the direction of text (UAX #9), and characters that
--- show nothing. Names of every script stay as they are. The result is valid UTF-8, and is not escaped a second time.
local core = require "roster.core"

local M = {}

--- One line.
-- usage: print(visible.line(user.profile.displayName))
---@param value any a string, or what tostring makes one of
---@return string
function M.line(value)
  return core.visible(tostring(value), "line")
end

--- As `line`, but line breaks and tabs stay: for text whose lines are our own.
---@param value any
---@return string
function M.text(value)
  return core.visible(tostring(value), "text")
end

--- As `line`, but a control character is a blank for each of its bytes: for sentences.
---@param value any
---@return string
function M.message(value)
  return core.visible(tostring(value), "message")
end

--- The first bytes of a text, in the middle of no character, and "..." where something is left out.
---@param text string valid UTF-8
---@param bytes integer at most so many, without the "..."
---@return string
function M.cut(text, bytes)
  if #text <= bytes then
    return text
  end
  while bytes > 0 and text:find("^[\128-\191]", bytes + 1) do
    bytes = bytes - 1
  end
  return text:sub(1, bytes) .. "..."
end

return M

--- roster: administer users at Okta from Lua.
---
---     local roster = require "roster"
---     local okta = roster.okta { url = "https://example.okta.com", token = "..." }
---     for user in okta:list_users() do print(user.profile.login) end
---
--- Requiring it opens no socket, reads no environment, sets no global, and
--- loads no more than is needed to make a client.

-- 5.1 is LuaJIT, whose ABI PUC Lua 5.1 has as well
if _VERSION ~= "Lua 5.4" and _VERSION ~= "Lua 5.1" then
  error("roster: " .. _VERSION .. " is not supported: use Lua 5.4 or LuaJIT", 0)
end

local core = require "roster.core"

---@class roster
local M = {
  _VERSION = core._VERSION,
  --- Sends JSON null, which clears an attribute; nil means "not mentioned".
  null = core.null,
}

--- Marks a table as a JSON list where no model says so: see roster.json.
---@param list table? an empty one when absent
---@return table
function M.array(list)
  return require("roster.json").array(list)
end

--- A JSON number (RFC 8259 6) that no number of Lua holds exactly, from its
--- text: it is sent without quotes, digit for digit. Models know where a string
--- of digits is a number; this is for members that no model knows. Raises if
--- `text` is not a JSON number.
-- usage: profile.badge = roster.number "12345678901234567890"
---@param text string
---@return userdata number tostring gives the text; equal if the text is
function M.number(text)
  if type(text) ~= "string" then
    error("number: expected a string of digits, got " .. type(text), 2)
  end
  local number, why = core.number(text)
  if not number then
    error(('number: "%s" %s'):format(core.visible(text:sub(1, 40), "message"), why), 2)
  end
  return number
end

for _, provider in ipairs(core.providers()) do
  --- Makes a client. Options: see roster.config. Raises on a bad option.
  M[provider] = function(options)
    return require("roster.client").new(provider, options)
  end
end

return M

--- JSON for what is not a request or an answer of a service: token answers,
--- the sandbox, journals and cassettes. Also where `null` and the list marker
--- come from.

local core = require("roster.core")

-- lua-cjson gives `null` and, where it has one, the metatable that marks
-- lists, so that what roster returns can be handed to cjson.encode. It does
-- not encode or decode here, for no release of it gets everything right:
-- Debian's cannot write an empty list or an integer of 15 digits, OpenResty's
-- rounds 64-bit integers under LuaJIT, and none refuses text that is not
-- UTF-8. The core does all of it, on every machine alike, and the settings of
-- nobody's cjson are touched.
local found, cjson = pcall(require, "cjson")
if not found then
  cjson = {}
end
local safe = package.loaded["cjson.safe"] or {}

local M = {}

--- What stands for JSON's null: a light userdata, the same as `cjson.null`
--- and `ngx.null`. It is true in a condition; compare with `==`.
M.null = core.null

--- The metatable of lists. Read it, do not change it.
M.array_mt = core.marks(cjson.array_mt)

for _, mark in pairs({
  cjson.empty_array_mt or false, cjson.empty_array or false,
  safe.array_mt or false, safe.empty_array_mt or false,
  safe.empty_array or false,
}) do
  if mark then
    core.marks(nil, mark)
  end
end

--- Marks a table as a list, so that it is sent as one even when it is empty.
--- The mark is a metatable on the table given, which is also what is
--- returned. Only needed where the service's documents do not say that there
--- is a list. Raises if the table has another metatable.
-- usage: profile.favorites = roster.array{}
---@param list table|nil an empty one when absent
---@return table
function M.array(list)
  list = list == nil and {} or list
  if type(list) ~= "table" then
    error("array: expected table, got " .. type(list), 2)
  end
  local mark = getmetatable(list)
  if mark == nil then
    return setmetatable(list, M.array_mt)
  elseif mark ~= M.array_mt then
    error("array: the table has another metatable", 2)
  end
  return list
end

--- Encodes any value that JSON has a form for.
-- usage: local text = assert(json.encode({ ok = true, ids = json.array{} }))
---@param value any
---@return string|nil text nil if there is no such form
---@return string|nil message where in the value, and why
function M.encode(value)
  local text, message, has_view = core.encode(value)
  if has_view then
    value, message = require("roster.plain").value(value, "body")
    if message == nil then
      text, message = core.encode(value)
    end
  end
  if text == nil then
    return nil, message
  end
  return text
end

--- Decodes one JSON text. Null members stay, as `null`; integers that this
--- Lua cannot hold exactly arrive as strings of digits.
-- usage: local answer, message = json.decode(text)
---@param text string
---@return any|nil value
---@return string|nil message where in the text ("byte 12: ..."), and why
function M.decode(text)
  return core.decode(text, nil, nil, false, true)
end

return M

--- The seventeen kinds of property: values, and definitions in templates.
local json = require "roster.json"
local service = require "roster.sandbox.service"

local M = {}

local fail = service.fail

local INT_MAX = 2147483647

local function wrong(where, expected)
  fail(400, where .. ": expected " .. expected, { field = where })
end

local function is_whole(value)
  return type(value) == "number" and value % 1 == 0
end

--- Tells whether a decoded value is a 64-bit integer. One that this Lua
--- cannot hold exactly has been decoded to its digits.
---@param value any
---@return boolean
function M.is_long(value)
  if type(value) == "string" then
    return #value >= 16 and value:find("^-?%d+$") ~= nil
  end
  return is_whole(value) and value >= -2 ^ 63 and value < 2 ^ 63
end

--- Returns a decoded JSON array, or ends the request.
---@param value any
---@param where string
function M.array(value, where)
  if type(value) ~= "table" or getmetatable(value) ~= json.array_mt then
    wrong(where, "a list")
  end
  return value
end

local function object(value, where)
  if type(value) ~= "table" or getmetatable(value) == json.array_mt then
    wrong(where, "an object")
  end
  return value
end

local function of_type(name)
  return function(property, where)
    local value = property.value
    if value ~= nil and value ~= json.null and type(value) ~= name then
      wrong(where .. ".value", "a " .. name)
    end
  end
end

local function whole(test, what)
  return function(property, where)
    local value = property.value
    if value ~= nil and value ~= json.null and not test(value) then
      wrong(where .. ".value", what)
    end
  end
end

local function file(property, where)
  for _, name in ipairs{ "crc", "description", "file_type", "url" } do
    local value = property[name]
    if value ~= nil and value ~= json.null and type(value) ~= "string" then
      wrong(where .. "." .. name, "a string")
    end
  end
end

local function file_group(property, where)
  local files = property.files
  if files == nil or files == json.null then
    return
  end
  for i, one in ipairs(M.array(files, where .. ".files")) do
    local at = string.format("%s.files[%d]", where, i - 1)
    file(object(one, at), at)
  end
end

local is_int = function(value)
  return is_whole(value) and value >= -INT_MAX - 1 and value <= INT_MAX
end

local kinds = {
  audio = file,
  audio_group = file_group,
  boolean = of_type("boolean"),
  date = whole(M.is_long, "a 64-bit integer"),
  double = of_type("number"),
  file = file,
  file_group = file_group,
  formatted_text = of_type("string"),
  image = file,
  image_group = file_group,
  integer = whole(is_int, "a 32-bit integer"),
  long = whole(M.is_long, "a 64-bit integer"),
  text = of_type("string"),
  video = file,
  video_group = file_group,
}

local function kind_of(value, where)
  local kind = type(value.type) == "string" and kinds[value.type]
  if not kind then
    wrong(where .. ".type", "one of the known kinds")
  end
  return kind
end

--- Checks one value.
---@param value any
---@param where string
function M.check(value, where)
  kind_of(object(value, where), where)(value, where)
end

--- Checks a map of values.
---@param map any
---@param where string
function M.check_map(map, where)
  for name, value in pairs(object(map, where)) do
    M.check(value, where .. "." .. name)
  end
end

function kinds.list(property, where)
  for i, value in ipairs(M.array(property.values, where .. ".values")) do
    M.check(value, string.format("%s.values[%d]", where, i - 1))
  end
end

function kinds.map(property, where)
  M.check_map(property.map, where .. ".map")
end

--- Checks values against a template.
-- guess: what the template requires must be there, and kinds must agree.
---@param map table
---@param template table
function M.check_template(map, template)
  local known = {}
  for _, definition in ipairs(template.properties or {}) do
    local name = definition.name
    local at = "additional_properties." .. name
    local value = map[name]
    known[name] = true
    if value == nil and definition.required then
      fail(400, at .. " is required", { field = at })
    elseif value ~= nil and value.type ~= definition.type then
      wrong(at .. ".type", definition.type)
    end
  end
  for name in pairs(map) do
    if not known[name] and template.allow_additional == false then
      fail(400, "additional_properties." .. name .. " is not in the template",
        { field = "additional_properties." .. name })
    end
  end
end

--- Checks a list of definitions.
---@param list any
---@param where string
function M.check_definitions(list, where)
  local seen = {}
  for i, definition in ipairs(M.array(list, where)) do
    local at = string.format("%s[%d]", where, i - 1)
    M.check_definition(definition, at)
    if seen[definition.name] then
      fail(400, at .. ".name is there twice", { field = at .. ".name" })
    end
    seen[definition.name] = true
  end
end

--- Checks one definition.
---@param definition any
---@param where string
function M.check_definition(definition, where)
  kind_of(object(definition, where), where)
  if type(definition.name) ~= "string" or definition.name == "" then
    wrong(where .. ".name", "a string")
  elseif type(definition.required) ~= "boolean" then
    wrong(where .. ".required", "a boolean")
  end
  local value = definition.value_definition
  if value ~= nil and value ~= json.null then
    M.check_definition(value, where .. ".value_definition")
  end
  local inner = definition.properties
  if inner ~= nil and inner ~= json.null then
    M.check_definitions(inner, where .. ".properties")
  end
end

--- Lists the seventeen kinds, sorted.
---@return string[]
function M.kinds()
  local list = {}
  for name in pairs(kinds) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

return M

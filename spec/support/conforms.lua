-- Is a value what an annotation says? For values that were really returned.

local annotations = require "spec.support.annotations"

--- The members of a union at the top of a type.
local function members(type_)
  local list, depth, from = {}, 0, 1
  for i = 1, #type_ do
    local c = type_:sub(i, i)
    if c == "|" and depth == 0 then
      list[#list + 1] = type_:sub(from, i - 1)
      from = i + 1
    elseif c:find("[<({]") then
      depth = depth + 1
    elseif c:find("[>)}]") then
      depth = depth - 1
    end
  end
  list[#list + 1] = type_:sub(from)
  return list
end

local function is_integer(value)
  -- a whole number that this Lua cannot hold is a string of its digits
  return type(value) == "number" and value % 1 == 0 or type(value) == "string" and value:find("^%-?%d+$") ~= nil
end

local check

--- May the field be absent? Of a model, a table of tables is said to be there so
--- that it can be read without a check, which is not a promise.
local function may_be_nil(known, class, field)
  local nested = field.type:find("^table<") or known.classes[field.type]
  return field.optional or field.type:find("%?$") or field.type == "any"
    or nested and known.classes[class].file:find("_models", 1, true)
end

local function check_fields(known, class, value, place)
  if type(value) ~= "table" then
    return place .. ": expected " .. class .. ", got " .. type(value)
  end
  local fields, open = annotations.fields(known, class)
  for name, field in pairs(fields) do
    local own = value[name]
    if own == nil and not may_be_nil(known, class, field) then
      return place .. "." .. name .. " is missing"
    elseif own ~= nil then
      local fault = check(known, field.type, own, place .. "." .. name)
      if fault then return fault end
    end
  end
  for name in pairs(value) do
    if not open and not fields[name] then
      return place .. "." .. tostring(name) .. " is not known"
    end
  end
end

local function check_each(known, type_, value, place)
  for key, item in pairs(value) do
    local fault = check(known, type_, item, place .. "." .. tostring(key))
    if fault then return fault end
  end
end

local function check_one(known, type_, value, place)
  local item = type_:match("^(.*)%[%]$")
  if type_:find("%?$") then
    return value ~= nil and check(known, type_:sub(1, -2), value, place) or nil
  elseif item or type_:find("^table<") then
    if type(value) ~= "table" then return place .. ": expected a table, got " .. type(value) end
    return check_each(known, item or type_:match("^table<.-, (.*)>$"), value, place)
  elseif known.aliases[type_] then
    local alias = known.aliases[type_]
    return check(known, alias.type .. "|" .. table.concat(alias.members, "|"), value, place)
  elseif known.classes[type_] then
    return check_fields(known, type_, value, place)
  end
  local literal = type_ == tostring(value) or type_ == '"' .. tostring(value) .. '"'
  local right = type_ == "any" or type_ == type(value) or literal or type_ == "integer" and is_integer(value)
    or type_:find("^{") and type(value) == "table" or type_:find("^fun%(") and type(value) == "function"
  return not right and place .. ": expected " .. type_ .. ", got " .. tostring(value) or nil
end

function check(known, type_, value, place)
  local first
  for _, member in ipairs(members(type_)) do
    local fault = check_one(known, member, value, place)
    if not fault then return nil end
    first = first or fault
  end
  return first
end

--- nil, or where the value is not of the type and why.
---@param known table from spec.support.annotations
---@param type_ string
---@param value any
---@return string?
return function(known, type_, value)
  return check(known, type_, value, type_)
end

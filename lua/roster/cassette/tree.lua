--- JSON whose scalars stay the text that they were, so that what is written again
--- is what was read. An object is { members, object = true }, each member
--- { name, value, text of the name }; an array is a list of values; any other
--- value is its text.
local json = require "roster.json"

local M = {}

local MASK = '"***"'

local read

-- Behind the string whose opening quote is at `at`.
local function past_string(text, at)
  local from = at + 1
  while true do
    local found = text:find('["\\]', from)
    if text:byte(found) == 34 then
      return found + 1
    end
    from = found + 2
  end
end

local function skip(text, at)
  return text:find("[^ \t\r\n]", at)
end

local function read_object(text, at)
  local object = { object = true }
  at = skip(text, at + 1)
  while text:byte(at) ~= 125 do
    local ends = past_string(text, at)
    local name = text:sub(at, ends - 1)
    local value
    value, at = read(text, skip(text, skip(text, ends) + 1))
    object[#object + 1] = { json.decode(name), value, name }
    at = skip(text, at)
    if text:byte(at) == 44 then
      at = skip(text, at + 1)
    end
  end
  return object, at + 1
end

local function read_array(text, at)
  local array = {}
  at = skip(text, at + 1)
  while text:byte(at) ~= 93 do
    array[#array + 1], at = read(text, at)
    at = skip(text, at)
    if text:byte(at) == 44 then
      at = skip(text, at + 1)
    end
  end
  return array, at + 1
end

function read(text, at)
  local first = text:byte(at)
  if first == 123 then
    return read_object(text, at)
  elseif first == 91 then
    return read_array(text, at)
  end
  local ends = first == 34 and past_string(text, at) or text:find("[^%w.+-]", at) or #text + 1
  return text:sub(at, ends - 1), ends
end

--- Reads JSON; nil when it is not valid.
---@param text string
---@return table|string|nil
function M.read(text)
  if json.decode(text) == nil then
    return nil
  end
  return (read(text, skip(text, 1)))
end

local function write(node, out)
  if type(node) == "string" then
    out[#out + 1] = node
    return
  end
  out[#out + 1] = node.object and "{" or "["
  for i, member in ipairs(node) do
    if i > 1 then
      out[#out + 1] = ","
    end
    if node.object then
      out[#out + 1] = member[3]
      out[#out + 1] = ":"
      write(member[2], out)
    else
      write(member, out)
    end
  end
  out[#out + 1] = node.object and "}" or "]"
end

--- Writes it, without blanks.
---@param node table|string
---@return string
function M.write(node)
  local out = {}
  write(node, out)
  return table.concat(out)
end

--- Sorts the members of all objects by name, in place: tables of Lua have no
--- order, so bodies made from them come in any.
---@param node table|string
function M.sort(node)
  if type(node) == "string" then
    return
  elseif node.object then
    for i, member in ipairs(node) do
      member.at = i
    end
    table.sort(node, function(a, b)
      return a[1] < b[1] or a[1] == b[1] and a.at < b.at
    end)
  end
  for _, member in ipairs(node) do
    M.sort(node.object and member[2] or member)
  end
end

--- Replaces every scalar by what `change(text)` gives, in place; returns the node.
---@param node table|string
---@param change fun(text: string): string
---@return table|string
function M.map(node, change)
  if type(node) == "string" then
    return change(node)
  end
  for i, member in ipairs(node) do
    if node.object then
      member[2] = M.map(member[2], change)
    else
      node[i] = M.map(member, change)
    end
  end
  return node
end

--- The member of an object; nil when there is none.
---@param node table|string|nil
---@param name string
---@return table|string|nil
function M.member(node, name)
  if type(node) == "table" and node.object then
    for _, member in ipairs(node) do
      if member[1] == name then
        return member[2]
      end
    end
  end
end

local LONGEST_SHOWN = 60

local function shown(node)
  local text = node == nil and "nothing" or M.write(node)
  if #text > LONGEST_SHOWN then
    text = text:sub(1, LONGEST_SHOWN):gsub("[\192-\255]?[\128-\191]*$", "") .. "..."
  end
  return text
end

--- Are two texts the same but for what is masked in either of them? Which names
--- are secret differs between versions of roster.
---@param a string
---@param b string
---@return boolean
function M.alike(a, b)
  if a == b then
    return true
  end
  for _ = 1, 2 do
    if a:find("***", 1, true) then
      local pattern = a:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*%*%*", ".*"):gsub("([^.])%*", "%1%%*")
      if b:find("^" .. pattern .. "$") then
        return true
      end
    end
    a, b = b, a
  end
  return false
end

local function alike(a, b)
  if type(a) ~= "string" or type(b) ~= "string" then
    -- a mask stands for any value
    return a == b or a == MASK and b ~= nil or b == MASK and a ~= nil
  end
  local x, y = json.decode(a), json.decode(b)
  return x == y or M.alike(tostring(x), tostring(y)) and (type(x) == type(y) or a == MASK or b == MASK)
end

--- Where two values differ first, in words; nil when they are the same.
---@param wanted table|string|nil
---@param got table|string|nil
---@param place string of the two
---@return string?
function M.difference(wanted, got, place)
  local is_pair = type(wanted) == "table" and type(got) == "table" and wanted.object == got.object
  if not is_pair then
    return not alike(wanted, got) and ("%s differs: expected %s, got %s"):format(place, shown(wanted), shown(got))
      or nil
  elseif not wanted.object then
    for i = 1, math.max(#wanted, #got) do
      local found = M.difference(wanted[i], got[i], ("%s[%d]"):format(place, i))
      if found then
        return found
      end
    end
    return nil
  end
  for _, side in ipairs { wanted, got } do
    for _, member in ipairs(side) do
      local name = member[1]
      local found = M.difference(M.member(wanted, name), M.member(got, name), place .. "." .. name)
      if found then
        return found
      end
    end
  end
end

return M

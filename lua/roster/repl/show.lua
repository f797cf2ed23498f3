--- Values as the prompt prints them: people in one line, tables in order and
--- only so deep, lists without fetching, nothing secret. Nothing of the value's
--- is run but a __tostring.
local null = require("roster.json").null
local person = require "roster.repl.person"
local secret = require "roster.repl.secret"
local visible = require "roster.visible"

local M = {}

local WIDTH = 100 -- columns that one line may take
local DEPTH = 4 -- levels of tables
local MOST = 50 -- entries of one table
local LONG = 300 -- bytes of a string in a table

local getmetatable = debug.getmetatable

local function quote(text)
  return '"' .. visible.line((visible.cut(text, LONG):gsub('["\\]', "\\%0"))) .. '"'
end

local function key_text(key)
  if type(key) == "string" and key:find("^[%a_][%w_]*$") then
    return key
  elseif type(key) == "string" then
    return "[" .. quote(key) .. "]"
  end
  return "[" .. tostring(key) .. "]"
end

local RANK = { number = 1, string = 2 }

local function before(a, b)
  local rank_a, rank_b = RANK[type(a)] or 3, RANK[type(b)] or 3
  if rank_a ~= rank_b then
    return rank_a < rank_b
  elseif rank_a < 3 then
    return a < b
  end
  return tostring(a) < tostring(b)
end

--- How many items a table has from 1 on, and its other keys in order.
local function layout(value)
  local count, others = 0, {}
  while rawget(value, count + 1) ~= nil do
    count = count + 1
  end
  for key in next, value do
    if not (type(key) == "number" and key >= 1 and key <= count and key % 1 == 0) then
      others[#others + 1] = key
    end
  end
  table.sort(others, before)
  return count, others
end

--- A list says which one it is and how far it got.
local function list_line(list)
  local items, size, index = rawget(list, "items"), rawget(list, "size"), rawget(list, "index")
  local where = "not begun"
  if rawget(rawget(list, "walk"), "ended") and not (items and index < #items) then
    where = "at its end"
  elseif items then
    where = ("at item %d of a page of %d"):format(index, #items)
  elseif size ~= math.huge then
    where = "between two pages"
  end
  return ("roster.list(%s %s, %s)"):format(rawget(list, "state").service, rawget(list, "name"), where)
end

--- What a table with a metatable prints as; nil where that has nothing to say.
local function own_text(value)
  local mt = getmetatable(value)
  if type(mt) ~= "table" then
    return nil
  elseif rawget(mt, "__name") == "roster.list" and type(rawget(value, "state")) == "table" then
    return list_line(value)
  elseif rawget(mt, "__tostring") then
    return tostring(value)
  end
end

local show

local function scalar(value)
  if type(value) == "string" then
    return quote(secret.text(value))
  elseif value == null then
    return "null"
  end
  return tostring(value)
end

--- The entries of a table, each as its lines.
local function entries(value, context, holder)
  local count, others = layout(value)
  local secrecy_of = secret.of(value, holder)
  local list, left = {}, count + #others
  local function add(prefix, held, name)
    if #list < MOST then
      local secrecy = secrecy_of(name)
      local text = secret.hides(held, secrecy) and '"' .. secret.MASK .. '"' or show(held, context, secrecy)
      list[#list + 1], left = prefix .. text, left - 1
    end
  end
  for i = 1, count do
    add("", rawget(value, i), i)
  end
  for _, key in ipairs(others) do
    add(key_text(key) .. " = ", rawget(value, key), key)
  end
  if left > 0 then
    list[#list + 1] = ("... and %d more"):format(left)
  end
  return list
end

local function indent(text)
  return "  " .. text:gsub("\n", "\n  ")
end

local function brace(list)
  local width, lines = 4, false
  for _, text in ipairs(list) do
    width = width + #text + 2
    lines = lines or text:find("\n", 1, true) ~= nil
  end
  if #list == 0 then
    return "{}"
  elseif width <= WIDTH and not lines then
    return "{ " .. table.concat(list, ", ") .. " }"
  end
  for i, text in ipairs(list) do
    list[i] = indent(text) .. (text:find("^%.%.%. and") and "" or ",")
  end
  return "{\n" .. table.concat(list, "\n") .. "\n}"
end

local function table_text(value, context, holder)
  local text = own_text(value)
  if text then
    return text
  elseif context.seen[value] then
    return "{ ... which this is in }"
  end
  local line = context.people and person.line(value)
  if line then
    return line
  elseif context.depth >= DEPTH then
    return next(value) == nil and "{}" or "{...}"
  end
  context.seen[value], context.depth = true, context.depth + 1
  local list = entries(value, context, holder)
  context.seen[value], context.depth = nil, context.depth - 1
  return brace(list)
end

function show(value, context, holder)
  if type(value) == "table" then
    return table_text(value, context, holder)
  end
  return scalar(value)
end

--- A sequence of people is a line for each.
local function people_lines(value)
  local count, others = layout(value)
  if count == 0 or #others > 0 then
    return nil
  end
  local lines = {}
  for i = 1, count do
    local item = rawget(value, i)
    local line = type(item) == "table" and not own_text(item) and person.line(item)
    if not line then
      return nil
    elseif i <= MOST then
      lines[i] = line
    end
  end
  if count > MOST then
    lines[MOST + 1] = ("... and %d more"):format(count - MOST)
  end
  return table.concat(lines, "\n")
end

--- The text for one value.
---@param value any
---@param whole boolean? people too with all of their fields
---@return string
function M.text(value, whole)
  if type(value) ~= "table" then
    return scalar(value)
  end
  local context = { people = not whole, depth = 0, seen = {} }
  return not whole and not own_text(value) and people_lines(value) or show(value, context)
end

--- Does `print` say more of it than the plain one would?
---@param value any
---@return boolean
function M.knows(value)
  if value == null then
    return true
  elseif type(value) ~= "table" then
    return false
  end
  local mt = getmetatable(value)
  return not (type(mt) == "table" and rawget(mt, "__tostring") and rawget(mt, "__name") ~= "roster.list")
end

return M

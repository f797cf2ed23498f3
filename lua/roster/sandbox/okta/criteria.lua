--- Search and filter expressions: parsed to a tree, evaluated lazily.
local fault = require "roster.sandbox.okta.fault"
local fold = require "roster.sandbox.okta.fold"
local http = require "roster.sandbox.http"
local json = require "roster.json"

local M = {}

local DATES = { created = true, activated = true, statusChanged = true,
  lastLogin = true, lastUpdated = true, passwordChanged = true }

local RANGES = { gt = true, ge = true, lt = true, le = true }

-- What the two languages differ in.
local LANGUAGES = {
  search = {
    operators = { eq = true, sw = true, gt = true, ge = true, lt = true,
      le = true, co = true },
    known = { id = true, status = true, created = true, activated = true,
      statusChanged = true, lastUpdated = true, ["type.id"] = true },
    contains = { ["profile.firstName"] = true, ["profile.lastName"] = true,
      ["profile.email"] = true, ["profile.login"] = true },
    any_profile = true,
    fold = true,
  },
  filter = {
    operators = { eq = true, gt = true, ge = true, lt = true, le = true },
    known = { id = true, status = true, lastUpdated = true,
      ["profile.login"] = true, ["profile.email"] = true,
      ["profile.firstName"] = true, ["profile.lastName"] = true },
    ranges = { lastUpdated = true },
  },
}

local function bad(why)
  fault.raise("E0000031", why)
end

local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", n = "\n",
  t = "\t", r = "\r", b = "\b", f = "\f" }

local function read_string(text, at)
  local out, i = {}, at + 1
  while true do
    local c = text:sub(i, i)
    if c == "" then
      bad("unterminated string")
    elseif c == '"' then
      return table.concat(out), i + 1
    elseif c == "\\" then
      i = i + 1
      c = ESCAPES[text:sub(i, i)]
      if not c then
        bad("unknown escape")
      end
    end
    out[#out + 1] = c
    i = i + 1
  end
end

local function tokenize(text)
  local tokens, i = {}, 1
  while true do
    i = text:find("%S", i)
    if not i then
      return tokens
    end
    local c = text:sub(i, i)
    if c == "(" or c == ")" then
      tokens[#tokens + 1] = { kind = c }
      i = i + 1
    elseif c == '"' then
      local value, stop = read_string(text, i)
      tokens[#tokens + 1] = { kind = "value", value = value }
      i = stop
    else
      local word = text:match('^[^%s()"]+', i)
      tokens[#tokens + 1] = { kind = "word", word = word }
      i = i + #word
    end
  end
end

local function literal(token)
  if not token then
    bad("a value is missing")
  elseif token.kind == "value" then
    return token.value
  elseif token.kind == "word" then
    if token.word == "true" or token.word == "false" then
      return token.word == "true"
    elseif token.word:find("^-?%d+%.?%d*$") then
      return tonumber(token.word)
    end
  end
  bad("a value must be a quoted string, a number or a boolean")
end

local function comparison(parser, language)
  local name = parser[parser.at]
  if not name or name.kind ~= "word" then
    bad("an attribute name is missing")
  end
  name = name.word
  local operator = parser[parser.at + 1]
  operator = operator and operator.word and operator.word:lower()
  if not (language.known[name] or language.any_profile and
      name:find("^profile%.[%w_]+$")) then
    bad("unknown attribute " .. name)
  elseif not operator or not language.operators[operator] then
    bad("unknown operator")
  elseif operator == "co" and not language.contains[name] then
    bad("co is not supported for " .. name)
  elseif RANGES[operator] and language.ranges and
      not language.ranges[name] then
    bad(operator .. " is not supported for " .. name)
  end
  local value = literal(parser[parser.at + 2])
  if DATES[name] then
    if type(value) ~= "string" or not http.time(value) then
      fault.raise("E0000030")
    end
    value = http.time(value)
  elseif type(value) == "boolean" and operator ~= "eq" or
      type(value) == "number" and (operator == "sw" or operator == "co") then
    bad(operator .. " needs a string")
  elseif type(value) == "string" and language.fold then
    value = fold(value)
  end
  parser.at = parser.at + 3
  return { operator = operator, name = name, value = value }
end

local parse_or

local function parse_unit(parser, language)
  local token = parser[parser.at]
  if token and token.kind == "(" then
    parser.at = parser.at + 1
    local node = parse_or(parser, language)
    local closing = parser[parser.at]
    if not closing or closing.kind ~= ")" then
      bad("a closing parenthesis is missing")
    end
    parser.at = parser.at + 1
    return node
  end
  return comparison(parser, language)
end

-- One level of left-associative `joiner`s over `inner`.
local function chain(parser, language, joiner, inner)
  local left = inner(parser, language)
  while true do
    local token = parser[parser.at]
    if not token or token.kind ~= "word" or token.word:lower() ~= joiner then
      return left
    end
    parser.at = parser.at + 1
    left = { operator = joiner, left = left,
      right = inner(parser, language) }
  end
end

local function parse_and(parser, language)
  return chain(parser, language, "and", parse_unit)
end

parse_or = function(parser, language)
  return chain(parser, language, "or", parse_and)
end

--- Parses an expression; ends the request with E0000031 or E0000030.
---@param text string
---@param kind "search"|"filter"
---@return table tree
function M.parse(text, kind)
  local parser = tokenize(text)
  parser.at = 1
  local language = LANGUAGES[kind]
  local tree = parse_or(parser, language)
  if parser[parser.at] then
    bad("unexpected text after the expression")
  end
  tree.fold = language.fold
  return tree
end

local function compare(operator, have, want)
  if operator == "eq" then
    return have == want
  elseif type(have) ~= type(want) or type(have) == "boolean" then
    return false
  elseif operator == "gt" then
    return have > want
  elseif operator == "ge" then
    return have >= want
  elseif operator == "lt" then
    return have < want
  elseif operator == "le" then
    return have <= want
  elseif type(have) ~= "string" then
    return false
  elseif operator == "sw" then
    return have:sub(1, #want) == want
  end
  return have:find(want, 1, true) ~= nil
end

local function holds(node, have, folded)
  if have == nil or have == json.null then
    return false
  elseif type(have) == "table" then
    -- guess: a list matches when any of its elements does.
    for _, element in ipairs(have) do
      if holds(node, element, folded) then
        return true
      end
    end
    return false
  elseif DATES[node.name] then
    have = http.time(have)
  elseif type(have) == "string" and folded then
    have = fold(have)
  end
  return compare(node.operator, have, node.value)
end

local function evaluate(node, get, folded)
  if node.operator == "and" then
    return evaluate(node.left, get, folded) and
      evaluate(node.right, get, folded)
  elseif node.operator == "or" then
    return evaluate(node.left, get, folded) or
      evaluate(node.right, get, folded)
  end
  return holds(node, get(node.name), folded)
end

--- Tells whether a user matches.
---@param tree table  from `parse`
---@param get fun(name: string): any
---@return boolean
function M.match(tree, get)
  return evaluate(tree, get, tree.fold)
end

--- Tells whether a name may be sorted by.
---@param name string
---@return boolean
function M.sortable(name)
  local language = LANGUAGES.search
  return (language.known[name] or name:find("^profile%.[%w_]+$")) and true or
    false
end

return M

--- What Tab offers. A pure function of the line and the globals: no I/O, and
--- nothing of the user's is run.
local describe = require "roster.describe"
local core = require "roster.core"
local kind = require "roster.repl.kind"
local names = require "roster.names"
local scan = require "roster.repl.scan"
local schema = require "roster.repl.schema"
local value = require "roster.repl.value"

local M = {}

--- Those of the names that begin so, sorted.
local function beginning(known, prefix)
  local list = {}
  for _, name in ipairs(names(known)) do
    if name:sub(1, #prefix) == prefix then
      list[#list + 1] = name
    end
  end
  return list
end

local function set(list)
  local all = {}
  for _, name in ipairs(list or {}) do
    all[name] = true
  end
  return all
end

--- What stands behind a dot or a colon.
local function members(base, calls)
  local found = {}
  if not base then
    return found
  elseif base.list then
    for name in pairs(require("roster.list").methods) do
      found[name] = true
    end
  elseif base.value ~= nil then
    for name, held in pairs(value.names(base.value)) do
      found[name] = not calls or type(held) == "function" or nil
    end
  elseif base.client then
    for _, op in ipairs(describe.catalog(base.provider).operations) do
      found[op.name] = true
    end
    for name in pairs(require("roster.client.common")) do
      found[name] = true
    end
  elseif base.model and not base.several and not calls then
    local model = describe.catalog(base.provider).models[base.model]
    for _, field in ipairs(model and model.fields or {}) do
      found[field.name] = field.name:find("^[%a_][%w_]*$") and true or nil
    end
  end
  return found
end

local function key_text(name)
  return name:find("^[%a_][%w_]*$") and not kind.keywords[name] and name or '["' .. name .. '"]'
end

--- The names that the table may still be given, as they are written.
local function keys(rows, bracket)
  local found = {}
  for name in pairs(rows) do
    if not bracket.keys[name] then
      found[key_text(name)] = true
    end
  end
  return found
end

--- The literals that the row may have.
local function literals(row)
  local found = {}
  for _, name in ipairs(row and row.values or {}) do
    found['"' .. name .. '"'] = true
  end
  if row and row.type == "boolean" then
    found["true"], found["false"] = true, true
  end
  return found
end

--- The names of all operations, and with their service: "okta.create_user".
local function operations()
  local found = {}
  for _, provider in ipairs(core.providers()) do
    for _, op in ipairs(describe.catalog(provider).operations) do
      found[op.name], found[provider .. "." .. op.name] = true, true
    end
  end
  return found
end

--- What a string that is the argument number `index` of the call may be.
local function string_argument(callee, index, globals)
  if callee and callee.value ~= nil and callee.value == value.get(globals, "help") then
    return index == 1 and operations() or {}
  elseif callee and callee.common == "each" and index == 2 then
    local found = {}
    for _, op in ipairs(callee.provider and describe.catalog(callee.provider).operations or {}) do
      found[op.name] = true
    end
    return found
  end
  return {}
end

--- What the open string at the last word may be.
local function in_string(words, brackets, globals)
  local i, top = #words, brackets[#brackets]
  local callee, before = schema.callee(words, i, globals)
  if callee then
    return string_argument(callee, 1 + before, globals)
  elseif top and top.symbol == "(" and top.first == i then
    callee, before = schema.callee(words, top.word, globals)
    return string_argument(callee, top.index + before, globals)
  elseif top and top.symbol == "{" then
    local into = schema.of(words, brackets, #brackets, globals)
    local key, at = scan.key(words, top.first)
    if key and at == i then
      local row = schema.rows(into)[key]
      return set(row and row.values)
    elseif top.first == i then
      return set(into and into.values)
    end
  end
  return {}
end

local function globals_and_keywords(globals, prefix)
  local found = {}
  for name in pairs(value.names(globals)) do
    found[name] = true
  end
  for word in pairs(prefix ~= "" and kind.keywords or {}) do
    found[word] = true
  end
  return found
end

--- What may stand behind word `before`, which a dot or a colon is not.
local function in_code(words, brackets, before, prefix, globals)
  local top = brackets[#brackets]
  if top and top.symbol == "{" then
    local into = schema.of(words, brackets, #brackets, globals)
    local key, at = scan.key(words, top.first)
    if top.first == before + 1 then
      local found = beginning(keys(schema.rows(into), top), prefix)
      if #found == 0 and into and into.values then
        found = beginning(literals(into), prefix)
      end
      if #found > 0 or prefix == "" and into then
        return found, " = "
      end
    elseif key and at == before + 1 then
      local found = beginning(literals(schema.rows(into)[key]), prefix)
      if #found > 0 then
        return found
      end
    end
  end
  return beginning(globals_and_keywords(globals, prefix), prefix)
end

--- The words that may stand at the end of the line, and where in the line they
--- begin. A single one has what must follow it: `search = `, a closing quote.
---@param line string up to the cursor
---@param globals table
---@return string[] candidates, integer start
function M.at(line, globals)
  local words = scan.words(line)
  local last = words and words[#words]
  if not words then
    return {}, #line + 1
  elseif last and last.kind == "string" and last.open then
    local found = beginning(in_string(words, scan.brackets(words), globals), last.text)
    if #found == 1 and #last.quote == 1 then
      found[1] = found[1] .. last.quote
    end
    return found, last.at
  end
  local before, start, prefix = #words, #line + 1, ""
  if last and last.kind == "name" and last.at + #last.text == #line + 1 then
    before, start, prefix = #words - 1, last.at, last.text
  end
  local symbol = words[before]
  local found, follows
  if scan.is_symbol(symbol, ".") or scan.is_symbol(symbol, ":") then
    local base = kind.ending(words, before - 1, globals)
    found = beginning(members(base, symbol.text == ":"), prefix)
  elseif prefix == "" and line:find("[%w_.:%)%]}\"']$") then
    -- behind an expression, where only an operator could follow
    found = {}
  else
    found, follows = in_code(words, scan.brackets(words), before, prefix, globals)
  end
  if #found == 1 and follows and not found[1]:find('^"') then
    found[1] = found[1] .. follows
  end
  return found, start
end

return M

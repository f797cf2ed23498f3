--- What belongs into the table that is being typed: a body's fields, a call's
--- options, a constructor's.
local config = require "roster.config"
local core = require "roster.core"
local describe = require "roster.describe"
local given = require "roster.client.given"
local kind = require "roster.repl.kind"
local names = require "roster.names"
local scan = require "roster.repl.scan"

local M = {}

--- Either `model` of `provider`, in a table of such when `several`; or `rows`:
--- name -> { type, values }.
---@class roster.repl.Schema
---@field provider string?
---@field model string?
---@field several boolean?
---@field values string[]? of a table of strings
---@field rows table<string, table>?

--- Rows that only have names.
local function named(list)
  local rows = {}
  for _, name in ipairs(list) do
    rows[name] = { type = "any" }
  end
  return { rows = rows }
end

local EACH = named { "concurrency", "on_error", "on_result", "progress", "journal", "key", "name", "ambiguous" }
EACH.rows.on_error.values = { "continue", "stop" }
EACH.rows.progress.type = "boolean"
EACH.rows.ambiguous.values = { "repeat", "report" }

local function constructor(provider)
  local rows = {}
  for name, row in pairs(config.options(provider)) do
    rows[name] = { type = row[1] }
  end
  return { rows = rows }
end

local function options_of(provider, op)
  local rows = {}
  for _, list in ipairs { describe.arguments(provider, op), describe.call_options(op) } do
    for _, argument in ipairs(list) do
      if argument.place == "option" then
        rows[argument.name] = argument
      end
    end
  end
  return { rows = rows }
end

local function of_operation(provider, op, index)
  local arguments = describe.arguments(provider, op)
  local here, before = arguments[index], arguments[index - 1]
  if here and here.place == "body" then
    return { provider = provider, model = op.body.model }
  elseif (index == 1 or before and before.place ~= "option") and not (here and here.place == "path") then
    return options_of(provider, op)
  end
end

--- What the argument number `index` of the call may hold.
---@param callee roster.repl.Kind?
---@param index integer without the object before the colon
---@return roster.repl.Schema?
function M.argument(callee, index)
  if not callee then
    return nil
  elseif callee.constructor then
    return index == 1 and constructor(callee.constructor) or nil
  elseif callee.op then
    return of_operation(callee.provider, callee.op, index)
  elseif callee.common == "request" then
    return index == 1 and named(given.REQUEST) or nil
  elseif callee.common == "list" then
    return index == 1 and named(given.LIST) or nil
  elseif callee.common == "each" then
    return index == 3 and EACH or nil
  elseif callee.method == "all" then
    return index == 1 and named { "max" } or nil
  end
end

-- How many arguments stand before the first one that is written: a method that
-- is called with a dot has its object there.
local function shift(words, last)
  return scan.is_symbol(words[last - 1], ":") and 0 or -1
end

--- What is called with the bracket or the string at word `i`, and by how much
--- its arguments are shifted.
---@param words roster.repl.Word[]
---@param i integer
---@param globals table
---@return roster.repl.Kind?, integer
function M.callee(words, i, globals)
  if not kind.follows_expression(words, i) then
    return nil, 0
  end
  local callee = kind.ending(words, i - 1, globals)
  local is_method = callee and (callee.op or callee.common or callee.method)
  return callee, is_method and shift(words, i - 1) or 0
end

local function child(schema, key)
  if not schema or not schema.model then
    return nil
  elseif schema.several then
    return { provider = schema.provider, model = schema.model }
  end
  local field = describe.field(describe.catalog(schema.provider).models[schema.model], key)
  if field and field.model then
    return { provider = schema.provider, model = field.model, several = field.type ~= "object" }
  elseif field and field.type == "array" then
    return { values = field.values }
  end
end

-- field -> what bodies hold in it, false where they differ; made when needed
local by_name

local function collect(provider, name, seen)
  local model = describe.catalog(provider).models[name]
  if not model or seen[model] then
    return
  end
  seen[model] = true
  for _, field in ipairs(model.fields) do
    if field.model and not field.read_only then
      local held, before = child({ provider = provider, model = name }, field.name), by_name[field.name]
      if before == nil then
        by_name[field.name] = held
      elseif before and not (before.provider == provider and before.model == held.model) then
        by_name[field.name] = false
      end
      collect(provider, field.model, seen)
    end
  end
end

--- What bodies hold in a field of that name, where that is the same in all: for
--- what is begun in an earlier line, of which Tab is not told.
local function held_by(field)
  if not by_name then
    by_name = {}
    for _, provider in ipairs(core.providers()) do
      local seen = {}
      for _, op in ipairs(describe.catalog(provider).operations) do
        if op.body then
          collect(provider, op.body.model, seen)
        end
      end
    end
  end
  return by_name[field] or nil
end

--- What belongs into the open bracket number `k`, a brace.
---@param words roster.repl.Word[]
---@param brackets roster.repl.Bracket[]
---@param k integer
---@param globals table
---@return roster.repl.Schema?
function M.of(words, brackets, k, globals)
  local bracket, outer = brackets[k], brackets[k - 1]
  local callee, before = M.callee(words, bracket.word, globals)
  if callee then
    return M.argument(callee, 1 + before)
  elseif outer and outer.symbol == "(" and outer.first == bracket.word then
    callee, before = M.callee(words, outer.word, globals)
    return M.argument(callee, outer.index + before)
  elseif outer and outer.symbol == "{" then
    local key, at = scan.key(words, outer.first)
    if key and at == bracket.word or outer.first == bracket.word then
      return child(M.of(words, brackets, k - 1, globals), key)
    end
  elseif not outer and scan.is_symbol(words[bracket.word - 1], "=") then
    local field = words[bracket.word - 2]
    return field and field.kind == "name" and held_by(field.text) or nil
  end
end

--- The rows of a model, and of all the kinds that there are of it.
local function rows_of(provider, name)
  local models, rows = describe.catalog(provider).models, {}
  local function add(model)
    for _, field in ipairs(model.fields) do
      if not field.read_only then
        rows[field.name] = field
      end
    end
  end
  add(models[name])
  local tags = names(models[name].variants or {})
  for _, tag in ipairs(tags) do
    add(models[models[name].variants[tag]])
  end
  if models[name].discriminator then
    rows[models[name].discriminator] = { name = models[name].discriminator, type = "string", values = tags }
  end
  return rows
end

--- Name -> { type, values } of what may be given a value in the table.
---@param schema roster.repl.Schema?
---@return table<string, table>
function M.rows(schema)
  if not schema or schema.several then
    return {}
  end
  return schema.rows or schema.model and rows_of(schema.provider, schema.model) or {}
end

return M

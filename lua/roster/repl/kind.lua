--- What an expression stands for at the prompt: a value that is there, or what
--- the catalog says a call will give. Nothing is called.
local common = require "roster.client.common"
local describe = require "roster.describe"
local guard = require "roster.repl.guard"
local methods = require "roster.client.methods"
local scan = require "roster.repl.scan"
local value = require "roster.repl.value"

local M = {}

--- One of: a value; a client's provider; an operation or a method that every
--- client has; a constructor; a list; a model, of one or of several in a table.
---@class roster.repl.Kind
---@field value any?
---@field provider string?
---@field client boolean?
---@field op table?          row of the catalog
---@field common string?     name of a method that every client has
---@field constructor string? provider
---@field list boolean?      a roster.list, of `model`
---@field method string?     of a list
---@field model string?
---@field several boolean?   a table of `model`

local KEYWORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true "
  .. "until while"):gmatch "%a+" do
  KEYWORDS[word] = true
end

M.keywords = KEYWORDS

local function common_name(method)
  for name, held in pairs(common) do
    if held == method then
      return name
    end
  end
end

--- The kind of a list, from what made it.
local function list_of(provider, op)
  return { provider = provider, list = true, model = op and describe.model(provider, op) }
end

--- The kind of a value that is there.
---@param held any
---@return roster.repl.Kind?
function M.of(held)
  if held == nil then
    return nil
  end
  local kind = { value = held, constructor = guard.constructs(held) }
  local method = guard.original(held)
  local provider, name = methods.describe(method)
  if provider and name then
    kind.provider, kind.op = provider, describe.operation(provider, name)
  elseif provider then
    kind.provider, kind.client = provider, true
  elseif type(held) == "function" then
    kind.common = common_name(method)
  end
  local mt = debug.getmetatable(held)
  if type(mt) == "table" and rawget(mt, "__name") == "roster.list" and rawget(held, "state") then
    local of = rawget(held, "state").service
    local list = list_of(of, describe.operation(of, rawget(held, "name")))
    kind.provider, kind.list, kind.model = list.provider, true, list.model
  end
  return kind
end

--- The kind of what a field of the model holds.
---@param provider string
---@param model string
---@param name string
---@return roster.repl.Kind?
function M.field(provider, model, name)
  local field = describe.field(describe.catalog(provider).models[model], name)
  if field and field.model then
    return { provider = provider, model = field.model, several = field.type ~= "object" }
  end
end

local function member(base, name)
  if not base then
    return nil
  elseif base.list then
    return { provider = base.provider, model = base.model, method = name }
  elseif base.value ~= nil then
    local found = M.of(value.get(base.value, name))
    if found and base.client then
      found.provider = base.provider
    end
    return found
  elseif base.client then
    local op = describe.operation(base.provider, name)
    return { provider = base.provider, op = op, common = not op and common[name] and name or nil }
  elseif base.model and not base.several then
    return M.field(base.provider, base.model, name)
  end
end

--- What a call of this gives.
local function result(callee)
  if not callee then
    return nil
  elseif callee.constructor then
    return { provider = callee.constructor, client = true }
  elseif callee.op then
    if describe.is_list(callee.op) then
      return list_of(callee.provider, callee.op)
    end
    return { provider = callee.provider, model = describe.model(callee.provider, callee.op) }
  elseif callee.common == "list" then
    return { provider = callee.provider, list = true }
  elseif callee.method == "first" then
    return { provider = callee.provider, model = callee.model }
  elseif callee.method == "all" or callee.method == "page" then
    return { provider = callee.provider, model = callee.model, several = true }
  end
end

--- Does an expression end with this word?
local function ends_expression(word)
  if not word then
    return false
  elseif word.kind == "name" then
    return not KEYWORDS[word.text]
  end
  return word.kind == "string" or word.kind == "symbol" and (word.text == ")" or word.text == "]" or word.text == "}")
end

--- Is what begins at word `i` called or indexed by it, rather than on its own?
---@param words roster.repl.Word[]
---@param i integer
---@return boolean
function M.follows_expression(words, i)
  return ends_expression(words[i - 1])
end

-- `for name in list do`: what the loop's name stands for
local function loop_variable(words, name, before, globals)
  for i = before, 3, -1 do
    if words[i].text == "in" and words[i].kind == "name" and words[i - 1].text == name
      and words[i - 2].text == "for" then
      local last = i + 1
      while words[last] and not (words[last].kind == "name" and words[last].text == "do") do
        last = last + 1
      end
      local list = M.ending(words, last - 1, globals)
      return list and list.list and { provider = list.provider, model = list.model } or nil
    end
  end
end

local function indexed(words, i, globals)
  local open = scan.opening(words, i)
  local base = open and M.ending(words, open - 1, globals)
  local key = words[i - 1]
  if not base or open ~= i - 2 then
    return nil
  elseif base.value ~= nil then
    return M.of(value.get(base.value, key.kind == "number" and tonumber(key.text) or key.text))
  elseif base.several then
    return { provider = base.provider, model = base.model }
  end
  return key.kind == "string" and member(base, key.text) or nil
end

local function named(words, i, globals)
  local before = words[i - 1]
  if scan.is_symbol(before, ".") or scan.is_symbol(before, ":") then
    return member(M.ending(words, i - 2, globals), words[i].text)
  end
  return loop_variable(words, words[i].text, i - 1, globals) or M.of(value.get(globals, words[i].text))
end

--- The kind of the expression that ends at word `i`, nil when nobody can tell.
---@param words roster.repl.Word[]
---@param i integer
---@param globals table
---@return roster.repl.Kind?
function M.ending(words, i, globals)
  local word = words[i]
  if not ends_expression(word) then
    return nil
  elseif word.kind == "name" then
    return named(words, i, globals)
  elseif word.text == "]" and word.kind == "symbol" then
    return indexed(words, i, globals)
  end
  local open = word.kind == "string" and i or scan.opening(words, i)
  if not open then
    return nil
  elseif ends_expression(words[open - 1]) then
    return result(M.ending(words, open - 1, globals))
  elseif word.kind == "string" then
    return { value = word.text }
  end
  return word.text == ")" and M.ending(words, i - 1, globals) or nil
end

return M

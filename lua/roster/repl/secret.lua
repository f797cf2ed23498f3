--- Which fields are not shown, by the marks in the catalog. A value does not say
--- which model it is of, so its names decide: a name that is secret wherever it
--- is a text; one that is secret in what a field holds (`password.value`); and
--- one in a table that has no other field than those of a model where it is.
local config = require "roster.config"
local core = require "roster.core"
local describe = require "roster.describe"

local M = {}

M.MASK = "***"

-- what no model holds: credentials, and the headers that carry one
local OTHERS = {
  "authorization", "cookie", "id_token", "private_key", "set-cookie", "token", "x-api-key",
}

local function is_text(field)
  return field.type == "string"
end

--- Calls f(model, field) for each field of each service.
local function each_field(f)
  for _, provider in ipairs(core.providers()) do
    for _, model in pairs(describe.catalog(provider).models) do
      for _, field in ipairs(model.fields) do
        f(model, field)
      end
    end
  end
end

local function is_credential(option)
  for _, ending in ipairs { "secret", "key", "token", "password" } do
    if option:sub(-#ending) == ending then
      return true
    end
  end
  return false
end

--- Names that some model has as a secret and none as another text.
local function always_secret()
  local secret, other = {}, {}
  each_field(function(_, field)
    if field.secret then
      secret[field.name] = true
    elseif is_text(field) then
      other[field.name] = true
    end
  end)
  for name in pairs(other) do
    secret[name] = nil
  end
  for _, provider in ipairs(core.providers()) do
    for name in pairs(config.services[provider].options) do
      secret[name] = secret[name] or is_credential(name) or nil
    end
  end
  for _, name in ipairs(OTHERS) do
    secret[name] = true
  end
  return secret
end

--- Models that have a secret, as sets of their fields' names: true where the
--- field is one.
local function models_with_secrets()
  local found, seen = {}, {}
  each_field(function(model, field)
    if field.secret and not seen[model] then
      seen[model] = true
      local names = {}
      for _, each in ipairs(model.fields) do
        names[each.name] = each.secret
      end
      found[#found + 1], found[model.name] = names, names
    end
  end)
  return found
end

--- field -> what is secret in the table that it holds.
local function held_by(models)
  local held = {}
  each_field(function(_, field)
    if field.model and models[field.model] then
      held[field.name] = models[field.model]
    end
  end)
  return held
end

local always, models, held

local function prepare()
  if not always then
    always, models = always_secret(), models_with_secrets()
    held = held_by(models)
  end
end

local function fits(value, names)
  for key in next, value do
    if names[key] == nil then
      return false
    end
  end
  return true
end

--- Which of the table's fields are not to be shown: a function of the name.
---@param value table
---@param parent string? the field that holds it
---@return fun(name: any): boolean
function M.of(value, parent)
  prepare()
  local names = held[parent] or {}
  local matching = {}
  for _, model in ipairs(models) do
    if fits(value, model) then
      matching[#matching + 1] = model
    end
  end
  return function(name)
    if parent == "headers" and type(name) == "number" then
      -- a whole line
      local header = tostring(value[name]):match("^([^:]+):")
      return header ~= nil and always[header:lower()] or false
    elseif type(name) ~= "string" then
      return false
    elseif always[name] or always[name:lower()] or names[name] then
      return true
    end
    for _, model in ipairs(matching) do
      if model[name] then
        return true
      end
    end
    return false
  end
end

return M

--- A service's client as a class: a method for every operation, with the
--- classes of its options and of the lists that it returns.
local describe = require "roster.describe"
local names = require "roster.names"
local models = require "meta.models"
local shared = require "meta.shared"
local text = require "meta.text"
local types = require "meta.types"

local M = {}

--- The class of an operation's options, if it has some of its own.
---@return string? class, string every what every call of its kind takes
local function options_class(provider, op)
  local every = describe.is_list(op) and "roster.ListOptions" or "roster.CallOptions"
  for _, param in ipairs(op.params) do
    if param.place ~= "path" then
      return types.class(provider, op.name) .. ".Options", every
    end
  end
  return nil, every
end

local function param_note(param)
  local note = param.note
  if param.default ~= nil then
    local default = "default: " .. tostring(param.default)
    note = note and note .. "; " .. default or default
  end
  return note
end

local function options_lines(provider, op)
  local class, every = options_class(provider, op)
  local lines, fields = {}, {}
  for _, param in ipairs(class and op.params or {}) do
    if param.place ~= "path" then
      if param.values then
        text.append(lines, models.alias(types.values(class, param.option), param.values))
        lines[#lines + 1] = ""
      end
      local field = ("---@field %s%s %s"):format(param.option, param.required and "" or "?",
        types.param(class, param))
      text.append(fields, text.annotate(field, param_note(param)))
    end
  end
  if class then
    lines[#lines + 1] = "---@class " .. class .. ": " .. every
    text.append(lines, fields)
    lines[#lines + 1] = ""
  end
  return lines
end

--- What comes back, in the notation of the annotations.
---@param catalog table
---@param op table
---@return string[] lines
local function return_lines(catalog, op)
  if describe.is_list(op) then
    return { "---@return " .. types.list(catalog.name, describe.model(catalog.name, op)) .. " list" }
  end
  local value = "true|roster.Request|nil done"
  if op.returns then
    value = types.model(catalog, op.returns.model) .. "? value"
  end
  return { "---@return " .. value, shared.META, shared.DETAIL }
end

local function prose(op)
  local lines = text.wrap(text.sentence(op.summary), text.WIDTH, "---")
  if op.note then
    lines[#lines + 1] = "---"
    text.append(lines, text.wrap(text.sentence(op.note), text.WIDTH, "---"))
  end
  text.append(lines, { "---", "---`" .. op.method .. " " .. op.path .. "`" })
  return lines
end

local function method_lines(catalog, op, shapes)
  local class, every = options_class(catalog.name, op)
  local lines, params = {}, {}
  local function add(name, kind, required, note)
    params[#params + 1] = name
    text.append(lines, text.annotate(("---@param %s%s %s"):format(name, required and "" or "?", kind), note))
  end
  local needs_options = false
  for _, param in ipairs(op.params) do
    if param.place == "path" then
      add(param.option, types.param(class, param), true, param_note(param))
    else
      needs_options = needs_options or param.required
    end
  end
  if op.body then
    add("body", types.body(catalog, op, shapes.apart), op.body.required)
  end
  add("options", class or every, needs_options)
  text.append(lines, return_lines(catalog, op))
  return lines, table.concat(params, ", ")
end

local function declaration(name, params)
  local line = ("function Client:%s(%s) end"):format(name, params)
  return #line > text.WIDTH and ("function Client:%s(\n  %s\n) end"):format(name, params) or line
end

local function operation_lines(catalog, op, shapes)
  local lines = options_lines(catalog.name, op)
  local annotations, params = method_lines(catalog, op, shapes)
  text.append(lines, prose(op))
  text.append(lines, annotations)
  lines[#lines + 1] = declaration(op.name, params)
  for _, alias in ipairs(op.aliases or {}) do
    text.append(lines, { "", ("---What the older document calls `%s`."):format(op.name),
      ("---@deprecated use %s"):format(op.name) })
    text.append(lines, annotations)
    lines[#lines + 1] = declaration(alias, params)
  end
  return lines
end

--- The models that some list of the service holds.
local function listed(catalog)
  local found = {}
  for _, op in ipairs(catalog.operations) do
    local model = describe.is_list(op) and describe.model(catalog.name, op)
    if model then
      found[model] = true
    end
  end
  return names(found)
end

--- The file of a service.
---@param catalog table
---@param title string the service's name
---@param shapes table see meta.shapes
---@return string[] lines
function M.lines(catalog, title, shapes)
  local provider = catalog.name
  local lines = { "---@meta _", "" }
  text.append(lines, shared.constructor_lines(provider))
  for _, model in ipairs(listed(catalog)) do
    lines[#lines + 1] = ""
    text.append(lines, shared.list_lines(types.class(provider, model), types.list(provider, model)))
  end
  text.append(lines, {
    "",
    ("---A client of %s, made by `roster.%s`: a method for each operation."):format(title, provider),
    "---@class " .. types.class(provider, "Client") .. ": roster.Client",
    "local Client = {}",
  })
  for _, op in ipairs(catalog.operations) do
    lines[#lines + 1] = ""
    text.append(lines, operation_lines(catalog, op, shapes))
  end
  return lines
end

return M

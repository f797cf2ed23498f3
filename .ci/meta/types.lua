--- Types of the catalog in the notation of the annotations.
local M = {}

local SCALARS = {
  any = "any",
  string = "string",
  boolean = "boolean",
  integer = "integer",
  number = "number",
  datetime = "string",
}

--- The class of a model. One that comes in kinds has a base class, and this
--- name stands for any of them.
---@param provider string
---@param name string
---@return string
function M.class(provider, name)
  return "roster." .. provider .. "." .. name
end

--- What a value of the model may be: its class, or any of its kinds.
---@param catalog table
---@param name string
---@param apart table<string, boolean>? as it is sent, where that has a class
---@return string
function M.model(catalog, name, apart)
  local class = M.class(catalog.name, name)
  if apart and apart[name] then
    return class .. ".Body"
  end
  return catalog.models[name].variants and class .. ".Kind" or class
end

--- The list whose items are of this model; of anything when that is nil.
---@param provider string
---@param name string?
---@return string
function M.list(provider, name)
  return name and M.class(provider, name) .. ".List" or "roster.List"
end

--- The name of the strings that are known for a field or for an option.
---@param owner string class
---@param name string
---@return string
function M.values(owner, name)
  return owner .. "." .. name:gsub("[^%w_]", "_")
end

local function one(catalog, kind, model, alias, apart)
  if alias then
    return alias
  elseif kind == "object" then
    return model and M.model(catalog, model, apart) or "table<string, any>"
  end
  return assert(SCALARS[kind], kind)
end

--- The type of a model's field.
---@param catalog table
---@param model string
---@param field table
---@param apart table<string, boolean>? as it is sent
---@return string
function M.field(catalog, model, field, apart)
  local alias = field.values and M.values(M.class(catalog.name, model), field.name)
  if field.type == "array" then
    return one(catalog, field.item, field.model, alias, apart) .. "[]"
  elseif field.type == "map" then
    return "table<string, " .. one(catalog, field.item, field.model, alias, apart) .. ">"
  end
  return one(catalog, field.type, field.model, alias, apart)
end

-- how values may be written besides, by the parameter's style on the wire
local STYLES = {
  spaced = function(plain)
    return plain .. "|" .. plain .. "[]"
  end,
  filter = function()
    return "string|string[]|{ any: string[] }"
  end,
  brackets = function()
    return "string|table<string, any>"
  end,
}
STYLES.commas, STYLES.omit = STYLES.spaced, STYLES.spaced

--- The type of an operation's parameter. An id may be written as a number,
--- however the service calls it.
---@param owner string class of the operation's options
---@param param table
---@return string
function M.param(owner, param)
  if param.place == "path" then
    return "string|integer"
  end
  local plain = param.values and M.values(owner, param.option) or assert(SCALARS[param.type], param.type)
  return param.style and STYLES[param.style](plain) or plain
end

--- What the body of an operation may be.
---@param catalog table
---@param op table
---@param apart table<string, boolean> see meta.shapes
---@return string
function M.body(catalog, op, apart)
  local class = M.model(catalog, op.body.model, apart)
  return catalog.models[op.body.model].wraps and "string|" .. class or class
end

return M

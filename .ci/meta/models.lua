--- The models of a service as classes.
local names = require "roster.names"
local text = require "meta.text"
local types = require "meta.types"

local M = {}

-- what is no name in Lua stands in brackets
local function key(name)
  return name:find("^[%a_][%w_]*$") and name or '["' .. name .. '"]'
end

--- The known strings, as an alias; others pass as well.
---@param alias string
---@param values string[]
---@return string[] lines
function M.alias(alias, values)
  local lines = { "---@alias " .. alias .. " string" }
  for _, value in ipairs(values) do
    lines[#lines + 1] = ('---| "%s"'):format(value)
  end
  return lines
end

local NOTES = {
  { "read_only", "set by the service" },
  { "write_only", "never comes back" },
  { "nullable", "roster.null clears it" },
  { "secret", "never printed" },
  { "later", "not in the older documents" },
}

--- What is to be known of a field besides its type.
---@param field table
---@return string
function M.note(field)
  local notes = {}
  for _, row in ipairs(NOTES) do
    -- what only the service sets cannot be cleared
    if field[row[1]] and not (row[1] == "nullable" and field.read_only) then
      notes[#notes + 1] = row[2]
    end
  end
  if field.type == "datetime" then
    table.insert(notes, 1, "RFC 3339")
  end
  return table.concat(notes, "; ")
end

--- A class's fields. `apart`: as they are sent.
local function fields_lines(catalog, model, shapes, apart)
  local lines = {}
  for _, field in ipairs(model.fields) do
    -- what the service sets is never required of the caller
    local required = field.required and not field.read_only
    local optional = not required and (apart or not shapes.is_there(model.name, field))
    local type_ = types.field(catalog, model.name, field, apart)
    text.append(lines, text.annotate(("---@field %s%s %s"):format(key(field.name), optional and "?" or "", type_),
      M.note(field)))
  end
  if not model.closed then
    lines[#lines + 1] = "---@field [string] any"
  end
  return lines
end

--- Which model each kind belongs to.
local function bases(catalog)
  local found = {}
  for _, name in ipairs(names(catalog.models)) do
    for _, kind in pairs(catalog.models[name].variants or {}) do
      found[kind] = name
    end
  end
  return found
end

local function kinds_lines(catalog, model)
  local class, list = types.class(catalog.name, model.name), {}
  for _, tag in ipairs(names(model.variants)) do
    list[#list + 1] = types.class(catalog.name, model.variants[tag])
  end
  local lines = {
    "",
    "---What `" .. model.discriminator .. "` says it is.",
    "---@alias " .. class .. ".Kind " .. class,
  }
  for _, kind in ipairs(list) do
    lines[#lines + 1] = "---| " .. kind
  end
  return lines
end

local function model_lines(catalog, model, base, shapes)
  local class = types.class(catalog.name, model.name)
  local lines = {}
  for _, field in ipairs(model.fields) do
    if field.values then
      text.append(lines, M.alias(types.values(class, field.name), field.values))
      lines[#lines + 1] = ""
    end
  end
  local parent = base and types.class(catalog.name, base)
  if shapes.apart[model.name] then
    parent = class .. ".Body"
    text.append(lines, { ("---`%s` as it is sent."):format(model.name), "---@class " .. parent })
    text.append(lines, fields_lines(catalog, model, shapes, shapes.apart))
    lines[#lines + 1] = ""
  end
  lines[#lines + 1] = "---@class " .. class .. (parent and ": " .. parent or "")
  text.append(lines, fields_lines(catalog, model, shapes, shapes.is_sent(model.name) and shapes.apart or nil))
  return model.variants and text.append(lines, kinds_lines(catalog, model)) or lines
end

--- The file of a service's models.
---@param catalog table
---@param title string the service's name
---@param shapes table see meta.shapes
---@return string[] lines
function M.lines(catalog, title, shapes)
  local lines = {
    "---@meta _",
    "",
    "---What " .. title .. " sends and takes, in its own spelling. A string that is not listed passes as",
    "---well, both ways, and so does a field of a response. A call raises an error for a field that its",
    "---body's model does not list, unless that is open ([string]) or the option `extra` names the field.",
    "---Of what comes back, tables of tables are not said to be nil, so that they",
    "---can be read without a check; where the service leaves one out, it is nil all the same.",
  }
  local base = bases(catalog)
  for _, name in ipairs(names(catalog.models)) do
    lines[#lines + 1] = ""
    text.append(lines, model_lines(catalog, catalog.models[name], base[name], shapes))
  end
  return lines
end

return M

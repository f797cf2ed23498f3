--- The part of a reference page that shows the fields of models.
local describe = require "roster.describe"
local names = require "roster.names"
local markdown = require "meta.markdown"
local models = require "meta.models"
local shapes = require "meta.shapes"
local text = require "meta.text"

local M = {}

local cell, row = markdown.cell, markdown.row

local function field_note(field)
  local note = models.note(field)
  if field.values then
    note = note .. (note ~= "" and "; " or "") .. "known: " .. markdown.joined(field.values, "and")
  end
  return cell(note)
end

local function model_lines(model)
  local lines = { "", "### " .. model.name, "" }
  if model.discriminator then
    text.append(lines, { "Comes in kinds, which `" .. model.discriminator .. "` tells.", "" })
  end
  text.append(lines, { model.closed and "Closed." or "Open: may have fields of its own.", "" })
  text.append(lines, { row("Field", "Type", ""), row("---", "---", "---") })
  for _, field in ipairs(model.fields) do
    local type_ = markdown.linked(describe.type(field), field.model)
    lines[#lines + 1] = row(markdown.code(field.name) .. (field.required and ", required" or ""), cell(type_),
      field_note(field))
  end
  return lines
end

--- The models that a call of the service sends or returns.
---@param catalog table
---@return string[] lines
function M.lines(catalog)
  local lines = {
    "",
    "## Models",
    "",
    "What bodies and responses hold. In a response a field that is not listed passes as well. A call that sends",
    "one in a closed model raises an error, with a suggestion; the option `extra` names fields that pass,",
    "`check = false` sends all.",
  }
  local sent, returned = shapes.reached(catalog, "body"), shapes.reached(catalog, "returns")
  for _, name in ipairs(names(catalog.models)) do
    if sent[name] or returned[name] then
      text.append(lines, model_lines(catalog.models[name]))
    end
  end
  return lines
end

return M

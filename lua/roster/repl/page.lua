--- The help of one operation, and of one model: what the row says, for people.
local describe = require "roster.describe"

local M = {}

local WIDTH = 100

--- Text broken at spaces into lines that begin with `indent`.
---@param text string
---@param indent string
---@return string
function M.wrap(text, indent)
  local lines, line = {}, nil
  for word in text:gmatch("%S+") do
    if line and #line + #word + 1 > WIDTH then
      lines[#lines + 1], line = line, nil
    end
    line = line and line .. " " .. word or indent .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function add(lines, text)
  lines[#lines + 1] = text
end

--- "string, required; values A, B; default x: note"
local function facts(argument)
  local text = argument.type
  if argument.required then
    text = text .. ", required"
  end
  if argument.default ~= nil then
    text = text .. ", " .. tostring(argument.default) .. " if absent"
  end
  if argument.note then
    text = text .. ": " .. argument.note
  end
  if argument.values then
    text = text .. " [" .. table.concat(argument.values, " | ") .. "]"
  end
  return text
end

local NARROW, WIDE = 18, 46

--- Names and what is to be said of them, in two columns, added to the lines.
---@param lines string[]
---@param rows string[][] { name, text }
function M.rows(lines, rows)
  local column = NARROW
  for _, row in ipairs(rows) do
    column = math.max(column, math.min(#row[1], WIDE))
  end
  local margin = (" "):rep(column + 4)
  for _, row in ipairs(rows) do
    local name, text = row[1], M.wrap(row[2], margin)
    if #name <= column then
      lines[#lines + 1] = "  " .. name .. text:sub(#name + 3)
    else
      lines[#lines + 1] = "  " .. name
      lines[#lines + 1] = text
    end
  end
end

local function arguments(lines, provider, op)
  local list = describe.arguments(provider, op)
  local calls = {}
  for _, option in ipairs(describe.call_options(op)) do
    calls[#calls + 1] = option.name
  end
  local positional, options = {}, {}
  for _, argument in ipairs(list) do
    local into = argument.place == "option" and options or positional
    into[#into + 1] = { argument.name, facts(argument) }
  end
  options[#options + 1] = { "as every call", table.concat(calls, ", ") }
  if #positional > 0 then
    add(lines, "takes")
    M.rows(lines, positional)
  end
  add(lines, "options")
  M.rows(lines, options)
end

local function body(lines, provider, op)
  if not op.body then
    return
  end
  local required = describe.required(provider, op.body.model)
  if #required > 0 then
    add(lines, "the body must have  " .. table.concat(required, ", "))
  end
  local model = describe.catalog(provider).models[op.body.model]
  if not model.wraps then
    add(lines, ('its fields          help "%s.%s", and Tab'):format(provider, op.body.model))
  end
end

local function example(lines, provider, op)
  local source, runs = describe.example(provider, op)
  add(lines, runs and "example, which runs in the sandbox" or "example")
  -- what is local to its own line is of no use at the prompt
  source = ("\n" .. source):gsub("\nlocal ([%a_][%w_]*)%f[\n%z]", "\n%1 = nil"):gsub("\nlocal ", "\n"):sub(2)
  add(lines, "  " .. source:gsub("\n", "\n  "))
end

--- The help page of an operation.
---@param provider string
---@param op table
---@return string
function M.operation(provider, op)
  local lines = { describe.signature(provider, op), "  " .. op.method .. " " .. op.path, "" }
  add(lines, M.wrap(op.summary .. ".", ""))
  if op.note then
    add(lines, M.wrap("Note: " .. op.note .. ".", ""))
  end
  if op.aliases then
    add(lines, "Also called " .. table.concat(op.aliases, ", ") .. ".")
  end
  add(lines, "")
  arguments(lines, provider, op)
  body(lines, provider, op)
  local how = describe.is_list(op) and ": for item in list do, list:first(), list:all()"
    or ", or nil, message, detail"
  add(lines, "returns             " .. describe.returns(op, provider) .. how)
  if describe.paging(op) then
    add(lines, "pages               " .. describe.paging(op))
  end
  add(lines, "sent again          " .. describe.retry(op))
  if op.bucket and op.bucket ~= provider then
    add(lines, "rate limit          " .. op.bucket)
  end
  local scopes = describe.scopes(op)
  if #scopes > 0 then
    add(lines, "scopes              " .. table.concat(scopes, " or "))
  end
  local why = describe.destroys(provider, op)
  if why then
    add(lines, "at the prompt       asks first: it " .. why)
  end
  add(lines, "")
  example(lines, provider, op)
  return table.concat(lines, "\n")
end

local function field_facts(field)
  local marks = {}
  for _, mark in ipairs { "required", "read_only", "secret" } do
    marks[#marks + 1] = field[mark] and mark:gsub("_", " ") or nil
  end
  local text = describe.type(field)
  if #marks > 0 then
    text = text .. ", " .. table.concat(marks, ", ")
  end
  if field.values then
    text = text .. " [" .. table.concat(field.values, " | ") .. "]"
  end
  return text
end

--- The help page of a model.
---@param provider string
---@param model table as in core.catalog(provider).models
---@return string
function M.model(provider, model)
  local lines = { provider .. "." .. model.name .. (model.closed and "" or ", and fields of your own") }
  local rows = {}
  for _, field in ipairs(model.fields) do
    rows[#rows + 1] = { field.name, field_facts(field) }
  end
  M.rows(lines, rows)
  if model.variants then
    local tags = {}
    for tag in pairs(model.variants) do
      tags[#tags + 1] = tag
    end
    table.sort(tags)
    add(lines, M.wrap("further fields by " .. model.discriminator .. ": " .. table.concat(tags, ", "), "  "))
  end
  return table.concat(lines, "\n")
end

return M

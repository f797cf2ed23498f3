--- A service's reference page, in Markdown: every operation with what help at
--- the prompt says of it, and what its failures can look like.
local config = require "roster.config"
local core = require "roster.core"
local describe = require "roster.describe"
local names = require "roster.names"
local markdown = require "meta.markdown"
local page_models = require "meta.page_models"
local shared = require "meta.shared"
local text = require "meta.text"

local M = {}

local code, cell, row = markdown.code, markdown.cell, markdown.row
local joined, linked = markdown.joined, markdown.linked

local function bullet(...)
  local lines = text.wrap("- " .. table.concat({ ... }), text.WIDTH - 2)
  for i = 2, #lines do
    lines[i] = "  " .. lines[i]
  end
  return lines
end

------------------------------------------------------------------- arguments

local function argument_note(argument)
  local parts = { argument.note }
  if argument.values then
    parts[#parts + 1] = "known: " .. joined(argument.values, "and")
  end
  if argument.default ~= nil then
    parts[#parts + 1] = "default " .. code(tostring(argument.default))
  end
  return cell(table.concat(parts, "; "))
end

local PLACES = { path = "path", body = "body", option = "option" }

local function arguments_lines(catalog, op)
  local arguments = describe.arguments(catalog.name, op)
  if #arguments == 0 then
    return {}
  end
  local lines = { "", row("Argument", "", "Type", ""), row("---", "---", "---", "---") }
  for _, argument in ipairs(arguments) do
    lines[#lines + 1] = row(code(argument.name), PLACES[argument.place] .. (argument.required and ", required" or ""),
      cell(linked(argument.type, argument.place == "body" and op.body.model or nil)), argument_note(argument))
  end
  local required = op.body and describe.required(catalog.name, op.body.model) or {}
  if #required > 0 then
    text.append(lines, { "", "The body must have " .. joined(required, "and") .. "." })
  end
  return lines
end

---------------------------------------------------------------------- facts

local function returns(catalog, op)
  local what = linked(describe.returns(op, catalog.name), describe.model(catalog.name, op))
  local paging = describe.paging(op)
  return paging and what .. ", lazy: " .. paging or what
end

--- What can go wrong, as far as the row tells; what holds for every call is
--- said once, at the top of the page.
local function errors(op)
  local list = {}
  local paths, options = {}, {}
  for _, param in ipairs(op.params) do
    if param.place == "path" then
      paths[#paths + 1] = param.option
    elseif param.required then
      options[#options + 1] = param.option
    end
    if param.option == "if_match" then
      list[#list + 1] = "412 when it was changed since `if_match`"
    end
  end
  if #paths > 0 then
    table.insert(list, 1, "404 where there is nothing of " .. joined(paths, "and"))
  end
  if #describe.scopes(op) > 0 then
    list[#list + 1] = "403 without the right or the scope"
  elseif not op.anonymous then
    list[#list + 1] = "403 without the right"
  end
  if #options > 0 then
    list[#list + 1] = "raises without " .. joined(options, "and")
  end
  if op.body then
    list[#list + 1] = "kind `argument` where the body cannot be sent"
  end
  if describe.is_list(op) then
    list[#list + 1] = "raised in a loop, returned by `page`, `all` and `first`"
  end
  return #list > 0 and table.concat(list, "; ") or "none of its own"
end

local function facts_lines(catalog, op)
  local lines = { "" }
  text.append(lines, bullet("Returns: ", returns(catalog, op)))
  text.append(lines, bullet("Errors: ", errors(op)))
  text.append(lines, bullet("Retry: ", describe.retry(op)))
  text.append(lines, bullet("Rate bucket: ", code(op.bucket)))
  local scopes = describe.scopes(op)
  if #scopes > 0 then
    text.append(lines, bullet("Scope: ", joined(scopes, "or")))
  elseif op.anonymous then
    text.append(lines, bullet("Needs no credential"))
  end
  local why = describe.destroys(catalog.name, op)
  return why and text.append(lines, bullet("Asked for at the prompt first: ", why)) or lines
end

------------------------------------------------------------------ operations

local function example_lines(catalog, op)
  local lines = { "", "```lua" }
  for line in (describe.example(catalog.name, op) .. "\n"):gmatch("(.-)\n") do
    lines[#lines + 1] = line
  end
  lines[#lines + 1] = "```"
  return lines
end

local function operation_lines(catalog, op)
  local lines = { "", "### " .. op.name, "" }
  text.append(lines, { "```lua", describe.signature(catalog.name, op), "```", "" })
  local said = text.sentence(op.summary)
  if op.note then
    said = said .. " " .. text.sentence(op.note)
  end
  text.append(lines, text.wrap(said, text.WIDTH))
  text.append(lines, { "", code(op.method .. " " .. op.path) })
  if op.aliases then
    lines[#lines] = lines[#lines] .. ", called " .. joined(op.aliases, "and") .. " in the older document"
  end
  text.append(lines, arguments_lines(catalog, op))
  text.append(lines, facts_lines(catalog, op))
  return text.append(lines, example_lines(catalog, op))
end

------------------------------------------------------------------------ page

local function intro(catalog, title)
  local provider = catalog.name
  return {
    "",
    "# " .. title,
    "",
    ("What `roster.%s{...}` can do: %d operations. At the prompt, `help(%s.NAME)` says the same."):format(provider,
      #catalog.operations, provider),
    "",
    "A call returns its value and a table about the answer, or `nil`, a message and a table about the failure;",
    "one that is written wrongly raises. Every call can fail with the kinds `http` (401, 403, 404, 429, 5xx ...),",
    "`auth`, `rate_limited`, `transport`, `timeout`, `protocol` and `closed`; below stands what is one's own. The",
    "README tells what the fields of the failure mean. The examples run as they are against a new sandbox, where",
    ("`%s = roster.%s { sandbox = true }`; elsewhere they find nobody."):format(provider, provider),
  }
end

local function call_options_lines()
  local lines = {
    "",
    "Every call takes, in its table of options:",
    "",
    row("Option", "Type", ""),
    row("---", "---", "---"),
  }
  for _, option in ipairs(core.call_options()) do
    local note = option.note .. (option.lists_only and " (of lists only)" or "")
    lines[#lines + 1] = row(code(option.name), option.type, cell(note))
  end
  return lines
end

local function constructor_lines(provider)
  local rows = config.options(provider)
  local lines = { "", "## The client", "", row("Option", "Type", ""), row("---", "---", "---") }
  for _, name in ipairs(names(rows)) do
    local option = rows[name]
    local kinds = table.concat(option, " or ", 1, #option - 1)
    lines[#lines + 1] = row(code(name), kinds, cell(shared.option_note(provider, name, option)))
  end
  return lines
end

--- The page of a service.
---@param catalog table
---@param title string the service's name
---@return string[] lines
function M.lines(catalog, title)
  local lines = intro(catalog, title)
  text.append(lines, { "", "| Operation | |", "| --- | --- |" })
  for _, op in ipairs(catalog.operations) do
    lines[#lines + 1] = row(("[%s](#%s)"):format(op.name, op.name), cell(op.summary))
  end
  text.append(lines, call_options_lines())
  text.append(lines, constructor_lines(catalog.name))
  text.append(lines, { "", "## Operations" })
  for _, op in ipairs(catalog.operations) do
    text.append(lines, operation_lines(catalog, op))
  end
  return text.append(lines, page_models.lines(catalog))
end

return M

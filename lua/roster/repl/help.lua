--- What `help` prints. Texts, and no I/O.
local common = require "roster.client.common"
local config = require "roster.config"
local core = require "roster.core"
local describe = require "roster.describe"
local errors = require "roster.error"
local advice = require "roster.repl.advice"
local kind = require "roster.repl.kind"
local names = require "roster.names"
local null = require("roster.json").null
local page = require "roster.repl.page"
local show = require "roster.repl.show"
local value = require "roster.repl.value"

local M = {}

-- what every client has besides its operations
local COMMON = {
  close = { "close()", "closes its connections and forgets its token" },
  each = { "each(source, work, options)", "does something to many items, a few at a time, with a journal" },
  limits = { "limits()", "what is known of the service's rate limits" },
  list = { "list{ path = ..., query = ... }", "walks a list that has no method here" },
  request = { "request{ method = ..., path = ..., query = ..., body = ... }", "sends what has no method here" },
}

local LIST = {
  { "for item in list do", "every item of every page, from the beginning" },
  { "list:first()", "the first item; nil when there is none" },
  { "list:all{ max = n }", "a table of everything, or of the first n" },
  { "list:page()", "the next page, one request; nil at the end" },
  { "list:pages()", "an iterator over the pages" },
  { "list:cursor()", "where to resume later, as the option `cursor`" },
  { "list:rewind()", "back to the beginning" },
}

local rows = page.rows

--- The clients among the globals, sorted by name.
local function clients(globals)
  local found = {}
  for name, held in pairs(value.names(globals)) do
    local of = kind.of(held)
    if of and of.client then
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found
end

--- help()
---@param globals table
---@return string
function M.overview(globals)
  local lines = { "roster " .. core._VERSION .. ": users at " .. table.concat(core.providers(), ", "), "" }
  rows(lines, {
    { "roster.okta{ ... }", "makes a client; help(roster.okta) lists what it takes; with the rock roster-sandbox "
      .. "installed, sandbox = true needs no account" },
    { "help(okta)", "the operations of a client" },
    { "help(okta.get_user)", 'one of them, also help "okta.get_user"' },
    { 'help "grants"', "searches names, summaries and notes" },
    { 'help "okta.User"', "the fields of a model" },
    { "help(user)", "a value with all of its fields; people are printed as one line" },
    { "last()", "what was sent last as a curl command, and what came back" },
  })
  lines[#lines + 1] = ""
  lines[#lines + 1] = "What takes something away asks first; roster.repl.confirm = false asks nothing."
  local here = clients(globals)
  lines[#lines + 1] = #here > 0 and "Clients here: " .. table.concat(here, ", ")
    or "Begin with: okta = roster.okta{ sandbox = true }"
  return table.concat(lines, "\n")
end

--- help(okta)
---@param provider string
---@return string
function M.client(provider)
  local lines = { ("%s: %d operations; help(%s.NAME) tells more"):format(provider,
    #describe.catalog(provider).operations, provider), "" }
  local list = {}
  for _, op in ipairs(describe.catalog(provider).operations) do
    list[#list + 1] = { op.name, op.summary }
  end
  for _, name in ipairs(names(common)) do
    list[#list + 1] = { name, COMMON[name] and COMMON[name][2] or "" }
  end
  rows(lines, list)
  return table.concat(lines, "\n")
end

--- help(roster.okta)
---@param provider string
---@return string
function M.constructor(provider)
  local service = config.services[provider]
  local lines = { "roster." .. provider .. "{ ... } makes a client. Its options, of which arguments win over the "
    .. "environment:", "" }
  local options, list = config.options(provider), {}
  for _, name in ipairs(names(options)) do
    local row = options[name]
    local text = table.concat(row, " or ", 1, #row - 1) .. ": " .. row[#row]
    local variables = service.environment and service.environment[name]
    if variables then
      text = text .. "; $" .. table.concat(variables, ", $")
    end
    list[#list + 1] = { name, text }
  end
  rows(lines, list)
  return table.concat(lines, "\n")
end

--- Every operation whose row mentions it: in its name, then elsewhere.
local function search(text)
  local wanted = text:lower():gsub(" ", "_")
  local words = text:lower()
  local by_name, elsewhere = {}, {}
  for _, provider in ipairs(core.providers()) do
    for _, op in ipairs(describe.catalog(provider).operations) do
      local called = provider .. "." .. op.name .. " " .. table.concat(op.aliases or {}, " ")
      local said = { op.summary, op.note or "", op.path, table.concat(op.scopes or {}, " ") }
      for _, argument in ipairs(describe.arguments(provider, op)) do
        said[#said + 1] = argument.name .. " " .. (argument.note or "")
      end
      local row = { provider .. "." .. op.name, op.summary }
      if called:find(wanted, 1, true) then
        by_name[#by_name + 1] = row
      elseif table.concat(said, "\n"):lower():find(words, 1, true) then
        elsewhere[#elsewhere + 1] = row
      end
    end
  end
  return by_name, elsewhere
end

--- The names that a search could have meant.
local function nearest(text)
  local known = {}
  for _, provider in ipairs(core.providers()) do
    for _, op in ipairs(describe.catalog(provider).operations) do
      known[#known + 1] = op.name
      known[#known + 1] = provider .. "." .. op.name
    end
  end
  return core.nearest(text, known)
end

local function found(text)
  local by_name, elsewhere = search(text)
  if #by_name + #elsewhere == 0 then
    local near = nearest(text)
    return ('nothing about "%s"'):format(text) .. (near and (', did you mean "%s"?'):format(near) or "")
  end
  local lines = { ('about "%s"'):format(text) }
  rows(lines, by_name)
  if #by_name > 0 and #elsewhere > 0 then
    lines[#lines + 1] = "mentioned in"
  end
  rows(lines, elsewhere)
  return table.concat(lines, "\n")
end

--- help "okta.create_user", help "create_user", help "okta.User", help "grants"
---@param text string
---@return string
function M.about(text)
  local of, name = text:match("^(%a+)[.:]([%w_]+)$")
  local pages = {}
  for _, provider in ipairs(core.providers()) do
    local wanted = of and (of == provider and name) or not of and text
    local op = wanted and describe.operation(provider, wanted)
    local model = wanted and describe.catalog(provider).models[wanted]
    if text == provider then
      return M.client(provider)
    elseif op then
      pages[#pages + 1] = page.operation(provider, op)
    elseif model then
      pages[#pages + 1] = page.model(provider, model)
    end
  end
  return #pages > 0 and table.concat(pages, "\n\n" .. ("-"):rep(80) .. "\n\n") or found(text)
end

local function of_list(of)
  local what = of.model and "a list of " .. of.model or "a list"
  local lines = { what .. ", which sends nothing until it is walked", "" }
  rows(lines, LIST)
  return table.concat(lines, "\n")
end

local function of_roster(roster)
  local lines = { "roster, version " .. core._VERSION, "" }
  local known = {
    array = "marks a table as a list where no model says so: roster.array{}",
    null = "is sent as null, which clears an attribute; nil is \"not mentioned\"",
    repl = "this prompt: confirm",
  }
  local list = {}
  for _, name in ipairs(names(roster)) do
    local provider = kind.of(roster[name]).constructor
    local text = provider and "makes a client; help(roster." .. name .. ")" or known[name]
    list[#list + 1] = text and { name, text } or nil
  end
  rows(lines, list)
  return table.concat(lines, "\n")
end

--- help(value)
---@param held any
---@param globals table
---@return string
function M.of(held, globals)
  local of = kind.of(held)
  if type(held) == "string" then
    return M.about(held)
  elseif held == null then
    return "roster.null is sent as JSON's null, which clears an attribute; nil is \"not mentioned\".\n"
      .. "It is true in a condition: compare with ==. In what comes back, null is absent."
  elseif of and of.constructor then
    return M.constructor(of.constructor)
  elseif of and of.op then
    return page.operation(of.provider, of.op)
  elseif of and of.client then
    return M.client(of.provider)
  elseif of and of.common then
    local row = COMMON[of.common]
    return row and "client:" .. row[1] .. "\n  " .. row[2] or "client:" .. of.common
  elseif of and of.list then
    return of_list(of)
  end
  local roster = value.get(globals, "roster")
  local here = {
    [roster or false] = of_roster,
    [value.get(globals, "help") or false] = function() return M.overview(globals) end,
    [value.get(globals, "last") or false] = function()
      return "last() prints what was sent last as a curl command with every secret masked, and what came back."
    end,
    [value.get(roster, "array") or false] = function()
      return "roster.array(list) marks a table as a list, so that it is sent as one even when it is empty.\n"
        .. "Only needed where no model says that a list belongs there."
    end,
  }
  if held ~= nil and here[held] then
    return here[held](held)
  elseif debug.getmetatable(held) == errors.mt then
    return advice.text(held)
  end
  return show.text(held, true)
end

return M

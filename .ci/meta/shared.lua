--- What the services have in common: the module, a client's own methods, lists,
--- and what a call takes and returns besides.
local config = require "roster.config"
local core = require "roster.core"
local names = require "roster.names"
local sources = require "meta.sources"
local tables = require "meta.tables"
local text = require "meta.text"
local types = require "meta.types"

local M = {}


-- The second and third value of every call. Neither is said to be nil, so that
-- what stands behind `if not value` need not ask once more.
M.META = "---@return string|roster.Meta meta the message when the call failed"
M.DETAIL = "---@return roster.Error detail nil unless it failed"

local MESSAGE = "---@return string message nil unless it failed"

-- Options whose Lua type says too little: each begins as its type in
-- roster.config does.
local CONSTRUCTOR = {
  ["governor"] = "boolean|{ capacity?: number }",
  ["on_wait"] = "fun(seconds: number, why: string, bucket: string): boolean?",
  ["on_warning"] = "fun(message: string)",
  ["on_request"] = "fun(request: roster.Request)",
  ["on_response"] = "fun(outcome: roster.Outcome)",
  ["on_retry"] = "fun(outcome: roster.Outcome, seconds: number, why: string)",
  ["clock"] = "table|fun(): number",
  ["transport"] = "\"curl\"|table|fun(request: roster.Request): roster.Response?, string?",
  ["token"] = "string|fun(): string?, string?",
  ["api_key"] = "string|fun(): string?, string?",
  ["access_token"] = "string|fun(): string?, string?",
  ["scopes"] = "string|string[]",
  ["signer"] = "fun(data: string, algorithm: string): string?, string?",
}

-- how a type of Lua begins in an annotation, plainly or said more closely
local PLAIN = {
  ["function"] = { "function", "fun(" },
  table = { "table", "{", "string[]" },
  string = { "string", '"' },
  number = { "number", "integer" },
  boolean = { "boolean" },
}

local function covers(annotation, plain)
  for _, beginning in ipairs(assert(PLAIN[plain], plain)) do
    if ("|" .. annotation):find("|" .. beginning, 1, true) then
      return true
    end
  end
  return false
end

--- The type of a constructor's option.
local function option_type(name, row)
  local list = {}
  for i = 1, #row - 1 do
    list[i] = row[i]
    assert(not CONSTRUCTOR[name] or covers(CONSTRUCTOR[name], row[i]), name)
  end
  return CONSTRUCTOR[name] or table.concat(list, "|")
end

--- What a constructor's option is, and where it is taken from when not given.
---@param provider string
---@param name string
---@param row table as config.options has it
---@return string
function M.option_note(provider, name, row)
  local variables = config.services[provider].environment[name]
  return row[#row] .. (variables and "; else " .. table.concat(variables, " or ") .. " in the environment" or "")
end

--- The class of a constructor's options.
---@param provider string
---@return string[] lines
function M.constructor_lines(provider)
  local rows = config.options(provider)
  local lines = {
    ("---What `roster.%s` takes."):format(provider),
    "---@class " .. types.class(provider, "Options"),
  }
  for _, name in ipairs(names(rows)) do
    local row = rows[name]
    text.append(lines, text.annotate(("---@field %s? %s"):format(name, option_type(name, row)),
      M.option_note(provider, name, row)))
  end
  return lines
end

-- The methods of lists in the order of use; what each returns, by the type of an
-- item, and its parameters' annotations.
local LIST = {
  { "page", function(item)
    return { "---@return " .. item .. "[]? page nil at the end, and when it failed", M.META, M.DETAIL }
  end },
  { "pages", function(item)
    return { "---@return fun(): " .. item .. "[]?" }
  end },
  { "all", function(item)
    return { "---@param options? { max?: integer }", "---@return " .. item .. "[]? items", MESSAGE, M.DETAIL }
  end },
  { "first", function(item)
    return { "---@return " .. (item == "any" and "any" or item .. "?") .. " item", MESSAGE, M.DETAIL }
  end },
  { "cursor", function()
    return { "---@return string? cursor nil at the end, and when it failed", MESSAGE, M.DETAIL }
  end, true },
  { "rewind", function()
    return {}
  end, true },
}

-- A method's prose and its annotations, as a function without a body.
local function method_lines(owner, name, method, prose, annotations)
  local lines = { "" }
  for _, line in ipairs(prose) do
    lines[#lines + 1] = "---" .. line
  end
  if method.usage then
    text.append(lines, { "---", "---```lua", "---" .. method.usage, "---```" })
  end
  text.append(lines, annotations)
  lines[#lines + 1] = ("function %s:%s(%s) end"):format(owner, name, table.concat(method.params, ", "))
  return lines
end

--- The class of a list.
---@param item string type of its items
---@param class string
---@return string[] lines
function M.list_lines(item, class)
  local methods = sources.methods("lua/roster/list.lua", "methods")
  local base = class == "roster.List"
  local owner = base and "List" or class:match("([%w_]+)%.List$") .. "List"
  local lines = {
    base and "---A lazy list: making one sends nothing." or "---A lazy list of `" .. item .. "`.",
    "---@class " .. class .. (base and "" or ": roster.List"),
    "---@overload fun(): " .. item .. (item == "any" and "" or "?"),
  }
  if base then
    lines[#lines + 1] = "---@field repaired integer U+FFFD read for text that is not Unicode, in the pages so far"
  end
  lines[#lines + 1] = "local " .. owner .. " = {}"
  for _, row in ipairs(LIST) do
    local name, annotations, alike = row[1], row[2](item), row[3]
    local method = assert(methods[name], name)
    if base or not alike then
      local prose = base and method.prose or text.wrap(sources.summary(method), text.WIDTH)
      text.append(lines, method_lines(owner, name, method, prose, annotations))
    end
    methods[name] = nil
  end
  assert(next(methods) == nil, "a method of lists has no type")
  return lines
end

-- What the methods of every client take and return.
local CLIENT = {
  request = {
    "---@param request roster.FreeRequest",
    "---@return any value",
    M.META,
    M.DETAIL,
  },
  list = { "---@param request roster.FreeList", "---@return roster.List list" },
  close = {},
  each = {
    "---@param source table|roster.List|fun(): any",
    "---@param work string|fun(item: any, client: any, again: boolean): any, any, any",
    "---@param options? roster.EachOptions",
    "---@return roster.Counts? counts",
    MESSAGE,
    M.DETAIL,
    "---@return roster.Counts counts what was done, when it failed",
  },
  limits = { "---@return roster.Limit[] limits" },
}

local function client_lines()
  local lines = {
    "---What every client can do, whatever its service.",
    "---@class roster.Client",
    "local Client = {}",
  }
  local methods = sources.methods("lua/roster/client/common.lua", "M")
  for _, name in ipairs(names(methods)) do
    local method = methods[name]
    text.append(lines, method_lines("Client", name, method, method.prose, assert(CLIENT[name], name)))
  end
  return lines
end

-- The options of calls whose Lua type says too little.
local CALL = { headers = "table<string, string>" }

local function call_option_lines(lists)
  local lines = {
    lists and "---What every call that returns a list takes besides." or "---What every call takes besides.",
    lists and "---@class roster.ListOptions: roster.CallOptions" or "---@class roster.CallOptions",
  }
  for _, option in ipairs(core.call_options()) do
    if option.lists_only == lists then
      local kind = CALL[option.name] or option.type
      text.append(lines, text.annotate(("---@field %s? %s"):format(option.name, kind), option.note))
    end
  end
  return lines
end

local function module_lines()
  local lines = {
    "---@class roster",
    "---@field _VERSION string",
    "---@field null any sends JSON null, which clears an attribute",
    "---marks a table as a JSON list where no model says so",
    "---@field array fun(list?: table): table",
    "---a JSON number that no number of Lua holds exactly, sent without quotes",
    "---@field number fun(text: string): userdata",
  }
  for _, provider in ipairs(core.providers()) do
    local options, client = types.class(provider, "Options"), types.class(provider, "Client")
    lines[#lines + 1] = ("---@field %s fun(options?: %s): %s"):format(provider, options, client)
  end
  return lines
end

--- The file of the module.
---@return string[] lines
function M.lines()
  local lines = { "---@meta _", "" }
  local parts = { module_lines(), client_lines(), call_option_lines(false), call_option_lines(true),
    M.list_lines("any", "roster.List") }
  text.append(parts, tables.parts())
  for i, part in ipairs(parts) do
    text.append(lines, i > 1 and { "" } or {})
    text.append(lines, part)
  end
  return lines
end

return M

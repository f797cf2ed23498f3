--- What a bulk run is asked to do: its source, its work and its options, read
--- before anything is done.
local config = require "roster.config"
local core = require "roster.core"
local host = require "roster.host"
local json = require "roster.json"
local names = require "roster.names"
local plain = require "roster.plain"

local M = {}

local OPTIONS = {
  concurrency = "number",
  on_error = "string",
  on_result = "function",
  journal = "string",
  name = "string",
  key = "function",
  load = "function",
  ambiguous = "string",
  progress = "boolean",
}

local WORDS = {
  on_error = { continue = true, stop = true },
  ambiguous = { ["repeat"] = true, report = true },
}

local DEFAULTS = { concurrency = 8, on_error = "continue", ambiguous = "repeat" }

local function fault_of(name, value)
  local kind = OPTIONS[name]
  if not kind then
    return config.unknown("option", name, names(OPTIONS))
  elseif type(value) ~= kind then
    return ('option "%s": expected %s, got %s'):format(name, kind, type(value))
  elseif WORDS[name] and not WORDS[name][value] then
    return ('option "%s": expected "%s"'):format(name, table.concat(names(WORDS[name]), '" or "'))
  elseif name == "concurrency" and not (value >= 1 and value % 1 == 0) then
    return 'option "concurrency": expected a whole number, 1 or more'
  end
  return nil
end

--- The options with defaults, or nil and what is wrong with them.
---@param given table?
---@return table? settings, string? fault
function M.options(given)
  if given ~= nil and type(given) ~= "table" then
    return nil, "expected a table of options, got " .. type(given)
  end
  local members, fault = plain.members(given or {}, "options", names(OPTIONS))
  if not members then
    return nil, fault
  end
  local settings = {}
  for name, value in pairs(DEFAULTS) do
    settings[name] = value
  end
  for name, value in next, members do
    fault = fault_of(name, value)
    if fault then
      return nil, fault
    end
    settings[name] = value
  end
  return settings
end

--- A function that gives the next item, and how many there are if that is
--- known; nil when the source is none, and why if it is a table.
---@param source any
---@return function? pull, integer|string? total_or_fault
function M.source(source)
  if type(source) == "function" then
    return source
  elseif type(source) ~= "table" then
    return nil
  end
  local mt = getmetatable(source)
  if type(mt) == "table" and mt.__call then
    return function()
      return source()
    end
  end
  local fault
  source, fault = plain.members(source, "source")
  if not source then
    return nil, fault
  end
  local index, count = 0, #source
  return function()
    index = index + 1
    if index <= count and source[index] == nil then
      error("the table has no item number " .. index, 0)
    end
    return source[index]
  end, count
end

-- An item as Lua reads it; where its members cannot be listed its id does, unless
-- it is a sequence, of which no part may be missing.
local function read_item(item)
  local members, fault = plain.members(item, "item")
  if not members then
    members = plain.members(item, "item", { 1, "id" })
    members = members and members[1] == nil and members.id ~= nil and members or nil
  end
  return members, fault
end

-- The arguments that an item stands for. What was read of a user or group
-- stands for its id where the operation wants one.
local function arguments_of(item, wants_id)
  if type(item) ~= "table" then
    return 1, item
  end
  local fault
  item, fault = read_item(item)
  if not item then
    error(fault, 0)
  elseif item[1] ~= nil then
    return item.n or #item, host.unpack(item, 1, item.n or #item)
  elseif wants_id and item.id ~= nil then
    return 1, item.id
  end
  return 1, item
end

--- What is done to each item: `call`, `is_repeatable` at will, the `name` of the
--- operation or of a function, and for an operation its row, `op`; nil and why it
--- cannot be done.
---@param client table
---@param rows table<string, table> of roster.client.methods
---@param work any
---@param name string? of a function
---@return { call: function, is_repeatable: boolean, name: string, op: table? }? work, string? fault
function M.work(client, rows, work, name)
  if type(work) == "function" then
    return {
      call = function(item, again)
        return work(item, client, again)
      end,
      is_repeatable = false,
      name = name or "function",
    }
  elseif type(work) ~= "string" then
    return nil, "expected a function or the name of an operation, got " .. type(work)
  end
  local op = rows[work]
  if not op then
    return nil, config.unknown("operation", work, names(rows))
  elseif op.list then
    return nil, op.name .. " gives a lazy list: pass a function that reads it"
  end
  local method = client[op.name]
  local function call(_, ...)
    return method(client, ...)
  end
  return {
    call = function(item)
      return call(arguments_of(item, op.ids > 0))
    end,
    is_repeatable = op.retry ~= "unsafe",
    name = op.name,
    op = op,
  }
end

--- The item's name in the journal, or nil and why it has none.
---@param item any
---@param by function? what the caller names items with
---@return string? key, string? fault
function M.key(item, by)
  local key = item
  if by then
    key = by(item)
  elseif type(item) == "table" then
    local fault
    item, fault = read_item(item)
    if not item then
      return nil, fault
    end
    key = item.id
    if key == nil then
      key = item[1]
    end
  end
  if type(key) == "number" then
    key = (key % 1 == 0 and math.abs(key) < 2 ^ 53) and ("%d"):format(key) or tostring(key)
  end
  if type(key) ~= "string" then
    return nil, "an item has no key for the journal: give the option \"key\", a function that names it"
  elseif not json.encode(key) then
    return nil, "an item's key is not UTF-8 and cannot be written to the journal"
  end
  return key
end

--- What the journal keeps of an item besides its key, so that a later run need
--- not be given it again: the item where it is no more than its key, or the id
--- of a table. Never what else is in it, nor what the caller names otherwise,
--- for that may be secret.
---@param item any
---@param key string as `key` returns it
---@return string|number|nil item, string|number|nil id
function M.identity(item, key)
  if type(item) ~= "table" then
    return M.key(item) == key and item or nil
  end
  local members = read_item(item)
  local id = members and members[1] == nil and members.id
  if id and (M.key(id) == key or M.key(id) and core.redact(tostring(id)) == tostring(id)) then
    return nil, id
  end
  return nil
end

return M

--- What earlier runs of a journal have begun and not done, and how this run comes
--- to an end with it. The source need not give it again: a search no longer finds
--- whom the work has changed.
local core = require "roster.core"

local M = {}

local OPEN = "an earlier run began it, and may have done it"

local methods = {}
local mt = { __index = methods, __name = "roster.pending" }

-- The operation that reads what the first argument of `op` names, or nil: of
-- POST /users/{id}/suspend it is GET /users/{id}.
local function reader_of(service, op)
  local function shape(path)
    return (path:gsub("{[^}]*}", "{}"))
  end
  local prefix, found
  local operations = core.catalog(service).operations
  for _, row in ipairs(operations) do
    prefix = row.name == op.name and row.path:match("^[^{]*{[^}]*}") or prefix
  end
  for _, row in ipairs(operations) do
    if prefix and row.method == "GET" and shape(row.path) == shape(prefix) and not row.returns.list then
      found = row.name
    end
  end
  return found
end

-- What turns a key into an item where on_result may look at more of it than an
-- id, or nil.
local function new_reader(run)
  local name = reader_of(run.service, run.work.op)
  return name and function(id)
    local item, message = run.client[name](run.client, id)
    return item, message
  end
end

-- The entry for an item that the source need not give, or nil: with `item`, or
-- with `load`, which is given the key.
local function entry_of(self, record)
  local op = self.run.work.op
  local entry = { key = record.key, record = record }
  if self.run.load then
    entry.load = self.run.load
  elseif record.item ~= nil then
    entry.item = record.item
  elseif record.id == nil or not op or op.ids == 0 then
    return nil
  elseif self.run.on_result then
    self.reader = self.reader or new_reader(self.run)
    entry.load = self.reader and function()
      return self.reader(record.id)
    end
  else
    entry.item = { id = record.id }
  end
  return (entry.load or entry.item ~= nil) and entry or nil
end

-- Fills in what an earlier run means for it.
local function mark(self, entry)
  local record, run = entry.record, self.run
  entry.open = record.state == "open" and not run.work.is_repeatable
  -- a function that failed may have done half of it
  entry.again = true
  if entry.open and run.ambiguous == "report" then
    entry.message = OPEN
  end
  return entry
end

--- Entries for what was begun and has no known outcome, as far as its items are
--- known without the source.
---@return table[]
function methods:begun()
  local list = {}
  for _, record in ipairs(self.records) do
    local entry = record.state == "open" and entry_of(self, record)
    if entry then
      record.is_taken = true
      list[#list + 1] = mark(self, entry)
    end
  end
  return list
end

--- The source gave the item, of which the entry has the key. True when it was
--- taken from the journal before.
---@param entry table
---@return boolean
function methods:given(entry)
  local record = self.by_key[entry.key]
  if not record then
    return false
  elseif record.is_taken then
    return true
  end
  record.is_given = true
  entry.record = record
  mark(self, entry)
  return false
end

--- Entries for what failed and the source, which has ended, did not give again:
--- only with the option `load`, for its outcome is known, and the caller may have
--- taken it out of the source.
---@return table[]
function methods:left()
  local list = {}
  for _, record in ipairs(self.run.load and self.records or {}) do
    if record.state == "failed" and not record.is_given then
      record.is_given = true
      list[#list + 1] = mark(self, entry_of(self, record))
    end
  end
  return list
end

--- `load` gave no item for the entry, or one with another key.
---@param entry table
---@param key string? of the item
---@param why string? it has none
function methods:unloaded(entry, key, why) -- luacheck: no self
  local what = key and ('the item has the key "%s"'):format(key) or why
  entry.record.why = "its item could not be loaded: " .. tostring(what)
end

--- The item has its outcome in this run.
---@param entry table
---@param is_dry boolean? nothing was sent
function methods:ended(entry, is_dry) -- luacheck: no self
  local record = entry.record
  if record and is_dry then
    record.why = "only a dry run was made of it"
  elseif record then
    record.is_settled = true
  end
end

-- Why it has no outcome.
local function why_unresolved(record, is_over)
  local before = record.state == "open" and OPEN or "an earlier run failed"
  if record.state == "failed" and record.message then
    before = before .. ": " .. record.message
  end
  if record.why then
    return before .. "; " .. record.why
  elseif record.is_taken or record.is_given or not is_over then
    return before .. "; this run ended before it"
  end
  return before .. '; the source does not give it again: give the option "load"'
end

--- Puts into the counts what is not done and has no outcome in this run either.
---@param summary table
function methods:report(summary)
  for _, record in ipairs(self.records) do
    if not record.is_settled then
      summary.unresolved = summary.unresolved + 1
      summary.unresolved_items[summary.unresolved] = {
        key = record.key,
        id = record.id,
        message = why_unresolved(record, self.run.is_over),
      }
    end
  end
end

--- `records` as the journal gives them; `run`: client, service, work, load,
--- on_result, ambiguous, and is_over when the source has ended.
---@param records table[]
---@param run table
---@return table
function M.new(records, run)
  local by_key = {}
  for _, record in ipairs(records) do
    by_key[record.key] = record
  end
  return setmetatable({ records = records, by_key = by_key, run = run }, mt)
end

return M

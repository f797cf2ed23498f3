--- What a bulk run has begun and ended, in a file of JSON lines, so that a run
--- that was killed can be taken up again.
---
---     {"roster":"journal","version":1,"service":"okta","url":"https://...","operation":"suspend_user"}
---     {"begin":"00u1","id":"00u1"}
---     {"end":"00u1","status":"done"}
---     {"end":"00u2","status":"failed","message":"okta suspend_user: 404 ..."}
---
--- "item" in a "begin" line is the item itself, "id" that of a table; with neither,
--- as in all journals of 0.1.0, the key alone does not tell what the item was.
--- Keys, ids and messages only: what was sent or came back is never in it.
local core = require "roster.core"
local json = require "roster.json"
local private_file = require "roster.private_file"
local visible = require "roster.visible"
local work = require "roster.journal.work"

local M = {}

local VERSION = 1
-- bytes of a message
local LONGEST_MESSAGE = 300
-- bytes read at a time
local BLOCK = 65536
-- what of the first line must be the same for two runs to be of one kind
local SAME = { "service", "url", "operation" }
-- ... and what else it has, where it is known: see roster.journal.work
local MEMBERS = { "service", "url", "operation", "work", "at", "code" }
local SAME_WORK = 'take another journal, or give name = "function" if the work is the same'

local methods = {}
local mt = { __index = methods, __name = "roster.journal" }

-- By hand, so that the order is always the same: a first line that was cut off
-- can then be told from a file that is something else.
local function first_line(head)
  local text = ('{"roster":"journal","version":%d'):format(VERSION)
  for _, name in ipairs(MEMBERS) do
    if head[name] ~= nil then
      text = text .. (',"%s":%s'):format(name, assert(json.encode(head[name])))
    end
  end
  return text .. "}"
end

-- Why the first line is of other work than `head`, though the names are the same,
-- or nil. 0.1.0 did not write what this is told by.
local function other_work(record, head)
  if type(record.work) ~= "string" then
    return nil
  elseif record.work ~= head.work then
    return ("is of another operation: the %s %s, not the %s %s"):format(record.work, record.operation, head.work,
      head.operation)
  elseif not work.is_other(record.code, head.code) then
    return nil
  elseif record.at == head.at then
    return ("is of another function: the one at %s before its code was changed; %s"):format(head.at, SAME_WORK)
  end
  return ("is of another function: the one at %s, not the one at %s; %s"):format(tostring(record.at), head.at,
    SAME_WORK)
end

-- Why the first line is not that of a run like `head`, or nil.
local function foreign(record, head)
  if type(record) ~= "table" or record.roster ~= "journal" then
    return "is not a journal"
  elseif record.version ~= VERSION then
    return ("has version %s, not %d"):format(tostring(record.version), VERSION)
  end
  for _, name in ipairs(SAME) do
    if record[name] ~= head[name] then
      return ("is of another %s: %s, not %s"):format(name, tostring(record[name]), head[name])
    end
  end
  return other_work(record, head)
end

-- What an ended item is from now on; after a dry run what it was before.
local AFTER = { done = "done", ambiguous = "open", failed = "failed", dry_run = "before" }

local function is_name(value)
  return type(value) == "string" or type(value) == "number"
end

-- The item is begun.
local function take_begin(self, record)
  local key = record.begin
  local known = self.states[key]
  if type(known) ~= "table" then
    self.count = self.count + 1
    known = { key = key, number = self.count, state = known }
    self.states[key] = known
  end
  known.before, known.state = known.state, "open"
  if is_name(record.item) then
    known.item = record.item
  elseif is_name(record.id) then
    known.id = record.id
  end
end

-- The item has ended.
local function take_end(self, key, after, message)
  local known = self.states[key]
  if type(known) ~= "table" then
    self.count = self.count + 1
    known = { key = key, number = self.count, state = known }
  end
  if after == "before" then
    after = known.before
  end
  known.state, known.before, known.message = after, nil, type(message) == "string" and message or nil
  -- many are done: these are kept as no more than a word
  self.states[key] = (after == "open" or after == "failed") and known or after
end

-- Takes a line after the first into account; false when it is not one.
local function take(self, record)
  if type(record) ~= "table" then
    return false
  elseif type(record.begin) == "string" then
    take_begin(self, record)
    return true
  end
  local key, after = record["end"], AFTER[record.status]
  if type(key) ~= "string" or not after then
    return false
  end
  take_end(self, key, after, record.message)
  return true
end

-- `for line, is_whole in lines_of(file)`: not by the io library, whose lines end
-- at a NUL under LuaJIT, and that is what a disk may leave of a torn one.
local function lines_of(file)
  local rest, at = "", 1
  file:seek("set")
  return function()
    while true do
      local ends = rest:find("\n", at, true)
      if ends then
        local line = rest:sub(at, ends - 1)
        at = ends + 1
        return line, true
      end
      local more = file:read(BLOCK)
      rest = rest:sub(at) .. (more or "")
      at = 1
      if not more then
        local line = rest
        rest = ""
        return line ~= "" and line or nil, false
      end
    end
  end
end

-- Reads what is there. Returns the states by key (a word, or where the item is not
-- done a table), how many of the bytes are good, and whether the last line lacks
-- its end; nil, why when it is not this run's.
local function read(file, head)
  local states, good, number = {}, 0, 0
  local reading = { states = states, count = 0 }
  for line, is_whole in lines_of(file) do
    number = number + 1
    local record = json.decode(line)
    if number == 1 then
      if not is_whole and first_line(head):sub(1, #line) == line and record == nil then
        return states, 0, false
      end
      local why = foreign(record, head)
      if why then
        return nil, why
      end
    elseif not take(reading, record) then
      if is_whole then
        return nil, ("has a line that cannot be read, number %d"):format(number)
      end
      -- killed in the middle of writing it: nothing was sent on its strength
      return states, good, false
    end
    good = good + #line + (is_whole and 1 or 0)
    if not is_whole then
      return states, good, true
    end
  end
  return states, good, false
end

--- Opens the journal at `path`, which need not exist, for this run and its user
--- alone: see roster.private_file. What it says decides what is done, so no other
--- user must be able to write to it.
---@param path string
---@param head { service: string, url: string, operation: string, work: string, at: string?, code: string? }
---@return table|nil journal
---@return string|nil message
function M.open(path, head)
  local file, why, is_system = private_file.open(path, true)
  if not file then
    return nil, is_system and ("the journal cannot be opened: %s: %s"):format(path, why)
      or ("the journal %s %s"):format(path, why)
  end
  local function refuse(what)
    core.unlock(file)
    file:close()
    return nil, ("the journal %s %s"):format(path, what)
  end
  if not core.lock(file) then
    return refuse("is in use by another run")
  end
  local size = file:seek("end")
  if not size then
    return refuse("is not a file")
  end
  local states, good, lacks_end = {}, 0, false
  if size > 0 then
    states, good, lacks_end = read(file, head)
  end
  if not states then
    return refuse(good)
  end
  local ok
  ok, why = private_file.seclude(file)
  if ok and good < size then
    ok, why = core.cut(file, good)
  end
  if not ok then
    return refuse("cannot be mended: " .. why)
  end
  file:seek("end")
  local self = setmetatable({
    file = file, path = path, states = states, lines = {}, process = core.process(),
  }, mt)
  if good == 0 then
    self.lines[1] = first_line(head) .. "\n"
    -- that there is such a file must be as durable as what is in it
    local folder = io.open(path:match("^(.*/)") or ".", "r")
    if folder then
      core.sync(folder)
      folder:close()
    end
  elseif lacks_end then
    self.lines[1] = "\n"
  end
  ok, why = self:commit()
  if not ok then
    core.unlock(file)
    file:close()
    return nil, why
  end
  return self
end

--- What earlier runs have left of the item: "done"; "failed"; "open" when it
--- was begun and its outcome is not known; nil when it was not begun.
---@param key string
---@return string?
function methods:state(key)
  local known = self.states[key]
  return type(known) == "table" and known.state or known
end

--- What earlier runs have begun and not done, in the order in which it was begun:
--- state ("open" or "failed"), message of the outcome, and where they are known
--- the item itself or its id.
---@return { key: string, state: string, message: string?, item: string|number|nil, id: string|number|nil }[]
function methods:pending()
  local list = {}
  for _, known in pairs(self.states) do
    if type(known) == "table" then
      list[#list + 1] = known
    end
  end
  table.sort(list, function(a, b)
    return a.number < b.number
  end)
  return list
end

local function add(self, record)
  self.lines[#self.lines + 1] = assert(json.encode(record)) .. "\n"
end

-- A member of a line, or nothing.
local function member(name, value)
  local text = value ~= nil and json.encode(value)
  return text and (',"%s":%s'):format(name, text) or ""
end

--- Notes that the item is about to be begun; durable after the next `commit`.
---@param key string valid UTF-8
---@param item string|number|nil the item, where it is no more than that
---@param id string|number|nil of a table
function methods:begin(key, item, id)
  local text = assert(json.encode(key)) .. member("item", item) .. member("id", id)
  self.lines[#self.lines + 1] = ('{"begin":%s}\n'):format(text)
end

-- One line without secrets that can be encoded, or nil.
local function clean(message)
  return message and visible.cut(visible.message(core.redact(message)), LONGEST_MESSAGE)
end

--- Notes the item's outcome.
---@param key string
---@param status "done"|"failed"|"ambiguous"|"dry_run"
---@param message string?
function methods:finish(key, status, message)
  add(self, { ["end"] = key, status = status, message = clean(message) })
end

--- Makes durable what was noted.
---@return boolean? ok, string? message
function methods:commit()
  if self.process ~= core.process() then
    -- the parent writes what it noted
    return nil, ("the journal %s is of the process that this one was forked from"):format(self.path)
  elseif #self.lines == 0 then
    return true
  end
  local text = table.concat(self.lines)
  self.lines = {}
  local ok, why = self.file:write(text)
  if ok then
    ok, why = core.sync(self.file)
  end
  if not ok then
    return nil, ("the journal %s cannot be written: %s"):format(self.path, tostring(why))
  end
  return true
end

--- Makes durable what was noted, and lets others have the file. After a fork()
--- the child's journal notes nothing: the file stays the parent's.
---@return boolean? ok, string? message
function methods:close()
  local ok, why = self:commit()
  core.unlock(self.file)
  self.file:close()
  return ok, why
end

return M

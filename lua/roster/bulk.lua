--- Something done to each of many items: `client:each`. A few items are worked
--- on at a time, in coroutines over the client's one transport; what is held in
--- memory does not grow with their number.
local core = require "roster.core"
local dry_run = require "roster.dry_run"
local errors = require "roster.error"
local journal = require "roster.journal"
local loops = require "roster.loop.bulk"
local pendings = require "roster.bulk.pending"
local plan = require "roster.bulk.plan"
local progress = require "roster.progress"
local identify = require("roster.journal.work").identify
local raised = require "roster.raised"
local tasks = require "roster.loop.task"
local unable = require "roster.loop.yields"

local M = {}

-- how many failures the summary keeps
local FAILURES_KEPT = 100
-- the feeder lets others go on after skipping so many items
local SKIPPED_AT_A_TIME = 256

------------------------------------------------------------------ outcomes

local function is_detail(value)
  return type(value) == "table" and getmetatable(value) == errors.mt
end

-- Raised where no memory is left, even for an error table.
local OUT_OF_MEMORY = "not enough memory"

-- Puts what the work returned, or raised, into the result. `may_have_acted`: a
-- request that must not be repeated was sent for it.
local function judge(result, may_have_acted, ok, value, message, detail)
  if ok and (value or message == nil) then
    result.outcome = "done"
    -- success without a value is true, as it is for operations
    result.value, result.meta = value == nil or value, message
    return
  elseif not ok then
    message, detail = raised.text(value), is_detail(value) and value or nil
  end
  result.message, result.detail = raised.text(message), detail
  local in_doubt = is_detail(detail) and detail.ambiguous
    or not ok and value == OUT_OF_MEMORY and may_have_acted
  result.outcome = in_doubt and "ambiguous" or "failed"
end

local methods = {}
local mt = { __index = methods }

-- raised where the process was forked: the parent goes on with the run
local FORKED = {}

-- Call it after all that may run code of the caller's, and before each item.
local function check_process(self)
  if self.process ~= core.process() then
    error(FORKED, 0)
  end
end

-- The run is to return this; the first of them stands.
local function fail(self, message, detail)
  if not self.message then
    self.message, self.detail = message, detail
  end
end

-- Counts a result, tells of it, and stops the run if it is to.
local function settle(self, result)
  local summary = self.summary
  summary[result.outcome] = summary[result.outcome] + 1
  summary.requests = summary.requests + result.attempts
  if result.repeated then
    summary.repeated = summary.repeated + 1
  end
  if result.outcome ~= "done" then
    if #summary.failures < FAILURES_KEPT then
      summary.failures[#summary.failures + 1] = result
    end
    if self.on_error == "stop" then
      self.stopping = true
      fail(self, result.message, result.detail)
    end
  end
  if self.on_result then
    self.on_result(result)
    check_process(self)
  end
end

-------------------------------------------------------------------- tasks

-- Wakes whoever waits for the queue to change.
local function wake(self)
  local idle = self.idle
  while idle[1] do
    -- nobody is taken off before: memory may run out in between
    self.loop:wake(idle[1])
    table.remove(idle, 1)
  end
end

local function wait_for_queue(self)
  self.idle[#self.idle + 1] = tasks.running()
  self.loop:park()
end

local function put(self, entry)
  self.last = self.last + 1
  self.queue[self.last] = entry
  wake(self)
  while self.last - self.first >= self.concurrency and not self.stopping do
    wait_for_queue(self)
  end
end

local function take(self)
  while self.last < self.first and not self.fed and not self.stopping do
    wait_for_queue(self)
  end
  local entry = self.queue[self.first]
  if not entry or self.stopping then
    wake(self)
    return nil
  end
  self.queue[self.first] = nil
  self.first = self.first + 1
  wake(self)
  return entry
end

-- Hands out an item that the source gave, unless an earlier run has done it.
local function offer(self, item)
  local entry = { item = item }
  if self.journal then
    local why
    entry.key, why = plan.key(item, self.key)
    check_process(self)
    if not entry.key then
      error(why, 0)
    end
    if self.journal:state(entry.key) == "done" then
      self.summary.skipped = self.summary.skipped + 1
      if self.summary.skipped % SKIPPED_AT_A_TIME == 0 then
        self.loop:sleep(0)
      end
      return
    elseif self.pending:given(entry) then
      return
    end
  end
  put(self, entry)
end

-- Hands out what the source gives; false when that fails.
local function feed_source(self)
  while not self.stopping do
    local ok, item = pcall(self.pull)
    check_process(self)
    if ok and item ~= nil then
      ok, item = pcall(offer, self, item)
    elseif ok then
      self.is_over = true
      return true
    end
    if not ok then
      if loops.is_cancelled(item) or raised.is_interrupt(item) or rawequal(item, FORKED) then
        error(item, 0)
      end
      -- what it gave before is done all the same
      local message = "the source failed: " .. raised.text(item)
      fail(self, message, is_detail(item) and item or errors.argument(self.service, "each", message))
      return false
    end
  end
end

-- Hands out what an earlier run has begun, as far as the journal tells what that
-- is, for the source may give it no more; then what the source gives; then what
-- failed and was not given again.
local function feed(self)
  local pending = self.pending
  for _, entry in ipairs(pending and pending:begun() or {}) do
    put(self, entry)
  end
  if feed_source(self) and pending then
    for _, entry in ipairs(pending:left()) do
      put(self, entry)
    end
  end
  self.fed = true
  wake(self)
end

-- Lets the item be known as begun before anything is sent for it.
local function begin(self, entry)
  self.journal:begin(entry.key, plan.identity(entry.item, entry.key))
  self.beginning[#self.beginning + 1] = tasks.running()
  self.loop:park()
end

-- As pcall, of the caller's code, which may call the client; but what is to end
-- the run is raised further.
local function protected_call(self, f, ...)
  local function returned(ok, value, ...)
    if not ok and (loops.is_cancelled(value) or raised.is_interrupt(value)) then
      error(value, 0)
    end
    check_process(self)
    return ok, value, ...
  end
  return returned(pcall(f, ...))
end

-- Gets the item of an entry that has only the key; false when that fails.
local function load_item(self, entry)
  local task = tasks.running()
  task.sent = 0
  local ok, item, message = protected_call(self, entry.load, entry.key, self.client)
  self.summary.requests = self.summary.requests + task.sent
  local key, why
  if ok and item ~= nil then
    ok, key, why = protected_call(self, plan.key, item, self.key)
    key, why = ok and key or nil, ok and why or raised.text(key)
  elseif ok then
    why = message ~= nil and raised.text(message) or "it returned nil"
  else
    why = raised.text(item)
  end
  if key == entry.key then
    entry.item = item
    return true
  end
  self.pending:unloaded(entry, key, why)
  return false
end

-- Notes the outcome; what was not sent is not done.
local function note(self, entry, result)
  local is_dry = result.outcome == "done" and dry_run.is(result.value)
  -- what a function of the caller's says is not known to be free of secrets
  local said = is_detail(result.detail) and result.detail.text or nil
  self.journal:finish(entry.key, is_dry and "dry_run" or result.outcome, said)
  self.pending:ended(entry, is_dry)
end

local function perform(self, entry)
  check_process(self)
  if entry.load and not load_item(self, entry) then
    return
  end
  local task = tasks.running()
  local result = { item = entry.item, key = entry.key, attempts = 0 }
  if entry.message then
    result.outcome, result.message = "ambiguous", entry.message
    self.pending:ended(entry)
    return settle(self, result)
  end
  if self.journal then
    begin(self, entry)
  end
  result.repeated = entry.open or nil
  task.sent = 0
  local function judged(...)
    judge(result, task.sent > 0 and not self.work.is_repeatable, ...)
  end
  judged(protected_call(self, self.work.call, entry.item, entry.again or false))
  result.attempts = task.sent
  if self.journal then
    note(self, entry, result)
  end
  return settle(self, result)
end

local function work(self)
  for entry in take, self do
    perform(self, entry)
  end
end

-- raised where the journal cannot be written, and nothing may go out any more
local FAULT = {}

-- Between two turns: what was noted becomes durable, at once for all.
function methods:between()
  check_process(self)
  if self.journal then
    local ok, why = self.journal:commit()
    if not ok then
      self.fault = why
      error(FAULT, 0)
    end
    local beginning = self.beginning
    self.beginning = {}
    for _, task in ipairs(beginning) do
      self.loop:wake(task)
    end
  end
  if self.progress then
    self.progress:update(self.summary, self.loop:idle_until())
  end
end

----------------------------------------------------------------------- run

-- Runs to the end, or raises; either way nothing is left open.
local function run(self, state)
  local outer = loops.enter(state)
  self.loop = loops.new(state.clock, outer)
  self.loop:spawn(function()
    feed(self)
  end)
  for _ = 1, self.concurrency do
    self.loop:spawn(function()
      work(self)
    end)
  end
  local ok, err = pcall(self.loop.run, self.loop, function()
    self:between()
  end)
  if not ok then
    self.loop:cancel()
  end
  loops.leave(state)
  if self.journal then
    local closed, why = self.journal:close()
    self.fault = self.fault or not closed and why or nil
    self.pending:report(self.summary)
  end
  if self.process ~= core.process() then
    local detail = errors.closed(self.service, "each", "the run is of the process that this one was forked from, "
      .. "which goes on with it")
    return nil, detail.text, detail, self.summary
  end
  if self.progress then
    self.progress:finish(self.summary)
  end
  if not ok and err ~= FAULT then
    error(err, 0)
  end
  if self.fault then
    local detail = errors.argument(self.service, "each", self.fault)
    return nil, detail.text, detail, self.summary
  elseif self.message then
    return nil, self.message, self.detail, self.summary
  end
  return self.summary
end

-- What the journal's first line has to say of this run.
local function head_of(state, todo, given, name)
  local head = { service = state.service, url = state.core:url(), operation = todo.name, work = "operation" }
  if not todo.op then
    head.work = "function"
    head.at, head.code = identify(given)
    if name then
      -- the caller's word counts, whatever the code
      head.code = nil
    end
  end
  return head
end

-- Opens the journal; nil and why it is of no use.
local function open_journal(self, head)
  local message
  self.journal, message = journal.open(self.journal, head)
  if not self.journal then
    return nil, message
  end
  self.pending = pendings.new(self.journal:pending(), self)
  return true
end

--- See `client:each`. Raises where this was called for what is written wrongly.
---@param client table
---@param state table the client's
function M.run(client, state, source, given, options)
  local self, fault = plan.options(options)
  if not self then
    error("each: " .. fault, 2)
  end
  local pull, total = plan.source(source)
  if not pull then
    error("each: " .. (total or "expected a table, a function or a list as the source, got " .. type(source)), 2)
  end
  local todo
  todo, fault = plan.work(client, state.rows, given, self.name)
  if not todo then
    error("each: " .. fault, 2)
  elseif tasks.running() then
    error("each: already inside of the function of another each", 2)
  end
  local needed = unable()
  if needed then
    error("each: " .. needed, 2)
  end
  self.client, self.service, self.pull, self.work = client, state.service, pull, todo
  self.process = core.process()
  if state.transport.in_order then
    -- a recording, whose order must be the same again
    self.concurrency = 1
  end
  self.queue, self.first, self.last, self.idle, self.beginning = {}, 1, 0, {}, {}
  self.summary = {
    done = 0, failed = 0, ambiguous = 0, skipped = 0, repeated = 0, unresolved = 0, requests = 0, failures = {},
    unresolved_items = {},
  }
  self.progress = self.progress and progress.new(io.stderr, state.clock, total)
  if self.journal then
    local opened, message = open_journal(self, head_of(state, todo, given, self.name))
    if not opened then
      local detail = errors.argument(state.service, "each", message)
      return nil, detail.text, detail
    end
  end
  return run(setmetatable(self, mt), state)
end

return M

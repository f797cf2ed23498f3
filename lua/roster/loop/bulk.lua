--- Many tasks in one thread: a loop whose waits let the other tasks go on.
--- Each task is a coroutine; what they wait for is moved along by whoever runs
--- the loop. Nothing here knows what the tasks do.
local loops = require "roster.loop"
local tasks = require "roster.loop.task"

local M = {}

-- the longest a signal waits for Lua to look
local STEP = 0.1
-- with several multi handles, or beside a scheduler of the caller's, there is
-- no one place to wait in: each is looked at this often
local GLANCE = 0.005

local CANCELLED = setmetatable({}, { __tostring = function() return "cancelled" end })

local methods = {}
local mt = { __index = methods, __name = "roster.loop.bulk" }

--- Has `err`, raised in a task, to end it without further ado?
function M.is_cancelled(err)
  return rawequal(err, CANCELLED)
end

--- Begins a task. It first runs when the loop does.
---@param body fun()
---@return table task
function methods:spawn(body)
  local task = { loop = self, thread = coroutine.create(body), sent = 0 }
  tasks.put(task)
  self.live[task] = true
  self.ready[#self.ready + 1] = task
  self.count = self.count + 1
  return task
end

-- Gives the turn away until the loop gives it back.
local function yield(self)
  coroutine.yield()
  if self.cancelled then
    error(CANCELLED, 0)
  end
end

--- Lets the running task wait until another calls `wake`, or the loop's turn
--- is over when that is what the other waits for.
function methods:park()
  local task = tasks.running()
  task.state = "parked"
  yield(self)
end

--- Ends the wait of a parked task.
function methods:wake(task)
  if task.state == "parked" then
    self.ready[#self.ready + 1] = task
    task.state = "ready"
  end
end

--- Lets the running task wait until the call's exchange has its outcome.
---@param multi userdata roster.multi
---@param call userdata
function methods:wait(multi, call)
  local task = tasks.running()
  while not call:settled() do
    task.multi, task.call = multi, call
    -- first: memory may run out there, and a state that does not hold would
    -- hide the next wait
    self.waiting[#self.waiting + 1] = task
    task.state = "waiting"
    yield(self)
    task.multi, task.call = nil, nil
  end
end

--- Lets the running task wait for so many seconds.
---@param seconds number
function methods:sleep(seconds)
  local task = tasks.running()
  task.due = self.clock.now() + seconds
  self.sleeping[#self.sleeping + 1] = task
  task.state = "sleeping"
  yield(self)
end

-- Runs a task until it waits for something. What it raises is the loop's end.
local function resume(self, task)
  task.state = nil
  local ok, err = coroutine.resume(task.thread)
  if coroutine.status(task.thread) == "dead" then
    self.live[task] = nil
    self.count = self.count - 1
  elseif task.state == nil then
    -- a yield of the caller's own, or of a wait for what another task does
    task.state, task.due = "sleeping", self.clock.now() + GLANCE
    self.sleeping[#self.sleeping + 1] = task
  end
  if not ok then
    error(err, 0)
  end
end

local function run_ready(self)
  local ready = self.ready
  self.ready = {}
  for i = 1, #ready do
    resume(self, ready[i])
  end
end

-- Moves those out of `list` that are done waiting, the longest waiting first.
local function release(self, list, is_done)
  local kept = 0
  for i = 1, #list do
    local task = list[i]
    list[i] = nil
    if is_done(task) then
      task.state = "ready"
      self.ready[#self.ready + 1] = task
    else
      kept = kept + 1
      list[kept] = task
    end
  end
end

local function is_settled(task)
  return task.call:settled()
end

local function release_all(self)
  local now = self.clock.now()
  release(self, self.waiting, is_settled)
  release(self, self.sleeping, function(task)
    return task.due <= now
  end)
end

-- The multi handles that something is waited for on.
local function multis_of(self)
  local list, seen = {}, {}
  for _, task in ipairs(self.waiting) do
    if not seen[task.multi] then
      seen[task.multi] = true
      list[#list + 1] = task.multi
    end
  end
  return list
end

--- When the first of the sleeping tasks goes on, by the clock; nil: none sleeps.
---@return number?
function methods:next_due()
  local due
  for _, task in ipairs(self.sleeping) do
    due = due and math.min(due, task.due) or task.due
  end
  return due
end

--- Until when no task can go on, if all are asleep.
---@return number? due by the clock
function methods:idle_until()
  return #self.waiting == 0 and #self.ready == 0 and self:next_due() or nil
end

-- Moves bytes, and waits while nothing else is to be done.
local function turn(self)
  local due = self:next_due()
  local seconds = due and math.max(due - self.clock.now(), 0) or math.huge
  if #self.ready > 0 then
    seconds = 0
  end
  local multis = multis_of(self)
  if #multis == 1 and self.in_place then
    multis[1]:step(math.min(seconds, STEP))
  else
    for _, multi in ipairs(multis) do
      multi:step(0)
    end
    release(self, self.waiting, is_settled)
    if #self.ready == 0 and #multis > 0 and self.outer.wait_any then
      self.outer:wait_any(self.waiting, seconds)
    elseif #self.ready == 0 and (#multis > 0 or due) then
      self.outer:sleep(math.min(seconds, #multis > 0 and GLANCE or STEP))
    end
  end
  release_all(self)
  if #self.ready == 0 and #self.waiting == 0 and #self.sleeping == 0 then
    error("bulk: every task waits for another", 0)
  end
end

--- Runs all tasks to their ends. `between` is called after all those that
--- could go on have had their turn. What it or a task raises is raised, and
--- leaves the others as they are: `cancel` them.
---@param between fun()
function methods:run(between)
  while true do
    run_ready(self)
    between()
    if self.count == 0 then
      return
    end
    turn(self)
  end
end

--- Ends all tasks where they wait: their calls are abandoned, so that
--- connections and counts are as if these had been lost.
function methods:cancel()
  self.cancelled = true
  for task in pairs(self.live) do
    -- what has not begun, or is the one that raised, has nothing to undo
    if task.state ~= nil and coroutine.status(task.thread) == "suspended" then
      coroutine.resume(task.thread)
      if task.call and task.multi then
        task.multi:cancel(task.call)
      end
    end
  end
  self.live, self.ready, self.waiting, self.sleeping, self.count = {}, {}, {}, {}, 0
end

--- `outer` is how whoever runs the loop waits when all tasks sleep.
---@param clock table see roster.clock
---@param outer table a loop
function M.new(clock, outer)
  return setmetatable({
    clock = clock,
    outer = outer,
    in_place = not loops.is_shared(outer),
    live = {},
    count = 0,
    ready = {},
    waiting = {},
    sleeping = {},
  }, mt)
end

local front_methods = {}
local front_mt = { __index = front_methods, __name = "roster.loop.front" }

function front_methods:wait(multi, call)
  local task = tasks.running()
  if task then
    return task.loop:wait(multi, call)
  end
  return self.outer:wait(multi, call)
end

function front_methods:is_shared()
  return tasks.running() ~= nil or loops.is_shared(self.outer)
end

function front_methods:sleep(seconds)
  local task = tasks.running()
  if task then
    return task.loop:sleep(seconds)
  end
  return self.outer:sleep(seconds)
end

--- Counts a request of the running task.
function front_methods:sent() -- luacheck: no self
  local task = tasks.running()
  if task then
    task.sent = task.sent + 1
  end
end

--- Puts a loop before the client's own that leads the waits of tasks to the
--- loop they are of. Several runs of one client share it.
---@param state table the client's
---@return table outer the client's own
function M.enter(state)
  local front = state.loop
  if getmetatable(front) ~= front_mt then
    front = setmetatable({ outer = state.loop, users = 0 }, front_mt)
    state.loop = front
  end
  front.users = front.users + 1
  return front.outer
end

--- Takes it away again when the last run of the client has ended.
---@param state table the client's
function M.leave(state)
  local front = state.loop
  front.users = front.users - 1
  if front.users == 0 then
    state.loop = front.outer
  end
end

return M

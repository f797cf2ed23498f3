--- How calls over libcurl wait inside nginx, whose event loop does not know
--- libcurl's sockets: while any call is on its way, one poller per worker moves
--- their bytes and wakes whoever waits. It is a timer's, so that no request's
--- end is its end.
local core = require "roster.core"
local current = require "roster.loop.task"
local thread = require "roster.nginx.thread"

local M = {}

-- seconds between two looks at the sockets
local STEP = 0.001
-- looks between two at every call: another's step may have settled one, and
-- whoever waited may be gone
local ROUND = 16
-- seconds in which a poller that was started has begun, and one that has begun
-- shows itself again: else nginx did not run its timer, or it came to grief
local BEGINS, RETURNS = 0.02, 1
-- ... and after which whoever waits sees whether anybody still wants to know
local LOOK_UP = 0.2

-- multi -> call -> who waits for it, { semaphore, doubted }
local waiting = {}
-- { good_until = clock }; nil: there is none
local poller
-- the pollers' looks so far
local looks = 0

local function forget(multi, call)
  local calls = waiting[multi]
  if calls then
    calls[call] = nil
    if next(calls) == nil then
      waiting[multi] = nil
    end
  end
end

--- Wakes those whose call is settled.
local function release(multi)
  for call, waiter in pairs(waiting[multi] or {}) do
    if call:settled() then
      forget(multi, call)
      waiter.semaphore:post()
    end
  end
end

--- Nobody will ever ask for a call whose request nginx has ended in the middle:
--- nobody waits on its semaphore any more. One who was just woken does not
--- either, but is no longer here when this is asked again.
local function cancel_abandoned(multi)
  for call, waiter in pairs(waiting[multi] or {}) do
    if waiter.semaphore:count() < 0 then
      waiter.doubted = nil
    elseif waiter.doubted and waiter.doubted < looks then
      forget(multi, call)
      multi:cancel(call)
    else
      waiter.doubted = looks
    end
  end
end

--- Moves bytes.
local function step(multi)
  local _, _, settled = multi:step(0)
  if settled > 0 then
    release(multi)
  end
end

--- The poller; ends when nothing is on its way.
local function poll(_, me)
  -- another was started where this one was taken for lost
  while poller == me and next(waiting) ~= nil do
    me.good_until = core.clock() + RETURNS
    looks = looks + 1
    for multi in pairs(waiting) do
      step(multi)
      if looks % ROUND == 0 then
        release(multi)
        cancel_abandoned(multi)
      end
    end
    if next(waiting) ~= nil then
      ngx.sleep(STEP)
    end
  end
  if poller == me then
    poller = nil
  end
end

--- For how many seconds the poller can be relied on; nil when there can be none:
--- in a worker that is about to exit, and where too many timers run.
local function has_poller()
  local now = core.clock()
  if not poller or poller.good_until <= now then
    local me = { good_until = now + BEGINS }
    if not ngx.timer.at(0, poll, me) then
      return nil
    end
    poller = me
  end
  return poller.good_until - now
end

--- Waits until one of the calls may be settled, `seconds` at most. Each of
--- `tasks` has a `call` that is on its way over its `multi`.
local function await(tasks, waiter, seconds)
  local patience = has_poller()
  if not patience then
    return ngx.sleep(math.min(seconds, STEP))
  end
  for _, task in ipairs(tasks) do
    waiting[task.multi] = waiting[task.multi] or {}
    waiting[task.multi][task.call] = waiter
  end
  local woken, why = waiter.semaphore:wait(math.min(seconds, patience))
  for _, task in ipairs(tasks) do
    forget(task.multi, task.call)
  end
  if not woken and why ~= "timeout" then
    ngx.sleep(STEP)
  end
end

local function new_waiter()
  return { semaphore = assert(require("ngx.semaphore").new()) }
end

--- Waits until the call is settled, or until the light thread that wants to know
--- has been killed: then nobody ever will.
local function await_settled(multi, call, asker)
  local tasks, waiter = { { multi = multi, call = call } }, new_waiter()
  while true do
    await(tasks, waiter, LOOK_UP)
    if call:settled() then
      return
    elseif coroutine.status(asker) == "dead" then
      multi:cancel(call)
      return
    end
    step(multi)
  end
end

local methods = {}
local mt = { __index = methods, __name = "roster.loop.nginx" }

--- Waits until the call's exchange has its outcome.
---@param multi userdata roster.multi
---@param call userdata
function methods:wait(multi, call) -- luacheck: no self
  local running = current.running()
  if running then
    -- of another client's bulk run, which goes on meanwhile
    return running.loop:wait(multi, call)
  end
  -- what has just begun goes out at once
  step(multi)
  if not call:settled() then
    thread.run(await_settled, multi, call, coroutine.running())
  end
end

--- Waits until one of the tasks' calls may be settled, `seconds` at most.
---@param tasks { multi: userdata, call: userdata }[]
---@param seconds number
function methods:wait_any(tasks, seconds) -- luacheck: no self
  thread.run(await, tasks, new_waiter(), math.min(seconds, LOOK_UP))
end

--- Waits for so many seconds.
---@param seconds number
function methods:sleep(seconds)
  local running = current.running()
  if running then
    return running.loop:sleep(seconds)
  end
  self.clock.sleep(seconds)
end

--- The multi is about to be closed: whoever waits goes on in a moment, and will
--- see that its call is lost.
---@param multi userdata
---@return boolean
function M.closing(multi)
  local calls = waiting[multi]
  waiting[multi] = nil
  for _, waiter in pairs(calls or {}) do
    waiter.semaphore:post()
  end
  return false
end

---@param clock table see roster.clock
function M.new(clock)
  return setmetatable({ clock = clock }, mt)
end

return M

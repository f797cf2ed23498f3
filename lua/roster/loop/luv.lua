--- Lets calls in coroutines wait in luv's event loop without blocking it:
--- `roster.okta{ scheduler = require "roster.loop.luv" }`. Outside of a
--- coroutine calls wait in place.
local raised = require "roster.raised"
local uv = require "luv"

local M = {}

-- the longest a signal waits for Lua to look, where nothing else does
local STEP = 0.1

-- multi -> { poll = handle, waiting = { [call] = coroutine } }, for those that
-- are waited for
local groups = {}

--- The coroutine that may wait, or nil.
local function scheduled()
  local thread, is_main = coroutine.running()
  return not is_main and thread or nil
end

--- Resumes coroutines; what one of them raises is raised when all have run.
local function resume(threads)
  local failure
  for _, thread in ipairs(threads) do
    local ok, err = coroutine.resume(thread)
    failure = failure or not ok and debug.traceback(thread, raised.text(err))
  end
  if failure then
    error(failure, 0)
  end
end

--- Resumes those who wait for a call of the multi's that is settled.
local function release(multi)
  local group = groups[multi]
  local ready = {}
  for call, thread in pairs(group.waiting) do
    if call:settled() then
      ready[#ready + 1] = thread
    end
  end
  for call in pairs(group.waiting) do
    if call:settled() then
      group.waiting[call] = nil
    end
  end
  if next(group.waiting) == nil then
    group.poll:close()
    groups[multi] = nil
  end
  resume(ready)
end

local function group_of(multi)
  local group = groups[multi]
  if not group then
    group = { poll = uv.new_poll(multi:fd()), waiting = {} }
    groups[multi] = group
    group.poll:start("r", function()
      multi:step(0)
      release(multi)
    end)
  end
  return group
end

--- Runs `fn` from the event loop, in so many seconds.
local function later(seconds, fn)
  local timer = uv.new_timer()
  timer:start(math.ceil(seconds * 1000), 0, function()
    timer:close()
    fn()
  end)
end

--- Waits until the call's exchange has its outcome.
---@param multi userdata roster.multi
---@param call userdata
function M:wait(multi, call) -- luacheck: no self
  local thread = scheduled()
  while not call:settled() do
    if thread then
      group_of(multi).waiting[call] = thread
      coroutine.yield()
    else
      multi:step(STEP)
    end
  end
end

--- Can other coroutines go on while this one sleeps?
---@return boolean
function M:is_shared() -- luacheck: no self
  return scheduled() ~= nil
end

--- Waits for so many seconds.
---@param seconds number
function M:sleep(seconds) -- luacheck: no self
  local thread = scheduled()
  if not thread then
    require("roster.clock").new().sleep(seconds)
    return
  end
  later(seconds, function()
    resume { thread }
    -- it may have taken steps for calls that others wait for
    local multis = {}
    for multi in pairs(groups) do
      multis[#multis + 1] = multi
    end
    for _, multi in ipairs(multis) do
      if groups[multi] then
        release(multi)
      end
    end
  end)
  coroutine.yield()
end

--- The multi is about to be closed. Its descriptor is watched no longer.
---@param multi userdata
function M:closing(multi) -- luacheck: no self
  local group = groups[multi]
  if group then
    group.poll:close()
    groups[multi] = nil
    later(0, function()
      local waiting = {}
      for _, thread in pairs(group.waiting) do
        waiting[#waiting + 1] = thread
      end
      resume(waiting)
    end)
  end
  return false
end

return M

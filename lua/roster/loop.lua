--- How a call waits when nobody schedules it: in place, in steps, so that
--- Ctrl-C at the prompt is answered between two of them. Schedulers have loops
--- of their own with the same two methods.
local tasks = require "roster.loop.task"
local phase = require "roster.nginx.phase"

local M = {}

-- the longest a signal waits for Lua to look
local STEP = 0.1

local methods = {}
local mt = { __index = methods, __name = "roster.loop" }

--- Waits until the call's exchange has its outcome.
---@param multi userdata roster.multi
---@param call userdata
function methods:wait(multi, call) -- luacheck: no self
  local task = tasks.running()
  if task then
    -- of another client's bulk run, which goes on meanwhile
    return task.loop:wait(multi, call)
  end
  while not call:settled() do
    multi:step(STEP)
  end
end

--- Can other coroutines go on while this one sleeps in the loop? In place they
--- cannot, unless it is a task of a bulk run.
---@return boolean
function methods:is_shared() -- luacheck: no self
  return tasks.running() ~= nil
end

--- Waits for so many seconds.
---@param seconds number
function methods:sleep(seconds)
  local task = tasks.running()
  if task then
    return task.loop:sleep(seconds)
  end
  self.clock.sleep(seconds)
end

--- As the method of the same name, of any loop: a scheduler of the caller's need
--- not have it.
---@param loop table
---@return boolean
function M.is_shared(loop)
  local ask = loop.is_shared
  return ask == nil or ask(loop)
end

---@param clock table see roster.clock
function M.new(clock)
  if phase.is_inside() then
    return require("roster.loop.nginx").new(clock)
  end
  return setmetatable({ clock = clock }, mt)
end

return M

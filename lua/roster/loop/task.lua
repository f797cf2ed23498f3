--- Which task of a bulk run a coroutine is.
local core = require "roster.core"

local M = {}

-- forgotten with the coroutine. Weak both ways: a task knows its coroutine, and
-- LuaJIT never forgets a key that its value leads to
local tasks = setmetatable({}, { __mode = "kv" })

--- Makes the task known as what its `thread` is.
---@param task table
function M.put(task)
  task.process = core.process()
  tasks[task.thread] = task
end

--- The task that is running, or nil outside of all loops and in a process that
--- was forked from the loop's.
---@return table?
function M.running()
  local thread = coroutine.running()
  local task = thread and tasks[thread]
  return task and task.process == core.process() and task or nil
end

return M

--- Which task of a bulk run a coroutine is.
local M = {}

-- forgotten with the coroutine. Weak both ways: a task knows its coroutine, and
-- LuaJIT never forgets a key that its value leads to
local tasks = setmetatable({}, { __mode = "kv" })

--- Makes the task known as what its `thread` is.
---@param task table
function M.put(task)
  tasks[task.thread] = task
end

--- The task that is running, or nil outside of all loops.
---@return table?
function M.running()
  local thread = coroutine.running()
  return thread and tasks[thread]
end

return M

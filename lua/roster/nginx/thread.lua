--- Waiting so that the request may end meanwhile. When one does while a
--- coroutine of the program's own (coroutine.create, coroutine.wrap) waits for a
--- timer, a semaphore or a name server, nginx's Lua does not take the wait back,
--- and the worker crashes when it is over. A light thread's it does take back.
local M = {}

--- Runs the function in a light thread and waits for it; returns its first two
--- results, and raises what it raises.
---@param f fun(...): any, any
---@return any, any
function M.run(f, ...)
  local ok, a, b = ngx.thread.wait(ngx.thread.spawn(f, ...))
  if not ok then
    error(a, 0)
  end
  return a, b
end

local function sleep(seconds)
  -- what is spawned must be Lua's
  ngx.sleep(seconds)
end

--- Waits for so many seconds.
---@param seconds number
function M.sleep(seconds)
  M.run(sleep, seconds)
end

--- As M.run, but for at most so many seconds: true and the two results; false
--- when the time was over first, and the function was ended.
---@param seconds number
---@param f fun(): any, any
---@return boolean is_over, any, any
function M.within(seconds, f)
  local is_over, a, b = false, nil, nil
  local worker = ngx.thread.spawn(function()
    a, b = f()
    is_over = true
  end)
  local ok, err
  if is_over then
    -- without having waited for anything
    ok, err = ngx.thread.wait(worker)
  else
    local sleeper = ngx.thread.spawn(sleep, seconds)
    ok, err = ngx.thread.wait(worker, sleeper)
    ngx.thread.kill(ok and not is_over and worker or sleeper)
  end
  if not ok then
    error(err, 0)
  end
  return is_over, a, b
end

return M

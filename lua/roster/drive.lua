--- Joins a call and a transport: does what the call says it wants until it
--- has a value or an error.
local errors = require "roster.error"
local loops = require "roster.loop"
local raised = require "roster.raised"

-- what a retry costs the client's budget, and what a success gives back: in an
-- outage every call may not turn into several
local BUDGET, COST, GAIN = 20, 1, 0.1

-- seconds after which a call that waits sees that its client was closed
local LOOK_UP = 1

--- Fails the call if its client was closed while the call waited.
local function fail_if_closed(call, state)
  if state.closed then
    call:fail("closed", "the client is closed")
  end
  return state.closed
end

--- Gives the call a credential; `refused` is the one the service turned down.
local function give_token(call, state, refused)
  local now = state.clock.now
  local left = call:left(now())
  if left <= 0 then
    call:fail("timeout", "the call's time was over before it was sent")
    return nil
  end
  local token, why = state.source:get(refused, left)
  if token and token == refused then
    call:decline()
  elseif token then
    call:authorize(token)
  else
    call:fail(call:left(now()) > 0 and "auth" or "timeout", why)
  end
  return token
end

--- May the call wait? Asks the caller, who is told why.
local function may_wait(state, seconds, why, bucket)
  if seconds > state.max_wait or seconds > 0 and state.cannot_wait and state.cannot_wait() then
    return false
  end
  local ask = state.on_wait
  if not ask then
    return true
  end
  local ok, verdict = raised.pcall(ask, seconds, why, bucket)
  return not ok or verdict ~= false
end

--- Waits for so many seconds, or until the client is closed. In place no other
--- coroutine runs that could close it.
local function sleep(state, seconds)
  local now = state.clock.now
  local ends = now() + seconds
  local longest = loops.is_shared(state.loop) and LOOK_UP or seconds
  while seconds > 0 and not state.closed do
    local began, part = now(), math.min(seconds, longest)
    state.loop:sleep(part)
    if now() <= began then
      -- the clock was put back meanwhile
      ends = ends - part
    end
    seconds = ends - now()
  end
end

--- Waits until the governor lets the call through; fails the call when that
--- would take longer than it has.
local function pass_governor(call, state, bucket)
  local governor, clock = state.governor, state.clock
  local crowded, waited = false, 0
  while true do
    local now = clock.now()
    -- also tells the exchange how much of its time the waiting has left it
    local left = call:left(now)
    local seconds, why = governor:admit(bucket, call, now)
    if seconds <= 0 then
      return true
    end
    -- a place among the calls in flight is waited for in many short waits
    local again = crowded and why == "concurrency limit"
    crowded = why == "concurrency limit"
    local too_long = seconds >= left or waited + seconds > state.max_wait
    if too_long or not again and not may_wait(state, seconds, why, bucket) then
      call:fail("rate_limited", ("waiting for the %s would take another %.1f s"):format(why, seconds),
        clock.wall() + seconds)
      return false
    end
    sleep(state, seconds)
    if fail_if_closed(call, state) then
      return false
    end
    waited = waited + seconds
  end
end

local function exchange(call, state, early)
  if state.hooks then
    state.hooks:request(call)
    if fail_if_closed(call, state) then
      return
    end
  end
  if state.loop.sent then
    state.loop:sent()
  end
  -- a fork() in what was called above leaves the call to the parent
  if not call:settled() then
    state.transport:exchange(call, state.loop, early)
  end
end

local function send(call, state, bucket, early)
  local hooks, governor = state.hooks, state.governor
  if not governor then
    exchange(call, state, early)
  elseif not pass_governor(call, state, bucket) then
    return
  else
    local ok, err = pcall(exchange, call, state, early)
    -- whatever was raised, the place among the calls in flight is free again
    governor:settled(bucket, call, state.clock.now(), state.clock.wall(), call:unsent())
    if not ok then
      error(err, 0)
    end
  end
  if not call:settled() and not state.closed then
    call:lost("transport", "the transport returned without an answer")
  end
  if hooks then
    hooks:response(call)
  end
end

local function wait(call, state, bucket, seconds, why, concurrency, costs)
  if concurrency and state.governor then
    state.governor:crowded()
  end
  if state.closed or not may_wait(state, seconds, why, bucket) then
    call:stop()
    return
  end
  if costs then
    state.budget = (state.budget or BUDGET) - COST
  end
  if state.hooks then
    state.hooks:retry(call, seconds, why)
  end
  sleep(state, seconds)
end

--- Runs `call` to its end.
---@param call userdata from core.call
---@param state table the client's: transport, source, clock, loop, governor,
--- hooks, on_wait, max_wait (seconds), cannot_wait
---@param early fun(call: userdata)? called when the header of an answer is there
---@param used string? the token that a call sent before went out with
---@return any value, table meta, string|nil next_url  or nil, message, detail
return function(call, state, early, used)
  local clock, bucket = state.clock, state.governor and call:bucket()
  local stuck = state.transport.waits and state.cannot_wait and state.cannot_wait()
  if stuck then
    call:fail("transport", stuck)
  end
  while true do
    local what, a, b, c, d = call:next(clock.now(), clock.wall(), clock.random(), (state.budget or BUDGET) >= COST)
    if what == "token" then
      -- `a`: the one that was used has been refused
      used = not fail_if_closed(call, state) and give_token(call, state, a and used or nil) or nil
    elseif what == "send" then
      if not fail_if_closed(call, state) then
        send(call, state, bucket, early)
      end
    elseif what == "wait" then
      wait(call, state, bucket or call:bucket(), a, b, c, d)
    elseif what == "done" then
      state.budget = math.min(BUDGET, (state.budget or BUDGET) + GAIN)
      return a, b, c
    else
      if used and b.status == 401 and state.source.failed then
        state.source:failed(used)
      end
      return nil, a, errors.new(b)
    end
  end
end

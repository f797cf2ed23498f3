--- Time that passes only where somebody waits, for one after the other or for
--- coroutines side by side, and clients that live in it.
--
--     local t = timeline.new()
--     local okta = t:client { transport = function(request) t.sleep(0.1) ... end }
--     for i = 1, 100 do t:spawn(function() okta:get_user(i) end) end
--     t:run()                       -- t.now(), t.waits
local roster = require "roster"

local M = {}

local methods = {}
local mt = { __index = methods }

M.EPOCH = 1700000000
local START = 1000

--- `chance`: what random gives, a number; repeatable lots when absent. `skew`:
--- seconds by which the client's wall clock is ahead of the service's.
function M.new(options)
  options = options or {}
  local self = setmetatable({ time = START, waits = {}, sleepers = {}, lot = 42 }, mt)

  function self.now()
    return self.time
  end

  --- The service's clock, epoch seconds.
  function self.epoch()
    return M.EPOCH + self.time - START
  end

  function self.wall()
    return self.epoch() + (options.skew or 0)
  end

  function self.random()
    self.lot = (self.lot * 16807) % 2147483647
    return options.chance or self.lot / 2147483647
  end

  function self.sleep(seconds)
    assert(seconds > 0 and seconds < 1e7, "asked to sleep for " .. tostring(seconds) .. " s")
    if self.current then
      coroutine.yield(seconds)
    else
      self.time = self.time + seconds
    end
  end

  -- what a client sleeps with: every wait is noted
  self.clock = { now = self.now, wall = self.wall, random = self.random, sleep = function(seconds)
    self.waits[#self.waits + 1] = seconds
    self.sleep(seconds)
  end }
  return self
end

--- A client of this time; `options` as for the constructor, and `service`.
function methods:client(options)
  local service = options.service or "okta"
  local settings = { clock = self.clock }
  if not options.sandbox then
    settings.url = "https://service.test"
    settings.token = service == "okta" and "00token-of-the-spec" or nil
  end
  for name, value in pairs(options) do
    settings[name] = value
  end
  settings.service = nil
  return roster[service](settings)
end

--- Seconds since the beginning.
function methods:passed()
  return self.time - START
end

--- All waits together.
function methods:waited()
  local sum = 0
  for _, seconds in ipairs(self.waits) do
    sum = sum + seconds
  end
  return sum
end

--- Begins `f` in a coroutine when `run` is called.
function methods:spawn(f)
  local sleepers = self.sleepers
  sleepers[#sleepers + 1] = { thread = coroutine.create(f), at = self.time, number = #sleepers }
end

local function earliest(sleepers)
  local best
  for i, sleeper in ipairs(sleepers) do
    local first = sleepers[best]
    if not best or sleeper.at < first.at or sleeper.at == first.at and sleeper.number < first.number then
      best = i
    end
  end
  return best
end

--- Lets time pass until all are done; raises what one of them raised.
function methods:run()
  local number = #self.sleepers
  while #self.sleepers > 0 do
    local sleeper = table.remove(self.sleepers, earliest(self.sleepers))
    self.time = math.max(self.time, sleeper.at)
    self.current = sleeper.thread
    local ok, seconds = coroutine.resume(sleeper.thread)
    self.current = nil
    if not ok then
      error(debug.traceback(sleeper.thread, tostring(seconds)), 0)
    elseif coroutine.status(sleeper.thread) ~= "dead" then
      number = number + 1
      -- who yields without a time looks again soon
      sleeper.at, sleeper.number = self.time + (seconds or 0.02), number
      self.sleepers[#self.sleepers + 1] = sleeper
    end
  end
end

--- A transport that answers from a list, in order: responses, strings (lost
--- after it was sent), or functions of the request. The last one goes on for
--- ever. Returns it and the requests it has seen.
function M.script(answers)
  local requests = {}
  return function(request)
    requests[#requests + 1] = request
    local answer = answers[math.min(#requests, #answers)]
    if type(answer) == "function" then
      return answer(request)
    elseif type(answer) == "string" then
      return nil, answer
    end
    return answer
  end, requests
end

--- A 429 of a minute that ends in so many seconds.
function methods:limited(seconds)
  return { status = 429, headers = { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0",
    ["X-Rate-Limit-Reset"] = ("%d"):format(math.floor(self.epoch()) + seconds) } }
end

return M

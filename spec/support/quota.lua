-- Workers with a governor each, which share a store, against a limit that is
-- counted as the sandbox counts it, in virtual time.
--
--     local run = quota.run { workers = 4, callers = 8, limit = 600, seconds = 150 }
--     run.refused, run.windows
local clocks = require "roster.clock"
local governor = require "roster.governor"
local limits = require "roster.sandbox.limit"
local memory = require "roster.store.memory"
local shared = require "roster.store"
local timeline = require "spec.support.timeline"

local M = {}

M.BUCKET = "/api/v1"

--- What the clients of a credential share.
function M.share(store, token)
  return shared.new("okta", "https://org.okta.test", { store = store, token = token or "t" }, "token")
end

--- A call, as a governor sees one; `rate` is what its answer says.
function M.call()
  local call = { answer = {} }
  function call:rate()
    local a = self.answer
    return a[1], a[2], a[3], a[4]
  end
  return call
end

local Run = {}
Run.__index = Run

--- Sends one request to the service; counts it by window.
local function serve(self, call)
  local admitted, limit, remaining, reset = self.service:take(M.BUCKET)
  call.answer = { limit, remaining, reset, math.floor(self.t.epoch()) }
  self.windows[reset] = (self.windows[reset] or 0) + (admitted and 1 or 0)
  self.sent = self.sent + 1
  if not admitted then
    self.refused = self.refused + 1
  end
  return admitted
end

--- One call of the worker's, which may wait `patience` seconds at a time.
local function call_once(self, worker, options)
  local t, call, g = self.t, M.call(), worker
  while true do
    local seconds = g:admit(M.BUCKET, call, self.clock.now())
    self.longest = math.max(self.longest, seconds)
    if seconds <= 0 then
      break
    elseif seconds > options.patience then
      self.denied = self.denied + 1
      return false
    end
    t.sleep(seconds)
  end
  local latency = options.latency * (0.5 + t.random())
  t.sleep(latency / 2)
  local admitted = serve(self, call)
  t.sleep(latency / 2)
  g:settled(M.BUCKET, call, self.clock.now(), self.clock.wall())
  self.done = self.done + (admitted and 1 or 0)
  return true
end

--- `options`: workers (4), callers of each (8), limit, seconds; latency of the
--- service (0.05); patience (1); pause of a caller between two calls (0.01);
--- foreign (requests a second that others send); skew (seconds by which our
--- clock is ahead); store; begin (is given the timeline); capacity; phase (of
--- the first second); rest (from one second to another nobody calls); kill (a
--- worker is replaced every so many seconds, and what it knew is lost).
function M.run(options)
  local defaults = { workers = 4, callers = 8, latency = 0.05, patience = 1, pause = 0.01 }
  setmetatable(options, { __index = defaults })
  local t = timeline.new { skew = options.skew }
  if options.begin then
    options.begin(t)
  end
  t.sleep(options.phase or 0.001)
  local self = setmetatable({ t = t, windows = {}, refused = 0, denied = 0, done = 0, sent = 0,
    longest = 0 }, Run)
  local ahead = { wall = 0, now = 0 }
  self.clock = clocks.new { now = function()
    return t.now() + ahead.now
  end, wall = function()
    return t.wall() + ahead.wall
  end }
  self.service = limits.new(options.limit, t.epoch)
  self.store = options.store or options.new_store and options.new_store(t, self.clock) or memory.new(t.now)
  local share_of = options.share == nil and M.share or options.share
  local ends = t.now() + options.seconds

  local function new_worker()
    return governor.new({ capacity = options.capacity }, share_of and share_of(self.store), self.clock)
  end

  self.workers = {}
  for i = 1, options.workers do
    self.workers[i] = new_worker()
  end
  for i = 1, options.workers do
    for _ = 1, options.callers do
      t:spawn(function()
        t.sleep(0.001 + t.random() * 0.1)
        while t.now() < ends do
          call_once(self, self.workers[i], options)
          t.sleep(options.pause * (0.5 + t.random()))
          local into = t.now() - (ends - options.seconds)
          if options.rest and into > options.rest[1] and into < options.rest[2] then
            t.sleep(options.rest[2] - into)
          end
        end
      end)
    end
  end
  if options.foreign then
    t:spawn(function()
      while t.now() < ends do
        t.sleep(1 / options.foreign)
        self.service:take(M.BUCKET)
      end
    end)
  end
  if options.set then
    t:spawn(function()
      local at, name, seconds = options.set[1], options.set[2], options.set[3]
      t.sleep(at)
      ahead[name] = seconds
    end)
  end
  if options.stop then
    t:spawn(function()
      t.sleep(options.stop[1])
      t.time = t.time + options.stop[2]
    end)
  end
  if options.kill then
    t:spawn(function()
      while t.now() < ends do
        t.sleep(options.kill)
        self.workers[1] = new_worker()
      end
    end)
  end
  t:run()
  return self
end

--- The windows' sums, from the first to the last.
function Run:sums()
  local resets, sums = {}, {}
  for reset in pairs(self.windows) do
    resets[#resets + 1] = reset
  end
  table.sort(resets)
  for i, reset in ipairs(resets) do
    sums[i] = self.windows[reset]
  end
  return sums
end

return M

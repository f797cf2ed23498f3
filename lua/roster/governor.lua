--- Keeps a client within the service's rate limits instead of running into
--- them. What it knows it has from the answers' headers, bucket by bucket, and
--- where clients share what they know, from them; it decides and counts, and
--- leaves the waiting to others.
local core = require "roster.core"
local buckets = require "roster.governor.bucket"
local news = require "roster.governor.news"

local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.governor" }

-- the share of a window's quota that is used; the rest is for others
local CAPACITY = 0.9
-- a place among the calls in flight is looked for again this often (seconds)
local CROWDED = 0.05
-- kilobytes: the collector goes on as if so many had been asked for, which it
-- does in a millisecond
local PUSH = 500

local new_set, size = news.new_set, news.size

--- `options.capacity`: from above 0 to 1.
---@param options { capacity: number? }|nil
---@param share table? of roster.store, where buckets are shared
---@param clock table? of roster.clock, for those
function M.new(options, share, clock)
  return setmetatable({
    share = share,
    clock = clock,
    capacity = options and options.capacity or CAPACITY,
    buckets = {},
    in_flight = new_set(),
    most_in_flight = math.huge,
    waiting = new_set(), -- calls for a place, with when they last asked
    told = 0, -- calls on their way that can tell nothing new of a crowd
    process = core.process(),
  }, mt)
end

--- After a fork() none of the parent's calls gets an outcome in the child, which
--- would wait for their places for ever.
local function forget_inherited(self)
  if self.process == core.process() then
    return
  end
  self.process = core.process()
  self.in_flight, self.waiting, self.told = new_set(), new_set(), 0
  for _, bucket in pairs(self.buckets) do
    bucket:forget_pending()
  end
end

local function bucket_of(self, name)
  local bucket = self.buckets[name]
  if not bucket then
    if self.share then
      bucket = require("roster.governor.shared").new(name, self.capacity, self.share, self.clock)
    else
      bucket = buckets.new(name, self.capacity)
    end
    self.buckets[name] = bucket
  end
  return bucket
end

--- Is there a place for the call among those in flight? Calls that wait for
--- one come before those that have just begun.
local function has_place(self, call, now)
  if self.most_in_flight == math.huge then
    return true
  end
  local waiting = self.waiting
  local places = math.floor(self.most_in_flight) - size(self.in_flight)
  if not waiting[call] then
    for _, asked in pairs(waiting) do
      -- who no longer asks has been given up
      places = places - (now - asked <= 2 * CROWDED and 1 or 0)
    end
  end
  waiting[call] = places < 1 and now or nil
  if places < 1 and now - (self.pushed_at or -math.huge) >= CROWDED then
    -- places of calls that were dropped come back with the garbage
    self.pushed_at = now
    collectgarbage("step", PUSH)
  end
  return places >= 1
end

--- May a call of this bucket go out? 0 and it counts as sent; otherwise the
--- seconds to wait before asking again, and for what.
---@param name string bucket
---@param call userdata
---@param now number seconds that only go forward
---@return number seconds, string? why
function methods:admit(name, call, now)
  forget_inherited(self)
  if not has_place(self, call, now) then
    return CROWDED, "concurrency limit"
  end
  local seconds = bucket_of(self, name):admit(call, now)
  if seconds > 0 then
    return seconds, "rate limit"
  end
  self.in_flight[call] = true
  return 0
end

--- A call that was not let through will not ask again.
---@param call userdata
function methods:withdraw(call)
  self.waiting[call] = nil
end

--- Nobody waits for the call, now that it was admitted: a page asked for ahead.
--- It holds no place, or those who wait for one might wait for each other.
---@param call userdata
function methods:ahead(call)
  self.in_flight[call] = nil
end

--- The call has its outcome.
---@param name string bucket
---@param call userdata
---@param now number
---@param wall number epoch seconds
---@param unsent boolean? nothing of it reached the service, which did not count it
function methods:settled(name, call, now, wall, unsent)
  self.in_flight[call] = nil
  self.told = math.max(self.told - 1, 0)
  bucket_of(self, name):settled(call, now, wall, unsent)
  if call:rate() ~= 0 and self.most_in_flight < math.huge then
    -- additive increase, as congestion windows grow
    self.most_in_flight = self.most_in_flight + 1 / self.most_in_flight
  end
end

--- The service says that too many calls run at a time: half as many. What was
--- on its way with the one refused may be refused as well, and is the same news.
function methods:crowded()
  if self.told > 0 then
    return
  end
  -- the one refused was there as well
  self.told = size(self.in_flight) + 1
  local half = math.floor(self.told / 2)
  self.most_in_flight = math.max(1, math.min(half, self.most_in_flight))
end

--- What is known, bucket by bucket: limit and remaining (calls), resets_in
--- (seconds), in_flight.
---@param now number
---@return table[]
function methods:limits(now)
  forget_inherited(self)
  if self.share then
    for _, name in ipairs(require("roster.governor.shared").names(self.share)) do
      bucket_of(self, name)
    end
  end
  local list = {}
  for _, bucket in pairs(self.buckets) do
    list[#list + 1] = bucket:shown(now)
  end
  table.sort(list, function(a, b)
    return a.bucket < b.bucket
  end)
  return list
end

return M

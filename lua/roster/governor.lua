--- Keeps a client within the service's rate limits instead of running into
--- them. What it knows it has from the answers' headers, bucket by bucket; it
--- decides and counts, and leaves the waiting to others.
local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.governor" }

-- the share of a window's quota that is used; the rest is for others
local CAPACITY = 0.9
-- up to this share of it goes out at once, the rest is spread over the window
local BURST = 0.7
-- Okta's windows last a minute
local WINDOW = 60
-- a place among the calls in flight is looked for again this often (seconds)
local CROWDED = 0.05

--- A set of calls that counts only those somebody still holds: a coroutine may
--- be dropped in the middle of its call.
local function new_set()
  return setmetatable({}, { __mode = "k" })
end

local function size(set)
  local n = 0
  for _ in pairs(set) do
    n = n + 1
  end
  return n
end

--- `options.capacity`: from above 0 to 1.
---@param options { capacity: number? }|nil
function M.new(options)
  return setmetatable({
    capacity = options and options.capacity or CAPACITY,
    buckets = {},
    in_flight = new_set(),
    most_in_flight = math.huge,
    waiting = new_set(), -- calls for a place, with when they last asked
    told = 0, -- calls on their way that can tell nothing new of a crowd
  }, mt)
end

local function bucket_of(self, name)
  local bucket = self.buckets[name]
  if not bucket then
    bucket = { name = name, pending = new_set() }
    self.buckets[name] = bucket
  end
  return bucket
end

--- The window is over: the quota is whole again, as far as is known.
local function turn_over(bucket, now)
  if bucket.ends and now >= bucket.ends then
    bucket.remaining = bucket.limit - size(bucket.pending)
    bucket.ends = now + WINDOW
    bucket.reset, bucket.next_at = nil, nil
  end
end

--- How much of the window's quota may still be used, and of how much.
local function usable(self, bucket)
  local all = bucket.limit * self.capacity
  return bucket.remaining - (bucket.limit - all), all
end

--- How long until the bucket lets another call through; 0: now.
local function seconds_until(self, bucket, now)
  if not bucket.limit then
    return 0
  end
  turn_over(bucket, now)
  local left, all = usable(self, bucket)
  -- of a quota this small nothing could be kept free
  if left < 1 and not (all < 1 and bucket.remaining >= 1) then
    return bucket.ends - now
  elseif left > all * (1 - BURST) then
    return 0
  end
  return math.max((bucket.next_at or now) - now, 0)
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
  return places >= 1
end

--- May a call of this bucket go out? 0 and it counts as sent; otherwise the
--- seconds to wait before asking again, and for what.
---@param name string bucket
---@param call userdata
---@param now number seconds that only go forward
---@return number seconds, string? why
function methods:admit(name, call, now)
  if not has_place(self, call, now) then
    return CROWDED, "concurrency limit"
  end
  local bucket = bucket_of(self, name)
  local seconds = seconds_until(self, bucket, now)
  if seconds > 0 then
    return seconds, "rate limit"
  end
  self.in_flight[call] = true
  bucket.pending[call] = true
  if bucket.limit then
    bucket.remaining = bucket.remaining - 1
    bucket.next_at = now + (bucket.ends - now) / math.max(usable(self, bucket), 1)
  end
  return 0
end

--- A call that was not let through will not ask again.
---@param call userdata
function methods:withdraw(call)
  self.waiting[call] = nil
end

--- What the answer's headers say; numbers that cannot be are no news.
local function learn(bucket, now, limit, remaining, reset, date)
  if not (limit and remaining and reset) or limit <= 0 or remaining > limit then
    return
  end
  local ends = now + reset - date
  if ends <= now or ends > now + 2 * WINDOW then
    return
  end
  -- an answer of an earlier window than the one known says nothing
  if bucket.reset and reset < bucket.reset then
    return
  end
  -- those on their way may not have been counted yet
  local left = remaining - size(bucket.pending)
  if bucket.reset == reset then
    left = math.min(bucket.remaining, left)
  end
  bucket.limit, bucket.remaining, bucket.reset, bucket.ends = limit, left, reset, ends
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
function methods:settled(name, call, now, wall)
  local bucket = bucket_of(self, name)
  self.in_flight[call], bucket.pending[call] = nil, nil
  self.told = math.max(self.told - 1, 0)
  local limit, remaining, reset, date = call:rate()
  learn(bucket, now, limit, remaining, reset, date or wall)
  if limit ~= 0 and self.most_in_flight < math.huge then
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
  local list = {}
  for _, bucket in pairs(self.buckets) do
    turn_over(bucket, now)
    list[#list + 1] = {
      bucket = bucket.name,
      limit = bucket.limit,
      remaining = bucket.remaining and math.max(bucket.remaining, 0),
      resets_in = bucket.ends and bucket.ends - now,
      in_flight = size(bucket.pending),
    }
  end
  table.sort(list, function(a, b)
    return a.bucket < b.bucket
  end)
  return list
end

return M

--- One of the service's rate limits as this client alone knows it: from what it
--- has sent and from the answers' headers.
local news = require "roster.governor.news"

local M = {}

local BURST, WINDOW = news.BURST, news.WINDOW

local methods = {}
local mt = { __index = methods, __name = "roster.bucket" }

--- The window is over: the quota is whole again, as far as is known.
local function turn_over(self, now)
  if self.ends and now >= self.ends then
    self.remaining = self.limit - self.pending:size()
    self.ends = now + WINDOW
    self.reset, self.next_at = nil, nil
  end
end

--- How much of the window's quota may still be used, and of how much.
local function usable(self)
  local all = self.limit * self.capacity
  return self.remaining - (self.limit - all), all
end

--- How long until the bucket lets another call through; 0: now.
local function seconds_until(self, now)
  if not self.limit then
    return 0
  end
  turn_over(self, now)
  local left, all = usable(self)
  -- of a quota this small nothing could be kept free
  if left < 1 and not (all < 1 and self.remaining >= 1) then
    return self.ends - now
  elseif left > all * (1 - BURST) then
    return 0
  end
  return math.max((self.next_at or now) - now, 0)
end

--- May the call go out? 0 and it counts as sent; otherwise the seconds to wait
--- before asking again.
---@param call userdata
---@param now number seconds that only go forward
---@return number seconds
function methods:admit(call, now)
  local seconds = seconds_until(self, now)
  if seconds <= 0 then
    self.pending:add(call)
    if self.limit then
      self.remaining = self.remaining - 1
      self.next_at = now + (self.ends - now) / math.max(usable(self), 1)
    end
  end
  return seconds
end

--- The call has its outcome.
---@param call userdata
---@param now number
---@param wall number epoch seconds
---@param unsent boolean? the service did not count it: its place is given back
function methods:settled(call, now, wall, unsent)
  self.pending:remove(call)
  if unsent and self.limit then
    self.remaining = math.min(self.remaining + 1, self.limit - self.pending:size())
    self.next_at = nil
  end
  local limit, remaining, reset, seconds = news.of(call, wall)
  -- an answer of an earlier window than the one known says nothing
  if not limit or self.reset and reset < self.reset then
    return
  end
  -- those on their way may not have been counted yet
  local left = remaining - self.pending:size()
  if self.reset == reset then
    left = math.min(self.remaining, left)
  end
  self.limit, self.remaining, self.reset, self.ends = limit, left, reset, now + seconds
end

--- None of the calls on their way gets an outcome in this process.
function methods:forget_pending()
  self.pending = news.new_counted_set()
end

--- What is known: bucket, limit and remaining (calls), resets_in (seconds),
--- in_flight.
---@param now number
---@return table
function methods:shown(now)
  turn_over(self, now)
  return {
    bucket = self.name,
    limit = self.limit,
    remaining = self.remaining and math.max(self.remaining, 0),
    resets_in = self.ends and self.ends - now,
    in_flight = self.pending:size(),
  }
end

---@param name string
---@param capacity number the share of a window's quota that is used
function M.new(name, capacity)
  return setmetatable({ name = name, capacity = capacity, pending = news.new_counted_set() }, mt)
end

return M

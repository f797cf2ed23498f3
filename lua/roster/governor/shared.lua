--- One of the service's rate limits as all know it who share a store: the
--- window it is in, and how many calls have been let out in it. Each window has
--- a number and a counter of its own, so that nothing has to be put right when
--- a worker dies. Times are by the clock that only goes forward; those in the
--- store by one that all have in common, see roster.store. A window is read once:
--- after that, setting the machine's clock neither lengthens nor ends it.
local alone = require "roster.governor.bucket"
local news = require "roster.governor.news"

local M = {}

local BURST, WINDOW = news.BURST, news.WINDOW

-- seconds that a counter lives: its window, and that before, in which it begins
local LIFE = 3 * WINDOW
-- so long before the end of a window, in seconds, the service may have begun
-- the next: its dates are whole seconds, and answers take their time
local BORDER = 2
-- seconds by which an answer must move the end of the window to be written down
local CLOSER = 0.1
-- the number of the first window, whose calls are counted before it is known
local FIRST = 1

local methods = {}
local mt = { __index = methods, __name = "roster.bucket.shared" }

local INDEX = "buckets"

--- The names of the buckets that anybody knows.
---@param share table of roster.store
---@return string[]
function M.names(share)
  local names = {}
  for name in tostring(share:get(INDEX) or ""):gmatch("[^\n]+") do
    names[#names + 1] = name
  end
  return names
end

--- Makes the name known to all. Two at once may lose one of two names, until
--- the next window.
local function enlist(self)
  local text = tostring(self.share:get(INDEX) or "")
  if not ("\n" .. text):find("\n" .. self.name .. "\n", 1, true) then
    self.share:set(INDEX, text .. self.name .. "\n")
  end
end

--- The window: limit, ends, reset (the service's, of the last one it told),
--- number, and told (has the service told of this very window?). nil when none
--- is known; nil, why when it could not be read.
local function read(self)
  local text, why = self.share:get(self.place)
  if text == self.text and text then
    return self.window
  end
  local limit, ends, reset, number, told = tostring(text):match("^(%S+) (%S+) (%S+) (%S+) (%S+)$")
  if not limit then
    return nil, why
  end
  self.text = text
  self.window = {
    limit = tonumber(limit),
    ends = tonumber(ends) - self.share:shift(self.clock),
    reset = tonumber(reset),
    number = tonumber(number),
    told = told == "told",
  }
  return self.window
end

--- Writes down a window that is never changed after that.
local function write(self, window, only_if_absent)
  local text = ("%.0f %.3f %.0f %.0f %s"):format(window.limit, window.ends + self.share:shift(self.clock), window.reset,
    window.number, window.told and "told" or "assumed")
  return self.share:set(self.place, text, nil, only_if_absent)
end

local function counter(self, number)
  if self.counted ~= number then
    self.counted, self.counter = number, ("used %s %.0f"):format(self.name, number)
  end
  return self.counter
end

local function used(self, number)
  return tonumber((self.share:get(counter(self, number)))) or 0
end

--- As `read`; when its time is over the next one, whose quota is whole as far
--- as is known. All arrive at the same number.
local function current(self, now)
  local window, why = read(self)
  local is_over = window and now >= window.ends
  -- none ends so late: the clock was put back before this process read of it
  if is_over or window and window.ends - now > 2 * WINDOW then
    window = {
      limit = window.limit,
      ends = now + WINDOW,
      reset = window.reset,
      number = window.number + (is_over and 1 or 0),
      told = false,
    }
    write(self, window)
  end
  return window, why
end

--- How long until the window lets its nth call out; 0: now.
local function seconds_until(self, window, nth, now)
  local all = window.limit * self.capacity
  -- of a quota this small nothing could be kept free
  all = all < 1 and window.limit or math.floor(all)
  local at_once = all * BURST
  if nth > all then
    return window.ends - now
  elseif nth <= at_once then
    return 0
  end
  local share = (nth - at_once) / (all - at_once + 1)
  return math.max(window.ends - WINDOW + WINDOW * share - now, 0)
end

--- Nothing is known of the limit: the call goes out, and is counted while it is
--- on its way.
local function admit_blindly(self, call)
  if self.share:incr(counter(self, FIRST), 1, WINDOW) then
    self.blind[call] = true
  end
  return 0
end

--- As admit, of a window that is known; nil when the store fails.
local function admit_into(self, call, window, now)
  local number = window.number
  local seconds = seconds_until(self, window, used(self, number) + 1, now)
  if seconds > 0 then
    return seconds
  end
  local nth = self.share:incr(counter(self, number), 1, LIFE)
  if not nth then
    return nil
  end
  seconds = seconds_until(self, window, nth, now)
  if seconds > 0 then
    -- others were quicker
    self.share:incr(counter(self, number), -1)
  else
    self.spent[call] = number
    if window.ends - now < BORDER then
      self.share:incr(counter(self, number + 1), 1, LIFE)
    end
  end
  return seconds
end

--- May the call go out? 0 and it counts as sent; otherwise the seconds to wait
--- before asking again. What the store cannot tell is decided by what this
--- process knows.
---@param call userdata
---@param now number seconds that only go forward
---@return number seconds
function methods:admit(call, now)
  local window, why = current(self, now)
  local seconds
  if window then
    seconds = admit_into(self, call, window, now)
  elseif not why then
    seconds = admit_blindly(self, call)
  end
  if not seconds then
    return self.alone:admit(call, now)
  elseif seconds <= 0 then
    self.alone.pending:add(call)
  end
  return seconds
end

--- The first answer that tells of the limit. Returns false when another's was.
local function discover(self, limit, remaining, reset, ends)
  local made = write(self, { limit = limit, ends = ends, reset = reset, number = FIRST, told = true }, true)
  if made then
    -- the service may have counted none of those on their way but this one
    self.share:incr(counter(self, FIRST), math.max(limit - remaining - 1, 0), LIFE)
    enlist(self)
  end
  return made
end

--- Takes an answer's news into the window. Returns the number of the window
--- that they are of; nil for an earlier one, of which they say nothing.
local function learn(self, window, limit, reset, ends, now)
  local is_new, number = reset > window.reset, window.number
  if not window.told then
    -- a late answer of the window before, or that window is not over yet
    if not is_new and ends - now <= BORDER then
      return nil
    end
  elseif reset < window.reset then
    return nil
  elseif is_new then
    number = number + 1
  elseif limit == window.limit and ends > window.ends - CLOSER then
    return number
  else
    ends = math.min(ends, window.ends)
  end
  write(self, { limit = limit, ends = ends, reset = reset, number = number, told = true })
  if is_new then
    enlist(self)
  end
  return number
end

--- The call has its outcome.
---@param call userdata
---@param now number
---@param wall number epoch seconds
---@param unsent boolean? the service did not count it: its place is given back
function methods:settled(call, now, wall, unsent)
  self.alone:settled(call, now, wall, unsent)
  local was_blind, spent = self.blind[call], self.spent[call]
  self.blind[call], self.spent[call] = nil, nil
  if unsent and spent then
    self.share:incr(counter(self, spent), -1)
    return
  end
  local limit, remaining, reset, left = news.of(call, wall)
  if not limit and not was_blind then
    return
  end
  local window, why = read(self)
  if why then
    return
  elseif not limit then
    if not window then
      -- gone, and nothing learnt
      self.share:incr(counter(self, FIRST), -1)
    end
    return
  end
  if not window then
    if discover(self, limit, remaining, reset, now + left) ~= false then
      return
    end
    window = read(self)
  end
  local number = window and learn(self, window, limit, reset, now + left, now)
  if number then
    -- others use the quota as well; of our own, those on their way may not
    -- have been counted yet
    local missing = limit - remaining + self.alone.pending:size() - used(self, number)
    if missing > 0 then
      self.share:incr(counter(self, number), missing, LIFE)
    end
  end
end

--- See roster.governor.bucket.
function methods:forget_pending()
  self.alone:forget_pending()
  self.blind, self.spent = news.new_set(), news.new_set()
end

--- What is known: bucket, limit and remaining (calls), resets_in (seconds),
--- in_flight (of this process).
---@param now number
---@return table
function methods:shown(now)
  local window = read(self)
  local entry = self.alone:shown(now)
  if window then
    local left = window.ends - now
    entry.limit = window.limit
    entry.remaining = left > 0 and math.max(window.limit - used(self, window.number), 0) or window.limit
    entry.resets_in = left > 0 and left or WINDOW
  end
  return entry
end

---@param name string
---@param capacity number the share of a window's quota that is used
---@param share table of roster.store
---@param clock table of roster.clock
function M.new(name, capacity, share, clock)
  return setmetatable({
    name = name,
    place = "window " .. name,
    capacity = capacity,
    share = share,
    clock = clock,
    alone = alone.new(name, capacity),
    blind = news.new_set(), -- calls let out while nothing was known
    spent = news.new_set(), -- the number of the window that each call was counted in
  }, mt)
end

return M

--- Time and chance as a client sees them; a test puts others in their place.
local core = require "roster.core"
local phase = require "roster.nginx.phase"

local M = {}

-- the longest a signal waits for Lua to look
local STEP = 0.1

--- Sleeps in steps, so that Ctrl-C at the prompt is answered between two.
local function sleep(seconds)
  local curl = require "roster.curl"
  local ends = core.clock() + seconds
  local left = seconds
  while left > 0 do
    curl.sleep(math.min(left, STEP))
    left = ends - core.clock()
  end
end

-- seconds; nginx counts in milliseconds, and takes less for no wait at all
local SHORTEST = 0.001

--- nginx's own: the worker goes on meanwhile.
local function nginx_sleep(seconds)
  require("roster.nginx.thread").sleep(math.max(seconds, SHORTEST))
end

-- A clock that goes on where `read` is put back, so that no wait grows: by as much
-- as the time of day has.
local function only_forward(read, wall)
  local last, ahead, at = -math.huge, 0, wall()
  return function()
    local now, day = read() + ahead, wall()
    if now < last then
      local forward = last + math.max(day - at, 0)
      ahead, now = ahead + forward - now, forward
    end
    last, at = now, day
    return now
  end
end

--- now(): seconds that only go forward; wall(): epoch seconds; random(): from 0
--- up to but not 1; sleep(seconds).
---@param given table|function|nil what a test gives instead; a function is now
---@return { now: function, wall: function, random: function, sleep: function }
function M.new(given)
  if type(given) == "function" then
    given = { now = given }
  end
  given = given or {}
  local wall = given.wall or core.wall
  return {
    now = given.now and only_forward(given.now, wall) or core.clock,
    wall = wall,
    random = given.random or core.random,
    sleep = given.sleep or phase.is_inside() and nginx_sleep or sleep,
  }
end

return M

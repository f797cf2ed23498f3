-- Clocks that are set, and processes that are stopped, while a call waits or is
-- under way: it waits no longer than it was told, and its time is its own.
local http = require "roster.sandbox.http"
local timeline = require "spec.support.timeline"

local OK = { status = 200, headers = { ["Content-Type"] = "application/json" }, body = '{"id":"u"}' }

-- What makes a call wait, and at most how many seconds.
local WAITS = {
  ["the reset of a limit"] = { 22, function(epoch)
    return { status = 429, headers = { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0",
      ["X-Rate-Limit-Reset"] = ("%d"):format(epoch + 20), Date = http.date(epoch) } }
  end },
  ["Retry-After in seconds"] = { 21, function()
    return { status = 429, headers = { ["Retry-After"] = "20" } }
  end },
  ["Retry-After as a date"] = { 21, function(epoch)
    return { status = 429, headers = { ["Retry-After"] = http.date(epoch + 20), Date = http.date(epoch) } }
  end },
  ["Retry-After of a 503"] = { 21, function()
    return { status = 503, headers = { ["Retry-After"] = "20" } }
  end },
  ["a back-off"] = { 1, function()
    return { status = 502, headers = {} }
  end },
}

local EVENTS = {
  ["an hour back"] = { wall = -3600 },
  ["an hour forward"] = { wall = 3600 },
  ["the steady clock an hour back"] = { now = -3600 },
  ["stopped for 90 s"] = { stop = 90 },
}

describe("a call that waits for", function()
  -- Runs one call whose first response is a wait, in which the event happens; returns
  -- the seconds that passed without the stop, and what the call returned.
  local function run(first, event, options)
    local t = timeline.new()
    local ahead, requests, struck = { wall = 0, now = 0 }, 0, false
    local clock = { random = t.random, now = function()
      return t.now() + ahead.now
    end, wall = function()
      return t.wall() + ahead.wall
    end, sleep = function(seconds)
      t.sleep(seconds / 2)
      if not struck then
        struck = true
        ahead.wall, ahead.now = event.wall or 0, event.now or 0
        t.time = t.time + (event.stop or 0)
      end
      -- what is left of the sleep was over while the process was stopped
      t.sleep(event.stop and 1e-6 or seconds / 2)
    end }
    local settings = { clock = clock, transport = function()
      requests = requests + 1
      t.sleep(0.05)
      return requests == 1 and first(math.floor(t.epoch())) or OK
    end }
    local okta = t:client(settings)
    local returned = { okta:get_user("u", options and options(clock)) }
    assert.is_true(struck)
    return t:passed() - (event.stop or 0), requests, returned
  end

  for what, wait in pairs(WAITS) do
    for name, event in pairs(EVENTS) do
      it(what .. ", " .. name, function()
        local seconds, requests, returned = run(wait[2], event)
        assert.equal("u", returned[1] and returned[1].id, returned[2])
        assert.equal(2, requests)
        assert.is_true(seconds <= wait[1] + 0.2, seconds)
        -- once more to look: with a deadline at a time of day
        seconds, requests = run(wait[2], event, function(clock)
          return { deadline = clock.wall() + 200 }
        end)
        assert.equal(2, requests)
        assert.is_true(seconds <= wait[1] + 0.2, seconds)
      end)
    end
  end

  it("a limit is over when it was stopped for longer than its time", function()
    local _, requests, returned = run(WAITS["Retry-After in seconds"][2], { stop = 90 }, function()
      return { timeout = 60 }
    end)
    assert.equal(1, requests)
    assert.is_nil(returned[1])
    assert.equal("timeout", returned[3].kind)
    assert.is_false(returned[3].ambiguous)
  end)
end)

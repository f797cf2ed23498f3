-- Clocks that are set, and processes that are stopped, while calls wait for a
-- limit: no wait grows past the window, and the limit is kept.
local memory = require "roster.store.memory"
local new_far_store = require "spec.support.far_store"
local quota = require "spec.support.quota"

local LIMIT, SECONDS = 600, 170

-- As nginx's dictionary, in which a life ends by the clock that is set.
local function dictionary(_, clock)
  return memory.new(clock.wall)
end

-- For the processes of several machines.
local function far_store(t)
  return new_far_store(t.now)
end

local WAYS = {
  ["alone"] = { workers = 1, callers = 16, share = false },
  ["with a store of this machine"] = {},
  ["with a store whose lives are by the clock"] = { new_store = dictionary },
  ["with a store of many machines"] = { new_store = far_store },
  ["many at a time, alone"] = { workers = 1, callers = 150, share = false, pause = 4 },
  ["many at a time"] = { workers = 5, callers = 30, pause = 4 },
}

local EVENTS = {
  ["the clock is put back by an hour"] = { set = { 70, "wall", -3600 } },
  ["the clock is put forward by an hour"] = { set = { 70, "wall", 3600 } },
  ["the clock is put back by 90 s"] = { set = { 100, "wall", -90 } },
  ["the clock is put forward by 90 s"] = { set = { 100, "wall", 90 } },
  ["the clock is put forward by 30 s"] = { set = { 70, "wall", 30 } },
  ["the process is stopped for 90 s"] = { stop = { 70, 90 } },
  ["the process is stopped for 30 s"] = { stop = { 95, 30 } },
  ["the process is stopped for 90 s at a window's end"] = { stop = { 119.5, 90 } },
  ["the steady clock jumps by 20 s"] = { set = { 100, "now", 20 } },
  ["the steady clock jumps by an hour"] = { set = { 70, "now", 3600 } },
  ["the steady clock jumps back by an hour"] = { set = { 70, "now", -3600 } },
}

describe("a limit of calls, when", function()
  for what, event in pairs(EVENTS) do
    for way, options in pairs(WAYS) do
      it(("%s, %s"):format(what, way), function()
        local settings = { limit = LIMIT, seconds = SECONDS, pause = 0.4, patience = 1000 }
        for _, given in ipairs { options, event } do
          for name, value in pairs(given) do
            settings[name] = value
          end
        end
        local run = quota.run(settings)
        -- a clock that runs ahead of time cannot be told from time: then no more is refused than goes
        -- out before the first response
        assert.is_true(run.refused <= (event.set and event.set[2] == "now" and settings.callers or 0), run.refused)
        for i, sum in ipairs(run:sums()) do
          assert.is_true(sum <= LIMIT, ("%d in window %d"):format(sum, i))
        end
        assert.is_true(run.longest <= 61, run.longest)
        assert.is_true(run.done > LIMIT, run.done)
      end)
    end
  end
end)

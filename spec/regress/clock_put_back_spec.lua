-- A window's end was kept in epoch seconds; with the clock put back by an hour,
-- workers that share a quota waited an hour for the end of a minute.
local governor = require "roster.governor"
local memory = require "roster.store.memory"
local quota = require "spec.support.quota"
local timeline = require "spec.support.timeline"

describe("workers that share a quota, when the clock is put back", function()
  local t, ahead, workers

  before_each(function()
    t, ahead = timeline.new(), 0
    local store, clock = memory.new(t.now), { now = t.now }
    function clock.wall()
      return t.wall() + ahead
    end
    workers = {}
    for i = 1, 2 do
      workers[i] = governor.new(nil, quota.share(store), clock)
    end
  end)

  --- Seconds until the worker lets a call out, and the call.
  local function ask(worker)
    local call = quota.call()
    return (worker:admit("b", call, t.now())), call
  end

  local function hear(worker, call, remaining, left)
    local now = math.floor(t.epoch())
    call.answer = { 600, remaining, now + left, now }
    worker:settled("b", call, t.now(), t.wall() + ahead)
  end

  for _, back in ipairs { 3600, 86400, 1e6 } do
    it("wait for a minute at most, of " .. back .. " s", function()
      local _, first = ask(workers[1])
      hear(workers[1], first, 0, 40)
      assert.is_true(math.abs(ask(workers[2]) - 40) < 0.01)
      ahead = -back
      local seconds = ask(workers[2])
      assert.is_true(seconds > 30 and seconds <= 60, seconds)
      -- nothing is let out for being asked again
      assert.equal(seconds, (ask(workers[1])))
      t.sleep(seconds)
      assert.equal(0, (ask(workers[1])))
    end)
  end

  it("go on with the quota as it is told", function()
    local _, first = ask(workers[1])
    hear(workers[1], first, 599, 40)
    ahead = -3600
    local seconds, second = ask(workers[2])
    assert.equal(0, seconds)
    hear(workers[2], second, 100, 40)
    local limits = workers[1]:limits(t.now())[1]
    assert.equal(100, limits.remaining)
    assert.is_true(math.abs(limits.resets_in - 40) < 0.01, limits.resets_in)
  end)
end)

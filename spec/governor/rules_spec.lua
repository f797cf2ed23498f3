-- What the governor learns from headers, and what it does with it.
local governor = require "roster.governor"

local EPOCH = 1700000000

--- A call whose answer says this.
local function answer(limit, remaining, reset, date)
  return { rate = function()
    return limit, remaining, reset, date
  end }
end

--- How many calls of the bucket are let out at this instant.
local function burst(g, bucket, now)
  local calls = {}
  while #calls < 10000 do
    local call = answer()
    if g:admit(bucket, call, now) > 0 then
      break
    end
    calls[#calls + 1] = call
  end
  return #calls, calls
end

--- Lets one call out and answers it.
local function learn(g, bucket, now, ...)
  local call = answer(...)
  assert.equal(0, (g:admit(bucket, call, now)))
  g:settled(bucket, call, now, EPOCH + now)
end

local function knows(g, bucket)
  for _, entry in ipairs(g:limits(0)) do
    if entry.bucket == bucket then
      return entry.limit
    end
  end
end

describe("the governor", function()
  local g

  before_each(function()
    g = governor.new()
  end)

  it("lets everything out as long as nothing is known", function()
    assert.equal(10000, (burst(g, "b", 0)))
  end)

  it("lets a part of the quota out at once, spreads the rest and keeps a tenth", function()
    learn(g, "b", 0, 600, 599, EPOCH + 60, EPOCH)
    local sent = burst(g, "b", 0)
    assert.is_true(sent > 0.5 * 540 and sent < 540, sent)
    local now = 0
    while true do
      local call = answer()
      local seconds, why = g:admit("b", call, now)
      if now + seconds >= 60 then
        break
      elseif seconds > 0 then
        assert.equal("rate limit", why)
        now = now + seconds
      else
        sent = sent + 1
        g:settled("b", call, now, EPOCH + now)
      end
    end
    assert.is_true(sent >= 537 and sent <= 539, sent .. " sent")
    assert.is_true(now > 59, "the last one went out after " .. now .. " s")
  end)

  it("waits for the end of the window, not longer, when nothing is left", function()
    learn(g, "b", 10, 600, 0, EPOCH + 45, EPOCH + 10)
    local seconds, why = g:admit("b", answer(), 15)
    assert.equal(30, seconds)
    assert.equal("rate limit", why)
    assert.equal(0, (g:admit("b", answer(), 45)))
  end)

  it("knows buckets apart: one that is used up does not hinder another", function()
    learn(g, "a", 0, 600, 0, EPOCH + 60, EPOCH)
    assert.is_true(g:admit("a", answer(), 1) > 0)
    assert.equal(0, (g:admit("b", answer(), 1)))
    learn(g, "b", 1, 600, 599, EPOCH + 60, EPOCH)
    assert.is_true(burst(g, "b", 1) > 100)
  end)

  it("begins a new window with a whole quota, and believes what it then hears", function()
    learn(g, "b", 0, 100, 0, EPOCH + 30, EPOCH)
    local sent = burst(g, "b", 31)
    assert.is_true(sent > 50 and sent < 90, sent)
    g = governor.new()
    learn(g, "b", 0, 100, 50, EPOCH + 30, EPOCH)
    learn(g, "b", 31, 100, 11, EPOCH + 90, EPOCH + 31)
    assert.equal(1, (burst(g, "b", 32)))
  end)

  it("is not misled by an answer that comes late", function()
    learn(g, "b", 0, 100, 90, EPOCH + 60, EPOCH)
    local late = answer(100, 12, EPOCH + 60, EPOCH + 59)
    g:admit("b", late, 59)
    learn(g, "b", 61, 100, 80, EPOCH + 120, EPOCH + 61)
    -- of the window before; on its way it might have been one of this window
    g:settled("b", late, 62, EPOCH + 62)
    assert.equal(79, g:limits(62)[1].remaining)
    -- out of order within the window: the least counts
    learn(g, "b", 63, 100, 40, EPOCH + 120, EPOCH + 63)
    learn(g, "b", 64, 100, 70, EPOCH + 120, EPOCH + 63)
    assert.is_true(g:limits(64)[1].remaining <= 40)
  end)

  it("goes by the server's clock, however wrong ours is", function()
    for _, skew in ipairs { -7200, 7200, 1e6 } do
      g = governor.new()
      learn(g, "b", 0, 600, 0, EPOCH + skew + 20, EPOCH + skew)
      assert.equal(20, (g:admit("b", answer(), 0)))
    end
    -- without a Date, by ours
    g = governor.new()
    learn(g, "b", 0, 600, 0, EPOCH + 20, nil)
    assert.equal(20, (g:admit("b", answer(), 0)))
  end)

  for name, headers in pairs {
    ["nothing at all"] = {}, ["no limit"] = { nil, 5, EPOCH + 60, EPOCH }, ["no remaining"] = { 600, nil,
      EPOCH + 60, EPOCH },
    ["no reset"] = { 600, 0, nil, EPOCH }, ["more left than there is"] = { 600, 601, EPOCH + 60, EPOCH },
    ["a limit of nought"] = { 0, 0, EPOCH + 60, EPOCH }, ["a reset in 2100"] = { 600, 0, 4102444800, EPOCH },
    ["a reset long past"] = { 600, 0, EPOCH - 86400, EPOCH }, ["a reset just past"] = { 600, 0, EPOCH - 1, EPOCH },
    ["a reset of nought"] = { 600, 0, 0, EPOCH },
  } do
    it("takes " .. name .. " for no news", function()
      local unpack = table.unpack or unpack -- luacheck: ignore 143
      learn(g, "b", 0, unpack(headers, 1, 4))
      assert.is_nil(knows(g, "b"))
      assert.equal(0, (g:admit("b", answer(), 0)))
      -- nor does it forget what it knew
      learn(g, "c", 0, 600, 0, EPOCH + 60, EPOCH)
      local call = answer(unpack(headers, 1, 4))
      g:settled("c", call, 1, EPOCH + 1)
      assert.equal(59, (g:admit("c", answer(), 1)))
    end)
  end

  it("counts what is on its way: the answers do not know of it yet", function()
    learn(g, "b", 0, 100, 99, EPOCH + 60, EPOCH)
    local _, calls = burst(g, "b", 0)
    local before = #calls
    assert.equal(before, g:limits(0)[1].in_flight)
    -- the first answer reports its own call only
    local first = calls[1]
    first.rate = function() return 100, 98, EPOCH + 60, EPOCH end
    g:settled("b", first, 0, EPOCH)
    assert.is_true(g:limits(0)[1].remaining <= 98 - (before - 1))
    assert.is_true(g:admit("b", answer(), 0) > 0)
  end)

  it("forgets calls that were dropped on their way", function()
    learn(g, "b", 0, 100, 99, EPOCH + 60, EPOCH)
    burst(g, "b", 0)
    -- nobody holds them any more: their coroutine is gone
    collectgarbage()
    collectgarbage()
    assert.equal(0, g:limits(0)[1].in_flight)
    local sent = burst(g, "b", 61)
    assert.is_true(sent > 50, sent)
  end)

  it("halves the calls in flight when there are too many, and lets them grow again", function()
    local _, calls = burst(g, "b", 0)
    for i = 41, #calls do
      g:settled("b", calls[i], 0, EPOCH)
    end
    -- 40 on their way, one of them is refused
    g:settled("b", calls[40], 0, EPOCH)
    g:crowded()
    for i = 1, 39 do
      g:settled("b", calls[i], 0, EPOCH)
    end
    local sent, more = burst(g, "b", 1)
    assert.is_true(sent >= 20 and sent <= 23, sent)
    local seconds, why = g:admit("b", answer(), 1)
    assert.is_true(seconds > 0 and seconds <= 0.1)
    assert.equal("concurrency limit", why)
    for now = 2, 100 do
      for _, call in ipairs(more) do
        g:settled("b", call, now, EPOCH)
      end
      more = select(2, burst(g, "b", now))
    end
    assert.is_true(#more > 40, #more)
  end)

  it("lets at least one call out, however often it is refused", function()
    for now = 1, 20 do
      local call = answer(0, 0, EPOCH + 60, EPOCH)
      assert.equal(0, (g:admit("b", call, now)))
      g:settled("b", call, now, EPOCH + now)
      g:crowded()
    end
  end)
end)

-- How long a 429 makes a call wait: by what the service says, unless that
-- cannot be.
local http = require "roster.sandbox.http"
local machine = require "spec.support.machine"

local WALL = machine.WALL
local DATE = http.date(WALL)

--- The headers of a per-minute 429; false leaves one out.
local function headers(more)
  local all = { Date = DATE, ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0",
    ["X-Rate-Limit-Reset"] = ("%d"):format(WALL + 20) }
  for name, value in pairs(more or {}) do
    all[name] = value or nil
  end
  return all
end

--- The shortest and the longest wait that these headers allow.
local function bounds(more)
  local all = headers(more)
  local least, most = machine.decide(429, all, 0), machine.decide(429, all, 0.999)
  assert.equal("rate limit", least.why)
  assert.is_false(least.concurrency)
  return least.wait, most.wait
end

local function reset(value)
  return { ["X-Rate-Limit-Reset"] = value }
end

-- what is not believed is replaced by the jittered wait of a first failure
local function is_backoff(more)
  local least, most = bounds(more)
  assert.equal(0, least)
  assert.is_true(most < 0.5 and most > 0.49)
end

local function is_told(seconds, more)
  local least, most = bounds(more)
  assert.equal(seconds, least)
  -- those who wait together do not come back in the same instant
  assert.is_true(most < seconds + 1 and most > seconds + 0.9)
end

describe("the wait after a 429", function()
  it("lasts until the reset, a second more, by the server's clock", function()
    is_told(21)
    is_told(60, reset(("%d"):format(WALL + 59)))
    is_told(1, reset(("%d"):format(WALL)))
  end)

  it("does not depend on our own clock, which may be hours off", function()
    for _, hours in ipairs { -5, 5, 24 * 365 } do
      local then_ = WALL + hours * 3600
      is_told(21, { Date = http.date(then_), ["X-Rate-Limit-Reset"] = ("%d"):format(then_ + 20) })
    end
  end)

  it("is a second when the reset has just passed", function()
    is_told(1, reset(("%d"):format(WALL - 1)))
    is_told(1, reset(("%d"):format(WALL - 100)))
  end)

  it("goes by our clock where the server has none", function()
    is_told(21, { Date = false })
    for _, garbage in ipairs { "", "now", "2023-11-14T22:13:20Z", "Tue, 14 Nov 2023 22:13:20",
      "Tue, 99 Nov 2023 22:13:20 GMT",
      "Tue, 14 Foo 2023 22:13:20 GMT", "Tue, 14 ovD 2023 22:13:20 GMT", ("9"):rep(5000) } do
      is_told(21, { Date = garbage })
    end
  end)

  for name, value in pairs {
    missing = false, empty = "", ["a word"] = "soon", negative = "-5", ["nought"] = "0",
      ["in the year 2100"] = "4102444800",
    ["in the year 1990"] = "631152000", ["past every number"] = ("9"):rep(400), ["not whole"] = "1700000020.5",
    ["in milliseconds"] = "1700000020000", hexadecimal = "0x6553f114", ["with a unit"] = "1700000020s",
      ["not a number"] = "nan",
    infinite = "inf", ["an exponent"] = "17e8",
  } do
    it("is that of any failure when the reset is " .. name, function()
      is_backoff(reset(value))
    end)
  end

  it("is that of any failure when neither clock makes sense of it", function()
    -- no Date, and our own clock is hours away from the server's
    is_backoff { Date = false, ["X-Rate-Limit-Reset"] = ("%d"):format(WALL + 7200) }
    is_backoff { Date = false, ["X-Rate-Limit-Reset"] = ("%d"):format(WALL - 7200) }
  end)

  it("believes the latest of several resets", function()
    is_told(21, reset { ("%d"):format(WALL + 20), ("%d"):format(WALL + 5) })
    is_told(21, reset(("%d, %d"):format(WALL + 5, WALL + 20)))
    is_told(21, reset { "", "soon", ("%d"):format(WALL + 20), "-1" })
    is_told(21, reset { ("%d,"):format(WALL + 20) })
  end)

  it("is what Retry-After says, in both forms, before the reset", function()
    is_told(7, { ["Retry-After"] = "7" })
    is_told(0, { ["Retry-After"] = "0" })
    is_told(7, { ["Retry-After"] = http.date(WALL + 7) })
    is_told(0, { ["Retry-After"] = http.date(WALL - 7) })
    is_told(7, { ["Retry-After"] = http.date(WALL + 7), Date = false })
    is_told(7, { ["Retry-After"] = { "5", "7" } })
    is_told(100, { ["Retry-After"] = "100", ["X-Rate-Limit-Reset"] = false })
  end)

  it("is what the reset says where Retry-After says nothing that can be", function()
    for _, value in ipairs { "-5", "", "soon", "1e3", "86401", ("9"):rep(300), "Wed, 01 Jan 2200 00:00:00 GMT",
      "Someday, 1 Jan" } do
      is_told(21, { ["Retry-After"] = value })
    end
  end)

  it("fails fast with the time to come back at when that is too far away", function()
    local failed = machine.decide(429, headers { ["Retry-After"] = "7200" }, 0).failed
    assert.equal("rate_limited", failed.kind)
    assert.equal(WALL + 7200, failed.retry_at)
    assert.equal("the wait is longer than the call may take", failed.attempts[1].why)
    failed = machine.decide(429, headers(), 0, { timeout = 15 }).failed
    assert.equal(WALL + 21, failed.retry_at)
  end)

  it("never is negative, endless or not a number, whatever the headers", function()
    local words = { "0", "-1", "600", "", ",", ", ,", "nan", "1700000000", "1700000030", "9999999999",
      ("1"):rep(40), "\t5 ", "5 5",
      DATE, http.date(WALL + 90000), (DATE:gsub("%d", "x")), "\255\254" }
    local names = { "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", "Retry-After", "Date" }
    local state = 42
    local function draw(n)
      state = (state * 16807) % 2147483647
      return state % n + 1
    end
    for _ = 1, 3000 do
      local all = {}
      for _, name in ipairs(names) do
        local value = words[draw(#words)]
        all[name] = ({ value, { value, words[draw(#words)] }, nil })[draw(3)]
      end
      local decision = machine.decide(429, all, 0.5, { timeout = 1e6 })
      assert.is_true(decision.wait >= 0 and decision.wait <= 86401)
    end
  end)
end)

describe("too many calls at a time (limit and remaining both 0)", function()
  local function crowded(more)
    local all = headers { ["X-Rate-Limit-Limit"] = "0", ["X-Rate-Limit-Reset"] = ("%d"):format(WALL + 114) }
    for name, value in pairs(more or {}) do
      all[name] = value
    end
    return all
  end

  it("is waited out shortly, never until the printed reset", function()
    for _, more in ipairs { {}, { ["Retry-After"] = "60" } } do
      local m = machine.new("unsafe")
      m.random = 1 - 2 ^ -53
      local sum = 0
      for _ = 1, 4 do
        local what, seconds, why, concurrency = m.attempt { 429, crowded(more) }
        assert.equal("wait", what)
        assert.equal("concurrency limit", why)
        assert.is_true(concurrency)
        sum = sum + seconds
      end
      assert.is_true(sum < 3)
    end
  end)

  it("is not waited for in step", function()
    assert.equal(0, machine.decide(429, crowded(), 0).wait)
    assert.equal(0.125, machine.decide(429, crowded(), 0.5).wait)
  end)

  it("is not what a used-up minute looks like, nor one header alone", function()
    assert.is_false(machine.decide(429, headers()).concurrency)
    assert.is_false(machine.decide(429, { ["X-Rate-Limit-Limit"] = "0" }).concurrency)
    assert.is_false(machine.decide(429, { ["X-Rate-Limit-Remaining"] = "0" }).concurrency)
    assert.is_false(machine.decide(502, crowded()).concurrency == true)
  end)
end)

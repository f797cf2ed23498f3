-- Every row of the verdict: is the call sent again, after what wait, and why.
local machine = require "spec.support.machine"

local LOST, GATEWAY, LIMIT = "lost connection", "gateway failure", "rate limit"
local DONE, FINAL = "the service may have done it", "another attempt would not help"

-- outcome -> class -> why it is sent again, or { why it is not }
local final = { safe = { FINAL }, idempotent = { FINAL }, unsafe = { FINAL } }
local lost = { safe = LOST, idempotent = LOST, unsafe = { DONE } }
local not_sent = { safe = LOST, idempotent = LOST, unsafe = LOST }
local gateway = { safe = GATEWAY, idempotent = GATEWAY, unsafe = { DONE } }
local ROWS = {
  ["301"] = final, ["400"] = final, ["401"] = final, ["403"] = final, ["404"] = final, ["409"] = final,
  ["412"] = final, ["500"] = final, ["501"] = final,
  ["429"] = { safe = LIMIT, idempotent = LIMIT, unsafe = LIMIT },
  ["502"] = gateway,
  ["504"] = gateway,
  -- says that nothing was taken on; whether that is true of an unsafe call is not tried
  ["503"] = { safe = GATEWAY, idempotent = GATEWAY, unsafe = { FINAL } },
  ["lost before sent"] = not_sent,
  ["timeout before sent"] = not_sent,
  ["lost after sent"] = lost,
  ["timeout after sent"] = lost,
  ["garbage"] = { safe = { FINAL }, idempotent = { FINAL }, unsafe = { DONE } },
}

-- the longest wait after this many retries
local function ceiling(retries)
  return math.min(30, 0.5 * 2 ^ retries)
end

--- Brings a call to its attempt number `retries` + 1, by 429s.
local function after(class, retries, max_retries)
  local m = machine.new(class, { max_retries = max_retries })
  for _ = 1, retries do
    local what, seconds = m.attempt("429")
    assert(what == "wait")
    m.now = m.now + seconds
  end
  return m
end

local function expect(row, retries, max_retries, budget, left)
  local why = row
  if type(row) == "table" then
    return false, row[1]
  elseif not budget and row ~= LIMIT then
    return false, "the retry budget is used up"
  elseif retries >= max_retries then
    return false, "no attempts left"
  elseif left == 0 then
    return false, "the wait is longer than the call may take"
  end
  return true, why
end

describe("whether a call is sent again", function()
  it("has a row for everything that can happen", function()
    for outcome in pairs(machine.outcomes) do
      assert.is_table(ROWS[outcome], outcome)
    end
  end)

  for outcome, classes in pairs(ROWS) do
    for class, row in pairs(classes) do
      it("after " .. outcome .. ", when it is " .. class, function()
        local seen = 0
        for _, max_retries in ipairs { 0, 1, 4 } do
          for retries = 0, max_retries do
            for _, budget in ipairs { true, false } do
              for _, left in ipairs { 0, 1000 } do
                local m = after(class, retries, max_retries)
                m.budget = budget
                -- the deadline is reached while the attempt is under way
                assert.equal("send", m.next())
                if left == 0 then
                  m.now = 300
                end
                machine.outcomes[outcome](m.call)
                local again, why = expect(row, retries, max_retries, budget, left)
                local what, a, b = m.next()
                local label = ("retries %d of %d, budget %s, left %d"):format(retries, max_retries,
                  tostring(budget), left)
                assert.equal(again and "wait" or "failed", what, label)
                if again then
                  assert.equal(why, b, label)
                  assert.equal(ceiling(retries) * m.random, a, label)
                else
                  assert.equal(why, b.attempts[#b.attempts].why, label)
                  assert.equal(retries + 1, #b.attempts, label)
                  assert.is_nil(b.attempts[#b.attempts].wait)
                end
                seen = seen + 1
              end
            end
          end
        end
        assert.equal((1 + 2 + 5) * 4, seen)
      end)
    end
  end
end)

describe("the wait before a further attempt", function()
  local function waits(random, count)
    local m = machine.new("safe", { max_retries = count })
    local list = {}
    m.random = random
    for i = 1, count do
      local what, seconds = m.attempt("502")
      assert(what == "wait")
      list[i] = seconds
    end
    return list
  end

  it("may be anything from nothing to a span that doubles up to 30 s", function()
    assert.same({ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, waits(0, 10))
    assert.same({ 0.25, 0.5, 1, 2, 4, 8, 15, 15, 15, 15 }, waits(0.5, 10))
    for i, seconds in ipairs(waits(1 - 2 ^ -53, 20)) do
      assert.is_true(seconds < ceiling(i - 1) and seconds > ceiling(i - 1) * 0.999)
    end
  end)

  it("does not overflow however often", function()
    local m = machine.new("safe", { max_retries = 1000, timeout = 1e9 })
    for i = 1, 1000 do
      local what, seconds = m.attempt("504")
      assert(what == "wait" and (seconds == 15 or i < 7))
    end
    local what, message, detail = m.attempt("504")
    assert.equal("failed", what)
    assert.matches("(1001 attempts)", message, 1, true)
    -- the first ones and the last
    assert.equal(16, #detail.attempts)
    assert.equal("gateway failure", detail.attempts[15].why)
    assert.equal("no attempts left", detail.attempts[16].why)
  end)

  it("is what a 503 says, in both forms", function()
    assert.equal(7, machine.decide(503, { ["Retry-After"] = "7" }, 0.5).wait)
    assert.equal(9, machine.decide(503, { Date = "Tue, 14 Nov 2023 22:13:20 GMT",
      ["Retry-After"] = "Tue, 14 Nov 2023 22:13:29 GMT" }, 0.5).wait)
    -- but not what other failures say
    assert.equal(0.25, machine.decide(502, { ["Retry-After"] = "7" }, 0.5).wait)
  end)

  it("counts against the client's budget, unless a limit is the reason", function()
    assert.is_true(machine.decide(502, {}).costs)
    assert.is_true(machine.decide(503, { ["Retry-After"] = "1" }).costs)
    assert.is_false(machine.decide(429, {}).costs)
    assert.is_false(machine.decide(429, { ["X-Rate-Limit-Limit"] = "0", ["X-Rate-Limit-Remaining"] = "0" }).costs)
  end)
end)

describe("a call that is out of attempts", function()
  it("lists them and says how many", function()
    local m = machine.new("idempotent", { max_retries = 3 })
    m.attempt("502")
    m.attempt("lost after sent")
    m.attempt("429")
    local what, message, detail = m.attempt("503")
    assert.equal("failed", what)
    assert.matches("^okta update_user: 503: Service Unavailable %(4 attempts%)$", message)
    assert.same({
      { status = 502, why = "gateway failure", wait = 0.25 },
      { why = "lost connection", wait = 0.5 },
      { status = 429, why = "rate limit", wait = 1 },
      { status = 503, why = "no attempts left" },
    }, detail.attempts)
    assert.equal(machine.WALL + 2, detail.retry_at)
  end)

  it("was sent once where none is allowed, and says nothing of attempts", function()
    local m = machine.new("safe", { max_retries = 0 })
    local what, message, detail = m.attempt("502")
    assert.equal("failed", what)
    assert.equal("okta get_user: 502: Bad Gateway", message)
    assert.same({ { status = 502, why = "no attempts left" } }, detail.attempts)
  end)
end)

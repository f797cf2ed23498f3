-- One timeout for the whole of a call: waits, a token, and further attempts.
local replayed = require "spec.support.replayed"
local timeline = require "spec.support.timeline"

local OK = replayed.json '{"id":"u"}'

--- A transport whose every answer takes so many seconds.
local function slow(v, seconds, answer)
  local count = 0
  return function(request)
    count = count + 1
    v.sleep(seconds)
    if type(answer) == "function" then
      return answer(request, count)
    end
    return answer
  end, function()
    return count
  end
end

--- A transport that keeps how long each exchange may take.
local function timed(v, answers)
  local timeouts = {}
  local n = 0
  return { exchange = function(_, call)
    n = n + 1
    timeouts[n] = call:left(v.now())
    local answer = answers[math.min(n, #answers)]
    v.sleep(answer.seconds or 1)
    call:answer(answer.status, answer.headers, answer.body)
  end }, timeouts
end

describe("a timeout", function()
  local v

  before_each(function()
    v = timeline.new { chance = 0.5 }
  end)

  it("is for all attempts and the waits between them", function()
    local transport, count = slow(v, 4, { status = 502 })
    local okta = v:client { transport = transport, timeout = 10 }
    local started = v.now()
    local value, _, detail = okta:get_user "u"
    assert.is_nil(value)
    assert.equal(502, detail.status)
    assert.is_true(v.now() - started <= 13)
    assert.is_true(count() < 5)
    assert.equal("the wait is longer than the call may take", detail.attempts[#detail.attempts].why)
  end)

  it("leaves each attempt what the ones before it have not used", function()
    local transport, timeouts = timed(v, { { status = 503, headers = { ["Retry-After"] = "5" }, seconds = 2 },
      { status = 502, seconds = 3 }, OK })
    local okta = v:client { transport = transport, timeout = 60 }
    assert(okta:get_user "u")
    assert.same({ 60, 53, 49.5 }, timeouts)
  end)

  it("fails fast rather than wait longer than it allows, and says when to come back", function()
    local transport, count = slow(v, 0.001, function()
      return v:limited(40)
    end)
    local okta = v:client { transport = transport, timeout = 30, governor = false }
    local value, message, detail = okta:get_user "u"
    assert.is_nil(value)
    assert.matches("^okta get_user: 429", message)
    assert.equal("rate_limited", detail.kind)
    assert.is_true(detail.retryable)
    assert.is_true(detail.retry_at >= timeline.EPOCH + 41 and detail.retry_at < timeline.EPOCH + 42.1)
    assert.equal(1, count())
    assert.equal(0, #v.waits)
    assert(okta:get_user("u", { timeout = 1 }) == nil and count() == 2)
  end)

  it("of a call is what counts, beside the client's", function()
    local transport = function()
      return v:limited(40)
    end
    local okta = v:client { transport = transport, timeout = 1000, governor = false, max_retries = 2 }
    assert.is_nil(okta:get_user("u", { timeout = 5 }))
    assert.equal(0, #v.waits)
    assert.is_nil((okta:get_user("u")))
    assert.equal(2, #v.waits)
  end)

  it("is for the governor's waits as well", function()
    local timeouts = {}
    local okta = v:client { transport = { exchange = function(_, call)
      timeouts[#timeouts + 1] = call:left(v.now())
      call:answer(200, { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0",
        ["X-Rate-Limit-Reset"] = ("%d"):format(v.epoch() + 40) }, '{"id":"u"}')
    end } }
    assert(okta:get_user "u")
    local value, message, detail = okta:get_user("u", { timeout = 30 })
    assert.is_nil(value)
    assert.equal("rate_limited", detail.kind)
    assert.matches("^okta get_user: waiting for the rate limit would take another 40%.0 s$", message)
    assert.equal(timeline.EPOCH + 40, detail.retry_at)
    assert.same({}, detail.attempts)
    assert.equal(1, #timeouts)
    -- long enough: the wait is taken off what the exchange may take
    assert(okta:get_user("u", { timeout = 50 }))
    assert.equal(2, #timeouts)
    assert.is_true(timeouts[2] <= 10.001 and timeouts[2] > 9.9)
  end)

  it("is for the token's renewal as well", function()
    local asked = 0
    local knetik = v:client { service = "knetik", client_id = "c", client_secret = "s", url = "https://k.test",
      timeout = 300,
      transport = function(request)
        if request.url:find("/oauth/token", 1, true) then
          asked = asked + 1
          return { status = 503, headers = { ["Retry-After"] = "20" } }
        end
        return OK
      end }
    local started = v.now()
    local value, message, detail = knetik:get_user(1, { timeout = 5 })
    assert.is_nil(value)
    assert.equal(0, v.now() - started)
    assert.equal(1, asked)
    assert.equal("auth", detail.kind)
    assert.matches("503", message, 1, true)
  end)

  it("ends a renewal that takes too long with kind timeout, which others need not suffer from", function()
    local endpoint = 6
    local knetik = v:client { service = "knetik", client_id = "c", client_secret = "s", url = "https://k.test",
      timeout = 300,
      transport = { exchange = function(_, call, _)
        if not call:url():find("/oauth/token", 1, true) then
          return call:answer(200, {}, '{"id":1}')
        end
        local left = call:left(v.now())
        v.sleep(math.min(left, endpoint))
        if left < endpoint then
          return call:lost("timeout", "no answer in time", true)
        end
        return call:answer(200, {}, '{"access_token":"t","expires_in":3600}')
      end } }
    local started = v.now()
    local value, _, detail = knetik:get_user(1, { timeout = 2 })
    assert.is_nil(value)
    assert.equal("timeout", detail.kind)
    assert.equal(2, v.now() - started)
    -- nothing was learnt about the endpoint: it is asked again at once
    assert(knetik:get_user(1))
    assert.equal(8, v.now() - started)
  end)

  it("of a call that finds a renewal under way is its own", function()
    local knetik = v:client { service = "knetik", client_id = "c", client_secret = "s", url = "https://k.test",
      timeout = 300,
      transport = function(request)
        if request.url:find("/oauth/token", 1, true) then
          v.sleep(50)
          return replayed.json '{"access_token":"t","expires_in":3600}'
        end
        return replayed.json '{"id":1}'
      end }
    local patient, hasty
    v:spawn(function()
      patient = { knetik:get_user(1), v.now() - 1000 }
    end)
    v:spawn(function()
      local _, _, detail = knetik:get_user(1, { timeout = 3 })
      hasty = { detail, v.now() - 1000 }
    end)
    v:run()
    assert.equal(1, patient[1].id)
    assert.equal("timeout", hasty[1].kind)
    assert.is_true(hasty[2] >= 3 and hasty[2] < 5, tostring(hasty[2]))
  end)
end)

describe("a deadline", function()
  it("is in epoch seconds and holds beside the timeout: the earlier counts", function()
    local v = timeline.new()
    local transport, timeouts = timed(v, { OK })
    local okta = v:client { transport = transport, timeout = 100 }
    assert(okta:get_user("u", { deadline = v.wall() + 7 }))
    assert(okta:get_user("u", { deadline = v.wall() + 1000 }))
    assert(okta:get_user("u", { deadline = v.wall() + 50, timeout = 20 }))
    assert.same({ 7, 100, 20 }, timeouts)
  end)

  it("in the past fails at once, without a request or a token", function()
    local v = timeline.new()
    local sent, asked = 0, 0
    local okta = v:client { token = function()
      asked = asked + 1
      return "t"
    end, transport = function()
      sent = sent + 1
      return OK
    end }
    for _, deadline in ipairs { 1, v.wall() - 1, v.wall() } do
      local value, message, detail = okta:get_user("u", { deadline = deadline })
      assert.is_nil(value)
      assert.equal("timeout", detail.kind)
      assert.equal("okta get_user: the call's time was over before it was sent", message)
      assert.is_nil(detail.retry_at)
      assert.same({}, detail.attempts)
      assert.is_false(detail.ambiguous)
    end
    assert.equal(0, sent)
    assert.equal(0, asked)
    okta = v:client { transport = function()
      sent = sent + 1
      return OK
    end }
    local value, message, detail = okta:get_user("u", { deadline = v.wall() - 5 })
    assert.is_nil(value)
    assert.equal("timeout", detail.kind)
    assert.is_nil(detail.retry_at)
    assert.equal("okta get_user: the call's time was over before it was sent", message)
    assert.equal(0, sent)
  end)

  it("is not moved by a wall clock that is set meanwhile", function()
    local v = timeline.new { chance = 0.5 }
    local jump = 0
    v.clock.wall = function()
      return v.epoch() + jump
    end
    local count = 0
    local okta = v:client { transport = function()
      count = count + 1
      jump = jump + 100000
      return count < 3 and { status = 502 } or OK
    end }
    assert(okta:get_user("u", { deadline = v.epoch() + 60 }))
  end)
end)

describe("on_wait", function()
  local v, asked, verdict, okta, count

  before_each(function()
    v, asked, count = timeline.new { chance = 0.5 }, {}, 0
    verdict = function() return false end
    okta = v:client { transport = function()
      count = count + 1
      return count == 1 and v:limited(40) or OK
    end, governor = false, on_wait = function(seconds, why, bucket)
      asked[#asked + 1] = { seconds, why, bucket }
      return verdict()
    end }
  end)

  it("is told how long, why and for which limit, and may refuse", function()
    local value, _, detail = okta:get_user "u"
    assert.is_nil(value)
    assert.equal("rate_limited", detail.kind)
    assert.equal(timeline.EPOCH + 41.5, detail.retry_at)
    assert.same({ { status = 429, why = "the wait was refused" } }, detail.attempts)
    assert.same({ { 41.5, "rate limit", "GET /api/v1/users/{id}" } }, asked)
    assert.equal(0, #v.waits)
    assert.equal(1, count)
  end)

  it("lets the call wait unless it says false", function()
    for _, answer in ipairs { "nil", true, 0, "error" } do
      count = 0
      verdict = function()
        if answer == "error" then
          error "a bug of the caller's"
        elseif answer ~= "nil" then
          return answer
        end
      end
      assert(okta:get_user "u")
      assert.equal(2, count)
    end
    assert.equal(4, #v.waits)
  end)

  it("is asked about a lost connection, and about the governor's wait", function()
    local answers, sent = { "reset", { status = 200, body = '{"id":"u"}', headers = { ["X-Rate-Limit-Limit"] = "600",
      ["X-Rate-Limit-Remaining"] = "10", ["X-Rate-Limit-Reset"] = tostring(timeline.EPOCH + 30) } } }
    answers, sent = timeline.script(answers)
    verdict = function() return true end
    okta = v:client { transport = answers, on_wait = function(seconds, why, bucket)
      asked[#asked + 1] = { seconds, why, bucket }
      return why ~= "rate limit"
    end }
    assert(okta:list_users():page() == nil)
    assert.same({ { 0.25, "lost connection", "/api/v1/users" } }, asked)
    local value, _, detail = okta:list_users():page()
    assert.is_nil(value)
    assert.equal("rate_limited", detail.kind)
    assert.equal(timeline.EPOCH + 30, detail.retry_at)
    assert.equal("rate limit", asked[2][2])
    assert.is_true(asked[2][1] > 29 and asked[2][1] <= 30)
    assert.equal(2, #sent)
  end)
end)

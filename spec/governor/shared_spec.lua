-- A limit that several workers keep together, in virtual time.
local governor = require "roster.governor"
local memory = require "roster.store.memory"
local quota = require "spec.support.quota"
local replayed = require "spec.support.replayed"
local timeline = require "spec.support.timeline"

local unpack = table.unpack or unpack -- luacheck: ignore 143

describe("workers that share a limit", function()
  local t, store

  before_each(function()
    t = timeline.new()
    store = memory.new(t.now)
  end)

  local function worker(options, token)
    return governor.new(options, quota.share(store, token), t.clock)
  end

  --- Lets a call out.
  local function admit(g)
    local call = quota.call()
    local seconds, why = g:admit("b", call, t.now())
    return seconds == 0 and call or nil, seconds, why
  end

  local function settle(g, call, ...)
    call.answer = { ... }
    g:settled("b", call, t.now(), t.wall())
  end

  --- One call, and what its answer says: limit, remaining, seconds left.
  local function learn(g, limit, remaining, left)
    local now = math.floor(t.epoch())
    settle(g, assert(admit(g)), limit, remaining, now + left, now)
  end

  --- How many calls are let out at this instant.
  local function burst(g)
    local calls = {}
    while #calls < 5000 do
      local call = admit(g)
      if not call then
        break
      end
      calls[#calls + 1] = call
    end
    return #calls, calls
  end

  local function shown(g)
    return g:limits(t.now())[1]
  end

  it("let everything out as long as nothing is known", function()
    assert.equal(5000, (burst(worker())))
    assert.equal(5000, (burst(worker())))
  end)

  it("know at once what one of them has learnt", function()
    local a, b = worker(), worker()
    learn(a, 600, 0, 40)
    local call, seconds, why = admit(b)
    assert.is_nil(call)
    assert.equal("rate limit", why)
    assert.is_true(seconds > 39 and seconds <= 40, seconds)
    t.sleep(seconds)
    assert.is_truthy(admit(b))
  end)

  it("use what one alone would, together", function()
    local a, b = worker(), worker()
    learn(a, 100, 99, 60)
    local first, second = burst(a), burst(b)
    assert.equal(0, second)
    assert.is_true(first > 50 and first < 70, first)
    -- the rest is spread, whoever asks
    local sent, n = 1 + first, 0
    while t.now() < 1059 do
      n = n + 1
      local call, seconds = admit(n % 2 == 0 and a or b)
      sent = sent + (call and 1 or 0)
      t.sleep(math.max(seconds, 0.001))
    end
    assert.is_true(sent >= 88 and sent <= 90, sent)
  end)

  it("count what went out before anything was known", function()
    local a, b = worker(), worker()
    local calls = {}
    for i = 1, 60 do
      calls[i] = assert(admit(i % 2 == 0 and a or b))
    end
    local now = math.floor(t.epoch())
    settle(a, calls[2], 100, 99, now + 60, now)
    assert.equal(40, shown(b).remaining)
    -- what others have used comes on top
    store = memory.new(t.now)
    a, b = worker(), worker()
    for i = 1, 60 do
      calls[i] = assert(admit(i % 2 == 0 and a or b))
    end
    settle(a, calls[2], 100, 79, now + 60, now)
    assert.equal(20, shown(b).remaining)
  end)

  it("do not count what came back before without news", function()
    local a = worker()
    for _ = 1, 500 do
      settle(a, assert(admit(a)))
    end
    learn(a, 600, 599, 60)
    assert.equal(599, shown(a).remaining)
  end)

  it("forget what was on its way, unknown, when a worker died", function()
    local a, b = worker(), worker()
    for _ = 1, 500 do
      admit(a)
    end
    t.sleep(61)
    learn(b, 600, 599, 60)
    assert.equal(599, shown(b).remaining)
  end)

  it("see that others use the quota as well", function()
    local a, b = worker(), worker()
    learn(a, 100, 99, 60)
    for i = 1, 10 do
      learn(i % 2 == 0 and a or b, 100, 99 - i, 60)
    end
    assert.equal(89, shown(a).remaining)
    local overtaken = assert(admit(a))
    learn(b, 100, 30, 60)
    -- the one on its way may not have been counted, as far as another can tell
    assert.equal(30, shown(a).remaining)
    local now = math.floor(t.epoch())
    settle(a, overtaken, 100, 70, now + 60, now)
    assert.equal(30, shown(b).remaining)
  end)

  it("begin the next window with a whole quota, and believe what they then hear", function()
    local a, b = worker(), worker()
    learn(a, 100, 0, 30)
    t.sleep(30.001)
    assert.equal(100, shown(b).remaining)
    local sent = burst(b)
    assert.is_true(sent > 50 and sent < 70, sent)
    assert.equal(0, (burst(a)))
    t.sleep(60)
    learn(a, 100, 11, 60)
    assert.equal(11, shown(b).remaining)
    -- one is left, and may go at the end
    local _, seconds = admit(b)
    assert.is_true(seconds > 50 and seconds < 60, seconds)
    t.sleep(seconds)
    assert.equal(1, (burst(b)))
  end)

  it("are not misled by an answer of the window before", function()
    local a, b = worker(), worker()
    learn(a, 100, 90, 30)
    local first, second, third = assert(admit(b)), assert(admit(b)), assert(admit(b))
    local reset = math.floor(t.epoch()) + 30
    t.sleep(31)
    -- it is over
    settle(b, first, 100, 3, reset, reset - 1)
    assert.equal(100, shown(a).remaining)
    -- another has begun, of which nobody has heard
    local call = assert(admit(a))
    settle(b, second, 100, 2, reset, reset - 1)
    assert.equal(99, shown(a).remaining)
    -- it was heard of
    local now = math.floor(t.epoch())
    settle(a, call, 100, 99, now + 60, now)
    settle(b, third, 100, 1, reset, reset - 1)
    assert.equal(99, shown(b).remaining)
  end)

  it("begin the next window early where the service does", function()
    local a, b = worker(), worker()
    learn(a, 100, 10, 30)
    t.sleep(10)
    local now = math.floor(t.epoch())
    local call = quota.call()
    settle(a, call, 100, 99, now + 60, now)
    assert.equal(99, shown(b).remaining)
    assert.is_true(shown(b).resets_in > 59)
  end)

  it("count for the next window as well what goes out at the end of one", function()
    local a, b = worker(), worker()
    learn(a, 100, 99, 10)
    t.sleep(9)
    local call = assert(admit(a))
    for _ = 1, 30 do
      assert(admit(b))
    end
    -- to the service they came in the next one, whose first answer this is
    local now = math.floor(t.epoch())
    settle(a, call, 100, 99, now + 60, now)
    assert.equal(69, shown(a).remaining)
    assert.is_true((burst(a)) <= 32)
  end)

  it("give back what another was quicker to take", function()
    local a, b = worker(), worker()
    learn(a, 100, 99, 60)
    local incr, others = store.incr, 0
    local before = shown(a).remaining
    function store:incr(key, by, seconds)
      if by == 1 and others == 0 then
        -- between the look and the taking
        others = 1
        burst(b)
      end
      return incr(self, key, by, seconds)
    end
    local call, seconds = admit(a)
    assert.is_nil(call)
    assert.is_true(seconds > 0)
    store.incr = nil
    assert.equal(99, before)
    -- all that goes out at once
    assert.equal(100 - 63, shown(a).remaining)
  end)

  it("go on in the old window where the service says that it is not over", function()
    local a, b = worker(), worker()
    learn(a, 100, 0, 5)
    local reset = math.floor(t.epoch()) + 5
    t.sleep(6)
    -- the service's clock is behind
    settle(a, assert(admit(a)), 100, 0, reset, reset - 20)
    local call, seconds = admit(b)
    assert.is_nil(call)
    assert.is_true(seconds > 15 and seconds <= 20, seconds)
  end)

  it("take a new limit for what it is", function()
    local a, b = worker(), worker()
    learn(a, 600, 599, 60)
    learn(a, 50, 40, 60)
    assert.equal(50, shown(b).limit)
    assert.equal(40, shown(b).remaining)
    assert.is_true((burst(b)) <= 31)
  end)

  it("go by the service's clock, however wrong ours is", function()
    for _, skew in ipairs { -7200, 7200, 1e6 } do
      t = timeline.new { skew = skew }
      store = memory.new(t.now)
      local a, b = worker(), worker()
      learn(a, 600, 0, 20)
      local _, seconds = admit(b)
      assert.is_true(seconds > 19 and seconds <= 20, seconds)
    end
  end)

  for name, answer in pairs {
    ["nothing at all"] = {}, ["no limit"] = { nil, 5, 60, 0 }, ["no remaining"] = { 600, nil, 60, 0 },
    ["no reset"] = { 600, 0, nil, 0 }, ["more left than there is"] = { 600, 601, 60, 0 },
    ["a limit of nought"] = { 0, 0, 60, 0 }, ["a reset long past"] = { 600, 0, -86400, 0 },
    ["a reset in 100 years"] = { 600, 0, 3e9, 0 },
  } do
    it("take " .. name .. " for no news", function()
      local a, b = worker(), worker()
      local limit, remaining, reset, date = unpack(answer, 1, 4)
      local now = math.floor(t.epoch())
      local function hear()
        settle(a, assert(admit(a)), limit, remaining, reset and now + reset, date and now + date)
      end
      hear()
      assert.is_nil(shown(a).limit)
      assert.same({}, b:limits(t.now()))
      learn(b, 100, 50, 60)
      hear()
      assert.equal(100, shown(a).limit)
      assert.equal(49, shown(a).remaining)
    end)
  end

  it("show buckets that only others have used", function()
    local a, b = worker(), worker()
    learn(a, 600, 500, 40)
    settle(a, assert(admit(a)))
    local call = quota.call()
    a:admit("another", call, t.now())
    call.answer = { 50, 20, math.floor(t.epoch()) + 10, math.floor(t.epoch()) }
    a:settled("another", call, t.now(), t.wall())
    -- what nobody holds is forgotten
    local held = assert(admit(a))
    assert.same({
      { bucket = "another", limit = 50, remaining = 20, resets_in = 10, in_flight = 0 },
      { bucket = "b", limit = 600, remaining = 498, resets_in = 40, in_flight = 0 },
    }, b:limits(t.now()))
    assert.equal(1, a:limits(t.now())[2].in_flight)
    assert(held)
  end)

  it("keep apart from those of another credential", function()
    local a, b = worker(nil, "one"), worker(nil, "two")
    learn(a, 600, 0, 40)
    assert.is_truthy(admit(b))
    assert.is_nil((admit(a)))
  end)

  it("leave nothing behind", function()
    local a = worker()
    for _ = 1, 200 do
      learn(a, 600, 599, 60)
      t.sleep(61)
    end
    local count = 0
    for _ in pairs(store.entries) do
      count = count + 1
    end
    assert.is_true(count < 80, count .. " entries")
  end)

  it("each keep what they are told to of it", function()
    local a, b = worker { capacity = 0.5 }, worker { capacity = 1 }
    learn(a, 100, 40, 60)
    assert.equal(0, (burst(a)))
    assert.is_true((burst(b)) > 0)
  end)
end)

describe("clients that share a store", function()
  local t, sent, left

  before_each(function()
    t, sent, left = timeline.new(), 0, 500
  end)

  local function client(store, options)
    options = options or {}
    options.store = store
    options.transport = function()
      sent = sent + 1
      return replayed.json('{"id":"u"}', 200, { ["X-Rate-Limit-Limit"] = "600",
        ["X-Rate-Limit-Remaining"] = tostring(left),
        ["X-Rate-Limit-Reset"] = ("%d"):format(math.floor(t.epoch()) + 40) })
    end
    return t:client(options)
  end

  it("are held back by what one of them was told", function()
    local store = memory.new(t.now)
    local a, b = client(store), client(store, { max_wait = 1 })
    left = 0
    assert(a:get_user "u")
    local user, message, detail = b:get_user "u"
    assert.is_nil(user)
    assert.matches("waiting for the rate limit would take another 40.0 s", message, 1, true)
    assert.equal("rate_limited", detail.kind)
    assert.is_true(math.abs(detail.retry_at - t.wall() - 40) < 0.1)
    assert.equal(1, sent)
    assert.same(a:limits(), b:limits())
  end)

  it("go on when one is closed", function()
    local store = memory.new(t.now)
    local a, b = client(store), client(store)
    assert(a:get_user "u")
    a:close()
    assert(b:get_user "u")
    assert.equal(499, b:limits()[1].remaining)
  end)

  it("share nothing where the token is a function: nobody can tell whose it is", function()
    local store = memory.new(t.now)
    local a = client(store, { token = function() return "one" end })
    local b = client(store, { token = function() return "two" end })
    left = 0
    assert(a:get_user "u")
    assert(b:get_user "u")
    assert.equal(0, #t.waits)
  end)
end)

-- The governor in a client: which calls share a limit, and what one can see.
local load = require "spec.support.load"
local replayed = require "spec.support.replayed"
local timeline = require "spec.support.timeline"

local function answer(t, remaining, body)
  return replayed.json(body or "{}", 200, { ["X-Rate-Limit-Limit"] = "600",
    ["X-Rate-Limit-Remaining"] = tostring(remaining),
    ["X-Rate-Limit-Reset"] = ("%d"):format(math.floor(t.epoch()) + 40) })
end

describe("the limits of a client", function()
  local t, left, okta, sent

  before_each(function()
    t, left, sent = timeline.new(), {}, 0
    okta = t:client { transport = function(request)
      sent = sent + 1
      local list = request.url:match("^[^?]*"):find("/users$") and request.method == "GET"
      return answer(t, left[request.method] or 500, list and "[]" or '{"id":"u"}')
    end }
  end)

  it("are an empty list before the first answer, and of a client that has none", function()
    assert.same({}, okta:limits())
    local free = t:client { governor = false, transport = function() return answer(t, 5) end }
    assert(free:get_user "u")
    assert.same({}, free:limits())
    assert.equal(0, sent)
  end)

  it("are shown by bucket, with whole numbers where there are some", function()
    assert(okta:get_user "u")
    assert(okta:list_users():page())
    assert(okta:suspend_user "u")
    t.sleep(10)
    local limits = okta:limits()
    assert.same({
      { bucket = "/api/v1", limit = 600, remaining = 500, resets_in = 30, in_flight = 0 },
      { bucket = "/api/v1/users", limit = 600, remaining = 500, resets_in = 30, in_flight = 0 },
      { bucket = "GET /api/v1/users/{id}", limit = 600, remaining = 500, resets_in = 30, in_flight = 0 },
    }, limits)
    assert.equal("600", tostring(limits[1].limit))
    assert.equal("500", tostring(limits[1].remaining))
    -- a copy
    limits[1].limit = 0
    assert.equal(600, okta:limits()[1].limit)
    t.sleep(31)
    assert.equal(600, okta:limits()[1].remaining)
  end)

  it("of one operation do not hinder another's", function()
    left.GET = 0
    assert(okta:get_user "u")
    assert(okta:update_user("u", { profile = {} }))
    assert(okta:list_users():page())
    assert(okta:suspend_user "u")
    assert.equal(0, #t.waits)
    assert(okta:get_user "v")
    assert.equal(1, #t.waits)
    assert.is_true(t:waited() > 39.9 and t:waited() <= 40)
  end)

  it("are shared by what has a row and what has none, whatever the query", function()
    left.GET = 0
    assert(okta:request { path = "/api/v1/users", query = { limit = 1 } })
    assert(okta:get_user "u")
    assert.equal(0, #t.waits)
    assert(okta:list_users():page())
    assert.equal(1, #t.waits)
    assert(okta:request { path = "/api/v1/users/u", query = { fields = "id" } })
    assert.equal(1, #t.waits)
  end)

  it("are the client's own: a second client knows nothing of them", function()
    left.GET = 0
    assert(okta:get_user "u")
    local other = t:client { transport = function() return answer(t, 0) end }
    assert(other:get_user "u")
    assert.equal(0, #t.waits)
    assert.is_true(#okta:limits() == 1 and #other:limits() == 1)
  end)

  it("are not kept by a client with governor = false", function()
    local free = t:client { governor = false, transport = function() return answer(t, 0) end }
    for _ = 1, 10 do
      assert(free:get_user "u")
    end
    assert.equal(0, #t.waits)
  end)

  it("are not learnt from a service that does not tell any", function()
    local jumpcloud = t:client { service = "jumpcloud", api_key = "k", transport = function()
      return answer(t, 0, '{"results":[],"totalCount":0}')
    end }
    for _ = 1, 5 do
      assert(jumpcloud:organization_list():page())
    end
    assert.equal(0, #t.waits)
  end)

  it("are not learnt from numbers that cannot be", function()
    for _, limit in ipairs { ("9"):rep(16), ("9"):rep(400), "6e2", "-600", "six", "" } do
      local client = t:client { transport = function()
        local seen = answer(t, 0)
        seen.headers["X-Rate-Limit-Limit"] = limit
        return seen
      end }
      local _, meta = client:get_user "u"
      assert.is_nil(meta.rate.limit)
      assert.is_nil(client:limits()[1].limit)
    end
  end)

  it("make a retry wait as well", function()
    local count = 0
    okta = t:client { transport = function()
      count = count + 1
      if count == 1 then
        return t:limited(30)
      end
      return answer(t, 500)
    end }
    assert(okta:get_user "u")
    -- one wait, of the 429, after which the window is a new one
    assert.equal(1, #t.waits)
    assert.is_true(t:waited() >= 31 and t:waited() <= 32)
  end)
end)

describe("calls that wait for the governor", function()
  it("are told to on_wait, once while a place among those in flight is looked for", function()
    local t, asked, running = timeline.new(), {}, 0
    local okta = t:client { on_wait = function(seconds, why, bucket)
      asked[#asked + 1] = { why, bucket, seconds }
    end, transport = function()
      if running >= 1 then
        return { status = 429, headers = { ["X-Rate-Limit-Limit"] = "0", ["X-Rate-Limit-Remaining"] = "0" } }
      end
      running = running + 1
      t.sleep(2)
      running = running - 1
      return replayed.json '{"id":"u"}'
    end }
    for _ = 1, 3 do
      t:spawn(function()
        assert(okta:get_user "u")
      end)
    end
    t:run()
    assert.is_true(#asked > 0 and #asked <= 12, #asked)
    for _, entry in ipairs(asked) do
      assert.equal("concurrency limit", entry[1])
      assert.equal("GET /api/v1/users/{id}", entry[2])
    end
  end)

  it("go on one after the other, and none twice", function()
    local run = load.writes(700, { workers = 50, latency = 0.5 })
    assert.equal(700, run.effects)
    assert.equal(0, run.limited)
  end)
end)

-- What the service has done may not be done twice, and an outage may not be
-- answered with several times the calls.
local replayed = require "spec.support.replayed"
local sandbox = require "roster.sandbox"
local timeline = require "spec.support.timeline"

describe("a lost answer", function()
  local v, org, okta

  before_each(function()
    v = timeline.new()
    org = sandbox.okta { users = 5, rate_limit = false, now = v.epoch }
    okta = v:client { sandbox = org }
  end)

  local function lose(operation, close)
    org:fault { operation = operation, apply = true, close = close }
  end

  local PROFILE = { firstName = "Ada", lastName = "L", email = "ada@example.net", login = "ada@example.net" }

  for _, close in ipairs { "before", "reset", "after_headers", "mid_body" } do
    it("of create_user is ambiguous and not asked for again: " .. close, function()
      lose("create_user", close)
      local user, message, detail = okta:create_user { profile = PROFILE }
      assert.is_nil(user)
      assert.is_true(detail.ambiguous)
      assert.is_false(detail.retryable)
      assert.equal("transport", detail.kind)
      assert.matches("the service may have done it", message, 1, true)
      assert.same({ { why = "the service may have done it" } }, detail.attempts)
      assert.is_nil(detail.retry_at)
      assert.equal(1, org:counts().requests.create_user)
      assert.equal(1, org:counts().effects.create_user)
      assert.equal(0, #v.waits)
    end)
  end

  it("of deactivate_or_delete_user is not asked for again: that would erase", function()
    local id = assert(okta:list_users():all())[3].id
    lose("deactivate_or_delete_user", "before")
    local done, _, detail = okta:deactivate_or_delete_user(id)
    assert.is_nil(done)
    assert.is_true(detail.ambiguous)
    assert.equal(1, org:counts().requests.deactivate_or_delete_user)
    assert.equal("DEPROVISIONED", assert(okta:get_user(id)).status)
    for _, status in ipairs { 502, 504 } do
      org:fault { operation = "deactivate_or_delete_user", status = status, apply = true, times = "forever" }
      local victim = assert(okta:create_user { profile = { firstName = "B", lastName = "C",
        email = status .. "@example.net",
        login = status .. "@example.net" } })
      org:clear_counts()
      done, _, detail = okta:deactivate_or_delete_user(victim.id)
      assert.is_nil(done)
      assert.is_true(detail.ambiguous)
      assert.equal(1, org:counts().requests.deactivate_or_delete_user)
      assert.equal("DEPROVISIONED", assert(okta:get_user(victim.id)).status)
      org:clear_faults()
    end
  end)

  it("of users_reactivate_get is not asked for again: each one sends a mail", function()
    local account = sandbox.jumpcloud { now = v.epoch }
    local jumpcloud = v:client { service = "jumpcloud", sandbox = account }
    local ids = require "roster.sandbox.jumpcloud.ids"
    local administrator = ids.administrator(4711, 1)
    for _, fault in ipairs { { apply = true, close = "before" }, { apply = true, status = 502 }, { apply = true,
      status = 504 } } do
      account:clear_counts()
      fault.operation = "users_reactivate_get"
      account:fault(fault)
      local done, _, detail = jumpcloud:users_reactivate_get(administrator)
      assert.is_nil(done)
      assert.is_true(detail.ambiguous)
      assert.equal(1, account:counts().requests.users_reactivate_get)
      assert.equal(1, account:counts().mails)
    end
  end)

  it("of what may be repeated is asked for again, with one effect in the end", function()
    local id = assert(okta:list_users():all())[2].id
    lose("update_user", "before")
    local user, meta = okta:update_user(id, { profile = { firstName = "New", lastName = "Name", email = "n@example.net",
      login = "n@example.net" } })
    assert.equal("New", user.profile.firstName)
    assert.equal(2, meta.attempts)
    lose("get_user", "mid_body")
    user, meta = okta:get_user(id)
    assert.equal("New", user.profile.firstName)
    assert.equal(2, meta.attempts)
  end)

  it("is not what a call has that never went out", function()
    local sent = 0
    local closed = { exchange = function(_, call)
      sent = sent + 1
      if sent < 3 then
        call:lost("transport", "connection refused", false)
      else
        call:answer(200, {}, '{"id":"u9"}')
      end
    end }
    local user, meta = v:client { transport = closed }:create_user { profile = PROFILE }
    assert.equal("u9", user.id)
    assert.equal(3, meta.attempts)
  end)

  it("of an unsafe call is asked for again after a 429, which did nothing", function()
    org:fault { operation = "create_user", status = 429, times = 3 }
    local user, meta = okta:create_user { profile = PROFILE }
    assert.equal("Ada", user.profile.firstName)
    assert.equal(4, meta.attempts)
    assert.equal(1, org:counts().effects.create_user)
  end)
end)

describe("max_retries", function()
  local function requests(options, call_options)
    local transport, sent = timeline.script { { status = 502 } }
    local v = timeline.new()
    options.transport = transport
    local value, _, detail = v:client(options):get_user("u", call_options)
    assert.is_nil(value)
    return #sent, detail, v
  end

  it("is 4 unless said otherwise", function()
    assert.equal(5, (requests {}))
  end)

  it("0 means none, for the client and for a call", function()
    for _, case in ipairs { { { max_retries = 0 } }, { {}, { max_retries = 0 } }, { { max_retries = 7 }, {
      max_retries = 0 } } } do
      local count, detail, v = requests(case[1], case[2])
      assert.equal(1, count)
      assert.is_true(detail.retryable)
      assert.equal(0, #v.waits)
    end
  end)

  it("of a call is what counts", function()
    assert.equal(3, (requests({ max_retries = 0 }, { max_retries = 2 })))
    assert.equal(11, (requests({}, { max_retries = 10 })))
  end)

  it("holds for request and list as well", function()
    local transport, sent = timeline.script { { status = 502 } }
    local okta = timeline.new():client { transport = transport }
    assert.is_nil(okta:request { path = "/x", max_retries = 0 })
    assert.equal(1, #sent)
    assert.is_nil((okta:list { path = "/x", max_retries = 0 }:page()))
    assert.equal(2, #sent)
    assert.is_nil((okta:list_users({ max_retries = 0 }):page()))
    assert.equal(3, #sent)
  end)

  it("means none for 429, in all its forms", function()
    for _, limit in ipairs { "0", "600" } do
      local transport, sent = timeline.script { { status = 429, headers = { ["X-Rate-Limit-Limit"] = limit,
        ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = tostring(timeline.EPOCH + 30) } } }
      local v = timeline.new { chance = 0 }
      local _, _, detail = v:client { transport = transport, max_retries = 0 }:get_user "u"
      assert.equal(1, #sent)
      assert.equal("rate_limited", detail.kind)
      assert.equal(limit == "600" and timeline.EPOCH + 31 or nil, detail.retry_at)
      assert.equal(0, #v.waits)
    end
  end)
end)

describe("the retry budget", function()
  it("keeps 1,000 calls in an outage below 1,100 requests", function()
    for _, outage in ipairs { { status = 503 }, "connection reset by peer" } do
      local v = timeline.new()
      local transport, sent = timeline.script { outage }
      local okta = v:client { transport = transport }
      for _ = 1, 1000 do
        assert.is_nil((okta:get_user "u"))
      end
      assert.is_true(#sent >= 1000 and #sent < 1100, #sent .. " requests")
    end
  end)

  it("is the client's, not the call's or the process's", function()
    local v = timeline.new()
    local transport, sent = timeline.script { { status = 503 } }
    local first, second = v:client { transport = transport }, v:client { transport = transport }
    for _ = 1, 100 do
      first:get_user "u"
    end
    local _, _, detail = first:get_user "u"
    assert.same({ { status = 503, why = "the retry budget is used up" } }, detail.attempts)
    local before = #sent
    second:get_user "u"
    assert.equal(5, #sent - before)
  end)

  it("comes back with successes, one retry for ten", function()
    local v, down = timeline.new(), true
    local sent = 0
    local okta = v:client { transport = function()
      sent = sent + 1
      return down and { status = 503 } or replayed.json '{"id":"u"}'
    end }
    local function retries()
      local before = sent
      down = true
      okta:get_user "u"
      down = false
      return sent - before - 1
    end
    for _ = 1, 100 do
      retries()
    end
    assert.equal(0, retries())
    for _ = 1, 9 do
      assert(okta:get_user "u")
    end
    assert.equal(0, retries())
    for _ = 1, 21 do
      assert(okta:get_user "u")
    end
    assert.equal(3, retries())
    for _ = 1, 10000 do
      assert(okta:get_user "u")
    end
    assert.equal(4, retries())
  end)

  it("is not spent on 429, nor needed for it", function()
    local v, answer = timeline.new(), { status = 503 }
    local sent = 0
    local okta = v:client { governor = false, transport = function()
      sent = sent + 1
      return answer
    end }
    for _ = 1, 100 do
      okta:get_user "u"
    end
    answer, sent = { status = 429 }, 0
    for _ = 1, 10 do
      okta:get_user "u"
    end
    assert.equal(50, sent)
    -- and the other way round
    okta = v:client { governor = false, transport = function()
      sent = sent + 1
      return answer
    end }
    for _ = 1, 100 do
      okta:get_user "u"
    end
    answer, sent = { status = 503 }, 0
    okta:get_user "u"
    assert.equal(5, sent)
  end)
end)

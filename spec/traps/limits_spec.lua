-- Where clients have waited minutes for nothing, lost calls, or made things
-- worse; over real HTTP.
local control = require "spec.support.control"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"

local PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

describe("trap: #nginx", function()
  local server, okta, id

  setup(function()
    server = serve.start { users = 5, rate_limit = false }
    id = assert(served.client(server):list_users():all())[2].id
  end)
  teardown(function()
    server:stop()
  end)
  before_each(function()
    served.fresh(server)
  end)
  after_each(function()
    if okta then
      okta:close()
    end
  end)

  local function fault(spec)
    control.fault(server.okta, spec)
  end

  --- Makes the client whose waits take no time; returns them.
  local function hasty(options)
    local clock, waits = served.hasty()
    options = options or {}
    options.clock = clock
    okta = served.client(server, options)
    return waits
  end

  local function limited(headers)
    local all = { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0" }
    for name, value in pairs(headers) do
      all[name] = value
    end
    return { operation = "get_user", status = 429, headers = all, body = { errorCode = "E0000047",
      errorSummary = "API call exceeded rate limit due to too many requests." } }
  end

  it("calls run into a 429 although every answer says how many are left", function()
    local small = serve.start { users = 5, rate_limit = 30 }
    finally(function()
      small:stop()
    end)
    local asked
    okta = served.client(small, { on_wait = function(seconds, why)
      asked = asked or { seconds, why }
      return false
    end })
    local done = 0
    local user, _, detail
    repeat
      user, _, detail = okta:get_user("me")
      done = done + (user and 1 or 0)
    until not user or done > 30
    assert.equal("rate_limited", detail.kind)
    assert.equal("rate limit", asked[2])
    assert.is_true(done >= 15 and done < 28, done .. " calls")
    assert.is_nil(control.counts(small.okta).statuses["429"])
  end)

  it("a limit of calls at a time is waited for until the printed reset, two minutes", function()
    fault { operation = "get_user", status = 429, times = 3, headers = { ["X-Rate-Limit-Limit"] = "0",
      ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = "@now+114" } }
    okta = served.client(server)
    local clock = require("roster.core").clock
    local began = clock()
    local user, meta = okta:get_user(id)
    assert.equal(id, user.id)
    assert.equal(4, meta.attempts)
    assert.is_true(clock() - began < 60)
  end)

  it("the wait is a guess although the header says when", function()
    local waits = hasty()
    fault(limited { ["X-Rate-Limit-Reset"] = "@now+30" })
    assert(okta:get_user(id))
    assert.equal(1, #waits)
    assert.is_true(waits[1] >= 31 and waits[1] < 32, waits[1])
  end)

  it("the wait is over before the service lets anyone in", function()
    local waits = hasty { governor = false }
    fault(limited { ["X-Rate-Limit-Reset"] = "@now+0" })
    assert(okta:get_user(id))
    assert.equal(1, #waits)
    assert.is_true(waits[1] >= 1 and waits[1] < 2.5, waits[1] .. " s")
  end)

  it("a header that comes twice makes a delay of -1, or a crash", function()
    for _, headers in ipairs {
      { ["X-Rate-Limit-Reset"] = { "@now+5", "@now-20" } }, { ["X-Rate-Limit-Reset"] = { "@now-20", "@now+5" } },
      { ["X-Rate-Limit-Reset"] = "@now+5, @now-20", ["X-Rate-Limit-Limit"] = { "600", "600" } },
      { ["X-Rate-Limit-Remaining"] = { "0", "5" }, ["X-Rate-Limit-Reset"] = { "@now+5", "@now+5" } },
    } do
      local waits = hasty { governor = false }
      fault(limited(headers))
      assert(okta:get_user(id))
      assert.equal(1, #waits)
      assert.is_true(waits[1] >= 6 and waits[1] < 7, waits[1])
      okta:close()
    end
  end)

  it("a header that makes no sense makes a wait without end, or a crash", function()
    for _, reset in ipairs { "", "soon", "-1", "0", "4102444800", "1e400", "nan", "@now+86400", ("9"):rep(100) } do
      local waits = hasty { governor = false }
      fault(limited { ["X-Rate-Limit-Reset"] = reset })
      assert(okta:get_user(id))
      assert.is_true(#waits <= 1 and (waits[1] or 0) < 0.5, reset)
      okta:close()
    end
    for _, after in ipairs { "-5", "", "soon", "1e5", ("9"):rep(100) } do
      local waits = hasty { governor = false }
      fault { operation = "get_user", status = 429, headers = { ["Retry-After"] = after } }
      assert(okta:get_user(id))
      assert.is_true(#waits <= 1 and (waits[1] or 0) < 0.5, after)
      okta:close()
    end
  end)

  it("Retry-After is understood in one form only", function()
    for _, after in ipairs { "9", "@date+9" } do
      for _, status in ipairs { 429, 503 } do
        local waits = hasty { governor = false }
        fault { operation = "get_user", status = status, headers = { ["Retry-After"] = after } }
        assert(okta:get_user(id))
        assert.is_true(waits[1] >= 9 and waits[1] < 10, after)
        okta:close()
      end
    end
  end)

  it("retries cannot be switched off", function()
    for _, options in ipairs { { max_retries = 0 }, {} } do
      hasty(options)
      served.fresh(server)
      for _, status in ipairs { 429, 502 } do
        fault { operation = "get_user", status = status }
        assert.is_nil((okta:get_user(id, { max_retries = 0 })))
      end
      assert.equal(2, served.requests(server, "get_user"))
      okta:close()
    end
    hasty { max_retries = 0 }
    served.fresh(server)
    fault { operation = "get_user", status = 503, times = "forever" }
    assert.is_nil((okta:get_user(id)))
    assert.equal(1, served.requests(server, "get_user"))
  end)

  it("retries never happen", function()
    local waits = hasty()
    for _, status in ipairs { 429, 502, 503, 504 } do
      served.fresh(server)
      fault { operation = "get_user", status = status, times = 4 }
      local user, meta = okta:get_user(id)
      assert.equal(id, user.id)
      assert.equal(5, meta.attempts)
      assert.equal(5, served.requests(server, "get_user"))
    end
    assert.is_true(#waits <= 16)
  end)

  it("a write under the rate limit returns nothing, and no error", function()
    hasty()
    local profile = { login = "x@example.net", email = "x@example.net", firstName = "X", lastName = "Y" }
    for _, body in ipairs { '{"errorCode":"E0000047"}', "", PAGE, "null" } do
      for _, write in ipairs { function() return okta:create_user({ profile = profile }, { max_retries = 1 }) end,
        function() return okta:update_user(id, { profile = profile }, { max_retries = 1 }) end,
        function() return okta:suspend_user(id, { max_retries = 1 }) end } do
        served.fresh(server)
        fault { status = 429, times = "forever", body = body }
        local value, message, detail = write()
        assert.is_nil(value)
        assert.is_string(message)
        assert.equal("rate_limited", detail.kind)
        assert.equal(429, detail.status)
        assert.equal(2, #detail.attempts)
      end
    end
  end)

  it("a load balancer's 502 page is a JSON error, or is not asked again", function()
    hasty()
    fault { operation = "get_user", status = 502, body = PAGE, times = 2 }
    local user, meta = okta:get_user(id)
    assert.equal(id, user.id)
    assert.equal(3, meta.attempts)
    served.fresh(server)
    fault { operation = "get_user", status = 502, body = PAGE, times = "forever" }
    local none, message, detail = okta:get_user(id)
    assert.is_nil(none)
    assert.equal("okta get_user: 502: 502 Bad Gateway (5 attempts)", message)
    assert.equal("http", detail.kind)
    for i = 1, 4 do
      assert.equal("gateway failure", detail.attempts[i].why)
    end
  end)

  it("a connection that died in the pool fails the next call", function()
    okta = served.client(server, { clock = { sleep = function()
      error "a dead connection is no reason to wait"
    end } })
    for _, close in ipairs { "before", "reset" } do
      assert(okta:get_user(id))
      served.fresh(server)
      fault { operation = "get_user", close = close }
      local user, meta = okta:get_user(id)
      assert.equal(id, user.id)
      assert.equal(1, meta.attempts)
      assert.equal(2, served.requests(server, "get_user"))
    end
  end)

  it("a dropped connection is not asked again, or a crash on a missing status", function()
    for _, close in ipairs { "before", "reset", "after_headers", "mid_body" } do
      hasty()
      served.fresh(server)
      -- the first of a new client: nothing was reused
      fault { operation = "get_user", close = close, times = 2 }
      local user, meta = okta:get_user(id)
      assert.equal(id, user.id)
      assert.equal(3, meta.attempts, close)
      okta:close()
      hasty()
      fault { operation = "get_user", close = close, times = "forever" }
      local none, message, detail = okta:get_user(id)
      assert.is_nil(none)
      assert.equal("transport", detail.kind)
      assert.is_nil(detail.status)
      assert.matches("(5 attempts)", message, 1, true)
      assert.equal(5, #detail.attempts)
      okta:close()
    end
  end)

  it("retries make an outage a storm", function()
    hasty()
    for _, spec in ipairs { { status = 502, body = PAGE }, { close = "reset" } } do
      served.fresh(server)
      okta:close()
      hasty()
      spec.operation, spec.times = "get_user", "forever"
      fault(spec)
      for _ = 1, 300 do
        assert.is_nil((okta:get_user(id)))
      end
      local requests = served.requests(server, "get_user")
      assert.is_true(requests >= 300 and requests <= 330, requests .. " requests")
    end
  end)

  it("a user is created twice, because the pooled connection was stale", function()
    local number = 0
    local function create()
      number = number + 1
      local login = ("new%d@example.net"):format(number)
      return okta:create_user { profile = { login = login, email = login, firstName = "N", lastName = "U" } }
    end
    for _, reused in ipairs { false, true } do
      for _, close in ipairs { "before", "reset", "after_headers", "mid_body" } do
        hasty()
        if reused then
          assert(okta:get_user(id))
        end
        served.fresh(server)
        fault { operation = "create_user", close = close, apply = true }
        local user, message, detail = create()
        assert.is_nil(user)
        assert.is_true(detail.ambiguous)
        assert.matches("the service may have done it", message, 1, true)
        local counts = control.counts(server.okta)
        assert.equal(1, counts.requests.create_user)
        assert.equal(1, counts.effects.create_user)
        okta:close()
      end
    end
  end)

  it("a user is erased, because the lost answer was to a deactivation", function()
    hasty()
    local login = "leaver@example.net"
    local user = assert(okta:create_user { profile = { login = login, email = login, firstName = "L",
      lastName = "V" } })
    fault { operation = "deactivate_or_delete_user", close = "before", apply = true }
    local done, _, detail = okta:deactivate_or_delete_user(user.id)
    assert.is_nil(done)
    assert.is_true(detail.ambiguous)
    assert.equal(1, served.requests(server, "deactivate_or_delete_user"))
    assert.equal("DEPROVISIONED", assert(okta:get_user(user.id)).status)
  end)

  it("a refused connection is taken for a lost answer", function()
    local gone = serve.start { users = 2, rate_limit = false }
    local waits
    local clock, noted = served.hasty()
    waits = noted
    okta = served.client(gone, { clock = clock })
    gone:stop()
    local user, _, detail = okta:create_user { profile = { login = "a@b.test" } }
    assert.is_nil(user)
    assert.equal("transport", detail.kind)
    assert.is_false(detail.ambiguous)
    assert.is_true(detail.retryable)
    assert.equal(5, #detail.attempts)
    assert.equal(4, #waits)
  end)

  it("after a wait for the limit a stalled answer may take the whole time again", function()
    local clock = require("roster.core").clock
    local waits = hasty()
    local told = limited { ["X-Rate-Limit-Reset"] = "@now+30" }
    told.status, told.body = 200, '{"id":"u"}'
    fault(told)
    assert(okta:get_user(id))
    fault { operation = "get_user", delay = 300, times = "forever" }
    local began = clock()
    local user, _, detail = okta:get_user(id, { timeout = 33, max_retries = 0 })
    local passed = clock() - began
    assert.is_nil(user)
    assert.equal("timeout", detail.kind)
    assert.equal(1, #waits)
    -- the wait was jumped over, what was left was not
    assert.is_true(waits[1] >= 28 and passed < 25, passed .. " s")
  end)

  it("a stalled answer holds the program up past its time", function()
    local clock = require("roster.core").clock
    okta = served.client(server)
    fault { operation = "get_user", delay = 300, times = "forever" }
    local began = clock()
    local user, _, detail = okta:get_user(id, { timeout = 0.5 })
    assert.is_nil(user)
    assert.equal("timeout", detail.kind)
    assert.is_true(clock() - began < 60)
    served.fresh(server)
    fault { operation = "list_users", delay = 0.3, times = "forever" }
    local ok, err = pcall(function()
      for _ in okta:list_users { limit = 1, timeout = 0.7 } do end -- luacheck: ignore 542
    end)
    assert.is_false(ok)
    assert.equal("timeout", err.kind)
    -- the time is that of all pages together: each took less than 0.7 s, and not
    -- all five were asked for
    assert.is_true(served.requests(server, "list_users") < 5)
  end)
end)

local caller = require "spec.support.caller"
local http = require "roster.sandbox.http"

local SERVICES = {
  okta = "/api/v1/users/me",
  jumpcloud = "/organizations",
  knetik = "/users/1",
}
local READ = { okta = "get_user", jumpcloud = "organization_list",
  knetik = "get_user" }

describe("a fault", function()
  local o
  before_each(function()
    o = caller.new("knetik")
  end)

  local function statuses(count, method, path, body)
    local list = {}
    for i = 1, count do
      list[i] = o:call(method or "GET", path or "/users/1", body) or 0
    end
    return list
  end

  for service, path in pairs(SERVICES) do
    it("strikes at " .. service .. " as anywhere", function()
      o = caller.new(service)
      o.instance:fault{ status = 502, body = "<html>Bad Gateway</html>" }
      local status, value, response = o:call("GET", path)
      assert.equal(502, status)
      assert.equal("<html>Bad Gateway</html>", value)
      assert.equal("text/html", response.headers["Content-Type"])
      assert.equal(http.date(o.clock), response.headers.Date)
      assert.equal(200, (o:call("GET", path)))
      o.instance:fault{ close = "before" }
      local nothing, _, why = o:call("GET", path)
      assert.is_nil(nothing)
      assert.equal("closed before the answer", why)
      assert.equal(200, (o:call("GET", path)))
      local counts = o.instance:counts()
      assert.same({ [READ[service]] = 4 }, counts.requests)
      assert.same({ ["200"] = 2, ["502"] = 1 }, counts.statuses)
      assert.equal(1, counts.closed)
      assert.equal(2, counts.faults)
    end)
  end

  it("strikes once, so often, or forever, after some", function()
    for _, row in ipairs{
      { {}, { 500, 200, 200, 200, 200, 200 } },
      { { times = 2 }, { 500, 500, 200, 200, 200, 200 } },
      { { skip = 3 }, { 200, 200, 200, 500, 200, 200 } },
      { { skip = 1, times = 3 }, { 200, 500, 500, 500, 200, 200 } },
      { { times = "forever" }, { 500, 500, 500, 500, 500, 500 } },
      { { times = math.huge, skip = 5 }, { 200, 200, 200, 200, 200, 500 } },
    } do
      row[1].status = 500
      o.instance:clear_faults()
      o.instance:fault(row[1])
      assert.same(row[2], statuses(6))
    end
  end)

  it("gives way to the one scripted before it", function()
    o.instance:fault{ status = 500, skip = 1 }
    o.instance:fault{ status = 503, times = 2 }
    assert.same({ 503, 500, 503, 200 }, statuses(4))
  end)

  it("can be taken back", function()
    o.instance:fault{ status = 500, times = "forever" }
    o.instance:clear_faults()
    assert.same({ 200, 200 }, statuses(2))
  end)

  -- fault, method, path, whether it strikes
  local matches = {
    { { method = "GET" }, "GET", "/users/1", true },
    { { method = "get" }, "GET", "/users/1", true },
    { { method = "PUT" }, "GET", "/users/1", false },
    { { path = "/users" }, "GET", "/users", true },
    { { path = "/users" }, "GET", "/users?size=3", true },
    { { path = "/users" }, "GET", "/users/1", false },
    { { path = "/users/%d+" }, "GET", "/users/1", true },
    { { path = "/users/%d+" }, "GET", "/users/1/tags", false },
    { { path = "/users/[^/%]]+" }, "GET", "/users/1", true },
    { { path = "/users/.*" }, "GET", "/users/1/tags", true },
    { { path = "/users/1/password-reset" }, "POST",
      "/users/1/password-reset", true },
    { { path = "/users/%d+/password%-reset" }, "POST",
      "/users/1/password-reset", true },
    { { path = "/users/.-/tags/a%%20b" }, "DELETE", "/users/1/tags/a%20b",
      true },
    { { operation = "get_user" }, "GET", "/users/1", true },
    { { operation = "get_user" }, "GET", "/users/1/tags", false },
    { { operation = "unknown" }, "GET", "/nowhere", true },
    { { operation = "get_o_auth_token" }, "POST", "/oauth/token", true },
    { { method = "POST", path = "/users/1" }, "GET", "/users/1", false },
  }
  for _, row in ipairs(matches) do
    it((row[4] and "is for " or "is not for ") .. row[2] .. " " .. row[3] ..
      " when scripted for " .. (row[1].path or row[1].operation or
      row[1].method), function()
        row[1].status = 599
        o.instance:fault(row[1])
        local status = o:call(row[2], row[3])
        assert.equal(row[4], status == 599)
      end)
  end

  it("is scripted below the base URL", function()
    o = caller.new("jumpcloud")
    o.instance:fault{ path = "/organizations", status = 599 }
    assert.equal(599, (o:call("GET", "/organizations")))
    o = caller.new("okta", { url = "https://proxy.test/okta" })
    o.instance:fault{ path = "/api/v1/users", status = 599 }
    assert.equal(599, (o:call("GET", "/api/v1/users")))
  end)

  -- fault, status (nil: closed), whether the tag was added
  local TAGS = "/users/7/tags"
  local effects = {
    { { status = 502 }, 502, false },
    { { status = 502, apply = true }, 502, true },
    { { status = 502, apply = false }, 502, false },
    { { close = "before" }, nil, false },
    { { close = "before", apply = true }, nil, true },
    { { close = "reset" }, nil, false },
    { { close = "reset", apply = true }, nil, true },
    { { close = "after_headers" }, nil, true },
    { { close = "mid_body" }, nil, true },
    { { close = "mid_body", apply = false }, nil, false },
    { { close = "mid_body", status = 503 }, nil, false },
    { { delay = 5 }, 200, true },
    { { delay = 5, close = "before" }, nil, false },
    { { headers = { A = "b" } }, 200, true },
    { { body = "spoilt" }, 200, true },
    { { apply = false }, 200, false },
  }
  for i, row in ipairs(effects) do
    it("strikes before or after the effect, " .. i, function()
      o.instance:fault(row[1])
      assert.equal(row[2], (o:call("POST", TAGS, { value = "x" })))
      local counts = o.instance:counts{ targets = true }
      assert.equal(row[3] and 1 or 0, #o:must("GET", TAGS))
      assert.equal(row[3] and 1 or nil, counts.effects.add_user_tag)
      assert.equal(row[3] and 1 or nil, counts.targets["POST " .. TAGS])
      assert.equal(1, counts.requests.add_user_tag)
      assert.equal(row[2] and 0 or 1, counts.closed)
    end)
  end

  it("tells what was cut off, and the delay, in process", function()
    local reasons = {}
    for _, close in ipairs{ "before", "reset", "after_headers",
      "mid_body" } do
      o.instance:fault{ close = close, delay = 1.5 }
      local nothing, why, cut = o.instance:handle{ method = "GET",
        url = o.instance.url .. "/users/1", headers = {} }
      assert.is_nil(nothing)
      assert.equal(close, cut.close)
      assert.equal(1.5, cut.delay)
      assert.is_truthy(why:find("^closed "))
      assert.is_nil(reasons[why])
      reasons[why] = true
    end
    o.instance:fault{ delay = 2 }
    local _, _, response = o:call("GET", "/users/1")
    assert.equal(2, response.delay)
    _, _, response = o:call("GET", "/users/1")
    assert.is_nil(response.delay)
  end)

  it("adds headers, replaces them and takes them away", function()
    o = caller.new("okta")
    o.instance:fault{ headers = {
      ["x-rate-limit-remaining"] = "0",
      ["X-Rate-Limit-Reset"] = { "@now+5", "@now" },
      ["Retry-After"] = "@date-5",
      ["X-Plain"] = "someone@nowhere.com",
      ["X-Number"] = 5,
      Date = false,
    } }
    local _, _, response = o:call("GET", "/api/v1/users/me")
    local headers = response.headers
    assert.equal("0", headers["x-rate-limit-remaining"])
    assert.is_nil(headers["X-Rate-Limit-Remaining"])
    assert.same({ tostring(o.clock + 5), tostring(o.clock) },
      headers["X-Rate-Limit-Reset"])
    assert.equal(http.date(o.clock - 5), headers["Retry-After"])
    assert.equal("someone@nowhere.com", headers["X-Plain"])
    assert.equal("5", headers["X-Number"])
    assert.is_nil(headers.Date)
    assert.equal("2000", headers["X-Rate-Limit-Limit"])
    -- The next answer is untouched.
    _, _, response = o:call("GET", "/api/v1/users/me")
    assert.equal("1998", response.headers["X-Rate-Limit-Remaining"])
  end)

  for _, row in ipairs{
    { { a = { 1 } }, '{"a":[1]}', "application/json" },
    { "[]", "[]", "application/json" }, { " <p>", " <p>", "text/html" },
    { "busy", "busy", "text/plain" }, { "", "", "text/plain" },
  } do
    it("says what kind of body it has: " .. row[2], function()
      o.instance:fault{ status = 503, body = row[1] }
      local response = o.instance:handle{ method = "GET",
        url = o.instance.url .. "/users/1", headers = {} }
      assert.equal(row[2], response.body)
      assert.equal(row[3], response.headers["Content-Type"])
    end)
  end

  it("does not change what it was scripted with", function()
    local spec = { status = 500, headers = { A = "@now" }, times = 1 }
    o.instance:fault(spec)
    statuses(2)
    assert.same({ status = 500, headers = { A = "@now" }, times = 1 }, spec)
  end)

  for _, row in ipairs{
    { { statuss = 500 }, "statuss" }, { { status = "500" }, "status" },
    { { status = 100 }, "status" }, { { status = 600 }, "status" },
    { { status = 200.5 }, "status" }, { { close = "soon" }, "close" },
    { { times = 0 }, "times" }, { { times = "always" }, "times" },
    { { times = 1.5 }, "times" }, { { skip = -1 }, "skip" },
    { { rate = 2 }, "rate" }, { { rate = -0.1 }, "rate" },
    { { delay = -1 }, "delay" }, { { delay = 0 / 0 }, "delay" },
    { { body = 5 }, "body" }, { { body = { print } }, "body" },
    { { path = "/users/[" }, "path" }, { { path = "%" }, "path" },
    { { path = "/(a" }, "path" },
    { { headers = "A: b" }, "headers" }, { { apply = 1 }, "apply" },
  } do
    it("is refused when its " .. row[2] .. " is wrong", function()
      local ok, why = pcall(o.instance.fault, o.instance, row[1])
      assert.is_false(ok)
      assert.is_truthy(why:find("fault: .*" .. row[2]), why)
      assert.same({ 200 }, statuses(1))
    end)
  end
end)

describe("faults at random", function()
  local function struck(spec, count)
    local o, list = caller.new("knetik"), {}
    o.instance:fault(spec)
    for i = 1, count do
      if o:call("GET", "/me") ~= 200 then
        list[#list + 1] = i
      end
    end
    return list
  end

  it("strike the share asked for", function()
    for _, rate in ipairs{ 0.02, 0.05, 0.5 } do
      for seed = 1, 3 do
        local hits = #struck({ rate = rate, seed = seed, status = 502 },
          10000)
        assert.is_true(math.abs(hits - 10000 * rate) < 250, hits)
      end
    end
    assert.equal(0, #struck({ rate = 0, status = 502 }, 1000))
    assert.equal(1000, #struck({ rate = 1, close = "before" }, 1000))
  end)

  it("strike the same requests again, on every Lua", function()
    local one = struck({ rate = 0.05, status = 502 }, 300)
    assert.same(one, struck({ rate = 0.05, status = 502, seed = 1 }, 300))
    assert.are_not.same(one,
      struck({ rate = 0.05, status = 502, seed = 2 }, 300))
    assert.equal("10 13 23 29 34 79 81 91 99 100 103 119 131 137 150 184 189 " ..
      "206 221 239 248 250 276 288", table.concat(one, " "))
  end)

  it("can be limited, and start late", function()
    local all = struck({ rate = 0.2, status = 502 }, 200)
    local some = struck({ rate = 0.2, status = 502, times = 3, skip = 10 },
      200)
    assert.same({ all[1] + 10, all[2] + 10, all[3] + 10 }, some)
  end)

  it("go on beside each other", function()
    local o = caller.new("knetik")
    o.instance:fault{ rate = 0.05, seed = 1, status = 502 }
    o.instance:fault{ rate = 0.02, seed = 2, close = "reset" }
    local seen = {}
    for _ = 1, 5000 do
      local status = o:call("POST", "/users/7/tags", { value = "x" }) or
        "lost"
      seen[status] = (seen[status] or 0) + 1
    end
    local counts = o.instance:counts()
    assert.equal(5000, seen[200] + seen[502] + seen.lost)
    assert.is_true(seen[502] > 150 and seen[502] < 350)
    assert.is_true(seen.lost > 50 and seen.lost < 150)
    assert.equal(seen[200], counts.effects.add_user_tag)
    assert.equal(seen.lost, counts.closed)
    assert.equal(seen[502] + seen.lost, counts.faults)
  end)
end)

describe("the counts", function()
  it("start anew when told so, mails and tokens, too", function()
    local o = caller.knetik()
    local function form()
      o.token("grant_type=client_credentials&client_id=sandbox-client" ..
        "&client_secret=sandbox-secret")
    end
    form()
    o:must("POST", "/users/5/password-reset")
    o:call("GET", "/nowhere")
    o:call("POST", "/users/5/tags", "{}")
    local counts = o.instance:counts{ targets = true }
    assert.same({ get_o_auth_token = 1, start_password_reset = 1,
      unknown = 1, add_user_tag = 1 }, counts.requests)
    assert.same({ get_o_auth_token = 1, start_password_reset = 1 },
      counts.effects)
    assert.same({ ["POST /oauth/token"] = 1,
      ["POST /users/5/password-reset"] = 1 }, counts.targets)
    assert.same({ ["200"] = 2, ["400"] = 1, ["404"] = 1 }, counts.statuses)
    assert.equal(1, counts.mails)
    assert.equal(1, counts.token_fetches)
    o.instance:clear_counts()
    assert.same({ requests = {}, effects = {}, statuses = {}, closed = 0,
      faults = 0, mails = 0, token_requests = 0, token_fetches = 0 },
      o.instance:counts())
    form()
    assert.equal(1, o.instance:counts().token_fetches)
    -- A copy: changing it changes nothing.
    o.instance:counts().requests.get_user = 5
    assert.is_nil(o.instance:counts().requests.get_user)
  end)

  it("have Okta's mails", function()
    local o = caller.new("okta", { users = 5 })
    local path = o:must("GET", "/api/v1/users/me").id
    path = "/api/v1/users/" .. path .. "/lifecycle/reset_password"
    o:must("POST", path .. "?sendEmail=false")
    assert.equal(0, o.instance:counts().mails)
    o:must("POST", path)
    assert.equal(1, o.instance:counts().mails)
    assert.equal("password_reset", o.instance:mails()[1].kind)
    assert.equal(2, o.instance:counts().effects.reset_password)
  end)
end)

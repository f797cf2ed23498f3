local harness = require "spec.sandbox.harness"
local sandbox = require "roster.sandbox"

local USERS = "/api/v1/users"

describe("the sandbox", function()
  it("refuses options it does not know or that are of the wrong type",
    function()
      assert.has_error(function()
        sandbox.okta{ user = 3 }
      end)
      assert.has_error(function()
        sandbox.okta{ users = "3" }
      end)
      assert.has_error(function()
        sandbox.okta{ users = 0 }
      end)
    end)

  it("gives the same org for the same options, another for another seed",
    function()
      local path = USERS .. "?limit=5"
      local _, _, one = harness.org{ users = 5 }:call("GET", path)
      local _, _, same = harness.org{ users = 5 }:call("GET", path)
      local _, _, other = harness.org{ users = 5, seed = 1 }:call("GET", path)
      assert.equal(200, one.status)
      assert.equal(one.body, same.body)
      assert.are_not.equal(one.body, other.body)
    end)

  it("sets no global and leaves math.random alone", function()
    local before = {}
    for name in pairs(_G) do
      before[name] = true
    end
    math.randomseed(42)
    local expected = math.random(1000000)
    math.randomseed(42)
    local o = harness.org{ users = 10 }
    o:must("GET", USERS)
    o:person("ada@example.net")
    assert.equal(expected, math.random(1000000))
    for name in pairs(_G) do
      assert.is_true(before[name], name)
    end
  end)

  it("keeps two orgs apart", function()
    local a, b = harness.org(), harness.org()
    a:person("only.here@example.net")
    assert.equal(200, (a:call("GET", USERS .. "/only.here@example.net")))
    assert.equal(404, (b:call("GET", USERS .. "/only.here@example.net")))
  end)

  it("lets through what goes wrong in the program's own functions", function()
    local left = math.huge
    local org = sandbox.okta { now = function()
      left = left - 1
      return left < 0 and error("no clock", 0) or 1700000000
    end }
    for good = 0, 1 do
      left = good
      assert.has_error(function()
        org:handle { method = "GET", url = org.url .. "/api/v1/users/me",
          headers = { Accept = "application/json", Authorization = "SSWS " .. org.token } }
      end, "no clock")
    end
  end)

  it("puts only users that there are into another state", function()
    local org = sandbox.okta { users = 3 }
    assert.is_false(org:set_user("nobody@example.com", { status = "LOCKED_OUT" }))
  end)

  it("does not change the request", function()
    local o = harness.org()
    local request = {
      method = "GET",
      url = o.org.url .. USERS .. "?limit=1",
      headers = { authorization = "SSWS sandbox-token",
        accept = "application/json" },
    }
    local response = o.org:handle(request)
    assert.equal(200, response.status)
    assert.same({
      method = "GET",
      url = o.org.url .. USERS .. "?limit=1",
      headers = { authorization = "SSWS sandbox-token",
        accept = "application/json" },
    }, request)
  end)

  it("makes a hundred thousand users at once and small", function()
    collectgarbage()
    collectgarbage()
    local before = collectgarbage("count")
    local o = harness.org{ users = 100000 }
    collectgarbage()
    assert.is_true(collectgarbage("count") - before < 400)
    local page, response = o:must("GET", USERS .. "?limit=200")
    assert.equal(200, #page)
    assert.is_truthy(harness.next(response))
    local last = o:must("GET",
      harness.search('profile.employeeNumber eq "E100000"'))
    assert.equal(1, #last)
    assert.equal(last[1].id, o:must("GET", USERS .. "/" .. last[1].id).id)
  end)
end)

describe("the sandbox's gate", function()
  local o
  before_each(function()
    o = harness.org{ users = 20 }
  end)

  local refusals = {
    { "no token", "GET", USERS, { Authorization = false }, 401, "E0000011" },
    { "a wrong token", "GET", USERS, { Authorization = "SSWS x" }, 401,
      "E0000011" },
    { "another scheme", "GET", USERS,
      { Authorization = "Bearer sandbox-token" }, 401, "E0000011" },
    { "no Accept", "GET", USERS, { Accept = false }, 400, "E0000018" },
    { "another Accept", "GET", USERS, { Accept = "text/html" }, 400,
      "E0000019" },
    { "no Content-Type with a body", "POST", USERS,
      { ["Content-Type"] = false }, 400, "E0000018", "{}" },
    { "another Content-Type", "POST", USERS,
      { ["Content-Type"] = "application/x-www-form-urlencoded" }, 400,
      "E0000021", "a=1" },
    { "an unknown path", "GET", "/api/v1/nothing", {}, 404, "E0000008" },
    { "the root", "GET", "/", {}, 404, "E0000008" },
    { "an unknown path behind an id", "GET", "/api/v1/users/x/nothing", {}, 404, "E0000008" },
    { "an empty segment", "GET", "/api/v1/users//roles", {}, 404,
      "E0000008" },
    { "an encoded slash", "GET", "/api/v1/users/a%2Fb", {}, 404,
      "E0000008" },
    { "a trailing slash", "GET", "/api/v1/users/", {}, 404, "E0000008" },
    { "a wrong method", "PUT", USERS, {}, 405, "E0000022", "{}" },
    { "HEAD", "HEAD", USERS, {}, 405, "E0000022" },
    { "broken JSON", "POST", USERS, {}, 400, "E0000003", "{\"profile\":" },
    { "an array for a body", "POST", USERS, {}, 400, "E0000003", "[]" },
    { "no body where one must be", "POST", USERS, {}, 400, "E0000003" },
    { "me where it is not documented", "POST",
      USERS .. "/me/lifecycle/suspend", {}, 404, "E0000007" },
    { "a word for a flag", "POST", USERS .. "?activate=maybe", {}, 400,
      "E0000037", "{}" },
    { "a word for a number", "GET", USERS .. "?limit=many", {}, 400,
      "E0000037" },
    { "a broken escape", "GET", USERS .. "?q=%zz", {}, 400, "E0000002" },
    { "a limit of nought", "GET", USERS .. "?limit=0", {}, 400, "E0000029" },
    { "a made-up cursor", "GET", USERS .. "?after=200u3us", {}, 400,
      "E0000029" },
  }
  for _, row in ipairs(refusals) do
    it("refuses " .. row[1], function()
      local status, value, response = o:call(row[2], row[3], row[7], row[4])
      assert.equal(row[5], status)
      assert.equal(row[6], value.errorCode)
      assert.equal(row[6], value.errorLink)
      assert.equal("string", type(value.errorSummary))
      assert.equal("string", type(value.errorId))
      assert.equal("table", type(value.errorCauses))
      assert.is_truthy(response.body:find('"errorCauses":[', 1, true))
    end)
  end

  it("answers a header with a line break as a web server does", function()
    local status, _, response = o:call("GET", USERS, nil,
      { Authorization = "SSWS sandbox-token\n" })
    assert.equal(400, status)
    assert.equal("text/html", response.headers["Content-Type"])
    assert.is_truthy(response.body:find("<html>", 1, true))
  end)

  it("wants a length for POST and PUT when the message came over HTTP",
    function()
      local function framed(method, headers)
        headers.Authorization = "SSWS sandbox-token"
        headers.Accept = "application/json"
        return o.org:handle{
          method = method,
          url = o.org.url .. USERS .. "/nobody/lifecycle/suspend",
          headers = headers,
          framed = true,
        }.status
      end
      assert.equal(411, framed("POST", {}))
      assert.equal(404, framed("POST", { ["Content-Length"] = "0" }))
      assert.equal(404, framed("POST", { ["Transfer-Encoding"] = "chunked" }))
    end)

  it("takes the headers any client sends", function()
    for _, accept in ipairs{ "*/*", "text/html, application/json;q=0.9",
      "application/*" } do
      assert.equal(200, (o:call("GET", USERS, nil, { Accept = accept })))
    end
    assert.equal(200, (o:call("GET", USERS, nil,
      { ["Content-Type"] = "application/json; charset=utf-8" })))
  end)

  it("lets the token die with its owner", function()
    local me = o:must("GET", USERS .. "/me")
    o:must("POST", USERS .. "/" .. me.id .. "/lifecycle/deactivate")
    local status, value = o:call("GET", USERS)
    assert.equal(401, status)
    assert.equal("E0000011", value.errorCode)
  end)

  it("stamps every answer", function()
    local seen = {}
    for _, path in ipairs{ USERS, "/nowhere", USERS .. "/nobody" } do
      local _, _, response = o:call("GET", path)
      local id = response.headers["X-Okta-Request-Id"]
      assert.equal("string", type(id))
      assert.is_nil(seen[id])
      seen[id] = true
      assert.equal("Tue, 14 Nov 2023 22:13:20 GMT", response.headers.Date)
    end
  end)

  it("answers under the prefix of its URL and nowhere else", function()
    local p = harness.org{ url = "https://proxy.test/okta/" }
    local _, _, response = p:call("GET", USERS .. "?limit=1")
    assert.equal(200, response.status)
    assert.is_truthy(harness.next(response):find(
      "^https://proxy%.test/okta/api/v1/users%?after="))
    assert.equal(404, (p:call("GET", "https://proxy.test" .. USERS)))
  end)

  it("names in its links the origin the client used", function()
    local _, _, response = o:call("GET",
      "http://127.0.0.1:8080/api/v1/users?limit=1")
    assert.is_truthy(harness.next(response):find("^http://127%.0%.0%.1:8080/"))
  end)
end)

describe("the sandbox's rate limit", function()
  it("counts down per bucket and starts anew after a minute", function()
    local o = harness.org{ users = 3, rate_limit = 2 }
    local function get(path)
      local status, value, response = o:call("GET", path)
      local h = response.headers
      return { status, value.errorCode, h["X-Rate-Limit-Limit"],
        h["X-Rate-Limit-Remaining"], h["X-Rate-Limit-Reset"] }
    end
    assert.same({ 200, nil, "2", "1", "1700000060" }, get(USERS))
    o.clock = o.clock + 30
    assert.same({ 200, nil, "2", "0", "1700000060" }, get(USERS))
    assert.same({ 429, "E0000047", "2", "0", "1700000060" }, get(USERS))
    assert.same({ 200, nil, "2", "1", "1700000090" }, get(USERS .. "/me"))
    o.clock = 1700000060
    assert.same({ 200, nil, "2", "1", "1700000120" }, get(USERS))
  end)

  it("counts a request that is refused for its token", function()
    local o = harness.org{ rate_limit = 1 }
    assert.equal(401, (o:call("GET", USERS, nil, { Authorization = false })))
    assert.equal(429, (o:call("GET", USERS)))
  end)

  it("takes limits by bucket", function()
    local o = harness.org{ rate_limit = { users = 1 } }
    assert.equal(200, (o:call("GET", USERS)))
    assert.equal(429, (o:call("GET", USERS)))
    local _, _, response = o:call("GET", USERS .. "/me")
    assert.equal(200, response.status)
    assert.is_nil(response.headers["X-Rate-Limit-Limit"])
  end)

  it("can be switched off", function()
    local o = harness.org{ rate_limit = false, users = 2 }
    for _ = 1, 1300 do
      assert.equal(200, (o:call("GET", USERS .. "?limit=1")))
    end
  end)

  it("has the documented examples for defaults", function()
    local o = harness.org{ users = 2 }
    local function limit(path)
      local _, _, response = o:call("GET", path)
      return response.headers["X-Rate-Limit-Limit"]
    end
    assert.equal("600", limit(USERS))
    assert.equal("2000", limit(USERS .. "/me"))
    assert.equal("1200", limit(USERS .. "/me/groups"))
  end)

  it("refuses one request too many at a time with nought and nought",
    function()
      local o = harness.org{ concurrency = 2 }
      o.org:enter()
      assert.equal(200, (o:call("GET", USERS)))
      o.org:enter()
      local status, value, response = o:call("GET", USERS)
      assert.equal(429, status)
      assert.equal("E0000047", value.errorCode)
      assert.equal("0", response.headers["X-Rate-Limit-Limit"])
      assert.equal("0", response.headers["X-Rate-Limit-Remaining"])
      o.org:leave()
      assert.equal(200, (o:call("GET", USERS)))
    end)
end)

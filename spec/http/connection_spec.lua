-- What connections are kept, shared and given up.
local alone = require "spec.support.alone"
local curl = require "roster.curl"
local roster = require "roster"
local slow = require "spec.support.slow"

describe("over HTTP/2", function()
  local server, okta

  setup(function()
    server = slow.start { tls = true }
    okta = roster.okta { url = server.tls_url, ca = server.ca, token = "tok" }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  it("calls are made where the service speaks it", function()
    assert.are.equal("HTTP/2.0", okta:request({ path = "/echo" }).protocol)
    local value, _, detail = okta:request { path = "/slow", query = { q = "h2", ms = 1, status = 404 } }
    assert.is_nil(value)
    assert.are.equal(404, detail.status)
    assert.are.equal("scripted", detail.message:match("scripted"))
  end)

  it("bodies go both ways whole", function()
    for _, size in ipairs { 1, 100000, 900000 } do
      local seen = assert(okta:request { method = "POST", path = "/echo", body = { s = ("x"):rep(size) } })
      assert.are.equal("HTTP/2.0", seen.protocol)
    end
  end)

  it("a list asks ahead on the connection it has", function()
    local q = "h2 pages=5 ahead=4 header=30"
    local n = 0
    for user in okta:list_users { q = q } do
      n = n + 1
      assert.are.equal(tostring(n), user.id)
    end
    assert.are.equal(100, n)
    local seen = server.counts(q)
    assert.is_truthy(seen.log:find("^%+p1 %+p2 %-p1"), seen.log)
    assert.are.equal(5, seen.requests)
    assert.are.equal(1, seen.connections)
  end)

  it("many calls share one connection, also one that is only in the making", function()
    local fresh = roster.okta { url = server.tls_url, ca = alone(server.ca), token = "tok" }
    local items = {}
    for n = 1, 30 do
      items[n] = n
    end
    local counts = assert(fresh:each(items, function(_, client)
      return client:request { path = "/slow", query = { q = "shared", ms = 1, together = 10 } }
    end, { concurrency = 10 }))
    assert.are.equal(30, counts.done)
    local seen = server.counts("shared")
    assert.are.equal(10, seen.most)
    assert.are.equal(1, seen.connections)
    fresh:close()
  end)

  it("a list that is given up leaves the connection to the others", function()
    local q = "h2 given up pages=3 ahead=1 stuck=2"
    local first = okta:request({ path = "/echo" }).connection
    local list = okta:list_users { q = q }
    assert.are.equal("1", list().id)
    list:rewind()
    assert.are.equal(first, okta:request({ path = "/echo" }).connection)
  end)
end)

describe("a connection that the service gave up while it was idle", function()
  local server

  setup(function()
    server = slow.start { server = "keepalive_timeout 1;" }
  end)

  teardown(function()
    server:stop()
  end)

  it("is not used for what must not be sent twice", function()
    local okta = roster.okta { url = server.url, ca = alone(), token = "tok", max_retries = 0 }
    local first = assert(okta:request { method = "POST", path = "/echo" }).connection
    curl.sleep(1.5)
    local second = assert(okta:request { method = "POST", path = "/echo" }).connection
    assert.are_not.equal(first, second)
    okta:close()
  end)
end)

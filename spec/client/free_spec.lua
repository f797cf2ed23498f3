-- request{} and list{}: what has no row, with the same care.
local pages = require "spec.support.pages"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local wire = require "spec.support.wire"

describe("request", function()
  it("sends method, path, query, headers and body", function()
    local okta, sent = replayed.always(replayed.json '{"id":"g1"}', { url = "https://gw.test/okta" })
    local value, meta = okta:request {
      method = "POST", path = "/api/v1/groups", query = { ["a b"] = "c&d", n = 5, yes = true, list = { "x", "y" } },
      headers = { ["X-A"] = "b" }, body = { profile = { name = "Staff", tags = roster.array {}, gone = roster.null } },
    }
    assert.equal("g1", value.id)
    assert.equal(200, meta.status)
    local seen = wire.parse(sent[1].url)
    assert.equal("POST", sent[1].method)
    assert.equal("https://gw.test", seen.origin)
    assert.same({ "okta", "api", "v1", "groups" }, seen.segments)
    table.sort(seen.query, function(a, b) return a[1] .. a[2] < b[1] .. b[2] end)
    assert.same({ { "a b", "c&d" }, { "list", "x" }, { "list", "y" }, { "n", "5" }, { "yes", "true" } }, seen.query)
    assert.equal("b", wire.header(sent[1], "X-A"))
    assert.equal("SSWS " .. replayed.token, wire.header(sent[1], "Authorization"))
    assert.equal("application/json", wire.header(sent[1], "Content-Type"))
    local profile = require("roster.json").decode(sent[1].body).profile
    assert.equal("Staff", profile.name)
    assert.equal(roster.null, profile.gone)
    assert.matches('"tags":%[%]', sent[1].body)
  end)

  it("is a GET when nothing else is said, and takes a path that is encoded", function()
    local okta, sent = replayed.always()
    assert.same({}, (okta:request { path = "/api/v1/groups/a%2Fb%20c" }))
    assert.equal("GET", sent[1].method)
    assert.equal("https://org.okta.test/api/v1/groups/a%2Fb%20c", sent[1].url)
    assert.is_nil(sent[1].body)
  end)

  for _, method in ipairs { "GET", "POST", "PUT", "PATCH", "DELETE" } do
    it("may be a " .. method .. ", with or without a body", function()
      local okta, sent = replayed.always()
      okta:request { method = method, path = "/x", body = {} }
      okta:request { method = method, path = "/x" }
      assert.equal(method, sent[1].method)
      assert.equal("{}", sent[1].body)
      assert.is_nil(sent[2].body)
      local empty = method:find("^P") and "0" or nil
      assert.equal(empty, wire.header(sent[2], "Content-Length"))
    end)
  end

  it("may have a body that is no table", function()
    local okta, sent = replayed.always()
    okta:request { method = "PUT", path = "/x", body = "text" }
    okta:request { method = "PUT", path = "/x", body = false }
    okta:request { method = "PUT", path = "/x", body = { 1, 2 } }
    assert.equal('"text"', sent[1].body)
    assert.equal("false", sent[2].body)
    assert.equal("[1,2]", sent[3].body)
  end)

  it("gives any JSON there is, and the same errors", function()
    local okta = replayed.client {
      replayed.json "[1,null]", replayed.json '"x"', { status = 204 },
      { status = 404, body = '{"errorCode":"E0000007","errorSummary":"Not found"}' },
      { status = 200, body = "<html>" },
    }
    local list = okta:request { path = "/x" }
    assert.equal(roster.null, list[2])
    assert.equal("x", (okta:request { path = "/x" }))
    assert.is_true((okta:request { path = "/x" }))
    local value, message, detail = okta:request { path = "/x" }
    assert.is_nil(value)
    assert.equal("okta request: 404 E0000007: Not found", message)
    assert.equal("http", detail.kind)
    assert.equal("protocol", select(3, okta:request { path = "/x" }).kind)
  end)

  local MISUSE = {
    { function(okta) okta:request() end, "okta request: expected a table, got nil" },
    { function(okta) okta:request("/x") end, "okta request: expected a table, got string" },
    { function(okta) okta:request {} end, "okta request: path is missing" },
    { function(okta) okta:request { path = 5 } end, "okta request: path: expected string, got number" },
    { function(okta) okta:request { path = "" } end, 'okta request: path must begin with "/"' },
    { function(okta) okta:request { path = "api/v1" } end, 'okta request: path must begin with "/"' },
    { function(okta) okta:request { path = "https://evil.test/" } end, 'okta request: path must begin with "/"' },
    { function(okta) okta:request { path = "/x?a=b" } end, 'okta request: path must not hold "?": use query = {...}' },
    { function(okta) okta:request { path = "/x#a" } end, 'okta request: path must not hold "#": use query = {...}' },
    { function(okta) okta:request { path = "/x", method = "get" } end,
      "okta request: method must be GET, POST, PUT, PATCH or DELETE" },
    { function(okta) okta:request { path = "/x", method = "CONNECT" } end,
      "okta request: method must be GET, POST, PUT, PATCH or DELETE" },
    { function(okta) okta:request { path = "/x", method = "GET\r\n" } end,
      "okta request: method must be GET, POST, PUT, PATCH or DELETE" },
    { function(okta) okta:request { path = "/x", method = "GET\0" } end,
      "okta request: method must be GET, POST, PUT, PATCH or DELETE" },
    { function(okta) okta:request { path = "/x", method = 5 } end,
      "okta request: method: expected string, got number" },
    { function(okta) okta:request { path = "/x", query = "a=b" } end,
      "okta request: query: expected table, got string" },
    { function(okta) okta:request { path = "/x", query = { "a=b" } } end,
      "okta request: query: a name must be a string" },
    { function(okta) okta:request { path = "/x", query = { z = print } } end,
      "okta request: query.z: expected string" },
    { function(okta) okta:request { path = "/x", query = { a = { b = "c" } } } end,
      "okta request: query.a: expected a value or a list of values, got table" },
    { function(okta) okta:request { path = "/x", query = { a = { "x", [3] = "y" } } } end, "a list of values" },
    { function(okta) okta:request { path = "/x", query = { a = { {} } } } end,
      "okta request: query.a: expected string" },
    { function(okta) okta:request { path = "/x", query = { a = roster.null } } end, "got null" },
    { function(okta) okta:request { path = "/x", headers = "X: y" } end,
      "okta request: headers: expected table, got string" },
    { function(okta) okta:request { path = "/x", headers = { Authorization = "x" } } end,
      'okta request: headers: "Authorization" is set by roster' },
    { function(okta) okta:request { path = "/x", timeout = "5" } end,
      "okta request: timeout: expected number, got string" },
    { function(okta) okta:request { path = "/x", timeout = 0 } end,
      'okta request: option "timeout" must be ' },
    { function(okta) okta:request { path = "/x", dry_run = 1 } end,
      "okta request: dry_run: expected boolean, got number" },
    { function(okta) okta:request { path = "/x", quer = {} } end,
      'okta request: unknown field "quer", did you mean "query"?' },
    { function(okta) okta:request { path = "/x", cursor = "x" } end, 'okta request: unknown field "cursor"' },
    { function(okta) okta:request { "/x" } end, 'okta request: unknown field "1"' },
    { function(okta) okta.request { path = "/x" } end, "use client:request(...), with a colon" },
    { function(okta) okta:list { path = "/x", method = "POST" } end, 'okta list: unknown field "method"' },
    { function(okta) okta:list { path = "/x", body = {} } end, 'okta list: unknown field "body"' },
    { function(okta) okta:list { path = "/x", cursor = 5 } end, "okta list: cursor: expected string, got number" },
    { function(okta) okta:list { query = {} } end, "okta list: path is missing" },
    { function(okta) okta:list("/x") end, "okta list: expected a table, got string" },
  }
  for i, row in ipairs(MISUSE) do
    it("raises at the caller's line (" .. i .. "): " .. row[2], function()
      local okta, sent = replayed.always()
      local ok, message = pcall(row[1], okta)
      assert.is_false(ok)
      local info = debug.getinfo(row[1], "S")
      local text = message:match("^" .. info.short_src:gsub("%p", "%%%0") .. ":" .. info.linedefined .. ": (.*)$")
      assert.is_truthy(text, message)
      assert.is_truthy(text:find(row[2], 1, true), text)
      assert.equal(0, #sent)
    end)
  end

  local FAULTS = {
    { { path = "/a b" }, "path holds a character that must be percent%-encoded" },
    { { path = "/a\nb" }, "path holds a character that must be percent%-encoded" },
    { { path = "/a\0b" }, "path holds a character that must be percent%-encoded" },
    { { path = "/J\195\188rgen" }, "path holds a character that must be percent%-encoded" },
    { { path = "/a\\..\\b" }, "path holds a character that must be percent%-encoded" },
    { { path = "/50%" }, "path holds a %% without two hex digits" },
    { { path = "/%2" }, "path holds a %% without two hex digits" },
    { { path = "/%zz" }, "path holds a %% without two hex digits" },
    { { path = "/%2/x" }, "path holds a %% without two hex digits" },
    { { path = "/./x" }, "path holds a dot segment" },
    { { path = "/a/../b" }, "path holds a dot segment" },
    { { path = "/a/.." }, "path holds a dot segment" },
    { { path = "/a/%2e%2E/b" }, "path holds a dot segment" },
    { { path = "/a/.%2e" }, "path holds a dot segment" },
    { { path = "/%2e" }, "path holds a dot segment" },
    { { path = "/x", query = { a = "J\252" } }, "is not valid UTF%-8" },
    { { path = "/x", query = { ["\252"] = "a" } }, "query: a name is not valid UTF%-8" },
    { { path = "/x", query = { ["a\0b"] = "a" } }, "query: a name is not valid UTF%-8" },
    { { path = "/x", headers = { A = "b\nc" } }, 'headers%["A"%] holds a line break' },
    { { path = "/x", body = { a = print } }, "body%.a: cannot send a function" },
    { { path = "/x", body = 0 / 0 }, "NaN cannot be sent" },
  }
  for i, row in ipairs(FAULTS) do
    it("reports a fault of the data (" .. i .. "): " .. row[2], function()
      local okta, sent = replayed.always()
      local value, message, detail = okta:request(row[1])
      assert.is_nil(value)
      assert.matches("^okta request: ", message)
      assert.matches(row[2], message)
      assert.equal("argument", detail.kind)
      assert.equal(0, #sent)
    end)
  end

  it("takes what only looks like a dot segment", function()
    local okta, sent = replayed.always()
    for i, path in ipairs { "/", "/...", "/a..b", "/.a", "/%2e%2e%2e", "/a//b", "/a/" } do
      assert.same({}, (okta:request { path = path }))
      assert.equal(replayed.url .. path, sent[i].url)
    end
  end)

  it("refuses fields that hold themselves", function()
    local okta = replayed.always()
    local query = {}
    query.a = query
    assert.matches("expected a value or a list", raised.here(function()
      okta:request { path = "/x", query = query }
    end))
  end)
end)

describe("list", function()
  it("walks the pages of a path that has no row", function()
    local okta, sent = replayed.client {
      replayed.json('[{"id":"1"}]', 200, { Link = "<" .. replayed.url .. '/api/v1/groups?after=2>; rel="next"' }),
      replayed.json '[{"id":"2"}]',
    }
    local list = okta:list { path = "/api/v1/groups", query = { q = "a" }, headers = { ["X-A"] = "b" } }
    assert.equal("roster.list{list}", tostring(list))
    assert.equal(0, #sent)
    assert.same({ "1", "2" }, pages.walk(list))
    assert.equal("https://org.okta.test/api/v1/groups?q=a", sent[1].url)
    assert.equal("https://org.okta.test/api/v1/groups?after=2", sent[2].url)
    assert.equal("b", wire.header(sent[2], "X-A"))
  end)

  it("goes on from a cursor", function()
    local okta, sent = replayed.client { replayed.json "[]" }
    local cursor = replayed.url .. "/api/v1/groups?after=2"
    assert.same({}, okta:list({ path = "/api/v1/groups", cursor = cursor }):all())
    assert.equal(cursor, sent[1].url)
  end)

  it("does not mind what becomes of the caller's table", function()
    local okta, sent = replayed.client { replayed.json "[]" }
    local request = { path = "/x", query = { a = { "1", "2" } } }
    local list = okta:list(request)
    request.path, request.query.a[1], request.query.b = "/y", "9", "9"
    list:all()
    assert.equal(replayed.url .. "/x?a=1&a=2", sent[1].url)
  end)

  it("fails for what is no list", function()
    local okta = replayed.always(replayed.json '{"value":[]}')
    local page, message, detail = okta:list({ path = "/x" }):page()
    assert.is_nil(page)
    assert.matches("where a list was expected", message)
    assert.equal("protocol", detail.kind)
  end)

  it("with data that cannot be sent fails where it is walked", function()
    local okta = replayed.always(replayed.json "[]")
    local page, message, detail = okta:list({ path = "/a/../b" }):page()
    assert.is_nil(page)
    assert.equal("okta list: path holds a dot segment", message)
    assert.equal("argument", detail.kind)
  end)
end)

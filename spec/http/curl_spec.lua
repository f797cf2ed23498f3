-- The libcurl transport against a real server: connections, TLS, encodings,
-- limits, what it sends, and what it refuses.
local alone = require "spec.support.alone"
local nginx = require "spec.support.nginx"

local ECHO = [[
  ngx.req.read_body()
  local cjson = require "cjson"
  local headers = {}
  for name, value in pairs(ngx.req.get_headers()) do
    headers[name] = type(value) == "table" and table.concat(value, "|") or value
  end
  ngx.header.content_type = "application/json"
  ngx.header["X-Okta-Request-Id"] = "r1"
  ngx.say(cjson.encode {
    method = ngx.req.get_method(),
    uri = ngx.var.request_uri,
    line = ngx.var.request,
    connection = ngx.var.connection,
    requests = ngx.var.connection_requests,
    protocol = ngx.var.server_protocol,
    headers = headers,
    body = ngx.req.get_body_data() or "",
  })
]]

-- Answers the first request of a connection; takes the second and hangs up.
local FICKLE = [[
  local counts = ngx.shared.counts
  counts:incr("fickle", 1, 0)
  if tonumber(ngx.var.connection_requests) > 1 then
    ngx.exit(444)
  end
  ngx.header.content_type = "application/json"
  ngx.say("{}")
]]

local LINKED = "a=b?c/d://e&f=%5b%5D[]{}|^`'()*,;:@!$&after=%C3%a9+/"

-- A first page, one behind the link it was asked for, and one behind a fragment.
local LINKS = [[
  ngx.header.content_type = "application/json"
  local base = ngx.var.scheme .. "://" .. ngx.var.http_host .. "/links?"
  local as, args = ngx.var.arg_as, ngx.var.args
  if as then
    ngx.header.Link = "<" .. base .. ngx.unescape_uri(as) .. '>; rel="next"'
  elseif args:sub(-1) ~= "&" then
    ngx.header.Link = "<" .. base .. args .. '&#there/?x>; rel="next"'
  end
  ngx.say(require("cjson").encode { { uri = ngx.var.request_uri } })
]]

describe("the curl transport", function()
  local roster, server, okta

  local function client(options)
    options.token = options.token or "tok"
    options.max_retries = options.max_retries or 0
    return roster.okta(options)
  end

  setup(function()
    roster = require "roster"
    server = nginx.start {
      tls = true,
      http = "lua_shared_dict counts 1m; gzip on; gzip_types application/json; gzip_min_length 1;",
      locations = {
        ["/"] = ECHO,
        ["/fickle"] = FICKLE,
        ["/links"] = LINKS,
        ["/slow"] = "ngx.sleep(10)",
        ["/fickle_count"] = [[
          ngx.header.content_type = "application/json"
          ngx.say(ngx.shared.counts:get("fickle") or 0)
        ]],
      },
    }
    okta = client { url = server.url, user_agent = "nightly/1" }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  it("sends what the request says, and no more", function()
    local seen = assert(okta:request { path = "/x" })
    assert.are.equal("GET", seen.method)
    assert.are.same({
      accept = "application/json",
      ["accept-encoding"] = seen.headers["accept-encoding"],
      authorization = "SSWS tok",
      host = server.url:match("//(.*)"),
      ["user-agent"] = "roster/" .. roster._VERSION .. " nightly/1",
    }, seen.headers)
  end)

  it("sends Content-Length: 0 with a body-less POST and PUT, nothing with DELETE", function()
    for _, method in ipairs { "POST", "PUT" } do
      local seen = assert(okta:request { method = method, path = "/x" })
      assert.are.equal(method, seen.method)
      assert.are.equal("0", seen.headers["content-length"])
      assert.is_nil(seen.headers["content-type"])
    end
    local seen = assert(okta:request { method = "DELETE", path = "/x" })
    assert.are.equal("DELETE", seen.method)
    assert.is_nil(seen.headers["content-length"])
  end)

  it("sends bodies of any size whole", function()
    for _, size in ipairs { 1, 1000, 100000, 900000 } do
      local seen = assert(okta:request { method = "POST", path = "/x", body = { s = ("x"):rep(size) } })
      assert.are.equal(size + 8, #seen.body)
      assert.are.equal(tostring(size + 8), seen.headers["content-length"])
      assert.are.equal("application/json", seen.headers["content-type"])
      assert.is_nil(seen.headers.expect)
    end
  end)

  it("sends what is behind the host as it stands", function()
    for _, secure in ipairs { false, true } do
      local c = secure and client { url = server.tls_url, ca = server.ca } or okta
      for _, target in ipairs { "/", "/x", "/x//y/", "/x/%2fAb%2F%c3%A9", "/a%2Fb/c%2E/d",
        "/x;y=1,2/~a'(b)*!$&+=:@" } do
        local seen = assert(c:request { path = target })
        assert.are.equal(target, seen.uri)
        assert.are.equal(secure and "HTTP/2.0" or "HTTP/1.1", seen.protocol)
      end
    end
  end)

  it("follows a link as it stands, but for its fragment", function()
    for _, url in ipairs { server.url, server.tls_url } do
      local c = client { url = url, ca = server.ca }
      local seen = {}
      for item in c:list { path = "/links", query = { as = LINKED } } do
        seen[#seen + 1] = item.uri
      end
      assert.are.same({ "/links?as=", "/links?" .. LINKED, "/links?" .. LINKED .. "&" }, {
        seen[1]:sub(1, 10), seen[2], seen[3],
      })
    end
  end)

  it("sends each request to its own host where clients take turns", function()
    local port = server.url:match(":(%d+)$")
    for i = 1, 12 do
      local host = ({ "127.0.0.1", "localhost", "127.0.0.1" })[i % 3 + 1] .. ":" .. port
      local c = client { url = "http://" .. host .. (i % 2 == 0 and "/tenant" or "") }
      local seen = assert(c:request { path = "/x" .. i })
      assert.are.equal(host, seen.headers.host)
      assert.are.equal((i % 2 == 0 and "/tenant" or "") .. "/x" .. i, seen.uri)
      c:close()
    end
  end)

  it("sends headers with an empty value", function()
    local seen = assert(okta:request { path = "/x", headers = { ["X-Empty"] = "" } })
    assert.are.equal("", seen.headers["x-empty"])
  end)

  it("sends nothing of one request with the next", function()
    local host = server.url:match("//(.*)")
    local function send(request)
      local seen = assert(okta:request(request))
      assert.are.equal(request.method or "GET", seen.method)
      assert.are.equal(host, seen.headers.host)
      seen.headers.host, seen.headers.accept, seen.headers.authorization = nil, nil, nil
      seen.headers["user-agent"], seen.headers["accept-encoding"] = nil, nil
      return seen
    end
    for _ = 1, 2 do
      local headers = { ["X-One"] = "", ["X-Two"] = "2" }
      local seen = send { method = "POST", path = "/x", body = { a = 1 }, headers = headers }
      assert.are.equal('{"a":1}', seen.body)
      assert.are.same({
        ["content-length"] = "7", ["content-type"] = "application/json", ["x-one"] = "", ["x-two"] = "2",
      }, seen.headers)
      assert.are.same({}, send({ path = "/x" }).headers)
      assert.are.same({ ["content-length"] = "0" }, send({ method = "PUT", path = "/x" }).headers)
      assert.are.same({}, send({ method = "DELETE", path = "/x" }).headers)
      assert.are.same({}, send({ path = "/x" }).headers)
    end
  end)

  it("leaves the encodings to the caller who names some", function()
    local seen = assert(okta:request { path = "/x", headers = { ["Accept-Encoding"] = "identity" } })
    assert.are.equal("identity", seen.headers["accept-encoding"])
    seen = assert(okta:request { path = "/x" })
    assert.truthy(seen.headers["accept-encoding"]:find("^deflate, gzip"))
  end)

  it("keeps one connection for many calls", function()
    local first = assert(okta:request { path = "/x" })
    local last
    for _ = 1, 20 do
      last = assert(okta:request { path = "/x" })
    end
    assert.are.equal(first.connection, last.connection)
  end)

  it("unpacks gzip, counting the unpacked bytes against the cap", function()
    local seen, meta = okta:request { method = "POST", path = "/x", body = { s = ("x"):rep(200000) } }
    assert.are.equal(200008, #seen.body)
    assert.are.equal("gzip", meta.headers["content-encoding"])
    local small = client { url = server.url, max_response = 100000 }
    local value, _, detail = small:request { method = "POST", path = "/x", body = { s = ("x"):rep(200000) } }
    assert.is_nil(value)
    assert.are.equal("protocol", detail.kind)
    small:close()
  end)

  it("tells timings", function()
    local _, meta = okta:request { path = "/x" }
    assert.is_true(meta.timings.total > 0)
    assert.is_true(meta.timings.first_byte <= meta.timings.total)
  end)

  it("repeats a safe call whose reused connection died, and never an unsafe one", function()
    local options = { url = server.url, ca = alone() }
    local fresh = client(options)
    local function count()
      return assert(fresh:request { path = "/fickle_count" })
    end
    assert(okta:request { path = "/fickle_count" })
    local before = count()
    fresh:close()

    local safe = client(options)
    assert(safe:request { path = "/fickle" })
    assert(safe:request { path = "/fickle" })
    safe:close()

    local unsafe = client(options)
    assert(unsafe:request { method = "POST", path = "/fickle" })
    local value, _, detail = unsafe:request { method = "POST", path = "/fickle" }
    unsafe:close()
    assert.is_nil(value)
    assert.is_true(detail.ambiguous)

    fresh = client(options)
    -- safe: one, one that died, its repetition; unsafe: one, one that died
    assert.are.equal(before + 5, count())
    fresh:close()
  end)

  describe("with TLS", function()
    it("verifies the certificate and the name", function()
      local trusting = client { url = server.tls_url, ca = server.ca }
      assert.are.equal("/x", assert(trusting:request { path = "/x" }).uri)
      trusting:close()
    end)

    it("refuses a certificate nobody vouches for, and says so", function()
      local wary = client { url = server.tls_url }
      local value, message, detail = wary:request { path = "/x" }
      assert.is_nil(value)
      assert.are.equal("transport", detail.kind)
      assert.is_truthy(message:lower():find("certificate"), message)
      assert.is_false(detail.ambiguous)
      wary:close()
    end)

    it("refuses a certificate for another name", function()
      local url = server.tls_url:gsub("127%.0%.0%.1", "127.0.0.2")
      local other = client { url = url, ca = server.ca, timeout = 5 }
      local value, _, detail = other:request { path = "/x" }
      assert.is_nil(value)
      assert.are.equal("transport", detail.kind)
      other:close()
    end)

    it("says which file cannot be read", function()
      local broken = client { url = server.tls_url, ca = "/nonexistent.pem" }
      local value, message = broken:request { path = "/x" }
      assert.is_nil(value)
      assert.is_truthy(message:find("/nonexistent.pem", 1, true), message)
      broken:close()
    end)
  end)

  it("goes through a proxy when told to", function()
    local proxied = client { url = "http://127.0.0.1:9", proxy = server.url, insecure = true }
    local seen = assert(proxied:request { path = "/through" })
    assert.are.equal("127.0.0.1:9", seen.headers.host)
    assert.are.equal("GET http://127.0.0.1:9/through HTTP/1.1", seen.line)
    proxied:close()
  end)

  it("fails at once, unsent, where nobody listens", function()
    local nobody = client { url = "http://127.0.0.1:9" }
    local value, _, detail = nobody:suspend_user("x")
    assert.is_nil(value)
    assert.are.equal("transport", detail.kind)
    assert.is_false(detail.ambiguous)
    assert.is_true(detail.retryable)
    nobody:close()
  end)

  it("tries once where libcurl cannot make sense of the address", function()
    local lost = client { url = "https://[::1::]", max_retries = 3 }
    local value, message, detail = lost:get_user("x")
    assert.is_nil(value)
    assert.are.equal("protocol", detail.kind, message)
    assert.are.equal(1, #detail.attempts)
    assert.is_false(detail.retryable)
    assert.is_false(detail.ambiguous)
    lost:close()
  end)

  it("gives up when the call's own timeout has passed", function()
    local value, message, detail = okta:request { path = "/slow", timeout = 0.3 }
    assert.is_nil(value)
    assert.are.equal("timeout", detail.kind, message)
    assert.is_true(detail.retryable)
  end)

  it("survives being closed and collected in any order", function()
    for _ = 1, 50 do
      local c = client { url = server.url }
      assert(c:request { path = "/x" })
      if math.random(2) == 1 then
        c:close()
      end
    end
    collectgarbage()
    collectgarbage()
    assert(okta:request { path = "/x" })
  end)
end)

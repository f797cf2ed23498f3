-- What becomes of a connection inside nginx: kept, not kept, found dead.
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"

-- Answers on the bare connection, then does something with it.
local function raw(code)
  return ([[
    ngx.req.read_body()
    local seen = ngx.shared.seen
    seen:incr("requests", 1, 0)
    local sock = assert(ngx.req.socket(true))
    local OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    local SIZED = OK .. "Content-Length: 10\r\n\r\n{\"id\":\"1\"}"
    %s
    ngx.exit(444)
  ]]):format(code)
end

-- Reads a further request on the same connection.
local AGAIN = [[
  sock:settimeout(3000)
  if sock:receiveuntil("\r\n\r\n")() then seen:incr("requests", 1) end
]]

local UPSTREAM = {
  ["/plain"] = [[
    ngx.shared.seen:incr("requests", 1, 0)
    ngx.header.content_type = "application/json"
    ngx.say('{"id":"', ngx.var.connection, '"}')
  ]],
  ["/sized"] = [[
    ngx.header.content_type = "application/json"
    local text = '{"id":"' .. ngx.var.connection .. '"}'
    ngx.header.content_length = #text
    ngx.print(text)
  ]],
  ["/nothing"] = [[ ngx.exit(204) ]],
  ["/close"] = [[
    ngx.header.content_type = "application/json"
    ngx.header.connection = "close"
    ngx.say('{"id":"', ngx.var.connection, '"}')
  ]],
  ["/large"] = [[
    ngx.header.content_type = "application/json"
    ngx.print('{"id":"', ngx.var.connection, '","filler":["')
    for _ = 1, 300 do ngx.print(("x"):rep(1000)) ngx.flush(true) end
    ngx.print('"]}')
  ]],
  ["/too_much"] = [[
    ngx.header.content_type = "application/json"
    ngx.print('["', ("x"):rep(3000000), '"]')
  ]],
  ["/more"] = raw [[ sock:send(SIZED .. "HTTP/1.1 200 OK\r\n") ]] ,
  -- the next request on this connection is read, and not answered
  ["/dies"] = raw("sock:send(SIZED)" .. AGAIN),
  ["/seen"] = [[ ngx.print(ngx.shared.seen:get("requests") or 0) ngx.shared.seen:flush_all() ]],
}

describe("a connection inside nginx", function()
  local upstream, host

  setup(function()
    upstream = nginx.start { http = "lua_shared_dict seen 64k;", locations = UPSTREAM }
    host = inside.start { http = "lua_socket_log_errors off;" }
  end)

  teardown(function()
    host:stop()
    upstream:stop()
  end)

  local CLIENT = [[
    local okta = roster.okta { url = arg.url, token = "canary-token", max_retries = 0, max_response = 2000000 }
    local function get(path) return okta:request { path = path } end
    local function seen() return get("/seen") end
  ]]

  local function run(code, url)
    return host:run(CLIENT .. code, { url = url or upstream.url })
  end

  it("serves call after call, and client after client", function()
    local one, two = run [[ return (assert(get("/plain"))).id, (assert(get("/sized"))).id ]]
    assert.equal(one, two)
    assert.equal(one, (run [[ return (assert(get("/large"))).id ]]))
    assert.equal(one, (run [[ assert(get("/nothing")) return (assert(get("/sized"))).id ]]))
  end)

  it("is one for each of the calls that run at a time, and no more", function()
    local first, second = run [[
      local function round()
        local threads, ids, n = {}, {}, 0
        for i = 1, 5 do threads[i] = ngx.thread.spawn(function() return assert(get("/large")).id end) end
        for i = 1, 5 do
          local _, id = ngx.thread.wait(threads[i])
          if not ids[id] then ids[id], n = true, n + 1 end
        end
        return n, ids
      end
      local n, old = round()
      local again, ids = round()
      local same = 0
      for id in pairs(ids) do same = same + (old[id] and 1 or 0) end
      return n, same
    ]]
    assert.equal(5, first)
    assert.equal(5, second)
  end)

  it("is not kept when the service closes it", function()
    local one, two = run [[ return (assert(get("/close"))).id, (assert(get("/close"))).id ]]
    assert.not_equal(one, two)
  end)

  it("is not kept when bytes came behind the answer", function()
    local value, kind = run [[
      local value = assert(get("/more"))
      return value.id, (assert(get("/sized"))).id ~= nil
    ]]
    assert.equal("1", value)
    assert.is_true(kind)
  end)

  it("is not kept when the answer was too large to be read", function()
    local kind, message, ids = run [[
      local before = assert(get("/sized")).id
      local _, message, detail = get("/too_much")
      return detail.kind, message, { before, (assert(get("/sized"))).id }
    ]]
    assert.equal("protocol", kind)
    assert.matches("larger than 2000000 bytes", message)
    assert.not_equal(ids[1], ids[2])
  end)

  it("that was found dead is replaced at once for what may be repeated", function()
    local first, second, requests = run [[
      seen()
      local first = assert(get("/dies")).id
      -- goes out on the connection that will not answer, then on a new one
      local value, meta = assert(okta:request { path = "/plain" })
      return first, { value.id ~= nil, meta.attempts }, seen()
    ]]
    assert.equal("1", first)
    assert.same({ true, 1 }, second)
    assert.equal(3, requests)
  end)

  it("that was found dead loses what may not be repeated", function()
    local detail, message, requests = run [[
      seen()
      assert(get("/dies"))
      local value, message, detail = okta:request { method = "POST", path = "/plain", body = { a = 1 } }
      assert(value == nil)
      return { kind = detail.kind, ambiguous = detail.ambiguous, retryable = detail.retryable }, message, seen()
    ]]
    assert.same({ kind = "transport", ambiguous = true, retryable = false }, detail)
    assert.matches("the connection was lost before an answer came", message)
    assert.equal(2, requests)
  end)

  it("to another port is another connection, and so is one of another scheme", function()
    local other = nginx.start { locations = { ["/sized"] = UPSTREAM["/sized"] } }
    finally(function() other:stop() end)
    local one = run [[ return (assert(get("/sized"))).id ]]
    assert.is_string(one)
    assert.equal(1, run([[
      local first, again = assert(get("/sized")).id, assert(get("/sized")).id
      return first == again and 1 or 2
    ]], other.url))
  end)

  it("that nobody accepts is told of, with certainty that nothing was sent", function()
    local detail, message = run([[
      local _, message, detail = okta:request { method = "POST", path = "/plain", body = { a = 1 } }
      return { kind = detail.kind, ambiguous = detail.ambiguous, retryable = detail.retryable }, message
    ]], "http://127.0.0.1:1")
    assert.same({ kind = "transport", ambiguous = false, retryable = true }, detail)
    assert.equal("okta request: cannot connect to 127.0.0.1:1: connection refused", message)
  end)
end)

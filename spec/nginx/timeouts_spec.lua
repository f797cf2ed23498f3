-- What the sockets of nginx can run into before an answer comes: nobody there,
-- nobody who speaks, no name server; and connections that died in the pool.
local dns = require "spec.support.dns"
local inside = require "spec.support.inside"
local mute = require "spec.support.mute"
local nginx = require "spec.support.nginx"

-- Answers on the bare connection, reads the next request there, and hangs up.
local DIES = [[
  ngx.req.read_body()
  local seen = ngx.shared.seen
  seen:incr("requests", 1, 0)
  local sock = assert(ngx.req.socket(true))
  sock:send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}")
  sock:settimeout(30000)
  if sock:receiveuntil("\r\n\r\n")() then seen:incr("requests", 1) end
  ngx.exit(444)
]]

local PLAIN = [[
  ngx.shared.seen:incr("requests", 1, 0)
  ngx.header.content_type = "application/json"
  ngx.say('{"id":"', ngx.var.connection, '"}')
]]

describe("inside nginx, a call to", function()
  local names, silent_names, upstream, host

  setup(function()
    names = dns.start { "localhost", "full.test" }
    silent_names = mute.start "udp"
    upstream = nginx.start {
      tls = true,
      http = "lua_shared_dict seen 64k;",
      locations = {
        ["= /dies"] = DIES,
        ["= /plain"] = PLAIN,
        ["= /seen"] = [[ ngx.print(ngx.shared.seen:get("requests") or 0) ngx.shared.seen:flush_all() ]],
      },
    }
    host = inside.start {
      http = "lua_socket_log_errors off; resolver " .. names.address .. " ipv6=off; lua_ssl_trusted_certificate "
        .. upstream.ca .. ";",
    }
  end)

  teardown(function()
    host:stop()
    upstream:stop()
    silent_names:stop()
    names:stop()
  end)

  --- What becomes of one call with half a second; with more where something has
  --- to be done before that which never comes.
  local function call(url, code, where, seconds)
    return (where or host):run([[
      local okta = roster.okta { url = arg.url, token = "canary-token", max_retries = 0 }
      local value, message, detail = okta:request { path = "/x", timeout = arg.seconds, ]] .. (code or "") .. [[ }
      if value then return value end
      return nil, message, { kind = detail.kind, ambiguous = detail.ambiguous, retryable = detail.retryable }
    ]], { url = url, seconds = seconds or 0.5 })
  end

  local NEVER_SENT = { kind = "timeout", ambiguous = false, retryable = true }
  local PERHAPS_SENT = { kind = "timeout", ambiguous = true, retryable = false }

  it("a machine that does not answer is over in time, and was not sent", function()
    local server = mute.start "full"
    finally(function() server:stop() end)
    local value, message, detail = call("http://127.0.0.1:" .. server.port, 'method = "POST"')
    assert.is_nil(value)
    assert.equal("okta request: timed out after 0.5 s without a connection", message)
    assert.same(NEVER_SENT, detail)
    -- the same machine, by its name
    value, message, detail = call("https://full.test:" .. server.port, 'method = "POST"')
    assert.is_nil(value)
    assert.equal("okta request: timed out after 0.5 s without the name's address or a connection", message)
    assert.same(NEVER_SENT, detail)
  end)

  it("a server that does not speak TLS back is over in time, and was not sent", function()
    local server = mute.start "tcp"
    finally(function() server:stop() end)
    local value, message, detail = call("https://localhost:" .. server.port, 'method = "POST"', host, 2)
    assert.is_nil(value)
    assert.matches("^okta request: timed out after [%d.]+ s in the TLS handshake$", message)
    assert.same(NEVER_SENT, detail)
  end)

  it("a server that does not read is over in time, and may have been sent", function()
    local server = mute.start "tcp"
    finally(function() server:stop() end)
    local url = "http://127.0.0.1:" .. server.port
    local _, message, detail = call(url, 'method = "POST", body = { filler = ("x"):rep(3e7) }', host, 2)
    assert.matches("^okta request: timed out after [%d.]+ s while the request was sent ", message)
    assert.same(PERHAPS_SENT, detail)
    _, message, detail = call(url, 'method = "POST", body = {}', host, 2)
    assert.matches("^okta request: timed out after [%d.]+ s without an answer ", message)
    assert.same(PERHAPS_SENT, detail)
  end)

  it("a name that no name server answers for is over in time, long before nginx gives up", function()
    local waiting = inside.start {
      http = "resolver 127.0.0.1:" .. silent_names.port .. " ipv6=off; resolver_timeout 3s;",
    }
    finally(function() waiting:stop() end)
    local value, message, detail = call("https://silent.test", 'method = "POST"', waiting)
    assert.is_nil(value)
    assert.equal("okta request: timed out after 0.5 s without the name's address or a connection", message)
    assert.same(NEVER_SENT, detail)
    -- nginx's own wait for it ends, and finds nobody that it could disturb
    local order = waiting:run [[
      local okta = roster.okta { url = "https://silent.test", token = "canary-token", max_retries = 0 }
      local order, threads = {}, {}
      for i, seconds in ipairs { 0.1, 9, 0.2 } do
        threads[i] = ngx.thread.spawn(function()
          local _, message, detail = okta:request { path = "/x", timeout = seconds }
          order[#order + 1] = detail.kind .. (message:find("resolver_timeout", 1, true) and " by nginx" or "")
        end)
      end
      for i = 1, 3 do ngx.thread.wait(threads[i]) end
      return order
    ]]
    assert.same({ "timeout", "timeout", "transport by nginx" }, order)
    assert.equal("", waiting:complaints())
  end)

  it("a name, may be made inside of coroutines and in a timer", function()
    local said = host:run([[
      local okta = roster.okta { url = arg, token = "canary-token", max_retries = 0 }
      local said, over = {}, false
      local function look() return okta:request { path = "/plain" }.id end
      said[1] = coroutine.wrap(look)()
      said[2] = select(2, pcall(look))
      said[3] = setmetatable({}, { __index = look }).x
      ngx.timer.at(0, function()
        said[4] = look()
        over = true
      end)
      while not over do ngx.sleep(0.01) end
      return said
    ]], "http://localhost:" .. upstream.port)
    -- one after the other, over one connection
    assert.is_string(said[1])
    assert.same({ said[1], said[1], said[1], said[1] }, said)
  end)

  it("a name, and one over libcurl, may be made while a certificate is chosen", function()
    local choosing = inside.start {
      http = "lua_shared_dict notes 64k; resolver " .. names.address .. " ipv6=off;",
      tls = true,
      server = [[ ssl_certificate_by_lua_block {
        for _, transport in ipairs { "cosockets", "curl" } do
          local okta = require("roster").okta { url = "http://localhost:]] .. upstream.port .. [[", token = "x",
            transport = transport == "curl" and "curl" or nil }
          local value, message = okta:request { path = "/plain" }
          ngx.shared.notes:set(transport, value and "ok" or message)
        end
      } ]],
    }
    finally(function() choosing:stop() end)
    os.execute("openssl s_client -connect 127.0.0.1:" .. choosing.server.tls_url:match("%d+$")
      .. " -servername localhost </dev/null >/dev/null 2>&1")
    local cosockets, curl = choosing:run 'return ngx.shared.notes:get("cosockets"), ngx.shared.notes:get("curl")'
    assert.equal("ok", cosockets)
    assert.equal("ok", curl)
  end)

  it("an IPv6 address goes over a connection that is kept", function()
    local server = mute.start "ipv6"
    finally(function() server:stop() end)
    local url = "http://[::1]:" .. (server.port or 9)
    local first, second, message = host:run([[
      local okta = roster.okta { url = arg, token = "canary-token", max_retries = 0 }
      local first, message = okta:request { path = "/x" }
      local second = first and assert(okta:request { path = "/x" })
      return first, second, not first and message
    ]], url)
    if server.port then
      assert.same({ id = "1", host = "[::1]:" .. server.port }, first)
      assert.same(first, second)
    else
      -- a machine without IPv6 says that, and not that the address is wrong
      assert.matches("^okta request: cannot connect to %[::1%]:9: ", message)
    end
  end)

  it("an IPv6 address has a pool of its own, and is named to TLS without brackets", function()
    local seen = host:run([[
      local seen, tcp = {}, ngx.socket.tcp
      ngx.socket.tcp = function()
        return {
          settimeouts = function() end,
          connect = function(_, host, port, options)
            seen[#seen + 1] = host .. " " .. port .. " " .. options.pool
            return 1
          end,
          getreusedtimes = function() return 0 end,
          sslhandshake = function(_, _, name, verify)
            seen[#seen + 1] = "TLS " .. name .. " " .. tostring(verify)
            return nil, "far enough"
          end,
          send = function() return nil, "far enough" end,
          close = function() return 1 end,
        }
      end
      for _, url in ipairs { "http://[::1]:8080", "https://[2001:DB8::1]", "https://Example.test" } do
        pcall(function()
          roster.okta { url = url, token = "canary-token", max_retries = 0 }:request { path = "/x" }
        end)
      end
      ngx.socket.tcp = tcp
      return seen
    ]])
    assert.same({
      "[::1] 8080 roster:http:[::1]:8080:plain",
      "[2001:DB8::1] 443 roster:https:[2001:db8::1]:443:verified",
      "TLS 2001:DB8::1 true",
      "Example.test 443 roster:https:example.test:443:verified",
      "TLS Example.test true",
    }, seen)
  end)

  for _, scheme in ipairs { "http", "https" } do
    it("a service that dropped the kept " .. scheme .. " connection is repeated only where it may be", function()
      local port = scheme == "http" and upstream.port or upstream.tls_url:match("%d+$")
      local CLIENT = [[
        local okta = roster.okta { url = arg, token = "canary-token", max_retries = 0 }
        local function seen() return okta:request { path = "/seen" } end
        seen()
        assert(okta:request { path = "/dies" })
      ]]
      local url = scheme .. "://localhost:" .. port
      local attempts, requests = host:run(CLIENT .. [[
        local _, meta = assert(okta:request { path = "/plain" })
        return meta.attempts, (seen())
      ]], url)
      assert.equal(1, attempts)
      -- the one that hung up has read it as well
      assert.equal(3, requests)
      local detail, message
      requests, message, detail = host:run(CLIENT .. [[
        local value, message, detail = okta:request { method = "POST", path = "/plain", body = {} }
        assert(value == nil)
        return seen(), message, { kind = detail.kind, ambiguous = detail.ambiguous, retryable = detail.retryable }
      ]], url)
      assert.matches("the connection was lost before an answer came", message)
      assert.same({ kind = "transport", ambiguous = true, retryable = false }, detail)
      assert.equal(2, requests)
    end)
  end

  it("any of these is no trouble for nginx itself", function()
    for line in host:complaints():gmatch("[^\n]+") do
      -- of the kept connections that were reset
      assert.is_truthy(line:find("recv() failed (104", 1, true), line)
    end
  end)
end)

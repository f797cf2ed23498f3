-- What may have reached the service is called ambiguous, what never left is not
-- (RFC 9110 9.2.2; RFC 9113 6.8, 8.7): judged at a service that counts its acts.
local alone = require "spec.support.alone"
local authority = require "spec.support.authority"
local curl = require "roster.curl"
local fickle = require "spec.support.fickle"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"
local roster = require "roster"
local tunnel = require "spec.support.tunnel"

local MAY = "the service may have done it"

local function client(url, options)
  options = options or {}
  options.url, options.token = url, "tok"
  options.ca = alone(options.ca)
  return roster.okta(options)
end

--- The port of a listener that has gone: no one answers there.
local function dead_url()
  local gone = fickle.start(0)
  gone:stop()
  return gone.url
end

describe("certainty over HTTP/1.1", function()
  for seed = 1, 2 do
    it("no call of 500 that was acted on is called certain: " .. seed, function()
      local service = fickle.start(seed)
      finally(function() service:stop() end)
      local okta = client(service.url, { max_retries = 0 })
      local outcomes = {}
      for i = 1, 500 do
        local path = ("/race/%d"):format(i)
        local value, message, detail = okta:request { method = "POST", path = path }
        outcomes[path] = value and "done" or detail.ambiguous and "ambiguous" or "certain"
        assert.equal(not value and detail.ambiguous or false, (tostring(message):find(MAY, 1, true)) ~= nil)
      end
      okta:close()
      local faults, count = service:judge(outcomes)
      assert.same({}, faults)
      -- each of them happens, or the races showed nothing
      assert.is_true(count.done > 100 and count.ambiguous > 30, count.done .. " done, " .. count.ambiguous)
    end)
  end

  it("a request that was written before the connection ended stays ambiguous", function()
    local service = fickle.start(0)
    finally(function() service:stop() end)
    local okta = client(service.url)
    local value, message, detail = okta:request { method = "POST", path = "/never/1" }
    assert.is_nil(value)
    assert.is_true(detail.ambiguous)
    assert.is_false(detail.retryable)
    assert.matches(MAY, message, 1, true)
    assert.same({ ["/never/1"] = 1 }, service:acts())
    okta:close()
  end)

  it("a connection that was closed after the answer is replaced", function()
    local service = fickle.start(0)
    finally(function() service:stop() end)
    local okta = client(service.url, { max_retries = 0 })
    for i = 1, 20 do
      local path = "/after/" .. i
      assert(okta:request { method = "POST", path = path })
      while not service:acts()[path] do
        curl.sleep(0.001)
      end
    end
    okta:close()
  end)

  it("an early answer to a large body is read", function()
    local service = fickle.start(0)
    finally(function() service:stop() end)
    local okta = client(service.url, { max_retries = 0 })
    local value, _, detail = okta:request { method = "POST", path = "/early/1", body = { s = ("x"):rep(8e6) } }
    assert.is_nil(value)
    assert.equal(413, detail.status)
    okta:close()
  end)

  it("a token endpoint that is lost is called so, and nothing else", function()
    for _, url in ipairs { dead_url(), fickle.start(0) } do
      local service = type(url) == "table" and url or nil
      if service then
        finally(function() service:stop() end)
      end
      local knetik = roster.knetik {
        url = service and service.url .. "/never" or url,
        client_id = "id",
        client_secret = "secret",
        ca = alone(),
        max_retries = 0,
      }
      local value, message, detail = knetik:get_users():page()
      assert.is_nil(value)
      assert.is_false(detail.ambiguous)
      assert.is_nil(message:find(MAY, 1, true))
      knetik:close()
    end
  end)

  it("a service that is gone costs no quota", function()
    local server = nginx.start {
      locations = {
        ["/"] = [[
          ngx.header["X-Rate-Limit-Limit"], ngx.header["X-Rate-Limit-Remaining"] = 20, 19
          ngx.header["X-Rate-Limit-Reset"] = ngx.time() + 60
          ngx.header.content_type = "application/json" ngx.print("{}")
        ]],
      },
    }
    finally(function() server:stop() end)
    local okta = client(server.url, { max_retries = 0, max_wait = 0.5 })
    assert(okta:get_user "1")
    server:stop()
    for _ = 1, 80 do
      local _, _, detail = okta:get_user "1"
      assert.equal("transport", detail.kind)
    end
    assert.is_true(okta:limits()[1].remaining >= 18)
    okta:close()
  end)

  it("a service that is gone is called so, and nothing else", function()
    local okta = client(dead_url(), { max_retries = 1 })
    local value, message, detail = okta:request { method = "POST", path = "/x" }
    assert.is_nil(value)
    assert.equal("transport", detail.kind)
    assert.is_false(detail.ambiguous)
    assert.is_true(detail.retryable)
    -- unsafe, and tried again all the same: nothing had left
    assert.equal(2, #detail.attempts)
    assert.is_nil(message:find(MAY, 1, true))
    okta:close()
  end)
end)

describe("certainty over TLS", function()
  for _, protocol in ipairs { "TLSv1.2", "TLSv1.3" } do
    for name, http2 in pairs { ["HTTP/1.1"] = false, ["HTTP/2.0"] = true } do
      it(("an idle connection that the service has closed is replaced: %s, %s"):format(protocol, name), function()
        local server = nginx.start {
          tls = true,
          http2 = http2,
          server = "ssl_protocols " .. protocol .. "; keepalive_timeout 1;",
          locations = {
            ["/x"] = [[
              ngx.print('{"n":' .. ngx.var.connection_requests .. ',"as":"' .. ngx.var.server_protocol .. '"}')
            ]],
          },
        }
        finally(function() server:stop() end)
        local okta = client(server.tls_url, { ca = server.ca, max_retries = 0 })
        local function suspend()
          local seen = assert(okta:request { method = "POST", path = "/x" })
          assert.equal(name, seen.as)
          return seen.n
        end
        assert.equal(1, suspend())
        assert.equal(2, suspend())
        curl.sleep(1.5)
        assert.equal(1, suspend())
        okta:close()
      end)
    end
  end
end)

describe("certainty over HTTP/2", function()
  local COUNT = [[
    local seen, twice = ngx.shared.seen, 0
    local keys = seen:get_keys(0)
    for _, key in ipairs(keys) do twice = twice + (seen:get(key) > 1 and 1 or 0) end
    ngx.header.content_type = "application/json"
    ngx.print('{"acts":' .. #keys .. ',"twice":' .. twice .. '}')
    seen:flush_all() seen:flush_expired()
  ]]

  for _, run in ipairs { { 7, 700 }, { 50, 700 }, { 100, 600 }, { 1000, 1500 } } do
    local requests, items = run[1], run[2]
    it(("%d suspends, of which a connection takes %d: each once"):format(items, requests), function()
      local server = nginx.start {
        tls = true,
        http = "lua_shared_dict seen 4m;",
        server = "keepalive_requests " .. requests .. ";",
        locations = {
          ["= /count"] = COUNT,
          ["/"] = [[
            ngx.shared.seen:incr(ngx.var.uri, 1, 0)
            ngx.header.content_type = "application/json"
            ngx.print("{}")
          ]],
        },
      }
      finally(function() server:stop() end)
      local okta = client(server.tls_url, { ca = server.ca, governor = false })
      local ids = {}
      for i = 1, items do
        ids[i] = "u" .. i
      end
      local counts = okta:each(ids, "suspend_user", { concurrency = 16 })
      assert.equal(0, counts.ambiguous)
      assert.equal(0, counts.failed)
      assert.equal(items, counts.done)
      okta:close()
      local _, body = raw.request { url = server.url .. "/count" }
      assert.matches(('{"acts":%d,"twice":0}'):format(items), body, 1, true)
    end)
  end
end)

describe("what cannot heal", function()
  local server

  setup(function()
    server = authority.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function refused(options, url)
    local okta = client(url, options)
    local value, message, detail = okta:request { path = "/api/v1/users/1" }
    okta:close()
    assert.is_nil(value)
    assert.is_false(detail.retryable)
    assert.is_false(detail.ambiguous)
    assert.is_nil(detail.retry_at)
    assert.equal(1, #detail.attempts)
    return message
  end

  for _, kind in ipairs(authority.kinds) do
    if kind ~= "good" then
      it("is asked for once: a certificate of kind " .. kind, function()
        local message = refused({ ca = server.root }, server:url(kind))
        local names_ca = kind == "self" or kind == "other"
        assert.equal(names_ca, message:find("ca = ", 1, true) ~= nil)
      end)
    end
  end

  it("is asked for once: a proxy that wants other credentials", function()
    local proxy = tunnel.start("ada:right")
    finally(function() proxy:stop() end)
    local url = "http://ada:wrong@127.0.0.1:" .. proxy.port
    local message = refused({ ca = server.root, proxy = url }, server:url "good")
    assert.matches("407", message)
    local _, asked = proxy:seen():gsub("CONNECT", "")
    assert.equal(1, asked)
  end)

  it("heals, so is asked for again: a proxy that does not reach the service", function()
    local proxy = tunnel.start()
    finally(function() proxy:stop() end)
    local okta = client("https://127.0.0.1:1", { max_retries = 1, proxy = "http://127.0.0.1:" .. proxy.port })
    local _, message, detail = okta:request { method = "POST", path = "/x" }
    okta:close()
    assert.is_true(detail.retryable)
    assert.is_false(detail.ambiguous)
    assert.equal(2, #detail.attempts)
    assert.is_nil(message:find(MAY, 1, true))
  end)
end)

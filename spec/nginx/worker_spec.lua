-- What one call may not do to the others on its worker: block it, hold it for
-- long, or get lost when nginx is told to load its configuration anew.
local control = require "spec.support.control"
local folder = require "spec.support.folder"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"
local serve = require "roster.sandbox.serve"
local workers = require "spec.support.workers"

describe("a worker of nginx", function()
  local services

  setup(function()
    services = serve.start { users = 30, rate_limit = false }
  end)

  teardown(function()
    services:stop()
  end)

  before_each(function()
    control.clear_faults(services.okta)
    control.clear_counts(services.okta)
  end)

  local CLIENT = "local okta = roster.okta { url = arg.url, token = arg.token, max_wait = arg.max_wait }\n"

  local function run(host, code, more)
    local arg = { url = services.okta.url, token = services.okta.token }
    for name, value in pairs(more or {}) do
      arg[name] = value
    end
    return host:run(CLIENT .. code, arg)
  end

  it("answers others while its calls wait", function()
    local upstream = nginx.start {
      locations = { ["/slow"] = [[ ngx.sleep(0.5) ngx.header.content_type = "application/json" ngx.say("{}") ]] },
    }
    local host = inside.start()
    finally(function()
      host:stop()
      upstream:stop()
    end)
    local order, pings, calls = host:run([[
      local okta = roster.okta { url = arg.upstream, token = "token-of-spec" }
      local order, threads, calls = {}, {}, 0
      for i = 1, 20 do
        threads[i] = ngx.thread.spawn(function()
          assert(okta:request { path = "/slow" })
          order[#order + 1], calls = "call", calls + 1
        end)
      end
      -- an unrelated request to this very worker
      for _ = 1, 5 do
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", arg.own))
        sock:send("GET /ping HTTP/1.0\r\n\r\n")
        assert(sock:receive("*a"):find("pong", 1, true))
        order[#order + 1] = "ping"
      end
      for i = 1, 20 do ngx.thread.wait(threads[i]) end
      return table.concat(order, " "), 5, calls
    ]], { upstream = upstream.url, own = host.server.port })
    assert.equal(20, calls)
    assert.equal(("ping "):rep(pings) .. ("call "):rep(19) .. "call", order)
  end)

  describe("with a call that would have to wait", function()
    local host
    setup(function() host = inside.start() end)
    teardown(function() host:stop() end)

    -- once
    local function unavailable(seconds)
      control.fault(services.okta, { operation = "list_users", status = 503, times = 1,
        headers = { ["Retry-After"] = seconds } })
    end

    local LOOK = [[
      local waits = {}
      local user, message, detail = okta:get_user("x")
      return message, { kind = detail.kind, wait = detail.retry_at and detail.retry_at - ngx.time(),
        attempts = #detail.attempts }
    ]]

    it("long because the quota is used up, says until when", function()
      control.fault(services.okta, { operation = "get_user", status = 429, times = "forever",
        headers = {
          ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = "@now+40",
        } })
      local message, detail = run(host, LOOK)
      assert.matches("^okta get_user: 429", message)
      assert.equal("rate_limited", detail.kind)
      assert.is_true(detail.wait > 35 and detail.wait < 45, detail.wait)
      assert.equal(1, control.counts(services.okta).requests.get_user)
      -- what the governor now knows holds the next one back as well
      local second, refused = run(host, [[
        okta:get_user("x")
        local user, message, detail = okta:get_user("x")
        return message, { kind = detail.kind, wait = detail.retry_at - ngx.time() }
      ]])
      assert.matches("^okta get_user: waiting for the rate limit would take another %d", second)
      assert.equal("rate_limited", refused.kind)
      assert.is_true(refused.wait > 30 and refused.wait < 65, refused.wait)
      assert.equal(2, control.counts(services.okta).requests.get_user)
    end)

    it("for seconds because the service says so, is not held", function()
      control.fault(services.okta, { operation = "get_user", status = 503, times = "forever",
        headers = { ["Retry-After"] = "7" } })
      local message, detail = run(host, LOOK)
      assert.matches("^okta get_user: 503", message)
      assert.is_true(detail.wait >= 6 and detail.wait <= 8)
      assert.equal(1, detail.attempts)
    end)

    it("shortly, waits, and goes through", function()
      unavailable "0"
      local attempts = run(host, "return select(2, okta:list_users():page()).attempts")
      assert.equal(2, attempts)
    end)

    it("as long as it may, waits", function()
      unavailable "1"
      local attempts = run(host, "return select(2, okta:list_users():page()).attempts", { max_wait = 5 })
      assert.equal(2, attempts)
      unavailable "1"
      local kind = run(host, "return select(3, okta:list_users():page()).kind", { max_wait = 0.5 })
      assert.equal("http", kind)
    end)

    it("that is bad, says so", function()
      local ok, message = pcall(run, host, "return 1", { max_wait = -1 })
      assert.is_false(ok)
      assert.matches('roster.okta: option "max_wait" must be 0 or more', message)
    end)
  end)

  it("is one of several, each with its own client", function()
    local host = workers.start { workers = 2 }
    finally(function() host:stop() end)
    local arg = { url = services.okta.url, token = services.okta.token }
    local results = host:all(CLIENT .. "return #okta:list_users():all(), ngx.worker.pid()", arg)
    for _, result in ipairs(results) do
      assert.is_true(result[1] >= 30)
    end
    assert.not_equal(results[1][2], results[2][2])
    assert.equal("", host:complaints())
  end)

  it("does not share its chance with the others", function()
    -- the module is loaded before the workers part, and both would draw alike
    local host = workers.start { workers = 2, http = 'init_by_lua_block { require "roster" }' }
    finally(function() host:stop() end)
    local results = host:all [[return require("roster.core").random(), ngx.worker.pid()]]
    assert.not_equal(results[1][2], results[2][2])
    assert.not_equal(results[1][1], results[2][1])
  end)

  it("that is replaced answers what it has begun", function()
    local host = inside.start {
      workers = 2,
      http = "lua_shared_dict done 64k; init_by_lua_block { package.loaded.spec_okta = require('roster').okta { url = '"
        .. services.okta.url .. "', token = '" .. services.okta.token .. "' } }",
      locations = {
        ["/look"] = [[
          local users = assert(package.loaded.spec_okta:list_users { limit = 10 }:all())
          ngx.say(#users, " ", ngx.worker.pid())
        ]],
      },
    }
    finally(function() host:stop() end)
    -- eight at a time, until told to stop
    local out = os.tmpname()
    local command = [[LC_ALL=C bash -c 'for i in 1 2 3 4 5 6 7 8; do ( while [ ! -e %s.stop ]; do echo begun;
      exec 3<>/dev/tcp/127.0.0.1/%d; printf "GET /look HTTP/1.0\r\n\r\n" >&3; tail -n 1 <&3; exec 3>&-; done ) &
      done; wait; echo over' >>%s 2>&1 &]]
    os.execute(command:format(out, host.server.port, out))
    local function read()
      local file = assert(io.open(out))
      local text = file:read("*a")
      file:close()
      return text
    end
    local function workers_seen()
      local pids, n = {}, 0
      for pid in read():gmatch("%d+ (%d+)\n") do
        if not pids[pid] then
          pids[pid], n = true, n + 1
        end
      end
      return n
    end
    for round = 1, 3 do
      host.server:signal("HUP")
      for _ = 1, 100 do
        -- two before, and at least one of each further generation
        if workers_seen() >= 2 + round then
          break
        end
        os.execute("sleep 0.05")
      end
    end
    os.execute("touch " .. out .. ".stop")
    for _ = 1, 100 do
      if read():find("over\n", 1, true) then
        break
      end
      os.execute("sleep 0.05")
    end
    local text, n = read(), workers_seen()
    os.remove(out)
    os.remove(out .. ".stop")
    local begun = select(2, text:gsub("begun\n", ""))
    assert.is_truthy(text:find("over\n", 1, true), text)
    assert.is_true(begun > 20)
    assert.equal(begun, select(2, text:gsub("3%d %d+\n", "")), text)
    assert.is_true(n > 2, "no worker was replaced")
    for line in host.server:log():gmatch("[^\n]+") do
      assert.is_nil(line:find("%[error%]") or line:find("%[alert%]") or line:find("%[crit%]"), line)
    end
  end)
end)

describe("the constructor inside nginx", function()
  local host

  setup(function()
    host = inside.start()
  end)

  teardown(function()
    host:stop()
  end)

  local function refused(options)
    local ok, message = host:run([[
      local ok, err = pcall(roster.okta, arg)
      return ok, tostring(err)
    ]], options)
    assert.is_false(ok)
    return message
  end

  it("says how the environment gets there", function()
    local message = refused {}
    assert.matches('option "url" is missing (or OKTA_CLIENT_ORGURL in the environment, which nginx passes on only '
      .. 'with "env OKTA_CLIENT_ORGURL;" in nginx.conf)', message, 1, true)
    assert.matches('with "env OKTA_CLIENT_TOKEN;" in nginx.conf)', refused { url = "https://a.test" }, 1, true)
  end)

  it("refuses what nginx's sockets do not take", function()
    local options = { url = "https://a.test", token = "token-of-spec", ca = "/etc/ca.pem" }
    assert.matches('option "ca" is not available inside nginx: set "lua_ssl_trusted_certificate" in nginx.conf',
      refused(options), 1, true)
    options.ca, options.proxy = nil, "http://127.0.0.1:3128"
    assert.matches('option "proxy" is not available inside nginx, whose sockets know no proxy', refused(options), 1,
      true)
  end)

  it("names the file that has what nginx's sockets do not take", function()
    local dir = folder.new()
    finally(function() dir:remove() end)
    local file = dir:write("okta.yaml",
      "okta: { client: { orgUrl: https://a.test, token: t, proxy: { host: p.test } } }")
    assert.matches(file .. ': okta.client.proxy.host: option "proxy" is not available inside nginx',
      refused { config_file = file }, 1, true)
  end)

  it("takes another transport, and the sandbox", function()
    local id, count = host:run [[
      local own = roster.okta { url = "https://a.test", token = "token-of-spec", ca = "/etc/ca.pem",
        transport = function() return { status = 200, body = '{"id":"mine"}' } end }
      local sandbox = roster.okta { sandbox = true }
      return own:get_user("x").id, #sandbox:list_users():all { max = 7 }
    ]]
    assert.equal("mine", id)
    assert.equal(7, count)
  end)

  it("runs other requests while a transport of the caller's is retried", function()
    local attempts = host:run [[
      local n = 0
      local okta = roster.okta { url = "https://a.test", token = "token-of-spec", transport = function()
        n = n + 1
        return n == 1 and { status = 503, headers = { ["Retry-After"] = "0" } } or { status = 200, body = "{}" }
      end }
      local _, meta = assert(okta:get_user("x"))
      return meta.attempts
    ]]
    assert.equal(2, attempts)
  end)
end)

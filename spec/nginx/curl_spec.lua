-- transport = "curl" inside nginx: what cosockets cannot do, and nobody waits
-- for it who did not ask.
local control = require "spec.support.control"
local held_service = require "spec.support.held"
local inside = require "spec.support.inside"
local serve = require "roster.sandbox.serve"

local SOON = [[
  ngx.sleep(math.random() / 50)
  ngx.header.content_type = "application/json"
  ngx.say("{}")
]]

local ECHO = [[
  ngx.header.content_type = "application/json"
  ngx.say(require("cjson").encode { protocol = ngx.var.server_protocol, host = ngx.var.http_host,
    path = ngx.var.uri, connection = ngx.var.connection, request = ngx.var.request })
]]

describe('transport = "curl" inside nginx', function()
  local services, upstream, host

  setup(function()
    services = serve.start { users = 250, rate_limit = false, tls = true }
    upstream = held_service.start { tls = true, locations = { ["/"] = ECHO, ["= /soon"] = SOON } }
    host = inside.start()
  end)

  teardown(function()
    host:stop()
    upstream:stop()
    services:stop()
  end)

  before_each(function()
    control.clear_faults(services.okta)
    control.clear_counts(services.okta)
  end)

  local CLIENT = [[
    local okta = roster.okta { url = arg.url, token = arg.token, transport = "curl", ca = arg.ca, proxy = arg.proxy,
      max_retries = arg.max_retries, insecure = arg.insecure }
    local function get(path)
      local value, message, detail = okta:request { path = path }
      if value == nil then return nil, message, detail end
      return value
    end
    -- whether what `look` returns has become `wanted`
    local function becomes(wanted, look)
      for _ = 1, 2000 do
        if look() == wanted then return true end
        ngx.sleep(0.01)
      end
    end
  ]]

  --- Runs the code with a client of the sandbox, or of what `more` names.
  local function run(code, more, where)
    local arg = { url = services.okta.url, token = services.okta.token }
    for name, value in pairs(more or {}) do
      arg[name] = value
    end
    return (where or host):run(CLIENT .. code, arg)
  end

  local function held(code, more, where)
    local arg = { url = upstream.url, token = "token-of-spec", max_retries = 0 }
    for name, value in pairs(more or {}) do
      arg[name] = value
    end
    return run('assert(get("/shut"))\n' .. code, arg, where)
  end

  it("maps libcurl when a first call is made with it, and not before", function()
    local own = inside.start { http = 'init_by_lua_block { package.loaded.spec_early = require("roster").okta {'
      .. ' url = "' .. services.okta.url .. '", token = "' .. services.okta.token .. '", transport = "curl" } }' }
    finally(function() own:stop() end)
    local MAPPED = [[
      local function mapped(pid)
        local file = assert(io.open("/proc/" .. pid .. "/maps"))
        local maps = file:read("*a")
        file:close()
        return { curl = maps:find("libcurl", 1, true) ~= nil, own = maps:find("roster/curl.so", 1, true) ~= nil }
      end
    ]]
    local before, cosockets, after = own:run(MAPPED .. [[
      local before = mapped("self")
      assert(roster.okta { url = arg.url, token = arg.token }:list_users():first())
      local cosockets = mapped("self")
      assert(package.loaded.spec_early:list_users():first())
      return before, cosockets, mapped("self")
    ]], { url = services.okta.url, token = services.okta.token })
    assert.same({ curl = false, own = false }, before)
    assert.same({ curl = false, own = false }, cosockets)
    assert.same({ curl = true, own = true }, after)
    -- nor in the master, where the client was made
    assert.same({ curl = false, own = false }, (own:run(MAPPED .. "return mapped(arg)", own.server.pid)))
  end)

  it("gives the same values, lists and errors", function()
    local seen, login, words = run [[
      local n, ids = 0, {}
      for user in okta:list_users() do
        assert(not ids[user.id])
        ids[user.id], n = true, n + 1
      end
      local user = assert(okta:list_users():first())
      local _, message, detail = okta:get_user("00unobody")
      return n, assert(okta:get_user(user.id)).profile.login, message .. " " .. detail.kind
    ]]
    assert.is_true(seen >= 250)
    assert.matches("@", login, 1, true)
    assert.matches("^okta get_user: 404 E0000007: Not found.* http$", words)
  end)

  it("asks for no page ahead", function()
    run "assert(okta:list_users { limit = 100 }:pages()())"
    assert.equal(1, control.counts(services.okta).requests.list_users)
  end)

  it("tries again, and renews a token, as ever", function()
    control.fault(services.okta, { operation = "get_user", status = 502, times = 1 })
    assert.equal(2, (run [[ return select(2, assert(okta:get_user(okta:list_users():first().id))).attempts ]]))
    local count = host:run([[
      local knetik = roster.knetik { url = arg.url, client_id = arg.client_id, client_secret = arg.client_secret,
        transport = "curl" }
      return #assert(assert(knetik:get_users { size = 5 }):all { max = 7 })
    ]], { url = services.knetik.url, client_id = services.knetik.client_id,
      client_secret = services.knetik.client_secret })
    assert.equal(7, count)
  end)

  it("verifies TLS with a CA of the client's own, names from the system, and speaks HTTP/2", function()
    local url = services.okta.tls_url:gsub("127%.0%.0%.1", "localhost")
    assert.is_true((run("return #okta:list_users():all()", { url = url, ca = services.ca })) >= 250)
    local value, message, kind = run("local v, m, d = okta:list_users():page() return v, m, d.kind",
      { url = url, max_retries = 0 })
    assert.is_nil(value)
    assert.equal("transport", kind)
    assert.is_truthy(message:lower():find("certificate", 1, true), message)
    local seen = run('return get("/x")', { url = upstream.tls_url, ca = upstream.ca })
    assert.equal("HTTP/2.0", seen.protocol)
  end)

  it("goes through a proxy: by name for http, by CONNECT for https", function()
    local seen = run('return get("/through")', { url = "http://127.0.0.1:9", proxy = upstream.url, insecure = true })
    assert.equal("127.0.0.1:9", seen.host)
    assert.equal("GET http://127.0.0.1:9/through HTTP/1.1", seen.request)
    local value, message = run('return get("/through")',
      { url = "https://service.test", proxy = upstream.url, max_retries = 0 })
    assert.is_nil(value)
    assert.is_truthy(message:find("CONNECT", 1, true), message)
  end)

  it("answers others while many calls wait", function()
    local order = held([[
      local order, threads, done = {}, {}, 0
      for i = 1, 100 do
        threads[i] = ngx.thread.spawn(function()
          assert(get("/hold"))
          done = done + 1
        end)
      end
      assert(becomes(100, function() return get("/counts").now end))
      -- unrelated requests to this very worker, while all of them wait
      for _ = 1, 5 do
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", arg.own))
        sock:send("GET /ping HTTP/1.0\r\n\r\n")
        assert(sock:receive("*a"):find("pong", 1, true))
        order[#order + 1] = "ping:" .. done
      end
      assert(get("/open"))
      for i = 1, 100 do assert(ngx.thread.wait(threads[i])) end
      order[#order + 1] = "done:" .. done
      return table.concat(order, " ")
    ]], { own = host.server.port })
    assert.equal(("ping:0 "):rep(5) .. "done:100", order)
  end)

  it("keeps its connections from request to request", function()
    local shared = inside.start { http = 'init_by_lua_block { package.loaded.spec_okta = require("roster").okta {'
      .. ' url = "' .. upstream.url .. '", token = "token-of-spec", transport = "curl" } }' }
    finally(function() shared:stop() end)
    local LOOK = 'return (package.loaded.spec_okta:request { path = "/x" })'
    local first = shared:run(LOOK)
    assert.equal(first.connection, shared:run(LOOK).connection)
  end)

  it("lets a bulk run's calls overlap", function()
    local most, done = held [[
      local ids = {}
      for i = 1, 20 do ids[i] = i end
      local opener = ngx.thread.spawn(function()
        local most = 0
        becomes(10, function() most = math.max(most, get("/counts").now) return most end)
        assert(get("/open"))
        return most
      end)
      local counts = assert(okta:each(ids, function() return get("/hold") end, { concurrency = 10 }))
      return select(2, ngx.thread.wait(opener)), counts.done
    ]]
    assert.equal(10, most)
    assert.equal(20, done)
  end)

  it("lets a bulk run go on while another client's call waits for its answer, or to be repeated", function()
    control.fault(services.okta, { operation = "get_user", status = 503, headers = { ["Retry-After"] = "1" },
      times = 4 })
    local most, waits, done = run([[
      local now, most, waits = 0, 0, 0
      local other = roster.okta { url = arg.url, token = arg.token, transport = "curl",
        on_retry = function() waits = waits + 1 end }
      local counts = assert(okta:each({ 1, 2, 3, 4 }, function()
        now = now + 1
        most = math.max(most, now)
        local user = assert(other:get_user("me"))
        now = now - 1
        return user
      end, { concurrency = 4 }))
      return most, waits, counts.done
    ]])
    assert.same({ 4, 4, 4 }, { most, waits, done })
  end)

  it("lets a call wait to be repeated while a bulk run of the same client goes on", function()
    control.fault(services.okta, { operation = "get_user", status = 503, headers = { ["Retry-After"] = "1" },
      times = 1 })
    local attempts, done = run [[
      local over = false
      local bulk = ngx.thread.spawn(function()
        return okta:each({ 1 }, function()
          repeat ngx.sleep(0.001) until over
          return true
        end)
      end)
      local _, meta = assert(okta:get_user("me"))
      over = true
      return meta.attempts, assert(select(2, ngx.thread.wait(bulk))).done
    ]]
    assert.same({ 2, 1 }, { attempts, done })
  end)

  it("loses none of a bulk run's calls to another's end", function()
    local done, requests = run([[
      local ids = {}
      for i = 1, 400 do ids[i] = i end
      local counts = assert(okta:each(ids, function() return get("/soon") end, { concurrency = 16 }))
      return counts.done, counts.requests
    ]], { url = upstream.url, token = "token-of-spec" })
    assert.equal(400, done)
    assert.equal(400, requests)
  end)

  it("ends the calls that wait when the client is closed", function()
    local kinds, message = held [[
      local watch = roster.okta { url = arg.url, token = arg.token }
      local threads, kinds, said = {}, {}, nil
      for i = 1, 3 do
        threads[i] = ngx.thread.spawn(function()
          local _, message, detail = get("/hold")
          said, kinds[i] = message, detail.kind
        end)
      end
      assert(becomes(3, function() return watch:request { path = "/counts" }.now end))
      okta:close()
      for i = 1, 3 do assert(ngx.thread.wait(threads[i])) end
      local _, closed, detail = get("/x")
      kinds[4] = detail.kind
      return kinds, said
    ]]
    assert.same({ "closed", "closed", "closed", "closed" }, kinds)
    assert.matches("the client was closed", message, 1, true)
  end)

  it("takes a killed thread's transfer off the connection", function()
    local before, after = held [[
      local thread = ngx.thread.spawn(get, "/hold")
      assert(becomes(1, function() return get("/counts").now end))
      assert(ngx.thread.kill(thread))
      local opened = assert(get("/open"))
      -- the connection that was in the middle of an answer serves nobody
      local seen = {}
      for i = 1, 5 do seen[i] = assert(get("/hold")).id end
      return opened, #seen
    ]]
    assert.is_true(before)
    assert.equal(5, after)
  end)

  for _, setting in ipairs { "lua_max_running_timers", "lua_max_pending_timers" } do
    it("does without a timer where all of " .. setting .. " are taken", function()
      local busy = inside.start { http = setting .. " 1;" }
      finally(function() busy:stop() end)
      local count = run([[
        local over
        if arg.running then
          assert(ngx.timer.at(0, function() while not over do ngx.sleep(0.01) end end))
          ngx.sleep(0.01)
        else
          -- the one that ends nginx when its starter is gone is the only one
          assert(not ngx.timer.at(0, function() end))
        end
        local threads, count = {}, 0
        for i = 1, 5 do
          threads[i] = ngx.thread.spawn(function()
            local page = assert(okta:list_users { limit = 50 }:page())
            count = count + #page
          end)
        end
        for i = 1, 5 do ngx.thread.wait(threads[i]) end
        over = true
        return count
      ]], { running = setting == "lua_max_running_timers" }, busy)
      assert.equal(250, count)
    end)
  end

  it("serves the last requests of a worker that exits", function()
    local leaving = inside.start { http = "lua_http10_buffering off;", locations = { ["= /last"] = [[
      local okta = require("roster").okta { url = "]] .. services.okta.url .. '", token = "' .. services.okta.token
      .. [[", transport = "curl" }
      ngx.say("begun")
      ngx.flush(true)
      while not ngx.worker.exiting() do ngx.sleep(0.01) end
      ngx.say(#assert(okta:list_users():all()))
    ]] } }
    finally(function() leaving:stop() end)
    local out = os.tmpname()
    os.execute(("LC_ALL=C bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d; printf \"GET /last HTTP/1.0\\r\\n\\r\\n\" >&3;"
      .. " cat <&3; echo over' >%s 2>&1 &"):format(leaving.server.port, out))
    local function said(what)
      for _ = 1, 400 do
        local file = assert(io.open(out))
        local text = file:read("*a")
        file:close()
        if text:find(what, 1, true) then
          return text
        end
        os.execute("sleep 0.05")
      end
    end
    assert(said("begun\n"))
    leaving.server:signal("HUP")
    local text = said("over\n")
    os.remove(out)
    assert.matches("\n2%d%d\n", text)
  end)

  it("says in which phase it cannot wait, and loads nothing there", function()
    local notes = inside.start {
      http = [[
        lua_shared_dict notes 64k;
        init_by_lua_block {
          local okta = require("roster").okta { url = "http://127.0.0.1:9", token = "x", transport = "curl" }
          package.loaded.spec_note = function(name)
            local _, message, detail = okta:get_user("x")
            ngx.shared.notes:set(name, detail.kind .. ": " .. message .. (package.loaded["roster.curl"] and "!" or ""))
          end
          package.loaded.spec_note("init")
        }]],
      worker_init = 'package.loaded.spec_note("init_worker")',
      server = [[ location /filter { header_filter_by_lua_block { package.loaded.spec_note("filter") } return 204; } ]],
    }
    finally(function() notes:stop() end)
    notes:get("/filter")
    local function note(name)
      return (notes:run("return ngx.shared.notes:get(arg)", name))
    end
    local words = "transport: okta get_user: nginx cannot wait in "
    assert.equal(words .. "init_by_lua: call from a timer, which init_worker_by_lua can start: ngx.timer.at(0, ...)",
      note("init"))
    assert.equal(words .. "init_worker_by_lua: call from a timer: ngx.timer.at(0, ...)", note("init_worker"))
    assert.equal(words .. "header_filter_by_lua: call from a timer: ngx.timer.at(0, ...)", note("filter"))
  end)

  it("works in a timer, inside of coroutines, and under pcall", function()
    local said = run [[
      local said, over = {}, false
      local function look() return #assert(okta:list_users { limit = 5 }:page()) end
      assert(ngx.timer.at(0, function()
        said[1] = look()
        over = true
      end))
      assert(becomes(true, function() return over end))
      said[2] = coroutine.wrap(look)()
      said[3] = select(2, pcall(look))
      said[4] = setmetatable({}, { __index = look }).x
      local co = coroutine.create(function() coroutine.yield(look()) return look() end)
      said[5] = select(2, coroutine.resume(co))
      said[6] = select(2, coroutine.resume(co))
      return said
    ]]
    assert.same({ 5, 5, 5, 5, 5, 5 }, said)
  end)

  it("has nothing complained of in the log", function()
    assert.equal("", host:complaints())
  end)
end)

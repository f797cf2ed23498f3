-- A client that goes away in the middle, where nginx is told to look: the call
-- ends with the request, and nothing of it stays behind.
local held = require "spec.support.held"
local inside = require "spec.support.inside"
local mute = require "spec.support.mute"

-- A client for each name, as a program would keep one for all requests.
local SETUP = [[
  local roster = require "roster"
  local clients = {}
  package.loaded.spec_client = function(name, url)
    name = name .. (url or "")
    clients[name] = clients[name] or roster.okta { url = url or "%s", token = "token-of-spec", max_retries = 2,
      max_wait = 60, transport = name:find("curl", 1, true) and "curl" or nil }
    return clients[name]
  end
]]

local CALL = [[
  local okta = package.loaded.spec_client(ngx.var.arg_client)
  local value, message = okta:request { path = "/hold" }
  ngx.shared.done:incr(value and "done" or "failed", 1, 0)
  ngx.say(value and "done" or message)
]]

local EACH = [[
  local okta = package.loaded.spec_client(ngx.var.arg_client)
  okta:each({ 1, 2, 3, 4 }, function() return okta:request { path = "/hold" } end, { concurrency = 4 })
  ngx.shared.done:incr("done", 1, 0)
]]

-- The call is a coroutine's of a light thread's.
local NESTED = [[
  local okta = package.loaded.spec_client(ngx.var.arg_client)
  ngx.thread.wait(ngx.thread.spawn(function()
    coroutine.wrap(function() okta:request { path = "/hold" } end)()
    ngx.shared.done:incr("done", 1, 0)
  end))
]]

-- It waits to be sent again, in a coroutine.
local LATER = [[
  local okta = package.loaded.spec_client(ngx.var.arg_client)
  coroutine.wrap(function() okta:request { path = "/later" } end)()
  ngx.shared.done:incr("done", 1, 0)
]]

-- Nobody is there, or says anything: it waits for a name, a connection, or TLS.
local NOWHERE = [[
  coroutine.wrap(function()
    local okta = package.loaded.spec_client(ngx.var.arg_client, ngx.unescape_uri(ngx.var.arg_url))
    ngx.shared.done:incr("begun", 1, 0)
    okta:request { path = "/x", timeout = 0.5 }
  end)()
  ngx.shared.done:incr("done", 1, 0)
]]

local function serving(name, code)
  return (" location = /%s { lua_check_client_abort on; content_by_lua_block { %s } }"):format(name, code)
end

-- What the specs' code sees besides: `okta`, of the client that is named.
local TOOLS = [[
  local okta = package.loaded.spec_client(arg.client)
  local watch = package.loaded.spec_client("watch")
  local function counts() return assert((watch:request { path = "/counts" })) end
  local function becomes(wanted, look)
    local seen
    for _ = 1, 2000 do
      seen = look()
      if seen == wanted then return true end
      ngx.sleep(0.01)
    end
    return nil, tostring(seen)
  end
  local function now() return counts().now end
  -- asks this very nginx `n` times, and goes away when as many wait upstream
  local function leave(path, n, waiting, query, look)
    local socks = {}
    for i = 1, n do
      socks[i] = ngx.socket.tcp()
      assert(socks[i]:connect("127.0.0.1", arg.own))
      local target = path .. "?client=" .. arg.client .. (query or "")
      assert(socks[i]:send("GET " .. target .. " HTTP/1.1\r\nHost: h\r\n\r\n"))
    end
    assert(becomes(waiting or n, look or now))
    for i = 1, n do socks[i]:close() end
  end
  local function descriptors()
    local pipe = io.popen("ls /proc/" .. ngx.worker.pid() .. "/fd | wc -l")
    local n = pipe:read("*n")
    pipe:close()
    return n
  end
  assert(watch:request { path = "/shut" })
  ngx.shared.done:flush_all()
]]

for _, transport in ipairs { "cosockets", "curl" } do
  describe("a client that goes away, of a call over " .. transport .. ",", function()
    local upstream, host, deaf, full, silent

    setup(function()
      upstream = held.start()
      deaf, full, silent = mute.start "tcp", mute.start "full", mute.start "udp"
      host = inside.start {
        http = "lua_shared_dict done 64k; resolver 127.0.0.1:" .. silent.port .. " ipv6=off; resolver_timeout 1s;"
          .. "init_by_lua_block {\n" .. SETUP:format(upstream.url) .. "}",
        locations = { ["= /kept"] = CALL },
        server = serving("later", LATER)
          .. serving("nowhere", NOWHERE) .. serving("call", CALL) .. serving("each", EACH) .. serving("nested", NESTED),
      }
    end)

    teardown(function()
      host:stop()
      for _, server in ipairs { upstream, deaf, full, silent } do
        server:stop()
      end
    end)

    local function run(name, code, urls)
      return host:run(TOOLS .. code, { client = name .. "-" .. transport, own = host.server.port, urls = urls })
    end

    it("ends the call at the service", function()
      local seen, done = run("ends", [[
        leave("/call", 5)
        assert(becomes(5, function() return counts().aborted end))
        return counts(), ngx.shared.done:get("done")
      ]])
      assert.same({ now = 0, aborted = 5 }, seen)
      assert.is_nil(done)
    end)

    it("ends the calls of its threads and coroutines", function()
      local seen, done = run("nested", [[
        leave("/nested", 5)
        assert(becomes(5, function() return counts().aborted end))
        return counts(), ngx.shared.done:get("done")
      ]])
      assert.same({ now = 0, aborted = 5 }, seen)
      assert.is_nil(done)
    end)

    it("ends the waits before a further try", function()
      local seen, done = run("later", [[
        leave("/later", 5)
        -- nobody is left to be woken when they are over
        ngx.sleep(1.5)
        return counts(), ngx.shared.done:get("done")
      ]])
      assert.same({ now = 5, aborted = 0 }, seen)
      assert.is_nil(done)
    end)

    it("ends the waits for a connection", function()
      local urls = { "http://127.0.0.1:" .. full.port, "https://127.0.0.1:" .. deaf.port }
      if transport == "cosockets" then
        -- libcurl would ask the machine's own name servers
        urls[3] = "https://silent.test"
      end
      local done, begun = run("nowhere", [[
        for _, url in ipairs(arg.urls) do
          ngx.shared.done:flush_all()
          leave("/nowhere", 5, 5, "&url=" .. ngx.escape_uri(url), function() return ngx.shared.done:get("begun") end)
        end
        -- nobody is left to be told when nginx or the call would have given up
        ngx.sleep(1.5)
        return ngx.shared.done:get("done"), ngx.shared.done:get("begun")
      ]], urls)
      assert.is_nil(done)
      assert.equal(5, begun)
    end)

    it("leaves no connection behind that is in the middle of an answer", function()
      local right, of = run("clean", [[
        assert(okta:request { path = "/counts" })
        leave("/call", 3)
        assert(becomes(3, function() return counts().aborted end))
        -- the answers that were held back would now come, each on its connection
        assert(watch:request { path = "/open" })
        local right, seen = 0, {}
        for _ = 1, 10 do
          local value = assert(okta:request { path = "/counts" })
          right = right + (value.aborted == 3 and 1 or 0)
        end
        return right, 10
      ]])
      assert.equal(of, right)
    end)

    it("leaves no descriptor behind", function()
      local before = run("flat", [[
        local function round()
          watch:request { path = "/shut" }
          leave("/call", 10)
          assert(becomes(10, function() return counts().aborted end))
        end
        round()
        local before = descriptors()
        for _ = 1, 5 do round() end
        -- nginx closes the leavers' own connections when it has seen to them; one
        -- that is left over by each call would be fifty
        assert(becomes(true, function() return descriptors() <= before + 5 end))
        return before
      ]])
      assert.is_number(before)
    end)

    it("gives its place among the calls in flight back", function()
      local attempts, in_flight = run("place", [[
        -- the service refuses one, and after its second try two may be sent at a time
        local _, meta = assert(okta:request { path = "/crowded" })
        leave("/call", 2)
        assert(becomes(2, function() return counts().aborted end))
        -- they would hold both places for ever: nothing else is done here
        assert(okta:request { path = "/counts" })
        collectgarbage()
        collectgarbage()
        local in_flight = 0
        for _, bucket in ipairs(okta:limits()) do in_flight = in_flight + bucket.in_flight end
        return meta.attempts, in_flight
      ]])
      assert.equal(2, attempts)
      assert.equal(0, in_flight)
    end)

    it("ends all calls of a bulk run", function()
      local seen, done = run("each", [[
        -- over cosockets one task waits at a time
        local waiting = arg.client:find("curl", 1, true) and 4 or 1
        leave("/each", 1, waiting)
        assert(becomes(waiting, function() return counts().aborted end))
        local n = counts()
        return n.now, ngx.shared.done:get("done")
      ]])
      assert.equal(0, seen)
      assert.is_nil(done)
    end)

    it("is not noticed without the directive: the call goes on to its end", function()
      local seen, done = run("kept", [[
        leave("/kept", 3)
        assert(watch:request { path = "/open" })
        assert(becomes(3, function() return ngx.shared.done:get("done") end))
        return counts(), ngx.shared.done:get("failed")
      ]])
      assert.same({ now = 0, aborted = 0 }, seen)
      assert.is_nil(done)
    end)

    it("kills no other call of the worker", function()
      local ids, aborted = run("others", [[
        local threads, ids = {}, 0
        for i = 1, 3 do
          threads[i] = ngx.thread.spawn(function() return assert((okta:request { path = "/hold" })).id end)
        end
        assert(becomes(3, now))
        leave("/call", 2, 5)
        assert(becomes(2, function() return counts().aborted end))
        assert(watch:request { path = "/open" })
        for i = 1, 3 do
          local ok, id = ngx.thread.wait(threads[i])
          ids = ids + (ok and id and 1 or 0)
        end
        return ids, counts().aborted
      ]])
      assert.equal(3, ids)
      assert.equal(2, aborted)
    end)

    it("may be a thread that is killed", function()
      local killed, alive = run("thread", [[
        local dead = ngx.thread.spawn(function() return okta:request { path = "/hold" } end)
        local alive = ngx.thread.spawn(function() return okta:request { path = "/hold" } end)
        assert(becomes(2, now))
        local killed = ngx.thread.kill(dead)
        assert(becomes(1, function() return counts().aborted end))
        assert(watch:request { path = "/open" })
        local ok, value = ngx.thread.wait(alive)
        return killed ~= nil, ok and value.id
      ]])
      assert.is_true(killed)
      assert.is_string(alive)
    end)

    it("leaves nothing in the log to be complained of", function()
      assert.equal("", host:complaints())
    end)
  end)
end

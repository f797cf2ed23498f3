-- One token for all workers of nginx.
local control = require "spec.support.control"
local endpoint = require "spec.support.endpoint"
local serve = require "roster.sandbox.serve"
local workers = require "spec.support.workers"

local DICT = "lua_shared_dict roster 1m;"

-- So many calls of a worker at the same time, by one client of its own; or each
-- by a client of its own.
local CALLS = [[
  local count, each = arg.count or 1, arg.each
  arg.count, arg.each = nil, nil
  package.loaded.spec_client = package.loaded.spec_client or roster.knetik(arg)
  local threads, good, why = {}, 0, nil
  for i = 1, count do
    threads[i] = ngx.thread.spawn(function()
      local client = each and roster.knetik(arg) or package.loaded.spec_client
      local user, message = client:get_user(1)
      if user then good = good + 1 else why = message end
    end)
  end
  for i = 1, count do ngx.thread.wait(threads[i]) end
  return good, why
]]

local function sum(results)
  local good, whys = 0, {}
  for _, result in ipairs(results) do
    good = good + result[1]
    whys[#whys + 1] = result[2]
  end
  return good, table.concat(whys, " | ")
end

describe("the workers of nginx", function()
  local knetik, host

  before_each(function()
    knetik = endpoint.start()
  end)

  after_each(function()
    if host then
      host:stop()
      host = nil
    end
    knetik:stop()
  end)

  local function start(http, more)
    local options = { http = http or "" }
    for name, value in pairs(more or {}) do
      options[name] = value
    end
    host = workers.start(options)
  end

  local function options(more)
    local arg = { url = knetik.url, client_id = "id", client_secret = "s3cret-value", max_retries = 0 }
    for name, value in pairs(more or {}) do
      arg[name] = value
    end
    return arg
  end

  --- All calls go through, of all workers at once.
  local function all_go_through(more)
    local arg = options(more)
    local good, why = sum(host:all(CALLS, arg))
    assert.equal(4 * (arg.count or 1), good, why)
  end

  it("fetch one token when none has one", function()
    start(DICT)
    knetik:set("hold", 1)
    local job = host:begin(CALLS, options { count = 50 })
    knetik:await("asked", 1)
    -- whoever else would ask has had the time
    host:run "ngx.sleep(0.3)"
    knetik:set("hold", nil)
    local good, why = sum(host:collect(job))
    assert.equal(200, good, why)
    assert.equal(1, knetik:count "asked")
    assert.equal(200, knetik:count "used tok1")
    -- nor does a client that is made for each call
    all_go_through { count = 20, each = true }
    assert.equal(1, knetik:count "asked")
    assert.equal("", host:complaints())
  end)

  it("fetch one each without a dictionary, and say nothing", function()
    start()
    knetik:set("hold", 1)
    local job = host:begin(CALLS, options { count = 50 })
    knetik:await("asked", 4)
    host:run "ngx.sleep(0.3)"
    knetik:set("hold", nil)
    local good, why = sum(host:collect(job))
    assert.equal(200, good, why)
    assert.equal(4, knetik:count "asked")
    assert.equal("", host:complaints())
  end)

  it("fetch one token over libcurl as well", function()
    start(DICT)
    knetik:set("hold", 1)
    local job = host:begin(CALLS, options { count = 10, transport = "curl" })
    knetik:await("asked", 1)
    host:run "ngx.sleep(0.3)"
    knetik:set("hold", nil)
    local good, why = sum(host:collect(job))
    assert.equal(40, good, why)
    assert.equal(1, knetik:count "asked")
  end)

  it("fetch one each where they are told not to share", function()
    start(DICT)
    all_go_through { count = 5, store = false }
    assert.equal(4, knetik:count "asked")
  end)

  it("ask an endpoint that fails once, not each", function()
    start(DICT)
    knetik:set("hold", 1)
    knetik:set("status", 503)
    local job = host:begin(CALLS, options { count = 20 })
    knetik:await("asked", 1)
    host:run "ngx.sleep(0.3)"
    local released = os.time()
    knetik:set("hold", nil)
    local good, why = sum(host:collect(job))
    -- a machine that takes so long has asked again
    local again = math.floor((os.time() - released + 1) / 5)
    assert.equal(0, good)
    for message in (why .. " | "):gmatch("(.-) | ") do
      assert.equal("knetik get_user: knetik token: 503 out of order: Service Unavailable", message)
    end
    assert.is_true(knetik:count "asked" <= 1 + again)
    assert.equal(0, knetik:count "used none")
  end)

  it("renew once a token that is refused to all of them", function()
    start(DICT)
    all_go_through { count = 5 }
    knetik:set("refuse tok1", 1)
    all_go_through { count = 10 }
    assert.equal(2, knetik:count "asked")
    assert.equal(40, knetik:count "used tok2")
    assert.equal("", host:complaints())
  end)

  it("go on with the old token while one of them renews it", function()
    start(DICT)
    all_go_through()
    knetik:set("hold", 1)
    -- in the last half minute of its life, as these clients see it
    local results = host:all([[
      local core = require "roster.core"
      local late = 575
      arg.clock = {
        now = function() return core.clock() + late end,
        wall = function() return ngx.now() + late end,
      }
      arg.store = require("roster.store.nginx").new()
      package.loaded.spec_late = roster.knetik(arg)
      for _ = 1, 10 do
        assert(package.loaded.spec_late:get_user(1))
      end
    ]], options())
    assert.equal(4, #results)
    assert.equal(44, knetik:count "used tok1")
    knetik:await("asked", 2)
    knetik:set("hold", nil)
    -- until the new one is there, which nobody waits for
    host:all [[
      for _ = 1, 1000 do
        assert(package.loaded.spec_late:get_user(1))
        ngx.sleep(0.005)
        for _, key in ipairs(ngx.shared.roster:get_keys(0)) do
          local value = ngx.shared.roster:get(key)
          if type(value) == "string" and value:find("tok2", 1, true) then
            return
          end
        end
      end
      error("it was not renewed")
    ]]
    host:all "assert(package.loaded.spec_late:get_user(1))"
    knetik:await("used tok2", 1)
    assert.equal(2, knetik:count "asked")
  end)

  it("put no secret into a key", function()
    start(DICT)
    all_go_through { username = "ada", password = "pass-word" }
    local keys = host:run "return ngx.shared.roster:get_keys(0)"
    assert.is_true(#keys > 0)
    for _, key in ipairs(keys) do
      for _, secret in ipairs { "s3cret", "pass-word", "ada", "tok1" } do
        assert.is_nil(key:find(secret, 1, true), key)
      end
    end
  end)

  it("need no token of their own after nginx has loaded its configuration anew", function()
    start(DICT)
    all_go_through()
    host:reload()
    all_go_through { count = 5 }
    assert.equal(1, knetik:count "asked")
  end)

  it("wait for one that was killed in the middle of its renewal no longer than its lock lives", function()
    start(DICT)
    knetik:set("hold", 1)
    host:begin(CALLS, options { timeout = 4 }, 0)
    knetik:await("asked", 1)
    host:kill(0)
    knetik:set("hold", nil)
    local results = host:all([[
      local client = roster.knetik(arg)
      local user, message = client:get_user(1, { timeout = 60 })
      return user and 1 or 0, not user and message or nil
    ]], options { timeout = 4 })
    local good, why = sum(results)
    assert.equal(4, good, why)
    assert.equal(2, knetik:count "asked")
  end)

  it("do without a dictionary that is full", function()
    start "lua_shared_dict roster 12k;"
    host:run [[
      local i = 0
      repeat
        i = i + 1
      until not ngx.shared.roster:safe_set("filler " .. i, ("x"):rep(900))
    ]]
    all_go_through { count = 10 }
    all_go_through { count = 10 }
    assert.is_true(knetik:count "asked" <= 4)
    assert.equal("", host:complaints())
  end)

  describe("when the request that renews is gone", function()
    -- A request that nginx ends when its client goes away, and says so.
    local ABORTED = [[
      local client = package.loaded.spec_client or require("roster").knetik { url = "%s", client_id = "id",
        client_secret = "s3cret-value", max_retries = 0, timeout = %d %s }
      package.loaded.spec_client = client
      assert(ngx.on_abort(function()
        ngx.shared.spec:incr("aborted", 1, 0)
        ngx.exit(499)
      end))
      client:get_user(1, { timeout = 60 })
      ngx.header.content_length = 2
      ngx.print("ok")
    ]]

    local function begin_and_leave()
      os.execute(([[LC_ALL=C bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d; printf "GET /once HTTP/1.0\r\n\r\n" >&3
        until grep -q . %s/begun 2>/dev/null; do sleep 0.01; done; exec 3>&-' &]]):format(host.inside.server.port,
        host.inside.server.prefix))
    end

    local function aborted()
      knetik:await("asked", 1)
      local file = assert(io.open(host.inside.server.prefix .. "/begun", "w"))
      file:write("it has\n")
      file:close()
      host:run [[
        for _ = 1, 1000 do
          if ngx.shared.spec:get "aborted" then
            return
          end
          ngx.sleep(0.01)
        end
        error("the request was not aborted")
      ]]
    end

    local function go(http, timeout, more)
      start(http, { workers = 1, server = "lua_check_client_abort on;",
        locations = { ["/once"] = ABORTED:format(knetik.url, timeout, more) } })
      knetik:set("hold", 1)
      begin_and_leave()
      aborted()
    end

    for name, http in pairs { ["with"] = DICT, ["without"] = "" } do
      it("its renewal goes on: " .. name .. " a dictionary", function()
        go(http, 60, "")
        local job = host:begin(CALLS, { count = 20 })
        host:run "ngx.sleep(0.1)"
        knetik:set("hold", nil)
        local good, why = sum(host:collect(job))
        assert.equal(20, good, why)
        assert.equal(1, knetik:count "asked")
      end)

      it("others take over from one of a transport that is bound to it: " .. name .. " a dictionary", function()
        go(http, 2, [[, transport = function(request)
          local sock = ngx.socket.tcp()
          assert(sock:connect("127.0.0.1", ]] .. knetik.server.port .. [[))
          local lines = { request.method .. " " .. request.url:match("^%a+://[^/]+(.*)$") .. " HTTP/1.0" }
          for name, value in pairs(request.headers) do
            lines[#lines + 1] = name .. ": " .. value
          end
          assert(sock:send(table.concat(lines, "\r\n") .. "\r\nContent-Length: " .. #(request.body or "") .. "\r\n\r\n"
            .. (request.body or "")))
          local text = assert(sock:receive "*a")
          return { status = tonumber(text:match(" (%d+)")), headers = { ["Content-Type"] = "application/json" },
            body = text:match("\r\n\r\n(.*)$") }
        end]])
        knetik:set("hold", nil)
        local good, message = host:run [[
          local good, why = 0, nil
          for _ = 1, 5 do
            local user, message = package.loaded.spec_client:get_user(1, { timeout = 60 })
            good, why = good + (user and 1 or 0), message
          end
          return good, type(why) == "string" and why
        ]]
        assert.equal(5, good, message)
        assert.equal(2, knetik:count "asked")
      end)
    end
  end)
end)

describe("the workers of nginx, at the sandbox,", function()
  local server, knetik

  setup(function()
    server = serve.start { users = 5, knetik = { token_lifetime = 600 } }
    knetik = server.knetik
  end)

  teardown(function()
    server:stop()
  end)

  for name, grant in pairs {
    ["the client's"] = { "client_secret" }, ["a user's"] = { "username", "password" },
  } do
    it("fetch one token and renew it once: " .. name .. " grant", function()
      local host = workers.start { http = DICT }
      finally(function()
        host:stop()
      end)
      local arg = { url = knetik.url, client_id = knetik.client_id, count = 25 }
      for _, option in ipairs(grant) do
        arg[option] = knetik[option]
      end
      control.clear_counts(knetik)
      local good, why = sum(host:all(CALLS, arg))
      assert.equal(100, good, why)
      assert.equal(1, control.counts(knetik).token_requests)
      control.revoke_tokens(knetik)
      control.clear_counts(knetik)
      good, why = sum(host:all(CALLS, arg))
      assert.equal(100, good, why)
      local counts = control.counts(knetik)
      assert.equal(1, counts.token_fetches)
      -- a refresh token that is worthless, too, costs a request
      assert.equal(#grant, counts.token_requests)
      assert.equal("", host:complaints())
    end)
  end
end)

-- The same calls inside nginx: values, lists, errors, tokens, connections.
local control = require "spec.support.control"
local inside = require "spec.support.inside"
local serve = require "roster.sandbox.serve"

describe("inside nginx", function()
  local services, host

  setup(function()
    services = serve.start { users = 450, rate_limit = false, knetik = { users = 60 } }
    host = inside.start()
  end)

  teardown(function()
    host:stop()
    services:stop()
  end)

  before_each(function()
    control.clear_faults(services.okta)
    control.clear_counts(services.okta)
  end)

  local function okta(code, more)
    local arg = { url = services.okta.url, token = services.okta.token }
    for name, value in pairs(more or {}) do
      arg[name] = value
    end
    return host:run("local okta = roster.okta { url = arg.url, token = arg.token, max_retries = arg.max_retries }\n"
      .. code, arg)
  end

  it("a call returns its value and its meta", function()
    local login, meta = okta [[
      local user = okta:list_users():first()
      local again, meta = okta:get_user(user.id)
      return again.profile.login, { status = meta.status, attempts = meta.attempts, id = meta.request_id,
        total = meta.timings.total, connect = meta.timings.connect, first = meta.timings.first_byte }
    ]]
    assert.is_truthy(login:find("@", 1, true))
    assert.equal(200, meta.status)
    assert.equal(1, meta.attempts)
    assert.is_string(meta.id)
    assert.is_true(meta.connect <= meta.first and meta.first <= meta.total)
  end)

  it("a body goes out and an empty answer comes back", function()
    local id, suspended, status = okta [[
      local user = assert(okta:create_user { profile = {
        firstName = "Ada", lastName = "Löve", email = "ada@example.net", login = "ada@example.net" } })
      assert(okta:get_user(user.id).profile.lastName == "Löve")
      local active = okta:list_users { filter = 'status eq "ACTIVE"' }:all { max = 9 }[9]
      local suspended = assert(okta:suspend_user(active.id))
      return user.id, suspended, okta:get_user(active.id).status
    ]]
    assert.is_string(id)
    assert.is_true(suspended)
    assert.equal("SUSPENDED", status)
  end)

  it("a list is walked over all of its pages", function()
    local seen = okta [[
      local ids, n = {}, 0
      for user in okta:list_users() do
        assert(not ids[user.id])
        ids[user.id], n = true, n + 1
      end
      return n
    ]]
    assert.is_true(seen >= 450)
    local counts = control.counts(services.okta)
    assert.equal(math.floor(seen / 200) + 1, counts.requests.list_users)
  end)

  it("an error has the same words and the same detail", function()
    local _, message, detail = okta [[
      local user, message, detail = okta:get_user("00unobody")
      return user, message, { kind = detail.kind, status = detail.status, code = detail.code }
    ]]
    assert.matches("^okta get_user: 404 E0000007: Not found", message)
    assert.same({ kind = "http", status = 404, code = "E0000007" }, detail)
  end)

  it("a list raises its failure in the loop", function()
    control.fault(services.okta, { operation = "list_users", status = 403, skip = 1, times = "forever" })
    local n, kind = okta [[
      local n = 0
      local ok, err = pcall(function()
        for _ in okta:list_users() do n = n + 1 end
      end)
      return n, not ok and err.kind
    ]]
    assert.equal(200, n)
    assert.equal("http", kind)
  end)

  it("a failure that passes is tried again", function()
    control.fault(services.okta, { operation = "get_user", status = 502, times = 1 })
    local attempts = okta [[
      local id = okta:list_users():first().id
      return select(2, assert(okta:get_user(id))).attempts
    ]]
    assert.equal(2, attempts)
  end)

  it("a token is obtained, and renewed when it is refused", function()
    local arg = { url = services.knetik.url, client_id = services.knetik.client_id,
      client_secret = services.knetik.client_secret, control = services.knetik.control }
    control.clear_counts(services.knetik)
    local first, second = host:run([[
      local knetik = roster.knetik { url = arg.url, client_id = arg.client_id, client_secret = arg.client_secret }
      local first = assert(knetik:get_users { size = 5 }):all { max = 7 }
      local sock = ngx.socket.tcp()
      local address, port = arg.control:match("//([%d.]+):(%d+)")
      assert(sock:connect(address, tonumber(port)))
      sock:send("DELETE /knetik/tokens HTTP/1.0\r\n\r\n")
      sock:receive("*a")
      local second = assert(assert(knetik:get_users()):all())
      return #first, #second
    ]], arg)
    assert.equal(7, first)
    assert.is_true(second >= 60)
    assert.equal(2, control.counts(services.knetik).token_fetches)
  end)

  it("light threads that need a token at the same time obtain one", function()
    control.clear_counts(services.knetik)
    local all = host:run([[
      local knetik = roster.knetik { url = arg.url, client_id = arg.client_id, client_secret = arg.client_secret }
      local threads, all = {}, 0
      for i = 1, 6 do
        threads[i] = ngx.thread.spawn(function() return #assert(knetik:get_users():all { max = 3 }) end)
      end
      for i = 1, 6 do all = all + select(2, ngx.thread.wait(threads[i])) end
      return all
    ]], { url = services.knetik.url, client_id = services.knetik.client_id,
      client_secret = services.knetik.client_secret })
    assert.equal(18, all)
    assert.equal(1, control.counts(services.knetik).token_fetches)
  end)

  it("lists are walked at the same time by light threads", function()
    local all, order = okta [[
      local counts, order, threads = {}, {}, {}
      for i = 1, 4 do
        threads[i] = ngx.thread.spawn(function()
          local n = 0
          for _ in okta:list_users { limit = 50 } do
            n = n + 1
            if n % 50 == 1 then order[#order + 1] = i end
          end
          return n
        end)
      end
      for i = 1, 4 do
        local ok, n = ngx.thread.wait(threads[i])
        counts[i] = ok and n
      end
      return counts, table.concat(order)
    ]]
    assert.is_true(all[1] >= 450)
    assert.same({ all[1], all[1], all[1], all[1] }, all)
    -- the walks take turns
    assert.is_truthy(order:find("4.*1"), order)
  end)

  it("a call may wait inside of pcall, coroutines and metamethods", function()
    local said = okta [[
      local said = {}
      local id = okta:list_users():first().id
      local function look() return okta:get_user(id).id == id end
      said[1] = select(2, pcall(look))
      said[2] = coroutine.wrap(look)()
      local co = coroutine.create(function() coroutine.yield(look()) return look() end)
      said[3] = select(2, coroutine.resume(co))
      said[4] = select(2, coroutine.resume(co))
      said[5] = setmetatable({}, { __index = look }).x
      said[6] = setmetatable({}, { __call = look })()
      said[7] = select(2, xpcall(look, debug.traceback))
      local walk = coroutine.wrap(function()
        for user in okta:list_users { limit = 100 } do coroutine.yield(user.id) end
      end)
      local n = 0
      while walk() do n = n + 1 end
      said[8] = n >= 450
      return said
    ]]
    assert.same({ true, true, true, true, true, true, true, true }, said)
  end)

  it("a call under a C function says that it cannot wait there", function()
    local said, requests = okta [[
      local said = {}
      local function look()
        local user, message, detail = okta:get_user("x")
        said[#said + 1] = user == nil and detail.kind .. ": " .. message
        return ""
      end
      string.gsub("x", "x", look)
      table.sort({ 2, 1 }, function(a, b) look() return a < b end)
      return said
    ]]
    assert.is_true(#said >= 2)
    for _, text in ipairs(said) do
      assert.matches("^transport: okta get_user: Lua cannot wait here, inside of a function that C called", text)
    end
    assert.is_nil(requests)
    assert.is_nil(control.counts(services.okta).requests.get_user)
  end)

  it("a bulk run goes through all items", function()
    local done, failed, requests = okta [[
      local ids = {}
      for user in okta:list_users { limit = 10 } do
        ids[#ids + 1] = user.id
        if #ids == 5 then break end
      end
      local counts = assert(okta:each(ids, "get_user"))
      return counts.done, counts.failed, counts.requests
    ]]
    assert.same({ 5, 0, 5 }, { done, failed, requests })
  end)

  it("libcurl is not in the process", function()
    local maps = okta [[
      assert(okta:list_users():first())
      local file = io.open("/proc/self/maps")
      local maps = file:read("*a")
      file:close()
      return { core = maps:find("roster/core.so", 1, true) ~= nil, curl = maps:find("libcurl", 1, true) ~= nil,
        own = maps:find("roster/curl.so", 1, true) ~= nil, loaded = package.loaded["roster.curl"] ~= nil }
    ]]
    assert.same({ core = true, curl = false, own = false, loaded = false }, maps)
  end)

  it("nothing is complained of in the log", function()
    assert.equal("", host:complaints())
  end)
end)

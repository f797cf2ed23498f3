-- What a store must do, of the one in nginx's shared memory and the one in a
-- process alike.
local inside = require "spec.support.inside"

local load_text = rawget(_G, "loadstring") or load

-- Sees `store`, whose keys are all its own, and `sleep`.
local CONTRACT = {
  ["keeps text and numbers"] = [[
    assert(store:get("a") == nil)
    assert(store:set("a", "text\0with NUL") == true)
    assert(store:get("a") == "text\0with NUL")
    assert(store:set("a", 7.5) == true)
    assert(store:get("a") == 7.5)
  ]],
  ["removes"] = [[
    assert(store:set("a", nil) == true)
    store:set("a", "x")
    assert(store:set("a", nil) == true)
    assert(store:get("a") == nil)
  ]],
  ["sets what is absent, and only that"] = [[
    assert(store:set("a", "first", nil, true) == true)
    assert(store:set("a", "second", nil, true) == false)
    assert(store:get("a") == "first")
    store:set("a", nil)
    assert(store:set("a", "third", nil, true) == true)
  ]],
  ["forgets in time"] = [[
    assert(store:set("short", "x", 0.02))
    assert(store:set("long", "x", 60))
    for _ = 1, 1000 do
      if store:get("short") == nil then
        assert(store:get("long") == "x")
        assert(store:set("short", "y", nil, true) == true)
        return
      end
      sleep(0.01)
    end
    error("it was not forgotten")
  ]],
  ["keeps any text and number for a time"] = [[
    for _, value in ipairs { "", "\0", "\0inf string x", "text", "a b c", 7.5, -1 } do
      for _, seconds in ipairs { false, 60 } do
        assert(store:set("a", value, seconds or nil) == true)
        assert(store:get("a") == value)
        assert(store:set("a", "other", 60, true) == false)
      end
    end
  ]],
  ["counts"] = [[
    assert(store:incr("n", 1, 60) == 1)
    assert(store:incr("n", 5, 60) == 6)
    assert(store:incr("n", -2) == 4)
    assert(store:get("n") == 4)
    assert(store:incr("absent", 1) == nil)
    assert(store:get("absent") == nil)
  ]],
  ["counts for as long as it was told at first"] = [[
    assert(store:incr("n", 1, 0.02) == 1)
    for _ = 1, 1000 do
      store:incr("n", 1)
      if store:get("n") == nil then
        assert(store:incr("n", 1, 60) == 1)
        return
      end
      sleep(0.01)
    end
    error("it was not forgotten")
  ]],
}

describe("a store", function()
  local host

  setup(function()
    host = inside.start { http = "lua_shared_dict roster 1m;" }
  end)

  teardown(function()
    host:stop()
  end)

  for name, code in pairs(CONTRACT) do
    it("in nginx " .. name, function()
      host:run([[
        ngx.shared.roster:flush_all()
        local store, sleep = require("roster.store.nginx").new(), ngx.sleep
      ]] .. code)
    end)

    it("in a process " .. name, function()
      local now = 0
      local store = require("roster.store.memory").new(function()
        return now
      end)
      assert(load_text("local store, sleep = ...\n" .. code))(store, function(seconds)
        now = now + seconds
      end)
    end)
  end

  it("in nginx ends a life by the steady clock, and is then taken by one", function()
    host:run [[
      ngx.shared.roster:flush_all()
      local core = require "roster.core"
      local store, clock, ahead = require("roster.store.nginx").new(), core.clock, 0
      core.clock = function()
        return clock() + ahead
      end
      local ok, why = pcall(function()
        assert(store:set("lock", "first", 60, true))
        assert(not store:set("lock", "second", 60, true))
        -- as if the time of day, by which the dictionary goes, had been put back by as much
        ahead = 61
        assert(store:get("lock") == nil)
        assert(ngx.shared.roster:get("lock"))
        assert(store:set("lock", "second", 60, true) == true)
        assert(store:get("lock") == "second")
        assert(store:set("lock", "third", 60, true) == false)
        -- one that looked before the second took it, and is late
        local dict = ngx.shared.roster
        local taken = dict:get("lock")
        ahead = 122
        local get = dict.get
        store.dict = setmetatable({ get = function(_, key) return get(dict, key) end,
          set = function(_, ...) return dict:set(...) end,
          add = function(_, key, ...)
            if key == "lock" then
              return dict:add(key, ...)
            end
            -- another is quicker
            assert(dict:add(key, true, 60))
            return dict:add(key, ...)
          end }, { __index = dict })
        assert(store:set("lock", "fourth", 60, true) == false)
        assert(dict:get("lock") == taken)
      end)
      core.clock = clock
      assert(ok, why)
    ]]
  end)

  it("in a process holds no more than is alive", function()
    local now = 0
    local store = require("roster.store.memory").new(function()
      return now
    end)
    for i = 1, 10000 do
      store:set("k" .. i, "x", 5)
      now = now + 1
    end
    local count = 0
    for _ in pairs(store.entries) do
      count = count + 1
    end
    assert.is_true(count < 200, count)
  end)

  it("in nginx says that it is full", function()
    local ok, why = host:run [[
      return require("roster.store.nginx").new():set("a", ("x"):rep(2 * 1024 * 1024))
    ]]
    assert.is_nil(ok)
    assert.equal("no memory", why)
  end)

  it("in nginx is there only where it is declared", function()
    local other = inside.start()
    finally(function()
      other:stop()
    end)
    assert.is_nil((other:run [[ return require("roster.store.nginx").new() ]]))
  end)

  it("is nginx's only for what is real", function()
    local keys = host:run [[
      ngx.shared.roster:flush_all()
      assert(roster.okta { sandbox = true }:list_users():page())
      local grant = { sandbox = true, client_id = "sandbox-client", client_secret = "sandbox-secret" }
      assert(roster.knetik(grant):get_user(1))
      assert(roster.okta { url = "https://a.test", token = "token-of-spec", clock = os.clock,
        transport = function() return { status = 200, body = "{}" } end }:get_user("x"))
      return #ngx.shared.roster:get_keys(0)
    ]]
    assert.equal(0, keys)
  end)
end)

describe("where nginx has no timer left,", function()
  for name, case in pairs {
    ["too many wait"] = { "lua_max_pending_timers 3;", "while ngx.timer.at(60, function() end) do end" },
    ["too many run"] = { "lua_max_running_timers 1;", "ngx.timer.at(0, function() ngx.sleep(60) end) ngx.sleep(0.05)" },
  } do
    it("the request renews the token: " .. name, function()
      local host = inside.start {
        http = case[1],
        locations = { ["/oauth/token"] = [[
          ngx.header.content_length = 40
          ngx.print('{"access_token":"token","expires_in":60}')
        ]] },
      }
      finally(function()
        host:stop()
      end)
      local good, why = host:run(case[2] .. [[
        local client = roster.knetik { url = arg, client_id = "id", client_secret = "secret" }
        local threads, good, why = {}, 0, nil
        for i = 1, 5 do
          threads[i] = ngx.thread.spawn(function()
            local _, message, detail = client:get_user(1)
            -- there are no users here
            good = good + (detail and detail.status == 404 and 1 or 0)
            why = message
          end)
        end
        for i = 1, 5 do ngx.thread.wait(threads[i]) end
        return good, why
      ]], host.server.url)
      assert.equal(5, good, why)
    end)
  end
end)

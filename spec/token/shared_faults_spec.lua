-- Stores that fail, and whatever else happens among processes that share one.
local granted = require "spec.support.granted"
local memory = require "roster.store.memory"
local roster = require "roster"
local sharing = require "spec.support.sharing"

describe("a store that is", function()
  local function failing(kind)
    return setmetatable({}, { __index = function()
      return function()
        if kind == "raising" then
          error("the store is gone", 0)
        elseif kind == "silent" then
          return nil
        end
        return nil, "no memory"
      end
    end })
  end

  for _, kind in ipairs { "raising", "silent", "full" } do
    it(kind .. " fails no call: each process has its own token", function()
      local s = sharing.new { store = failing(kind) }
      local clients = s.clients(3)
      s.all(clients, 4)
      assert.equal(12, s.done)
      assert.equal(3, #s.asked)
      s.all(clients, 4)
      assert.equal(3, #s.asked)
    end)
  end

  it("full for what is new fails no call", function()
    local s = sharing.new()
    local set = s.store.set
    function s.store:set(key, value, ...)
      if value ~= nil and key:find(":token$") then
        return nil, "no memory"
      end
      return set(self, key, value, ...)
    end
    local clients = s.clients(3)
    s.all(clients, 4)
    assert.equal(12, s.done)
    assert.equal(3, #s.asked)
    assert.equal(1, s.most_asking)
  end)

  it("slow, so that others go on meanwhile, gives one token to all", function()
    for seed = 1, 30 do
      local s, lot = sharing.new { lifetime = 60 }, seed * 7919
      for _, name in ipairs { "get", "set", "incr" } do
        local method = s.store[name]
        s.store[name] = function(...)
          lot = lot * 48271 % 2147483647
          s.t.sleep(lot % 20 / 1000 + 0.001)
          return method(...)
        end
      end
      local clients = s.clients(5)
      for _ = 1, 4 do
        s.all(clients, 4)
        s.t.sleep(40)
      end
      assert.equal(80, s.done, s.failures[1])
      -- each renewal is of an expired one
      assert.is_true(#s.asked <= 4, "seed " .. seed .. ": " .. #s.asked)
      assert.equal(1, s.most_asking, "seed " .. seed)
    end
  end)

  it("quicker than its lock gives the token to who was a moment late", function()
    local s = sharing.new()
    local set = s.store.set
    function s.store:set(key, value, seconds, only_if_absent)
      if only_if_absent and key:find(":renewal:first$") then
        -- another has renewed it and is gone, between the look and the lock
        s.store.set = set
        set(self, (key:gsub("renewal:first$", "token")), '{"id":"7","token":"theirs"}')
      end
      return set(self, key, value, seconds, only_if_absent)
    end
    s.all(s.clients(3))
    assert.equal(0, #s.asked)
    assert.same({ "theirs", "theirs", "theirs" }, s.used)
    -- and its lock is in nobody's way, when all is forgotten
    for key in pairs(s.store.entries) do
      if key:find(":token$") then
        s.store:set(key, nil)
      end
    end
    s.all(s.clients(3))
    assert.equal(1, #s.asked)
    assert.is_true(s.t:passed() < 1)
  end)

  it("full of other things is as good as empty", function()
    local s = sharing.new()
    s.all { s.client() }
    for key, entry in pairs(s.store.entries) do
      if key:find(":token$") then
        entry.value = "not { JSON"
      end
    end
    s.all { s.client() }
    assert.equal(2, s.done)
    assert.equal(2, #s.asked)
  end)

  it("failing now and then fails no call, and is no reason to ask all the time", function()
    for seed = 1, 60 do
      local lot = seed * 7919
      local s = sharing.new { lifetime = 30 }
      local store = s.store
      local function unlucky()
        lot = lot * 48271 % 2147483647
        return lot % 5 == 0
      end
      for _, name in ipairs { "get", "set", "incr" } do
        local method = store[name]
        store[name] = function(...)
          if unlucky() then
            if lot % 2 == 0 then
              error("lost", 0)
            end
            return nil, "lost"
          end
          return method(...)
        end
      end
      local clients = s.clients(4)
      for _ = 1, 10 do
        s.all(clients, 2)
        s.t.sleep(5)
      end
      assert.equal(80, s.done, "seed " .. seed .. ": " .. tostring(s.failures[1]))
      assert.is_true(#s.asked <= 4 * 3, "seed " .. seed .. ": " .. #s.asked)
    end
  end)
end)

describe("whatever happens among processes that share a store,", function()
  -- Calls begin at any time, some processes die in the middle of theirs, tokens
  -- are refused and the endpoint is out of order for a while.
  local function run(seed)
    local lot = seed * 104729
    local function draw(n)
      lot = lot * 48271 % 2147483647
      return lot % n
    end
    local s = sharing.new { latency = 0.1 + draw(10) / 10, lifetime = 5 + draw(40), refresh = draw(2) == 0 }
    local clients, deaths = s.clients(2 + draw(5), { username = "ada", password = "pass" }), 0
    for i = 1, 60 do
      local client, at = clients[draw(#clients) + 1], draw(600) / 10
      local dies = draw(20) == 0
      s.spawn(function()
        s.t.sleep(0.001 + at)
        if dies then
          -- its coroutine is never resumed again
          local thread = coroutine.create(function()
            s.call(s.client { username = "ada", password = "pass" })
          end)
          assert(coroutine.resume(thread))
          -- unless it was over at once
          deaths = deaths + (coroutine.status(thread) == "dead" and 0 or 1)
          return
        elseif draw(15) == 0 then
          s.refuses[s.used[#s.used] or "none"] = true
        end
        s.call(client)
      end)
      if i == 30 then
        s.spawn(function()
          s.t.sleep(30)
          s.is_down = draw(2) == 0
          s.was_down = s.is_down
          s.t.sleep(8)
          s.is_down = false
        end)
      end
    end
    s.run()
    return s, deaths
  end

  it("the endpoint is asked by one at a time, and every call ends", function()
    for seed = 1, 80 do
      local s, deaths = run(seed)
      -- one who died asking seems to be at it for ever
      assert.is_true(s.most_asking <= 1 + deaths, ("seed %d: %d at a time"):format(seed, s.most_asking))
      assert.equal(60, s.done + #s.failures + deaths, "seed " .. seed)
      local twice = false
      for _, message in ipairs(s.failures) do
        -- two of its tokens were refused, one after the other, and then the endpoint is left alone for a while; or it
        -- was out of order
        twice = twice or message:find("401.*%(2 attempts%)") ~= nil
        local as_it_should = twice and message:find("401", 1, true)
          or s.was_down and message:find("token: 503", 1, true)
        assert.is_truthy(as_it_should, ("seed %d: %s"):format(seed, message))
      end
    end
  end)
end)

describe("the option store", function()
  local function new(store)
    return pcall(roster.knetik, { url = granted.url, client_id = "id", client_secret = "s", store = store })
  end

  it("is a table with three methods, or says so", function()
    for _, store in ipairs { {}, { get = print, set = print }, { get = print, set = 1, incr = print } } do
      local ok, message = new(store)
      assert.is_false(ok)
      assert.matches('option "store": expected a table with methods get, set and incr', message, 1, true)
    end
    assert.is_false((new "nginx"))
    assert.is_true((new(memory.new())))
    assert.is_true((new(false)))
    assert.is_true((new(true)))
  end)

  it("is not touched before there is a call", function()
    local touched = 0
    local store = setmetatable({}, { __index = function(_, name)
      return name:find("^[gsi]") and function()
        touched = touched + 1
      end or nil
    end })
    assert.is_true((new(store)))
    assert.equal(0, touched)
  end)
end)

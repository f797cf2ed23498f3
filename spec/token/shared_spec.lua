-- One token for several processes that share a store, in virtual time.
local granted = require "spec.support.granted"
local memory = require "roster.store.memory"
local roster = require "roster"
local sharing = require "spec.support.sharing"

describe("processes that share a store", function()
  it("fetch one token, however many calls begin at once", function()
    local s = sharing.new()
    s.all(s.clients(8), 5)
    assert.equal(40, s.done)
    assert.equal(1, #s.asked)
    for _, token in ipairs(s.used) do
      assert.equal("tok1", token)
    end
  end)

  it("give it to who comes later", function()
    local s = sharing.new()
    s.all { s.client() }
    s.all(s.clients(3))
    s.t.sleep(500)
    s.all(s.clients(3))
    assert.equal(1, #s.asked)
    assert.equal(7, s.done)
  end)

  it("renew it once, shortly before it expires", function()
    local s = sharing.new()
    local clients = s.clients(6)
    s.all(clients)
    s.t.sleep(565)
    s.all(clients)
    assert.equal(1, #s.asked)
    s.t.sleep(10)
    s.all(clients, 3)
    assert.equal(2, #s.asked)
    s.all(clients, 3)
    assert.equal(2, #s.asked)
    assert.equal("tok2", s.used[#s.used])
    assert.same({}, s.failures)
  end)

  it("go on with the old one while another renews it", function()
    local s = sharing.new { latency = 5 }
    local clients = s.clients(2)
    s.all(clients)
    s.t.sleep(575)
    local took
    s.spawn(function()
      s.call(clients[1])
    end)
    s.spawn(function()
      s.t.sleep(1)
      local began = s.t.now()
      s.call(clients[2])
      took = s.t.now() - began
    end)
    s.run()
    assert.is_true(took < 1, took)
    assert.equal(2, #s.asked)
    assert.same({ "tok1", "tok1", "tok1", "tok2" }, s.used)
  end)

  it("count its life from when it was asked for, where the endpoint is slow", function()
    local s = sharing.new { latency = 0.4, lifetime = 3 }
    local client = s.client()
    s.all { client }
    -- 2.7 s after the question
    s.t.sleep(2.4)
    s.all { client }
    assert.equal(2, #s.asked)
    -- but never are all calls renewals
    s.latency = 5
    s.t.sleep(3)
    s.all { client }
    assert.equal(3, #s.asked)
    s.all { client }
    assert.equal(3, #s.asked)
  end)

  it("keep one without a lifetime until it is refused", function()
    local s = sharing.new()
    s.answers[1] = granted.json(200, { access_token = "endless" })
    local clients = s.clients(3)
    s.all(clients)
    s.t.sleep(1e6)
    s.all(clients)
    assert.equal(1, #s.asked)
    s.refuses.endless = true
    s.all(clients)
    assert.equal(2, #s.asked)
    assert.equal(9, s.done)
  end)

  describe("when a token is refused,", function()
    it("renew it once, though all of them have used it", function()
      local s = sharing.new()
      local clients = s.clients(6)
      s.all(clients)
      s.refuses.tok1 = true
      s.all(clients, 4)
      assert.equal(2, #s.asked)
      assert.same({}, s.failures)
    end)

    it("take the newer one where another has renewed it", function()
      local s = sharing.new()
      local a, b = s.client(), s.client()
      s.all { a, b }
      s.refuses.tok1 = true
      s.all { a }
      assert.equal(2, #s.asked)
      s.all { b }
      assert.equal(2, #s.asked)
      assert.same({ "tok1", "tok1", "tok1", "tok2", "tok1", "tok2" }, s.used)
    end)

    it("and the next one as well, ask for another once in five seconds together", function()
      local s = sharing.new { latency = 0.1 }
      for i = 1, 50 do
        s.refuses["tok" .. i] = true
      end
      local clients = s.clients(6)
      for _ = 1, 20 do
        s.all(clients)
        s.t.sleep(0.5)
      end
      assert.equal(120, #s.failures)
      -- the first, then for all at once, then twice after five seconds
      assert.is_true(#s.asked <= 6, #s.asked)
    end)

    it("do not use it again while there is no other", function()
      local s = sharing.new()
      local a = s.client()
      s.all { a }
      s.refuses.tok1, s.is_down = true, true
      s.all { a }
      s.all { a }
      s.t.sleep(6)
      s.all { a }
      assert.same({ "tok1", "tok1" }, s.used)
      assert.equal(3, #s.asked)
      s.t.sleep(6)
      s.is_down = false
      s.all { a }
      assert.equal("tok4", s.used[#s.used])
    end)
  end)

  describe("whose endpoint fails", function()
    it("ask it once, and again after a few seconds", function()
      local s = sharing.new()
      s.is_down = true
      local clients = s.clients(5)
      s.all(clients, 4)
      assert.equal(1, #s.asked)
      assert.equal(20, #s.failures)
      for _, message in ipairs(s.failures) do
        assert.equal("knetik get_user: knetik token: 503: Service Unavailable", message)
      end
      s.t.sleep(4)
      s.all(s.clients(2))
      assert.equal(1, #s.asked)
      s.t.sleep(2)
      s.all(clients, 4)
      assert.equal(2, #s.asked)
      s.t.sleep(6)
      s.is_down = false
      s.all(clients, 4)
      assert.equal(3, #s.asked)
      assert.equal(20, s.done)
    end)

    it("use what has not quite expired", function()
      local s = sharing.new()
      local clients = s.clients(3)
      s.all(clients)
      s.t.sleep(575)
      s.is_down = true
      s.all(clients)
      -- one that was not there before has it from the others
      s.all { s.client() }
      assert.equal(2, #s.asked)
      assert.equal(7, s.done)
      s.t.sleep(30)
      s.all(clients)
      assert.equal(3, #s.asked)
      assert.equal(3, #s.failures)
    end)

    it("learn nothing from a caller in a hurry", function()
      local s = sharing.new { latency = 2 }
      s.answers[1] = granted.json(503, "")
      s.all { s.client { timeout = 1 } }
      assert.equal(1, #s.failures)
      s.all { s.client() }
      assert.equal(2, #s.asked)
      assert.equal(1, s.done)
    end)
  end)

  describe("with a refresh token", function()
    local USER = { client_id = "web", client_secret = false, username = "ada", password = "pass" }

    it("use it once each, whoever renews", function()
      local s = sharing.new { refresh = true }
      local clients = s.clients(3, USER)
      for i = 1, 6 do
        s.all { clients[i % 3 + 1] }
        s.t.sleep(590)
      end
      for i = 2, 6 do
        assert.equal("refresh_token", s.asked[i].grant_type)
        assert.equal("ref" .. i - 1, s.asked[i].refresh_token)
      end
      assert.equal(6, s.done)
      assert.equal(6, #s.asked)
    end)

    it("use it though the token has expired long ago", function()
      local s = sharing.new { refresh = true }
      s.all { s.client(USER) }
      s.t.sleep(20000)
      s.all { s.client(USER) }
      assert.equal("refresh_token", s.asked[2].grant_type)
    end)

    it("ask for another when it is refused, and do not try it again", function()
      local s = sharing.new { refresh = true }
      local a, b = s.client(USER), s.client(USER)
      s.all { a, b }
      s.t.sleep(700)
      s.answers[2], s.answers[3] = granted.json(400, { error = "invalid_grant" }), granted.json(503, "")
      s.all { a }
      s.t.sleep(6)
      s.all { b }
      assert.equal("password", s.asked[4].grant_type)
      assert.equal(4, #s.asked)
      assert.equal(3, s.done)
    end)
  end)

  describe("of different", function()
    local OTHERS = {
      ["secrets"] = { client_secret = "other" },
      ["clients"] = { client_id = "other" },
      ["urls"] = { url = granted.url .. "/other" },
      ["grants"] = { username = "ada", password = "pass" },
      ["boundaries between id and secret"] = { client_id = "ids3cret", client_secret = "-value" },
    }
    for what, options in pairs(OTHERS) do
      it(what .. " share nothing", function()
        local s = sharing.new()
        s.all { s.client(), s.client(options) }
        assert.equal(2, #s.asked)
        s.all { s.client(), s.client(options) }
        assert.equal(2, #s.asked)
        assert.equal(4, s.done)
      end)
    end

    it("passwords share nothing, and neither do users", function()
      local s = sharing.new()
      for _, user in ipairs { { "ada", "a" }, { "ada", "b" }, { "eve", "a" } } do
        s.all { s.client { username = user[1], password = user[2] } }
      end
      assert.equal(3, #s.asked)
    end)
  end)

  it("put no secret into a key", function()
    local s = sharing.new { refresh = true }
    s.all { s.client { username = "ada", password = "pass-word" }, s.client() }
    local count = 0
    for key in pairs(s.store.entries) do
      count = count + 1
      for _, secret in ipairs { "s3cret", "pass-word", "tok", "ref", "ada", "knetik" } do
        -- what follows is what the entry is about
        assert.is_nil(key:match("^roster:[^:]*"):find(secret, 1, true), key)
      end
    end
    assert.is_true(count > 2)
  end)

  it("are not harmed by one that is closed", function()
    local s = sharing.new()
    local a, b = s.client(), s.client()
    s.all { a, b }
    a:close()
    s.all { b, s.client() }
    assert.equal(1, #s.asked)
    assert.equal(4, s.done)
  end)

  it("wait in place where there are no coroutines, and no longer than a call may take", function()
    local now, waits = 1000, 0
    -- another has the lock, and never gives it back
    local kept = memory.new(function() return now end)
    local store = setmetatable({ set = function(_, key, value, seconds, only_if_absent)
      return value ~= "taken" and kept:set(key, value, seconds, only_if_absent)
    end }, { __index = kept })
    local client = roster.knetik { url = granted.url, client_id = "id", client_secret = "s3cret-value", store = store,
      timeout = 5, max_retries = 0, transport = function() error("nothing is to be sent") end, clock = {
        now = function() return now end,
        sleep = function(seconds)
          now, waits = now + seconds, waits + 1
        end,
      } }
    local user, message, detail = client:get_user(1)
    assert.is_nil(user)
    assert.equal("timeout", detail.kind, message)
    assert.is_true(waits > 1)
    assert.is_true(now >= 1005 and now < 1006, now)
  end)

  it("go on when one is closed in the middle of its renewal", function()
    local s = sharing.new()
    local a, b = s.client(), s.client()
    s.spawn(function()
      s.call(a)
    end)
    s.spawn(function()
      s.t.sleep(0.1)
      a:close()
    end)
    s.spawn(function()
      s.t.sleep(0.05)
      s.call(b)
    end)
    s.run()
    assert.equal(1, s.done)
    assert.equal(1, #s.failures)
    assert.matches("the client is closed", s.failures[1])
    -- what it got was still good for others
    assert.equal(1, #s.asked)
  end)

  describe("of which one dies in the middle of a renewal", function()
    -- One that asks and never goes on; returns what would go on with it.
    local function dying(s)
      local client = s.client()
      local thread = coroutine.create(function()
        s.call(client)
      end)
      s.t.current = thread
      assert(coroutine.resume(thread))
      s.t.current = nil
      assert.equal(1, #s.asked)
      return function()
        while coroutine.status(thread) ~= "dead" do
          s.t.current = thread
          assert(coroutine.resume(thread))
          s.t.current = nil
        end
      end
    end

    it("wait for no longer than its lock lives, and then renew once", function()
      local s = sharing.new()
      dying(s)
      local began = s.t.now()
      s.all(s.clients(5), 3)
      assert.equal(15, s.done)
      assert.equal(2, #s.asked)
      assert.is_true(s.t.now() - began < 15, s.t.now() - began)
    end)

    it("are not set back when it comes to life again", function()
      local s = sharing.new()
      local go_on = dying(s)
      s.all(s.clients(2))
      s.all(s.clients(2))
      -- a call may take longer than a lock
      go_on()
      assert.equal(2, #s.asked)
      assert.equal(5, s.done)
      -- neither is the newer token overwritten, nor does it go on with its own
      assert.equal("tok2", s.used[#s.used])
      s.all(s.clients(2))
      assert.equal("tok2", s.used[#s.used])
      assert.equal(2, #s.asked)
    end)

    it("keep their lock when it comes to life while they renew", function()
      local s = sharing.new { latency = 3 }
      local go_on = dying(s)
      local a, b = s.client(), s.client()
      s.spawn(function()
        s.call(a)
      end)
      s.spawn(function()
        while #s.asked < 2 do
          s.t.sleep(0.1)
        end
        -- a is at it
        s.is_down = true
        local current = s.t.current
        go_on()
        s.t.current = current
        s.is_down = false
        -- the first has failed, late: that is no news, and no release
        s.call(b)
      end)
      s.run()
      assert.equal(2, #s.asked)
      assert.equal(2, s.done)
    end)
  end)
end)

-- The machine's clock is set while a token is held, or while its endpoint is left
-- alone; and a process is stopped.
local new_far_store = require "spec.support.far_store"
local sharing = require "spec.support.sharing"

-- For the processes of several machines.
local function far_store(s)
  return new_far_store(s.t.now)
end

local WAYS = {
  ["alone"] = function() return false end,
  ["with a store of this machine"] = function(s) return s.store end,
  ["with a store of many machines"] = far_store,
}

describe("a token, when the clock is set", function()
  for way, store_of in pairs(WAYS) do
    for _, by in ipairs { -86400, -3600, -90, 90, 3600 } do
      local s, ahead, clients

      local function new()
        s, ahead = sharing.new(), 0
        local wall = s.t.clock.wall
        function s.t.clock.wall()
          return wall() + ahead
        end
        local store = store_of(s)
        clients = { s.client { store = store }, s.client { store = store } }
      end

      it(("by %d s, %s, is kept and renewed in time"):format(by, way), function()
        new()
        s.all(clients)
        local first = #s.asked
        ahead = by
        s.t.sleep(100)
        s.all(clients, 3)
        if way ~= "with a store of many machines" then
          assert.equal(first, #s.asked)
        end
        s.t.sleep(550)
        s.all(clients, 3)
        -- past its life it is another's: 600 s
        assert.is_true(s.used[#s.used] ~= "tok1", s.used[#s.used])
        assert.same({}, s.failures)
        assert.is_true(#s.asked <= 2 * first + 1, #s.asked)
      end)

      it(("by %d s, %s, is asked for again after the pause that a failure gives"):format(by, way), function()
        new()
        s.is_down = true
        s.all(clients)
        assert.equal(2, #s.failures)
        s.is_down, ahead = false, by
        -- one that is told of the failure while the clock is wrong
        s.call(clients[2])
        s.t.sleep(6)
        s.failures = {}
        s.all(clients, 2)
        assert.same({}, s.failures)
      end)
    end

    it(("is renewed by a process that was stopped, %s"):format(way), function()
      local s = sharing.new()
      local store = store_of(s)
      local clients = { s.client { store = store }, s.client { store = store } }
      s.all(clients)
      for _, stopped in ipairs { 30, 90, 700 } do
        s.spawn(function()
          s.t.sleep(0.001)
          s.t.time = s.t.time + stopped
        end)
        s.all(clients, 3)
        s.all(clients, 3)
        assert.same({}, s.failures)
      end
    end)
  end
end)

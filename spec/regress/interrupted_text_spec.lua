-- The text "interrupted!" at the end of any message was taken for Ctrl-C: a
-- service could end a bulk run with it, and lose what was still to be done.
local interrupt = require "spec.support.interrupt"
local raised = require "roster.raised"
local replayed = require "spec.support.replayed"

local TEXTS = { "interrupted!", "stdin:1: interrupted!", "Your session was interrupted!", "interrupted!\n" }

describe("a text that ends in \"interrupted!\"", function()
  for _, text in ipairs(TEXTS) do
    local name = (" (%q)"):format(text)

    it("fails its item alone when a service says it" .. name, function()
      local okta = replayed.always({ status = 403, body = { errorSummary = text } })
      local counts = assert(okta:each({ "a", "b", "c" }, function(id, client)
        local ok, message = client:suspend_user(id)
        if not ok then
          error(message, 0)
        end
      end))
      assert.equal(3, counts.failed)
    end)

    it("fails its item alone when a function raises it" .. name, function()
      local okta = replayed.always({ status = 204 })
      local counts = assert(okta:each({ "a", "b", "c" }, function(id)
        if id == "b" then
          error(text, 0)
        end
        return true
      end))
      assert.equal(2, counts.done)
      assert.equal(1, counts.failed)
    end)

    it("is the failure of a source, a token function, a hook and a wait" .. name, function()
      local function shout()
        error(text, 0)
      end
      local okta = replayed.always({ status = 204 }, { on_request = shout, on_response = shout, on_wait = shout })
      local counts, message = okta:each(shout, "suspend_user")
      assert.is_nil(counts)
      assert.is_truthy(message:find("the source failed: ", 1, true))
      assert.is_true((okta:suspend_user("a")))
      local _, _, detail = replayed.always({ status = 204 }, { token = shout }):suspend_user("a")
      assert.equal("auth", detail.kind)
      _, _, detail = replayed.client(nil, { transport = shout, max_retries = 0 }):suspend_user("a")
      assert.equal("transport", detail.kind)
    end)
  end
end)

describe("Ctrl-C", function()
  it("is raised out of whatever function of the caller's runs", function()
    local cases = {
      on_request = function(strike)
        return replayed.always({ status = 204 }, { on_request = strike, governor = { capacity = 0.9 } })
      end,
      on_response = function(strike) return replayed.always({ status = 204 }, { on_response = strike }) end,
      token = function(strike) return replayed.always({ status = 204 }, { token = strike }) end,
      transport = function(strike)
        return replayed.client(nil, { transport = strike, governor = { capacity = 0.9 } })
      end,
      store = function(strike)
        return replayed.always({ status = 204 }, {
          governor = { capacity = 0.9 }, store = { get = strike, set = strike, incr = strike },
        })
      end,
    }
    for name, client in pairs(cases) do
      interrupt.within(function(strike)
        local okta = client(strike)
        local ok, err = pcall(okta.suspend_user, okta, "a")
        assert.is_false(ok, name)
        assert.equal("interrupted!", err)
        for _, bucket in ipairs(name ~= "store" and okta:limits() or {}) do
          assert.equal(0, bucket.in_flight, name)
        end
      end)
    end
  end)

  it("ends a bulk run, from its source, its function and its results", function()
    for _, where in ipairs { "source", "work", "on_result" } do
      interrupt.within(function(strike)
        local okta = replayed.always({ status = 204 })
        local source = where == "source" and strike or { "a", "b" }
        local ok, err = pcall(okta.each, okta, source, where == "work" and strike or "suspend_user",
          { on_result = where == "on_result" and strike or nil })
        assert.is_false(ok, where)
        assert.equal("interrupted!", err)
      end)
    end
  end)

  it("is not what was raised before it, nor anything but a text", function()
    interrupt.within(function(strike)
      pcall(strike)
      assert.is_true(raised.is_interrupt("x.lua:1: interrupted!"))
      assert.is_false(raised.is_interrupt("interrupted! twice"))
      assert.is_false(raised.is_interrupt({ "interrupted!" }))
      assert.is_false(raised.is_interrupt(nil))
    end)
    assert.is_false(raised.is_interrupt("x.lua:1: interrupted!"))
  end)
end)

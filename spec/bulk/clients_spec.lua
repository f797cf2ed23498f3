-- Calls that are made inside of a bulk run by others than the run's own client,
-- or outside of its functions: over HTTP, where there is something to wait for.
local control = require "spec.support.control"
local interrupt = require "spec.support.interrupt"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"

describe("inside of a bulk run #nginx", function()
  local server, okta, other

  setup(function()
    server = serve.start { users = 20, rate_limit = false }
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    okta, other = served.client(server), served.client(server)
  end)

  after_each(function()
    okta:close()
    other:close()
    served.fresh(server)
  end)

  local ITEMS = { "a", "b", "c", "d" }

  --- Runs `f` for each item; returns how many were inside of it at once.
  local function together(f)
    local now, most = 0, 0
    local counts = assert(okta:each(ITEMS, function()
      now = now + 1
      most = math.max(most, now)
      assert(f())
      now = now - 1
      return true
    end, { concurrency = #ITEMS }))
    assert.equal(#ITEMS, counts.done, tostring(counts.failures[1] and counts.failures[1].message))
    return most
  end

  it("the waits of another client let the others go on", function()
    assert.equal(#ITEMS, together(function() return other:get_user("me") end))
  end)

  it("another client's waits before a retry do so, too", function()
    control.fault(server.okta, { operation = "get_user", status = 503, headers = { ["Retry-After"] = "1" },
      times = #ITEMS })
    local waits = 0
    local patient = served.client(server, { on_retry = function() waits = waits + 1 end })
    assert.equal(#ITEMS, together(function() return patient:get_user("me") end))
    patient:close()
    assert.equal(#ITEMS, waits)
  end)

  it("a function may yield as it likes", function()
    assert.equal(#ITEMS, together(function()
      for _ = 1, 3 do
        coroutine.yield("to nobody")
      end
      return true
    end))
  end)

  it("the source may make calls, and wait before it repeats them", function()
    control.fault(server.okta, { operation = "get_user", status = 503, headers = { ["Retry-After"] = "0" }, times = 2 })
    local waits, i = 0, 0
    local patient = served.client(server, { on_retry = function() waits = waits + 1 end })
    local counts = assert(patient:each(function()
      i = i + 1
      return i <= 2 and assert(patient:get_user("me")).id or nil
    end, function(item) return patient:get_user(item) end))
    patient:close()
    assert.equal(2, counts.done)
    assert.equal(2, waits)
  end)

  it("calls that are under way are given up when a function raises what ends the run", function()
    control.fault(server.okta, { operation = "list_user_groups", delay = 3000 })
    local begun = 0
    interrupt.within(function(strike)
      local ok, message = pcall(okta.each, okta, { "one", "two" }, function(item)
        if item == "one" then
          begun = begun + 1
          return okta:list_user_groups("me"):page()
        end
        while control.counts(server.okta).requests.list_user_groups == nil do
          coroutine.yield()
        end
        strike()
      end, { concurrency = 2 })
      assert.equal(1, begun)
      assert.is_false(ok)
      assert.equal("interrupted!", message)
    end)
    -- and the client is as good as new
    assert.truthy(okta:get_user("me"))
  end)
end)

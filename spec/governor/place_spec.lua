-- Who gets a place where only so many calls may be on their way.
local governor = require "roster.governor"
local roster = require "roster"
local control = require "spec.support.control"
local serve = require "roster.sandbox.serve"

-- A call of no bucket's limit.
local function call()
  return { rate = function() end }
end

-- A governor whose `count` calls on their way are told to be too many.
local function crowded(count)
  local g, calls = governor.new(), {}
  for i = 1, count do
    calls[i] = call()
    assert.are.equal(0, (g:admit("b", calls[i], 0)))
  end
  local refused = table.remove(calls)
  g:settled("b", refused, 0, 0)
  g:crowded()
  return g, calls
end

describe("a place among the calls on their way", function()
  it("is one of half as many after a refusal", function()
    local g, calls = crowded(100)
    assert.are.equal(50, g.most_in_flight)
    local late = call()
    for i = 1, 50 do
      assert.are.equal("concurrency limit", select(2, g:admit("b", late, 0)), i)
      g:settled("b", table.remove(calls), 0, 0)
    end
    assert.are.equal(0, (g:admit("b", late, 0)))
  end)

  it("is not halved again by what was sent with the one refused", function()
    local g, calls = crowded(100)
    for i = 99, 75, -1 do
      g:settled("b", calls[i], 0, 0)
      g:crowded()
    end
    assert.is_true(g.most_in_flight >= 50, g.most_in_flight)
    for i = 74, 1, -1 do
      g:settled("b", calls[i], 0, 0)
    end
    -- but by what was sent afterwards
    local before = g.most_in_flight
    for i = 1, 50 do
      calls[i] = call()
      assert.are.equal(0, (g:admit("b", calls[i], 1)))
    end
    g:settled("b", calls[50], 1, 1)
    g:crowded()
    assert.is_true(g.most_in_flight <= before / 2 + 1, g.most_in_flight)
  end)

  it("goes to who waits for one, before those that have just begun", function()
    local g, calls = crowded(4)
    local waits, late = call(), call()
    assert.is_true(g:admit("b", waits, 1) > 0)
    for _, other in ipairs(calls) do
      g:settled("b", other, 1, 1)
    end
    g.most_in_flight = 1
    assert.are.equal("concurrency limit", select(2, g:admit("b", late, 1.01)))
    assert.are.equal(0, (g:admit("b", waits, 1.05)))
  end)

  it("is not kept for who has stopped asking", function()
    local g, calls = crowded(4)
    local gone, late = call(), call()
    assert.is_true(g:admit("b", gone, 1) > 0)
    for _, other in ipairs(calls) do
      g:settled("b", other, 1, 1)
    end
    g.most_in_flight = 1
    assert.are.equal(0, (g:admit("b", late, 2)))
  end)

  it("is not held by a page asked for ahead", function()
    local g, calls = crowded(2)
    assert.are.equal(1, g.most_in_flight)
    local waits = call()
    assert.is_true(g:admit("b", waits, 1) > 0)
    g:ahead(calls[1])
    assert.are.equal(0, (g:admit("b", waits, 1)))
  end)
end)

describe("a page asked for ahead, with a single place left, #nginx", function()
  local server, okta

  setup(function()
    server = serve.start { users = 20, rate_limit = false }
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    okta = roster.okta { url = server.okta.url, token = server.okta.token, timeout = 5 }
    control.clear_faults(server.okta)
    control.fault(server.okta, {
      operation = "get_user",
      status = 429,
      headers = { ["X-Rate-Limit-Limit"] = "0", ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = "@now+60" },
      times = 2,
    })
    -- the page asked for ahead is not there yet when the place is wanted
    control.fault(server.okta, { operation = "list_users", delay = 0.3, skip = 1 })
  end)

  after_each(function()
    okta:close()
  end)

  it("does not keep the body of its loop waiting", function()
    local count = 0
    for user in okta:list_users { limit = 5 } do
      assert(okta:get_user(user.id))
      count = count + 1
    end
    assert.are.equal(20, count)
  end)

  it("does not keep a bulk run waiting", function()
    local counts = assert(okta:each(okta:list_users { limit = 5 }, "get_user"))
    assert.are.equal(20, counts.done)
  end)
end)

-- Many calls at once by a clock of the spec's: how many, how long, and what
-- becomes of them when the run ends early.
local roster = require "roster"
local sandbox = require "roster.sandbox"
local virtual = require "spec.support.virtual"

local LATENCY = 0.2

local function world(options)
  local time = virtual.clock(options.on_sleep)
  local org = sandbox.okta {
    users = options.users or 200,
    rate_limit = options.rate_limit or false,
    concurrency = options.concurrency,
    now = time.wall,
  }
  local transport = virtual.transport(org, LATENCY)
  local okta = roster.okta {
    url = org.url,
    token = org.token,
    transport = transport,
    clock = time.clock,
    max_retries = options.max_retries,
    on_wait = options.on_wait,
  }
  local ids = {}
  for user in okta:list_users { filter = 'status eq "ACTIVE"' } do
    ids[#ids + 1] = user.id
  end
  table.remove(ids, 1)
  org:clear_counts()
  return okta, ids, time, org, transport
end

describe("each, in time,", function()
  it("works on as many items at once as it is told", function()
    local okta, ids, time, _, transport = world {}
    transport.most = 0
    local began = time.now()
    assert.are.equal(#ids, assert(okta:each(ids, "get_user", { concurrency = 5 })).done)
    assert.are.equal(5, transport.most)
    local ideal = math.ceil(#ids / 5) * LATENCY
    assert.is_true(time.now() - began <= ideal * 1.01, time.now() - began)
  end)

  it("lets a function's calls wait without holding up other items", function()
    local okta, _, time = world {}
    local began, order = time.now(), {}
    local waits = { a = 3, b = 1, c = 2 }
    assert(okta:each({ "a", "b", "c" }, function(item, client)
      for _ = 1, waits[item] do
        assert(client:list_users({ limit = 1 }):first())
      end
    end, {
      on_result = function(result)
        order[#order + 1] = result.item
      end,
    }))
    assert.are.same({ "b", "c", "a" }, order)
    assert.is_true(time.now() - began <= 3 * LATENCY * 1.01, time.now() - began)
  end)

  it("fetches the next page of its source while items are worked on", function()
    local okta, _, time, org = world { users = 600 }
    local began = time.now()
    local counts = assert(okta:each(okta:list_users { limit = 50 }, "get_user", { concurrency = 10 }))
    assert.are.equal(600, counts.done)
    assert.are.equal(12, org:counts().requests.list_users)
    -- 60 rounds of items and the first page; pages in between would be 11 more
    assert.is_true(time.now() - began <= (60 + 1 + 4) * LATENCY, time.now() - began)
  end)

  it("does not read its source further ahead than it works", function()
    local okta, ids = world {}
    local given, ended, most = 0, 0, 0
    assert(okta:each(function()
      given = given + 1
      most = math.max(most, given - ended)
      return ids[given]
    end, "get_user", {
      concurrency = 6,
      on_result = function()
        ended = ended + 1
      end,
    }))
    assert.is_true(most <= 2 * 6 + 1, most)
  end)

  it("waits out a rate limit without an error, whoever asks first", function()
    local okta, ids, time, org = world { users = 400, rate_limit = { other = 100 } }
    local began = time.now()
    local counts = assert(okta:each(ids, "suspend_user", { concurrency = 10 }))
    assert.are.equal(#ids, counts.done)
    assert.are.equal(#ids, counts.requests)
    assert.is_nil(org:counts().statuses["429"])
    -- 90 of each 100 are used: more than three windows, less than five
    assert.is_true(#ids > 270 and #ids < 360, #ids)
    assert.is_true(time.now() - began < 5 * 60, time.now() - began)
  end)

  it("does 100 at once against a limit of 75 without a failure or a wait over 3 s", function()
    local longest = 0
    local okta, ids, time, org = world {
      users = 2000,
      concurrency = 75,
      on_wait = function(seconds)
        longest = math.max(longest, seconds)
      end,
    }
    local begun, slowest = {}, 0
    local counts = assert(okta:each(ids, function(id, client)
      begun[id] = time.now()
      return client:get_user(id)
    end, {
      concurrency = 100,
      on_result = function(result)
        slowest = math.max(slowest, time.now() - begun[result.item])
      end,
    }))
    assert.are.equal(#ids, counts.done)
    assert.is_true((org:counts().statuses["429"] or 0) > 0)
    assert.is_true(longest <= 3, longest)
    assert.is_true(slowest <= 3 + LATENCY, slowest)
  end)

  it("works with two clients at once", function()
    local time = virtual.clock()
    local clients = {}
    for i = 1, 2 do
      local org = sandbox.okta { users = 20, rate_limit = false, now = time.wall }
      clients[i] = roster.okta {
        url = org.url, token = org.token, transport = virtual.transport(org, LATENCY), clock = time.clock,
      }
    end
    local began = time.now()
    local counts = assert(clients[1]:each(clients[1]:list_users { limit = 20 }, function(user, client)
      assert(client:get_user(user.id))
      return clients[2]:get_user(user.profile.login)
    end, { concurrency = 20 }))
    assert.are.equal(20, counts.done)
    assert.is_true(time.now() - began <= 3 * LATENCY * 1.01, time.now() - began)
  end)
end)

describe("a run that ends early", function()
  local function in_flight(okta)
    local count = 0
    for _, bucket in ipairs(okta:limits()) do
      count = count + bucket.in_flight
    end
    return count
  end

  it("drops the calls on their way on Ctrl-C, closes the journal, and raises it", function()
    local path = os.tmpname()
    os.remove(path)
    local sleeps, limit = 0, math.huge
    local okta, ids, _, org = world {
      on_sleep = function()
        sleeps = sleeps + 1
        if sleeps == limit then
          error("interrupted!", 0)
        end
      end,
    }
    limit = sleeps + 5
    local ok, err = pcall(okta.each, okta, ids, "suspend_user", { journal = path })
    assert.is_false(ok)
    assert.are.equal("interrupted!", err)
    assert.are.equal(0, in_flight(okta))
    local effects = org:counts().effects.suspend_user
    assert.is_true(effects >= 8 and effects < #ids, effects)
    -- usable again, by the same client, with the same journal
    limit = math.huge
    local counts = assert(okta:each(ids, function(id, client, again)
      if again and client:get_user(id).status == "SUSPENDED" then
        return true
      end
      return client:suspend_user(id)
    end, { journal = path .. "2" }))
    assert.are.equal(#ids - effects, counts.done)
    counts = assert(okta:each(ids, "suspend_user", { journal = path }))
    -- what had been sent and not answered is asked again, and refused by then
    assert.are.equal(8, counts.repeated)
    assert.are.equal(#ids, counts.skipped + counts.done + counts.failed)
    os.remove(path)
    os.remove(path .. "2")
  end)

  it("raises what on_result raises", function()
    local okta, ids = world {}
    local seen = 0
    local ok, err = pcall(okta.each, okta, ids, "get_user", {
      on_result = function()
        seen = seen + 1
        if seen == 10 then
          error({ "of mine" })
        end
      end,
    })
    assert.is_false(ok)
    assert.are.same({ "of mine" }, err)
    assert.are.equal(10, seen)
    assert.are.equal(0, in_flight(okta))
    assert.are.equal(ids[1], okta:get_user(ids[1]).id)
  end)

  it("cannot be held up by a function that catches everything", function()
    local sleeps, limit = 0, math.huge
    local okta, ids = world {
      on_sleep = function()
        sleeps = sleeps + 1
        if sleeps == limit then
          error("interrupted!", 0)
        end
      end,
    }
    limit = sleeps + 20
    local ok, err = pcall(okta.each, okta, ids, function(id, client)
      while true do
        pcall(client.get_user, client, id)
      end
    end)
    assert.is_false(ok)
    assert.are.equal("interrupted!", err)
  end)
end)

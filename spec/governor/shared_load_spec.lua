-- Workers that share a limit under load, and stores that fail them.
local memory = require "roster.store.memory"
local quota = require "spec.support.quota"

describe("four workers of eight callers each", function()
  local function check(run, limit, least)
    local sums = run:sums()
    for i, sum in ipairs(sums) do
      assert.is_true(sum <= limit, sum .. " in a window")
      -- the last one was not over
      assert.is_true(i == #sums or sum >= least, sum .. " in a window")
    end
    assert.is_true(#sums >= 3, #sums .. " windows")
    return run
  end

  for name, options in pairs {
    ["fast"] = { pause = 0.05 }, ["slow"] = { latency = 1 }, ["very slow"] = { latency = 3, callers = 16 },
    ["patient"] = { patience = 100 }, ["begun late in a second"] = { phase = 0.95 },
    ["an hour ahead"] = { skew = 3600.5 }, ["an hour behind"] = { skew = -3600 },
    ["one replaced every few seconds"] = { kill = 5 },
  } do
    it("use a quota of 600 a minute and meet no 429: " .. name, function()
      options.limit, options.seconds = 600, 140
      local run = check(quota.run(options), 540, 520)
      assert.equal(0, run.refused)
    end)
  end

  it("go as fast as they can where that is less", function()
    local run = check(quota.run { limit = 600, seconds = 140, callers = 1, pause = 0.6 }, 540, 300)
    assert.equal(0, run.refused)
  end)

  it("come back after a rest", function()
    local run = quota.run { limit = 600, seconds = 260, pause = 0.05, rest = { 70, 160 } }
    assert.equal(0, run.refused)
  end)

  it("keep small quotas, once they know them", function()
    for _, limit in ipairs { 1, 2, 5, 10, 40 } do
      local run = check(quota.run { limit = limit, seconds = 200, pause = 1 }, limit, math.floor(limit * 0.9 * 0.8))
      -- before the first answer nobody knows
      assert.is_true(run.refused <= 32, run.refused)
      assert.is_true(run.done >= 3 * math.floor(limit * 0.9 * 0.8))
    end
  end)

  for _, foreign in ipairs { 2, 5, 9 } do
    it("meet hardly a 429 while others send " .. foreign .. " a second", function()
      local run = quota.run { limit = 600, seconds = 140, foreign = foreign, pause = 0.5 }
      assert.is_true(run.refused <= 8 * 3, run.refused)
    end)
  end
end)

describe("a store that", function()
  local function failing(act)
    return setmetatable({}, { __index = function()
      return act
    end })
  end

  for name, act in pairs {
    ["raises"] = function() error("gone", 0) end, ["is full"] = function() return nil, "no memory" end,
    ["says nothing"] = function() end,
  } do
    it(name .. " leaves each worker with what it knows itself", function()
      local run = quota.run { limit = 600, seconds = 70, workers = 1, store = failing(act), pause = 0.05 }
      assert.equal(0, run.refused)
      assert.is_true(run.sent > 500)
      local limits = run.workers[1]:limits(run.t.now())
      assert.equal(600, limits[1].limit)
    end)
  end

  it("is slow, so that others go on meanwhile, keeps the quota all the same", function()
    local store, t = memory.new(), nil
    for _, name in ipairs { "get", "set", "incr" } do
      local method = store[name]
      store[name] = function(...)
        t.sleep(0.001 + t.random() * 0.01)
        return method(...)
      end
    end
    local run = quota.run { limit = 600, seconds = 140, store = store, pause = 0.1, begin = function(of)
      t = of
    end }
    assert.equal(0, run.refused)
    for i, sum in ipairs(run:sums()) do
      assert.is_true(sum <= 540 and (i > 2 or sum > 500), sum)
    end
  end)

  it("fails now and then does not make it much worse", function()
    local store, lot = memory.new(), 1
    for _, name in ipairs { "get", "set", "incr" } do
      local method = store[name]
      store[name] = function(...)
        lot = lot * 48271 % 2147483647
        if lot % 10 == 0 then
          error("lost", 0)
        end
        return method(...)
      end
    end
    local run = quota.run { limit = 600, seconds = 140, store = store, pause = 0.05 }
    assert.is_true(run.refused <= 30, run.refused)
  end)
end)

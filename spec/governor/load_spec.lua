-- Under load: the quota is used, the wall is not hit, and others can live.
local load = require "spec.support.load"

describe("1,000 writes against a quota of 600 a minute", function()
  -- what the service allows, were its quota a stream
  local IDEAL = 1000 / 600 * 60

  for name, options in pairs {
    ["in no time each"] = {}, ["of 50 ms each"] = { latency = 0.05 }, ["by 8 at a time"] = { latency = 0.2,
      workers = 8 },
    ["by 30 slow ones at a time"] = { latency = 1, workers = 30 }, ["begun late in a second"] = { phase = 0.999 },
    ["begun in the middle of one"] = { phase = 0.5, latency = 0.03 },
  } do
    it("meet no 429 and take at most 5 % longer than they must: " .. name, function()
      local run = load.writes(1000, options)
      assert.equal(0, run.limited)
      assert.equal(0, run.failed)
      assert.equal(1000, run.effects)
      assert.is_true(run.seconds <= IDEAL * 1.05, run.seconds .. " s")
    end)
  end

  it("keep a tenth of each minute free for others", function()
    local run = load.writes(1000, { foreign = 0.9 })
    assert.equal(0, run.limited)
    assert.equal(0, run.refused_to_others)
  end)

  for _, foreign in ipairs { 2, 5, 9 } do
    it("end without a storm of 429s while others send " .. foreign .. " a second", function()
      local run = load.writes(1000, { foreign = foreign, latency = 0.1, workers = 8 })
      assert.equal(0, run.failed)
      assert.equal(1000, run.effects)
      -- no more than a handful for each minute, of a thousand calls
      assert.is_true(run.limited <= 10, run.limited .. " times 429")
      assert.is_true(run.seconds <= 250, run.seconds .. " s")
    end)
  end

  it("run into the wall without a governor, and come through all the same", function()
    local run = load.writes(1000, { client = { governor = false }, latency = 0.1, workers = 8 })
    assert.is_true(run.limited > 0)
    assert.equal(0, run.failed)
    assert.equal(1000, run.effects)
  end)

  it("use as much of the quota as they are told to", function()
    local run = load.writes(500, { client = { governor = { capacity = 0.5 } } })
    assert.equal(0, run.limited)
    assert.is_true(run.seconds > 60)
    run = load.writes(600, { client = { governor = { capacity = 1 } } })
    assert.equal(0, run.limited)
    assert.is_true(run.seconds < 61, run.seconds .. " s")
  end)
end)

describe("small quotas", function()
  for _, limit in ipairs { 1, 2, 5, 10 } do
    it("are kept as well: " .. limit .. " a minute", function()
      local run = load.writes(3 * limit, { rate_limit = limit })
      assert.equal(0, run.limited)
      assert.equal(0, run.failed)
      assert.is_true(run.seconds < 400, run.seconds .. " s")
    end)
  end
end)

describe("100 calls at the same time against a limit of 75", function()
  for _, latency in ipairs { 0.05, 0.2, 1 } do
    it("all succeed, and none waits more than 3 s: " .. latency .. " s each", function()
      local run = load.parallel(100, 75, latency)
      assert.equal(0, run.failed)
      assert.is_true(run.longest <= 3, run.longest .. " s")
      assert.is_true(run.refused >= 25 and run.refused < 100, run.refused .. " times 429")
    end)
  end

  it("all succeed without a governor", function()
    local run = load.parallel(100, 75, 0.2, { governor = false })
    assert.equal(0, run.failed)
    assert.is_true(run.longest <= 3, run.longest .. " s")
    assert.is_true(run.refused > 25)
  end)

  it("are refused once, not all the way: the calls in flight become fewer", function()
    local run = load.parallel(100, 75, 0.2, { each = 10 })
    assert.equal(0, run.failed)
    assert.is_true(run.refused < 100, run.refused .. " times 429 of 1,000 calls")
    assert.is_true(run.longest <= 3, run.longest .. " s")
  end)

  it("get through a limit that is far lower", function()
    local run = load.parallel(100, 10, 0.2)
    assert.equal(0, run.failed)
    assert.is_true(run.longest <= 3, run.longest .. " s")
  end)
end)

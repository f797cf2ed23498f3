-- A week of two services in bad weather, each with two clients that share what
-- they know and many coroutines, in virtual time: after every step, everything
-- that must be true is looked at. SEED=n repeats the week of a failure.
local programs = require "spec.support.week.programs"
local world = require "spec.support.week.world"

-- LuaJIT would compile and discard traces of thousands of short coroutines,
-- which takes three times as long as the week itself.
if jit then
  setup(jit.off)
  teardown(jit.on)
end

-- seconds that a worker is away, in the mean
local PAUSE = 6 * 3600

local function live(seed, options)
  local w = world.new(seed, options)
  programs.start(w, options.pause or PAUSE, options.jump)
  w.t:run()
  w:finish()
  return w
end

local function faults_of(w)
  return table.concat(w.ledger.faults, "\n")
end

--- What happened, in numbers.
local function summary(w)
  local l = w.ledger
  return ("%d calls, %d requests, %d steps, %d checks, %d failures, %d ambiguous, %d tokens, %d killed, %.3f s"):format(
    l.calls, l.requests, l.steps, l.checks, l.failures, l.ambiguous, l.tokens, w.killed, w.t.now())
end

describe("a week of two clients each", function()
  local WEEKS = {
    { seed = 1 }, { seed = 2, jump = 3600 }, { seed = 3, jump = -3600 },
  }
  local given = tonumber(os.getenv "SEED")
  if given then
    WEEKS = { { seed = given }, { seed = given, jump = 3600 }, { seed = given, jump = -3600 } }
  end

  for _, week in ipairs(WEEKS) do
    local name = ("seed %d, the clock put right by %s s"):format(week.seed, week.jump or 0)

    it("keeps every rule after every step: " .. name, function()
      local w = live(week.seed, { days = 7, jump = week.jump })
      local l = w.ledger
      assert.equal("", faults_of(w))
      -- it was a week, and a bad one
      assert.is_true(w.t.now() >= w.ends)
      assert.is_true(l.calls > 4000 and l.steps > 20000, summary(w))
      assert.is_true(l.failures > 200 and l.ambiguous > 20 and w.killed > 10, summary(w))
      for _, kind in ipairs { "http", "auth", "rate_limited", "transport", "timeout", "protocol" } do
        assert.is_true((l.kinds[kind] or 0) > 0, "no failure of the kind " .. kind)
      end
      for _, why in ipairs { "rate limit", "concurrency limit", "lost connection", "gateway failure" } do
        assert.is_true((w.waits[why] or 0) > 0, "nobody waited for " .. why)
      end
      -- one for each lifetime, and one for each that was refused
      assert.is_true(l.tokens > 2 * 7 * 10 and l.tokens <= 2 * 7 * 24 * 1.02 + l.refusals + 2, summary(w))
      assert.is_true(w.walks > 50, w.walks .. " walks")

      -- a day's weight: what the services themselves remember grows a little
      local first, last = w.weights[2], w.weights[7]
      assert.is_true(last.kilobytes <= first.kilobytes * 1.1 + 300, ("%.0f KB, then %.0f"):format(first.kilobytes,
        last.kilobytes))
      assert.is_true(last.entries < 200, last.entries .. " entries in the stores")
    end)
  end

  it("goes the same way each time", function()
    local first, second = live(7, { days = 0.5 }), live(7, { days = 0.5 })
    assert.equal(summary(first), summary(second))
    assert.is_not.equal(summary(first), summary(live(8, { days = 0.5 })))
  end)
end)

describe("the rules of the week", function()
  for sabotage, found in pairs {
    apart = { "others ask for a token as well", "asked for a token %d+%.%d s before one was due" },
    greedy = { "more than %d+ of %w+ in a minute" },
    lying = { "sent again after", "done %d times" },
    deaf = { "requests were too many at a time" },
    late = { "stuck" },
    leak = { "the governor counts %d" },
  } do
    it("are seen to be broken: " .. sabotage, function()
      local seen = {}
      for seed = 1, 2 do
        local pause = sabotage ~= "deaf" and 3600 or nil
        seen[seed] = faults_of(live(seed, { days = 2, sabotage = sabotage, pause = pause }))
      end
      seen = table.concat(seen, "\n")
      for _, text in ipairs(found) do
        assert.matches(text, seen)
      end
    end)
  end
end)

-- The time of day was taken in whole seconds outside of nginx. Two clients that
-- shared a quota then began a window up to a second before the service did, and
-- sent more than it allows; and who was to wait for a part of a second asked again
-- and again until the next one began.
local clock = require "roster.clock"

-- os.time reads the kernel's coarse clock, which is behind by up to a tick (4 ms
-- measured, 10 ms at 100 ticks a second): just after a second began it still says
-- the one before
local TICK = 0.1

describe("the time of day", function()
  it("has parts of seconds, and is that of the system", function()
    local wall, whole = clock.new().wall, 0
    for _ = 1, 50 do
      local before, now, after = os.time(), wall(), os.time()
      assert.is_true(now >= before and now < after + 1 + TICK)
      whole = whole + (now % 1 == 0 and 1 or 0)
    end
    assert.is_true(whole < 50)
  end)
end)

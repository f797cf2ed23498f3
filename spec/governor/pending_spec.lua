-- The calls that are on their way, as a bucket counts them.
local bucket = require "roster.governor.bucket"

describe("a bucket's calls on their way", function()
  local one

  before_each(function()
    one = bucket.new("users", 0.9)
  end)

  local function answer(remaining)
    return {
      rate = function()
        return 600, remaining, 1060, 1000
      end,
    }
  end

  local function collect()
    -- the first finds what nobody holds
    collectgarbage()
    collectgarbage()
  end

  it("are counted until they are settled", function()
    local calls = {}
    for i = 1, 5 do
      calls[i] = answer(600 - i)
      assert.equal(0, one:admit(calls[i], 0))
      assert.equal(i, one:shown(0).in_flight)
    end
    collect()
    assert.equal(5, one:shown(0).in_flight)
    for i = 1, 5 do
      one:settled(calls[i], 0, 1000)
      assert.equal(5 - i, one:shown(0).in_flight)
      -- a second time says nothing new
      one:settled(calls[i], 0, 1000)
      assert.equal(5 - i, one:shown(0).in_flight)
    end
  end)

  it("are forgotten when nobody holds them any more", function()
    local kept = answer(590)
    one:admit(kept, 0)
    for _ = 1, 9 do
      one:admit(answer(0), 0)
    end
    collect()
    assert.equal(1, one:shown(0).in_flight)
    one:admit(answer(0), 0)
    assert.equal(2, one:shown(0).in_flight)
    collect()
    one:settled(kept, 0, 1000)
    assert.equal(0, one:shown(0).in_flight)
    -- none of those that were dropped is held back any more
    assert.equal(590, one:shown(0).remaining)
  end)
end)

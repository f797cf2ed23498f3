-- Every operation of every service: what it sends and what it makes of the
-- answer, against tables written by hand.
local core = require "roster.core"
local interpreter = require "spec.conformance.interpreter"
local services = require "spec.conformance.services"

describe("conformance", function()
  it("has rows for all 71 operations, and for nothing else", function()
    local count = 0
    for _, service in ipairs(services) do
      local known, seen = {}, {}
      for _, op in ipairs(core.catalog(service.name).operations) do
        known[op.name] = true
      end
      for _, row in ipairs(service.rows) do
        assert.is_true(known[row.name], service.name .. " has no operation " .. row.name)
        if not seen[row.name] then
          count = count + 1
        end
        seen[row.name] = true
      end
      for name in pairs(known) do
        assert.is_true(seen[name], service.name .. " " .. name .. " has no row")
      end
    end
    assert.equal(71, count)
  end)

  for _, service in ipairs(services) do
    describe("of " .. service.name .. ", replayed:", function()
      for i, row in ipairs(service.rows) do
        it(("%d %s"):format(i, row.name), function()
          interpreter.replay(service, row)
        end)
      end
    end)
  end
end)

-- In the second of two records, a name that came again behind forty others
-- counted the first time instead of the last.
local core = require "roster.core"

local function record(before, between)
  local parts = {}
  for i = 1, before + between do
    parts[i] = ('"n%d":%d'):format(i, i)
  end
  table.insert(parts, before + 1, '"again":"first"')
  parts[#parts + 1] = '"again":"last"'
  return "{" .. table.concat(parts, ",") .. "}"
end

describe("a name that is repeated", function()
  for _, before in ipairs { 0, 5, 38, 39, 40, 41, 58, 59, 60, 61, 100 } do
    it("counts the last time, with " .. before .. " names before the first", function()
      for _, between in ipairs { 0, 1, 6, 20, 39, 40, 41, 60, 100 } do
        local one = record(before, between)
        local text = "[" .. (one .. ","):rep(30) .. one .. "]"
        for i = 1, 4 do
          local list = core.decode(text, i > 2 and "okta" or nil, i > 2 and "User" or nil, true)
          for _, item in ipairs(list) do
            assert.equal("last", item.again)
          end
        end
      end
    end)
  end
end)

-- What is held in memory does not grow with the number of items.
describe("a bulk run's memory", function()
  local function run(items, journal)
    local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
    local pipe = assert(io.popen(("LUA_PATH='%s' LUA_CPATH='%s' %s spec/bench/bulk_run.lua %d %s"):format(
      package.path, package.cpath, lua, items, journal)))
    local text = pipe:read("*a")
    pipe:close()
    local heap, requests = text:match("^([%d.]+) (%d+)\n$")
    assert(heap, text)
    return tonumber(heap), tonumber(requests)
  end

  for _, journal in ipairs { "no", "yes" } do
    it("is the same for few and many, journal: " .. journal, function()
      local few, few_requests = run(500, journal)
      local many, many_requests = run(20000, journal)
      assert.are.equal(500, few_requests)
      assert.are.equal(20000, many_requests)
      -- KiB; the smallest thing kept of each item, a table's slot, would be 300
      assert.is_true(many < few + 128, ("%.1f and %.1f KiB"):format(few, many))
    end)
  end
end)

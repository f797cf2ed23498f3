-- core.decode: the names that it remembers from one document to the next.
local core = require "roster.core"
local random_json = require "spec.support.random_json"

local MODELS = { "User", "Group", "Application", "UserProfile", "UserCredentials", "Role" }

local known = {}
for _, model in ipairs(MODELS) do
  if pcall(core.decode, "{}", "okta", model) then
    known[#known + 1] = model
  end
end

--- With the names that were remembered, and with none.
local function both(text, model, list)
  return { core.decode(text, "okta", model, list) }, { core.decode(text) }
end

describe("names that decode remembers", function()
  it("make no difference to random documents, whatever came before", function()
    assert.is_true(#known > 4) -- more than are remembered
    local source = random_json.new(2601)
    for i = 1, 3000 do
      local ours, fresh = both(source:text(5), known[i % #known + 1])
      assert.are.same(fresh, ours)
    end
  end)

  it("make no difference to pages of records", function()
    local source = random_json.new(2602)
    for i = 1, 60 do
      local ours, fresh = both(source:page(20), known[i % 2 + 1], true)
      assert.are.same(fresh, ours)
    end
  end)

  it("are told from others of the same beginning or length", function()
    local names = { "", "a", "ab", "abc", "abcdef", "abcdefg", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghj",
      "abcdefg\\\"", "abcdefg\\u0000", "b", ("x"):rep(39), ("x"):rep(40), ("x"):rep(41), "\195\169", "a\\nb" }
    for shift = 0, #names - 1 do
      local parts = {}
      for i = 1, #names do
        parts[i] = ('"%s":%d'):format(names[(i + shift) % #names + 1], i)
      end
      local text = "{" .. table.concat(parts, ",") .. "}"
      for _ = 1, 2 do
        local ours, fresh = both(text, "User")
        assert.are.same(fresh, ours)
      end
      -- at the very end of the bytes
      for i = 1, #text - 1 do
        local cut, cut_fresh = both(text:sub(1, i), "User")
        assert.are.same(cut_fresh, cut)
      end
    end
  end)

  it("are as many as they like", function()
    for round = 1, 20 do
      local parts = {}
      for i = 1, 100 do
        parts[i] = ('"key%d":{"of%d":%d}'):format(i * round, i + round, i)
      end
      local ours, fresh = both("{" .. table.concat(parts, ",") .. "}", "User")
      assert.are.same(fresh, ours)
    end
  end)

  it("outlive the strings that were made of them", function()
    for _ = 1, 50 do
      local user = core.decode('{"id":"1","profile":{"login":"a","zzz":true}}', "okta", "User")
      assert.are.same({ id = "1", profile = { login = "a", zzz = true } }, user)
      user = nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
    end
  end)

  it("are not mixed up by a finalizer that decodes meanwhile", function()
    local runs = 0
    local function finalize()
      runs = runs + 1
      local inner = core.decode(('{"in%d":1,"s":"\\u00e9","id":2}'):format(runs), "okta", "User")
      assert(inner["in" .. runs] == 1 and inner.s == "\195\169" and inner.id == 2)
    end
    local function litter()
      if newproxy then -- luacheck: ignore
        getmetatable(newproxy(true)).__gc = finalize -- luacheck: ignore
      else
        setmetatable({}, { __gc = finalize })
      end
    end
    local parts = {}
    for i = 1, 300 do
      parts[i] = ('{"id":%d,"s":"%s\\n%d","n%d":0}'):format(i, ("\\t"):rep(i), i, i % 50)
    end
    local text = "[" .. table.concat(parts, ",") .. "]"
    for _ = 1, 30 do
      for _ = 1, 20 do
        litter()
      end
      local list = core.decode(text, "okta", "User", true)
      for i = 1, 300 do
        assert(list[i].id == i and list[i].s == ("\t"):rep(i) .. "\n" .. i and list[i]["n" .. i % 50] == 0)
      end
    end
    collectgarbage()
    assert.is_true(runs > 0)
  end)
end)

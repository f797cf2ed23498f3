-- roster.plain: a table is read as Lua reads it, on every Lua alike.
local json = require "roster.json"
local plain = require "roster.plain"

local function of(value)
  return plain.value(value, "body")
end

-- A read-only view of a table, in the shapes that people make.
local VIEWS = {
  ["__index"] = function(t) return setmetatable({}, { __index = t }) end,
  ["__index, locked"] = function(t)
    return setmetatable({}, { __index = t, __newindex = error, __metatable = false })
  end,
  ["a chain of __index"] = function(t)
    return setmetatable({}, { __index = setmetatable({}, { __index = t }) })
  end,
  ["__pairs"] = function(t) return setmetatable({}, { __pairs = function() return next, t, nil end }) end,
  ["__pairs and a function for __index"] = function(t)
    return setmetatable({}, {
      __index = function(_, key) return t[key] end, __pairs = function() return next, t, nil end,
      __len = function() return #t end, __metatable = "locked",
    })
  end,
  ["__index and __len"] = function(t)
    return setmetatable({}, { __index = t, __len = function() return #t end })
  end,
  ["__index to a view with __pairs"] = function(t)
    return setmetatable({}, { __index = setmetatable({}, { __pairs = function() return next, t, nil end }) })
  end,
}

--- The view of a table, of the tables in it as well, as a protect() makes it.
local function protect(view, value)
  if type(value) ~= "table" or getmetatable(value) == json.array_mt then
    return value
  end
  local inner = {}
  for key, member in pairs(value) do
    inner[key] = protect(view, member)
  end
  return view(inner)
end

local VALUES = {
  {}, { a = 1 }, { 1, 2, 3 }, { a = { b = { c = { "x", { y = false } } } } }, { list = json.array {},
    null = json.null },
  { a = "", b = 0, c = false, _links = { x = 1 } },
}

for name, view in pairs(VIEWS) do
  describe("a view by " .. name, function()
    it("is read whole, at any depth", function()
      for _, value in ipairs(VALUES) do
        local copy, fault = of(protect(view, value))
        assert.is_nil(fault)
        assert.same(value, copy)
        assert.is_nil(getmetatable(copy))
      end
    end)

    it("is read by members as well", function()
      assert.same({ a = 1, b = 2 }, (plain.members(view { a = 1, b = 2 }, "options", { "a", "c" })))
    end)
  end)
end

describe("a list by number only", function()
  local function list(n, items)
    return setmetatable({}, { __index = function(_, i) return items[i] end, __len = function() return n end })
  end

  it("is read as long as its __len says", function()
    assert.same({ "a", "b" }, of(list(2, { "a", "b", "c" })))
  end)

  local BAD = {
    { list(-1, {}), "its __len is no whole number" }, { list(1.5, {}), "its __len is no whole number" },
    { list("a", {}), "its __len is no whole number" }, { list(0 / 0, {}), "its __len is no whole number" },
    { list(1e9, setmetatable({}, { __index = function() return 1 end })), "more than 200000 members" },
    { list(0, {}), "cannot be listed" },
  }
  for i, row in ipairs(BAD) do
    it("is a fault otherwise: " .. i, function()
      local copy, fault = of { x = row[1] }
      assert.is_nil(copy)
      assert.matches("^body%.x: .*" .. row[2], fault)
    end)
  end

  it("must have as many items as its __len says where both can be told", function()
    local short = setmetatable({}, { __index = { 1, 2, 3 }, __len = function() return 2 end })
    assert.equal("body: its __len says 2, but it has 3 items", (select(2, of(short))))
  end)
end)

describe("an object of a class", function()
  local Person = { __name = "Person", _registry = {} }
  Person.__index = Person
  function Person.rename() end
  local Base = { _base = true, describe = function() end }
  setmetatable(Person, { __index = Base, __call = function() end })

  it("has its own members, and no methods", function()
    assert.same({ login = "a" }, of(setmetatable({ login = "a" }, Person)))
    assert.same({}, of(setmetatable({}, Person)))
    assert.same({ 1, 2 }, of(setmetatable({ 1, 2 }, { __index = table })))
  end)

  it("has what a table of defaults says", function()
    assert.same({ login = "a", city = "Oslo" }, of(setmetatable({ login = "a" }, { __index = { city = "Oslo" } })))
    assert.same({ city = "Rome" }, of(setmetatable({ city = "Rome" }, { __index = { city = "Oslo" } })))
    assert.same({ vip = false }, of(setmetatable({ vip = false }, { __index = { vip = true } })))
  end)

  it("is a fault where the class has a value: it may be meant or not", function()
    local class = { city = "Oslo", rename = function() end }
    local copy, fault = of { profile = setmetatable({ login = "a" }, { __index = class }) }
    assert.is_nil(copy)
    assert.matches('^body%.profile: its member "city" stands in a class', fault)
    assert.same({ login = "a", city = "Rome" }, of(setmetatable({ login = "a", city = "Rome" }, { __index = class })))
  end)

  it("is looked up by name where names are known", function()
    local f = function() end
    local view = setmetatable({}, { __index = { on_wait = f, timeout = 3, other = 4 } })
    assert.same({ on_wait = f, timeout = 3 }, (plain.members(view, "options", { "on_wait", "timeout" })))
    local dynamic = setmetatable({ a = 1 }, { __index = function(_, key) return key == "b" and 2 or nil end })
    assert.same({ a = 1, b = 2 }, (plain.members(dynamic, "options", { "b", "c" })))
  end)
end)

describe("a fault of roster.plain", function()
  local function raise() error("boom", 0) end
  local n = 0
  local loop = setmetatable({}, {})
  getmetatable(loop).__index = loop
  local cycle = {}
  cycle.a = setmetatable({}, { __index = { b = cycle } })
  local CASES = {
    { "an __index function alone", setmetatable({ login = "a" }, { __index = function() end }), "cannot be listed" },
    { "an __index that is no table", setmetatable({}, { __index = io.stdout }), "cannot be listed" },
    { "__pairs that raises", setmetatable({}, { __pairs = raise }), "its __pairs raised: boom" },
    { "__pairs that raises a table", setmetatable({}, { __pairs = function() error {} end }),
      "its __pairs raised: table" },
    { "__pairs that raises what cannot be printed",
      setmetatable({}, { __pairs = function() error(setmetatable({}, { __tostring = raise })) end }),
        "__pairs raised: something" },
    { "__pairs that is none", setmetatable({}, { __pairs = 5 }), "its __pairs raised: .*number" },
    { "__pairs that gives no iterator", setmetatable({}, { __pairs = function() end }), "its __pairs raised: .*nil" },
    { "an iterator that raises", setmetatable({}, { __pairs = function() return raise end }),
      "its __pairs raised: boom" },
    { "an iterator that repeats", setmetatable({}, { __pairs = function() return function() return "k", 1 end end }),
      'its __pairs gives "k" twice' },
    { "an iterator that gives NaN", setmetatable({}, { __pairs = function() return function() return 0 / 0,
      1 end end }),
      "its __pairs gives a key twice" },
    { "an iterator without end",
      setmetatable({}, { __pairs = function() return function() n = n + 1 return n, 1 end end }),
      "more than 200000 members" },
    { "__len that raises", setmetatable({}, { __index = { 1 }, __len = raise }), "its __len raised: boom" },
    { "an __index that raises", setmetatable({}, { __index = raise, __len = function() return 1 end }),
      "its __index raised: boom" },
    { "a chain that holds itself", loop, "its __index chain is too long" },
    { "a cycle", cycle, "^body%.x%.a%.b: cyclic" },
  }
  local function endless()
    return setmetatable({}, { __pairs = function()
      local given
      return function()
        if not given then
          given = true
          return "a", endless()
        end
      end
    end })
  end
  CASES[#CASES + 1] = { "views inside of each other without end", endless(), "nested too deep" }
  local function bush()
    return setmetatable({}, { __pairs = function()
      local i = 0
      return function()
        i = i + 1
        if i <= 3 then
          return "k" .. i, bush()
        end
      end
    end })
  end
  CASES[#CASES + 1] = { "views that grow without end", bush(), "nested too deep" }
  for _, case in ipairs(CASES) do
    it("names the place: " .. case[1], function()
      local copy, fault = of { x = case[2] }
      assert.is_nil(copy)
      assert.matches("^body%.x", fault)
      assert.matches(case[3], fault)
      assert.is_nil(fault:find("%c"))
      assert.is_true(#fault < 400)
    end)
  end
end)

describe("roster.json.encode", function()
  it("reads views as well", function()
    assert.equal('{"a":[1,{"b":2}]}', json.encode { a = VIEWS.__index { 1, VIEWS.__pairs { b = 2 } } })
    assert.same({ nil, "body.a: its __pairs raised: x" },
      { json.encode { a = setmetatable({}, { __pairs = function() error("x", 0) end }) } })
  end)
end)

describe("a plain table", function()
  it("is not copied by members, whatever else its metatable has", function()
    local t = setmetatable({ 1 }, { __newindex = error, __tostring = error, __eq = error, __call = error })
    assert.equal(t, (plain.members(t, "options")))
    local list = json.array { 1 }
    assert.equal(list, (plain.members(list, "options")))
  end)
end)

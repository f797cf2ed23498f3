-- The types for editors and the reference: fresh, well formed, harmless.

local annotations = require "spec.support.annotations"
local meta = require "spec.support.meta"

describe("lua/roster/meta", function()
  it("is what `make meta` writes", function()
    local before = package.path
    package.path = ".ci/?.lua;" .. package.path
    local files = require "meta.generate"()
    package.path = before
    local count = 0
    for name, text in pairs(files) do
      local path = meta.folder .. "/" .. name
      assert.is_true(meta.read(path) == text, path .. " is stale: run `make meta`")
      count = count + 1
    end
    assert.equal(count, #meta.files(".lua") + #meta.files(".md"))
  end)

  it("says in each file that it was made, and that it is for editors", function()
    assert.is_true(#meta.files(".lua") >= 7)
    for _, name in ipairs(meta.files ".lua") do
      local first, second = meta.read(meta.folder .. "/" .. name):match("^(.-)\n(.-)\n")
      assert.matches("^%-%- Written by `make meta`", first, nil, name)
      assert.equal("---@meta _", second)
    end
    for _, name in ipairs(meta.files ".md") do
      assert.matches("^<!%-%- Written by `make meta`", meta.read(meta.folder .. "/" .. name), nil, name)
    end
  end)

  it("is understood to the last line: every type is defined, and nothing twice", function()
    assert.same({}, meta.all().faults)
    assert.is_truthy(meta.all().classes["roster.Error"])
  end)

  it("does nothing when it is run", function()
    for _, name in ipairs(meta.files ".lua") do
      local globals = {}
      for key in pairs(_G) do globals[key] = true end
      assert.is_nil(assert(loadfile(meta.folder .. "/" .. name))())
      for key in pairs(_G) do assert.is_true(globals[key], key) end
    end
  end)

  it("has no line that is too wide to read", function()
    for _, name in ipairs(meta.files ".lua") do
      for line in io.lines(meta.folder .. "/" .. name) do
        assert.is_true(#line <= 120, name .. ": " .. line)
      end
    end
  end)
end)

describe("the reader of annotations", function()
  local function faults(text)
    local self = annotations.new()
    annotations.read(self, "x", text)
    annotations.finish(self)
    return self.faults
  end

  local GOOD = [[
---@class A: B
---@field a? fun(x: string, y?: integer): A[]?, "b"|{ c: table<string, any> }
local A = {}

---@param x string|integer why
---@return B? value
function A:f(x) end

---@class B
---@field ["x-y"] string
---@alias C string
---| "D"
]]

  it("takes what is right", function()
    assert.same({}, faults(GOOD))
  end)

  -- what is changed, into what, and what is said of it
  local WRONG = {
    { "A: B", "A: X", "no type X" },
    { "A%[%]", "Z[]", "no type Z" },
    { "fun%(x: string", "fun(x string", "expected : at" },
    { "integer%): A", "integer: A", "expected %)" },
    { '"b"|', '"b|', "expected a type" },
    { "param x", "param z", "parameter x is told of as z" },
    { "%-%-%-@param [^\n]*\n", "", "not every parameter has a type" },
    { '%["x%-y"%]', "x-y", "a field's name must stand in brackets" },
    { "@class B", "@class A", "class A is there twice" },
    { "@alias C", "@alias B", "alias B is there twice" },
    { "@return", "@returns", "unknown tag returns" },
    { "local A = {}", "local A = {}\nprint()", "neither an annotation nor a declaration" },
    { "A:f", "E:f", "a method of no class" },
    { "B%? value", "B?value", "behind a type" },
    { "integer why", "integer [why]", "could be part of the type" },
    { '%["x%-y"%] string', "f fun() why", "could be part of the type" },
  }
  for _, row in ipairs(WRONG) do
    it("does not take " .. row[2]:gsub("\n", " "), function()
      local text, count = GOOD:gsub(row[1], row[2], 1)
      assert.equal(1, count)
      local found = faults(text)
      assert.is_true(#found > 0)
      assert.matches(row[3], table.concat(found, "\n"))
    end)
  end
end)

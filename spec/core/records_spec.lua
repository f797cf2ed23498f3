-- What tells records apart, and finds the one that is none.
local core = require "roster.core"
local random_json = require "spec.support.random_json"

local function of(text)
  local marks, whole = core.fingerprints((assert(core.decode(text, nil, nil, false, true))))
  return marks, whole
end

describe("core.fingerprints", function()
  it("is the same for what is the same, whatever the order of members", function()
    local marks = of [[[{"a":1,"b":[1,{"c":"x"}],"d":null}, {"d":null,"b":[1,{"c":"x"}],"a":1},
      {"b":[1,{"c":"\u0078"}],"a":1,"d":null}]
    ]]
    assert.equal(marks[1], marks[2])
    assert.equal(marks[1], marks[3])
  end)

  it("differs for what differs", function()
    local texts = { "null", "true", "false", "0", "1", "-1", "1.5", '"1"', '""', '"a"', '"aaaaaaaa"', '"aaaaaaaaa"',
      '"aaaaaaaaaaaaaaaa"', '"\\u0000"', '"\\u0000\\u0000"', "[]", "[[]]", "[1,2]", "[2,1]", "[1,[2]]", "{}", "[{}]",
      '{"a":1}', '{"a":"1"}', '{"b":1}', '{"a":1,"b":1}', '{"a":{"b":1}}', '{"a":{},"b":1}', '{"a":null}',
      '{"a":[]}', '{"a":{}}', '{"a":"b","c":"d"}', '{"a":"d","c":"b"}', '{"a":"c","b":"d"}', '{"ab":""}', '{"a":"b"}',
      "9007199254740993", "9007199254740992", "1e300", "9999999999999999999999" }
    local marks = of("[" .. table.concat(texts, ",") .. "]")
    local seen = {}
    for i, mark in ipairs(marks) do
      assert.is_nil(seen[mark], seen[mark] and texts[seen[mark]] .. " and " .. texts[i])
      assert.is_true(mark >= 0 and mark < 2 ^ 53 and mark % 1 == 0)
      seen[mark] = i
    end
    assert.equal(#texts, #marks)
  end)

  it("is of the whole list, in its order", function()
    local wholes = {}
    for i, text in ipairs { "[]", "[1]", "[1,2]", "[2,1]", "[[1,2]]", "[1,2,2]" } do
      local _, whole = of(text)
      assert.is_nil(wholes[whole])
      wholes[whole] = i
    end
    assert.equal(select(2, of '[{"a":1,"b":2}]'), select(2, of '[{"b":2,"a":1}]'))
  end)

  it("reads whatever there is, as often as wanted", function()
    local source = random_json.new(4711)
    for _ = 1, 300 do
      local text = "[" .. source:text(5) .. "]"
      assert.same({ of(text) }, { of(text) })
    end
    local deep = ("["):rep(99) .. ("]"):rep(99)
    assert.equal(1, #of("[" .. deep .. "]"))
    local cyclic = {}
    cyclic.a = cyclic
    assert.equal(1, #core.fingerprints { cyclic })
    assert.has_error(function() core.fingerprints() end)
    assert.has_error(function() core.fingerprints "x" end)
  end)
end)

describe("core.odd_record", function()
  it("is the first that is null, or with objects no object", function()
    local function odd(text, objects)
      return { core.odd_record((assert(core.decode(text))), objects) }
    end
    assert.same({}, odd("[]", true))
    assert.same({}, odd('[{},{"a":1}]', true))
    assert.same({ 2, "null" }, odd("[{},null,1]", true))
    assert.same({ 3, "null" }, odd("[1,[],null]"))
    assert.same({ 1, "a number" }, odd("[1,null]", true))
    assert.same({ 2, "a list" }, odd("[{},[]]", true))
    assert.same({ 1, "a boolean" }, odd("[false]", true))
    assert.same({ 1, "a string" }, odd('["null"]', true))
    assert.has_error(function() core.odd_record(1) end)
  end)
end)

-- What is JSON and what is not, by RFC 8259, and roster.json.

local core = require "roster.core"
local json = require "roster.json"
local shared = require "cjson"

-- Texts that every reader must take.
local accepted = {
  "null", "true", "false", "0", "-0", "-1", "10", "1.0", "-1.5", "0.5", "0e1",
  "1e1", "1E1", "1e+1", "1e-1", "1.5e10", "-0.0e-0", "1e999", "0e+1", '""',
  '"a"', " 1 ", "\t\r\n1\n", "[]", "{}", "[ ]", "{ }", "[1]", "[[]]", "[{}]",
  "[1,2]", "[ 1 , 2 ]", "[null]", '[""]', '["",0]', "[1\n,2]", '{"":0}',
  '{"a":1}', '{ "a" : 1 , "b" : 2 }', '{"a":{"a":{"a":{}}}}', '{"a":[]}',
  '{"a":1,"a":2}', '{"a\\u0000b":1}', '{"\195\169":1}', '"\127"',
  [["\u0000"]], [["\u0001"]], [["\u005C"]], [["\u0022"]], [["\uFFFF"]],
  [["\ud83d\ude39"]], [["\uD834\uDd1e"]], [["\u0061\u30af\u30EA\u30b9"]],
  [["\uFDD0\uFFFE"]], [["\uDBFF\uDFFE"]], [["\"\\\/\b\f\n\r\t"]],
  [["\\u0000"]], [["\\n"]], '"a/*b*/c"', '"\194\128"', '"\223\191"',
  '"\224\160\128"', '"\237\159\191"', '"\238\128\128"', '"\239\191\191"',
  '"\240\144\128\128"', '"\244\143\191\191"', '"\239\187\191"',
  '"\226\128\168\226\128\169"',
  "[" .. ("1,"):rep(5000) .. "1]", '"' .. ("x"):rep(100000) .. '"',
  "123456789012345678901234567890", "0." .. ("3"):rep(1000),
}

-- Texts that no reader may take.
local refused = {
  -- nothing, or more than one value
  "", " ", "\n", "1 2", "[] []", "{}{}", "[1]x", "{}}", "[1]]", '"a"b',
  "true false", "{},", "[],", "null\0", "1\0", "\0", "[]\0",
  -- words
  "nul", "nulll", "NULL", "Null", "tru", "truee", "True", "TRUE", "fals",
  "FALSE", "undefined", "nil", "[tru]", "[nul]", "{\"a\":fals}", "a", "*",
  -- numbers
  "+1", "-", "--1", "- 1", "-a", "01", "-01", "00", "012", "1.", ".1", "-.1",
  "1.e1", "1e", "1e+", "1e-", "1E", "1ee1", "1e1.5", "1.2.3", "0x1", "0x1F",
  "1a", "1_000", "1,000", "NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf",
  "-inf", "1e1e1", "0e", "0e+", "1+2", "[1.]", "[-]", "[0.e1]", "[2.]",
  "[1eE2]", "[- 1]", "[0x42]", "[++1]", "\239\188\145", "1f", "1L",
  -- lists
  "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1;2]",
  "[1:2]", "[1}", '["a"', '["a",', "[[1]", "[[]", "[3[4]]", "[x", "[\"\": 1]",
  "[\"a\",\n4\n,1,", "[\11]", "[1,\n1\n,1", "[{}", "[*]", '[""',
  -- objects
  "{", "}", "{]", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{"a"}',
  '{"a",1}', '{"a" 1}', '{"a"::1}', "{a:1}", "{'a':1}", "{1:1}", "{null:1}",
  "{true:1}", "{:1}", "{,}", '{"a":1 "b":2}', '{"a":1,,"b":2}', '{,"a":1}',
  '{"a":1:2}', '{"a":1]', '{"a":}', '{"a":,}', '{"a":1};', '{"a":1}#', '{[]:1}',
  '{"a":"a" 123}', '{"x"::"b"}', '{"a":"a', "{{}}", '{"a":/**/1}', '{"a" b}',
  '{"\255":1}', '{"a":1}}', '{"a', '{"a":"b",', '{"a":1,"b"}',
  -- strings
  '"', '"a', "'a'", "a\"", '"\\"', '"\\', '"\\x"', '"\\a"', '"\\v"', '"\\0"',
  '"\\\'"', '"\\u"', '"\\u0"', '"\\u00"', '"\\u000"', '"\\u000g"', '"\\uD8"',
  '"\\U0041"', '"\\u{41}"', '"\\ "', '"\\\n"', '"\\\0"', '"\\\195\169"',
  '"\\u 041"', '"\\u-041"', '"\\u+041"', '"\\u0x41"', "\"a\nb\"", "\"a\tb\"",
  "\"a\rb\"", "\"a\0b\"", "\"\31\"", "\"\1\"", '"a" "b', '["\\', '["\\u', '"a',
  -- surrogates
  [["\ud800"]], [["\udc00"]], [["\ud800a"]], [["\ud800\n"]], [["\ud800\u0041"]],
  [["\ud800\ud800"]], [["\udc00\ud800"]], [["\ud800\u"]], [["\ud800\udc0"]],
  [["\uD800\\uDC00"]], [["a\udfffb"]], [["\udbff"]], [["\ud800]],
  -- UTF-8: tails alone, cut short, overlong, surrogates, too high
  '"\128"', '"\191"', '"\195"', '"\195x"', '"\226\130"', '"\226\130x"',
  '"\240\159\152"', '"\240\159\152x"', '"\192\128"', '"\192\175"', '"\193\191"',
  '"\224\128\128"', '"\224\159\191"', '"\240\128\128\128"',
  '"\240\143\191\191"', '"\237\160\128"', '"\237\191\191"',
  '"\237\160\189\237\184\128"', '"\244\144\128\128"', '"\245\128\128\128"',
  '"\248\136\128\128\128"', '"\252\132\128\128\128\128"', '"\254"', '"\255"',
  '"\195\169\169"', '"\233"', "\195\169", '"\195\40"', '"\195',
  -- byte order marks and other encodings
  "\239\187\191{}", "\239\187\191", "\254\255", "\255\254[\0]\0", "[\0]\0",
  -- spaces and comments that are none
  "\11", "\12 1", "\194\1601", "\226\128\1681", "1\11", "/**/1", "1//", "#1",
  "1 /* a */", "<!-- -->1", "\f[]", "[\f1]", "[1\194\160]",
  -- depth
  ("["):rep(101) .. ("]"):rep(101), ("["):rep(100000),
  ('{"a":'):rep(101) .. "0" .. ("}"):rep(101), ('[{"":'):rep(50000),
}

local function shown(text)
  return (text:sub(1, 60):gsub("[^\32-\126]", function(c)
    return string.format("\\%d", c:byte())
  end))
end

-- The ways by which the same text reaches the reader: alone, beside enough
-- other text to be a page, as a member that is checked but not kept.
local ways = {
  alone = function(text)
    return core.decode(text)
  end,
  ["in a page"] = function(text)
    return core.decode("[" .. ('{"a":1},'):rep(200) .. text .. "]")
  end,
  ["not kept"] = function(text)
    return core.decode('{"_links":' .. text .. "}", nil, nil, false, false, false)
  end,
}

describe("JSON", function()
  for _, text in ipairs(accepted) do
    it("is " .. shown(text), function()
      for way, decode in pairs(ways) do
        local value, message = decode(text)
        assert.is_true(value ~= nil, way .. ": " .. tostring(message))
      end
    end)
  end

  for _, text in ipairs(refused) do
    it("is not " .. shown(text), function()
      local value, message = core.decode(text)
      assert.is_nil(value)
      assert.matches("^byte %d+: [%l%u]", message)
      for way, decode in pairs(ways) do
        assert.is_nil((decode(text)), way)
      end
    end)
  end
end)

describe("roster.json", function()
  it("has the null of lua-cjson", function()
    assert.equal(shared.null, json.null)
    assert.equal("null", json.encode(json.null))
  end)

  it("leaves the shared lua-cjson as it was", function()
    assert.equal(14, (shared.encode_number_precision()))
    assert.equal('"\\/"', shared.encode("/"))
    assert.is_nil(getmetatable(shared.decode("[]")))
  end)

  it("keeps {} and [] apart, both ways", function()
    assert.equal("{}", json.encode({}))
    assert.equal("[]", json.encode(json.array({})))
    assert.equal("[]", json.encode(json.array()))
    assert.equal("[]", json.encode(json.decode("[]")))
    assert.equal("{}", json.encode(json.decode("{}")))
    assert.equal('{"a":[{},[]]}', json.encode(json.decode('{"a":[{},[]]}')))
  end)

  it("keeps null members and elements", function()
    local value = json.decode('{"a":null,"b":[null]}')
    assert.equal(json.null, value.a)
    assert.equal(json.null, value.b[1])
    assert.equal('{"b":[null]}', json.encode({ b = value.b }))
  end)

  it("keeps integers whole", function()
    for _, text in ipairs({ "123456789012345", "-9007199254740991", "0" }) do
      assert.equal(text, json.encode(json.decode(text)))
    end
    local text = "1234567890123456789"
    assert.equal(math.type and text or '"' .. text .. '"',
      json.encode(json.decode(text)))
  end)

  it("writes slashes and text beyond ASCII as they are", function()
    assert.equal('"a/b \195\169"', json.encode("a/b \195\169"))
  end)

  it("says what is wrong, and raises nothing", function()
    local value, message = json.decode("[1,")
    assert.is_nil(value)
    assert.equal("byte 4: unexpected end of input", message)
    value, message = json.encode({ a = print })
    assert.is_nil(value)
    assert.equal("body.a: cannot send a function", message)
  end)

  it("decodes false to false", function()
    local value, message = json.decode("false")
    assert.equal(false, value)
    assert.is_nil(message)
  end)

  describe("array", function()
    it("marks the table that it is given", function()
      local list = { 1, 2 }
      assert.equal(list, json.array(list))
      assert.equal(json.array_mt, getmetatable(list))
      assert.equal(list, json.array(list))
      assert.equal(json.array_mt, getmetatable(json.decode("[1]")))
    end)

    it("raises at the caller's line for what it cannot mark", function()
      for reason, value in pairs({
        ["expected table, got string"] = "a",
        ["expected table, got boolean"] = false,
        ["the table has another metatable"] = setmetatable({}, {}),
      }) do
        local ok, message = pcall(function() json.array(value) end)
        assert.is_false(ok)
        assert.matches("json_spec%.lua:%d+: array: " .. reason .. "$", message)
      end
    end)
  end)

  -- Loads roster.json anew beside a lua-cjson that has the given members.
  local function load_beside(cjson, safe)
    local kept = { package.loaded["roster.json"], package.loaded.cjson,
      package.loaded["cjson.safe"] }
    local marker = core.marks()
    package.loaded["roster.json"] = nil
    package.loaded.cjson = cjson
    package.loaded["cjson.safe"] = safe
    local ok, loaded = pcall(require, "roster.json")
    package.loaded["roster.json"] = kept[1]
    package.loaded.cjson = kept[2]
    package.loaded["cjson.safe"] = kept[3]
    finally(function() core.marks(marker) end)
    assert(ok, loaded)
    return loaded
  end

  it("does without a lua-cjson", function()
    local preload = package.preload.cjson
    package.preload.cjson = function() error("there is none") end
    local ok, loaded = pcall(load_beside, nil, nil)
    package.preload.cjson = preload
    assert(ok, loaded)
    assert.equal("[null,[]]", loaded.encode({ loaded.null, loaded.array() }))
    assert.equal(loaded.array_mt, getmetatable(loaded.decode("[]")))
  end)

  it("uses the list marker of a lua-cjson that has one", function()
    local one, other = {}, {}
    local function held()
      return one, other
    end
    local light = rawget(debug, "upvalueid")
    local empty_array = light(held, 1)
    local cjson = { array_mt = {}, empty_array_mt = {}, empty_array = empty_array }
    local safe = { array_mt = {}, empty_array_mt = {} }
    local loaded = load_beside(cjson, safe)
    assert.equal(cjson.array_mt, loaded.array_mt)
    assert.equal(cjson.array_mt, getmetatable(loaded.decode("[]")))
    assert.equal(cjson.array_mt, getmetatable(loaded.array()))
    for _, mark in ipairs({ cjson.array_mt, cjson.empty_array_mt, safe.array_mt,
        safe.empty_array_mt }) do
      assert.equal("[]", loaded.encode(setmetatable({}, mark)))
    end
    assert.equal("{}", loaded.encode(setmetatable({}, {})))
    assert.equal("[]", loaded.encode(empty_array))
    assert.is_nil((loaded.encode(light(held, 2))))
    assert.equal("body.profile: expected object, got list",
      select(2, core.encode({ profile = empty_array }, "okta", "User", true)))
    -- lists that were marked before stay lists
    assert.equal("[]", loaded.encode(json.array()))
  end)
end)

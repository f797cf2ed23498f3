-- core.decode: JSON bytes to Lua values.

local core = require "roster.core"
local cjson = require("cjson").new()
local random_json = require "spec.support.random_json"

cjson.decode_max_depth(200)

local null = core.decode("null")
local marker = core.marks()
local has_integers = math.type ~= nil

local function keep_nulls(text)
  return core.decode(text, nil, nil, false, true)
end

-- Whether our value is what lua-cjson made of the same text. It knows no list
-- from an object and no integer from a float, and rounds what is too big.
local function same(ours, theirs)
  if type(ours) == "table" and type(theirs) == "table" then
    for key, value in pairs(ours) do
      if not same(value, theirs[key]) then
        return false
      end
    end
    for key in pairs(theirs) do
      if ours[key] == nil then
        return false
      end
    end
    return true
  elseif type(ours) == "string" and type(theirs) == "number" then
    return tonumber(ours) == theirs
  end
  return ours == theirs
end

-- Asserts that the text decodes as with lua-cjson.
local function agree(text)
  local ours, message = keep_nulls(text)
  if not same(ours, cjson.decode(text)) then
    error((message or "decoded differently") .. ": " .. text:sub(1, 500), 2)
  end
end

-- Takes null members out of what lua-cjson decoded.
local function without_nulls(value)
  if type(value) ~= "table" then
    return value
  end
  for key, item in pairs(value) do
    if type(key) == "string" and item == cjson.null then
      value[key] = nil
    else
      without_nulls(item)
    end
  end
  return value
end

local function assert_float(expected, value)
  assert.equal(expected, value)
  if has_integers then
    assert.equal("float", math.type(value))
  end
end

describe("decode", function()
  describe("of scalars", function()
    it("gives Lua's own", function()
      assert.equal(true, core.decode("true"))
      assert.equal(false, core.decode(" false "))
      assert.equal("", core.decode('""'))
      assert.equal("abc", core.decode('\t"abc"\r\n'))
    end)

    it("gives the sentinel for null alone", function()
      assert.equal("userdata", type(null))
      assert.equal(cjson.null, null)
    end)

    it("reads every escape", function()
      assert.equal("\"\\/\b\f\n\r\t", core.decode([["\"\\\/\b\f\n\r\t"]]))
      assert.equal("\0", core.decode([["\u0000"]]))
      assert.equal("a\0b", core.decode([["a\u0000b"]]))
      assert.equal("\127\194\128\223\191", core.decode([["\u007f\u0080\u07FF"]]))
      assert.equal("\224\160\128\239\191\191", core.decode([["\u0800\uffff"]]))
      assert.equal("\240\144\128\128", core.decode([["\ud800\udc00"]]))
      assert.equal("\244\143\191\191", core.decode([["\uDBFF\uDFFF"]]))
    end)

    it("finds the quote wherever it is in a word", function()
      for n = 0, 40 do
        for _, middle in ipairs({ "", "\\n", "\195\169", "\\u00e9", "/" }) do
          local text = ("x"):rep(n) .. middle .. ("y"):rep(40 - n)
          local expected = text:gsub("\\n", "\n"):gsub("\\u00e9", "\195\169")
          assert.equal(expected, core.decode('"' .. text .. '"'))
          assert.same({ a = expected, b = 1 },
            core.decode('{"a":"' .. text .. '","b":1}'))
        end
      end
    end)
  end)

  describe("of numbers", function()
    it("makes integers of digits", function()
      for _, text in ipairs({ "0", "1", "-1", "42", "9007199254740991" }) do
        local value = core.decode(text)
        assert.equal(tonumber(text), value)
        if has_integers then
          assert.equal("integer", math.type(value))
        end
      end
    end)

    it("makes doubles of fractions and exponents", function()
      assert_float(1.5, core.decode("1.5"))
      assert_float(1.0, core.decode("1.0"))
      assert_float(1000.0, core.decode("1e3"))
      assert_float(1000.0, core.decode("1E+3"))
      assert_float(0.001, core.decode("1e-3"))
      assert_float(5e-324, core.decode("5e-324"))
      assert_float(0.0, core.decode("1e-999"))
      assert_float(1.7976931348623157e308, core.decode("1.7976931348623157e308"))
    end)

    it("keeps the sign of -0", function()
      assert.equal(-math.huge, 1 / core.decode("-0"))
      assert.equal(-math.huge, 1 / core.decode("-0.0"))
      assert.equal("-0", core.encode(core.decode("-0")))
    end)

    it("gives the digits where this Lua cannot hold the number", function()
      local edges = {
        -- text, exact with 64-bit integers, exact with doubles
        { "9007199254740991", true, true },
        { "-9007199254740991", true, true },
        -- as a double it may stand for 2^53 + 1
        { "9007199254740992", true, false },
        { "-9007199254740992", true, false },
        { "9007199254740993", true, false },
        { "-9007199254740993", true, false },
        { "9223372036854775807", true, false },
        { "-9223372036854775808", true, false },
        { "9223372036854775808", false, false },
        { "-9223372036854775809", false, false },
        { "18446744073709551616", false, false },
        { "99999999999999999999999999999999999999", false, false },
        { "1e999", false, false },
        { "-1e400", false, false },
      }
      for _, edge in ipairs(edges) do
        local value = core.decode(edge[1])
        if edge[has_integers and 2 or 3] then
          assert.equal("number", type(value))
          assert.equal(edge[1], string.format("%.0f", value) == edge[1] and
            edge[1] or string.format("%d", value))
        else
          assert.equal(edge[1], value)
        end
        assert.same({ { n = value } }, core.decode('[{"n":' .. edge[1] .. "}]"))
      end
    end)

    it("reads very long ones", function()
      assert_float(0.1, core.decode("0.1" .. ("0"):rep(5000)))
      assert.equal(("7"):rep(5000), core.decode(("7"):rep(5000)))
    end)

    it("does not follow the locale", function()
      local before = os.setlocale(nil, "numeric")
      for _, name in ipairs({ "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C" }) do
        if os.setlocale(name, "numeric") then
          local value, text = core.decode("[1.5,2]"), core.encode({ 0.25 })
          os.setlocale(before, "numeric")
          assert.equal(3 / 2, value[1])
          assert.equal("[0.25]", text)
        end
      end
    end)
  end)

  describe("of containers", function()
    it("marks every list, and nothing else", function()
      local value = core.decode('[[],{},{"a":[1],"b":{}}]')
      assert.equal(marker, getmetatable(value))
      assert.equal(marker, getmetatable(value[1]))
      assert.is_nil(getmetatable(value[2]))
      assert.equal(marker, getmetatable(value[3].a))
      assert.is_nil(getmetatable(value[3].b))
    end)

    it("leaves null members out, and keeps null elements in place", function()
      local value = core.decode('{"a":null,"b":[null,1,null],"c":{"d":null}}')
      assert.is_nil(value.a)
      assert.same({ null, 1, null }, { value.b[1], value.b[2], value.b[3] })
      assert.equal(3, #value.b)
      assert.same({}, value.c)
    end)

    it("keeps null members when asked", function()
      assert.same({ a = null, b = { c = null } },
        keep_nulls('{"a":null,"b":{"c":null}}'))
    end)

    it("lets the last of a repeated name count", function()
      assert.same({ a = 2 }, core.decode('{"a":1,"a":2}'))
      assert.same({}, core.decode('{"a":1,"a":null}'))
      assert.same({ a = 1 }, core.decode('{"a":null,"a":1}'))
      assert.same({ a = 2 }, core.decode([[{"a":1,"\u0061":2}]]))
      assert.same({ a = 2 }, core.decode([[{"\u0061":1,"a":2}]]))
      local filler = ('{"a":0,"b":0,"c":0},'):rep(50)
      local value = core.decode("[" .. filler .. '{"a":1,"b":2,"a":3},' ..
        [[{"a":1,"b":2,"b":null},{"a":1,"\u0061":2},{"b":1,"a":2,"b":3}]] .. "]")
      assert.same({ a = 3, b = 2 }, value[51])
      assert.same({ a = 1 }, value[52])
      assert.same({ a = 2 }, value[53])
      assert.same({ a = 2, b = 3 }, value[54])
    end)

    it("takes 100 levels and no more", function()
      for _, pair in ipairs({ { "[", "]" }, { '{"a":', "}" } }) do
        local inner = pair[1] == "[" and "" or "1"
        local text = pair[1]:rep(100) .. inner .. pair[2]:rep(100)
        assert.is_table(core.decode(text))
        local value, message =
          core.decode(pair[1]:rep(101) .. inner .. pair[2]:rep(101))
        assert.is_nil(value)
        assert.equal("byte " .. 100 * #pair[1] + 1 .. ": nested too deep", message)
      end
      local _, message = core.decode(("["):rep(1000000))
      assert.equal("byte 101: nested too deep", message)
    end)

    it("holds more than the stack does", function()
      local list, members = {}, {}
      for i = 1, 20000 do
        list[i] = i
        members[i] = string.format('"name%d":[%d,{"a":%d}]', i, i, i)
      end
      local value = core.decode("[" .. table.concat(list, ",") .. "]")
      assert.equal(20000, #value)
      for i = 1, 20000 do
        assert.equal(i, value[i])
      end
      local object = core.decode("{" .. table.concat(members, ",") .. "}")
      for i = 1, 20000 do
        assert.equal(i, object["name" .. i][2].a)
      end
    end)

    it("holds wide containers at every level", function()
      local members, elements = {}, {}
      for i = 1, 200 do
        members[i] = string.format('"m%d":%d,', i, i)
        elements[i] = i .. ","
      end
      local wide = "{" .. table.concat(members) .. '"next":[' ..
        table.concat(elements)
      local text = wide:rep(50) .. "0" .. ("]}"):rep(50)
      local value = core.decode(text)
      for _ = 1, 50 do
        assert.equal(200, value.m200)
        assert.equal(1, value.m1)
        local rest = value.next
        assert.equal(201, #rest)
        assert.equal(200, rest[200])
        value = rest[201]
      end
      agree(text)
    end)
  end)

  describe("without links", function()
    local function decode(text)
      return core.decode(text, nil, nil, true, false, false)
    end

    it("leaves them out of the outermost objects only", function()
      assert.same({ id = 1 }, decode('{"_links":{"self":{"href":"x"}},"id":1}'))
      assert.same({ { id = 1 }, { id = 2, a = { _links = { 1 } } } },
        decode('[{"id":1,"_links":[]},{"_links":0,"id":2,"a":{"_links":[1]}}]'))
      assert.same({ _links = { 1 } }, core.decode('{"_links":[1]}'))
    end)

    it("checks them all the same", function()
      for _, bad in ipairs({ "{", "[1,]", "tru", '{"a" 1}', '"\255"', "01", "" }) do
        local value, message = decode('{"_links":' .. bad .. "}")
        assert.is_nil(value)
        assert.matches("^byte %d+: ", message)
      end
      local deep = ("["):rep(100) .. ("]"):rep(100)
      assert.is_nil((decode('{"_links":' .. deep .. "}")))
      assert.same({}, decode('{"_links":' .. deep:sub(2, -2) .. "}"))
    end)
  end)

  describe("beside lua-cjson", function()
    it("agrees on random documents", function()
      local source = random_json.new(4711)
      for _ = 1, 3000 do
        agree(source:space() .. source:text(6) .. source:space())
      end
    end)

    it("agrees on random pages of records", function()
      local source = random_json.new(815)
      for _ = 1, 60 do
        local text = source:page(40)
        agree(text)
        assert.is_true(same(core.decode(text), without_nulls(cjson.decode(text))))
      end
    end)

    it("agrees on objects with more names than are remembered", function()
      local parts = {}
      for i = 1, 300 do
        parts[i] = string.format('{"n%d":1,"n%d":{"m%d":2},"same":%d}', i, i + 1, i, i)
      end
      agree("[" .. table.concat(parts, ",") .. "," .. table.concat(parts, ",") .. "]")
    end)
  end)

  describe("of broken bytes", function()
    local reasons = {}
    for _, reason in ipairs({
      "unexpected end of input", "expected a value", "expected nothing more",
      "expected a member name", "expected ':'", "expected ',' or '}'",
      "expected ',' or ']'", "expected a digit", "number with a leading zero",
      "control character in a string", "invalid UTF-8", "unknown escape",
      "unpaired surrogate", "expected four hexadecimal digits",
      "nested too deep",
    }) do
      reasons[reason] = true
    end

    -- Asserts that a failure says where and why, in no words of the content.
    local function check(text, value, message)
      if value == nil then
        local place, reason = message:match("^byte (%d+): (.*)$")
        assert.is_true(reasons[reason], message)
        assert.is_true(tonumber(place) >= 1 and tonumber(place) <= #text + 1)
      end
    end

    local document = random_json.new(99):page(12)

    it("fails on every truncation", function()
      for n = 0, #document - 1 do
        local text = document:sub(1, n)
        local value, message = core.decode(text)
        assert.is_nil(value)
        check(text, value, message)
      end
    end)

    it("fails or decodes after random changes", function()
      local source = random_json.new(1234)
      local failed = 0
      for _ = 1, 6000 do
        local at = source:number(#document)
        local byte = string.char(source:number(256) - 1)
        local kind = source:number(3)
        local text = document:sub(1, at - (kind == 1 and 0 or 1)) ..
          (kind == 2 and "" or byte) .. document:sub(at + 1)
        local value, message = core.decode(text)
        check(text, value, message)
        failed = failed + (value == nil and 1 or 0)
      end
      assert.is_true(failed > 1000 and failed < 6000)
    end)

    it("counts bytes from one", function()
      local cases = {
        { "", "byte 1: unexpected end of input" },
        { "   ", "byte 4: unexpected end of input" },
        { "x", "byte 1: expected a value" },
        { '{"a":1,}', "byte 8: expected a member name" },
        { '["a\nb"]', "byte 4: control character in a string" },
        { '["a" "b"]', "byte 6: expected ',' or ']'" },
        { "[1] 2", "byte 5: expected nothing more" },
        { '"\\ud800x"', "byte 2: unpaired surrogate" },
        { '{"a":1', "byte 7: unexpected end of input" },
      }
      for _, case in ipairs(cases) do
        local value, message = core.decode(case[1])
        assert.is_nil(value)
        assert.equal(case[2], message)
      end
    end)
  end)

  it("may be entered again by a finalizer", function()
    local inner = '["' .. ("\\u00e9x"):rep(2000) .. '"]'
    local expected = ("\195\169x"):rep(2000)
    local runs = 0
    local function finalize()
      runs = runs + 1
      assert(core.decode(inner)[1] == expected)
    end
    local function litter()
      if newproxy then -- luacheck: ignore
        getmetatable(newproxy(true)).__gc = finalize -- luacheck: ignore
      else
        setmetatable({}, { __gc = finalize })
      end
    end
    local parts = {}
    for i = 1, 500 do
      parts[i] = string.format('{"n":%d,"s":"%s\\n%d"}', i, ("\\t"):rep(i), i)
    end
    local text = "[" .. table.concat(parts, ",") .. "]"
    for _ = 1, 30 do
      for _ = 1, 20 do
        litter()
      end
      local value = core.decode(text)
      for i = 1, 500 do
        assert(value[i].s == ("\t"):rep(i) .. "\n" .. i)
      end
    end
    collectgarbage()
    assert.is_true(runs > 0)
  end)

  it("leaves memory as it was", function()
    local text = random_json.new(7):page(50)
    local function measure()
      for _ = 1, 20 do
        core.decode(text)
        core.decode(text:sub(1, -2))
      end
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    local before = measure()
    measure()
    assert.is_true(measure() < before + 64)
  end)

  it("raises for wrong arguments", function()
    assert.has_error(function() core.decode() end)
    assert.has_error(function() core.decode({}) end)
    assert.error_matches(function() core.decode("1", "nowhere", "User") end,
      "unknown provider")
    assert.error_matches(function() core.decode("1", "okta", "Nothing") end,
      "unknown model")
    assert.equal(1, core.decode("1", "okta", "User"))
  end)
end)

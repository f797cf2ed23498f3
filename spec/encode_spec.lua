-- core.encode: Lua values to JSON bytes.

local core = require "roster.core"
local cjson = require("cjson").new()
local json = require "roster.json"
local random_json = require "spec.support.random_json"

local null, array = json.null, json.array

local function as(model, check)
  return function(value)
    return core.encode(value, "okta", model, check ~= false)
  end
end

local user = as("User")

-- Asserts that encoding fails with exactly this message.
local function refuse(message, encode, value)
  local text, got = encode(value)
  assert.is_nil(text)
  assert.equal(message, got)
end

-- What is in a table and its tables, and their metatables, as a string. `ids`
-- gives each table the same name in every snapshot.
local function snapshot(value, ids)
  if type(value) ~= "table" then
    return type(value) .. ":" .. tostring(value)
  end
  if ids[value] == nil then
    ids[value] = #ids + 1
    ids[#ids + 1] = value
  end
  local parts = { ids[value], snapshot(getmetatable(value), {}) }
  local key, item = next(value)
  while key ~= nil do
    parts[#parts + 1] = snapshot(key, ids) .. "=" .. snapshot(item, ids)
    key, item = next(value, key)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

describe("encode", function()
  describe("what you write is what is sent:", function()
    it("seven different things", function()
      assert.equal("{}", core.encode({ a = nil }))
      assert.equal('{"a":null}', core.encode({ a = null }))
      assert.equal('{"a":""}', core.encode({ a = "" }))
      assert.equal('{"a":false}', core.encode({ a = false }))
      assert.equal('{"a":0}', core.encode({ a = 0 }))
      assert.equal('{"a":{}}', core.encode({ a = {} }))
      assert.equal('{"a":[]}', core.encode({ a = array{} }))
    end)

    it("the same seven where a model is known", function()
      assert.equal("{}", user({}))
      assert.equal('{"profile":null}', user({ profile = null }))
      assert.equal('{"profile":{}}', user({ profile = {} }))
      for value, text in pairs({ [null] = "null", [""] = '""' }) do
        assert.equal('{"profile":{"login":' .. text .. "}}",
          user({ profile = { login = value } }))
      end
      for value, text in pairs({ [false] = "false", [0] = "0" }) do
        assert.equal('{"profile":{"own":' .. text .. "}}",
          user({ profile = { own = value } }))
      end
      assert.equal('{"profile":{"own":{}}}', user({ profile = { own = {} } }))
      assert.equal('{"profile":{"own":[]}}', user({ profile = { own = array{} } }))
    end)

    it("a list where the model has one, even when it is empty", function()
      assert.equal('{"groupIds":[]}', core.encode({ groupIds = {} }, "okta", "CreateUserRequest"))
      assert.equal('{"credentials":{"emails":[]}}', user({ credentials = { emails = {} } }))
      assert.equal('{"credentials":{"emails":[]}}',
        as("User", false)({ credentials = { emails = {} } }))
    end)

    it("any scalar alone", function()
      assert.equal("true", core.encode(true))
      assert.equal("null", core.encode(null))
      assert.equal('"a"', core.encode("a"))
      refuse("body: nothing to send", core.encode, nil)
      assert.has_error(function() core.encode() end)
    end)
  end)

  describe("of tables", function()
    it("makes lists of keys 1 to n and objects of names", function()
      assert.equal("[1,2,3]", core.encode({ 1, 2, 3 }))
      assert.equal("[[1],{}]", core.encode({ { 1 }, {} }))
      assert.equal('{"1":true}', core.encode({ ["1"] = true }))
      assert.equal("[null,null]", core.encode({ null, null }))
      assert.equal("[1,null]", core.encode(array{ 1, null }))
      assert.equal("[1,2]", core.encode({ [2] = 2, [1] = 1 }))
    end)

    it("refuses what is neither", function()
      refuse("body: list with holes", core.encode, { 1, nil, 3 })
      refuse("body: list with holes", core.encode, { [2] = true })
      refuse("body: list with holes", core.encode, { [1000000] = true })
      refuse("body: list with holes", core.encode, array{ [3] = true })
      refuse("body: both named and numbered keys", core.encode, { 1, a = 1 })
      refuse("body: named keys in a list", core.encode, array{ a = 1 })
      refuse("body: key must be a string, got boolean", core.encode, { [true] = 1 })
      refuse("body: key must be a string, got table", core.encode, { [{}] = 1 })
      for _, key in ipairs({ 0, -1, 1.5, 2 ^ 60, 1e300, math.huge }) do
        refuse("body.a[2]: key must be a string, got number", core.encode,
          { a = { 1, { [key] = 1 } } })
      end
    end)

    it("takes 100 levels and no more", function()
      local function nest(n, list)
        local value = list and array{} or {}
        for _ = 2, n do
          value = list and array{ value } or { a = value }
        end
        return value
      end
      for _, list in ipairs({ true, false }) do
        local text = core.encode(nest(100, list))
        assert.is_table(core.decode(text))
        local none, message = core.encode(nest(101, list))
        assert.is_nil(none)
        assert.matches("^body.*%.%.%.: nested too deep$", message)
      end
    end)

    it("refuses cycles, but not the same table twice", function()
      local loop = {}
      loop.a = { b = { loop } }
      refuse("body.a.b[1]: cyclic", core.encode, loop)
      local self = {}
      self[1] = self
      refuse("body[1]: cyclic", core.encode, self)
      local twice = { x = 1 }
      assert.equal('[{"x":1},{"x":1}]', core.encode({ twice, twice }))
    end)

    it("calls no metamethod and changes nothing", function()
      local function fail()
        error("called")
      end
      local trap = { __newindex = fail, __ipairs = fail, __eq = fail, __tostring = fail }
      local value = setmetatable({
        profile = setmetatable({ login = "a" }, trap),
        credentials = { emails = setmetatable({}, trap) },
      }, trap)
      local ids = {}
      local before = snapshot(value, ids)
      local text = assert(user(value))
      assert.equal(before, snapshot(value, ids))
      assert.same({ profile = { login = "a" }, credentials = { emails = {} } },
        cjson.decode(text))
    end)

    it("stops at one that Lua reads through its metatable", function()
      local function fail()
        error("called")
      end
      for _, name in ipairs({ "__index", "__pairs", "__len" }) do
        for _, value in ipairs({ fail, {}, 1 }) do
          local proxy = setmetatable({ a = 1 }, { [name] = value, __metatable = false })
          assert.same({ nil, "body.x[2]: has to be read through its metatable", true },
            { core.encode({ x = { 1, proxy } }) })
        end
      end
    end)
  end)

  describe("refuses what JSON has no form for:", function()
    local made = coroutine.create(function() end)
    local cases = {
      { print, "cannot send a function" }, { made, "cannot send a thread" },
      { io.stdout, "cannot send a userdata" }, { 0 / 0, "NaN cannot be sent" },
      { math.huge, "an infinity cannot be sent" },
      { -math.huge, "an infinity cannot be sent" },
      { "\255", "string is not UTF-8" }, { "a\195", "string is not UTF-8" },
      { "\237\160\128", "string is not UTF-8" },
      { "\192\128", "string is not UTF-8" },
      { "\244\144\128\128", "string is not UTF-8" },
    }
    for _, case in ipairs(cases) do
      it(case[2] .. " (" .. type(case[1]) .. ")", function()
        for _, check in ipairs({ true, false }) do
          refuse("body: " .. case[2], core.encode, case[1])
          refuse("body.a[2].b: " .. case[2], core.encode,
            { a = { 1, { b = case[1] } } })
          refuse("body.profile.own: " .. case[2], as("User", check),
            { profile = { own = case[1] } })
        end
      end)
    end

    it("keys that are not UTF-8", function()
      refuse('body["?"]: key is not UTF-8', core.encode, { ["\255"] = 1 })
      refuse('body.profile["a?"]: key is not UTF-8', user,
        { profile = { ["a\128"] = 1 } })
    end)
  end)

  describe("of strings", function()
    it("escapes only what must be", function()
      assert.equal([["\"\\\b\f\n\r\t\u0000\u001f/]] .. "\127" .. '"',
        core.encode("\"\\\b\f\n\r\t\0\31/\127"))
      assert.equal('"\195\169\226\130\172\240\159\152\128"',
        core.encode("\195\169\226\130\172\240\159\152\128"))
      for n = 0, 40 do
        local text = ("x"):rep(n) .. "\n" .. ("y"):rep(40 - n)
        assert.equal('"' .. text:gsub("\n", "\\n") .. '"', core.encode(text))
      end
    end)
  end)

  describe("of numbers", function()
    it("writes whole ones as digits", function()
      for _, text in ipairs({ "0", "1", "-1", "1000000000000000",
        "9007199254740991", "9007199254740992", "-9007199254740992" }) do
        assert.equal(text, core.encode(tonumber(text)))
        assert.equal(text, core.encode(tonumber(text .. ".0")))
      end
      if math.type then
        assert.equal("9223372036854775807", core.encode(math.maxinteger))
        assert.equal("-9223372036854775808", core.encode(math.mininteger))
      end
    end)

    it("writes the shortest that reads back the same", function()
      local cases = { "0.1", "0.2", "1.5", "-0.25", "1e+300", "4.94065645841247e-324", "1e-07",
        "0.30000000000000004", "3.141592653589793", "1.7976931348623157e+308" }
      for _, text in ipairs(cases) do
        assert.equal(text, core.encode(tonumber(text)))
      end
      local source = random_json.new(31)
      for _ = 1, 2000 do
        local number = (source:number(2 ^ 30) + source:number(2 ^ 30) / 2 ^ 30) *
          10 ^ (source:number(600) - 300)
        assert.equal(number, tonumber((core.encode(number))))
      end
    end)
  end)

  describe("checks", function()
    it("strings", function()
      refuse("body.profile.login: expected string, got number", user,
        { profile = { login = 5 } })
      refuse("body.profile.login: expected string, got boolean", user,
        { profile = { login = true } })
      refuse("body.profile.login: expected string, got object", user,
        { profile = { login = {} } })
      refuse("body.profile.login: expected string, got list", user,
        { profile = { login = { "a" } } })
      refuse("body.created: expected string, got number", user, { id = "1", created = 5 })
      assert.equal('{"type":"NOT_KNOWN_YET"}', as("AssignRoleRequest")({ type = "NOT_KNOWN_YET" }))
    end)

    it("booleans", function()
      local condition = as("DevicePolicyRuleCondition")
      assert.equal('{"rooted":true}', condition({ rooted = true }))
      for value, got in pairs({ ["true"] = "string", [1] = "number", [{}] = "object" }) do
        refuse("body.rooted: expected boolean, got " .. got, condition, { rooted = value })
      end
    end)

    local hash = as("PasswordCredentialHash")

    it("integers", function()
      local good = { [10] = "10", [12.0] = "12", ["10"] = "10", ["-7"] = "-7",
        ["0"] = "0", [2 ^ 53 - 1] = "9007199254740991", [1 - 2 ^ 53] = "-9007199254740991",
        ["123456789012345678901234567890"] = "123456789012345678901234567890" }
      for value, text in pairs(good) do
        assert.equal('{"workFactor":' .. text .. "}", hash({ workFactor = value }))
      end
      assert.equal('{"workFactor":0}', hash({ workFactor = -0.0 }))
      assert.equal('{"workFactor":null}', hash({ workFactor = null }))
      if math.type then
        assert.equal('{"workFactor":9223372036854775807}', hash({ workFactor = math.maxinteger }))
      end
    end)

    it("integers that are none", function()
      local place = "body.workFactor: "
      for _, value in ipairs({ 1.5, -0.1, 1e-300 }) do
        refuse(place .. "expected integer, got number with a fraction", hash,
          { workFactor = value })
      end
      for _, value in ipairs({ 2 ^ 53 + 2, -2 ^ 60, 1e300 }) do
        refuse(place .. "integer beyond 2^53 is not exact here, pass its digits as a string",
          hash, { workFactor = value })
      end
      for _, value in ipairs({ "", "-", "a", "1.0", "1e3", " 1", "1 ", "01", "+1",
        "-01", "--1", "0x10", "1\0", "\0" }) do
        refuse(place .. "expected integer, got string", hash, { workFactor = value })
      end
      refuse(place .. "expected integer, got boolean", hash, { workFactor = true })
      refuse(place .. "expected integer, got list", hash, { workFactor = { 1 } })
      refuse(place .. "NaN cannot be sent", hash, { workFactor = 0 / 0 })
    end)

    it("objects", function()
      refuse("body: expected object, got list", user, { 1 })
      refuse("body: expected object, got list", user, array{})
      refuse("body: expected object, got string", user, "a")
      refuse("body.profile: expected object, got list", user, { profile = { 1 } })
      refuse("body.profile: expected object, got list", user, { profile = array{} })
      refuse("body.profile: expected object, got string", user, { profile = "a" })
      refuse("body.credentials.password.hash: expected object, got number", user,
        { credentials = { password = { hash = 1 } } })
    end)

    it("lists and what is in them", function()
      local create = as("CreateUserRequest")
      assert.equal('["a","b"]', create({ profile = {}, groupIds = { "a", "b" } })
        :match('"groupIds":(%b[])'))
      refuse("body.groupIds: expected list, got object", create,
        { profile = {}, groupIds = { a = 1 } })
      refuse("body.groupIds: expected list, got string", create,
        { profile = {}, groupIds = "a" })
      refuse("body.groupIds[2]: expected string, got number", create,
        { profile = {}, groupIds = { "a", 2 } })
      refuse("body.credentials.emails[1]: expected object, got string", user,
        { credentials = { emails = { "a" } } })
      refuse("body.credentials.emails[2].value: expected string, got number", user,
        { id = "1", credentials = { emails = { {}, { value = 1 } } } })
    end)

    it("maps", function()
      assert.same({ id = "1", _embedded = {} }, cjson.decode(user({ id = "1", _embedded = {} })))
      refuse("body._embedded: expected object, got list", user, { id = "1", _embedded = { 1 } })
    end)

    it("required members", function()
      local create = as("CreateUserRequest")
      refuse("body.profile: required", create, {})
      refuse("body.profile: required", create, { groupIds = {} })
      assert.equal('{"profile":null}', create({ profile = null }))
    end)

    it("nothing inside of what only the service writes", function()
      assert.is_string(user({ id = "1", _links = { logo = array{ { href = "x" } }, self = 1 } }))
      assert.is_string(user({ id = "1", _embedded = { a = 1, b = { true } } }))
    end)

    it("not what an open model does not know", function()
      assert.equal('{"profile":{"own":5}}', user({ profile = { own = 5 } }))
      assert.equal('{"profile":{"own":[1,"a",{}]}}', user({ profile = { own = { 1, "a", {} } } }))
    end)

    it("nothing when they are off", function()
      local loose = as("User", false)
      assert.equal('{"profile":{"login":5}}', loose({ profile = { login = 5 } }))
      assert.equal('{"profile":[1]}', loose({ profile = { 1 } }))
      assert.equal('{"credentials":{"emails":{"a":1}}}',
        loose({ credentials = { emails = { a = 1 } } }))
      assert.equal("{}", as("CreateUserRequest", false)({}))
      assert.equal('{"workFactor":1.5}', as("PasswordCredentialHash", false)({ workFactor = 1.5 }))
      assert.equal("[]", as("User", false)(array{}))
      assert.equal('{"revokeSessions":"yes"}', as("ChangePasswordRequest", false)({ revokeSessions = "yes" }))
    end)
  end)

  -- Okta's models have neither wrappers nor kinds; these run in a build whose
  -- catalog holds Knetik's.
  local has = {}
  for _, name in ipairs(core.providers()) do
    has[name] = true
  end
  if has.knetik then
    local function knetik(model)
      return function(value)
        return core.encode(value, "knetik", model, true)
      end
    end

    describe("of models", function()
      it("lets a bare string stand for an object", function()
        assert.equal('{"value":"pass\\"word"}', knetik("StringWrapper")("pass\"word"))
        assert.equal('{"value":"a"}', (knetik("StringWrapper")({ value = "a" })))
        refuse("body: expected object, got number", knetik("StringWrapper"), 5)
      end)

      it("checks the kind that the discriminator names", function()
        local function property(value)
          return knetik("UserResource")({ email = "e", username = "u",
            additional_properties = { p = value } })
        end
        local place = "body.additional_properties.p"
        assert.is_string(property({ type = "text", value = "a" }))
        refuse(place .. ".value: expected string, got number", property,
          { type = "text", value = 5 })
        assert.is_string(property({ type = "double", value = 1.5 }))
        refuse(place .. ".value: expected boolean, got number", property,
          { type = "boolean", value = 5 })
        assert.is_string(property({ type = "unheard_of", value = 5 }))
        refuse(place .. '.vaule: unknown member, did you mean "value"?', property, { type = "text", vaule = "a" })
        refuse(place .. ".type: required", property, { value = 5 })
        refuse(place .. ": expected object, got number", property, 5)
      end)
    end)
  end

  describe("names the place", function()
    it("as Lua would write it", function()
      local function at(...)
        local value = print
        for i = select("#", ...), 1, -1 do
          value = { [(select(i, ...))] = value }
        end
        return (select(2, core.encode(value)):gsub(": cannot send a function$", ""))
      end
      assert.equal("body.a.b2._c", at("a", "b2", "_c"))
      assert.equal('body["a b"]', at("a b"))
      assert.equal('body[""]', at(""))
      assert.equal('body["2a"]', at("2a"))
      assert.equal('body["a.b"].c', at("a.b", "c"))
      assert.equal('body["a?b?"]', at("a\nb\""))
      assert.equal('body["' .. ("x"):rep(40) .. '.."]', at(("x"):rep(50)))
      assert.equal("body[1][1].a", at(1, 1, "a"))
    end)

    it("in one line of bounded length", function()
      local value = print
      for _ = 1, 90 do
        value = { [("name\n"):rep(6)] = value }
      end
      local _, message = core.encode(value)
      assert.is_true(#message < 256)
      assert.is_nil(message:find("%c"))
      assert.matches("%.%.%.: cannot send a function$", message)
    end)
  end)

  it("leaves memory as it was", function()
    local loop = {}
    loop.a = { loop }
    local value = { credentials = { password = { value = ("x"):rep(10000) } }, a = { 1, 2 } }
    local function measure()
      for _ = 1, 200 do
        core.encode(value, "okta", "User", true)
        core.encode(loop)
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
    assert.error_matches(function() core.encode({}, "nowhere", "User") end, "unknown provider")
    assert.error_matches(function() core.encode({}, "okta", "Nothing") end, "unknown model")
    assert.error_matches(function() core.encode({}, nil, "User") end, "string expected")
  end)
end)

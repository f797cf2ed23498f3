-- Numbers that Lua may not hold: refused where they may be another number, and
-- written digit for digit with roster.number.
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local services = require "spec.support.services"
local wire = require "spec.support.wire"

local HAS_INTEGERS = math.type ~= nil

describe("roster.number", function()
  local NUMBERS = { "0", "-0", "7", "12345678901234567890", "-1.5", "0.10", "1e400", "1E+2", "-2.50e-7",
    ("9"):rep(5000) }
  for _, text in ipairs(NUMBERS) do
    it("is written as it is: " .. text:sub(1, 30), function()
      local number = roster.number(text)
      assert.equal(text, tostring(number))
      assert.is_true(number == roster.number(text))
      assert.is_false(number == roster.number "123.5")
      assert.equal("[" .. text .. "]", json.encode { number })
      assert.equal(text, json.encode(number))
      local okta, sent = replayed.always()
      assert(okta:create_user { profile = { badge = number, list = { number } } })
      assert.equal(2, select(2, sent[1].body:gsub(text:gsub("%p", "%%%0") .. "[,%]}]", "")))
      assert(okta:request { path = "/x", query = { n = number }, headers = { ["X-N"] = number } })
      assert.equal(text, wire.parse(sent[2].url).params.n)
      assert.equal(text, wire.header(sent[2], "X-N"))
    end)
  end

  it("is taken where the model has a number, whole where it has an integer", function()
    local knetik, sent = services.knetik()
    for _, text in ipairs { "12345678901234567890", "-3" } do
      local value = { type = "long", value = roster.number(text) }
      assert(knetik:update_user(1, { username = "u", email = "e", additional_properties = { p = value } }))
      assert.is_truthy(sent[#sent].body:find('"value":' .. text, 1, true))
      knetik:get_user_tags(roster.number(text)):page()
      assert.is_truthy(sent[#sent].url:find("/users/" .. text .. "/tags", 1, true))
    end
    for _, text in ipairs { "1.5", "1e3" } do
      local user = { username = "u", email = "e", additional_properties = {
        p = { type = "long", value = roster.number(text) } } }
      local done, why = knetik:update_user(1, user)
      assert.is_nil(done)
      assert.matches("body.additional_properties.p.value: expected integer, got roster.number", why, 1, true)
      user.additional_properties.p.type = "double"
      assert(knetik:update_user(1, user))
      assert.matches("argument 1 (user_id): expected integer", raised.here(function()
        knetik:get_user_tags(roster.number(text))
      end), 1, true)
    end
    local okta = replayed.always()
    local done, why = okta:create_user { profile = { login = roster.number "5" } }
    assert.is_nil(done)
    assert.equal("okta create_user: body.profile.login: expected string, got roster.number", why)
    assert(okta:create_user({ profile = { login = roster.number "5" } }, { check = false }))
  end)

  for _, text in ipairs { "", " ", "abc", "01", "-01", "+1", "1.", ".5", "-", "--1", "1e", "1e+", "0x10", "NaN", "inf",
    "1 ", " 1", "1\0", "1,2", "1;", "1}", "\"1\"", "null", "1_000", "1e1.5", "\226\128\139" .. "1", "1\n" } do
    it(("is no other text: %q"):format(text), function()
      local message = raised.here(function()
        roster.number(text)
      end)
      assert.matches("^number: \".*\" is not a JSON number$", message)
      assert.is_nil(message:find("[%c\226]"))
    end)
  end

  it("is made of a string", function()
    for _, value in ipairs { 5, true, {}, print, roster.null, roster.number "1" } do
      assert.matches("^number: expected a string of digits, got %a+$", raised.here(function()
        roster.number(value)
      end))
    end
    assert.matches("got nil", raised.here(function()
      roster.number()
    end))
  end)

  it("is no value that can be changed or taken apart", function()
    local number = roster.number "1"
    assert.has_error(function() number.x = 1 end)
    assert.has_error(function() return number.x end)
    assert.is_string(getmetatable(number))
    assert.equal("userdata", type(number))
  end)

  it("stands for no other userdata", function()
    local done, why = replayed.always():create_user { profile = { badge = io.stdout } }
    assert.is_nil(done)
    assert.equal("okta create_user: body.profile.badge: cannot send a userdata", why)
  end)
end)

describe("a number that may be another one", function()
  local knetik, sent = services.knetik()

  -- How many of the places refuse the number, each by its reason.
  local function refusals(value)
    local refused, before = 0, #sent
    local places = {
      function() return knetik:get_user_tags(value):page() end,
      function() return knetik:get_user(value) end,
      function() return knetik:get_users({ size = value }):page() end,
      function() return knetik:request { path = "/x", query = { id = value } } end,
      function() return knetik:request { path = "/x", headers = { ["X-Id"] = value } } end,
      function() return knetik:create_user_template { name = "t", properties = {
        { type = "text", name = "n", required = true, max_length = value } } } end,
      function() return knetik:update_user(1, { username = "u", email = "e",
        additional_properties = { p = { type = "long", value = value } } }) end,
    }
    for _, place in ipairs(places) do
      local ok, done, why = pcall(place)
      local message = tostring(ok and why or done)
      if message:find("2^53", 1, true) then
        refused = refused + 1
      end
    end
    assert.is_true(#sent - before <= #places - refused)
    return refused
  end
  local PLACES = 7

  it("is refused as an argument, a query, a header and a member", function()
    for _, value in ipairs { 2 ^ 53 + 2, -2 ^ 53 - 2, 2 ^ 60, -2 ^ 63, 2 ^ 64, 1e300 } do
      assert.equal(PLACES, refusals(value), value)
    end
    -- 2^53 is what becomes of 2^53 + 1 where all numbers are doubles
    assert.equal(HAS_INTEGERS and 0 or PLACES, refusals(2 ^ 53))
    assert.equal(HAS_INTEGERS and 0 or PLACES, refusals(-2 ^ 53))
    assert.equal(HAS_INTEGERS and 0 or PLACES, refusals(9007199254740993))
  end)

  it("is none below 2^53, nor as digits", function()
    for _, value in ipairs { 2 ^ 53 - 1, 1 - 2 ^ 53, 0, 7, "9007199254740993", "-9223372036854775808" } do
      assert.equal(0, refusals(value), value)
    end
  end)

  it("is what a response gave, and can be passed on", function()
    local client, requests = services.knetik(replayed.json '{"id":9007199254740992,"username":"u"}')
    local user = assert(client:get_user(1))
    assert.equal(HAS_INTEGERS and "number" or "string", type(user.id))
    assert(client:get_user(user.id))
    assert.is_truthy(requests[2].url:find("/users/9007199254740992", 1, true))
    assert(client:update_user(user.id, { id = user.id, username = "u", email = "e" }))
    assert.is_truthy(requests[3].body:find('"id":9007199254740992[,}]'))
  end)
end)

-- Text that is not Unicode becomes U+FFFD, is counted, and costs nothing else.
local granted = require "spec.support.granted"
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local wire = require "spec.support.wire"

local R = "\239\191\189" -- U+FFFD

-- the inside of a JSON string, what is read, how many U+FFFD of that are ours
local TEXTS = {
  -- escapes
  { "\\ud800", R, 1 }, { "\\udc00", R, 1 }, { "\\uD83D", R, 1 }, { "\\udfff", R, 1 },
  { "a\\ud800b", "a" .. R .. "b", 1 }, { "\\ud800\\u0041", R .. "A", 1 }, { "\\ud800\\n", R .. "\n", 1 },
  { "\\ud800\\ud800", R .. R, 2 }, { "\\udc00\\ud800", R .. R, 2 }, { "\\udc00\\udc00", R .. R, 2 },
  { "\\ud800\\ud83d\\ude00", R .. "\240\159\152\128", 1 }, { "\\ud83d\\ude00\\ude00", "\240\159\152\128" .. R, 1 },
  { "\\ud800\\\\udc00", R .. "\\udc00", 1 }, { "\\ud800\\\"", R .. '"', 1 }, { "\\ud800\\u0000", R .. "\0", 1 },
  { "\\ud800\195\169", R .. "\195\169", 1 }, { "\195\169\\ud800", "\195\169" .. R, 1 },
  -- not what is to be repaired
  { "\\ud83d\\ude00", "\240\159\152\128", 0 }, { R, R, 0 }, { "\\ufffd", R, 0 }, { "\\uffff", "\239\191\191", 0 },
  { "\\u0000", "\0", 0 }, { "\244\143\191\191", "\244\143\191\191", 0 },
  -- bytes; the maximal subparts of Unicode 3.9, tables 3-8 to 3-11
  { "\255", R, 1 }, { "\128", R, 1 }, { "a\233b", "a" .. R .. "b", 1 }, { "\192\175\224\128\191\240\129\130A",
    R:rep(8) .. "A", 8 }, { "\237\160\128\237\191\191\237\175A", R:rep(8) .. "A", 8 },
  { "\244\145\146\147\255A\128\191B", R:rep(5) .. "A" .. R .. R .. "B", 7 },
  { "\225\128\226\240\145\146\241\191A", R:rep(4) .. "A", 4 }, { "\195", R, 1 }, { "\226\130", R, 1 },
  { "\240\159\152", R, 1 }, { "\240\159\152\240\159\152\128", R .. "\240\159\152\128", 1 },
  { "\226\130\195\169", R .. "\195\169", 1 }, { "\195\195\169", R .. "\195\169", 1 },
  { "\237\160\189\237\184\128", R:rep(6), 6 }, { "\244\144\128\128", R:rep(4), 4 }, { "\224\159\191", R:rep(3), 3 },
  { "\240\143\191\191", R:rep(4), 4 }, { "\248\136\128\128\128", R:rep(5), 5 },
  { "\195\\n", R .. "\n", 1 }, { "\\n\255\\n", "\n" .. R .. "\n", 1 }, { "\226\130\\ud800", R .. R, 2 },
}

-- what stays an error: the document is not JSON
local BROKEN = {
  { '"a\nb"', "control character in a string" }, { '"\255\nb"', "control character in a string" },
  { '"\\ud800\\uZZZZ"', "expected four hexadecimal digits" }, { '"\\ud800\\x"', "unknown escape" },
  { '"\\ud80"', "expected four hexadecimal digits" }, { '"\\ud800', "unexpected end of input" },
  { '"\\ud800\\', "unexpected end of input" }, { '"\\ud800\\u', "unexpected end of input" },
  { '"\255', "unexpected end of input" }, { '"\255"x', "expected nothing more" }, { "\255", "expected a value" },
  { '{\255:1}', "expected a member name" }, { '"\0"', "control character in a string" },
}

local function hex(text)
  return (text:gsub("[^\33-\126]", function(c)
    return ("<%02X>"):format(c:byte())
  end))
end

local function client(body, options)
  return (replayed.always(replayed.json(body), options))
end

describe("text that is not Unicode", function()
  for _, row in ipairs(TEXTS) do
    it("is repaired and counted: " .. hex(row[1]), function()
      for padding = 0, 18 do
        local x = ("x"):rep(padding)
        local value, meta = client('{"a":["' .. x .. row[1] .. x .. '"],"b":1}'):request { path = "/x" }
        assert.equal(hex(x .. row[2] .. x), hex(value.a[1]))
        assert.equal(1, value.b)
        assert.equal(row[3] > 0 and row[3] or nil, meta.repaired)
      end
    end)

    it("is repaired in names, and skipped with a member that is dropped: " .. hex(row[1]), function()
      local value, meta = client('{"' .. row[1] .. '":1,"z' .. row[1] .. '":{"' .. row[1] .. '":2}}')
        :request { path = "/x" }
      assert.equal(1, value[row[2]])
      assert.equal(2, value["z" .. row[2]][row[2]])
      assert.equal(row[3] > 0 and 3 * row[3] or nil, meta.repaired)
      local list = client('[{"id":"1","_links":{"' .. row[1] .. '":"' .. row[1] .. '"}}]'):list_users { links = false }
      assert.same({ { id = "1" } }, list:all())
      assert.equal(0, list.repaired)
    end)

    it("is an error where it is to be one: " .. hex(row[1]), function()
      local body = '{"a":"' .. row[1] .. '"}'
      for _, how in ipairs { { client(body, { strict_text = true }) }, { client(body), true },
        { client(body, { strict_text = false }), true } } do
        local value, message, detail = how[1]:request { path = "/x", strict_text = how[2] }
        local user = how[1]:get_user("1", how[2] and { strict_text = true } or nil)
        if row[3] > 0 then
          assert.is_nil(value)
          assert.is_nil(user)
          assert.is_truthy(message:find("unpaired surrogate", 1, true) or message:find("invalid UTF-8", 1, true))
          assert.equal("protocol", detail.kind)
        else
          assert.equal(row[2], value.a)
          assert.equal(row[2], user.a)
        end
      end
    end)
  end

  for _, row in ipairs(BROKEN) do
    it("does not make JSON of what is none: " .. hex(row[1]), function()
      local value, message, detail = client(row[1]):request { path = "/x" }
      assert.is_nil(value)
      assert.is_truthy(message:find(row[2], 1, true), message)
      assert.equal("protocol", detail.kind)
    end)
  end

  it("is not strict where the call says so", function()
    local strict = client('{"a":"\255"}', { strict_text = true })
    assert.equal(R, assert(strict:request { path = "/x", strict_text = false }).a)
    assert.equal(R, assert(strict:get_user("1", { strict_text = false })).a)
    assert.matches('option "strict_text": expected boolean, got string', raised.here(function()
      strict:get_user("1", { strict_text = "yes" })
    end))
    assert.has_error(function()
      client("{}", { strict_text = 1 })
    end)
  end)

  it("costs one user of a list nothing, and the others neither", function()
    local list = client('[{"id":"1","profile":{"login":"a"}},{"id":"2","profile":{"login":"b\\ud83d","\255":"\233"}},'
      .. '{"id":"3","profile":{"login":"c"}}]'):list_users()
    local seen = {}
    for user in list do
      seen[#seen + 1] = user.profile.login
    end
    assert.same({ "a", "b" .. R, "c" }, seen)
    assert.equal(3, list.repaired)
    assert.equal(3, #assert(list:all()))
    assert.equal(3, list.repaired)
    list:rewind()
    assert.equal(0, list.repaired)
    local page, meta = list:page()
    assert.equal(3, #page)
    assert.equal(3, meta.repaired)
  end)

  it("is counted over all pages, and in a list without a row", function()
    for _, method in ipairs { "list_users", "list" } do
      local okta = replayed.client {
        replayed.json('[{"id":"1\255"}]', 200, { Link = '<https://org.okta.test/api/v1/users?after=2>; rel="next"' }),
        replayed.json('[{"id":"2"}]', 200, { Link = '<https://org.okta.test/api/v1/users?after=3>; rel="next"' }),
        replayed.json('[{"id":"3\\udc00\\udc00"}]'),
      }
      local list = okta[method](okta, method == "list" and { path = "/api/v1/users" } or nil)
      assert.equal(0, list.repaired)
      assert.equal(3, #assert(list:all()))
      assert.equal(3, list.repaired)
    end
  end)

  it("fails a strict list, which then gives no half of it", function()
    local list = client('[{"id":"1"},{"id":"2\255"}]'):list_users { strict_text = true }
    local items, message = list:all()
    assert.is_nil(items)
    assert.matches("byte 21: invalid UTF%-8", message)
    assert.equal(0, list.repaired)
  end)

  it("in an error's body leaves its words, also to a strict client", function()
    for _, strict in ipairs { false, true } do
      local okta = replayed.always(replayed.json(
        '{"errorCode":"E0000001","errorSummary":"bad \\ud800 login \255",'
        .. '"errorCauses":[{"errorSummary":"x\254"}]}', 400),
        { strict_text = strict })
      local _, message, detail = okta:get_user("1")
      assert.equal("okta get_user: 400 E0000001: bad " .. R .. " login " .. R .. ": x" .. R, message)
      assert.equal("E0000001", detail.code)
    end
  end)

  it("hides no secret that an error repeats", function()
    for _, secret in ipairs { "Passw0rd\255-xy12", "Passw0rd\\ud800-xy12", "\255\254Passw0rd-xy12",
      "Passw0rd-xy12\195" } do
      local body = ('{"errorSummary":"no %s here","password":"%s"}'):format(secret, secret)
      local okta = replayed.always(replayed.json(body, 400))
      local _, message = okta:get_user("1")
      assert.equal("okta get_user: 400: no *** here", message)
    end
    -- a secret header may hold any bytes
    local okta = replayed.always(function(request)
      return replayed.json('{"errorSummary":"bad key ' .. wire.header(request, "X-Api-Key") .. '"}', 400)
    end)
    local _, message = okta:get_user("1", { headers = { ["X-Api-Key"] = "k\233y-1234-5678" } })
    assert.equal("okta get_user: 400: bad key ***", message)
  end)

  it("is no token", function()
    local t = granted.new()
    t.answers[1] = granted.json(200, '{"access_token":"tok\\ud800","expires_in":60}')
    local value, message = t.client:get_user(1)
    assert.is_nil(value)
    assert.matches("the access_token of the token endpoint holds", message)
    -- what is beside it does no harm; a refresh token that was damaged is none
    t.now = 2000
    t.answers[2] = granted.json(200, '{"access_token":"tok","expires_in":60,"refresh_token":"r\255","n":"\233"}')
    assert(t.client:get_user(1))
    t.now = 3000
    assert(t.client:get_user(1))
    assert.equal("client_credentials", t.asked[3].grant_type)
  end)

  it("of many bytes is read in one go", function()
    local many = 100000
    local value, meta = client('["' .. ("\255"):rep(many) .. '","' .. ("\\ud800"):rep(many) .. '"]')
      :request { path = "/x" }
    assert.equal(R:rep(many), value[1])
    assert.equal(R:rep(many), value[2])
    assert.equal(2 * many, meta.repaired)
  end)

  it("is refused by roster.json as before", function()
    for _, text in ipairs { '"\\ud800"', '"\255"', '{"\255":1}' } do
      local value, why = json.decode(text)
      assert.is_nil(value)
      assert.is_string(why)
    end
  end)
end)

-- What is Knetik's alone: ids, wrapped strings, kinds of property, 64 bits, and
-- its errors.
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local services = require "spec.support.services"
local wire = require "spec.support.wire"

-- 5.4 has integers of 64 bits
local HAS_INTEGERS = math.type ~= nil

describe("a user's id", function()
  local GOOD = {
    { "42", "42" }, { "me", "me" }, { 42, "42" }, { 42.0, "42" }, { 0, "0" }, { "007", "007" },
    { "9223372036854775807", "9223372036854775807" }, { 9007199254740991, "9007199254740991" },
  }
  for i, row in ipairs(GOOD) do
    it("is a number, digits or the word me where the document says so: " .. i, function()
      local client, sent = services.knetik()
      assert(client:get_user(row[1]))
      assert(client:update_user(row[1], { username = "u", email = "e" }))
      assert.equal("https://app.knetik.test/users/" .. row[2], sent[1].url)
      assert.equal(sent[1].url, sent[2].url)
    end)
  end

  local BAD = { "templates", "password-reset", "groups", "relationships", "", ".", "..", "ME", "me ", "1 2", "1/tags",
    "-1", "+1", "1.5", "0x10", "1e3", "\195\169", "1\n", "1\0", -1, 1.5 }
  for _, id in ipairs(BAD) do
    it(("that is another path is refused: %q"):format(id), function()
      local client, sent = services.knetik()
      for _, name in ipairs { "get_user", "update_user" } do
        local value, message, detail = client[name](client, id, name == "update_user" and {} or nil)
        assert.is_nil(value)
        assert.matches("^knetik " .. name .. ": argument 1 %(id%)", message)
        assert.equal("argument", detail.kind)
      end
      assert.equal(0, #sent)
    end)
  end

  it("is never me elsewhere", function()
    local client, sent = services.knetik()
    local CALLS = {
      function() local _ = client:get_user_tags "me" end,
      function() local _ = client:add_user_tag("me", "t") end,
      function() local _ = client:remove_user_tag("me", "t") end,
      function() local _ = client:set_password("me", "p") end,
      function() local _ = client:start_password_reset "me" end,
      function() local _ = client:password_reset("me", {}) end,
      function() local _ = client:set_password(1.5, "p") end,
      function() local _ = client:set_password(2 ^ 60 * 1.1 * 16, "p") end,
      function() local _ = client:set_password(0 / 0, "p") end,
      function() local _ = client:set_password(true, "p") end,
      function() local _ = client:set_password("12x", "p") end,
    }
    for _, call in ipairs(CALLS) do
      assert.matches("^knetik [%l_]+: argument 1 %([%l_]+%): expected ", raised.here(call))
    end
    assert.equal(0, #sent)
  end)

  it("of a template may be any text but a path's", function()
    local client, sent = services.knetik()
    assert(client:get_user_template "a/b c")
    assert.equal("https://app.knetik.test/users/templates/a%2Fb%20c", sent[1].url)
    for _, id in ipairs { "", ".", ".." } do
      assert.is_nil((client:get_user_template(id)))
    end
    assert.equal(1, #sent)
  end)

  it("that cannot be exact is refused", function()
    local client, sent = services.knetik()
    if HAS_INTEGERS then
      assert(client:set_password(math.maxinteger, "p"))
      assert.equal("https://app.knetik.test/users/9223372036854775807/password", sent[1].url)
    else
      assert.matches("expected a whole number below 2^53", raised.here(function()
        local _ = client:set_password(2 ^ 62, "p")
      end), 1, true)
      assert(client:set_password("9223372036854775807", "p"))
    end
  end)
end)

describe("a wrapped string", function()
  local FORMS = {
    { "plain", '{"value":"plain"}' },
    { "", '{"value":""}' },
    { "a \"b\" \195\169\n", '{"value":"a \\"b\\" \195\169\\n"}' },
    { { value = "in a table" }, '{"value":"in a table"}' },
  }
  for i, row in ipairs(FORMS) do
    it("is a string or its table: " .. i, function()
      local client, sent = services.knetik()
      assert(client:add_user_tag(1, row[1]))
      assert(client:set_password(1, row[1]))
      for j = 1, 2 do
        assert.equal(row[2], sent[j].body)
        assert.equal("application/json", wire.header(sent[j], "Content-Type"))
      end
    end)
  end

  it("is nothing else", function()
    local client, sent = services.knetik()
    for _, bad in ipairs { 5, true, print, roster.null } do
      assert.matches("argument 2 %(body%): expected string or table, got %l+", raised.here(function()
        local _ = client:add_user_tag(1, bad)
      end))
    end
    for _, bad in ipairs { { value = 5 }, { value = {} }, { "x" }, "\255" } do
      local value, message = client:add_user_tag(1, bad)
      assert.is_nil(value)
      assert.matches("^knetik add_user_tag: body", message)
    end
    assert.matches("argument 2 %(body, StringWrapper%) is missing", raised.here(function()
      local _ = client:add_user_tag(1)
    end))
    assert.equal(0, #sent)
  end)

  it("is not shown in a dry run", function()
    local client = services.knetik()
    local shown = assert(client:set_password(1, "never shown", { dry_run = true }))
    assert.equal('{"value":"***"}', shown.body)
  end)
end)

describe("a property", function()
  local function user_with(property)
    return { username = "u", email = "e", additional_properties = { p = property } }
  end

  local GOOD = {
    { type = "text", value = "" }, { type = "formatted_text", value = "<b>" }, { type = "integer", value = 0 },
    { type = "long", value = -1 }, { type = "double", value = 0.5 }, { type = "boolean", value = false },
    { type = "date", value = 1500000000 }, { type = "file", url = "u", crc = "c" }, { type = "image", url = "u" },
    { type = "audio", url = "u" }, { type = "video", url = "u" },
    { type = "file_group", files = { { type = "file", url = "u" } } }, { type = "image_group", files = {} },
    { type = "audio_group", files = {} }, { type = "video_group", files = {} },
    { type = "list", values = { { type = "text", value = "a" }, { type = "list", values = {} } } },
    { type = "map", map = { a = { type = "long", value = 1 }, b = { type = "map", map = {} } } },
    { type = "a kind of later", anything = { 1, "x" } },
  }
  for _, property in ipairs(GOOD) do
    it("keeps its kind both ways: " .. property.type, function()
      local client, sent = services.knetik(function(request)
        return replayed.json(request.body)
      end)
      local user, message = client:register_user(user_with(property))
      assert.is_not_nil(user, message)
      assert.same(user_with(property), json.decode(sent[1].body))
      assert.same(user_with(property), user)
      -- and an empty list stays a list, an empty map a map
      local again = assert(client:register_user(user))
      assert.equal(#sent[1].body, #sent[2].body)
      assert.same(user, again)
    end)
  end

  local BAD = {
    { { type = "text", value = 5 }, "body.additional_properties.p.value: expected string, got number" },
    { { type = "integer", value = "x" }, "body.additional_properties.p.value: expected integer, got string" },
    { { type = "integer", value = 1.5 }, "body.additional_properties.p.value: expected integer" },
    { { type = "boolean", value = 0 }, "body.additional_properties.p.value: expected boolean, got number" },
    { { type = "double", value = true }, "body.additional_properties.p.value: expected number, got boolean" },
    { { type = "list", values = { { type = "long", value = "?" } } },
      "body.additional_properties.p.values[1].value: expected integer, got string" },
    { { type = "map", map = { q = { type = "boolean", value = "?" } } },
      "body.additional_properties.p.map.q.value: expected boolean, got string" },
    { { type = "image_group", files = { { type = "file", url = 7 } } },
      "body.additional_properties.p.files[1].url: expected string, got number" },
    { "text", "body.additional_properties.p: expected object, got string" },
    { { value = "x" }, "body.additional_properties.p" },
    { { type = 5, value = "x" }, "body.additional_properties.p.type: expected string, got number" },
  }
  for _, row in ipairs(BAD) do
    it("that is not of its kind is named: " .. row[2], function()
      local client, sent = services.knetik()
      local value, message, detail = client:register_user(user_with(row[1]))
      assert.is_nil(value)
      assert.is_truthy(message:find(row[2], 1, true), message)
      assert.equal("argument", detail.kind)
      assert.equal(0, #sent)
    end)
  end

  it("of each kind survives reading, changing and sending back", function()
    local app = require("roster.sandbox").knetik()
    local client = roster.knetik { sandbox = app }
    local before = assert(client:get_user(2))
    local kinds = 0
    for name, property in pairs(before.additional_properties) do
      assert.equal(name, property.type)
      kinds = kinds + 1
    end
    assert.equal(17, kinds)
    before.display_name = "Changed"
    assert(client:update_user(2, before))
    local after = assert(client:get_user(2))
    before.last_updated, after.last_updated = nil, nil
    assert.same(before, after)
    assert.equal("9007199254740993", tostring(after.additional_properties.long.value))
  end)

  it("is defined by templates, in each kind", function()
    local client = roster.knetik { sandbox = true }
    for template in client:get_user_templates() do
      local body = { name = template.name, properties = template.properties,
        allow_additional = template.allow_additional }
      assert.is_true((client:update_user_template(template.id, body)))
      local read = assert(client:get_user_template(template.id))
      assert.same(template.properties, read.properties)
    end
  end)
end)

describe("an integer of 64 bits", function()
  local DIGITS = { "9007199254740993", "9223372036854775807", "-9223372036854775808" }

  for _, digits in ipairs(DIGITS) do
    it("is exact, or digits, never something else: " .. digits, function()
      local client, sent = services.knetik(function(request)
        return replayed.json(request.method == "GET"
          and '{"additional_properties":{"p":{"type":"long","value":' .. digits .. "}}}" or "{}")
      end)
      local user = assert(client:get_user(1))
      local value = user.additional_properties.p.value
      assert.equal(digits, HAS_INTEGERS and ("%d"):format(value) or value)
      assert.equal(HAS_INTEGERS and "number" or "string", type(value))
      -- what came goes back as it was
      user.username, user.email = "u", "e"
      assert(client:update_user(1, user))
      assert.is_truthy(sent[2].body:find('"value":' .. digits, 1, true), sent[2].body)
      -- and digits in a string do on every Lua
      user.additional_properties.p.value = digits
      assert(client:update_user(1, user))
      assert.is_truthy(sent[3].body:find('"value":' .. digits, 1, true), sent[3].body)
    end)
  end

  it("that a float cannot hold is refused", function()
    local client, sent = services.knetik()
    for _, value in ipairs { 2 ^ 53 * 2 + 0.0, 1e18, 2 ^ 63, -2 ^ 64, 1e300 } do
      local user = { username = "u", email = "e", additional_properties = { p = { type = "long", value = value } } }
      local done, message = client:update_user(1, user)
      assert.is_nil(done)
      assert.is_truthy(message:find("body.additional_properties.p.value", 1, true), message)
    end
    assert.equal(0, #sent)
  end)

  it("is exact in what counts time, and in ids", function()
    local client = services.knetik(replayed.json '{"id":9007199254740993,"date_of_birth":-62135596800}')
    local user = assert(client:get_user(1))
    assert.equal("9007199254740993", HAS_INTEGERS and ("%d"):format(user.id) or user.id)
    assert.equal(-62135596800, user.date_of_birth)
  end)
end)

describe("an error of Knetik", function()
  local ERRORS = {
    { 400, '{"code":1004,"request_id":"r1","result":[{"field":"email","message":"is taken"},{"message":"no"}]}',
      "400 1004: Bad Request: is taken; no [req r1]" },
    { 404, '{"code":2,"result":[]}', "404 2: Not Found" },
    { 400, '{"code":0,"result":{"message":"odd"}}', "400 0: Bad Request" },
    { 400, '{"code":3,"result":["a","b"]}', "400 3: Bad Request: a; b" },
    { 403, '{"error":"access_denied","error_description":"Access is denied"}', "403 access_denied: Access is denied" },
    { 500, "<html><title>Oops</title></html>", "500: Oops" },
    { 404, "", "404: Not Found" },
  }
  for i, row in ipairs(ERRORS) do
    it("is one line in its own words: " .. i, function()
      local client = services.knetik { status = row[1], headers = { ["Content-Type"] = "application/json" },
        body = row[2] }
      local value, message = client:get_user(1, { max_retries = 0 })
      assert.is_nil(value)
      assert.equal("knetik get_user: " .. row[3], message)
    end)
  end

  it("lists its causes", function()
    local client = services.knetik(replayed.json(ERRORS[1][2], 400))
    local _, _, detail = client:get_user(1)
    assert.same({ "is taken", "no" }, detail.causes)
    assert.equal("1004", detail.code)
    assert.equal("r1", detail.request_id)
  end)
end)

describe("lists and options of Knetik", function()
  it("join ids and orders with commas", function()
    local client, sent = services.knetik(replayed.json '{"content":[],"total_elements":0}')
    assert(client:get_users({ filter_id_list = { 1, "2", 3 }, order = { "id:ASC", "username:DESC" } }):page())
    local params = wire.parse(sent[1].url).params
    assert.equal("1,2,3", params.filter_id_list)
    assert.equal("id:ASC,username:DESC", params.order)
    for _, bad in ipairs { {}, { "1,2" }, { "" }, { a = 1 } } do
      local ok, page = pcall(function()
        return client:get_users({ filter_id_list = bad }):page()
      end)
      assert.is_true(not ok or page == nil)
    end
    assert.equal(1, #sent)
  end)

  it("name what is misspelt", function()
    local client = services.knetik()
    assert.matches('unknown option "filter_emial", did you mean "filter_email"?', raised.here(function()
      local _ = client:get_users { filter_emial = "a" }
    end), 1, true)
    assert.matches('unknown option "pages", did you mean "page"?', raised.here(function()
      local _ = client:get_users { pages = 1 }
    end), 1, true)
  end)

  it("give a list of strings", function()
    local client = services.knetik(replayed.json '["a","b",""]')
    assert.same({ "a", "b", "" }, (client:get_user_tags(1):all()))
  end)

  it("take an empty success for what it is", function()
    for _, status in ipairs { 200, 201, 202, 204 } do
      local client = services.knetik { status = status }
      assert.is_true((client:update_user_template("t", { name = "n" })))
      assert.is_true((client:delete_user_template("t")))
      -- whose document pairs its model with another status than 204
      local value, message, detail = client:create_user_template { name = "n" }
      assert.is_nil(value)
      assert.matches("with an empty body where an object was expected", message)
      assert.is_true(detail.ambiguous)
    end
    for _, body in ipairs { "null", "[]", "true", "1", '""' } do
      local client = services.knetik(replayed.json(body))
      local value, _, detail = client:update_user_template("t", { name = "n" })
      assert.is_nil(value)
      assert.equal("protocol", detail.kind)
    end
  end)
end)

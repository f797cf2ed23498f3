local caller = require "spec.support.caller"
local core = require "roster.core"
local json = require "roster.json"
local knetik = require "roster.sandbox.knetik"
local properties = require "roster.sandbox.knetik.properties"
local router = require "roster.sandbox.router"
local sandbox = require "roster.sandbox"

local rows = core.catalog("knetik").operations

describe("the Knetik sandbox", function()
  it("refuses options it does not know or of the wrong type", function()
    for _, options in ipairs{ { user = 3 }, { users = "3" }, { users = 0 },
      { expires_in = "never" }, { anonymous = "yes" } } do
      assert.has_error(function()
        sandbox.knetik(options)
      end)
    end
  end)

  it("has a handler for every row, and besides for two more", function()
    local known = {}
    for _, row in ipairs(rows) do
      known[row.name] = true
      assert.equal("function", type(knetik.handlers[row.name]), row.name)
    end
    for _, row in ipairs(knetik.more_rows) do
      known[row.name] = true
    end
    for name in pairs(knetik.handlers) do
      assert.is_true(known[name], name)
    end
  end)

  it("answers 501 to a row without a handler", function()
    local o = caller.knetik()
    local more = core.catalog("knetik").operations
    more[#more + 1] = { name = "get_groups", method = "GET",
      path = "/users/groups", params = {}, retry = "safe" }
    o.instance.router = router.new(more)
    local status, value = o:call("GET", "/users/groups")
    assert.equal(501, status)
    assert.is_truthy(value.result[1].message:find("get_groups", 1, true))
  end)

  it("is the same for the same options, another for another seed", function()
    local _, _, one = caller.knetik():call("GET", "/users")
    local _, _, same = caller.knetik():call("GET", "/users")
    local _, _, other = caller.knetik{ seed = 1 }:call("GET", "/users")
    assert.equal(one.body, same.body)
    assert.are_not.equal(one.body, other.body)
    local form = "grant_type=client_credentials&client_id=sandbox-client" ..
      "&client_secret=sandbox-secret"
    local _, answer = caller.knetik().token(form)
    assert.is_truthy(answer.access_token:find("^%x+%-%x+%-4%x+%-a%x+%-%x+$"))
    assert.equal(36, #answer.access_token)
    -- On every Lua.
    assert.equal("67a5a77a-2bbd-423c-abf4-6da73190a4be", answer.access_token)
  end)

  -- One request per operation: path, body, status.
  local function examples(o)
    local template = o:must("GET", "/users/templates").content[1].id
    o:must("POST", "/users/5/password-reset")
    local secret = o.instance:mails()[1].secret
    local user = { username = "new", email = "new@example.com",
      password = "p" }
    return {
      add_user_tag = { "/users/5/tags", { value = "new" }, 200 },
      create_user_template = { "/users/templates", { name = "t" }, 201 },
      delete_user_template = { "/users/templates/" .. template, nil, 204 },
      get_user = { "/users/me", nil, 200 },
      get_user_tags = { "/users/12/tags", nil, 200 },
      get_user_template = { "/users/templates/" .. template, nil, 200 },
      get_user_templates = { "/users/templates", nil, 200 },
      get_users = { "/users", nil, 200 },
      password_reset = { "/users/5/password-reset",
        { password = "x", secret = secret }, 204 },
      register_user = { "/users", user, 200 },
      remove_user_tag = { "/users/12/tags/vip", nil, 204 },
      set_password = { "/users/5/password", { value = "x" }, 204 },
      start_password_reset = { "/users/6/password-reset", nil, 200 },
      submit_password_reset = { "/users/password-reset",
        { username = "admin" }, 200 },
      update_user = { "/users/7", user, 204 },
      update_user_template = { "/users/templates/" .. template,
        { name = "u" }, 204 },
    }
  end

  for _, row in ipairs(rows) do
    it("answers " .. row.name, function()
      local o = caller.knetik()
      local example = assert(examples(o)[row.name], "no example")
      o.instance:clear_counts()
      local status, value, response = o:call(row.method, example[1],
        example[2])
      assert.equal(example[3], status, response.body)
      local shown = row.returns and row.name ~= "update_user_template"
      assert.equal(shown and "table" or "nil", type(value))
      assert.equal(shown and "application/json" or nil,
        response.headers["Content-Type"])
      local counts = o.instance:counts()
      assert.equal(1, counts.requests[row.name])
      assert.equal(row.retry ~= "safe" and 1 or nil, counts.effects[row.name])
      if not row.anonymous then
        status, value = o:call(row.method, example[1], example[2], o.nobody)
        assert.equal(401, status)
        assert.equal("unauthorized", value.error)
      end
    end)
  end

  it("lets later versions ask for a token everywhere", function()
    local o = caller.knetik{ anonymous = false }
    for _, row in ipairs(rows) do
      local path = row.path:gsub("{%w+_?%w*}", "1")
      assert.equal(401, (o:call(row.method, path, row.body and "{}" or nil,
        o.nobody)), row.name)
    end
  end)
end)

describe("Knetik's users", function()
  local o
  before_each(function()
    o = caller.knetik()
  end)

  it("show private fields to administrators and to themselves", function()
    local held = o.bearer(o.user_token(5))
    for _, row in ipairs{
      { "/users/5", nil, true }, { "/users/5", o.nobody, false },
      { "/users/5", held, true }, { "/users/me", held, true },
      { "/users/6", held, false },
    } do
      local user = o:must("GET", row[1], nil, row[2])
      assert.equal(row[3], user.email ~= nil, row[1])
      assert.equal(row[3], user.username ~= nil)
      assert.is_truthy(user.display_name)
      for name in pairs(user) do
        assert.is_nil(name:find("secret"))
        assert.are_not.equal("password", name)
      end
    end
    local page = o:must("GET", "/users?size=100", nil, held)
    assert.equal(60, #page.content)
    for _, user in ipairs(page.content) do
      assert.equal(user.id == 5, user.email ~= nil)
      assert.is_nil(user.first_name)
    end
  end)

  for _, row in ipairs{ { "/users/0", 404 }, { "/users/61", 404 },
    { "/users/nobody", 400 }, { "/users/1.5", 400 }, { "/users/-1", 400 },
    { "/users/9007199254740993", 400 }, { "/users/", 404 },
    { "/users/me/tags", 400 } } do
    it("are not found at " .. row[1], function()
      local status, value = o:call("GET", row[1])
      assert.equal(row[2], status)
      assert.equal(row[2], value.code)
      assert.equal(36, #value.request_id)
      assert.equal(json.array_mt, getmetatable(value.result))
      assert.equal("string", type(value.result[1].message))
    end)
  end

  it("have no me without a token", function()
    assert.equal(401, (o:call("GET", "/users/me", nil, o.nobody)))
  end)

  it("are registered by anybody, with a password", function()
    local user, response = o:must("POST", "/users", { username = "ada",
      email = "ada@example.com", password = "s3cret", first_name = "Ada",
      id = 1, member_since = 5, tags = { "x" } }, o.nobody)
    assert.equal(61, user.id)
    assert.equal(o.clock, user.member_since)
    assert.same({ "x" }, user.tags)
    assert.is_nil(response.body:find("s3cret", 1, true))
    assert.same(user, (o:must("GET", "/users/61")))
    assert.equal(61, o:must("GET", "/users").total_elements)
    local status = o.token("grant_type=password&client_id=sandbox-client" ..
      "&username=ADA&password=s3cret")
    assert.equal(200, status)
  end)

  local template = require("roster.sandbox.knetik.seed").template_id(4711, 3)
  local good = { username = "ada", email = "ada@example.com",
    password = "x" }
  -- what is changed in `good`; the field complained about, or none
  local registrations = {
    { { password = false }, "password" }, { { password = "" }, "password" },
    { { email = false }, "email" }, { { username = 3 }, "username" },
    { { username = "Admin" }, "username" },
    { { email = "ADMIN@example.com" }, "email" },
    { { first_name = 1 }, "first_name" },
    { { date_of_birth = "1815" }, "date_of_birth" },
    { { date_of_birth = 1.5 }, "date_of_birth" },
    { { tags = "x" }, "tags" }, { { tags = json.array{ 1 } }, "tags" },
    { { template = "none" }, "template" },
    { { additional_properties = json.array{} }, "additional_properties" },
    { { additional_properties = { a = { value = 1 } } },
      "additional_properties.a.type" },
    { { additional_properties = { a = { type = "json" } } },
      "additional_properties.a.type" },
    { { template = template }, "additional_properties.score" },
    { { template = template, additional_properties = {
      score = { type = "text", value = "1" } } },
      "additional_properties.score.type" },
    { { template = template, additional_properties = {
      score = { type = "long", value = 1 }, more = { type = "text" } } },
      "additional_properties.more" },
    { { template = template, additional_properties = {
      score = { type = "long", value = 1 } } } },
    { { date_of_birth = json.null, first_name = json.null,
      template = json.null, tags = json.null,
      additional_properties = json.null } },
    { { last_activity = "whatever" } },
  }
  for i, row in ipairs(registrations) do
    it("are registered or not, " .. i .. ": " .. (row[2] or "good"),
      function()
        local body = {}
        for name, value in pairs(good) do
          body[name] = value
        end
        for name, value in pairs(row[1]) do
          body[name] = value or nil
        end
        local status, value = o:call("POST", "/users", body)
        if row[2] then
          assert.equal(400, status)
          assert.equal(row[2], value.result[1].field)
        else
          assert.equal(200, status)
        end
        assert.equal(row[2] and 60 or 61,
          o:must("GET", "/users").total_elements)
      end)
  end

  it("are replaced as a whole, but for what is not the caller's", function()
    local before = o:must("GET", "/users/3")
    o.clock = o.clock + 10
    local value, response = o:must("PUT", "/users/3", { username = "u3",
      email = "u3@example.com", password = "ignored", city = "Oslo",
      id = 9, member_since = 1, children = json.array{} })
    assert.is_nil(value)
    assert.is_nil(response.body)
    assert.same({ id = 3, username = "u3", email = "u3@example.com",
      city = "Oslo", tags = {}, member_since = before.member_since,
      last_activity = before.last_activity, last_updated = o.clock,
      children = before.children, parents = before.parents },
      (o:must("GET", "/users/3")))
    assert.equal(4, before.children[1].id)
    local function try(password)
      return (o.token("grant_type=password&client_id=sandbox-client" ..
        "&username=u3&password=" .. password))
    end
    assert.equal(400, try("ignored"))
    assert.equal(200, try(knetik.PASSWORD))
  end)

  it("are replaced by administrators and by themselves only", function()
    local held = o.bearer(o.user_token(5))
    local body = { username = "five", email = "five@example.com" }
    assert.equal(403, (o:call("PUT", "/users/6", body, held)))
    assert.equal(204, (o:call("PUT", "/users/me", body, held)))
    assert.equal("five", o:must("GET", "/users/5").username)
    assert.equal(400, (o:call("PUT", "/users/6", body)))
    assert.equal(400, (o:call("PUT", "/users/6", { username = "six" })))
    assert.equal(400, (o:call("PUT", "/users/6")))
    assert.equal(415, (o:call("PUT", "/users/6", body,
      { ["Content-Type"] = "text/plain" })))
    assert.equal(400, (o:call("PUT", "/users/6", "[]")))
  end)

  it("keep the kind and the value of each property", function()
    local kinds = properties.kinds()
    assert.equal(17, #kinds)
    local two = o:must("GET", "/users/2")
    for _, kind in ipairs(kinds) do
      assert.equal(kind, two.additional_properties[kind].type)
    end
    two.username, two.email = "copy", "copy@example.com"
    o:must("PUT", "/users/5", assert(core.encode(two, "knetik",
      "UserResource", false)))
    local copy = o:must("GET", "/users/5")
    assert.same(two.additional_properties, copy.additional_properties)
    assert.equal(two.template, copy.template)
  end)

  it("keep 64 bits to the last, on every Lua", function()
    for _, digits in ipairs{ "9007199254740993", "9223372036854775807",
      "-9223372036854775807" } do
      o:must("PUT", "/users/5", '{"username":"u","email":"u@example.com",' ..
        '"additional_properties":{"l":{"type":"long","value":' .. digits ..
        '}}}')
      local _, response = o:must("GET", "/users/5")
      assert.is_truthy(response.body:find('"value":' .. digits .. "}", 1,
        true) or response.body:find('"value":' .. digits .. ",", 1, true),
        digits)
    end
  end)

  local wrong = {
    '{"type":"text","value":1}', '{"type":"formatted_text","value":{}}',
    '{"type":"integer","value":"1"}', '{"type":"integer","value":1.5}',
    '{"type":"integer","value":2147483648}',
    '{"type":"long","value":"1"}', '{"type":"long","value":0.5}',
    '{"type":"long","value":1e300}', '{"type":"date","value":"2020-01-01"}',
    '{"type":"double","value":"1"}', '{"type":"boolean","value":"true"}',
    '{"type":"file","url":1}', '{"type":"image","crc":[]}',
    '{"type":"file_group","files":{}}', '{"type":"file_group","files":[1]}',
    '{"type":"list"}', '{"type":"list","values":[1]}',
    '{"type":"list","values":[{"type":"x"}]}', '{"type":"map"}',
    '{"type":"map","map":[]}',
    '{"type":"map","map":{"a":{"type":"text","value":1}}}', '"text"', '[]',
  }
  for _, property in ipairs(wrong) do
    it("refuse the property " .. property, function()
      local status, value = o:call("PUT", "/users/5",
        '{"username":"u","email":"u@example.com","additional_properties":' ..
        '{"p":' .. property .. "}}")
      assert.equal(400, status)
      assert.is_truthy(value.result[1].field:find(
        "^additional_properties%.p"))
    end)
  end
end)

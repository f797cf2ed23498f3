-- What a success becomes.
local core = require "roster.core"
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local unpack = table.unpack or unpack

local BODIES = {
  AssignRoleRequest = { type = "USER_ADMIN" },
  ChangePasswordRequest = { oldPassword = {}, newPassword = {} },
  UserCredentials = { password = {} },
}

--- Calls the operation with placeholders and the given answer.
local function call(op, answer)
  local okta = replayed.client { answer }
  local args, options = {}, {}
  for _, param in ipairs(op.params) do
    if param.place == "path" then
      args[#args + 1] = "x"
    elseif param.required then
      options[param.option] = param.type == "boolean" and true or "x"
    end
  end
  if op.body then
    args[#args + 1] = BODIES[op.body.model] or { profile = {} }
  end
  args[#args + 1] = options
  if op.returns and op.returns.list then
    return okta[op.name](okta, unpack(args)):page()
  end
  return okta[op.name](okta, unpack(args))
end

local EMPTY = { { 200, "" }, { 204, nil }, { 202, "" }, { 200, nil }, { 200, " \r\n\t" }, { 201, "\n" } }
local NO_LISTS = { "", " ", "{}", "null", "true", '"x"', "OK", "<html>[]</html>", "[", '[{"id":1}', "[1]]" }
-- { body, what the error calls it }
local NO_OBJECTS = {
  { "", "an empty body" }, { " \r\n\t", "an empty body" }, { "\239\187\191", "an empty body" },
  { "null", "null" }, { " null\n", "null" }, { "true", "true" }, { "false", "false" },
  { "0", "a number" }, { "-7", "a number" }, { "12345678901234567890", "a number" },
  { '""', "a string" }, { '"x"', "a string" }, { "[]", "a list" }, { '\n[{"id":"x"}]', "a list" },
}
local NOTHING = { "{}", "[]", "null", "OK", "<html>done</html>", "{\"a\":", "\0\255" }

for _, op in ipairs(core.catalog("okta").operations) do
  local returns = op.returns
  if not returns then
    it(op.name .. " gives true for a success without a body", function()
      for _, row in ipairs(EMPTY) do
        local value, meta = call(op, { status = row[1], body = row[2] })
        assert.is_true(value)
        assert.equal(row[1], meta.status)
      end
    end)

    it(op.name .. ", which returns nothing, gives true whatever comes along", function()
      for _, body in ipairs(NOTHING) do
        local value, meta = call(op, { status = 200, headers = { ["Content-Type"] = "text/plain" }, body = body })
        assert.is_true(value)
        assert.equal(200, meta.status)
      end
    end)
  elseif not returns.list then
    it(op.name .. ", which returns a " .. returns.model .. ", refuses what is no object", function()
      for _, row in ipairs(NO_OBJECTS) do
        local value, message, detail = call(op, { status = 200, body = row[1] })
        assert.is_nil(value)
        assert.is_truthy(message:find("200 with " .. row[2] .. " where an object was expected", 1, true), message)
        assert.equal("protocol", detail.kind)
        assert.equal(op.retry == "unsafe", detail.ambiguous)
        assert.is_false(detail.retryable)
      end
      for _, row in ipairs(EMPTY) do
        local value, message, detail = call(op, { status = row[1], body = row[2] })
        assert.is_nil(value)
        assert.is_truthy(message:find(row[1] .. " with an empty body where an object was expected", 1, true), message)
        assert.equal(op.retry == "unsafe", detail.ambiguous)
      end
    end)

    it(op.name .. ", which returns a " .. returns.model .. ", takes any object", function()
      for _, body in ipairs { "{}", " \n{} ", "\239\187\191{}", '{"a":null}' } do
        assert.same({}, (call(op, { status = 200, body = body })))
      end
    end)

    it(op.name .. ", which returns a " .. returns.model .. ", refuses what is not JSON", function()
      for _, body in ipairs { "OK", "<html>", '{"id":"x"', '{"id":"x"}}', '{"a":"\0"}', "{'a':1}" } do
        local value, message, detail = call(op, { status = 200, body = body })
        assert.is_nil(value)
        assert.matches("200 with a body that is not JSON: byte %d+", message)
        assert.equal("protocol", detail.kind)
        assert.equal(200, detail.status)
        -- the service may have done it and only told it badly
        assert.equal(op.retry == "unsafe", detail.ambiguous)
        assert.is_false(detail.retryable)
      end
    end)
  else
    it(op.name .. ", which returns a list, refuses what is none", function()
      for _, body in ipairs(NO_LISTS) do
        local value, message, detail = call(op, { status = 200, body = body })
        assert.is_nil(value, body)
        assert.equal("string", type(message))
        assert.equal("protocol", detail.kind)
      end
      for _, row in ipairs { { "", "an empty body" }, { "{}", "an object" }, { "null", "null" }, { "7", "a number" },
      } do
        local _, message = call(op, { status = 200, body = row[1] })
        assert.is_truthy(message:find("200 with " .. row[2] .. " where a list was expected", 1, true), message)
      end
    end)

    it(op.name .. ", which returns a list, takes one with a byte order mark", function()
      assert.equal(0, #call(op, { status = 200, body = "\239\187\191[]" }))
    end)
  end
end

describe("a model in an answer", function()
  local BODY = [[{"id":"00u1","status":"NEW_STATUS","created":"2024-01-01T00:00:00.000Z",
    "profile":{"login":"a@b","city":null,"custom":[],"level":3,"ratio":0.5,"vip":false,"nick":"","map":{}},
    "credentials":{"password":{},"provider":{"type":"OKTA","name":"OKTA"}},
    "type":7,"_embedded":null,"brandNew":{"x":[1,null,2]}}]]

  local okta = replayed.always(replayed.json(BODY))
  local user = okta:get_user("00u1")

  it("is a plain table with the wire's names", function()
    assert.equal("00u1", user.id)
    assert.equal("a@b", user.profile.login)
    assert.equal(3, user.profile.level)
    assert.equal(0.5, user.profile.ratio)
    assert.is_false(user.profile.vip)
    assert.equal("", user.profile.nick)
    assert.same({}, user.profile.map)
    assert.equal("integer", math.type and math.type(user.profile.level) or "integer")
  end)

  it("has nothing where JSON has null, except inside of a list", function()
    assert.is_nil(user.profile.city)
    assert.is_nil(user._embedded)
    assert.same({ 1, json.null, 2 }, user.brandNew.x)
  end)

  it("is never refused for what it holds", function()
    assert.equal("NEW_STATUS", user.status)
    assert.equal(7, user.type)
  end)

  it("can be sent back as it came, with its lists and objects", function()
    local fresh, sent = replayed.always(replayed.json(BODY))
    fresh:update_user("00u1", { profile = user.profile })
    assert.matches('"custom":%[%]', sent[1].body)
    assert.matches('"map":{}', sent[1].body)
  end)

  it("may be any value at all where no row promises an object", function()
    local function ask(body)
      return replayed.always(replayed.json(body)):request { path = "/api/v1/x" }
    end
    for _, row in ipairs { { "[1,2]", { 1, 2 } }, { '"x"', "x" }, { "5", 5 }, { " true ", true }, { "false", false },
      { "null", true }, { " null\n", true }, { "", true }, { "\239\187\191", true },
      { '\239\187\191{"a":1}', { a = 1 } } } do
      local value, meta = ask(row[1])
      assert.same(row[2], value)
      assert.equal(200, meta.status)
    end
  end)

  it("may follow a byte order mark", function()
    local answer = replayed.json('\239\187\191{"id":"x"}')
    assert.equal("x", (replayed.always(answer):get_user("x")).id)
    answer = replayed.json('\239\187\191{"errorCode":"E0000007","errorSummary":"gone"}')
    answer.status = 404
    local _, message, detail = replayed.always(answer):get_user("x")
    assert.matches("404 E0000007: gone", message)
    assert.equal("E0000007", detail.code)
  end)

  it("is read whatever its content type says", function()
    for _, type in ipairs { "text/plain", "text/html;charset=utf-8", "application/vnd.api+json", "" } do
      local answer = { status = 200, headers = { ["Content-Type"] = type }, body = '{"id":"x"}' }
      assert.equal("x", (replayed.always(answer):get_user("x")).id)
    end
    assert.equal("x", (replayed.always({ status = 200, body = '{"id":"x"}' }):get_user("x")).id)
  end)

  it("larger than the ceiling is an error that says so", function()
    local okta_small = replayed.always(replayed.json('{"a":"' .. ("x"):rep(2000) .. '"}'), { max_response = 1000 })
    local value, message, detail = okta_small:get_user("x")
    assert.is_nil(value)
    assert.matches("the answer is larger than 1000 bytes", message)
    assert.equal("protocol", detail.kind)
  end)

  it("nested without end is an error, not a crash", function()
    local okta_deep = replayed.always(replayed.json(("["):rep(100000)))
    local value, message, detail = okta_deep:get_user("x")
    assert.is_nil(value)
    assert.matches("not JSON", message)
    assert.equal("protocol", detail.kind)
  end)

  it("that names a wrong content type says which when it cannot be read", function()
    local answer = { status = 200, headers = { ["content-type"] = "text/html; charset=utf-8" }, body = "<html>" }
    local _, message = replayed.always(answer):get_user("x")
    assert.matches("content type: text/html; charset=utf%-8", message)
  end)
end)

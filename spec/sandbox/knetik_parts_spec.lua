local caller = require "spec.support.caller"
local knetik = require "roster.sandbox.knetik"
local properties = require "roster.sandbox.knetik.properties"

describe("Knetik's templates", function()
  local o
  before_each(function()
    o = caller.knetik()
  end)

  it("have a definition of each kind to begin with", function()
    local page = o:must("GET", "/users/templates?order=name:ASC")
    assert.equal(3, page.total_elements)
    assert.equal("everything", page.content[1].name)
    local kinds = {}
    for i, definition in ipairs(page.content[1].properties) do
      kinds[i] = definition.type
    end
    assert.same(properties.kinds(), kinds)
    local _, response = o:must("GET", "/users/templates?order=name:ASC")
    assert.is_truthy(response.body:find('"max":9007199254740993', 1, true))
    assert.equal(1, #o:must("GET", "/users/templates?size=2&page=2").content)
    assert.equal(400, (o:call("GET", "/users/templates?order=x:ASC")))
  end)

  it("are made, read, replaced and deleted", function()
    local made, response = o:must("POST", "/users/templates", {
      name = "t", properties = { { name = "a", type = "text",
        required = true, max_length = 3 } }, id = "x", created_date = 1 })
    assert.equal(201, response.status)
    assert.equal(24, #made.id)
    assert.equal(o.clock, made.created_date)
    local path = "/users/templates/" .. made.id
    assert.same(made, (o:must("GET", path)))
    o.clock = o.clock + 5
    assert.is_nil((o:must("PUT", path, { name = "u",
      allow_additional = true })))
    assert.same({ id = made.id, name = "u", properties = {},
      allow_additional = true, created_date = o.clock - 5,
      updated_date = o.clock }, (o:must("GET", path)))
    o:must("DELETE", path)
    for _, method in ipairs{ "GET", "DELETE" } do
      assert.equal(404, (o:call(method, path)))
    end
    assert.equal(404, (o:call("PUT", path, { name = "u" })))
    assert.equal(3, o:must("GET", "/users/templates").total_elements)
  end)

  it("in use are deleted only when told to detach", function()
    local id = o:must("GET", "/users/2").template
    local path = "/users/templates/" .. id
    assert.equal(400, (o:call("DELETE", path)))
    assert.equal(400, (o:call("DELETE", path .. "?cascade=all")))
    assert.equal(204, (o:call("DELETE", path .. "?cascade=detach")))
    assert.is_nil(o:must("GET", "/users/2").template)
  end)

  for _, body in ipairs{ "", "{}", '{"name":""}', '{"name":1}',
    '{"name":"t","properties":{}}', '{"name":"t","properties":[1]}',
    '{"name":"t","allow_additional":"yes"}',
    '{"name":"t","properties":[{"name":"a","required":true}]}',
    '{"name":"t","properties":[{"name":"a","required":true,"type":"x"}]}',
    '{"name":"t","properties":[{"name":"a","type":"text"}]}',
    '{"name":"t","properties":[{"required":true,"type":"text"}]}',
    '{"name":"t","properties":[{"name":"a","required":true,"type":"text"},' ..
      '{"name":"a","required":true,"type":"long"}]}',
    '{"name":"t","properties":[{"name":"a","required":true,"type":"list",' ..
      '"value_definition":{"name":"b"}}]}',
    '{"name":"t","properties":[{"name":"a","required":true,"type":"map",' ..
      '"properties":[{"name":"b"}]}]}' } do
    it("are refused: " .. body, function()
      assert.equal(400, (o:call("POST", "/users/templates", body)))
      assert.equal(3, o:must("GET", "/users/templates").total_elements)
    end)
  end

  it("are the administrators' business", function()
    local held = o.bearer(o.user_token(5))
    local path = "/users/templates/" .. o:must("GET", "/users/2").template
    for _, request in ipairs{ { "GET", "/users/templates" }, { "GET", path },
      { "POST", "/users/templates", { name = "t" } },
      { "PUT", path, { name = "t" } }, { "DELETE", path } } do
      local status, value = o:call(request[1], request[2], request[3], held)
      assert.equal(403, status)
      assert.equal(403, value.code)
    end
  end)
end)

describe("Knetik's tags", function()
  local o
  before_each(function()
    o = caller.knetik()
  end)

  local function tags()
    return o:must("GET", "/users/7/tags")
  end

  it("are put on and taken off, whatever they hold", function()
    assert.same({}, tags())
    for i, tag in ipairs{ "a b", "a/b", "ü", "a%2Fb", "." } do
      o:must("POST", "/users/7/tags", { value = tag })
      o:must("POST", "/users/7/tags", { value = tag })
      assert.equal(i, #tags())
      assert.equal(tag, tags()[i])
    end
    o:must("DELETE", "/users/7/tags/a%2Fb")
    o:must("DELETE", "/users/7/tags/a%20b")
    o:must("DELETE", "/users/7/tags/a%20b")
    assert.same({ "ü", "a%2Fb", "." }, tags())
    assert.same(tags(), o:must("GET", "/users/7").tags)
  end)

  it("come wrapped", function()
    for _, body in ipairs{ '"vip"', "", "{}", '{"value":1}', '{"value":""}',
      '{"tag":"vip"}', "[]" } do
      assert.equal(400, (o:call("POST", "/users/7/tags", body)), body)
    end
    assert.same({}, tags())
  end)

  it("are the administrators' business", function()
    local held = o.bearer(o.user_token(5))
    assert.equal(403, (o:call("GET", "/users/5/tags", nil, held)))
    assert.equal(403, (o:call("POST", "/users/5/tags", { value = "x" },
      held)))
    assert.equal(403, (o:call("DELETE", "/users/5/tags/x", nil, held)))
    assert.equal(404, (o:call("GET", "/users/99/tags")))
  end)
end)

describe("Knetik's passwords", function()
  local o
  before_each(function()
    o = caller.knetik()
  end)

  local function works(password)
    local username = o:must("GET", "/users/5").username
    return (o.token("grant_type=password&client_id=sandbox-client" ..
      "&username=" .. username .. "&password=" .. password)) == 200
  end

  it("are set, wrapped", function()
    o:must("PUT", "/users/5/password", { value = "new" })
    assert.is_true(works("new"))
    assert.is_false(works(knetik.PASSWORD))
    for _, body in ipairs{ '"x"', "", "{}", '{"value":""}',
      '{"value":null}' } do
      assert.equal(400, (o:call("PUT", "/users/5/password", body)), body)
    end
    assert.equal(400, (o:call("PUT", "/users/me/password",
      { value = "x" })))
    local held = o.bearer(o.user_token(6))
    assert.equal(403, (o:call("PUT", "/users/5/password", { value = "x" },
      held)))
    assert.equal(204, (o:call("PUT", "/users/6/password", { value = "x" },
      held)))
    assert.is_true(works("new"))
  end)

  local function reset(secret, password)
    return (o:call("PUT", "/users/5/password-reset",
      { secret = secret, password = password }, o.nobody))
  end

  it("are reset with the secret that was mailed, once", function()
    local email = o:must("GET", "/users/5").email
    o:must("POST", "/users/5/password-reset", nil, o.nobody)
    local mail = o.instance:mails()[1]
    assert.equal(email, mail.to)
    assert.equal(5, mail.user_id)
    assert.equal(400, reset("x", "new"))
    assert.equal(400, reset(nil, "new"))
    assert.equal(400, reset(mail.secret, nil))
    assert.is_true(works(knetik.PASSWORD))
    assert.equal(204, reset(mail.secret, "new"))
    assert.is_true(works("new"))
    assert.equal(400, reset(mail.secret, "newer"))
    -- Of two secrets the later counts.
    o:must("POST", "/users/5/password-reset")
    o:must("POST", "/users/5/password-reset")
    local mails = o.instance:mails()
    assert.equal(400, reset(mails[2].secret, "newer"))
    assert.equal(204, reset(mails[3].secret, "newer"))
    assert.equal(3, o.instance:counts().mails)
  end)

  for _, field in ipairs{ "email", "username", "mobile_number" } do
    it("are reset by " .. field, function()
      local value = o:must("GET", "/users/5")[field]
      o:must("POST", "/users/password-reset", { [field] = value }, o.nobody)
      assert.equal(5, o.instance:mails()[1].user_id)
    end)
  end

  it("are not reset for nobody, or for two", function()
    for _, row in ipairs{ { "{}", 400 }, { "", 400 }, { '{"email":1}', 400 },
      { '{"username":"admin","email":"admin@example.com"}', 400 },
      { '{"username":"nobody"}', 404 } } do
      assert.equal(row[2], (o:call("POST", "/users/password-reset", row[1])))
    end
    assert.equal(404, (o:call("POST", "/users/99/password-reset")))
    assert.equal(400, (o:call("POST", "/users/me/password-reset")))
    assert.equal(0, o.instance:counts().mails)
  end)
end)

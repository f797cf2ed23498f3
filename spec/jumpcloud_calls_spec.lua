-- JumpCloud's four operations: what goes into a body, what is never repeated,
-- and answers in words.
local core = require "roster.core"
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local services = require "spec.support.services"
local wire = require "spec.support.wire"

local ADMIN = "5f0c1e2d3a4b5c6d7e8f9a0b"

describe("users_put", function()
  it("sends exactly the keys given", function()
    local client, sent = services.jumpcloud()
    local bodies = {
      {}, { enableMultiFactor = false }, { firstname = "" }, { lastname = roster.null },
      { growthData = {} }, { roleNames = {} },
      { growthData = { onboardingState = { step = "", n = 0, done = false } } },
      { someLaterField = { 1, 2 } },
    }
    local texts = {
      "{}", '{"enableMultiFactor":false}', '{"firstname":""}', '{"lastname":null}', '{"growthData":{}}',
      '{"roleNames":[]}', nil, '{"someLaterField":[1,2]}',
    }
    for i, body in ipairs(bodies) do
      assert(client:users_put(ADMIN, body, { extra = { "someLaterField" } }))
      if texts[i] then
        assert.equal(texts[i], sent[i].body)
      else
        assert.same(body, json.decode(sent[i].body))
      end
      assert.equal("application/json", wire.header(sent[i], "Content-Type"))
    end
  end)

  it("sends no body and no type when none is given", function()
    local client, sent = services.jumpcloud()
    assert(client:users_put(ADMIN))
    assert(client:users_put(ADMIN, nil, { x_org_id = "a" }))
    for i = 1, 2 do
      assert.is_nil(sent[i].body)
      assert.is_nil(wire.header(sent[i], "Content-Type"))
      assert.equal("0", wire.header(sent[i], "Content-Length"))
    end
  end)

  local BAD = {
    { { enableMultiFactor = "false" }, "body.enableMultiFactor: expected boolean, got string" },
    { { email = 5 }, "body.email: expected string, got number" },
    { { roleNames = { 1 } }, "body.roleNames[1]: expected string, got number" },
    { { roleNames = "Manager" }, "body.roleNames: expected list, got string" },
    { { growthData = "x" }, "body.growthData: expected object, got string" },
  }
  for _, row in ipairs(BAD) do
    it("names what is wrong: " .. row[2], function()
      local client, sent = services.jumpcloud()
      local value, message, detail = client:users_put(ADMIN, row[1])
      assert.is_nil(value)
      assert.equal("jumpcloud users_put: " .. row[2], message)
      assert.equal("argument", detail.kind)
      assert.equal(0, #sent)
    end)
  end

  it("says so when an option stands in the body", function()
    local client = services.jumpcloud()
    assert.matches('"x_org_id" is an option: pass it in the table after the body', raised.here(function()
      local _ = client:users_put(ADMIN, { email = "a@b", x_org_id = "c" })
    end), 1, true)
  end)

  it("refuses an id that is another path", function()
    local client, sent = services.jumpcloud()
    for _, id in ipairs { "", ".", ".." } do
      local value, message = client:users_put(id, {})
      assert.is_nil(value)
      assert.matches("^jumpcloud users_put: argument 1 %(id%)", message)
    end
    assert.equal(0, #sent)
    assert(client:users_put("a/b?c#d", {}))
    assert.equal("https://console.jumpcloud.com/api/users/a%2Fb%3Fc%23d", sent[1].url)
  end)
end)

describe("users_reactivate_get", function()
  it("is a GET that is never sent twice", function()
    local AMBIGUOUS = {
      { "connection reset", true }, { { status = 502 }, true }, { { status = 504 }, true },
      -- 503 says that nothing was done, 500 that something was tried and failed
      { { status = 503 }, false }, { { status = 500 }, false },
    }
    for _, row in ipairs(AMBIGUOUS) do
      local client, sent = services.jumpcloud(row[1])
      local value, message, detail = client:users_reactivate_get(ADMIN)
      assert.is_nil(value)
      assert.equal(1, #sent)
      assert.equal(row[2], detail.ambiguous, message)
      assert.equal(row[2], message:find("the service may have done it", 1, true) ~= nil)
    end
  end)

  it("has its class in the catalog, so that no transport repeats it", function()
    for _, op in ipairs(core.catalog("jumpcloud").operations) do
      assert.equal(({
        admin_totpreset_begin = "unsafe", organization_list = "safe", users_put = "idempotent",
        users_reactivate_get = "unsafe",
      })[op.name], op.retry)
    end
  end)

  it("mails once for each call", function()
    local account = require("roster.sandbox").jumpcloud()
    local client = roster.jumpcloud { sandbox = account }
    assert.is_true((client:users_reactivate_get(account.administrator)))
    assert.equal(1, #account:mails())
    assert(client:users_reactivate_get(account.administrator, { dry_run = true }))
    assert.equal(1, #account:mails())
  end)
end)

describe("an answer in words", function()
  local function words(status, body, kind)
    return { status = status, headers = { ["Content-Type"] = kind or "text/plain; charset=utf-8" }, body = body }
  end

  it("is a success where the operation promises nothing", function()
    for _, body in ipairs { "OK", "", "not { json", '"OK"', "{}" } do
      local client = services.jumpcloud(words(200, body))
      assert.is_true((client:users_reactivate_get(ADMIN)))
      assert.is_true((client:admin_totpreset_begin(ADMIN)))
    end
  end)

  it("is the value of a request without a row", function()
    local client = services.jumpcloud(words(200, "Password expired\n"))
    assert.equal("Password expired\n", (client:request { method = "POST", path = "/systemusers/a/expire" }))
    client = services.jumpcloud(words(200, '{"a":1}'))
    assert.same({ a = 1 }, (client:request { path = "/x" }))
  end)

  it("is an error where the operation promises something", function()
    local client = services.jumpcloud(words(200, "OK"))
    local value, message, detail = client:users_put(ADMIN, {})
    assert.is_nil(value)
    assert.equal("protocol", detail.kind)
    assert.matches("200 with a body that is not JSON", message)
    local page, _, more = client:organization_list():page()
    assert.is_nil(page)
    assert.equal("protocol", more.kind)
  end)

  local ERRORS = {
    { words(401, "Unauthorized: no such key"), "401: Unauthorized: no such key" },
    { words(400, "  first line \r\nsecond line"), "400: first line" },
    { words(412, "\n\nbelow two blank ones"), "412: below two blank ones" },
    { words(500, "", "text/plain"), "500: Internal Server Error" },
    { words(500, " \n ", "text/plain"), "500: Internal Server Error" },
    { words(500, "caf\233", "text/plain"), "500: Internal Server Error" },
    { words(500, ("long "):rep(2000), "text/plain"), "500: Internal Server Error" },
    { words(500, "a\27[31mb\194\155c", "TEXT/PLAIN"), "500: a [31mb  c" },
    { words(500, "words", "text/plainer"), "500: Internal Server Error" },
    { words(500, "words", "application/json"), "500: Internal Server Error" },
    { words(500, "words", nil), "500: words" },
    { words(403, '{"message":"Forbidden"}', "text/plain"), "403: Forbidden" },
    { words(404, '"Not here"', "application/json"), "404: Not here" },
    { words(404, '""', "application/json"), "404: Not Found" },
    { words(404, '{"message":"Administrator not found"}', "application/json"), "404: Administrator not found" },
    { words(403, '{"code":403,"message":"no","status":"Forbidden"}', "application/json"), "403 403: no" },
    { words(412, '{"error":"Precondition Failed","reason":"no MFA"}', "application/json"),
      "412 Precondition Failed: Precondition Failed" },
    { words(400, '{"code":400,"message":"bad","details":[{"path":"a"}]}', "application/json"), "400 400: bad" },
    { words(502, "<html><title>Bad Gateway</title></html>", "text/html"), "502: Bad Gateway" },
    { { status = 500 }, "500: Internal Server Error" },
    { { status = 418, headers = { ["Content-Type"] = "text/plain" }, body = "teapot" }, "418: teapot" },
  }
  for i, row in ipairs(ERRORS) do
    it("or otherwise becomes the message of an error: " .. i, function()
      local client = services.jumpcloud(row[1])
      local value, message, detail = client:users_put(ADMIN, {}, { max_retries = 0 })
      assert.is_nil(value)
      assert.equal("jumpcloud users_put: " .. row[2], message)
      assert.equal(row[1].status, detail.status)
    end)
  end

  it("does not show the key that it quotes", function()
    local answer = words(401, "no such key: k3y-of-the-spec, sorry")
    local client = services.jumpcloud(answer, { api_key = "k3y-of-the-spec" })
    local _, message = client:users_put(ADMIN, {})
    assert.equal("jumpcloud users_put: 401: no such key: ***, sorry", message)
  end)
end)

describe("a client of JumpCloud", function()
  it("sends its key bare, to the host it is told", function()
    for url, expected in pairs {
      ["https://console.eu.jumpcloud.com/api"] = "https://console.eu.jumpcloud.com/api/users/a",
      ["https://proxy.example.com/jc/api/"] = "https://proxy.example.com/jc/api/users/a",
    } do
      local client, sent = services.jumpcloud(nil, { url = url })
      assert(client:users_put("a"))
      assert.equal(expected, sent[1].url)
      assert.equal("jc-key", wire.header(sent[1], "x-api-key"))
    end
  end)

  it("takes its key from a function, asked again when it is refused", function()
    local seen = {}
    local client, sent = services.jumpcloud(function(request)
      return wire.header(request, "x-api-key") == "new" and replayed.json "{}" or { status = 401 }
    end, { api_key = function(refused)
      seen[#seen + 1] = refused or "-"
      return refused and "new" or "old"
    end })
    assert(client:users_put(ADMIN))
    assert.same({ "-", "old" }, seen)
    assert.equal(2, #sent)
  end)

  it("walks a list without a row as its own lists are walked", function()
    local client, sent = services.jumpcloud(function(request)
      local skip = tonumber(request.url:match("skip=(%d+)")) or 0
      local last = skip >= 4 and "" or (',{"_id":"%d"}'):format(skip + 1)
      return replayed.json(('{"totalCount":5,"results":[{"_id":"%d"}%s]}'):format(skip, last))
    end)
    local ids = {}
    for user in client:list { path = "/systemusers", query = { limit = 2 } } do
      ids[#ids + 1] = user._id
    end
    assert.same({ "0", "1", "2", "3", "4" }, ids)
    assert.equal(3, #sent)
    assert.truthy(sent[1].url:find("sort=_id", 1, true))
  end)

  it("never takes a bare list for the whole: its end cannot be told", function()
    local client = services.jumpcloud(function() return replayed.json "[1,2]" end)
    local page, message, detail = client:list({ path = "/v2/users" }):page()
    assert.is_nil(page)
    assert.equal("jumpcloud list: the page has no list of results", message)
    assert.equal("protocol", detail.kind)
  end)
end)

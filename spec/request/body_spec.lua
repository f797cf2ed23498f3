-- Bodies: which headers go with them, what cannot be sent, and that the
-- caller's tables stay as they were.
local copy = require "spec.support.copy"
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local wire = require "spec.support.wire"

--- What create_user(body) sends.
local function created(body, options)
  local okta, sent = replayed.always(nil, options)
  local value, message, detail = okta:create_user(body)
  assert.is_true(value ~= nil or #sent == 0)
  return sent[1], message, detail
end

describe("the framing headers", function()
  it("of a request with a body: a content type, no length of our own", function()
    local request = created { profile = { login = "a" } }
    assert.equal("application/json", wire.header(request, "Content-Type"))
    assert.is_nil(wire.header(request, "Content-Length"))
    assert.equal('{"profile":{"login":"a"}}', request.body)
  end)

  local EMPTY = {
    { "POST", "0", function(okta) return okta:suspend_user("u") end },
    { "PUT", "0", function(okta) return okta:add_group_target_to_role("u", "r", "g") end },
    { "PATCH", "0", function(okta) return okta:request { method = "PATCH", path = "/x" } end },
    { "POST", "0", function(okta) return okta:forgot_password("u") end },
    { "GET", nil, function(okta) return okta:get_user("u") end },
    { "DELETE", nil, function(okta) return okta:deactivate_or_delete_user("u") end },
  }
  for _, row in ipairs(EMPTY) do
    it("of a " .. row[1] .. " without a body: length " .. tostring(row[2]), function()
      local okta, sent = replayed.always()
      row[3](okta)
      assert.equal(row[1], sent[1].method)
      assert.is_nil(sent[1].body)
      assert.is_nil(wire.header(sent[1], "Content-Type"))
      assert.equal(row[2], wire.header(sent[1], "Content-Length"))
    end)
  end

  it("always ask for JSON and carry the credential", function()
    local request = created { profile = {} }
    assert.equal("application/json", wire.header(request, "Accept"))
    assert.equal("SSWS " .. replayed.token, wire.header(request, "Authorization"))
  end)
end)

describe("a body", function()
  it("holds what was written and nothing else", function()
    local profile = { city = roster.null, nickName = "", favorites = roster.array {}, floor = 0, vip = false, map = {} }
    local request = created { profile = profile }
    local seen = json.decode(request.body)
    local expected = { city = json.null, nickName = "", favorites = {}, floor = 0, vip = false, map = {} }
    assert.same({ profile = expected }, seen)
    assert.matches('"favorites":%[%]', request.body)
    assert.matches('"map":{}', request.body)
  end)

  it("that updates one attribute does not mention the others", function()
    local okta, sent = replayed.always()
    okta:partial_update_user("u", { profile = { city = "Oslo" } })
    assert.equal('{"profile":{"city":"Oslo"}}', sent[1].body)
  end)

  local function nested(levels)
    local value = {}
    for _ = 1, levels do
      value = { a = value }
    end
    return value
  end
  local cyclic = { profile = {} }
  cyclic.profile.self = cyclic
  local FAULTS = {
    { "a wrong type", { profile = { login = 5 } },
      "^okta create_user: body%.profile%.login: expected string, got number$" },
    { "a boolean for an object", { profile = true }, "body%.profile: expected object, got boolean" },
    { "a list for an object", { profile = { 1 } }, "body%.profile: expected object, got list" },
    { "a wrong type in a list", { profile = {}, groupIds = { "a", {} } }, "body%.groupIds%[2%]: expected string" },
    { "a missing member", { credentials = {} }, "body%.profile: required" },
    { "a cycle", cyclic, "body%.profile%.self: cyclic" },
    { "a list with holes", { profile = { x = { 1, nil, 3 } } }, "body%.profile%.x: list with holes" },
    { "a far index", { profile = { x = { [1000] = 1 } } }, "body%.profile%.x: list with holes" },
    { "mixed keys", { profile = { x = { 1, a = 2 } } }, "both named and numbered keys" },
    { "a function", { profile = { x = print } }, "body%.profile%.x: cannot send a function" },
    { "a thread", { profile = { x = coroutine.create(print) } }, "body%.profile%.x: cannot send a thread" },
    { "userdata", { profile = { x = io.stdout } }, "body%.profile%.x: cannot send a userdata" },
    { "NaN", { profile = { x = 0 / 0 } }, "body%.profile%.x: NaN" },
    { "an infinity", { profile = { x = math.huge } }, "body%.profile%.x: an infinity" },
    { "a minus infinity", { profile = { x = { 1, -math.huge } } }, "body%.profile%.x%[2%]: an infinity" },
    { "invalid UTF-8", { profile = { firstName = "J\252rgen" } }, "body%.profile%.firstName: string is not UTF%-8" },
    { "an invalid key", { profile = { ["\252"] = 1 } }, "key is not UTF%-8" },
    { "a boolean key", { profile = { [true] = 1 } }, "body%.profile: key must be a string, got boolean" },
    { "too deep a table", { profile = nested(200) }, "nested too deep" },
  }
  for _, row in ipairs(FAULTS) do
    it("cannot hold " .. row[1] .. ", and the fault names the place", function()
      local request, message, detail = created(row[2])
      assert.is_nil(request)
      assert.matches(row[3], message)
      assert.equal("argument", detail.kind)
      assert.is_nil(message:find("%c"))
      assert.equal(message, tostring(detail))
    end)
  end

  it("takes 64 MiB and no more", function()
    local okta, sent = replayed.always()
    local made, message, detail = okta:create_user { profile = { login = ("x"):rep(64 * 1024 * 1024) } }
    assert.is_nil(made)
    assert.matches("body: larger than 67108864 bytes", message)
    assert.equal("argument", detail.kind)
    assert.equal(0, #sent)
  end)

  it("may hold integers beyond 2^53 only as digits where the model wants an integer", function()
    -- no body of Okta's has an integer that a caller can set at the top; the
    -- hash's work factor is one
    local function hashed(work_factor)
      local hash = { algorithm = "BCRYPT", workFactor = work_factor, salt = "s", value = "v" }
      return created { profile = {}, credentials = { password = { hash = hash } } }
    end
    local request, message = hashed(2 ^ 60)
    assert.is_nil(request)
    assert.matches("body%.credentials%.password%.hash%.workFactor: integer beyond 2%^53", message)
    assert.matches('"workFactor":9007199254740993[,}]', hashed("9007199254740993").body)
    assert.matches('"workFactor":10[,}]', hashed(10).body)
  end)

  it("may have any name in a free profile", function()
    local request = created { profile = { activate = true, dry_run = 1, headers = {} } }
    assert.same({ profile = { activate = true, dry_run = 1, headers = {} } }, json.decode(request.body))
  end)

  it("may have a member named like an option with check = false", function()
    assert.equal('{"activate":true}', created({ activate = true }, { check = false }).body)
  end)

  it("is not checked with check = false, except for what JSON cannot say", function()
    local request = created({ profile = { login = 5 } }, { check = false })
    assert.equal('{"profile":{"login":5}}', request.body)
    local none, message = created({ profile = { x = print } }, { check = false })
    assert.is_nil(none)
    assert.matches("cannot send a function", message)
  end)
end)

describe("the caller's tables", function()
  it("are as they were after a call", function()
    local body = {
      profile = { login = "a", tags = roster.array { "x", "y" }, city = roster.null, floor = 3 },
      credentials = { password = { value = "secret" }, recovery_question = { question = "q", answer = "a" } },
      groupIds = {},
    }
    local options = { activate = false, headers = { ["X-A"] = 1 }, timeout = 3 }
    local body_before, options_before = copy(body), copy(options)
    local okta = replayed.always()
    assert.same({}, (okta:create_user(body, options)))
    assert.same(body_before, body)
    assert.same(options_before, options)
    assert.is_nil(getmetatable(body.groupIds))
    assert.is_nil(getmetatable(body.profile))
    assert.equal("integer", math.type and math.type(body.profile.floor) or "integer")
  end)

  it("are as they were after a list, a request and a refusal", function()
    local okta = replayed.always(replayed.json "[]")
    local options = { search = "x", limit = 2, headers = { ["X-A"] = "b" } }
    local free = { path = "/x", query = { a = { 1, 2 }, b = true }, headers = { ["X-A"] = "b" } }
    local bad = { profile = { x = { 1, nil, 3 } } }
    local before = copy { options, free, bad }
    okta:list_users(options):all()
    okta:list(free):all()
    okta:request(free)
    okta:create_user(bad)
    assert.same(before, { options, free, bad })
  end)

  it("are read without the metamethods that say nothing of what is in them", function()
    local function fail() error("a metamethod ran") end
    local trap = { __newindex = fail, __eq = fail, __tostring = fail, __call = fail, __concat = fail }
    local body = setmetatable({ profile = setmetatable({ login = "a" }, trap) }, trap)
    local options = setmetatable({ activate = true }, trap)
    local okta, sent = replayed.always()
    assert.same({}, (okta:create_user(body, options)))
    assert.equal('{"profile":{"login":"a"}}', sent[1].body)
  end)
end)

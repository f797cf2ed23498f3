-- Bodies of closed models: a member that the model does not have is refused,
-- with where it may belong; so is a body that sets nothing.
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local services = require "spec.support.services"

local okta, sent = replayed.always()
local knetik, to_knetik = services.knetik()

local function create(body, options)
  return function() okta:create_user(body, options) end
end

local function update(body, options)
  return function() okta:partial_update_user("00u1", body, options) end
end

local function credentials(members)
  return create { profile = { login = "a" }, credentials = members }
end

local RAISE = {
  { "snake case", create { profile = {}, group_ids = { "g" } },
    'okta create_user: body.group_ids: unknown member, did you mean "groupIds"?' },
  { "other capitals", create { profile = {}, GroupIDs = { "g" } },
    'body.GroupIDs: unknown member, did you mean "groupIds"?' },
  { "a misspelt required member", create { Profile = { login = "a" } },
    'okta create_user: body.Profile: unknown member, did you mean "profile"?' },
  { "a slip", create { profile = {}, credentails = {} },
    'body.credentails: unknown member, did you mean "credentials"?' },
  { "camel case", credentials { recoveryQuestion = { question = "q", answer = "hunter2" } },
    'body.credentials.recoveryQuestion: unknown member, did you mean "recovery_question"?' },
  { "a member of a child", update { title = "Boss" },
    "okta partial_update_user: body.title: unknown member, belongs in profile (body.profile.title)" },
  { "a member of a child in another case", update { first_name = "A" },
    "body.first_name: unknown member, belongs in profile (body.profile.firstName)" },
  { "a member of a grandchild", create { profile = {}, salt = "s" },
    "body.salt: unknown member, belongs in credentials.password.hash (body.credentials.password.hash.salt)" },
  { "a child", create { profile = {}, password = { value = "hunter2" } },
    "body.password: unknown member, belongs in credentials (body.credentials.password)" },
  { "a member of the parent", credentials { groupIds = { "g" } },
    "body.credentials.groupIds: unknown member, belongs in the body itself (body.groupIds)" },
  { "a member of another child", credentials { login = "a" },
    "body.credentials.login: unknown member, belongs in profile (body.profile.login)" },
  { "a name like no other", create { profile = {}, badge = 5 },
    'body.badge: unknown member; attributes of your own belong in profile, and extra = { "badge" } sends it here' },
  { "a name like no other, deeper", credentials { badge = "hunter2" },
    'body.credentials.badge: unknown member; extra = { "badge" } sends it' },
  { "a long name", create { profile = {}, [("x"):rep(500)] = 1 }, 'unknown member' },
  { "a name with a NUL", create { profile = {}, ["profile\0"] = 1 }, 'body["profile?"]: unknown member' },
  { "a name of two lines", create { profile = {}, ["b\r\nadge"] = 1 },
    'body["b??adge"]: unknown member; attributes of your own belong in profile, and its name in extra sends it here' },
  { "a name of two lines, deeper", credentials { ["b\n"] = 1 },
    'body.credentials["b?"]: unknown member; its name in extra sends it' },
  { "a name with a quote", credentials { ['b"'] = 1 },
    'body.credentials["b?"]: unknown member; its name in extra sends it' },
  { "a deep one", credentials { password = { hash = { iteration_count = 5000 } } },
    'body.credentials.password.hash.iteration_count: unknown member, did you mean "iterationCount"?' },
  { "one in a role", function() okta:assign_role_to_user("u", { typ = "ORG_ADMIN" }) end,
    'okta assign_role_to_user: body.typ: unknown member, did you mean "type"?' },
  { "passwords in snake case", function() okta:change_password("u", { old_password = {}, new_password = {} }) end,
    "_password: unknown member, did you mean \"" },
  { "what only the service sets", update { status = "SUSPENDED" },
    "okta partial_update_user: body.status: read-only, only the service sets it: leave it out" },
  { "the same beside others", update { profile = { city = "a" }, status = "SUSPENDED" }, "body.status: read-only" },
  { "nothing that a caller sets", update { id = "00u1", status = "SUSPENDED" },
    "okta partial_update_user: argument 2 (body) sets nothing: give at least one of credentials, profile, type" },
  { "nothing", update {},
    "okta partial_update_user: argument 2 (body) sets nothing: give at least one of credentials" },
  { "nothing for all of a user", function() okta:update_user("u", {}) end, "argument 2 (body) sets nothing" },
  { "nothing to create from", create {}, "okta create_user: argument 1 (body) sets nothing" },
  { "no role", function() okta:assign_role_to_user("u", {}) end, "argument 2 (body) sets nothing" },
  { "no password", function() okta:change_password("u", {}) end, "argument 2 (body) sets nothing" },
  { "no question", function() okta:change_recovery_question("u", {}) end, "argument 2 (body) sets nothing" },
  { "no answer", function() okta:forgot_password_set_new_password("u", {}) end, "argument 2 (body) sets nothing" },
  { "no tag", function() knetik:add_user_tag(1, {}) end, "knetik add_user_tag: argument 2 (body) sets nothing" },
  { "camel case at Knetik", function() knetik:register_user { email = "e", username = "u", displayName = "D" } end,
    'knetik register_user: body.displayName: unknown member, did you mean "display_name"?' },
  { "an item of a list", function()
    knetik:create_user_template { name = "n", properties = { { type = "text", name = "a", required = true },
      { type = "text", name = "b", required = true, maxLength = 5 } } }
  end, 'body.properties[2].maxLength: unknown member, did you mean "max_length"?' },
  { "a value of a map", function()
    knetik:register_user { email = "e", username = "u", additional_properties = { nick = { type = "text",
      val = "x" } } }
  end, 'body.additional_properties.nick.val: unknown member' },
  { "a wrapper", function() knetik:set_password(1, { valu = "x" }) end,
    'body.valu: unknown member, did you mean "value"?' },
  { "an option of the wrong type", create({ profile = {} }, { extra = "badge" }),
    'option "extra": expected table, got string' },
  { "a name that is none", create({ profile = {} }, { extra = { 5 } }),
    'option "extra": expected a list of names, got a number in it' },
  { "names as keys", create({ profile = {} }, { extra = { badge = true } }),
    'option "extra": expected a list of names, got a string in it' },
  { "names with holes", create({ profile = {} }, { extra = { [2] = "badge" } }), 'option "extra": list with holes' },
  { "extra names where there is no body", function() okta:get_user("u", { extra = {} }) end, 'unknown option "extra"' },
  { "a check that is none", create({ profile = {} }, { check = 0 }), 'option "check": expected boolean, got number' },
}

describe("a closed model", function()
  for _, case in ipairs(RAISE) do
    it("refuses " .. case[1] .. " at the caller's line, and shows no value", function()
      local message = raised.here(case[2])
      assert.is_truthy(message:find(case[3], 1, true), message)
      assert.is_nil(message:find("hunter2", 1, true))
      assert.is_nil(message:find("%c"))
      assert.equal(0, #sent + #to_knetik)
    end)
  end

  it("refuses with dry_run as well", function()
    assert.matches('did you mean "groupIds"', raised.here(create({ profile = {}, group_ids = {} }, { dry_run = true })))
  end)

  it("fails its item of each, by name and in a function", function()
    local all = replayed.always()
    local items = { { "u", { profile = { city = "a" } } }, { "u", { title = "b" } }, { "u", {} } }
    for _, work in ipairs { "partial_update_user", function(item, client) return client:partial_update_user(item[1],
      item[2]) end } do
      local counts = assert(all:each(items, work))
      assert.same({ 1, 2 }, { counts.done, counts.failed })
      assert.matches("okta partial_update_user: body%.title: unknown member, belongs in profile",
        counts.failures[1].message)
      assert.matches("sets nothing", counts.failures[2].message)
    end
  end)

  it("lets an option's misplacement be told first", function()
    assert.matches('"activate" is an option', raised.here(create { profile = {}, activate = true }))
  end)
end)

describe("what was read from the service", function()
  local USER = { id = "00u1", status = "ACTIVE", created = "2020-01-01T00:00:00.000Z",
    _links = { self = { href = "x" } },
    type = { id = "oty1" }, profile = { login = "a", own = 1 },
    credentials = { provider = { type = "OKTA", name = "OKTA" }, emails = { { value = "a", status = "VERIFIED" } } } }

  it("can be sent back whole", function()
    local client, seen = replayed.always()
    assert.same({}, (client:update_user("00u1", USER)))
    assert.same(USER, json.decode(seen[1].body))
  end)

  it("can be sent back whole to Knetik", function()
    local client, seen = services.knetik()
    local user = { id = 5, email = "e", username = "u", last_activity = 7,
      children = { { id = 6, display_name = "d", something_new = true } } }
    assert(client:update_user("5", user))
    assert.same(user, json.decode(seen[1].body))
  end)
end)

describe("the way around a closed model", function()
  local function body_of(body, options, constructor)
    local client, seen = replayed.always(nil, constructor)
    assert.same({}, (client:create_user(body, options)))
    return json.decode(seen[1].body)
  end

  local NEW = { profile = { login = "a" }, newMember = 5, credentials = { new = { x = 1 } } }

  it("is check = false, of the call and of the client", function()
    assert.same(NEW, body_of(NEW, { check = false }))
    assert.same(NEW, body_of(NEW, nil, { check = false }))
    assert.same({ status = "S" }, body_of({ status = "S" }, { check = false }))
    local client, seen = replayed.always()
    assert.same({}, (client:partial_update_user("u", {}, { check = false })))
    assert.equal("{}", seen[1].body)
  end)

  it("of the call goes before the client's", function()
    local client = replayed.always(nil, { check = false })
    assert.matches("unknown member", raised.here(function() client:create_user(NEW, { check = true }) end))
  end)

  it("are the names in extra, wherever they stand", function()
    assert.same(NEW, body_of(NEW, { extra = { "newMember", "new" } }))
    assert.same({ newMember = 5, profile = {} }, body_of({ newMember = 5, profile = {} }, { extra = { "newMember",
      "unused" } }))
  end)

  it("are paths in extra, for one place only", function()
    assert.same(NEW, body_of(NEW, { extra = { "newMember", "credentials.new" } }))
    assert.matches("body%.credentials%.new: unknown member", raised.here(function()
      okta:create_user(NEW, { extra = { "newMember", "profile.new", "x.new", "credentials.newer" } })
    end))
  end)

  it("leaves the other checks on", function()
    local none, message = okta:create_user({ profile = { login = 5 }, new = 1 }, { extra = { "new" } })
    assert.is_nil(none)
    assert.matches("body%.profile%.login: expected string", message)
    assert.matches("body%.newer: unknown member", raised.here(function()
      okta:create_user({ profile = {}, new = 1, newer = 2 }, { extra = { "new" } })
    end))
  end)

  it("counts an extra name as something to set", function()
    local client, seen = replayed.always()
    assert.same({}, (client:partial_update_user("u", { new = 1 }, { extra = { "new" } })))
    assert.equal('{"new":1}', seen[1].body)
  end)

  it("lets a name pass that is also an option's", function()
    assert.same({ profile = {}, activate = 1 }, body_of({ profile = {}, activate = 1 }, { extra = { "activate" } }))
  end)

  it("is not needed where a body may be left out, without a model, or in what is open", function()
    local client, seen = replayed.always()
    assert.same({}, (client:forgot_password("u", {})))
    assert.same({}, (client:request { method = "POST", path = "/x", body = { any = { thing = {} } } }))
    assert.same({}, (client:create_user { profile = { group_ids = 1, badgeNumber = { 1 } } }))
    assert.same({ "{}", '{"any":{"thing":{}}}' }, { seen[1].body, seen[2].body })
    local jumpcloud = services.jumpcloud()
    assert(jumpcloud:users_put("5f0c1e2d3a4b5c6d7e8f9a0b", { growthData = { anything = { at = "all" } } }))
  end)

  it("is never needed for what comes back", function()
    local client = replayed.always(replayed.json '{"id":"1","brand_new":{"x":1},"profile":{"own":2}}')
    assert.same({ id = "1", brand_new = { x = 1 }, profile = { own = 2 } }, (client:get_user "1"))
  end)

  it("is null, false and the empty for known members only", function()
    assert.matches("unknown member", raised.here(create { profile = {}, own = roster.null }))
    assert.matches("unknown member", raised.here(create { profile = {}, own = false }))
  end)
end)

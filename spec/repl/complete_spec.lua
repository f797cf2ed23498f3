-- What Tab offers, without a terminal: a line and globals in, words out.
local complete = require "roster.repl.complete"
local guard = require "roster.repl.guard"
local roster = require "roster"

describe("Tab", function()
  local globals, sent

  before_each(function()
    sent = 0
    local function transport()
      sent = sent + 1
      return { status = 200, headers = {}, body = "[]" }
    end
    local okta = guard.guard("okta", roster.okta { url = "https://org.okta.test", token = "t", transport = transport })
    local constructors = { null = roster.null, array = roster.array }
    for _, provider in ipairs { "okta", "jumpcloud", "knetik" } do
      constructors[provider] = guard.constructor(provider, roster[provider])
    end
    globals = {
      roster = constructors, okta = okta, print = print, help = function() end, string = string,
      user = { id = "00u1", profile = { login = "ada", lastName = "L", ["not a name"] = 1 } },
      knetik = roster.knetik { url = "https://app.knetik.test", token = "t", transport = transport },
      users = okta:list_users(),
    }
    globals.users_of = { globals.user }
  end)

  after_each(function()
    assert.equal(0, sent)
  end)

  --- The line's end with what is offered for it: "a b c", and where it begins.
  local function offers(line)
    local found, start = complete.at(line, globals)
    return table.concat(found, " "), line:sub(start)
  end

  local function has(line, ...)
    local text = " " .. offers(line) .. " "
    for _, word in ipairs { ... } do
      assert.is_truthy(text:find(" " .. word .. " ", 1, true), line .. " offers" .. text .. "but not " .. word)
    end
    return text
  end

  it("offers globals, and keywords once something is typed", function()
    assert.equal("okta", (offers "ok"))
    assert.equal("print", (offers "x = pri"))
    has("", "okta", "roster", "user")
    has("f", "false", "for", "function")
    assert.is_nil(offers(""):find("while", 1, true))
  end)

  it("offers constructors behind the dot", function()
    assert.equal("okta", (offers "roster.ok"))
    has("roster.", "array", "jumpcloud", "knetik", "null", "okta")
    assert.equal("okta", (offers "c = roster . o"))
  end)

  it("offers operations behind the colon, and behind the dot for help", function()
    has("okta:li", "list", "limits", "list_users", "list_user_groups")
    assert.equal("create_user", (offers "okta.cre"))
    assert.equal("create_user", (offers "help(okta.cre"))
    local all, prefix = offers "okta:list_use"
    assert.equal("list_user_clients list_user_grants list_user_groups list_user_identity_providers list_users", all)
    assert.equal("list_use", prefix)
  end)

  it("offers an operation's options in its table", function()
    assert.equal("search = ", (offers "okta:list_users{ sea"))
    assert.equal("search = ", (offers "okta:list_users({ sea"))
    assert.equal("sort_by sort_order", (offers "for u in okta:list_users { search = 'a', so"))
    has("okta:list_users{ ", "cursor", "dry_run", "filter", "timeout")
    assert.equal("send_email = ", (offers "okta:deactivate_user(user.id, { sen"))
    assert.equal("send_email = ", (offers "okta.deactivate_user(okta, user.id, { sen"))
    assert.equal("if_match = ", (offers "okta:update_user('x', { profile = {} }, { if"))
  end)

  it("leaves out what the table has already", function()
    assert.is_nil(offers("okta:list_users{ search = 's', "):find("search", 1, true))
    has("okta:list_users{ search = 's', ", "sort_by", "limit")
    assert.equal("", (offers "okta:list_users{ search = 's', sea"))
  end)

  it("offers a model's fields, as deep as it goes", function()
    assert.equal("login = ", (offers "okta:create_user({ profile = { log"))
    assert.equal("login = ", (offers "okta:create_user{ profile = { log"))
    has("okta:create_user({ ", "credentials", "groupIds", "profile")
    has("okta:create_user({ credentials = { password = { ", "hash", "hook", "value")
    assert.equal("workFactor = ", (offers "okta:create_user({ credentials = { password = { hash = { w"))
    assert.equal("lastName = ", (offers "okta:partial_update_user(user.id, { profile = { login = 'a', last"))
    assert.equal('["resource-set"] = ', (offers "okta:assign_role_to_user('u', { ['type'] = 'X', role = 'r', "))
  end)

  it("offers a field's fields in a further line of a call, too", function()
    assert.equal("login = ", (offers "  profile = { log"))
    assert.equal("workFactor = ", (offers "  credentials = { password = { hash = { w"))
    assert.equal("okta", (offers "x = { ok"))
    assert.equal("okta", (offers "= { ok"))
    assert.equal("okta", (offers "nobody({ ok"))
  end)

  it("offers no field that only the service sets", function()
    assert.is_nil((" " .. offers "okta:partial_update_user('u', { " .. " "):find(" status ", 1, true))
  end)

  it("goes through lists and maps of models", function()
    assert.equal("name = ", (offers "knetik:create_user_template({ properties = { { na"))
    assert.equal("name = ", (offers "knetik:create_user_template({ properties = { { name = 'a' }, { na"))
    assert.equal("type = ", (offers "knetik:register_user({ additional_properties = { score = { ty"))
    has("knetik:register_user({ additional_properties = { score = { type = ", '"boolean"', '"long"')
  end)

  it("offers the known values, with and without the quote", function()
    has("okta:assign_role_to_user('u', { type = ", '"APP_ADMIN"', '"SUPER_ADMIN"')
    assert.equal('APP_ADMIN"', (offers "okta:assign_role_to_user('u', { type = \"APP"))
    has("okta:assign_role_to_user('u', { type = 'A", "API_ACCESS_MANAGEMENT_ADMIN", "APP_ADMIN")
    assert.equal("asc desc", (offers "okta:list_users{ sort_order = \""))
    assert.equal("targets/catalog/apps targets/groups", (offers "okta:list_assigned_roles_for_user('u', { expand = '"))
    assert.equal("false true", (offers "okta:create_user({}, { activate = "))
    assert.equal("true", (offers "okta:create_user({}, { activate = t"))
  end)

  it("offers a constructor's options", function()
    assert.equal("token = ", (offers "okta = roster.okta{ tok"))
    has("roster.okta{ ", "sandbox", "timeout", "url")
    assert.equal("api_key = ", (offers "roster.jumpcloud({ api"))
    has("roster.okta{ sandbox = ", "true", "false")
  end)

  it("offers what every client has, and what request, list, each and all take", function()
    has("okta:", "close", "each", "limits", "request")
    has("okta:request{ ", "body", "method", "path", "query")
    has("okta:list{ ", "cursor", "path")
    assert.equal("journal = ", (offers "okta:each(users, 'suspend_user', { jou"))
    assert.equal('suspend_user"', (offers 'okta:each(users, "susp'))
    assert.equal("max = ", (offers "users:all{ m"))
    assert.equal('"continue" "stop"', (offers "okta:each(users, f, { on_error = "))
  end)

  it("offers the fields of values that are there", function()
    assert.equal("lastName login", (offers "user.profile.l"))
    assert.equal("id profile", (offers "print(user."))
    assert.equal("login", (offers "users_of[1].profile.lo"))
    assert.equal("login", (offers "user['profile'].lo"))
    assert.equal("locale login", (offers "okta:get_user('x')['profile'].lo"))
    assert.equal("format", (offers "string.form"))
    assert.equal("upper", (offers "('x'):up"))
  end)

  it("offers a list's methods, and the fields of what calls give", function()
    assert.equal("all cursor first page pages rewind", (offers "users:"))
    assert.equal("all", (offers "okta:list_users():al"))
    assert.equal("profile", (offers "okta:list_users{ q = 'a' }:first().pro"))
    assert.equal("lastLogin lastUpdated", (offers "okta:get_user('x').last"))
    assert.equal("login", (offers "okta:get_user'x'.profile.log"))
    assert.equal("profile", (offers "okta:list_users():all()[1].pro"))
    assert.equal("profile", (offers "roster.okta().get_user(okta, 'x').pro"))
    assert.equal("all", (offers "okta:list{ path = '/x' }:al"))
    assert.equal("login", (offers "for u in okta:list_users() do print(u.profile.log"))
    assert.equal("display_name", (offers "for u in knetik:get_users() do print(u.display"))
    has("roster.okta{ sandbox = true }:get_u", "get_user", "get_user_role")
  end)

  it("offers operations to help", function()
    assert.equal('okta.create_user"', (offers 'help "okta.cre'))
    has("help('create", "create_user", "create_user_template")
    has('help "knetik.get_user', "knetik.get_user", "knetik.get_users")
  end)

  it("offers nothing in comments, in other strings, or behind what nobody knows", function()
    for _, line in ipairs { "-- ok", "x = 'ok", 'print("us', "nobody.x", "nobody():", "okta:nobody():", "12.",
      "a..u.", "user.profile.login.x", "--[[ ok", "[[ ok", "okta:get_user{ 'x', { '",
      "okta:create_user({ groupIds = { '", "x).y" } do
      assert.equal("", (offers(line)), line)
    end
  end)

  it("takes any line for what it is", function()
    for _, line in ipairs { "}", ")", "]", "okta:", "okta.", "okta:list_users(", "okta:list_users{{", "{", "{{{{",
      "((", "[", "x[", "x = {[", "x = { ['a'] =", "x = { ['a'] = { ", "\\", "'", '"\\', "[==[", "for in do",
      "for x in", "for x in okta", "\0", "\255\254", "okta:create_user({ profile = ", "okta:create_user({ { { ",
      "a.b.c.d[1].e:", "okta:list_users()()()()", "roster.okta{}{}", "okta:each(", "okta:each{}", "help{", "help(\"",
      "...", ":", "." } do
      for i = 0, #line do
        local found, start = complete.at(line:sub(1, i), globals)
        assert.is_table(found)
        assert.is_true(start >= 1 and start <= i + 1)
      end
    end
  end)

  it("runs nothing of the user's", function()
    local function forbidden()
      error("called")
    end
    local mt = { __index = forbidden, __pairs = forbidden, __len = forbidden, __call = forbidden, __eq = forbidden,
      __tostring = forbidden, __newindex = forbidden, __metatable = false, __concat = forbidden }
    globals.trap = setmetatable({ inner = setmetatable({ deep = 1 }, mt) }, mt)
    setmetatable(globals, { __index = forbidden, __pairs = forbidden })
    assert.equal("inner", (offers "trap.in"))
    assert.equal("deep", (offers "trap.inner.d"))
    assert.equal("", (offers "trap.nothing."))
    assert.equal("", (offers "trap:x"))
    assert.equal("", (offers "trap().x"))
    assert.equal("", (offers "undefined."))
  end)

  it("follows __index where that is a table, round a circle too", function()
    local a, b = {}, { method = function() end, field = 1 }
    globals.object = setmetatable({ own = 1 }, { __index = setmetatable(a, { __index = b }) })
    setmetatable(b, { __index = a })
    assert.equal("field method own", (offers "object."))
    assert.equal("method", (offers "object:"))
  end)
end)

-- The texts of help().
local core = require "roster.core"
local describe_op = require "roster.describe"
local guard = require "roster.repl.guard"
local help = require "roster.repl.help"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local load = loadstring or load -- luacheck: ignore 113

describe("help", function()
  local globals, okta

  before_each(function()
    okta = guard.guard("okta", (replayed.client()))
    globals = { okta = okta, help = function() end, last = function() end, roster = {
      okta = guard.constructor("okta", roster.okta), null = roster.null, array = roster.array,
    } }
  end)

  local function has(text, ...)
    for _, part in ipairs { ... } do
      assert.is_truthy(text:find(part, 1, true), "no " .. part .. " in\n" .. text)
    end
    return text
  end

  it("begins with what there is, and with the clients that are here", function()
    has(help.overview(globals), "help(okta)", "last()", "roster.repl.confirm = false", "Clients here: okta")
    globals.okta = nil
    has(help.overview(globals), "okta = roster.okta{ sandbox = true }")
    assert.equal(help.overview(globals), help.of(globals.help, globals))
  end)

  it("lists every operation of a client", function()
    local text = help.of(okta, globals)
    for _, op in ipairs(describe_op.catalog("okta").operations) do
      has(text, op.name, op.summary)
    end
    has(text, "each", "request")
    assert.equal(text, help.of("okta", globals))
  end)

  it("tells everything of an operation", function()
    has(help.of(okta.create_user, globals), "okta:create_user(body, options)", "POST /api/v1/users",
      "the body must have  profile", "next_login", "[changePassword]", "boolean, true if absent", "returns ",
      "User, or nil, message, detail", "unsafe: never sent again", "okta.users.manage", "at most 20", "example",
      'okta:create_user({')
    has(help.of(okta.list_users, globals), "a list of User", "pages that are linked, 200 items each", "safe: ",
      "omits DEPROVISIONED", "cursor", "rate limit          /api/v1/users\n")
    has(help.of(okta.deactivate_user, globals), "asks first: it takes something away")
    assert.is_nil(help.of(okta.get_user, globals):find("asks first", 1, true))
  end)

  it("is the same for a name as for the method", function()
    assert.equal(help.of(okta.create_user, globals), help.of("okta.create_user", globals))
    assert.equal(help.of(okta.create_user, globals), help.of("okta:create_user", globals))
    assert.equal(help.of(okta.create_user, globals), help.of("create_user", globals))
    assert.equal(help.of(okta.assign_role_to_user, globals), help.of("add_role_to_user", globals))
    -- of two services
    has(help.of("get_user", globals), "okta:get_user(", "knetik:get_user(")
  end)

  it("has a page for every operation and every model, of lines that fit", function()
    for _, provider in ipairs(core.providers()) do
      local catalog = describe_op.catalog(provider)
      for _, op in ipairs(catalog.operations) do
        local text = has(help.about(provider .. "." .. op.name), describe_op.signature(provider, op), op.summary)
        for line in text:gmatch("[^\n]+") do
          assert.is_true(#line <= 125, line)
          assert.is_nil(line:find("nil", 1, true) and not line:find("or nil, message", 1, true)
            and not line:find("= nil", 1, true) or nil, line)
        end
      end
      for name, model in pairs(catalog.models) do
        local text = help.about(provider .. "." .. name)
        for _, field in ipairs(model.fields) do
          has(text, field.name)
        end
      end
    end
  end)

  it("has examples without what a prompt forgets after each line", function()
    for _, provider in ipairs(core.providers()) do
      for _, op in ipairs(describe_op.catalog(provider).operations) do
        local example = help.about(provider .. "." .. op.name):match("\nexample[^\n]*\n(.*)$")
        assert.is_truthy(example, op.name)
        assert.is_nil(("\n" .. example):find("\n *local "), example)
        assert(load(example))
      end
    end
  end)

  it("searches names first, then what is said", function()
    local text = has(help.of("grants", globals), "okta.list_user_grants", "okta.revoke_user_grants", "mentioned in",
      "okta.assign_role_to_user")
    assert.is_true(text:find("okta.list_user_grants", 1, true) < text:find("mentioned in", 1, true))
    has(help.of("reset password", globals), "okta.reset_password")
    has(help.of("OKTA.ROLES.READ", globals), "okta.get_user_role")
    has(help.of("create_usr", globals), 'did you mean "create_user"?')
    assert.equal('nothing about "qqqqqqqqq"', help.of("qqqqqqqqq", globals))
    has(help.of("%", globals), "%")
    assert.is_string(help.of("", globals))
  end)

  it("explains a constructor, with its environment", function()
    has(help.of(globals.roster.okta, globals), "token", "$OKTA_CLIENT_TOKEN", "sandbox", "max_retries")
  end)

  it("explains roster, null, array, last, a list and a common method", function()
    has(help.of(globals.roster, globals), "okta", "null", "array")
    has(help.of(roster.null, globals), "clears an attribute")
    has(help.of(roster.array, globals), "even when it is empty")
    has(help.of(globals.last, globals), "curl")
    has(help.of(okta:list_users(), globals), "a list of User", "list:first()", "sends nothing")
    has(help.of(okta.each, globals), "each(source, work, options)")
    has(help.of(okta.request, globals), "request{")
  end)

  it("has something to say of every method that all clients have", function()
    for name in pairs(require "roster.client.common") do
      assert.is_truthy(help.of(okta[name], globals):find("^client:" .. name .. "[({].*\n  %l"), name)
    end
  end)

  it("shows any other value as a whole, and an error with what to do", function()
    has(help.of({ id = "00u1", status = "ACTIVE", profile = { login = "a", city = "B" } }, globals), 'city = "B"')
    assert.equal("nil", help.of(nil, globals))
    local _, _, detail = okta:create_user({ profile = { login = 5 } })
    has(help.of(detail, globals), "nothing was sent")
  end)
end)

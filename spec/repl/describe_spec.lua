-- What is told of an operation, against its row and the sandbox.
local core = require "roster.core"
local describe_op = require "roster.describe"
local roster = require "roster"

local load = loadstring or load -- luacheck: ignore 113

--- Calls f(provider, op) for every row.
local function each_row(f)
  for _, provider in ipairs(core.providers()) do
    for _, op in ipairs(describe_op.catalog(provider).operations) do
      f(provider, op)
    end
  end
end

--- Runs the lines with a new sandbox's client; returns how often they printed.
local function run(provider, source)
  local printed = 0
  local globals = { assert = assert, print = function() printed = printed + 1 end,
    [provider] = roster[provider] { sandbox = true } }
  local chunk
  if setfenv then
    chunk = setfenv(assert(load(source)), globals)
  else
    chunk = assert(load(source, "=example", "t", globals))
  end
  chunk()
  return printed
end

describe("what is told of an operation", function()
  it("has a signature that says what goes where", function()
    local op = describe_op.operation
    assert.equal("okta:create_user(body, options)", describe_op.signature("okta", op("okta", "create_user")))
    assert.equal("okta:list_users(options)", describe_op.signature("okta", op("okta", "list_users")))
    assert.equal("knetik:remove_user_tag(user_id, tag, options)",
      describe_op.signature("knetik", op("knetik", "remove_user_tag")))
    assert.equal("jumpcloud:users_put(id, body, options)",
      describe_op.signature("jumpcloud", op("jumpcloud", "users_put")))
  end)

  it("is found by an alias as well, and nil for no operation", function()
    assert.equal("assign_role_to_user", describe_op.operation("okta", "add_role_to_user").name)
    assert.is_nil(describe_op.operation("okta", "get_usr"))
  end)

  it("lists every argument of the row, in the order of a call", function()
    each_row(function(provider, op)
      local list, places = describe_op.arguments(provider, op), {}
      assert.equal(#op.params + (op.body and 1 or 0), #list)
      for i, argument in ipairs(list) do
        places[i] = argument.place
        assert.is_string(argument.type)
        assert.is_boolean(argument.required)
      end
      local text = table.concat(places, " ") .. " "
      assert.is_truthy(text:gsub("path ", ""):gsub("^body ", ""):gsub("option ", "") == "", op.name .. ": " .. text)
    end)
  end)

  it("knows what the service does without an option, and how many items a page has", function()
    local defaults = {}
    for _, argument in ipairs(describe_op.arguments("okta", describe_op.operation("okta", "create_user"))) do
      defaults[argument.name] = argument.default
    end
    assert.same({ activate = true, provider = false }, defaults)
    for _, argument in ipairs(describe_op.arguments("okta", describe_op.operation("okta", "list_users"))) do
      assert.equal(argument.name == "limit" and 200 or nil, argument.default)
    end
  end)

  it("lists what every call takes, and what only lists take", function()
    local function names(name)
      local list = {}
      for i, option in ipairs(describe_op.call_options(describe_op.operation("okta", name))) do
        list[i] = option.name
      end
      return table.concat(list, " ")
    end
    assert.is_truthy(names("get_user"):find("dry_run", 1, true))
    assert.is_nil(names("get_user"):find("cursor", 1, true))
    assert.is_truthy(names("list_users"):find("cursor", 1, true))
  end)

  it("says what comes back", function()
    local function returns(provider, name)
      return describe_op.returns(describe_op.operation(provider, name), provider)
    end
    assert.equal("User", returns("okta", "get_user"))
    assert.equal("a list of User", returns("okta", "list_users"))
    assert.equal("true", returns("okta", "suspend_user"))
    assert.equal("a list of UserBaseResource", returns("knetik", "get_users"))
    assert.equal("a list", returns("knetik", "get_user_tags"))
  end)

  it("names the fields that a body must have", function()
    assert.same({ "profile" }, describe_op.required("okta", "CreateUserRequest"))
    assert.same({ "email", "username" }, describe_op.required("knetik", "UserResource"))
    assert.same({}, describe_op.required("okta", "User"))
  end)

  it("has a retry class and, for lists alone, a paging for every row", function()
    each_row(function(_, op)
      assert.equal(op.retry, describe_op.retry(op):match("^%a+"))
      assert.equal(describe_op.is_list(op), describe_op.paging(op) ~= nil)
      assert.is_table(describe_op.scopes(op))
    end)
    assert.equal("pages that are linked, 200 items each (200 at most)",
      describe_op.paging(describe_op.operation("okta", "list_users")))
    assert.equal("pages by number, 25 items each", describe_op.paging(describe_op.operation("knetik", "get_users")))
  end)

  it("calls destructive what takes something away, and nothing that gives or reads", function()
    local found = {}
    each_row(function(provider, op)
      local why = describe_op.destroys(provider, op)
      if why then
        found[#found + 1] = provider .. "." .. op.name
      end
      assert.is_true(op.method ~= "DELETE" or why ~= nil, op.name)
      assert.is_true(op.retry ~= "safe" or why == nil, op.name)
    end)
    local text = table.concat(found, " ")
    for _, name in ipairs { "jumpcloud.admin_totpreset_begin", "knetik.update_user", "okta.deactivate_user",
      "okta.expire_password", "okta.reset_factors", "okta.suspend_user", "okta.update_user" } do
      assert.is_truthy(text:find(name, 1, true), name)
    end
    for _, name in ipairs { "create_user", "unsuspend", "unlock", "activate_user", "partial_update", "users_put",
      "set_password", "assign_role", "add_" } do
      local at = text:find("." .. name, 1, true)
      assert.is_nil(at, name)
    end
    assert.equal(24, #found)
  end)
end)

describe("the example of", function()
  each_row(function(provider, op)
    local source, runs = describe_op.example(provider, op)

    it(provider .. "." .. op.name .. " calls it" .. (runs and ", and runs in a new sandbox" or ""), function()
      assert.is_truthy(source:find(provider .. ":" .. op.name .. "(", 1, true))
      assert(load(source))
      for line in source:gmatch("[^\n]+") do
        assert.is_true(#line <= 120, line)
      end
      if runs then
        local printed = run(provider, source)
        assert.equal(describe_op.is_list(op), printed > 0)
      end
    end)
  end)
end)

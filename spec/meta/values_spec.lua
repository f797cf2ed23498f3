-- The types for editors against what is really there: what has no row in the
-- catalog, and what the sandboxes answer.

local annotations = require "spec.support.annotations"
local config = require "roster.config"
local conforms = require "spec.support.conforms"
local core = require "roster.core"
local errors = require "roster.error"
local known = require("spec.support.meta").all()
local plan = require "roster.bulk.plan"
local roster = require "roster"

local function keys(t)
  local list = {}
  for key in pairs(t) do list[#list + 1] = key end
  table.sort(list)
  return list
end

local function expect(type_, value)
  assert.is_nil(conforms(known, type_, value))
end

describe("types of what has no row", function()
  local clients

  before_each(function()
    clients = {}
    for _, provider in ipairs(core.providers()) do
      clients[provider] = roster[provider] { sandbox = true }
    end
  end)

  after_each(function()
    for _, client in pairs(clients) do client:close() end
  end)

  it("are those of the module", function()
    assert.same(keys(roster), keys(known.classes["roster"].fields))
    for name, field in pairs(known.classes["roster"].fields) do
      assert.is_nil(conforms(known, field.type, roster[name]), name)
    end
  end)

  it("name every method of a client, and no other", function()
    for provider, client in pairs(clients) do
      local methods = annotations.methods(known, "roster." .. provider .. ".Client")
      assert.same(keys(client), keys(methods))
    end
  end)

  it("name only methods that a list has", function()
    local list = clients.okta:list_users()
    local methods = known.classes["roster.List"].methods
    assert.same({ "all", "cursor", "first", "page", "pages", "rewind" }, keys(methods))
    for name in pairs(methods) do
      assert.equal("function", type(list[name]), name)
    end
  end)

  it("name every option of a constructor, with each type that it takes", function()
    for provider in pairs(clients) do
      local rows = config.options(provider)
      local fields = known.classes["roster." .. provider .. ".Options"].fields
      assert.same(keys(rows), keys(fields))
      local samples = { string = "curl", number = 1, boolean = true, table = {}, ["function"] = print }
      for name, row in pairs(rows) do
        assert.is_true(fields[name].optional)
        for i = 1, #row - 1 do
          assert.is_nil(conforms(known, fields[name].type, samples[row[i]]), name)
        end
      end
    end
  end)

  it("name the options of every call, and those of lists", function()
    local every, lists = {}, {}
    for _, option in ipairs(core.call_options()) do
      (option.lists_only and lists or every)[option.name] = true
    end
    assert.same(keys(every), keys(known.classes["roster.CallOptions"].fields))
    assert.same(keys(lists), keys(known.classes["roster.ListOptions"].fields))
    assert.equal("roster.CallOptions", known.classes["roster.ListOptions"].parent)
  end)

  it("name what request, list and each take, and what they refuse is not named", function()
    local function taken(class, call)
      for name in pairs(known.classes[class].fields) do
        local _, message = pcall(call, name)
        assert.is_nil(tostring(message):find("unknown", 1, true), name)
      end
      local ok, message = pcall(call, "bogus")
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find("unknown", 1, true))
    end
    local function given(method)
      return function(name)
        return clients.okta[method](clients.okta, { path = "/api/v1/users", [name] = name == "path" and "/x" or {} })
      end
    end
    taken("roster.FreeRequest", given "request")
    taken("roster.FreeList", given "list")
    taken("roster.EachOptions", function(name)
      local settings, fault = plan.options { [name] = {} }
      return settings or error(fault, 0)
    end)
  end)

  it("say what a call returns besides its value", function()
    local user, meta = assert(clients.okta:get_user(clients.okta:list_users():first().id))
    expect("roster.okta.User", user)
    expect("roster.Meta", meta)
    local nobody, message, detail = clients.okta:get_user("nobody@example.com")
    assert.is_nil(nobody)
    expect("string", message)
    expect("roster.Error", detail)
    assert.equal(errors.mt, getmetatable(detail))
  end)

  it("say what a dry run is, and what hooks see", function()
    local seen = {}
    local okta = roster.okta {
      sandbox = true,
      on_request = function(request) seen.request = request end,
      on_response = function(outcome) seen.outcome = outcome end,
    }
    assert(okta:list_users():first())
    expect("roster.Request", seen.request)
    expect("roster.Outcome", seen.outcome)
    local limits = okta:limits()
    assert.is_true(#limits > 0)
    expect("roster.Limit[]", limits)
    local shown = okta:suspend_user("a", { dry_run = true })
    local fields = keys(known.classes["roster.Request"].fields)
    for _, name in ipairs { "headers", "method", "url" } do
      assert.is_truthy(shown[name])
    end
    assert.same({ "body", "headers", "method", "url" }, fields)
    okta:close()
  end)

  it("say what a transport is given and returns", function()
    local given
    local answer = { status = 200, headers = { ["content-type"] = "application/json" }, body = '{"id":"1"}' }
    local okta = roster.okta { url = "https://org.okta.test", token = "t", transport = function(request)
      given = request
      return answer
    end }
    assert.equal("1", assert(okta:create_user({ profile = {} })).id)
    expect("roster.Request", given)
    expect("roster.Response", answer)
    okta:close()
  end)

  it("say what each counts and tells", function()
    local results = {}
    local users = assert(clients.okta:list_users():all { max = 3 })
    local work = { users[1].id, "nobody", users[2].id }
    local counts = assert(clients.okta:each(work, "get_user", { on_result = function(result)
      results[#results + 1] = result
    end }))
    assert.equal(3, #results)
    assert.equal(1, #counts.failures)
    -- what became of it well has neither a message nor a detail
    for _, result in ipairs(results) do
      if result.outcome ~= "done" then expect("roster.EachResult", result) end
      for name in pairs(result) do
        assert.is_truthy(known.classes["roster.EachResult"].fields[name], name)
      end
    end
    expect("roster.Counts", counts)
  end)
end)

describe("types of models", function()
  it("are those of what the sandboxes answer", function()
    local okta = roster.okta { sandbox = true }
    local jumpcloud, knetik = roster.jumpcloud { sandbox = true }, roster.knetik { sandbox = true }
    local users = assert(okta:list_users():all())
    expect("roster.okta.User[]", users)
    for i = 1, 5 do
      expect("roster.okta.Group[]", assert(okta:list_user_groups(users[i].id):all()))
      expect("roster.okta.Role[]", assert(okta:list_assigned_roles_for_user(users[i].id):all()))
      expect("roster.okta.AppLink[]", assert(okta:list_app_links(users[i].id):all()))
    end
    expect("roster.jumpcloud.OrganizationslistResults[]", assert(jumpcloud:organization_list():all()))
    local everyone = assert(knetik:get_users():all())
    expect("roster.knetik.UserBaseResource[]", everyone)
    expect("roster.knetik.UserResource", assert(knetik:get_user(everyone[1].id)))
    for _, client in ipairs { okta, jumpcloud, knetik } do client:close() end
  end)

  it("would not take another", function()
    assert.is_truthy(conforms(known, "roster.okta.User", { id = 1 }))
    assert.is_truthy(conforms(known, "roster.okta.User", { idd = "x" }))
    assert.is_truthy(conforms(known, "roster.okta.User", { profile = { login = false } }))
    assert.is_truthy(conforms(known, "roster.okta.User[]", { { profile = "x" } }))
    assert.is_truthy(conforms(known, "roster.Meta", { headers = {} }))
    assert.is_truthy(conforms(known, "roster.knetik.UserResource.Body", { username = "x" }))
  end)
end)

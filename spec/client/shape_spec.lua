-- What a client is: its methods, how it prints, how it ends.
local core = require "roster.core"
local pages = require "spec.support.pages"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local catalog = core.catalog("okta")

describe("the methods of a client", function()
  it("are fields, which pairs and completion see: no more and no less", function()
    local expected = { "close", "each", "limits", "list", "request" }
    for _, op in ipairs(catalog.operations) do
      expected[#expected + 1] = op.name
      for _, alias in ipairs(op.aliases or {}) do
        expected[#expected + 1] = alias
      end
    end
    local seen = {}
    for name, method in pairs((replayed.client())) do
      seen[#seen + 1] = name
      assert.equal("function", type(method))
    end
    table.sort(expected)
    table.sort(seen)
    assert.same(expected, seen)
    assert.equal(51 + 4 + 5, #seen)
  end)

  it("have older names, which are the same", function()
    local okta = replayed.client()
    for old, new in pairs { add_role_to_user = "assign_role_to_user", end_all_user_sessions = "clear_user_sessions",
      list_assigned_roles = "list_assigned_roles_for_user", reset_all_factors = "reset_factors" } do
      assert.is_function(rawget(okta, old))
      assert.equal(okta[new], okta[old])
    end
  end)

  it("that are misspelt raise where they are looked up", function()
    local okta = replayed.client()
    assert.equal('okta: unknown operation "list_user", did you mean "list_users"?',
      raised.here(function() print(okta.list_user) end))
    assert.equal('okta: unknown operation "requst", did you mean "request"?',
      raised.here(function() okta:requst {} end))
    assert.equal('okta: unknown operation "frobnicate_everything"',
      raised.here(function() okta:frobnicate_everything() end))
    assert.is_nil(okta[1])
  end)
end)

describe("a client", function()
  it("prints as its address and nothing else", function()
    local okta = replayed.client(nil, { url = "https://gw.test:8443/okta/" })
    assert.equal("roster.okta{https://gw.test:8443/okta}", tostring(okta))
    okta:close()
    assert.equal("roster.okta{https://gw.test:8443/okta, closed}", tostring(okta))
  end)

  it("shares nothing with another one", function()
    local one, sent_by_one = replayed.always({ status = 204 }, { token = "token-one", user_agent = "one" })
    local two, sent_by_two = replayed.always({ status = 204 },
      { url = "https://two.okta.test", token = "token-two", check = false })
    two:create_user { profile = { login = 5 } }
    assert.is_nil((one:create_user { profile = { login = 5 } }))
    one:suspend_user("u")
    assert.equal(1, #sent_by_one)
    assert.equal(1, #sent_by_two)
    assert.equal("SSWS token-one", sent_by_one[1].headers["Authorization"])
    assert.equal("SSWS token-two", sent_by_two[1].headers["Authorization"])
    assert.matches("^https://two%.okta%.test/", sent_by_two[1].url)
    assert.matches(" one$", sent_by_one[1].headers["User-Agent"])
    assert.not_matches("one", sent_by_two[1].headers["User-Agent"])
    one.get_user = nil
    assert.is_function(two.get_user)
    one:close()
    assert.is_true((two:suspend_user("u")))
  end)

  it("does not change its options", function()
    local options = { url = "https://org.okta.test/", token = replayed.token, transport = function() end }
    roster.okta(options)
    local count = 0
    for _ in pairs(options) do
      count = count + 1
    end
    assert.equal(3, count)
    assert.equal("https://org.okta.test/", options.url)
  end)

  it("does not mind what becomes of its options", function()
    local options = { url = replayed.url, token = replayed.token, transport = replayed.always and nil }
    local seen
    options.transport = function(request)
      seen = request
      return { status = 204 }
    end
    local okta = roster.okta(options)
    options.url, options.token, options.transport = "https://evil.test", "other", nil
    okta:suspend_user("u")
    assert.equal("https://org.okta.test/api/v1/users/u/lifecycle/suspend", seen.url)
    assert.equal("SSWS " .. replayed.token, seen.headers["Authorization"])
  end)

  it("lives as long as a list or a call needs it", function()
    local list
    do
      local okta = pages.client { { "1" }, { "2" } }
      list = okta:list_users()
    end
    list:page()
    collectgarbage()
    collectgarbage()
    assert.same({ "1", "2" }, pages.walk(list))
  end)
end)

describe("close", function()
  it("may be called again, and closes the transport once", function()
    local closed = 0
    local okta = replayed.client(nil, { transport = {
      exchange = function() error("not reached") end,
      close = function() closed = closed + 1 end,
    } })
    okta:close()
    okta:close()
    assert.equal(1, closed)
  end)

  it("makes every later call fail, and nothing is sent", function()
    local asked = 0
    local okta, sent = replayed.always({ status = 204 }, { token = function()
      asked = asked + 1
      return "tok"
    end })
    okta:close()
    local calls = {
      suspend_user = function() return okta:suspend_user("u") end,
      get_user = function() return okta:get_user("u") end,
      list_users = function() return okta:list_users():page() end,
      request = function() return okta:request { path = "/x" } end,
      list = function() return okta:list({ path = "/x" }):page() end,
    }
    for name, call in pairs(calls) do
      local value, message, detail = call()
      assert.is_nil(value)
      assert.equal("okta " .. name .. ": the client is closed", message)
      assert.equal("closed", detail.kind)
      assert.is_false(detail.retryable)
      assert.is_false(detail.ambiguous)
    end
    assert.equal(0, #sent)
    assert.equal(0, asked)
  end)

  it("leaves misuse what it is", function()
    local okta = replayed.client()
    okta:close()
    assert.matches("is missing", raised.here(function() okta:get_user() end))
  end)
end)

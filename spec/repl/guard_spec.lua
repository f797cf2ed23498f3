-- Clients of the prompt: what takes something away asks, and nothing else does.
local describe_op = require "roster.describe"
local guard = require "roster.repl.guard"
local interrupt = require "spec.support.interrupt"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local states = require "roster.client.state"

describe("a client of the prompt", function()
  local asked, answer, ask
  local sent

  local function client(options)
    local okta
    okta, sent = replayed.always(nil, options)
    return guard.guard("okta", okta)
  end

  before_each(function()
    asked, answer, ask = {}, true, guard.ask
    guard.ask = function(question)
      asked[#asked + 1] = question
      return answer
    end
  end)

  after_each(function()
    guard.ask = ask
    guard.settings.confirm = true
  end)

  it("asks who loses what, and where, and sends once that is confirmed", function()
    local okta = client()
    assert.is_true((okta:deactivate_or_delete_user("ada@example.com")))
    assert.same({ "deactivate_or_delete_user of ada@example.com at https://org.okta.test" }, asked)
    assert.equal(1, #sent)
    assert.equal("DELETE", sent[1].method)
  end)

  it("sends nothing when it is not", function()
    local okta = client()
    answer = false
    local value, message, detail = okta:revoke_user_grant("00u1", "oag1")
    assert.is_nil(value)
    assert.equal("okta revoke_user_grant: not confirmed: nothing was sent", message)
    assert.equal(message, tostring(detail))
    assert.equal("argument", detail.kind)
    assert.is_true(detail.unconfirmed)
    assert.same({ "revoke_user_grant of 00u1 oag1 at https://org.okta.test" }, asked)
    assert.equal(0, #sent)
  end)

  it("asks for what the rule says, and for nothing else", function()
    local okta = client()
    answer = false
    local sample = { string = "x", integer = 1 }
    for _, op in ipairs(describe_op.catalog("okta").operations) do
      local arguments, options = {}, {}
      for _, argument in ipairs(describe_op.arguments("okta", op)) do
        if argument.place == "path" then
          arguments[#arguments + 1] = sample[argument.type]
        elseif argument.place == "body" then
          arguments[#arguments + 1] = op.body.model == "CreateUserRequest" and { profile = {} } or {}
        elseif argument.required then
          options[argument.name] = false
        end
      end
      -- the bodies say nothing
      options.check = false
      arguments[#arguments + 1] = options
      asked = {}
      local value, _, detail = okta[op.name](okta, (table.unpack or unpack)(arguments)) -- luacheck: ignore 143
      assert.equal(describe_op.destroys("okta", op) ~= nil, #asked == 1, op.name)
      assert.equal(#asked == 1, value == nil and detail ~= nil and detail.unconfirmed == true, op.name)
    end
  end)

  it("asks for what is read through a metatable as well", function()
    local okta = client()
    answer = false
    for _, view in ipairs {
      function(t) return setmetatable({}, { __index = t }) end,
      function(t) return setmetatable({}, { __pairs = function() return next, t, nil end }) end,
    } do
      asked = {}
      assert.is_nil((okta:request(view { method = "DELETE", path = "/x" })))
      assert.is_nil((okta:deactivate_user("00u1", view { send_email = false })))
      assert.equal(2, #asked)
      assert.equal("POST", okta:suspend_user("00u1", view { dry_run = true }).method)
      assert.equal("DELETE", okta:request(view { method = "DELETE", path = "/x", dry_run = true }).method)
      assert.equal(2, #asked)
    end
  end)

  it("says that a PUT erases what is left out", function()
    local okta = client()
    okta:update_user("00u1", { profile = { login = "a" } })
    assert.same({ "update_user of 00u1 at https://org.okta.test erases what is left out" }, asked)
  end)

  it("asks for aliases too", function()
    local okta = client()
    okta:end_all_user_sessions("00u1")
    assert.equal(1, #asked)
  end)

  it("asks for nothing when told so", function()
    guard.settings.confirm = false
    local okta = client()
    assert.is_true((okta:suspend_user("00u1")))
    assert.equal(0, #asked)
  end)

  it("asks for no dry run, and for no call that will not be sent", function()
    local okta = client()
    assert.equal("POST", okta:suspend_user("00u1", { dry_run = true }).method)
    assert.has_error(function() okta:suspend_user() end)
    assert.has_error(function() okta:suspend_user("u", { nonsense = 1 }) end)
    assert.has_error(function() okta:suspend_user("u", 5) end)
    local value, _, detail = okta:update_user("00u1", { profile = { login = 5 } })
    assert.is_nil(value)
    assert.is_nil(detail.unconfirmed)
    okta:close()
    value, _, detail = okta:suspend_user("00u1")
    assert.is_nil(value)
    assert.equal("closed", detail.kind)
    assert.equal(0, #asked)
    assert.equal(0, #sent)
  end)

  it("raises what is written wrongly at the line that has it", function()
    local okta = client()
    local here = "guard_spec.lua:%d+: okta suspend_user"
    local function message_of(f)
      local ok, message = pcall(f)
      assert.is_false(ok)
      return message
    end
    assert.is_truthy(message_of(function() local r = okta:suspend_user() return r end):find(here))
    assert.is_truthy(message_of(function() local r = okta:suspend_user("u", { nope = 1 }) return r end):find(here))
    assert.is_truthy(message_of(function() local r = okta.suspend_user() return r end):find("colon", 1, true))
    assert.is_truthy(message_of(function() local r = okta:each() return r end):find("guard_spec.lua:%d+:"))
    assert.is_truthy(message_of(function() local r = okta:request() return r end):find("guard_spec.lua:%d+:"))
  end)

  it("asks whatever else the options say", function()
    local okta = client()
    answer = false
    for _, options in ipairs { {}, { dry_run = false }, { send_email = false, dry_run = false }, { timeout = 5 } } do
      local _, _, detail = okta:deactivate_user("00u1", options)
      assert.is_true(detail.unconfirmed)
    end
    local _, _, detail = okta:deactivate_user("00u1", nil)
    assert.is_true(detail.unconfirmed)
    _, _, detail = okta:request { method = "DELETE", path = "/x", dry_run = false }
    assert.is_true(detail.unconfirmed)
    assert.equal(6, #asked)
    assert.equal(0, #sent)
  end)

  it("takes Ctrl-C for no", function()
    local okta = client()
    local show = states.show
    interrupt.within(function(strike)
      states.show = strike
      local ok, message = pcall(okta.suspend_user, okta, "00u1")
      states.show = show
      assert.is_false(ok)
      assert.is_truthy(message:find("interrupted!", 1, true))
      assert.equal(0, #sent)
    end)
  end)

  it("leaves the caller's options as they are", function()
    local options = { send_email = true }
    assert.is_true((client():deactivate_user("00u1", options)))
    assert.same({ send_email = true }, options)
    assert.equal("https://org.okta.test/api/v1/users/00u1/lifecycle/deactivate?sendEmail=true", sent[1].url)
  end)

  it("asks once for each() of a named operation, and sends all or nothing", function()
    local okta = client()
    answer = false
    assert.is_nil((okta:each({ "a", "b", "c" }, "suspend_user")))
    assert.same({ "suspend_user of every item at https://org.okta.test" }, asked)
    assert.equal(0, #sent)
    answer = true
    local counts = assert(okta:each({ "a", "b", "c" }, "suspend_user"))
    assert.equal(3, counts.done)
    assert.equal(3, #sent)
    assert.equal(2, #asked)
    assert.equal(3, assert(okta:each({ "a", "b", "c" }, "unsuspend_user")).done)
    assert.equal(2, #asked)
  end)

  it("asks for each item that a function takes away", function()
    local okta = client()
    local counts = assert(okta:each({ "a", "b" }, function(id, same)
      return same:suspend_user(id)
    end))
    assert.equal(2, counts.done)
    assert.equal(2, #asked)
  end)

  it("asks for a DELETE that has no method here", function()
    local okta = client()
    answer = false
    local value, _, detail = okta:request { method = "delete", path = "/api/v1/groups/00g1" }
    assert.is_nil(value)
    assert.is_true(detail.unconfirmed)
    assert.same({ "DELETE /api/v1/groups/00g1 at https://org.okta.test" }, asked)
    assert(okta:request { path = "/api/v1/groups/00g1" })
    assert.is_table((okta:request { method = "DELETE", path = "/x", dry_run = true }))
    assert.equal(1, #asked)
    assert.equal(1, #sent)
  end)

  it("asks once, however often it was made one", function()
    local okta = client()
    assert.equal(okta, guard.guard("okta", okta))
    assert.is_true((okta:suspend_user("00u1")))
    assert.equal(1, #asked)
  end)

  it("is known for what it is", function()
    local okta = client()
    local methods = require "roster.client.methods"
    local provider, name = methods.describe(guard.original(okta.suspend_user))
    assert.equal("okta suspend_user", provider .. " " .. name)
    assert.equal("okta", methods.describe(okta))
    assert.is_nil(guard.constructs(roster.null))
    assert.equal("knetik", guard.constructs(guard.constructor("knetik", roster.knetik)))
    assert.is_table(states.get(okta))
  end)

  it("is made by a constructor that raises at the line it is called at", function()
    local make = guard.constructor("okta", roster.okta)
    local ok, message = pcall(function()
      local okta = make { nonsense = true }
      return okta
    end)
    assert.is_false(ok)
    assert.is_truthy(message:find("guard_spec.lua:%d+: roster.okta: unknown option"), message)
  end)
end)

describe("a client of a script", function()
  it("is never asked, even with the prompt loaded", function()
    local ask = guard.ask
    guard.ask = function() error("asked") end
    local okta, sent = replayed.always()
    assert.is_true((okta:suspend_user("00u1")))
    guard.ask = ask
    assert.equal(1, #sent)
  end)
end)

describe("the question", function()
  --- What a process says that asks with the given stdin.
  local function run(stdin)
    local pipe = assert(io.popen(("%s | LUA_PATH='%s' LUA_CPATH='%s' %s -e '%s' 2>&1"):format(stdin, package.path,
      package.cpath, arg[-1], 'print(require("roster.repl.guard").ask("delete all"))')))
    local output = pipe:read("*a")
    pipe:close()
    return output
  end

  it("is not put where no terminal is, whatever comes in", function()
    local output = run("echo yes")
    assert.is_truthy(output:find("^false\tthere is no terminal to ask at"), output)
  end)
end)

-- The example that offboards the users of a file, against the served sandbox.
local control = require "spec.support.control"
local example = require "spec.support.example"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

describe("examples/offboard.lua #nginx", function()
  local server, okta, path

  setup(function()
    server = serve.start { users = 60, rate_limit = false }
    okta = roster.okta { url = server.okta.url, token = server.okta.token }
    path = os.tmpname()
  end)

  teardown(function()
    okta:close()
    server:stop()
    os.remove(path)
    os.remove(path .. ".journal")
  end)

  local function run()
    local out, err = example.run(("offboard.lua %s %s.journal"):format(path, path), server.okta.environment)
    return out .. err
  end

  it("suspends each once, says who failed, and does the rest when run again", function()
    local users = {}
    local file = assert(io.open(path, "w"))
    file:write("login,department\n# left in March\n\n")
    for user in okta:list_users { filter = 'status eq "ACTIVE"' } do
      users[#users + 1] = user
    end
    table.remove(users, 1) -- the token's owner
    for i, user in ipairs(users) do
      file:write(i % 2 == 0 and user.id or '"' .. user.profile.login .. '"', ",Sales\n")
    end
    file:write("nobody@example.com,Sales\n")
    file:close()
    control.fault(server.okta, { operation = "suspend_user", close = "reset", skip = 3 })
    control.fault(server.okta, { operation = "suspend_user", status = 502, apply = true, skip = 7 })

    local text = run()
    assert.is_truthy(text:find("nobody@example.com: okta get_user: 404 E0000007", 1, true), text)
    assert.is_truthy(text:find(#users .. " offboarded, 0 were already, 1 failed", 1, true), text)
    for _, user in ipairs(users) do
      assert.are.equal("SUSPENDED", okta:get_user(user.id).status)
    end
    local effects = control.counts(server.okta).effects
    assert.are.equal(#users, effects.suspend_user)
    assert.are.equal(#users, effects.clear_user_sessions)

    text = run()
    assert.is_truthy(text:find("0 offboarded, " .. #users .. " were already, 1 failed", 1, true), text)
    assert.are.same(effects, control.counts(server.okta).effects)
  end)
end)

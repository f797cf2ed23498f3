-- What `make demo` runs: both tours, writing, against sandboxes of their own.
local example = require "spec.support.example"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

describe("examples/demo.lua #nginx", function()
  it("takes both tours to their end, and counts their steps", function()
    local out, err, code = example.run "demo.lua"
    assert.equal(0, code, out .. err)
    local steps = select(2, ("\n" .. out):gsub("\n ?%d+%. ", ""))
    assert.is_true(steps > 25)
    assert.matches(("\n%d steps, all of them came true; %%d+ requests\n$"):format(steps), out)
    assert.matches("\njumpcloud ", out)
    assert.matches("\nknetik ", out)
  end)

  it("only reads from the services that the environment names", function()
    local server = serve.start { users = 20, rate_limit = false }
    local okta = roster.okta { url = server.okta.url, token = server.okta.token }
    finally(function()
      okta:close()
      server:stop()
    end)
    local before = #assert(okta:list_users():all())
    local out, err, code = example.run("demo.lua", table.concat({
      server.okta.environment, server.jumpcloud.environment, server.knetik.environment,
    }, " "))
    assert.equal(0, code, out .. err)
    assert.matches("reading from " .. server.okta.url, out, 1, true)
    assert.is_nil(out:find("create a user", 1, true))
    assert.equal(before, #assert(okta:list_users():all()))
  end)

  it("stops at what does not come true", function()
    local server = serve.start { users = 20, token = "another", rate_limit = false }
    finally(function() server:stop() end)
    local out, _, code = example.run("demo.lua", "OKTA_CLIENT_ORGURL=" .. server.okta.url .. " OKTA_CLIENT_TOKEN=wrong")
    assert.equal(1, code)
    assert.is_nil(out:find("came true", 1, true))
  end)
end)

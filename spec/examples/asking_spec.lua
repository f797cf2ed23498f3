-- offboard.lua before a person: in a real terminal it shows whom it means, and asks.
local example = require "spec.support.example"
local roster = require "roster"
local serve = require "roster.sandbox.serve"
local terminal = require "spec.repl.terminal"

local lua = arg[-1]

describe("examples/offboard.lua in a terminal", function()
  local server, okta, user, screen, path

  setup(function()
    server = serve.start { users = 20, rate_limit = false }
    okta = roster.okta { url = server.okta.url, token = server.okta.token }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  before_each(function()
    user = assert(okta:create_user({
      profile = { login = "ada@example.com", email = "x@example.com", firstName = "Ada\27[2J", lastName = "Lovelace" },
      credentials = { password = { value = "Abcd1234!x" } },
    }, { activate = true }))
    path = example.file "login\nada@example.com\nADA@example.com\n"
  end)

  after_each(function()
    if screen then
      screen:stop()
    end
    os.remove(path)
    os.remove(path .. ".journal")
    assert(okta:deactivate_user(user.id) and okta:deactivate_or_delete_user(user.id))
  end)

  local function run(arguments)
    screen = terminal.start(("sh -c %s"):format(example.quote(("'%s' examples/offboard.lua %s %s %s.journal; "
      .. "echo \"code $?\"; read wait"):format(lua, arguments, path, path))), {
      OKTA_CLIENT_ORGURL = server.okta.url, OKTA_CLIENT_TOKEN = server.okta.token,
    })
  end

  local function status()
    return assert(okta:get_user(user.id)).status
  end

  it("does nothing unless the answer is yes", function()
    for _, answer in ipairs { "no", "", "YES", "y" } do
      run ""
      local text = screen:wait("Type yes:")
      assert.is_truthy(text:find("ada@example.com  Ada\\027[2J Lovelace  ACTIVE  suspend, end sessions", 1, true), text)
      assert.is_truthy(text:find("Offboard these people at " .. server.okta.url, 1, true), text)
      assert.is_truthy(text:find(":3: the same person as in line 2, and counted once", 1, true), text)
      screen:type(answer)
      screen:press("Enter")
      text = screen:wait("code 1")
      assert.is_truthy(text:find("nothing was changed", 1, true), text)
      screen:stop()
      assert.equal("ACTIVE", status())
      assert.is_nil(io.open(path .. ".journal"))
    end
  end)

  it("goes on after yes", function()
    run ""
    screen:wait("Type yes:")
    screen:type("yes")
    screen:press("Enter")
    assert.is_truthy(screen:wait("code 0"):find("1 offboarded, 0 were already, 0 failed, 0 not done; 1 rows", 1, true))
    assert.equal("SUSPENDED", status())
  end)

  it("asks nothing with --yes", function()
    run "--yes"
    local text = screen:wait("code 0")
    assert.is_nil(text:find("Type yes:", 1, true))
    assert.equal("SUSPENDED", status())
  end)

  it("asks nothing where it cannot be answered", function()
    screen = terminal.start(("sh -c %s"):format(example.quote(("'%s' examples/offboard.lua %s %s.journal </dev/null; "
      .. "echo \"code $?\"; read wait"):format(lua, path, path))), {
      OKTA_CLIENT_ORGURL = server.okta.url, OKTA_CLIENT_TOKEN = server.okta.token,
    })
    screen:wait("code 0")
    assert.equal("SUSPENDED", status())
  end)
end)

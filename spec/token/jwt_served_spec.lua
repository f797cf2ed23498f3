-- Signed assertions over HTTP: libcurl, nginx, and a stand-in that verifies the
-- signature with a library of its own.
local control = require "spec.support.control"
local inside = require "spec.support.inside"
local keys = require "spec.support.keys"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

describe("over HTTP, a signed assertion", function()
  local made, server

  setup(function()
    made = keys.make()
    server = serve.start { users = 30, public_key = made.ec.public }
  end)

  teardown(function()
    server:stop()
    made.folder:remove()
  end)

  before_each(function()
    control.clear_faults(server.okta)
    control.clear_counts(server.okta)
  end)

  local function options(more)
    local all = { url = server.okta.url, client_id = "sandbox-client", scopes = "okta.users.read",
      private_key = made.ec.pkcs8 }
    for name, value in pairs(more or {}) do
      all[name] = value
    end
    return all
  end

  it("opens the org for as many calls as there are", function()
    local okta = roster.okta(options())
    assert.equal(30, #assert(okta:list_users({ limit = 7 }):all()))
    assert.equal(30, #assert(okta:list_users({ limit = 7 }):all()))
    assert.equal(1, control.counts(server.okta).token_requests)
    okta:close()
  end)

  it("is made anew when its token is refused", function()
    local okta = roster.okta(options())
    local id = assert(okta:list_users():first()).id
    control.revoke_tokens(server.okta)
    local user, meta = okta:get_user(id)
    assert(user, meta)
    assert.equal(2, meta.attempts)
    okta:close()
  end)

  it("of another key opens nothing", function()
    local okta = roster.okta(options { private_key = made.rsa.pkcs8 })
    local user, message, detail = okta:get_user("x")
    assert.is_nil(user)
    assert.equal("auth", detail.kind)
    assert.matches("401 invalid_client: The client_assertion signature is invalid", message, 1, true)
    okta:close()
  end)

  it("gets a token for its scopes only", function()
    local okta = roster.okta(options())
    local id = assert(okta:list_users():first()).id
    local ok, message, detail = okta:suspend_user(id)
    assert.is_nil(ok)
    assert.same({ "okta.users.manage" }, detail.scopes)
    assert.matches("needs the scope okta.users.manage", message, 1, true)
    okta:close()
  end)

  it("is signed inside nginx as well", function()
    local host = inside.start()
    local ok, message = pcall(function()
      local count, refused = host:run([[
        local okta = roster.okta(arg)
        local users = assert(okta:list_users({ limit = 20 }):all())
        return #users, (select(2, okta:suspend_user(users[2].id)))
      ]], options())
      assert.equal(30, count)
      assert.matches("needs the scope okta.users.manage", refused, 1, true)
      -- from the configuration, when the client is made
      made.folder:write_private("okta.yaml", ("okta:\n  client:\n    orgUrl: %s\n    clientId: sandbox-client\n"
        .. "    scopes: [okta.users.read]\n    authorizationMode: PrivateKey\n    privateKey: %s/ec.pem\n"):format(
        server.okta.url, made.folder.path))
      assert.equal(30, host:run([[
        return #assert(roster.okta({ config_file = arg }):list_users():all())
      ]], made.folder.path .. "/okta.yaml"))
      assert.equal("", host:complaints())
    end)
    host:stop()
    assert(ok, message)
  end)
end)

-- The stand-in's authorization server: what assertions it takes, and what its
-- tokens are good for.
local base64 = require "roster.token.base64"
local core = require "roster.core"
local json = require "roster.json"
local keys = require "spec.support.keys"
local roster = require "roster"
local sandbox = require "roster.sandbox"

local NOW = 1700000000
local FORM = "grant_type=client_credentials&client_assertion_type=" ..
  "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"

describe("the stand-in's token endpoint", function()
  local org, serial

  before_each(function()
    org = sandbox.okta { users = 3, now = function() return NOW end }
    serial = 0
  end)

  local function jwt(changes, head)
    serial = serial + 1
    local claims = { iss = "sandbox-client", sub = "sandbox-client", aud = org.url .. "/oauth2/v1/token", iat = NOW,
      exp = NOW + 300, jti = "j" .. serial }
    for name, value in pairs(changes or {}) do
      claims[name] = value or nil
    end
    return base64.encode(head or '{"alg":"RS256"}') .. "." .. base64.encode(assert(json.encode(claims))) .. "." ..
      base64.encode("signature")
  end

  local function post(body, more)
    local request = { method = "POST", url = org.url .. "/oauth2/v1/token", body = body,
      headers = { Accept = "application/json", ["Content-Type"] = "application/x-www-form-urlencoded" } }
    for name, value in pairs(more or {}) do
      request[name] = value
    end
    local response = org:handle(request)
    return response.status, json.decode(response.body), response
  end

  local function ask(assertion, scope)
    return post(FORM .. "&scope=" .. (scope or "okta.users.read") .. "&client_assertion=" .. assertion)
  end

  local function get(token, path)
    return org:handle { method = "GET", url = org.url .. path,
      headers = { Accept = "application/json", Authorization = "Bearer " .. token } }
  end

  it("gives a token for a good assertion, once", function()
    local assertion = jwt()
    local status, answer = ask(assertion)
    assert.equal(200, status)
    assert.equal("Bearer", answer.token_type)
    assert.equal(3600, answer.expires_in)
    assert.equal("okta.users.read", answer.scope)
    assert.equal(200, get(answer.access_token, "/api/v1/users").status)
    status, answer = ask(assertion)
    assert.equal(401, status)
    assert.equal("invalid_client", answer.error)
    assert.matches("already been used", answer.error_description)
  end)

  local REFUSED = {
    { { iss = "other" }, "issuer and subject" },
    { { sub = "other" }, "issuer and subject" },
    { { aud = "https://sandbox.okta.test" }, "audience" },
    { { exp = false }, "expired" },
    { { exp = NOW - 301 }, "expired" },
    { { exp = NOW + 3601 }, "too far into the future" },
    { { iat = NOW + 301 }, "issued in the future" },
  }
  for _, row in ipairs(REFUSED) do
    it("refuses claims: " .. row[2], function()
      local status, answer = ask(jwt(row[1]))
      assert.equal(401, status)
      assert.equal("invalid_client", answer.error)
      assert.matches(row[2], answer.error_description)
    end)
  end

  it("refuses what is no assertion", function()
    local good = jwt()
    for _, text in ipairs { "x", "a.b", "a.b.c", good:gsub("%.[^.]*$", ""), good .. ".x", jwt(nil, "[]"),
      jwt(nil, '{"alg":"HS256"}'), jwt(nil, '{"alg":"none"}'), jwt(nil, '{"alg":"ES256"}') } do
      local status, answer = ask(text)
      assert.equal(401, status, text)
      assert.equal("invalid_client", answer.error)
    end
  end)

  it("refuses other forms and methods", function()
    local ROWS = {
      { "x=1", 400, "unsupported_grant_type" },
      { "grant_type=password", 400, "unsupported_grant_type" },
      { "grant_type=client_credentials&client_secret=x", 401, "invalid_client" },
      { FORM .. "&client_assertion=" .. jwt(), 400, "invalid_scope" },
      { FORM .. "&scope=okta.users.read%20nonsense&client_assertion=" .. jwt(), 400, "invalid_scope" },
      { "%", 400, "invalid_request" },
    }
    for _, row in ipairs(ROWS) do
      local status, answer = post(row[1])
      assert.equal(row[2], status)
      assert.equal(row[3], answer.error)
    end
    assert.equal(405, (post(FORM, { method = "GET" })))
    assert.equal(400, (post("{}", { headers = { Accept = "*/*", ["Content-Type"] = "application/json" } })))
  end)

  it("gives tokens that are good for the scopes of an operation, and say which it takes", function()
    local _, answer = ask(jwt())
    local response = org:handle { method = "POST", url = org.url .. "/api/v1/users/x/lifecycle/suspend",
      headers = { Accept = "application/json", Authorization = "Bearer " .. answer.access_token } }
    assert.equal(403, response.status)
    assert.equal("E0000006", json.decode(response.body).errorCode)
    assert.matches('scope="okta.users.manage", error="insufficient_scope"', response.headers["WWW-Authenticate"], 1,
      true)
  end)

  it("gives tokens that end", function()
    local _, answer = ask(jwt())
    NOW = NOW + 3600
    local response = get(answer.access_token, "/api/v1/users")
    assert.equal(401, response.status)
    assert.matches('error="invalid_token"', response.headers["WWW-Authenticate"], 1, true)
    assert.equal(401, get("nonsense", "/api/v1/users").status)
    _, answer = ask(jwt())
    org:revoke_tokens()
    assert.equal(401, get(answer.access_token, "/api/v1/users").status)
  end)

  it("gives no scope that the app does not have", function()
    org = sandbox.okta { users = 3, now = function() return NOW end, scopes = { "okta.users.read" } }
    assert.equal(200, (ask(jwt())))
    local status, answer = ask(jwt(), "okta.users.manage")
    assert.equal(400, status)
    assert.equal("invalid_scope", answer.error)
  end)

  it("gives no token without DPoP where the app demands it", function()
    org = sandbox.okta { users = 3, now = function() return NOW end, dpop = true }
    local status, answer = ask(jwt())
    assert.equal(400, status)
    assert.equal("invalid_dpop_proof", answer.error)
  end)

  it("knows no user behind an app's token", function()
    local _, answer = ask(jwt())
    assert.equal(404, get(answer.access_token, "/api/v1/users/me").status)
  end)
end)

describe("an app at the stand-in", function()
  local made

  setup(function()
    made = keys.make()
  end)

  teardown(function()
    made.folder:remove()
  end)

  for kind in pairs { rsa = true, ec = true } do
    it("is let in by its key alone: " .. kind, function()
      local org = sandbox.okta { users = 3, public_key = made[kind].public }
      local okta = roster.okta { sandbox = org, client_id = "sandbox-client", scopes = "okta.users.read",
        private_key = made[kind].pkcs8 }
      assert.equal(3, #assert(okta:list_users():all()))
      okta:close()
      local other = kind == "rsa" and made.ec or made.rsa
      local stranger = roster.okta { sandbox = org, client_id = "sandbox-client", scopes = "okta.users.read",
        private_key = other.pkcs8 }
      local user, message = stranger:get_user("x")
      assert.is_nil(user)
      assert.matches("401 invalid_client: The client_assertion signature is invalid", message, 1, true)
      stranger:close()
    end)
  end

  it("may call each operation with any of its scopes, and with no other", function()
    local every = {}
    local operations = core.catalog("okta").operations
    for _, op in ipairs(operations) do
      for _, scope in ipairs(op.scopes or {}) do
        every[scope] = true
      end
    end
    assert.is_true(every["okta.users.read"] and every["okta.users.manage"])
    local path_of = {}
    for _, op in ipairs(operations) do
      path_of[op.name] = op.path:gsub("{[^}]*}", "x")
    end
    for scope in pairs(every) do
      local org = sandbox.okta { users = 1, rate_limit = false }
      local okta = roster.okta { sandbox = org, client_id = "sandbox-client", scopes = scope, governor = false,
        private_key = made.ec.pkcs8 }
      assert(okta.get_user)
      for _, op in ipairs(operations) do
        local wanted = not op.scopes
        for _, name in ipairs(op.scopes or {}) do
          wanted = wanted or name == scope
        end
        local _, _, detail = okta:request { method = op.method, path = path_of[op.name],
          body = op.body and {} or nil, max_retries = 0 }
        assert.equal(not wanted, detail ~= nil and detail.status == 403 and detail.code == "E0000006",
          scope .. " for " .. op.name)
      end
      okta:close()
    end
  end)
end)

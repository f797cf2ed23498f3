-- Okta's OAuth: bearer tokens by value and by function, and those that a signed
-- assertion obtains. Signatures are verified by openssl's own program.
local base64 = require "roster.token.base64"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local keys = require "spec.support.keys"
local raised = require "spec.support.raised"
local roster = require "roster"
local wire = require "spec.support.wire"

local URL = "https://org.okta.test"
local ENDPOINT = URL .. "/oauth2/v1/token"
local START = 1700000000

local function answer_with(status, body, headers)
  local fields = { ["Content-Type"] = "application/json" }
  for name, value in pairs(headers or {}) do
    fields[name] = value
  end
  return { status = status, headers = fields, body = type(body) == "table" and assert(json.encode(body)) or body }
end

--- A client on a scripted org: `o.answers[n]` is the endpoint's nth answer, else
--- it gives tokens; `o.operation(request)` answers the rest.
local function new(options)
  local o = { now = 0, asked = {}, requests = {}, used = {}, answers = {} }
  local settings = {
    url = URL,
    governor = false,
    max_retries = 0,
    clock = {
      now = function() return o.now end,
      wall = function() return START + o.now end,
      sleep = function(seconds) o.now = o.now + seconds end,
    },
    transport = function(request)
      if request.url ~= ENDPOINT then
        o.used[#o.used + 1] = wire.header(request, "Authorization")
        return o.operation and o.operation(request) or answer_with(200, "{}")
      end
      o.requests[#o.requests + 1] = request
      o.asked[#o.asked + 1] = assert(http.query(request.body))
      local n = #o.asked
      local answer = o.answers[n]
      if type(answer) == "function" then
        return answer(request)
      end
      return answer or answer_with(200, { token_type = "Bearer", expires_in = 3600, access_token = "tok" .. n })
    end,
  }
  for name, value in pairs(options) do
    settings[name] = value
  end
  o.okta = roster.okta(settings)
  return o
end

local function parts_of(jwt)
  local data, signature = jwt:match("^([%w_-]+%.[%w_-]+)%.([%w_-]+)$")
  assert.is_truthy(data, jwt)
  local head, claims = data:match("^(.-)%.(.*)$")
  return json.decode(base64.decode(head)), json.decode(base64.decode(claims)), data, base64.decode(signature)
end

describe("an access token", function()
  it("goes out as Bearer, and is shown as such", function()
    local o = new { access_token = "eyJ.abc-_~+/=" }
    assert(o.okta:get_user("u"))
    assert.same({ "Bearer eyJ.abc-_~+/=" }, o.used)
    local shown = o.okta:get_user("u", { dry_run = true })
    assert.equal("Bearer ***", wire.header(shown, "Authorization"))
    assert.is_truthy(tostring(shown):find('"Authorization: Bearer $OKTA_CLIENT_TOKEN"', 1, true))
  end)

  it("may come from a function, which is asked again when one is refused", function()
    local asked = {}
    local o = new { access_token = function(refused)
      asked[#asked + 1] = refused or "first"
      return "t" .. #asked
    end }
    o.operation = function()
      return #o.used == 1 and answer_with(401, { errorCode = "E0000011", errorSummary = "Invalid token" }) or nil
    end
    assert(o.okta:get_user("u"))
    assert.same({ "first", "t1" }, asked)
    assert.same({ "Bearer t1", "Bearer t2" }, o.used)
  end)

  it("is refused when it cannot be sent, and not shown", function()
    for value, why in pairs { [""] = "is empty", ["Bearer abc"] = "must be given bare", ["bearer abc"] =
      "must be given bare", ["a b"] = "holds a space", ["abc\n"] = "ends with a line break" } do
      local message = raised.here(function()
        local okta = roster.okta { url = URL, access_token = value }
        okta:close()
      end)
      assert.equal("roster.okta: access_token " .. why, message:sub(1, #why + 26))
      assert.is_nil(message:find("abc", 1, true))
      local o = new { access_token = function() return value end }
      local user, text, detail = o.okta:get_user("u")
      assert.is_nil(user)
      assert.equal("auth", detail.kind)
      assert.is_truthy(text:find("the access_token " .. why, 1, true), text)
    end
  end)

  it("shows nowhere, whatever the service quotes", function()
    for _, way in ipairs { "value", "function" } do
      local token = "eyJCANARY.token-of-the-spec"
      local seen = {}
      local o = new { access_token = way == "value" and token or function() return token end,
        on_request = function(request) seen[#seen + 1] = request end,
        on_response = function(outcome) seen[#seen + 1] = outcome end }
      o.operation = function(request)
        local quoted = wire.header(request, "Authorization") .. " " .. token
        local body = { errorCode = quoted, errorSummary = quoted, errorCauses = { { errorSummary = quoted } } }
        return answer_with(400, body, { ["X-Echo"] = quoted, ["X-Okta-Request-Id"] = token })
      end
      local _, message, detail = o.okta:get_user("u")
      local text = assert(json.encode { message, detail.code, detail.message, detail.causes, detail.request_id,
        detail.headers["x-echo"], seen })
      assert.is_nil(text:find("CANARY", 1, true), text)
      assert.is_truthy(text:find("Bearer ***", 1, true), text)
    end
  end)

  it("that lacks a scope is told which would do", function()
    local CHALLENGE = 'Bearer authorization_uri="https://x/oauth2/v1/authorize", realm="x", ' ..
      'scope="okta.users.manage", error="insufficient_scope", ' ..
      'error_description="The access token provided does not contain the required scopes.", resource="/api/v1/users"'
    local DENIED = { errorCode = "E0000006", errorSummary = "You do not have permission" }
    local ROWS = {
      { answer_with(403, DENIED), "403 E0000006: You do not have permission (needs the scope okta.users.manage)" },
      { answer_with(403, "", { ["WWW-Authenticate"] = CHALLENGE }),
        "403: The access token provided does not contain the required scopes. (needs the scope okta.users.manage)" },
      { answer_with(403, DENIED, { ["WWW-Authenticate"] = CHALLENGE }),
        "403 E0000006: You do not have permission (needs the scope okta.users.manage)" },
    }
    for _, row in ipairs(ROWS) do
      local o = new { access_token = "t" }
      o.operation = function() return row[1] end
      local ok, message, detail = o.okta:suspend_user("u")
      assert.is_nil(ok)
      assert.equal("okta suspend_user: " .. row[2], message)
      assert.same({ "okta.users.manage" }, detail.scopes)
      assert.equal(message, tostring(detail))
    end
    local o = new { access_token = "t" }
    o.operation = function() return ROWS[1][1] end
    local _, message, detail = o.okta:get_user("u")
    assert.same({ "okta.users.read" }, detail.scopes)
    assert.matches("(needs the scope okta.users.read)", message, 1, true)
    -- nothing is known of these
    _, message, detail = o.okta:request { path = "/api/v1/x" }
    assert.is_nil(detail.scopes)
    assert.not_matches("scope", message)
  end)

  it("is not told so for other refusals, nor is an API token", function()
    local DENIED = answer_with(403, { errorCode = "E0000006", errorSummary = "You do not have permission" })
    local ROWS = {
      { { token = "t" }, DENIED },
      { { access_token = "t" }, answer_with(403, { errorCode = "E0000038", errorSummary = "not now" }) },
      { { access_token = "t" }, answer_with(404, { errorCode = "E0000006", errorSummary = "?" }) },
    }
    for _, row in ipairs(ROWS) do
      local o = new(row[1])
      o.operation = function() return row[2] end
      local _, message, detail = o.okta:suspend_user("u")
      assert.is_nil(detail.scopes)
      assert.not_matches("scope", message)
    end
  end)
end)

describe("a signed assertion", function()
  local made

  setup(function()
    made = keys.make()
  end)

  teardown(function()
    made.folder:remove()
  end)

  local function by(kind, more)
    local options = { client_id = "0oaClient", private_key = made[kind].pkcs8, scopes = { "okta.users.read", "b" } }
    for name, value in pairs(more or {}) do
      options[name] = value
    end
    return options
  end

  for kind, algorithm in pairs { rsa = "RS256", ec = "ES256" } do
    it("of " .. algorithm .. " obtains a token", function()
      local o = new(by(kind, { key_id = "my-key" }))
      assert(o.okta:get_user("u"))
      assert(o.okta:get_user("v"))
      assert.same({ "Bearer tok1", "Bearer tok1" }, o.used)
      assert.equal(1, #o.asked)
      local request, form = o.requests[1], o.asked[1]
      assert.equal("POST", request.method)
      assert.is_nil(wire.header(request, "Authorization"))
      assert.equal("application/x-www-form-urlencoded", wire.header(request, "Content-Type"))
      assert.equal("client_credentials", form.grant_type)
      assert.equal("okta.users.read b", form.scope)
      assert.equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form.client_assertion_type)
      assert.is_nil(form.client_id)
      local head, claims, data, signature = parts_of(form.client_assertion)
      assert.same({ alg = algorithm, typ = "JWT", kid = "my-key" }, head)
      assert.equal("0oaClient", claims.iss)
      assert.equal("0oaClient", claims.sub)
      assert.equal(ENDPOINT, claims.aud)
      assert.equal(START, claims.iat)
      assert.equal(START + 300, claims.exp)
      assert.matches("^%x+$", claims.jti)
      assert.is_true(#claims.jti >= 32)
      assert.is_true(keys.verifies(made, made[kind].public, data, signature, algorithm))
    end)
  end

  it("is another one each time", function()
    local o = new(by("ec"))
    assert(o.okta:get_user("u"))
    o.now = 3600
    assert(o.okta:get_user("u"))
    local _, first = parts_of(o.asked[1].client_assertion)
    local _, second = parts_of(o.asked[2].client_assertion)
    assert.not_equal(first.jti, second.jti)
    assert.equal(START + 3600, second.iat)
    assert.same({ "Bearer tok1", "Bearer tok2" }, o.used)
  end)

  it("is asked for again when its token is refused", function()
    local o = new(by("ec"))
    o.operation = function()
      return #o.used == 1 and answer_with(401, { errorCode = "E0000011", errorSummary = "Invalid token" }) or nil
    end
    assert(o.okta:get_user("u"))
    assert.same({ "Bearer tok1", "Bearer tok2" }, o.used)
  end)

  it("names the key only where its id is known: given, or the JWK's", function()
    for _, row in ipairs { { {}, nil }, { { private_key = made.rsa.jwk }, "key-1" },
      { { private_key = made.rsa.jwk, key_id = "other" }, "other" } } do
      local o = new(by("rsa", row[1]))
      assert(o.okta:get_user("u"))
      local head = parts_of(o.asked[1].client_assertion)
      assert.equal(row[2], head.kid)
    end
  end)

  it("takes scopes in any form", function()
    for _, scopes in ipairs { "a b", "a,b", " a, b ", { "a", "b" } } do
      local o = new(by("ec", { scopes = scopes }))
      assert(o.okta:get_user("u"))
      assert.equal("a b", o.asked[1].scope)
    end
  end)

  it("may be signed by a function", function()
    local seen
    local o = new { client_id = "c", scopes = "s", key_id = "k", signer = function(data, algorithm)
      seen = { data, algorithm }
      return "the signature"
    end }
    assert(o.okta:get_user("u"))
    local head, _, data, signature = parts_of(o.asked[1].client_assertion)
    assert.same({ data, "RS256" }, seen)
    assert.equal("RS256", head.alg)
    assert.equal("the signature", signature)
    o = new { client_id = "c", scopes = "s", algorithm = "ES256", signer = function()
      return ("x"):rep(64)
    end }
    assert(o.okta:get_user("u"))
    assert.equal("ES256", parts_of(o.asked[1].client_assertion).alg)
  end)

  it("that cannot be signed is the call's error, and nothing is sent", function()
    local o = new { client_id = "c", scopes = "s", signer = function()
      return nil, "the HSM is away\nfor lunch"
    end }
    local user, message, detail = o.okta:get_user("u")
    assert.is_nil(user)
    assert.equal("auth", detail.kind)
    assert.equal("okta get_user: the signer failed: the HSM is away for lunch", message)
    assert.equal(0, #o.requests)
    assert.equal(0, #o.used)
  end)

  it("is told what the endpoint says of it", function()
    local o = new(by("ec"))
    o.answers[1] = answer_with(400, { error = "invalid_scope", error_description = "One or more scopes are bad" })
    local _, message, detail = o.okta:get_user("u")
    assert.equal("okta get_user: okta token: 400 invalid_scope: One or more scopes are bad", message)
    assert.equal("auth", detail.kind)
  end)

  describe("where clocks differ", function()
    local function refusal(date)
      local body = { error = "invalid_client", error_description = "The client_assertion token is expired." }
      return answer_with(401, body, { Date = date })
    end

    it("is made anew by the service's", function()
      local o = new(by("ec"))
      o.answers[1] = refusal(http.date(START + 7200))
      assert(o.okta:get_user("u"))
      assert.equal(2, #o.asked)
      local _, claims = parts_of(o.asked[2].client_assertion)
      assert.equal(START + 7200, claims.iat)
      assert.equal(START + 7500, claims.exp)
      -- and from then on
      o.now = 3600
      assert(o.okta:get_user("u"))
      assert.equal(3, #o.asked)
      _, claims = parts_of(o.asked[3].client_assertion)
      assert.equal(START + 10800, claims.iat)
    end)

    it("is made anew once, and the difference told", function()
      for ahead, word in pairs { [500] = "slow", [-500] = "fast" } do
        local o = new(by("ec"))
        o.answers[1] = refusal(http.date(START + ahead))
        o.answers[2] = refusal(http.date(START + ahead))
        local user, message = o.okta:get_user("u")
        assert.is_nil(user)
        assert.equal(2, #o.asked)
        assert.equal("okta get_user: okta token: 401 invalid_client: The client_assertion token is expired. " ..
          "(this machine's clock is 500 s " .. word .. ")", message)
      end
    end)

    it("by little, or not at all, is not made anew", function()
      for _, date in ipairs { http.date(START), http.date(START + 59), http.date(START - 59), "yesterday", "" } do
        local o = new(by("ec"))
        o.answers[1] = refusal(date)
        assert.is_nil((o.okta:get_user("u")))
        assert.equal(1, #o.asked)
      end
      local o = new(by("ec"))
      o.answers[1] = answer_with(400, { error = "invalid_scope", error_description = "x" },
        { Date = http.date(START + 7200) })
      assert.is_nil((o.okta:get_user("u")))
      assert.equal(1, #o.asked)
    end)
  end)

  it("is of no use where DPoP is demanded, which is said", function()
    local ROWS = {
      answer_with(400, { error = "invalid_dpop_proof", error_description = "The DPoP proof JWT header is missing." }),
      answer_with(400, { error = "use_dpop_nonce", error_description = "Authorization server requires nonce." }),
      answer_with(200, { token_type = "DPoP", expires_in = 3600, access_token = "t" }),
    }
    for _, answer in ipairs(ROWS) do
      local o = new(by("ec"))
      o.answers[1] = answer
      local user, message, detail = o.okta:get_user("u")
      assert.is_nil(user)
      assert.equal("auth", detail.kind)
      assert.matches("the app demands DPoP, which roster does not do; switch off", message, 1, true)
      assert.equal(0, #o.used)
    end
  end)

  local BAD = {
    { { client_id = false }, 'option "client_id" is missing' },
    { { client_id = "" }, "client_id is empty" },
    { { scopes = false }, 'option "scopes" is missing' },
    { { scopes = "" }, "scopes must name at least one" },
    { { scopes = {} }, "scopes must name at least one" },
    { { scopes = { 5 } }, "scopes: number 1 is not a scope" },
    { { scopes = { "a", "b c" } }, "scopes: number 2 is not a scope" },
    { { scopes = { 'a"b' } }, "scopes: number 1 is not a scope" },
    { { private_key = false }, 'option "private_key" is missing (or OKTA_CLIENT_PRIVATEKEY in the environment), ' ..
      'and "signer" neither' },
    { { private_key = "CANARY" }, "private_key is neither PEM nor a JWK" },
    { { private_key = 5 }, 'option "private_key": expected string or table, got number' },
    { { key_id = 5 }, 'option "key_id": expected string, got number' },
    { { signer = "x" }, 'option "signer": expected function, got string' },
    { { signer = print }, 'give "private_key" or "signer", not both' },
    { { algorithm = "RS256" }, 'option "algorithm" goes with "signer"; a key has its own' },
    { { private_key = false, signer = print, algorithm = "HS256" }, 'option "algorithm" must be RS256 or ES256' },
    { { token = "t" }, 'give "token" or "client_id", not both' },
    { { token = "t", client_id = false }, 'give "token" or "private_key", not both' },
    { { token = "t", access_token = "u" }, 'give "token" or "access_token", not both' },
    { { access_token = "u" }, 'give "access_token" or "client_id", not both' },
  }
  for i, row in ipairs(BAD) do
    it(("is refused at once when it is set up wrongly: %d, %s"):format(i, row[2]), function()
      local options = by("ec", { url = URL, config_file = made.folder:write("none.yaml", "") })
      for name, value in pairs(row[1]) do
        options[name] = value or nil
      end
      local message = raised.here(function()
        local okta = roster.okta(options)
        okta:close()
      end)
      assert.equal("roster.okta: " .. row[2], message:sub(1, #row[2] + 13))
      assert.is_nil(message:find("CANARY", 1, true))
    end)
  end

  it("and its key show nowhere, whatever the endpoint quotes", function()
    local body = made.rsa.pkcs8:match("\n([^\n]+)\n")
    local o
    local function clean(text)
      if text == nil then
        return
      end
      text = tostring(text)
      assert.is_nil(text:find(body, 1, true), text)
      for _, request in ipairs(o.asked) do
        assert.is_nil(text:find(request.client_assertion, 1, true), text)
        assert.is_nil(text:find(request.client_assertion:match("[^.]+$"), 1, true), text)
      end
      assert.is_nil(text:find("tok1", 1, true), text)
    end
    local function search(value)
      clean(value)
      if type(value) == "table" then
        for k, v in next, value do
          search(k)
          search(v)
        end
      end
    end
    local QUOTES = {
      function(r) return answer_with(400, { error = "e", error_description = r.body }) end,
      function(r) return answer_with(200, { error = "e", error_description = http.query(r.body).client_assertion }) end,
      function(r) return answer_with(401, { errorCode = "E1", errorSummary = r.body }) end,
      function(r) return answer_with(500, r.body, { ["Content-Type"] = "text/plain" }) end,
      function(r) return answer_with(401, "", { ["WWW-Authenticate"] = 'x error_description="' .. r.body .. '"' }) end,
      function(r) return nil, r.body end,
    }
    for _, quote in ipairs(QUOTES) do
      local seen = {}
      o = new(by("rsa", {
        on_request = function(request) seen[#seen + 1] = request end,
        on_response = function(outcome) seen[#seen + 1] = outcome end,
      }))
      o.answers[1] = quote
      local user, message, detail = o.okta:get_user("u")
      assert.is_nil(user)
      search(message)
      search(detail)
      search(seen)
      assert.is_true(#seen > 0)
    end
    search(o.okta)
    search(getmetatable(o.okta))
    search(o.okta:get_user("u", { dry_run = true }))
  end)
end)

local caller = require "spec.support.caller"

describe("Knetik's token endpoint", function()
  local CLIENT = "client_id=sandbox-client"
  local CREDENTIALS = "grant_type=client_credentials&" .. CLIENT ..
    "&client_secret=sandbox-secret"
  local PASSWORD = "grant_type=password&" .. CLIENT ..
    "&username=admin&password=sandbox-password"

  local o
  before_each(function()
    o = caller.knetik()
  end)

  local refusals = {
    { "", 400, "invalid_request" },
    { "grant_type=", 400, "invalid_request" },
    { "grant_type=facebook&token=x&" .. CLIENT, 400,
      "unsupported_grant_type" },
    { "grant_type=client_credentials", 400, "invalid_request" },
    { "grant_type=client_credentials&" .. CLIENT, 401, "invalid_client" },
    { "grant_type=client_credentials&client_id=x&client_secret=" ..
      "sandbox-secret", 401, "invalid_client" },
    { "grant_type=client_credentials&client_secret=x&" .. CLIENT, 401,
      "invalid_client" },
    { "grant_type=password&" .. CLIENT, 400, "invalid_request" },
    { "grant_type=password&username=admin&" .. CLIENT, 400,
      "invalid_request" },
    { "grant_type=password&username=admin&password=x&" .. CLIENT, 400,
      "invalid_grant" },
    { "grant_type=password&username=x&password=sandbox-password&" .. CLIENT,
      400, "invalid_grant" },
    { PASSWORD .. "&client_secret=x", 401, "invalid_client" },
    { "grant_type=refresh_token&" .. CLIENT, 400, "invalid_request" },
    { "grant_type=refresh_token&refresh_token=x&" .. CLIENT, 400,
      "invalid_grant" },
    { "grant_type=%zz", 400, "invalid_request" },
  }
  for _, row in ipairs(refusals) do
    it("refuses '" .. row[1] .. "'", function()
      local status, value, response = o.token(row[1])
      assert.equal(row[2], status)
      assert.equal(row[3], value.error)
      assert.equal("string", type(value.error_description))
      assert.equal("no-store", response.headers["Cache-Control"])
      assert.equal(status == 401 and "string" or "nil",
        type(response.headers["WWW-Authenticate"]))
      local counts = o.instance:counts()
      assert.equal(1, counts.token_requests)
      assert.equal(0, counts.token_fetches)
    end)
  end

  it("refuses JSON, and the query's place", function()
    local status, value = o.token('{"grant_type":"client_credentials"}',
      { ["Content-Type"] = "application/json" })
    assert.equal(400, status)
    assert.equal("invalid_request", value.error)
    status, value = o:call("POST", "/oauth/token?" .. CREDENTIALS, nil,
      { ["Content-Type"] = "application/x-www-form-urlencoded" })
    assert.equal(400, status)
    assert.equal("invalid_request", value.error)
    assert.equal(405, (o:call("GET", "/oauth/token")))
  end)

  it("gives a client a token without a refresh token", function()
    local status, answer, response = o.token(CREDENTIALS)
    assert.equal(200, status)
    assert.equal("bearer", answer.token_type)
    assert.equal(3600, answer.expires_in)
    assert.equal("read write", answer.scope)
    assert.is_nil(answer.refresh_token)
    assert.equal("no-store", response.headers["Cache-Control"])
    local held = o.bearer(answer.access_token)
    assert.equal(200, (o:call("GET", "/users/5/tags", nil, held)))
    assert.is_truthy(o:must("GET", "/users/5", nil, held).email)
    -- The client is nobody.
    assert.equal(404, (o:call("GET", "/users/me", nil, held)))
    assert.same({ client_id = "sandbox-client", roles = { "ADMIN" } },
      (o:must("GET", "/me", nil, held)))
  end)

  it("gives a user one with a refresh token", function()
    local _, answer = o.token(PASSWORD)
    local held = o.bearer(answer.access_token)
    assert.equal("string", type(answer.refresh_token))
    assert.equal(1, o:must("GET", "/users/me", nil, held).id)
    assert.same({ client_id = "sandbox-client", user_id = 1,
      roles = { "ADMIN" } }, (o:must("GET", "/me", nil, held)))
  end)

  for _, row in ipairs{ { "number", 60 }, { "string", "60" },
    { "absent", nil } } do
    it("can say the lifetime as " .. row[1], function()
      o = caller.knetik{ token_lifetime = 60, expires_in = row[1] }
      local _, answer = o.token(CREDENTIALS)
      assert.equal(row[2], answer.expires_in)
      local held = o.bearer(answer.access_token)
      o.clock = o.clock + 59
      assert.equal(200, (o:call("GET", "/users/5/tags", nil, held)))
      o.clock = o.clock + 1
      local status, value, response = o:call("GET", "/users/5/tags", nil,
        held)
      assert.equal(401, status)
      assert.equal("invalid_token", value.error)
      assert.is_truthy(response.headers["WWW-Authenticate"]:find(
        'error="invalid_token"', 1, true))
    end)
  end

  local function refresh(token)
    return o.token("grant_type=refresh_token&" .. CLIENT ..
      "&refresh_token=" .. token)
  end

  it("takes a refresh token once", function()
    local _, first = o.token(PASSWORD)
    local _, second = refresh(first.refresh_token)
    assert.are_not.equal(first.access_token, second.access_token)
    assert.are_not.equal(first.refresh_token, second.refresh_token)
    assert.equal(1, o:must("GET", "/users/me", nil,
      o.bearer(second.access_token)).id)
    local status, value = refresh(first.refresh_token)
    assert.equal(400, status)
    assert.equal("invalid_grant", value.error)
    assert.equal(200, (refresh(second.refresh_token)))
    assert.equal(3, o.instance:counts().token_fetches)
    assert.equal(4, o.instance:counts().token_requests)
  end)

  it("takes one again and again when told so", function()
    o = caller.knetik{ refresh_single_use = false }
    local _, first = o.token(PASSWORD)
    for _ = 1, 3 do
      local _, again = refresh(first.refresh_token)
      assert.equal(first.refresh_token, again.refresh_token)
    end
  end)

  it("gives none when told so, and none lives forever", function()
    o = caller.knetik{ refresh_token = false }
    assert.is_nil(select(2, o.token(PASSWORD)).refresh_token)
    o = caller.knetik{ refresh_lifetime = 100 }
    local _, answer = o.token(PASSWORD)
    o.clock = o.clock + 100
    assert.equal(400, (refresh(answer.refresh_token)))
  end)

  it("can have all its tokens revoked but the static one", function()
    local _, answer = o.token(PASSWORD)
    o.instance:revoke_tokens()
    assert.equal(401, (o:call("GET", "/users/me", nil,
      o.bearer(answer.access_token))))
    assert.equal(400, (refresh(answer.refresh_token)))
    assert.equal(200, (o:call("GET", "/users/me")))
  end)

  for _, header in ipairs{ "Bearer x", "Bearer", "Basic c2FuZGJveA==",
    "sandbox-token", "Bearer sandbox-token x", "" } do
    it("gave nobody '" .. header .. "'", function()
      for _, path in ipairs{ "/users/5/tags", "/users/5" } do
        local status, value = o:call("GET", path, nil,
          { Authorization = header })
        assert.equal(401, status)
        assert.equal("invalid_token", value.error)
      end
    end)
  end

  it("gave tokens whatever the case of the scheme", function()
    assert.equal(200, (o:call("GET", "/users/5/tags", nil,
      { Authorization = "bearer sandbox-token" })))
  end)
end)

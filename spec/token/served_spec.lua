-- Tokens over HTTP: libcurl, nginx, the sandbox's endpoint, and its faults.
local control = require "spec.support.control"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

describe("over HTTP, a token", function()
  local server, knetik

  --- A client of the served app; `options` besides its address and id.
  local function client(options)
    local settings = { url = knetik.url, client_id = knetik.client_id, timeout = 5 }
    for name, value in pairs(options) do
      settings[name] = value
    end
    return roster.knetik(settings)
  end

  setup(function()
    server = serve.start { users = 5, knetik = { token_lifetime = 600 } }
    knetik = server.knetik
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    control.clear_faults(knetik)
    control.clear_counts(knetik)
    control.revoke_tokens(knetik)
  end)

  it("is fetched once for many calls", function()
    local c = client { client_secret = knetik.client_secret }
    for id = 1, 5 do
      assert(c:get_user(id))
    end
    assert.equal(60, #assert(c:get_users({ size = 7 }):all()))
    assert.equal(1, control.counts(knetik).token_requests)
    c:close()
  end)

  it("is renewed within a list whose token is worthless by then", function()
    local c = client { client_secret = knetik.client_secret }
    local count = 0
    for _ in c:get_users { size = 10, prefetch = false } do
      count = count + 1
      if count == 25 then
        control.revoke_tokens(knetik)
      end
    end
    assert.equal(60, count)
    assert.equal(2, control.counts(knetik).token_fetches)
    c:close()
  end)

  it("of a user is refreshed, and asked for anew when the refresh token is gone, too", function()
    local now = 0
    local c = client { username = knetik.username, password = knetik.password, clock = function() return now end }
    assert.equal(1, assert(c:get_user("me")).id)
    now = 590
    assert.equal(1, assert(c:get_user("me")).id)
    now = 1200
    control.revoke_tokens(knetik)
    assert.equal(1, assert(c:get_user("me")).id)
    local counts = control.counts(knetik)
    -- the first, the refresh, a refresh that is refused, the grant again
    assert.equal(4, counts.token_requests)
    assert.equal(3, counts.token_fetches)
    c:close()
  end)

  it("that is wrong is reported as the service says it", function()
    local c = client { client_secret = "not the secret" }
    local value, message, detail = c:get_user(1)
    assert.is_nil(value)
    assert.equal("knetik get_user: knetik token: 401 invalid_client: Bad client credentials", message)
    assert.equal("auth", detail.kind)
    c:get_user(1)
    -- a failing endpoint is left alone for a while
    assert.equal(1, control.counts(knetik).token_requests)
    c:close()
  end)

  for _, fault in ipairs {
    { close = "before" }, { close = "reset" }, { close = "after_headers" }, { close = "mid_body" },
    { status = 500, body = "oops" }, { status = 200, body = "<html>" }, { status = 200, body = { error = "e" } },
  } do
    it("whose endpoint fails does no harm: " .. (fault.close or fault.status .. " " .. tostring(fault.body)), function()
      local now = 0
      local c = client { client_secret = knetik.client_secret, clock = function() return now end }
      fault.path, fault.times = "/oauth/token", 1
      control.fault(knetik, fault)
      local value, message, detail = c:get_user(1)
      assert.is_nil(value)
      assert.matches("^knetik get_user: .*token", message)
      assert.equal("auth", detail.kind)
      assert.is_nil(message:find(knetik.client_secret, 1, true))
      now = 6
      assert(c:get_user(1))
      assert.equal(1, control.counts(knetik).requests.get_user)
      c:close()
    end)
  end
end)

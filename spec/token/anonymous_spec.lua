-- The six operations whose document asks for no authorization: with a token
-- when one can be had, without one otherwise.
local core = require "roster.core"
local replayed = require "spec.support.replayed"
local replay = require "roster.transport.replay"
local roster = require "roster"
local wire = require "spec.support.wire"

local CALLS = {
  get_user = function(client) return client:get_user(1) end,
  get_users = function(client) return client:get_users():page() end,
  password_reset = function(client) return client:password_reset(1, { password = "p", secret = "s" }) end,
  register_user = function(client) return client:register_user { username = "u", email = "e" } end,
  start_password_reset = function(client) return client:start_password_reset(1) end,
  submit_password_reset = function(client) return client:submit_password_reset { email = "e" } end,
}

local OTHERS = {
  add_user_tag = function(client) return client:add_user_tag(1, "t") end,
  get_user_tags = function(client) return client:get_user_tags(1):page() end,
  set_password = function(client) return client:set_password(1, "p") end,
  update_user = function(client) return client:update_user(1, { username = "u", email = "e" }) end,
  get_user_template = function(client) return client:get_user_template("t") end,
}

local function client_with(options)
  local answers = setmetatable({}, { __index = function()
    return function(request)
      if request.url:find("/oauth/token", 1, true) then
        return replayed.json '{"access_token":"granted"}'
      end
      return replayed.json '{"content":[],"total_elements":0}'
    end
  end })
  local transport = replay.new(answers)
  local settings = { url = "https://app.knetik.test", transport = transport }
  for name, value in pairs(options) do
    settings[name] = value
  end
  return roster.knetik(settings), transport.requests
end

describe("an anonymous operation", function()
  it("is one of six", function()
    local found = {}
    for _, op in ipairs(core.catalog("knetik").operations) do
      found[op.name] = op.anonymous or nil
    end
    local expected = {}
    for name in pairs(CALLS) do
      expected[name] = true
    end
    assert.same(expected, found)
  end)

  for name, call in pairs(CALLS) do
    it("goes without a token when there is none: " .. name, function()
      local client, sent = client_with {}
      assert.is_not_nil(call(client))
      assert.equal(1, #sent)
      assert.is_nil(wire.header(sent[1], "Authorization"))
    end)

    it("goes with the token there is: " .. name, function()
      local client, sent = client_with { token = "tok" }
      assert.is_not_nil(call(client))
      assert.equal("Bearer tok", wire.header(sent[1], "Authorization"))
      client, sent = client_with { token = function() return "made" end }
      assert.is_not_nil(call(client))
      assert.equal("Bearer made", wire.header(sent[1], "Authorization"))
      client, sent = client_with { client_id = "id", client_secret = "secret" }
      assert.is_not_nil(call(client))
      assert.equal("Bearer granted", wire.header(sent[2], "Authorization"))
    end)
  end

  for name, call in pairs(OTHERS) do
    it("is not " .. name .. ", which fails without a token and sends nothing", function()
      local client, sent = client_with {}
      local value, message, detail = call(client)
      assert.is_nil(value)
      assert.equal("knetik " .. name .. ": this client has no credential", message)
      assert.equal("auth", detail.kind)
      assert.equal(0, #sent)
    end)
  end
end)

describe("against the sandbox,", function()
  it("the anonymous operations answer without a token, with less", function()
    local app = require("roster.sandbox").knetik()
    local nobody = roster.knetik { url = app.url, transport = function(request) return app:handle(request) end }
    local admin = roster.knetik { sandbox = app }
    assert.is_nil(assert(nobody:get_user(2)).email)
    assert.is_string(assert(admin:get_user(2)).email)
    assert.equal(60, #nobody:get_users():all())
  end)

  it("wrong credentials are reported as the service says it", function()
    local app = require("roster.sandbox").knetik()
    local function transport(request)
      return app:handle(request)
    end
    local function says(options)
      options.url, options.transport = app.url, transport
      local value, message, detail = roster.knetik(options):get_user(1)
      assert.is_nil(value)
      assert.equal("auth", detail.kind)
      return message
    end
    assert.equal("knetik get_user: knetik token: 401 invalid_client: Bad client credentials",
      says { client_id = app.client_id, client_secret = "wrong" })
    assert.equal("knetik get_user: knetik token: 400 invalid_grant: Bad credentials",
      says { client_id = app.client_id, username = app.username, password = "wrong" })
    assert.equal("knetik get_user: 401 invalid_token: Invalid access token", says { token = "wrong" })
    assert.is_nil(says({ token = "wrong-one" }):find("wrong-one", 1, true))
  end)

  for _, form in ipairs { "number", "string", "absent" } do
    it("a token whose life is told as " .. form .. " is renewed when it ends", function()
      local now = 0
      local app = require("roster.sandbox").knetik { token_lifetime = 100, expires_in = form,
        now = function() return 1.7e9 + now end }
      local client = roster.knetik { url = app.url, client_id = app.client_id, username = app.username,
        password = app.password, transport = function(request) return app:handle(request) end,
        clock = function() return now end }
      for _ = 1, 10 do
        assert.equal(1, assert(client:get_user("me")).id)
        now = now + 60
      end
      local counts = app:counts()
      assert.is_true(counts.token_fetches >= 5 and counts.token_fetches <= 10, counts.token_fetches)
      assert.equal(counts.token_fetches, counts.token_requests)
    end)
  end

  it("revoked tokens are renewed within the call", function()
    local app = require("roster.sandbox").knetik()
    local client = roster.knetik { sandbox = app }
    assert(client:get_user(1))
    app:revoke_tokens()
    assert(client:set_password(2, "Other-horse-22"))
    assert.equal(2, app:counts().token_fetches)
    assert.equal(1, app:counts().effects.set_password)
  end)
end)

-- The options and the environment of JumpCloud's and Knetik's clients.
local environment = require "spec.support.environment"
local raised = require "spec.support.raised"
local roster = require "roster"
local wire = require "spec.support.wire"

local with_environment = environment.with

--- The requests that one call sends, made with these variables and options.
local function sent_with(service, variables, options)
  local sent = {}
  return with_environment(variables, function()
    local settings = { transport = function(request)
      sent[#sent + 1] = request
      return { status = 200, body = request.url:find("/oauth/token", 1, true) and '{"access_token":"granted"}' or "{}" }
    end }
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    local client = roster[service](settings)
    assert(client:request { path = "/systemusers" })
    return sent
  end)
end

local function refused(service, variables, options)
  return (with_environment(variables, function()
    return raised.here(function()
      local client = roster[service](options)
      client:close()
    end)
  end))
end

describe("JumpCloud's environment", function()
  it("has a key, a tenant and an address, each under two names but the last", function()
    for _, names in ipairs { { "JUMPCLOUD_API_KEY", "JUMPCLOUD_ORG_ID" }, { "JC_API_KEY", "JC_ORG_ID" } } do
      local sent, asked = sent_with("jumpcloud", { [names[1]] = "env-key", [names[2]] = "env-org" })
      assert.equal("env-key", wire.header(sent[1], "x-api-key"))
      assert.equal("env-org", wire.header(sent[1], "x-org-id"))
      assert.equal("https://console.jumpcloud.com/api/systemusers", sent[1].url)
      assert.is_nil(asked.KNETIK_TOKEN)
      assert.is_nil(asked.OKTA_CLIENT_TOKEN)
    end
    local variables = { JUMPCLOUD_API_KEY = "k", JUMPCLOUD_URL = "https://console.eu.jumpcloud.com/api" }
    local sent = sent_with("jumpcloud", variables)
    assert.equal("https://console.eu.jumpcloud.com/api/systemusers", sent[1].url)
    assert.is_nil(wire.header(sent[1], "x-org-id"))
  end)

  it("prefers the longer names, and the call to both", function()
    local both = { JUMPCLOUD_API_KEY = "long", JC_API_KEY = "short", JUMPCLOUD_ORG_ID = "long", JC_ORG_ID = "short" }
    local sent = sent_with("jumpcloud", both)
    assert.equal("long", wire.header(sent[1], "x-api-key"))
    assert.equal("long", wire.header(sent[1], "x-org-id"))
    sent = sent_with("jumpcloud", both, { api_key = "own", org_id = "own" })
    assert.equal("own", wire.header(sent[1], "x-api-key"))
    assert.equal("own", wire.header(sent[1], "x-org-id"))
    both.JUMPCLOUD_API_KEY = ""
    sent = sent_with("jumpcloud", both)
    assert.equal("short", wire.header(sent[1], "x-api-key"))
  end)

  it("is named when it is wrong, and its secrets are not shown", function()
    assert.equal('roster.jumpcloud: option "api_key" is missing ' ..
      "(or JUMPCLOUD_API_KEY or JC_API_KEY in the environment)", refused("jumpcloud", {}, {}))
    assert.equal("roster.jumpcloud: JC_API_KEY: api_key ends with a line break",
      refused("jumpcloud", { JC_API_KEY = "s3cret\n" }, {}))
    assert.equal("roster.jumpcloud: JC_ORG_ID: org_id holds a line break",
      refused("jumpcloud", { JC_API_KEY = "k", JC_ORG_ID = "a\nb" }, {}))
  end)

  it("has no options of the others", function()
    for _, name in ipairs { "client_id", "username", "password" } do
      local message = refused("jumpcloud", {}, { api_key = "k", [name] = "x" })
      assert.matches('unknown option "' .. name .. '"', message, 1, true)
    end
    assert.matches('unknown option "orgid", did you mean "org_id"?',
      refused("jumpcloud", {}, { api_key = "k", orgid = "x" }), 1, true)
  end)
end)

describe("Knetik's environment", function()
  local URL = "https://env.knetik.test"

  it("has a token", function()
    local sent = sent_with("knetik", { KNETIK_URL = URL, KNETIK_TOKEN = "env-token" })
    assert.equal(URL .. "/systemusers", sent[1].url)
    assert.equal("Bearer env-token", wire.header(sent[1], "Authorization"))
    assert.equal(1, #sent)
  end)

  local CLIENT = { KNETIK_URL = URL, KNETIK_CLIENT_ID = "cid", KNETIK_CLIENT_SECRET = "csecret" }
  local USER = { KNETIK_URL = URL, KNETIK_CLIENT_ID = "cid", KNETIK_USERNAME = "name", KNETIK_PASSWORD = "word" }

  it("has the client's grant, and a user's", function()
    local sent = sent_with("knetik", CLIENT)
    assert.equal("grant_type=client_credentials&client_id=cid&client_secret=csecret", sent[1].body)
    sent = sent_with("knetik", USER)
    assert.equal("grant_type=password&client_id=cid&username=name&password=word", sent[1].body)
    assert.equal("Bearer granted", wire.header(sent[2], "Authorization"))
  end)

  it("leaves alone what the call has settled", function()
    local all = { KNETIK_URL = URL, KNETIK_TOKEN = "env-token", KNETIK_CLIENT_ID = "cid",
      KNETIK_CLIENT_SECRET = "csecret", KNETIK_USERNAME = "name", KNETIK_PASSWORD = "word" }
    local sent = sent_with("knetik", all, { token = "own" })
    assert.equal(1, #sent)
    assert.equal("Bearer own", wire.header(sent[1], "Authorization"))
    sent = sent_with("knetik", all, { client_id = "own", client_secret = "own-secret" })
    assert.equal("grant_type=client_credentials&client_id=own&client_secret=own-secret", sent[1].body)
    sent = sent_with("knetik", all, { username = "own", password = "own-word" })
    assert.equal("grant_type=password&client_id=cid&client_secret=csecret&username=own&password=own-word", sent[1].body)
  end)

  it("may have neither: some operations need no credential", function()
    local sent = {}
    with_environment({ KNETIK_URL = URL }, function()
      local client = roster.knetik { transport = function(request)
        sent[#sent + 1] = request
        return { status = 200, body = "{}" }
      end }
      assert(client:get_user(1))
    end)
    assert.is_nil(wire.header(sent[1], "Authorization"))
  end)

  local BAD = {
    { {}, 'option "url" is missing (or KNETIK_URL in the environment)' },
    { { url = URL, client_id = "a" },
      'option "client_secret" is missing (or KNETIK_CLIENT_SECRET in the environment), or username and password' },
    { { url = URL, client_secret = "s3cret" },
      'option "client_id" is missing (or KNETIK_CLIENT_ID in the environment)' },
    { { url = URL, client_id = "a", username = "b" },
      'option "password" is missing (or KNETIK_PASSWORD in the environment)' },
    { { url = URL, client_id = "a", password = "s3cret" },
      'option "username" is missing (or KNETIK_USERNAME in the environment)' },
    { { url = URL, client_id = "a", client_secret = "" }, 'option "client_secret" is empty' },
    { { url = URL, client_id = "", client_secret = "s3cret" }, 'option "client_id" is empty' },
    { { url = URL, client_id = "a", username = "", password = "s3cret" }, 'option "username" is empty' },
    { { url = URL, client_id = "a", username = "b", password = "" }, 'option "password" is empty' },
    { { url = URL, token = "s3cret", client_id = "a", client_secret = "s3cret" },
      'give "token", or what obtains one, not both' },
    { { url = URL, token = "" }, "token is empty" },
    { { url = URL, token = "Bearer s3cret" }, "token must be given bare" },
    { { url = URL, token = "bearer s3cret" }, "token must be given bare" },
    { { url = URL, client_id = 5, client_secret = "s3cret" }, 'option "client_id": expected string, got number' },
    { { url = URL, client_id = "a", client_secret = function() end },
      'option "client_secret": expected string, got function' },
    { { url = URL, username = true }, 'option "username": expected string, got boolean' },
    { { url = URL, clientid = "a" }, 'unknown option "clientid", did you mean "client_id"?' },
    { { url = URL, api_key = "a" }, 'unknown option "api_key"' },
  }
  for i, row in ipairs(BAD) do
    it("needs settings that fit together: " .. i, function()
      local message = refused("knetik", {}, row[1])
      assert.equal("roster.knetik: " .. row[2], message:sub(1, #row[2] + 15))
      assert.is_nil(message:find("s3cret", 1, true))
    end)
  end

  it("does not matter to a sandbox, which takes the grant it is given", function()
    local app = require("roster.sandbox").knetik()
    with_environment({ KNETIK_URL = URL, KNETIK_TOKEN = "env-token", KNETIK_USERNAME = "nobody" }, function()
      assert(roster.knetik({ sandbox = app }):get_user(1))
      assert.equal(1, app:counts().token_fetches)
      assert.equal(1, assert(roster.knetik({ sandbox = app, username = app.username }):get_user("me")).id)
      assert.equal(2, app:counts().token_fetches)
      assert.equal(1, assert(roster.knetik({ sandbox = app, token = app.token }):get_user("me")).id)
      assert.equal(2, app:counts().token_fetches)
      local nobody = roster.knetik { sandbox = app, username = app.username, password = "wrong" }
      assert.is_nil((nobody:get_user(1)))
    end)
  end)
end)

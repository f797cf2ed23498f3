-- A base URL with what people leave on it: refused, and the right one is named.
local environment = require "spec.support.environment"
local raised = require "spec.support.raised"
local roster = require "roster"

local RIGHT = "https://acme.okta.com"

local function refused(options, provider)
  return (raised.here(function()
    roster[provider or "okta"](options)
  end):gsub("^[^:]*:%d+: ", ""))
end

describe("a base URL", function()
  local GOES_ON = {
    ["/api/v1"] = "/api/v1", ["/api/v1/"] = "/api/v1", ["/api/v1//"] = "/api/v1", ["/api/v1/users"] = "/api/v1/users",
    ["/oauth2"] = "/oauth2", ["/oauth2/default"] = "/oauth2/", ["/oauth2/default/"] = "/oauth2/",
    ["/oauth2/aus1/v1/token"] = "/oauth2/", ["/oauth2/v1/token"] = "/oauth2/",
    ["/.well-known/openid-configuration"] = "/.well-known/",
    ["/oauth2/default/.well-known/oauth-authorization-server"] = "/oauth2/", ["/app/UserHome"] = "/app/UserHome",
    ["/app/UserHome?session_hint=AUTHENTICATED"] = "/app/UserHome", ["/login/login.htm"] = "/login/login.htm",
    ["/enduser/catalog"] = "/enduser/", ["/api/v1?limit=1"] = "/api/v1", ["/api/v1#x"] = "/api/v1",
  }
  for tail, part in pairs(GOES_ON) do
    it("that goes on is refused, and the right one named: " .. tail, function()
      assert.equal(('roster.okta: url must end before "%s": use %s'):format(part, RIGHT),
        refused { url = RIGHT .. tail, token = "t" })
      assert.equal(('roster.okta: url must end before "%s": use %s/okta'):format(part, RIGHT),
        refused { url = RIGHT .. "/okta" .. tail, token = "t" })
    end)
  end

  for _, around in ipairs { '"%s"', "'%s'", "`%s`", "<%s>", ' "%s" ', '"%s"\n', '" %s "', '"%s', '%s"', "'\"%s\"'" } do
    it("in quotes is refused, and the right one named: " .. around, function()
      for _, tail in ipairs { "", "/api/v1", "/oauth2/default" } do
        assert.equal("roster.okta: url has quotes around it: use " .. RIGHT,
          refused { url = around:format(RIGHT .. tail), token = "t" })
      end
    end)
  end

  it("from the environment is named by its variable", function()
    environment.with({ OKTA_CLIENT_ORGURL = '"' .. RIGHT .. '"', OKTA_CLIENT_TOKEN = "t" }, function()
      assert.equal("roster.okta: OKTA_CLIENT_ORGURL: url has quotes around it: use " .. RIGHT, refused())
    end)
    environment.with({ OKTA_CLIENT_ORGURL = RIGHT .. "/api/v1", OKTA_CLIENT_TOKEN = "t" }, function()
      assert.equal('roster.okta: OKTA_CLIENT_ORGURL: url must end before "/api/v1": use ' .. RIGHT, refused())
    end)
  end)

  it("of another service is judged by its own endpoints", function()
    assert.equal('roster.knetik: url must end before "/oauth/token": use https://app.knetik.test',
      refused({ url = "https://app.knetik.test/oauth/token", token = "t" }, "knetik"))
    assert.equal("roster.jumpcloud: url has quotes around it: use https://console.jumpcloud.com/api",
      refused({ url = "'https://console.jumpcloud.com/api'", api_key = "k" }, "jumpcloud"))
  end)

  it("may have a prefix of its own", function()
    for _, url in ipairs { RIGHT, RIGHT .. "/", "https://gw.test/okta", "https://gw.test/api/v1/okta",
      "https://gw.test/oauth2x", "https://gw.test/x/api/v11", "http://127.0.0.1:8080/api" } do
      assert.truthy(tostring(roster.okta { url = url, token = "t" }))
    end
    assert.truthy(roster.jumpcloud { url = "https://console.jumpcloud.com/api/v2", api_key = "k" })
  end)

  it("that is none for another reason is told that", function()
    assert.equal("roster.okta: url must begin with https://", refused { url = '"acme"', token = "t" })
    assert.equal("roster.okta: url must begin with https://", refused { url = '""', token = "t" })
    assert.equal("roster.okta: url is the admin console's: leave out -admin",
      refused { url = "https://acme-admin.okta.com/admin/dashboard", token = "t" })
    local message = refused { url = '"https://me:s3cret@acme.okta.com/api/v1"', token = "t" }
    assert.is_nil(message:find("s3cret", 1, true))
  end)
end)

describe("a credential in quotes", function()
  it("is refused, and not shown", function()
    for _, quote in ipairs { '"', "'", "`" } do
      local value = quote .. "00abc" .. quote
      for _, row in ipairs { { { url = RIGHT, token = value }, "okta", "token" },
        { { url = RIGHT, access_token = value }, "okta", "access_token" },
        { { api_key = value }, "jumpcloud", "api_key" },
        { { url = "https://k.test", token = value }, "knetik", "token" } } do
        assert.equal(("roster.%s: %s has quotes around it: leave them out"):format(row[2], row[3]),
          refused(row[1], row[2]))
      end
      environment.with({ OKTA_CLIENT_ORGURL = RIGHT, OKTA_CLIENT_TOKEN = value }, function()
        assert.equal("roster.okta: OKTA_CLIENT_TOKEN: token has quotes around it: leave them out", refused())
      end)
    end
  end)

  it("from a function fails its call", function()
    local okta = roster.okta { url = RIGHT, token = function() return '"00abc"' end, transport = error }
    local value, message = okta:get_user("1")
    assert.is_nil(value)
    assert.equal("okta get_user: the token has quotes around it: leave them out", message)
  end)
end)

-- Options under the names that the services' own SDKs give them lead to roster's.
local raised = require "spec.support.raised"
local roster = require "roster"

local URL = "https://org.okta.test"

-- As they are written in Okta's SDKs for Node and Python, Go, Java and .NET, in
-- Terraform's provider and its CLI; in JumpCloud's and Knetik's.
local NAMES = {
  okta = {
    { "orgUrl", "url" }, { "org_url", "url" }, { "OrgUrl", "url" }, { "OktaDomain", "url" }, { "okta_domain", "url" },
    { "base_url", "url" }, { "baseUrl", "url" }, { "host", "url" }, { "issuer", "url" },
    { "api_token", "token" }, { "apiToken", "token" }, { "ApiToken", "token" }, { "api_key", "token" },
    { "SSWS", "token" }, { "accessToken", "access_token" }, { "AccessToken", "access_token" },
    { "bearer_token", "access_token" },
    { "clientId", "client_id" }, { "ClientId", "client_id" }, { "clientID", "client_id" }, { "CLIENT_ID", "client_id" },
    { "scope", "scopes" }, { "Scopes", "scopes" }, { "privateKey", "private_key" }, { "PrivateKey", "private_key" },
    { "jwk", "private_key" }, { "kid", "key_id" }, { "keyId", "key_id" }, { "privateKeyId", "key_id" },
    { "private_key_id", "key_id" }, { "requestTimeout", "timeout" }, { "request_timeout", "timeout" },
    { "connectionTimeout", "timeout" }, { "ConnectionTimeout", "timeout" }, { "maxRetries", "max_retries" },
    { "MaxRetries", "max_retries" }, { "rateLimitMaxRetries", "max_retries" }, { "retryMaxAttempts", "max_retries" },
    { "rateLimit", "governor" }, { "max_api_capacity", "governor" }, { "userAgent", "user_agent" },
    { "userAgentExtra", "user_agent" }, { "proxy_host", "proxy" }, { "requestExecutor", "transport" },
    { "httpClient", "transport" }, { "sslContext", "ca" }, { "disableHttpsCheck", "insecure" },
    { "configFile", "config_file" },
  },
  jumpcloud = {
    { "apiKey", "api_key" }, { "api-key", "api_key" }, { "x-api-key", "api_key" }, { "JCAPIKey", "api_key" },
    { "token", "api_key" }, { "orgId", "org_id" }, { "x_org_id", "org_id" }, { "JCOrgId", "org_id" },
    { "basePath", "url" }, { "host", "url" },
  },
  knetik = {
    { "accessToken", "token" }, { "access_token", "token" }, { "clientId", "client_id" }, { "secret", "client_secret" },
    { "clientSecret", "client_secret" }, { "user", "username" }, { "pass", "password" }, { "base_path", "url" },
  },
}

local function refused(provider, name)
  return raised.here(function()
    roster[provider] { url = URL, [name] = "any-value" }
  end)
end

describe("an option by the name of an SDK", function()
  for provider, rows in pairs(NAMES) do
    for _, row in ipairs(rows) do
      it("leads to roster's: " .. provider .. " " .. row[1], function()
        assert.equal(('@roster.%s: unknown option "%s", did you mean "%s"?'):format(provider, row[1], row[2]),
          "@" .. refused(provider, row[1]):gsub("^[^:]*:%d+: ", ""))
      end)
    end
  end

  it("that roster does not need is told so", function()
    for _, name in ipairs { "authorizationMode", "authorization_mode", "AuthorizationMode" } do
      assert.matches(': leave it out, for the credential says it: "token"', refused("okta", name), 1, true)
    end
    assert.matches(': leave it out, for the credentials say it: "client_secret"', refused("knetik", "grant_type"), 1,
      true)
  end)

  it("is suggested only where the service has the option, and is none itself", function()
    local config = require "roster.config"
    local sdk_names = require "roster.config.sdk_names"
    for _, provider in ipairs { "okta", "jumpcloud", "knetik" } do
      local known = config.options(provider)
      for name in pairs(known) do
        assert.is_nil((sdk_names.find(provider, name)), name)
      end
      for _, rows in pairs(NAMES) do
        for _, row in ipairs(rows) do
          local option = sdk_names.find(provider, row[1])
          assert.is_true(option == nil or known[option] ~= nil, provider .. " " .. row[1])
        end
      end
    end
  end)

  it("that no SDK has gets no suggestion", function()
    for _, name in ipairs { "logger", "cache", "colour", "x", "", "raiseException" } do
      assert.is_nil(refused("okta", name):find("did you mean", 1, true), name)
    end
  end)
end)

describe("a suggestion", function()
  local core = require "roster.core"

  -- name, the words there are, the one that is meant
  local CASES = {
    { "serch", { "search", "sort_by" }, "search" }, { "tokn", { "token", "url" }, "token" },
    { "limits", { "limit" }, "limit" }, { "urll", { "url" }, "url" }, { "ulr", { "url" }, "url" },
    { "LIMIT", { "limit" }, "limit" }, { "sortBy", { "sort_by" }, "sort_by" }, { "q-", { "q" }, "q" },
    { "id", { "q" } }, { "x", { "q" } }, { "ab", { "q", "ac" } }, { "foo", { "q", "url", "bar" } }, { "", { "q" } },
    { "cat", { "dog" } }, { "fars", { "after" } }, { "arg", { "org", "url" }, "org" }, { "abc", { "xbz" } },
    { "abcdef", { "abxxef" }, "abxxef" }, { "abcdef", { "axxxef" } }, { "abcdefghijkl", { "abcxxxghijkl" },
      "abcxxxghijkl" }, { "abcdefghijkl", { "abxxxxghijkl" } }, { "abcdef", { "bcd" } }, { "a", { "b", "A" }, "A" },
    { "prefetch", { "q", "profile" } },
  }
  for _, case in ipairs(CASES) do
    it(("allows slips in a third of the word: %q, %s"):format(case[1], table.concat(case[2], " ")), function()
      assert.equal(case[3], core.nearest(case[1], case[2]))
    end)
  end

  it("is held to that wherever a name is looked up", function()
    local okta = roster.okta { url = URL, token = "t" }
    local LOOKUPS = {
      function() okta:list_users { fo = 1 } end, function() okta:get_user("u", { ids = 1 }) end,
      function() okta:list { path = "/x", pah2z = 1 } end, function() return okta.gt end,
      function() roster.okta { ur = "x" } end, function() okta:each({}, "sus") end,
      function() okta:create_user { profile = {}, ix = 1 } end,
    }
    for i, lookup in ipairs(LOOKUPS) do
      local ok, message = pcall(lookup)
      assert.is_false(ok, i)
      assert.is_nil(tostring(message):find("did you mean", 1, true), message)
    end
  end)
end)

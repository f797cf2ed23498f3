-- Files and variables that are wrong: the error names the place, and quotes none
-- of what may be secret.
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local raised = require "spec.support.raised"
local roster = require "roster"

describe("a file of Okta's settings", function()
  local dir, path

  before_each(function()
    dir = folder.new()
    path = dir.path .. "/.okta/okta.yaml"
  end)

  after_each(function()
    dir:remove()
  end)

  local function refused(options, variables)
    local all = { HOME = dir.path }
    for name, value in pairs(variables or {}) do
      all[name] = value
    end
    local message = environment.with(all, function()
      return raised.here(function()
        local okta = roster.okta(options)
        okta:close()
      end)
    end)
    assert.is_nil(message:find("CANARY", 1, true), message)
    return message
  end

  local NOT_YAML = {
    { "an open bracket", "okta: [CANARY" },
    { "an open quote", "okta:\n  client:\n    token: 'CANARY\n" },
    { "a tab", "okta:\n\tclient: CANARY\n" },
    { "a reference to nothing", "okta: *CANARY\n" },
    { "two on one line", "okta: client: CANARY\n" },
    { "a control character", "okta: CANARY\1\n" },
    { "bytes that are not UTF-8", "okta: CANARY\255\254\n" },
  }
  for _, row in ipairs(NOT_YAML) do
    it("that is not YAML is named with the line: " .. row[1], function()
      dir:write_private(".okta/okta.yaml", row[2])
      local message = refused {}
      assert.equal("roster.okta: " .. path .. " is not YAML", (message:gsub(": see line %d+, column %d+$", "")))
    end)
  end

  it("that is not a mapping is named", function()
    for _, text in ipairs { "CANARY\n", "5\n", "true\n" } do
      dir:write_private(".okta/okta.yaml", text)
      assert.equal("roster.okta: " .. path .. " is not a mapping", refused {})
    end
    dir:write_private(".okta/okta.yaml", "- CANARY\n")
    assert.matches('option "url" is missing', refused {}, 1, true)
  end)

  it("that cannot be read is named", function()
    dir:write(".okta/okta.yaml/x", "")
    assert.matches("^roster%.okta: .*/%.okta/okta%.yaml cannot be read: ", refused {})
    dir:run("rm -r .okta/okta.yaml && ln -s okta.yaml .okta/okta.yaml")
    assert.equal("roster.okta: " .. path .. " cannot be read: Too many levels of symbolic links", refused {})
  end)

  it("that is too large is named", function()
    dir:write_private(".okta/okta.yaml", ("# CANARY\n"):rep(120000))
    assert.equal("roster.okta: " .. path .. " cannot be read: it is too large", refused {})
  end)

  local WRONG = {
    { "okta: CANARY", "okta: expected a mapping, got a string" },
    { "okta: { client: CANARY }", "okta.client: expected a mapping, got a string" },
    { "okta: { client: [CANARY] }", 'option "url" is missing' },
    { "okta: { client: { orgUrl: { a: CANARY } } }", "okta.client.orgUrl: expected a string, got a mapping" },
    { "okta: { client: { orgUrl: [CANARY] } }", "okta.client.orgUrl: expected a string, got a list" },
    { "okta: { client: { orgUrl: true } }", "okta.client.orgUrl: expected a string, got a boolean" },
    { "okta: { client: { token: 12345678 } }",
      "okta.client.token: expected a string, got a number (a string that looks like one needs quotes)" },
    { "okta: { client: { scopes: { a: CANARY } } }", "okta.client.scopes: expected a string or a list, got a mapping" },
    { "okta: { client: { privateKey: [CANARY] } }",
      "okta.client.privateKey: expected a string or a mapping, got a list" },
    { "okta: { client: { authorizationMode: CANARY } }",
      "okta.client.authorizationMode: expected SSWS, PrivateKey or Bearer" },
    { "okta: { client: { connectionTimeout: CANARY } }",
      "okta.client.connectionTimeout: expected a number of seconds, got a string" },
    { "okta: { client: { requestTimeout: -1 } }", "okta.client.requestTimeout: expected a number of seconds" },
    { "okta: { client: { requestTimeout: .inf } }", "okta.client.requestTimeout: expected a number of seconds" },
    { "okta: { client: { requestTimeout: .nan } }", "okta.client.requestTimeout: expected a number of seconds" },
    { "okta: { client: { rateLimit: { maxRetries: 1.5 } } }",
      "okta.client.rateLimit.maxRetries: expected a whole number" },
    { "okta: { client: { rateLimit: CANARY } }", "okta.client.rateLimit: expected a mapping, got a string" },
    { "okta: { client: { proxy: CANARY } }", "okta.client.proxy: expected a mapping, got a string" },
    { "okta: { client: { proxy: { port: CANARY } } }",
      "okta.client.proxy.port: expected a whole number, got a string" },
    { "okta: { client: { proxy: { host: 1 } } }", "okta.client.proxy.host: expected a string, got a number" },
  }
  for _, row in ipairs(WRONG) do
    it("is told which member is wrong: " .. row[2], function()
      dir:write_private(".okta/okta.yaml", row[1])
      local message = refused {}
      local place = row[2]:find("^okta") and path .. ": " or ""
      assert.is_truthy(message:find("roster.okta: " .. place .. row[2], 1, true), message)
    end)
  end

  it("is told which profile's member is wrong", function()
    dir:write_private(".okta/okta.yaml", "profiles: { prod: { client: { token: [CANARY] } }, dev: CANARY }")
    assert.equal("roster.okta: " .. path .. ": profiles.prod.client.token: expected a string, got a list",
      refused { profile = "prod" })
    assert.equal("roster.okta: " .. path .. ": profiles.dev: expected a mapping, got a string",
      refused { profile = "dev" })
    dir:write_private(".okta/okta.yaml", "profiles: CANARY")
    assert.equal("roster.okta: " .. path .. ": profiles: expected a mapping, got a string",
      refused { profile = "prod" })
  end)

  it("is named when what it holds is refused later", function()
    dir:write_private(".okta/okta.yaml", 'okta: { client: { orgUrl: "https://x.okta.test", token: "CANARY x" } }')
    assert.equal("roster.okta: " .. path .. ": okta.client.token: token holds a space or a character that no token has",
      refused {})
    dir:write_private(".okta/okta.yaml", 'okta: { client: { orgUrl: "ftp://CANARY", token: "t" } }')
    assert.equal("roster.okta: " .. path .. ": okta.client.orgUrl: url must begin with https://", refused {})
    dir:write_private(".okta/okta.yaml", 'okta: { client: { orgUrl: "https://x.okta.test", clientId: c, ' ..
      'scopes: [s], privateKey: "CANARY", authorizationMode: PrivateKey } }')
    assert.matches("^roster%.okta: .*okta%.client%.privateKey: private_key is neither PEM nor a JWK", refused {})
  end)

  local VARIABLES = {
    { "OKTA_CLIENT_AUTHORIZATIONMODE", "CANARY", "expected SSWS, PrivateKey or Bearer" },
    { "OKTA_CLIENT_REQUEST_TIMEOUT", "CANARY", "expected a number of seconds, got a string" },
    { "OKTA_CLIENT_CONNECTION_TIMEOUT", "-3", "expected a number of seconds" },
    { "OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES", "1.5", "expected a whole number" },
    { "OKTA_CLIENT_PROXY_PORT", "CANARY", "expected a whole number, got a string" },
  }
  for _, row in ipairs(VARIABLES) do
    it("is not needed for a variable to be wrong: " .. row[1], function()
      local message = refused({}, { [row[1]] = row[2] })
      assert.is_truthy(message:find("roster.okta: " .. row[1] .. ": " .. row[3], 1, true), message)
    end)
  end

  it("with aliases that point to themselves ends", function()
    dir:write_private(".okta/okta.yaml",
      "okta: &a { client: { orgUrl: 'https://x.okta.test', token: t }, again: *a }\n")
    local okta = environment.with({ HOME = dir.path }, function()
      return roster.okta { transport = function() end }
    end)
    assert.equal("roster.okta{https://x.okta.test}", tostring(okta))
  end)
end)

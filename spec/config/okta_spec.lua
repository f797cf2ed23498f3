-- Okta's settings under the names of its SDKs: variables, files, profiles.
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local raised = require "spec.support.raised"
local roster = require "roster"
local wire = require "spec.support.wire"

local URL = "https://file.okta.test"

describe("Okta's settings", function()
  local dir

  before_each(function()
    dir = folder.new()
  end)

  after_each(function()
    dir:remove()
  end)

  local function with_home(variables)
    local all = { HOME = dir.path }
    for name, value in pairs(variables or {}) do
      all[name] = value
    end
    return all
  end

  local function at_home(text)
    return dir:write_private(".okta/okta.yaml", text)
  end

  --- What goes out when a client with these options makes a call.
  local function sent(options, variables)
    return (environment.with(with_home(variables), function()
      local request
      local settings = { transport = function(seen)
        request = seen
        return { status = 204 }
      end }
      for name, value in pairs(options or {}) do
        settings[name] = value
      end
      assert(roster.okta(settings):suspend_user("u"))
      return request
    end))
  end

  local function refused(options, variables)
    return (environment.with(with_home(variables), function()
      return raised.here(function()
        local okta = roster.okta(options)
        okta:close()
      end)
    end))
  end

  local function goes_to(url, credential, request)
    assert.equal(url .. "/api/v1/users/u/lifecycle/suspend", request.url)
    assert.equal(credential, wire.header(request, "Authorization"))
  end

  it("come from ~/.okta/okta.yaml, below the environment, below the call", function()
    at_home("okta:\n  client:\n    orgUrl: " .. URL .. "\n    token: of-file\n")
    goes_to(URL, "SSWS of-file", sent())
    -- lyaml's C part makes one
    assert.is_nil(rawget(_G, "yaml"))
    goes_to("https://env.okta.test", "SSWS of-file", sent({}, { OKTA_CLIENT_ORGURL = "https://env.okta.test" }))
    goes_to(URL, "SSWS of-env", sent({}, { OKTA_CLIENT_TOKEN = "of-env" }))
    goes_to("https://call.okta.test", "SSWS of-call", sent({ url = "https://call.okta.test", token = "of-call" },
      { OKTA_CLIENT_TOKEN = "of-env" }))
  end)

  it("may leave out anything, hold null, and hold what is for other programs", function()
    at_home(([[
okta:
  client:
    orgUrl: %s
    token: of-file
    connectionTimeout: ~
    cache: { enabled: true, defaultTtl: 300 }
    logging: [1, 2]
    proxy: { port: null, host: null, username: null, password: null }
    rateLimit:
  idx:
    issuer: https://x
  testing: { disableHttpsCheck: true }
other: 5
]]):format(URL))
    goes_to(URL, "SSWS of-file", sent())
    at_home("# nothing\n")
    assert.matches('option "url" is missing', refused({}), 1, true)
    at_home("okta:\n")
    assert.matches('option "url" is missing', refused({}), 1, true)
  end)

  it("are not read where the call has an address and a credential", function()
    at_home("okta: {\n")
    goes_to(URL, "SSWS t", sent { url = URL, token = "t" })
    goes_to(URL, "Bearer t", sent { url = URL, access_token = "t" })
    assert.matches("is not YAML", refused { url = URL }, 1, true)
    assert.matches("is not YAML", refused { token = "t" }, 1, true)
  end)

  it("are not read for a sandbox or for other services", function()
    at_home("okta: {\n")
    environment.with(with_home { JUMPCLOUD_API_KEY = "k" }, function()
      roster.okta({ sandbox = true }):close()
      roster.jumpcloud():close()
    end)
  end)

  it("come from a file that the call names, and from no other", function()
    at_home("okta:\n  client:\n    orgUrl: https://home.okta.test\n    token: of-home\n")
    local path = dir:write_private("other file.yaml",
      "okta:\n  client:\n    orgUrl: " .. URL .. "\n    token: of-other\n")
    goes_to(URL, "SSWS of-other", sent { config_file = path })
    goes_to(URL, "SSWS of-env", sent({ config_file = path }, { OKTA_CLIENT_TOKEN = "of-env" }))
    path = dir:write("half.yaml", "okta:\n  client:\n    orgUrl: " .. URL .. "\n")
    assert.equal('roster.okta: option "token" is missing (or OKTA_CLIENT_TOKEN in the environment)',
      refused { config_file = path })
    assert.equal('roster.okta: option "config_file": there is no file ' .. dir.path .. "/none",
      refused { config_file = dir.path .. "/none" })
  end)

  describe("for several orgs", function()
    local FILE = [[
okta:
  client: { orgUrl: https://first.okta.test, token: of-first, proxy: { host: proxy.test } }
profiles:
  prod:
    client: { orgUrl: https://prod.okta.test, token: of-prod }
  preview:
    client: { orgUrl: https://preview.okta.test }
]]

    it("are in profiles, which stand alone", function()
      at_home(FILE)
      -- whose proxy is for roster's own transport
      goes_to("https://first.okta.test", "SSWS of-first", sent { on_warning = function() end })
      goes_to("https://prod.okta.test", "SSWS of-prod", sent { profile = "prod" })
      assert.matches('option "token" is missing', refused { profile = "preview" }, 1, true)
    end)

    it("go before the environment, which fills in what a profile leaves out", function()
      at_home(FILE)
      local both = { OKTA_CLIENT_ORGURL = "https://env.okta.test", OKTA_CLIENT_TOKEN = "of-env" }
      goes_to("https://prod.okta.test", "SSWS of-prod", sent({ profile = "prod" }, both))
      goes_to("https://preview.okta.test", "SSWS of-env", sent({ profile = "preview" }, both))
      goes_to("https://prod.okta.test", "SSWS of-call", sent({ profile = "prod", token = "of-call" }, both))
    end)

    it("are named when there is none such", function()
      at_home(FILE)
      assert.equal(('roster.okta: option "profile": there is no profile "prd" in ./.okta.yaml or ' ..
        '%s/.okta/okta.yaml, did you mean "prod"?'):format(dir.path), refused { profile = "prd" })
      assert.matches('there is no profile "x" in ./.okta.yaml', refused { profile = "x" }, 1, true)
    end)
  end)

  it("become options: times, retries, a proxy", function()
    at_home(([[
okta:
  client:
    orgUrl: %s
    token: of-file
    connectionTimeout: 7
    requestTimeout: 60
    rateLimit: { maxRetries: 2 }
    proxy: { host: proxy.test, port: 3128, username: "a@b", password: "p/w" }
]]):format(URL))
    local config = require "roster.config"
    local function read(variables, options)
      return (environment.with(with_home(variables), function()
        local settings, why = config.read("okta", options)
        return assert(settings, why)
      end))
    end
    local settings = read()
    assert.equal(7, settings.connect_timeout)
    assert.equal(60, settings.timeout)
    assert.equal(2, settings.max_retries)
    assert.equal("http://a%40b:p%2Fw@proxy.test:3128", settings.proxy)
    settings = read({ OKTA_CLIENT_CONNECTION_TIMEOUT = "8", OKTA_CLIENT_REQUEST_TIMEOUT = "0",
      OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES = "0", OKTA_CLIENT_PROXY_HOST = "https://other.test" }, { timeout = 5 })
    assert.equal(8, settings.connect_timeout)
    assert.equal(5, settings.timeout)
    assert.equal(0, settings.max_retries)
    assert.equal("https://other.test", settings.proxy)
    settings = read { OKTA_CLIENT_CONNECTIONTIMEOUT = "9", OKTA_CLIENT_REQUESTTIMEOUT = "61",
      OKTA_CLIENT_RATELIMIT_MAXRETRIES = "3" }
    assert.same({ 9, 61, 3 }, { settings.connect_timeout, settings.timeout, settings.max_retries })
    at_home("okta: { client: { orgUrl: " .. URL .. ", token: t, requestTimeout: 0 } }")
    -- there is always a limit here
    assert.equal(300, read().timeout)
  end)

  describe("say which credential it is", function()
    local BOTH = "okta:\n  client:\n    orgUrl: " .. URL .. "\n    token: the-token\n    accessToken: the-access\n"

    it("an API token where nothing is said", function()
      at_home(BOTH)
      goes_to(URL, "SSWS the-token", sent())
    end)

    it("by authorizationMode, however it is written", function()
      for _, mode in ipairs { "SSWS", "ssws" } do
        at_home(BOTH .. "    authorizationMode: " .. mode .. "\n")
        goes_to(URL, "SSWS the-token", sent())
      end
      for _, mode in ipairs { "Bearer", "BearerToken", "bearer" } do
        at_home(BOTH .. "    authorizationMode: " .. mode .. "\n")
        goes_to(URL, "Bearer the-access", sent())
      end
      -- as SDKs have it that know of one token only
      at_home("okta: { client: { orgUrl: " .. URL .. ", token: tok, authorizationMode: Bearer } }")
      goes_to(URL, "Bearer tok", sent())
      at_home(BOTH)
      goes_to(URL, "Bearer the-access", sent({}, { OKTA_CLIENT_AUTHORIZATIONMODE = "Bearer" }))
    end)

    it("by what the call gives, whatever else is set", function()
      at_home(BOTH .. "    authorizationMode: PrivateKey\n    clientId: c\n    privateKey: k\n    scopes: [s]\n")
      goes_to(URL, "SSWS mine", sent { token = "mine" })
      goes_to(URL, "Bearer mine", sent { access_token = "mine" })
      goes_to(URL, "Bearer mine", sent({ access_token = "mine" }, { OKTA_CLIENT_TOKEN = "env" }))
    end)

    it("and what it then lacks", function()
      at_home(BOTH .. "    authorizationMode: PrivateKey\n")
      assert.equal('roster.okta: option "client_id" is missing (or OKTA_CLIENT_CLIENTID in the environment)',
        refused {})
      assert.matches('option "scopes" is missing', refused { client_id = "c", signer = print }, 1, true)
      assert.matches('option "private_key" is missing', refused { client_id = "c", scopes = "s" }, 1, true)
    end)
  end)

  describe("without lyaml", function()
    local loaded, preload

    before_each(function()
      loaded, preload = package.loaded.lyaml, package.preload.lyaml
      package.loaded.lyaml = nil
      package.preload.lyaml = function()
        error("module 'lyaml' not found")
      end
    end)

    after_each(function()
      package.loaded.lyaml, package.preload.lyaml = loaded, preload
    end)

    it("are those of the call and the environment", function()
      at_home("okta: { client: { orgUrl: " .. URL .. ", token: t } }")
      goes_to("https://env.okta.test", "SSWS of-env",
        sent({}, { OKTA_CLIENT_ORGURL = "https://env.okta.test", OKTA_CLIENT_TOKEN = "of-env" }))
    end)

    it("say which file was not read where something is missing", function()
      at_home("okta: { client: { orgUrl: " .. URL .. ", token: t } }")
      local note = "; " .. dir.path .. "/.okta/okta.yaml was not read, for lyaml is not installed"
      assert.equal('roster.okta: option "url" is missing (or OKTA_CLIENT_ORGURL in the environment)' .. note,
        refused {})
      assert.equal('roster.okta: option "token" is missing (or OKTA_CLIENT_TOKEN in the environment)' .. note,
        refused { url = URL })
    end)

    it("cannot be what the call asks for", function()
      assert.equal('roster.okta: option "profile" needs lyaml, which is not installed', refused { profile = "prod" })
      assert.equal('roster.okta: option "config_file" needs lyaml, which is not installed',
        refused { config_file = "x" })
    end)
  end)
end)

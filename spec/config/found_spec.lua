-- ./.okta.yaml may be another person's work, as in a folder that was fetched: the
-- address and the proxy that it gives are never used with a credential that it
-- does not give.
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local keys = require "spec.support.keys"
local unpack = table.unpack or unpack

-- Prints where a client of the options goes and with which credential, or what the
-- constructor says; then each warning.
local RUN = [[
local roster = require "roster"
local options = assert(loadstring or load)("return " .. (arg[1] or "{}"))()
if arg[2] then
  options.on_warning = function(message) io.write("warning: ", message, "\n") end
end
local config = require "roster.config"
local made, message = config.read("okta", options)
if not made then
  print("wrong: " .. message)
else
  local secret = made.access_token or made.token or made.client_id
  if type(secret) == "function" then secret = secret() end
  print(made.url .. " " .. secret .. " " .. tostring(made.proxy))
end
local okta = pcall(roster.okta, options)
print(okta and (made.bearer and "Bearer" or "SSWS"))
]]

local EVIL = "https://evil.okta.test"
local ADDRESS = "okta: { client: { orgUrl: " .. EVIL .. " } }"
local PROXY = "okta: { client: { proxy: { host: evil.test, port: 3128 } } }"
local WHOLE = "okta: { client: { orgUrl: https://work.okta.test, token: of-work } }"
local TOKEN = "okta: { client: { token: of-work } }"
local HOME = "okta: { client: { orgUrl: https://home.okta.test, token: of-home } }"
local ENV = { OKTA_CLIENT_ORGURL = "https://env.okta.test", OKTA_CLIENT_TOKEN = "of-env" }

describe("./.okta.yaml", function()
  local dir

  before_each(function()
    dir = folder.new()
    dir:write("run.lua", RUN)
  end)

  after_each(function()
    dir:remove()
  end)

  --- What RUN prints in a folder with that file: where the client goes, whether
  --- there is one, and all the rest.
  local function run(file, home, variables, options, to_stderr)
    dir:write_private("work/.okta.yaml", file)
    if home then
      dir:write_private(".okta/okta.yaml", home)
    end
    local words = { environment.bare .. " HOME='" .. dir.path .. "'" }
    for name, value in pairs(variables or {}) do
      words[#words + 1] = name .. "='" .. value .. "'"
    end
    local command = ("cd work && %s LUA_PATH='%s' LUA_CPATH='%s' %s ../run.lua '%s' %s"):format(
      table.concat(words, " "), package.path, package.cpath, arg[-1], options or "{}",
      to_stderr and "" or "warn")
    local said = dir:run(command)
    return ("\n" .. said:gsub("warning: [^\n]*\n", "")):match("\n(.-)\n"), said
  end

  local ADVICE = "but not the credential that goes there, so that is not used, as another person could have written "
    .. "it: put both into one file (a key itself, not its path), or name the file with config_file"

  -- file, file at home, environment, options -> where to, with what, by which proxy
  local USED = {
    { "both of its own", { WHOLE, HOME, nil }, "https://work.okta.test of-work nil" },
    { "both of its own, without another file", { WHOLE }, "https://work.okta.test of-work nil" },
    { "its credential with another's address", { TOKEN, HOME }, "https://home.okta.test of-work nil" },
    { "its credential with the environment's address",
      { TOKEN, nil, { OKTA_CLIENT_ORGURL = "https://env.okta.test" } }, "https://env.okta.test of-work nil" },
    { "its proxy with its credential",
      { "okta: { client: { orgUrl: https://work.okta.test, token: of-work, proxy: { host: p.test, port: 1 } } }" },
      "https://work.okta.test of-work http://p.test:1" },
    { "an access token of its own", { "okta: { client: { orgUrl: https://work.okta.test, accessToken: of-work } }" },
      "https://work.okta.test of-work nil" },
    { "a token that it calls a bearer's",
      { "okta: { client: { orgUrl: https://work.okta.test, token: of-work, authorizationMode: Bearer } }" },
      "https://work.okta.test of-work nil" },
    { "a profile of its own",
      { "profiles: { prod: { client: { orgUrl: https://work.okta.test, token: of-work } } }",
        "profiles: { prod: { client: { orgUrl: https://home.okta.test, token: of-home } } }", ENV,
        '{ profile = "prod" }' }, "https://work.okta.test of-work nil" },
    { "as any file where the call names it", { ADDRESS, nil, { OKTA_CLIENT_TOKEN = "of-env" },
      '{ config_file = "./.okta.yaml" }' }, EVIL .. " of-env nil" },
  }
  for _, row in ipairs(USED) do
    it("gives " .. row[1], function()
      local where, said = run(unpack(row[2], 1, 4))
      assert.equal(row[3], where, said)
      assert.is_nil(said:find("warning", 1, true), said)
    end)
  end

  local IGNORED = {
    { "its address with a token from home", { ADDRESS, HOME }, "https://home.okta.test of-home nil", "an address" },
    { "its address with a token of another file's kind",
      { "okta: { client: { orgUrl: " .. EVIL .. ", authorizationMode: Bearer } }", HOME },
      "https://home.okta.test of-home nil", "an address", "Bearer" },
    { "its address where its own credential does not win",
      { "okta: { client: { orgUrl: " .. EVIL .. ", token: bait } }", HOME, { OKTA_CLIENT_TOKEN = "of-env" } },
      "https://home.okta.test of-env nil", "an address" },
    { "its address with an access token of the environment",
      { "okta: { client: { orgUrl: " .. EVIL .. ", token: bait, authorizationMode: Bearer } }", HOME,
        { OKTA_CLIENT_ACCESSTOKEN = "of-env" } }, "https://home.okta.test of-env nil", "an address", "Bearer" },
    { "its address with a token of the call", { WHOLE:gsub("https://work", "https://evil"), HOME, nil,
      '{ token = "of-call" }' }, "https://home.okta.test of-call nil", "an address" },
    { "its address with a token function of the call", { WHOLE, HOME, nil,
      '{ access_token = function() return "of-call" end }' }, "https://home.okta.test of-call nil", "an address",
      "Bearer" },
    { "its proxy with a token from home", { PROXY, HOME }, "https://home.okta.test of-home nil", "a proxy" },
    { "its proxy with the environment's token", { PROXY, nil, ENV }, "https://env.okta.test of-env nil", "a proxy" },
    { "both with a token from home",
      { "okta: { client: { orgUrl: " .. EVIL .. ", proxy: { host: evil.test } } }", HOME },
      "https://home.okta.test of-home nil", "an address and a proxy" },
    { "a profile without a credential",
      { "profiles: { prod: { client: { orgUrl: " .. EVIL .. " } } }",
        "profiles: { prod: { client: { orgUrl: https://home.okta.test, token: of-home } } }", ENV,
        '{ profile = "prod" }' }, "https://home.okta.test of-home nil", "an address" },
    { "a profile whose mode is not another's",
      { "profiles: { prod: { client: { orgUrl: " .. EVIL .. ", authorizationMode: Bearer } } }",
        "profiles: { prod: { client: { orgUrl: https://home.okta.test } } }", { OKTA_CLIENT_TOKEN = "of-env" },
        '{ profile = "prod" }' }, "https://home.okta.test of-env nil", "an address" },
  }
  for _, row in ipairs(IGNORED) do
    it("is not asked for " .. row[1] .. ", and that is said once", function()
      local where, said = run(unpack(row[2], 1, 4))
      assert.equal(row[3], where, said)
      -- one for each of the two clients that RUN makes, whose option takes it
      local warned = "warning: ./.okta.yaml has " .. row[4] .. " " .. ADVICE .. "\n"
      local scheme = row[5] or "SSWS"
      assert.equal(warned .. where .. "\n" .. warned .. scheme .. "\n", said)
      said = select(2, run(row[2][1], row[2][2], row[2][3], row[2][4], true))
      assert.equal(warned:gsub("^warning", "roster") .. row[3] .. "\n" .. scheme .. "\n", said)
    end)
  end

  local REFUSED = {
    { "the environment's token", { ADDRESS, nil, { OKTA_CLIENT_TOKEN = "of-env" } } },
    { "the call's token", { ADDRESS, nil, nil, '{ token = "of-call" }' } },
    { "no token", { ADDRESS } },
    { "a token at home", { ADDRESS, "okta: { client: { token: of-home } }" } },
    { "the call's signer", { ADDRESS, nil, nil, '{ client_id = "c", scopes = "s", signer = print }' } },
    { "its client and another's key",
      { "okta: { client: { orgUrl: " .. EVIL .. ", clientId: c, scopes: [s], authorizationMode: PrivateKey } }", nil,
        { OKTA_CLIENT_PRIVATEKEY = "-----BEGIN " } } },
    { "its key's path",
      { "okta: { client: { orgUrl: " .. EVIL .. ", clientId: c, scopes: [s], privateKey: ../key.pem } }" } },
    { "its key and another's client",
      { "okta: { client: { orgUrl: " .. EVIL .. ", scopes: [s], privateKey: '{}' } }", nil,
        { OKTA_CLIENT_CLIENTID = "c" } } },
  }
  for _, row in ipairs(REFUSED) do
    it("is named where its address is the only one, for " .. row[1], function()
      local where, said = run(unpack(row[2], 1, 4))
      assert.equal('wrong: option "url" is missing (or OKTA_CLIENT_ORGURL in the environment); ./.okta.yaml has an '
        .. "address " .. ADVICE, where, said)
      assert.is_nil(said:find("warning", 1, true), said)
    end)
  end

  it("is named where the profile is nowhere else", function()
    local where = run("profiles: { prod: { client: { orgUrl: " .. EVIL .. " } } }", HOME, ENV, '{ profile = "prod" }')
    assert.equal('wrong: option "profile": ./.okta.yaml has an address ' .. ADVICE, where)
  end)

  it("gives an address with the key that is in it", function()
    local made = keys.make()
    finally(function() made.folder:remove() end)
    local file = "okta:\n  client:\n    orgUrl: https://work.okta.test\n    clientId: of-work\n    scopes: [s]\n"
      .. "    privateKey: |\n" .. made.rsa.pkcs8:gsub("[^\n]+", "      %0")
    assert.equal("https://work.okta.test of-work nil", (run(file, HOME)))
  end)

  it("leads nowhere by a home that is not a path from the root", function()
    dir:write_private("work/home/.okta/okta.yaml", HOME)
    local where = run("# nothing", nil, { HOME = "home", OKTA_CLIENT_TOKEN = "of-env" })
    assert.matches('wrong: option "url" is missing', where, 1, true)
  end)
end)

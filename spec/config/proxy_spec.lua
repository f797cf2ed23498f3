-- The option `proxy`: what it does not understand is an error of the constructor,
-- which quotes nothing of it.
local core = require "roster.core"
local environment = require "spec.support.environment"
local raised = require "spec.support.raised"
local roster = require "roster"

local USER_PERCENT = "has a user name or password with a % that begins no percent-encoding: write it as %25"
local CONTROL = "has a control character in its user name or password"
local UNENCODED = "holds / ? or # in its user name or password: percent-encode it"
local BYTES = "holds a space, a control or a non-ASCII character: percent-encode it"
local SCHEME = "has a scheme that is not http, https, socks4, socks4a, socks5 or socks5h"
local PATH = "has a path, a query or a fragment, of which a proxy has none"

local BAD = {
  { "", "is empty: leave it out, or give false for no proxy at all" },
  { ("x"):rep(2049), "is too long" },
  { " ", BYTES }, { "http://p.test:1 ", BYTES }, { "http://p.test:1\n", BYTES }, { "http://p.test\0:1", BYTES },
  { "http://u:CANARY\r\nX: y@p.test:1", BYTES }, { "http://p\195\182.test:1", BYTES }, { "\127", BYTES },
  { "http://u:CANARY\\@p.test:1", "holds a backslash: write it as %5C" },
  { "ftp://p.test:1", SCHEME }, { "socks://p.test:1", SCHEME }, { "socks6://p.test:1", SCHEME },
  { "htt://u:CANARY@p.test", SCHEME }, { "://p.test", SCHEME }, { "http ://p.test", BYTES },
  { "u:CANARY://x@p.test:1", SCHEME }, { "file:///etc/passwd", SCHEME }, { "http+unix://p", SCHEME },
  { "http://", "has no host" }, { "http://:3128", "has no host" }, { ":3128", "has no host" },
  { "http://u:CANARY@", "has no host" }, { "http://u:CANARY@:1", "has no host" }, { "http:///", "has no host" },
  { "http://p.test:", "has a bad port" }, { "http://p.test:0", "has a bad port" },
  { "http://p.test:70000", "has a bad port" }, { "http://p.test:65536", "has a bad port" },
  { "http://p.test:port", "has a bad port" }, { "http://p.test:1:2", "has a bad port" },
  { "http://p.test:-1", "has a bad port" }, { "http://p.test:+1", "has a bad port" },
  { "http://p.test:0x50", "has a bad port" }, { "http://p.test:000080", "has a bad port" },
  { "http:p.test:1", "has a bad port" }, { "http:/p.test:1", PATH },
  { "::1", "has no host" }, { "http://fe80::1:3128", "has a bad port" },
  { "http://[::1", "has an unclosed [" }, { "http://[]:1", "has a bad host" },
  { "http://[p.test]:1", "has a bad host" },
  { "http://[::1]x:1", "has a bad host" }, { "http://[fe80::1%25eth0]:1", "has a bad host" },
  { "http://p%2etest:1", "has a bad host" }, { "http://p,q:1", "has a bad host" },
  { "http://p.test;q:1", "has a bad host" },
  { "http://p.test:1/path", PATH }, { "http://p.test:1//", PATH }, { "http://p.test:1?q", PATH },
  { "http://p.test:1#f", PATH }, { "socks5h://localhost/run/socket", PATH }, { "http://p.test:1/?", PATH },
  { "http://u:CA/NARY@p.test:1", UNENCODED }, { "http://u:CA?NARY@p.test:1", UNENCODED },
  { "http://u:CA#NARY@p.test:1", UNENCODED }, { "http://p.test:1/@x", UNENCODED },
  { "http://u:CA@NARY@p.test:1", "holds a second @: in a user name or password write it as %40" },
  { "http://a@b@c", "holds a second @: in a user name or password write it as %40" },
  { "http://@p.test:1", "has an empty user name before its host" },
  { "http://:CANARY@p.test:1", "has an empty user name before its host" },
  { "http://u%:CANARY@p.test:1", USER_PERCENT }, { "http://u:CANARY%@p.test:1", USER_PERCENT },
  { "http://u:CANARY%4@p.test:1", USER_PERCENT }, { "http://u:%zzCANARY@p.test:1", USER_PERCENT },
  { "http://u:%4GCANARY@p.test:1", USER_PERCENT }, { "http://u:%%41CANARY@p.test:1", USER_PERCENT },
  { "http://u:CANARY%0d%0aX@p.test:1", CONTROL }, { "http://u%00:CANARY@p.test:1", CONTROL },
  { "http://u:CANARY%7F@p.test:1", CONTROL },
  { "http://u%3Av:CANARY@p.test:1", "has a user name with a colon, which no proxy understands" },
  { "socks5://u:" .. ("x"):rep(256) .. "@p.test:1", "has a user name or password that is longer than SOCKS allows" },
}

local GOOD = {
  ["http://p.test:3128"] = "http://p.test:3128", ["HTTPS://p.test:443/"] = "HTTPS://p.test:443/",
  ["p.test:3128"] = "http://p.test:3128", ["p.test"] = "http://p.test", ["ftp.p.test:1"] = "http://ftp.p.test:1",
  ["u:p@p.test:1"] = "http://u:p@p.test:1", ["socks5h://u:p@127.0.0.1:1080"] = "socks5h://u:p@127.0.0.1:1080",
  ["socks4://p.test:1"] = "socks4://p.test:1", ["socks4a://p.test:1"] = "socks4a://p.test:1",
  ["socks5://u:" .. ("%41"):rep(255) .. "@p.test:1"] = "socks5://u:" .. ("%41"):rep(255) .. "@p.test:1",
  ["http://[::1]:3128"] = "http://[::1]:3128", ["http://u:p:q@p.test:1"] = "http://u:p:q@p.test:1",
  ["http://a%40b:p%2Fw%3A%25@p.test:65535"] = "http://a%40b:p%2Fw%3A%25@p.test:65535",
  ["http://u@p.test:1"] = "http://u@p.test:1", ["http://u:@p.test:1"] = "http://u:@p.test:1",
  ["http://u:%C3%B6@p.test:1"] = "http://u:%C3%B6@p.test:1",
}

local CLIENTS = {
  okta = { url = "https://x.okta.test", token = "t" },
  jumpcloud = { api_key = "k" },
  knetik = { url = "https://x.knetik.test", token = "t" },
}

--- What the constructor says to the proxy.
local function refused(provider, proxy, more)
  return (environment.with({}, function()
    return raised.here(function()
      local options = { proxy = proxy }
      for _, part in ipairs { CLIENTS[provider], more or {} } do
        for name, value in pairs(part) do
          options[name] = value
        end
      end
      local client = roster[provider](options)
      client:close()
    end)
  end))
end

describe("the option proxy", function()
  it("is an error where it cannot be understood, which quotes none of it", function()
    for _, row in ipairs(BAD) do
      assert.equal(row[2], core.proxy_fault(row[1]), ("%q"):format(row[1]))
      for provider in pairs(CLIENTS) do
        assert.equal("roster." .. provider .. ": proxy " .. row[2], refused(provider, row[1]))
      end
    end
  end)

  it("is an error where it is neither a text nor false", function()
    for value, words in pairs { [5] = "number", [{}] = "table", [print] = "function" } do
      assert.equal('roster.okta: option "proxy": expected string or boolean, got ' .. words, refused("okta", value))
    end
    assert.equal("roster.okta: proxy is true: expected a URL, or false for none", refused("okta", true))
  end)

  it("is an error of the sandbox and of a recording as well", function()
    assert.matches("proxy has a bad port", refused("okta", "p:0", { sandbox = true, url = "https://x.test" }), 1, true)
  end)

  it("takes every proxy that libcurl knows, and one without a scheme for one of HTTP", function()
    local config = require "roster.config"
    for given, settled in pairs(GOOD) do
      assert.is_nil(core.proxy_fault(given))
      for provider, options in pairs(CLIENTS) do
        local copy = { proxy = given }
        for name, value in pairs(options) do
          copy[name] = value
        end
        assert.equal(settled, assert(config.read(provider, copy)).proxy)
      end
    end
  end)

  it("is never put between plain http and this machine, unless insecure = true", function()
    for _, url in ipairs { "http://127.0.0.1:1", "http://localhost", "http://[::1]:1" } do
      assert.equal("roster.okta: proxy would be shown the token, for the url is plain http: use https, or proxy = "
        .. "false (insecure = true allows it)", refused("okta", "http://u:CANARY@127.0.0.1:1", { url = url }))
      local options = { url = url, token = "t", proxy = "http://p.test:1", insecure = true }
      roster.okta(options):close()
      options.proxy, options.insecure = false, nil
      roster.okta(options):close()
    end
    assert.matches("proxy would be shown the token",
      refused("knetik", "socks5h://p.test:1", { url = "http://localhost" }), 1, true)
    environment.with({ OKTA_CLIENT_PROXY_HOST = "p.test" }, function()
      assert.matches("^roster%.okta: OKTA_CLIENT_PROXY_HOST: proxy would be shown the token", raised.here(function()
        local okta = roster.okta { url = "http://localhost:1", token = "t" }
        okta:close()
      end))
      roster.okta({ url = "http://localhost:1", token = "t", proxy = false }):close()
    end)
  end)

  it("is not given with a transport that goes its own way", function()
    local words = 'roster.okta: give "proxy" or a "transport" of your own, which goes its own way, not both'
    assert.equal(words, refused("okta", "http://p.test:1", { transport = print }))
    assert.equal(words, refused("okta", "http://p.test:1", { transport = { exchange = print } }))
    roster.okta({ url = "https://x.okta.test", token = "t", proxy = false, transport = print }):close()
    local said = {}
    environment.with({ OKTA_CLIENT_PROXY_HOST = "p.test" }, function()
      roster.okta({ url = "https://x.okta.test", token = "t", transport = print, on_warning = function(message)
        said[#said + 1] = message
      end }):close()
    end)
    assert.same({ "OKTA_CLIENT_PROXY_HOST is not used: the client has a transport of its own" }, said)
  end)
end)

describe("the parts of Okta's proxy", function()
  local function read(variables, options)
    return (environment.with(variables, function()
      local config = require "roster.config"
      local given = { url = "https://x.okta.test", token = "t" }
      for name, value in pairs(options or {}) do
        given[name] = value
      end
      local settings, why, source = config.read("okta", given)
      return { settings and settings.proxy, why, source and source.proxy }
    end))
  end

  it("make a URL, with what needs it encoded", function()
    local function parts(host, port, user, password)
      return { OKTA_CLIENT_PROXY_HOST = host, OKTA_CLIENT_PROXY_PORT = port, OKTA_CLIENT_PROXY_USERNAME = user,
        OKTA_CLIENT_PROXY_PASSWORD = password }
    end
    for _, row in ipairs {
      { parts("p.test"), "http://p.test" }, { parts("p.test", "3128"), "http://p.test:3128" },
      { parts("p.test:3128"), "http://p.test:3128" }, { parts("https://p.test", "1"), "https://p.test:1" },
      { parts("::1", "3128"), "http://[::1]:3128" }, { parts("[::1]", "3128"), "http://[::1]:3128" },
      { parts("p.test", "1", "u"), "http://u@p.test:1" },
      { parts("p.test", "1", "a@b", "@:/%?# \195\182"), "http://a%40b:%40%3A%2F%25%3F%23%20%C3%B6@p.test:1" },
    } do
      assert.same({ row[2], nil, "OKTA_CLIENT_PROXY_HOST" }, read(row[1]))
      assert.same({ false }, read(row[1], { proxy = false }))
      assert.same({ "http://q.test" }, read(row[1], { proxy = "http://q.test" }))
    end
    for _, row in ipairs {
      { parts(nil, "3128"), "OKTA_CLIENT_PROXY_PORT: there is no OKTA_CLIENT_PROXY_HOST beside it" },
      { parts(nil, nil, "u"), "OKTA_CLIENT_PROXY_USERNAME: there is no OKTA_CLIENT_PROXY_HOST beside it" },
      { parts("p.test", nil, nil, "CANARY"),
        "OKTA_CLIENT_PROXY_PASSWORD: there is no OKTA_CLIENT_PROXY_USERNAME beside it" },
      { parts("p.test", "0"), "proxy has a bad port", "OKTA_CLIENT_PROXY_HOST" },
      { parts("p.test:1", "1"), "proxy has a bad port", "OKTA_CLIENT_PROXY_HOST" },
      { parts("u:CANARY@p.test", "1", "u"), "proxy holds a second @: in a user name or password write it as %40",
        "OKTA_CLIENT_PROXY_HOST" },
      { parts("ftp://p.test"), "proxy " .. SCHEME, "OKTA_CLIENT_PROXY_HOST" },
      { parts("p.test/path"), "proxy " .. PATH, "OKTA_CLIENT_PROXY_HOST" },
      { parts("p.test", "1", "a:b", "CANARY"), "proxy has a user name with a colon, which no proxy understands",
        "OKTA_CLIENT_PROXY_HOST" },
      { parts("p.test", "1", "u", "CANARY\n"), "proxy " .. CONTROL, "OKTA_CLIENT_PROXY_HOST" },
    } do
      assert.same({ nil, row[2], row[3] }, read(row[1]))
    end
  end)
end)

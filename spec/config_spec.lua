-- What a client is made of: options, then the environment, then defaults.
local environment = require "spec.support.environment"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local wire = require "spec.support.wire"

local TOKEN = replayed.token

local with_environment = environment.with

--- What the constructor says to the options, without its position.
local function refused(options)
  return with_environment({}, function()
    return raised.here(function()
      local okta = roster.okta(options)
      okta:close()
    end)
  end)
end

local function options_with(changes)
  local options = { url = replayed.url, token = TOKEN, transport = function() return { status = 204 } end }
  for name, value in pairs(changes) do
    options[name] = value
  end
  return options
end

describe("the constructor", function()
  local MISUSE = {
    { "a string", "token", "roster.okta: expected a table of options, got string" },
    { "an unknown option", options_with { tokn = "x" }, 'roster.okta: unknown option "tokn", did you mean "token"?' },
    { "an option like no other", options_with { frobnicate = 1 }, 'roster.okta: unknown option "frobnicate"' },
    { "a positional option", options_with { "x" }, 'roster.okta: unknown option "1"' },
    { "a url that is a number", options_with { url = 5 }, 'roster.okta: option "url": expected string, got number' },
    { "a token that is a number", options_with { token = 5 },
      'roster.okta: option "token": expected string or function, got number' },
    { "a timeout that is a string", options_with { timeout = "5" },
      'roster.okta: option "timeout": expected number, got string' },
    { "a timeout of nought", options_with { timeout = 0 }, 'roster.okta: option "timeout" must be above 0' },
    { "a timeout below nought", options_with { timeout = -1 }, 'roster.okta: option "timeout" must be above 0' },
    { "a timeout of NaN", options_with { timeout = 0 / 0 }, 'roster.okta: option "timeout" must be above 0' },
    { "an endless timeout", options_with { timeout = math.huge }, 'roster.okta: option "timeout" must be above 0' },
    { "no room for an answer", options_with { max_response = 0 },
      'roster.okta: option "max_response" must be above 0' },
    { "retries below nought", options_with { max_retries = -1 },
      'roster.okta: option "max_retries" must be from 0 to 1000' },
    { "retries without end", options_with { max_retries = math.huge },
      'roster.okta: option "max_retries" must be from 0 to 1000' },
    { "more than the whole quota", options_with { governor = { capacity = 1.5 } },
      'roster.okta: option "governor": capacity must be above 0 and at most 1' },
    { "nothing of the quota", options_with { governor = { capacity = 0 } },
      'roster.okta: option "governor": capacity must be above 0 and at most 1' },
    { "check that is a string", options_with { check = "no" },
      'roster.okta: option "check": expected boolean, got string' },
    { "insecure that is a number", options_with { insecure = 1 },
      'roster.okta: option "insecure": expected boolean, got number' },
    { "a transport that is a number", options_with { transport = 1 },
      'roster.okta: option "transport": expected function or table or string, got number' },
    { "a transport that has no such name", options_with { transport = "crul" },
      'roster.okta: option "transport": unknown "crul", did you mean "curl"?' },
    { "a sandbox that is a string", options_with { sandbox = "yes" },
      'roster.okta: option "sandbox": expected boolean or table, got string' },
    { "a sandbox that is none", options_with { sandbox = {} },
      'roster.okta: option "sandbox": expected true, or a table with a method handle' },
    { "a user agent that is a table", options_with { user_agent = {} },
      'roster.okta: option "user_agent": expected string, got table' },
    { "a user agent with a line break", options_with { user_agent = "a\nb" },
      "roster.okta: user_agent holds a line break" },
    { "a user agent without end", options_with { user_agent = ("x"):rep(20000) },
      "roster.okta: user_agent is too long" },
    { "no url", { token = TOKEN }, 'roster.okta: option "url" is missing (or OKTA_CLIENT_ORGURL in the environment)' },
    { "no token", { url = replayed.url },
      'roster.okta: option "token" is missing (or OKTA_CLIENT_TOKEN in the environment)' },
  }
  for _, row in ipairs(MISUSE) do
    it("refuses " .. row[1] .. " where it was called", function()
      assert.equal(row[3], (refused(row[2])))
    end)
  end

  it("refuses nothing at all by naming the first thing that is missing", function()
    assert.matches('option "url" is missing', (refused(nil)))
  end)
end)

describe("the url", function()
  local REFUSED = {
    { "no scheme", "org.okta.test", "url must begin with https://" },
    { "another scheme", "ftp://org.okta.test", "url must begin with https://" },
    { "a scheme without slashes", "https:org.okta.test", "url must begin with https://" },
    { "no host", "https://", "url must begin with https://" },
    { "no host but a path", "https:///api", "url has no host" },
    { "no host but a port", "https://:443", "url has no host" },
    { "a host with a sign in it", "https://exa$mple.test", "url has a bad host" },
    { "a host with an escape in it", "https://a%2eb.test", "url has a bad host" },
    { "a list of hosts", "https://a.test,b.test", "url has a bad host" },
    { "a placeholder", "https://{yourOktaDomain}", "url has a bad host" },
    { "a name in brackets", "https://[org.okta.test]", "url has a bad host" },
    { "nothing in brackets", "https://[]", "url has a bad host" },
    { "something behind the brackets", "https://[::1]x", "url has a bad host" },
    { "a user name", "https://me@org.okta.test", "url must not hold a user name or password" },
    { "a password", "https://me:s3cret@org.okta.test", "url must not hold a user name or password" },
    { "a query", "https://org.okta.test/?a=b", "url must not hold a query" },
    { "a query without a path", "https://org.okta.test?a=b", "url must not hold a query" },
    { "a fragment", "https://org.okta.test/#a", "url must not hold a fragment" },
    { "port nought", "https://org.okta.test:0", "url has a bad port" },
    { "a port out of range", "https://org.okta.test:99999", "url has a bad port" },
    { "a port just out of range", "https://org.okta.test:65536", "url has a bad port" },
    { "a port that is a word", "https://org.okta.test:https", "url has a bad port" },
    { "an empty port", "https://org.okta.test:", "url has a bad port" },
    { "a negative port", "https://org.okta.test:-1", "url has a bad port" },
    { "an open bracket", "https://[::1", "url has an unclosed [" },
    { "a blank", "https://org.okta.test /x", "url holds a space, a control or a non-ASCII character" },
    { "a line break at the end", "https://org.okta.test\n", "url holds a space, a control or a non-ASCII character" },
    { "NUL", "https://org.okta.test\0.evil.test", "url holds a space, a control or a non-ASCII character" },
    { "non-ASCII", "https://\195\182rg.okta.test", "url holds a space, a control or a non-ASCII character" },
    { "a backslash", "https://evil.test\\@org.okta.test", "url holds a backslash" },
    { "a backslash before the path", "https://org.okta.test\\x", "url holds a backslash" },
    { "the admin console", "https://acme-admin.okta.com", "url is the admin console's: leave out -admin" },
    { "the admin console in capitals", "https://ACME-ADMIN.OKTA.COM/", "url is the admin console's: leave out -admin" },
    { "the preview's admin console", "https://acme-admin.oktapreview.com", "leave out -admin" },
    { "no end", "https://org.okta.test/" .. ("x"):rep(20000), "url is too long" },
    { "nothing", "", "url is missing" },
  }
  for _, row in ipairs(REFUSED) do
    it("is refused with " .. row[1], function()
      local text = refused(options_with { url = row[2] })
      assert.matches("^roster%.okta: url ", text)
      assert.is_truthy(text:find(row[3], 1, true), text)
      assert.is_nil(text:find("s3cret", 1, true))
    end)
  end

  local PLAIN = "plain http to another machine"
  local NOT_LOOPBACK = {
    "http://org.okta.test", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://127.0.0.1example.com",
    "http://localhost.example.com", "http://notlocalhost", "http://127.example.com", "http://127.0.0.999",
    "http://127.0.0", "http://127.1", "http://127...1", "http://127.0.0.0.1", "http://127.0.0.1.", "http://0.0.0.0",
    "http://128.0.0.1", "http://[::2]", "http://[fe80::1]", "http://[::ffff:127.0.0.1]", "http://2130706433",
    "http://0x7f.0.0.1", "HTTP://org.okta.test", "http://127.0.0.1234", "http://127.0.0.",
    "http://127.0.0.08", "http://127.0.0.01", "http://127.00.0.1", "http://0127.0.0.1", "http://127.0.0.1.0",
    "http://localhost.", "http://a.localhost", "http://127.0.0.0x1", "http://[0:0:0:0:0:0:0:1]", "http://[::1.0.0.1]",
    "http://[::]", "http://0", "http://127", "http://017700000001", "http://127.0.0.256", "http://127.0.0.-1",
    "http://xn--localhost", "http://[::127.0.0.1]", "http://[::0:1]",
  }
  for _, url in ipairs(NOT_LOOPBACK) do
    it("is refused in plain http, unless insecure = true: " .. url, function()
      assert.is_truthy((refused(options_with { url = url })):find(PLAIN, 1, true))
      assert.is_truthy((refused(options_with { url = url, insecure = false })):find(PLAIN, 1, true))
      assert.equal("roster.okta{" .. url .. "}", tostring(roster.okta(options_with { url = url, insecure = true })))
    end)
  end

  for _, url in ipairs { "http://localhost", "http://LOCALHOST:8080", "http://127.0.0.1", "http://127.1.2.3:1",
    "http://127.255.255.254", "http://127.0.0.0", "http://127.10.100.1",
    "http://127.255.255.255", "http://[::1]", "http://[::1]:65535/x", "https://[2001:db8::1]", "https://x.test:65535",
    "https://xn--rg-eka.test", "https://my_org.test", "https://acme-admins.okta.com",
    "https://acme-admin.example.com" } do
    it("may be " .. url, function()
      assert.equal("roster.okta{" .. url .. "}", tostring(roster.okta(options_with { url = url })))
    end)
  end
end)

describe("the token", function()
  local REFUSED = {
    { "nothing", "", "token is empty" },
    { "the scheme word", "SSWS abc", "token must be given bare: the scheme word is added when it is sent" },
    { "the scheme word in small letters", "ssws abc", "token must be given bare" },
    { "a blank inside", "abc def", "token holds a space or a character that no token has" },
    { "a blank at the end", "abc ", "token holds a space or a character that no token has" },
    { "a tab", "abc\t", "token holds a space or a character that no token has" },
    { "a line break at the end", "abc\n", "token ends with a line break" },
    { "CR LF at the end", "abc\r\n", "token holds a line break" },
    { "a line break inside", "abc\ndef", "token holds a line break" },
    { "NUL", "abc\0", "token holds a control character" },
    { "an escape", "abc\27", "token holds a control character" },
    { "non-ASCII", "abc\195\182", "token holds a space or a character that no token has" },
    { "a no-break space", "abc\194\160", "token holds a space or a character that no token has" },
    { "no end", ("x"):rep(20000), "token is too long" },
  }
  for _, row in ipairs(REFUSED) do
    it("is refused with " .. row[1] .. ", and not shown", function()
      local text = refused(options_with { token = row[2] })
      assert.is_truthy(text:find("roster.okta: " .. row[3], 1, true), text)
      assert.is_nil(text:find("abc", 1, true))
      assert.is_nil(text:find("xxx", 1, true))
    end)
  end

  it("may hold every other character", function()
    local token = "00a-b_c.d~e+f/g=:;,!#$%&'*^`|(){}[]<>?@\\\""
    local okta, sent = replayed.always(nil, { token = token })
    okta:get_user("u")
    assert.equal("SSWS " .. token, wire.header(sent[1], "Authorization"))
  end)

  it("may begin like the scheme word", function()
    local okta, sent = replayed.always(nil, { token = "SSWSabc" })
    okta:get_user("u")
    assert.equal("SSWS SSWSabc", wire.header(sent[1], "Authorization"))
  end)
end)

describe("the environment", function()
  local function made(variables, options)
    return with_environment(variables, function()
      local seen
      options.transport = function(request)
        seen = request
        return { status = 204 }
      end
      roster.okta(options):suspend_user("u")
      return seen
    end)
  end
  local BOTH = { OKTA_CLIENT_ORGURL = "https://env.okta.test", OKTA_CLIENT_TOKEN = "token-of-env" }

  it("gives what the call leaves out", function()
    local request = made(BOTH, {})
    assert.matches("^https://env%.okta%.test/", request.url)
    assert.equal("SSWS token-of-env", request.headers["Authorization"])
  end)

  it("gives way to what the call says", function()
    local request = made(BOTH, { url = replayed.url })
    assert.matches("^https://org%.okta%.test/", request.url)
    assert.equal("SSWS token-of-env", request.headers["Authorization"])
    request = made(BOTH, { token = TOKEN })
    assert.matches("^https://env%.okta%.test/", request.url)
    assert.equal("SSWS " .. TOKEN, request.headers["Authorization"])
    request = made({ OKTA_CLIENT_TOKEN = "bad\n" }, { url = replayed.url, token = TOKEN })
    assert.equal("SSWS " .. TOKEN, request.headers["Authorization"])
  end)

  local function refused_by(variables, options)
    return with_environment(variables, function()
      return raised.here(function()
        local okta = roster.okta(options)
        okta:close()
      end)
    end)
  end

  it("that is empty counts as absent", function()
    assert.equal('roster.okta: option "url" is missing (or OKTA_CLIENT_ORGURL in the environment)',
      (refused_by({ OKTA_CLIENT_ORGURL = "", OKTA_CLIENT_TOKEN = "x" }, {})))
  end)

  it("is named when it is wrong, and not shown", function()
    assert.equal("roster.okta: OKTA_CLIENT_TOKEN: token ends with a line break",
      (refused_by({ OKTA_CLIENT_ORGURL = replayed.url, OKTA_CLIENT_TOKEN = "token-of-env\n" }, {})))
    assert.equal("roster.okta: OKTA_CLIENT_ORGURL: url must begin with https://",
      (refused_by({ OKTA_CLIENT_ORGURL = "env.okta.test" }, { token = TOKEN })))
    assert.matches("OKTA_CLIENT_ORGURL: url holds a space, a control",
      (refused_by({ OKTA_CLIENT_ORGURL = "https://env.okta.test\r\n" }, { token = TOKEN })))
  end)

  it("is not blamed for what the call says", function()
    assert.equal("roster.okta: token is empty", (refused_by(BOTH, { token = "" })))
  end)

  it("is asked for Okta's variables and no other, and not before the call", function()
    local _, asked = made(BOTH, {})
    assert.is_true(asked.OKTA_CLIENT_ORGURL and asked.OKTA_CLIENT_TOKEN)
    for name in pairs(asked) do
      -- HOME: where files may be
      assert.is_truthy(name == "HOME" or name:find("^OKTA_CLIENT_"), name)
    end
  end)

  it("does not matter to a sandbox", function()
    local okta, asked = with_environment(BOTH, function()
      return roster.okta { sandbox = true }
    end)
    assert.not_matches("env%.okta", tostring(okta))
    assert.is_nil(asked.OKTA_CLIENT_TOKEN)
    assert.is_true((okta:list_users():page()) ~= nil)
  end)
end)

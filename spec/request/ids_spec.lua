-- Ids in a path: encoded exactly once, or refused; never another path.
local replayed = require "spec.support.replayed"
local wire = require "spec.support.wire"

local ENCODED = {
  { "a plain id", "00ub0oNGTSWTBKOLGLNR" },
  { "a login", "isaac.brock@example.com" },
  { "a space", "a b" },
  { "spaces around", " a " },
  { "a plus sign", "isaac+test@example.com" },
  { "a number sign", "a#b" },
  { "a question mark", "a?b" },
  { "a question mark alone", "?" },
  { "what looks like a query", "a?after=b&limit=1" },
  { "an encoded question mark", "a%3Fb" },
  { "a percent sign", "50%" },
  { "what is encoded already", "a%2Fb%20c" },
  { "an encoded dot segment", "%2e%2e" },
  { "three dots", "..." },
  { "a dot inside", "a..b" },
  { "a backslash", "a\\b" },
  { "a matrix parameter", "a;b=c" },
  { "quotes", "\"'`" },
  { "brackets and braces", "[x]{y}<z>" },
  { "ampersand and equals", "a&b=c" },
  { "non-ASCII", "J\195\188rgen" },
  { "outside the basic plane", "\240\159\152\128" },
  { "a tilde", "~a" },
}

local REFUSED = {
  { "nothing", "", "is empty" },
  { "a dot", ".", "dot segment" },
  { "two dots", "..", "dot segment" },
  { "a slash", "a/b", "cannot route" },
  { "a slash alone", "/", "cannot route" },
  { "a way up", "../groups", "cannot route" },
  { "a line feed", "a\nb", "control character" },
  { "a carriage return", "a\rb", "control character" },
  { "a tab", "a\tb", "control character" },
  { "NUL", "a\0b", "control character" },
  { "NUL first", "\0", "control character" },
  { "DEL", "a\127", "control character" },
  { "a lone continuation byte", "a\128", "UTF%-8" },
  { "a cut sequence", "a\195", "UTF%-8" },
  { "Latin-1", "J\252rgen", "UTF%-8" },
  { "an overlong slash", "a\192\175b", "UTF%-8" },
  { "a surrogate", "\237\160\128", "UTF%-8" },
  { "past the last code point", "\244\144\128\128", "UTF%-8" },
}

describe("an id in a path", function()
  for _, row in ipairs(ENCODED) do
    it("is encoded exactly once: " .. row[1], function()
      local okta, sent = replayed.always()
      assert.same({}, (okta:get_user(row[2])))
      assert.same({ "api", "v1", "users", row[2] }, wire.parse(sent[1].url).segments)
      assert.is_nil(sent[1].url:find("?", 1, true))
    end)

    it("is encoded in the middle of a path: " .. row[1], function()
      local okta, sent = replayed.always()
      assert.is_true((okta:revoke_token_for_user_and_client("u", row[2], "t")))
      assert.same({ "api", "v1", "users", "u", "clients", row[2], "tokens", "t" },
        wire.parse(sent[1].url).segments)
    end)
  end

  for byte = 0x21, 0x7E do
    local char = string.char(byte)
    if not char:find("[/.]") then
      it("is encoded exactly once: the character " .. char, function()
        local okta, sent = replayed.always()
        okta:get_user(char)
        assert.same({ "api", "v1", "users", char }, wire.parse(sent[1].url).segments)
      end)
    end
  end

  for _, row in ipairs(REFUSED) do
    it("is refused and sends nothing: " .. row[1], function()
      local okta, sent = replayed.always()
      local value, message, detail = okta:get_user(row[2])
      assert.is_nil(value)
      assert.matches("^okta get_user: argument 1 %(userId%) ", message)
      assert.matches(row[3], message)
      assert.equal("argument", detail.kind)
      assert.equal("get_user", detail.operation)
      assert.equal("okta", detail.service)
      assert.is_false(detail.retryable)
      assert.is_false(detail.ambiguous)
      assert.equal(message, tostring(detail))
      assert.equal(0, #sent)
    end)

    it("is refused in any position: " .. row[1], function()
      local okta, sent = replayed.always()
      local value, message = okta:set_linked_object_for_user("u", "boss", row[2])
      assert.is_nil(value)
      assert.matches("argument 3 %(primaryUserId%) .*" .. row[3], message)
      assert.equal(0, #sent)
    end)
  end

  it("may be a number, which goes out with all its digits", function()
    local okta, sent = replayed.always()
    okta:get_user(1234567890123456)
    assert.same({ "api", "v1", "users", "1234567890123456" }, wire.parse(sent[1].url).segments)
  end)

  it("may be longer than one buffer, but not endless", function()
    local okta, sent = replayed.always()
    local long = ("\195\169"):rep(3000)
    okta:get_user(long)
    assert.equal(long, wire.parse(sent[1].url).segments[4])
    local value, message, detail = okta:get_user(("x"):rep(70000))
    assert.is_nil(value)
    assert.matches("too large", message)
    assert.equal("argument", detail.kind)
    assert.equal(1, #sent)
  end)
end)

describe("the base URL", function()
  local ROWS = {
    { "https://org.okta.test", "https://org.okta.test/api/v1/users/u" },
    { "https://org.okta.test/", "https://org.okta.test/api/v1/users/u" },
    { "https://org.okta.test///", "https://org.okta.test/api/v1/users/u" },
    { "https://org.okta.test:8443", "https://org.okta.test:8443/api/v1/users/u" },
    { "https://gw.test:8443/okta/eu", "https://gw.test:8443/okta/eu/api/v1/users/u" },
    { "https://gw.test/okta/", "https://gw.test/okta/api/v1/users/u" },
    { "http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x/api/v1/users/u" },
    { "http://[::1]:8080", "http://[::1]:8080/api/v1/users/u" },
  }
  for _, row in ipairs(ROWS) do
    it("keeps scheme, host, port and prefix: " .. row[1], function()
      local okta, sent = replayed.always(nil, { url = row[1] })
      okta:get_user("u")
      assert.equal(row[2], sent[1].url)
    end)
  end
end)

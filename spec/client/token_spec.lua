-- A token that is a function.
local pages = require "spec.support.pages"
local replayed = require "spec.support.replayed"

--- A client whose token function is `f`.
local function with_token(f, answer)
  return replayed.always(answer or { status = 204 }, { token = f })
end

describe("a token function", function()
  it("is not called before a request is sent, then for each one", function()
    local calls = 0
    local okta, sent = with_token(function()
      calls = calls + 1
      return "token" .. calls
    end)
    local list = okta:list_users()
    okta:get_user("u", { dry_run = true })
    okta:get_user("..")
    assert.is_string(list:cursor())
    assert.equal(0, calls)
    okta:suspend_user("u")
    okta:suspend_user("u")
    assert.equal("SSWS token1", sent[1].headers["Authorization"])
    assert.equal("SSWS token2", sent[2].headers["Authorization"])
    assert.equal(2, calls)
  end)

  it("is called for every page of a list", function()
    local calls = 0
    local transport, asked = pages.serve { { "1" }, { "2" }, { "3" } }
    local okta = replayed.client(nil, { transport = transport, token = function()
      calls = calls + 1
      return "tok" .. calls
    end })
    assert.equal(3, #okta:list_users():all())
    assert.equal(3, calls)
    assert.equal(3, #asked)
  end)

  local FAILURES = {
    { "raises", function() error("vault down", 0) end, "the token function raised: vault down" },
    { "raises a table", function() error({}) end, "the token function raised: table: " },
    { "raises lines", function() error("a\nb\27c", 0) end, "the token function raised: a b c" },
    { "returns nil and why", function() return nil, "sealed" end, "the token function failed: sealed" },
    { "returns nil", function() return nil end, "the token function returned nil, not a string" },
    { "returns nothing", function() end, "the token function returned nil, not a string" },
    { "returns a number", function() return 5 end, "the token function returned number, not a string" },
    { "returns a table", function() return {} end, "the token function returned table, not a string" },
    { "returns false", function() return false end, "the token function returned boolean, not a string" },
    { "returns nothing to send", function() return "" end, "the token is empty" },
    { "returns a line break", function() return "abc\n" end, "the token ends with a line break" },
    { "returns a line break inside", function() return "abc\r\nX: y" end, "the token holds a line break" },
    { "returns NUL", function() return "a\0b" end, "the token holds a control character" },
    { "returns a blank", function() return "a b" end, "the token holds a space or a character that no token has" },
    { "returns the scheme word", function() return "SSWS abc" end, "the token must be given bare" },
    { "returns non-ASCII", function() return "t\195\182ken" end, "the token holds a space or a character" },
    { "returns too much", function() return ("x"):rep(300000) end, "the token is too long" },
  }
  for _, row in ipairs(FAILURES) do
    it("that " .. row[1] .. " fails the call, and nothing is sent", function()
      local okta, sent = with_token(row[2])
      local value, message, detail = okta:suspend_user("u")
      assert.is_nil(value)
      assert.is_truthy(message:find("okta suspend_user: " .. row[3], 1, true), message)
      assert.equal("auth", detail.kind)
      assert.is_nil(detail.status)
      assert.is_false(detail.ambiguous)
      assert.is_nil(message:find("%c"))
      assert.equal(0, #sent)
    end)
  end

  it("that failed once is asked again by the next call", function()
    local calls = 0
    local okta = with_token(function()
      calls = calls + 1
      if calls == 1 then
        error("not yet")
      end
      return "tok"
    end)
    assert.is_nil((okta:suspend_user("u")))
    assert.is_true((okta:suspend_user("u")))
  end)
end)

describe("a token that is refused", function()
  --- Accepts one token only.
  local function accepting(good)
    return function(request)
      if request.headers["Authorization"] == "SSWS " .. good then
        return { status = 204 }
      end
      return { status = 401, body = '{"errorCode":"E0000011","errorSummary":"Invalid token provided"}' }
    end
  end

  it("is asked for once more, and the function learns which one it was", function()
    local seen = {}
    local okta, sent = with_token(function(refused)
      seen[#seen + 1] = refused or "none"
      return refused and "fresh" or "stale"
    end, accepting "fresh")
    assert.is_true((okta:suspend_user("u")))
    assert.same({ "none", "stale" }, seen)
    assert.equal(2, #sent)
    assert.same({ "SSWS stale", "SSWS fresh" },
      { sent[1].headers["Authorization"], sent[2].headers["Authorization"] })
  end)

  it("is not sent a second time", function()
    local calls = 0
    local okta, sent = with_token(function()
      calls = calls + 1
      return "stale"
    end, accepting "fresh")
    local value, message, detail = okta:suspend_user("u")
    assert.is_nil(value)
    assert.equal("okta suspend_user: 401 E0000011: Invalid token provided", message)
    assert.equal("auth", detail.kind)
    assert.equal(1, #sent)
    assert.equal(2, calls)
  end)

  it("is renewed once for a call, not for ever", function()
    local calls = 0
    local okta, sent = with_token(function()
      calls = calls + 1
      return "stale" .. calls
    end, accepting "fresh")
    assert.is_nil((okta:suspend_user("u")))
    assert.equal(2, #sent)
    assert.equal(2, calls)
  end)

  it("and cannot be renewed is an error that says why", function()
    local okta, sent = with_token(function(refused)
      if refused then
        return nil, "no other"
      end
      return "stale"
    end, accepting "fresh")
    local value, message, detail = okta:suspend_user("u")
    assert.is_nil(value)
    assert.matches("no other", message)
    assert.equal("auth", detail.kind)
    assert.equal(1, #sent)
  end)

  it("when it was given as a string is an error at once", function()
    local okta, sent = replayed.always(accepting "fresh")
    local value, _, detail = okta:suspend_user("u")
    assert.is_nil(value)
    assert.equal("auth", detail.kind)
    assert.equal(1, #sent)
  end)
end)

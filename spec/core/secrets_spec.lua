-- Secrets that need escaping, or are no strings: wherever the service repeats
-- them, however it has quoted them, nobody reads them.
local core = require "roster.core"

local client = assert(core.client("okta", {
  url = "https://org.okta.test", token = "00token", timeout = 10, max_retries = 0, connect_timeout = 1,
  stall_timeout = 1, max_response = 1024 * 1024, max_nodes = 1e6, check = false,
}))

--- The message of this answer to a request with `secret`.
local function answered(secret, content_type, body)
  local call = assert(core.call(client, "create_user", { credentials = { password = { value = secret } } }))
  assert(call:next(0, 0, 0, true) == "send")
  call:answer(400, { ["Content-Type"] = content_type }, body)
  local what, text = call:next(0, 0, 0, false)
  assert(what == "failed")
  return text
end

--- The message of an answer that repeats `quoted`, to a request with `secret`.
local function message(secret, quoted)
  return answered(secret, "application/json",
    assert(core.encode { errorCode = "E1", errorSummary = "not <" .. quoted .. ">" }))
end

local MASKED = "okta create_user: 400 E1: not <***>"

describe("a secret with control characters", function()
  local SECRET = "pa\1ss\31w\127\tor\nd"

  it("is masked as it is, and as JSON has it", function()
    assert.equal(MASKED, message(SECRET, SECRET))
    assert.equal(MASKED, message(SECRET, 'pa\\u0001ss\\u001fw\127\\tor\\nd'))
  end)

  it("is masked when it was quoted more than once, in any case of letter", function()
    assert.equal(MASKED, message(SECRET, 'pa\\\\u0001ss\\\\u001Fw\127\\\\tor\\\\nd'))
    assert.equal(MASKED, message(SECRET, 'pa%01ss%1Fw%7f%09or%0Ad'))
  end)
end)

describe("a secret with backslashes", function()
  it("is masked however many there are, and were made of them", function()
    for _, secret in ipairs { "a\\b\\\\c\\\\\\d", "\\\\\\\\", "x\\\\" } do
      assert.equal(MASKED, message(secret, secret))
      -- twice as many of them may be the secret twice, or leave some over
      assert.truthy(message(secret, (secret:gsub("\\", "\\\\"))):find("not <%*+[%*\\]*>$"))
    end
  end)

  it("is masked behind more of them, and where they are percent-encoded", function()
    for _, quoted in ipairs { "one%5C%5Ctwo", "one" .. ("\\"):rep(8) .. "two" } do
      assert.equal(MASKED, message("one\\\\two", quoted))
    end
  end)
end)

describe("a text without end that is nothing but secrets", function()
  local secret = ("s3cret-value"):rep(100)

  it("is not shown, since where it is cut there may be half of one", function()
    assert.equal("okta create_user: 400 E1: ***", message(secret, secret:rep(100)))
    assert.equal("okta create_user: 400: ***", answered(secret, "text/plain", "not " .. secret:rep(100)))
    assert.equal("okta create_user: 400: Bad Request",
      answered(secret, "text/html", "<title>" .. secret:rep(100) .. "</title>"))
  end)
end)

describe("a secret that is no string", function()
  it("is masked when it is a number", function()
    assert.equal(MASKED, message(12345678, "12345678"))
    assert.equal(MASKED, message(-1.5e300, "-1.5e+300"))
  end)

  it("is masked in all its parts when it is a table, whose names are none", function()
    local secret = { pin = 4711471, words = { "abcdef", true, "ghijkl" } }
    assert.equal("okta create_user: 400 E1: not <*** *** *** pin words true>",
      message(secret, "4711471 abcdef ghijkl pin words true"))
  end)
end)

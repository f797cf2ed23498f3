-- What a token endpoint may answer instead of what it should.
local granted = require "spec.support.granted"

local function body(more)
  local parts = { '"access_token":"tok"' }
  for name, text in pairs(more) do
    parts[#parts + 1] = ('"%s":%s'):format(name, text)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- How long the client keeps a token whose answer says so: true when it asks
--- again `seconds` later.
local function asks_again_after(seconds, text)
  local t = granted.new()
  t.answers[1] = granted.json(200, text)
  assert(t.client:get_user(1))
  t.now = t.now + seconds
  assert(t.client:get_user(1))
  assert.equal("tok", t.used[1])
  return #t.asked == 2
end

describe("expires_in", function()
  local LIVES = {
    { "a number", "600", 600 },
    { "a fraction", "600.5", 600 },
    { "a number with an exponent", "6e2", 600 },
    { "a string", '"600"', 600 },
    { "a string with blanks", '" 600 "', 600 },
    { "a very long time", "300000000", 300000000 },
  }
  for _, row in ipairs(LIVES) do
    it("is understood as " .. row[1], function()
      assert.is_false(asks_again_after(row[3] - 31, body { expires_in = row[2] }))
      assert.is_true(asks_again_after(row[3] + 1, body { expires_in = row[2] }))
    end)
  end

  -- it tells nothing, or no end: the token is good until the service refuses it
  for _, row in ipairs { { "absent", nil }, { "null", "null" }, { "what some say for never", "2147483647" } } do
    it("that is " .. row[1] .. " makes the token last until it is refused", function()
      assert.is_false(asks_again_after(1e9, body { expires_in = row[2] }))
      local t = granted.new()
      t.answers[1] = granted.json(200, body { expires_in = row[2] })
      t.refuses.tok = true
      assert(t.client:get_user(1))
      assert.same({ "tok", "tok2" }, t.used)
    end)
  end

  local NONSENSE = {
    { "nought", "0", "0" },
    { "nought with a fraction", "0.0", "0" },
    { "minus nought", "-0", "0" },
    { "nought as a string", '"0"', '"0"' },
    { "negative", "-3600", "-3600" },
    { "a negative string", '"-1"', '"-1"' },
    { "huge", "1e300", "1e+300" },
    { "beyond numbers", "1e999", '"1e999"' },
    { "beyond 64 bits", "99999999999999999999999", '"99999999999999999999999"' },
    { "a time of day in milliseconds", "1700000000000", "1700000000000" },
    { "hexadecimal", '"0x10"', '"0x10"' },
    { "a string with an exponent", '"6e2"', '"6e2"' },
    { "a string with a unit", '"600s"', '"600s"' },
    { "a string with a sign", '"+600"', '"+600"' },
    { "two numbers", '"600 600"', '"600 600"' },
    { "a word", '"soon"', '"soon"' },
    { "NaN", '"nan"', '"nan"' },
    { "infinite", '"inf"', '"inf"' },
    { "empty", '""', '""' },
    { "a lone point", '"."', '"."' },
    { "true", "true", "true" },
    { "false", "false", "false" },
    { "a list", "[3600]", "no number" },
    { "an object", "{}", "no number" },
    { "a damaged string", '"6\\ud80000"', "a text" },
    { "what may be a secret", '"hunter2 and more"', "a text" },
  }
  for _, row in ipairs(NONSENSE) do
    it("that is " .. row[1] .. " is no lifetime, and the error says so", function()
      local t = granted.new()
      t.answers[1] = granted.json(200, body { expires_in = row[2] })
      local value, message, detail = t.client:get_user(1)
      assert.is_nil(value)
      local shown = message:match("^knetik get_user: the token endpoint's expires_in is (.*), "
        .. "not a number of seconds above 0$")
      assert.is_truthy(shown, message)
      shown = shown:gsub("%.0$", ""):gsub("^%-0", "0"):gsub("^1%.7e%+12$", "1700000000000")
      assert.equal(row[3], shown)
      assert.equal("auth", detail.kind)
      assert.equal(0, #t.used)
      -- the endpoint is asked again after its pause, and may be right then
      t.now = t.now + 6
      assert(t.client:get_user(1))
    end)
  end

  it("that is none leaves a token that is still good in use", function()
    local t = granted.new()
    t.answers[1] = granted.json(200, body { expires_in = "600" })
    assert(t.client:get_user(1))
    t.now = t.now + 575
    t.answers[2] = granted.json(200, '{"access_token":"other","expires_in":"0x10"}')
    assert(t.client:get_user(1))
    assert.same({ "tok", "tok" }, t.used)
  end)
end)

describe("an answer of the token endpoint", function()
  local HTML = "<html><head><title>Gateway says no</title></head></html>"
  local FAILURES = {
    { "that is an OAuth error", granted.json(401, { error = "invalid_client", error_description = "Bad credentials" }),
      "knetik token: 401 invalid_client: Bad credentials" },
    { "that is an OAuth error without words", granted.json(400, { error = "invalid_grant" }),
      "knetik token: 400 invalid_grant: Bad Request" },
    { "that is 200 with an OAuth error", granted.json(200, { error = "invalid_client", error_description = "No such" }),
      "the token endpoint says invalid_client: No such" },
    { "that is 200 with an error and a token", granted.json(200, '{"error":"x","access_token":"tok"}'),
      "the token endpoint says x" },
    { "that is 500", granted.json(500, { message = "oops" }), "knetik token: 500: Internal Server Error" },
    { "that is 503 in HTML", granted.json(503, HTML, { ["Content-Type"] = "text/html" }),
      "knetik token: 503: Gateway says no" },
    { "that is 503 in words", granted.json(503, "down for tea\nreally", { ["Content-Type"] = "text/plain" }),
      "knetik token: 503: down for tea" },
    { "that is a redirect", granted.json(302, "", { Location = "https://elsewhere.test" }),
      "knetik token: 302: a redirect to https://elsewhere.test, which is not followed" },
    { "that is HTML", granted.json(200, HTML, { ["Content-Type"] = "text/html" }),
      "knetik token: 200 with a body that is not JSON" },
    { "that is not JSON", granted.json(200, "access_token=tok"), "knetik token: 200 with a body that is not JSON" },
    { "that is cut short", granted.json(200, '{"access_token":"to'), "knetik token: 200 with a body that is not JSON" },
    { "that is words", granted.json(200, "tok", { ["Content-Type"] = "text/plain" }),
      "the token endpoint's answer is not a JSON object" },
    { "that is a string", granted.json(200, '"tok"'), "the token endpoint's answer is not a JSON object" },
    { "that is a number", granted.json(200, "7"), "the token endpoint's answer is not a JSON object" },
    { "that is a list", granted.json(200, '["tok"]'), "the token endpoint's answer has no access_token" },
    { "that is null", granted.json(200, "null"), "the token endpoint's answer is not a JSON object" },
    { "that is empty", granted.json(200, ""), "the token endpoint's answer is not a JSON object" },
    { "that is 204", { status = 204 }, "the token endpoint's answer is not a JSON object" },
    { "without a token", granted.json(200, "{}"), "the token endpoint's answer has no access_token" },
    { "with null for a token", granted.json(200, '{"access_token":null}'),
      "the token endpoint's answer has no access_token" },
    { "with a number for a token", granted.json(200, '{"access_token":5}'),
      "the token endpoint's answer has no access_token" },
    { "with an object for a token", granted.json(200, '{"access_token":{}}'),
      "the token endpoint's answer has no access_token" },
    { "with an empty token", granted.json(200, '{"access_token":""}'),
      "the access_token of the token endpoint is empty" },
    { "with a line break in the token", granted.json(200, '{"access_token":"a\\r\\nX-Y: z"}'),
      "the access_token of the token endpoint holds a line break" },
    { "with a line break behind the token", granted.json(200, '{"access_token":"tok\\n"}'),
      "the access_token of the token endpoint ends with a line break" },
    { "with NUL in the token", granted.json(200, '{"access_token":"a\\u0000b"}'),
      "the access_token of the token endpoint holds a control character" },
    { "with a blank in the token", granted.json(200, '{"access_token":"a b"}'),
      "the access_token of the token endpoint holds a space" },
    { "with the scheme word in the token", granted.json(200, '{"access_token":"Bearer tok"}'),
      "the access_token of the token endpoint must be given bare" },
    { "with too long a token", granted.json(200, '{"access_token":"' .. ("x"):rep(100000) .. '"}'),
      "the access_token of the token endpoint is too long" },
    { "that does not come", "connection refused", "knetik token: connection refused" },
    { "that is no answer", function() return {} end, "knetik token: the transport's answer is not" },
    { "of a transport that raises", function() error("boom", 0) end, "knetik token: the transport raised: boom" },
    { "with lines in its words", granted.json(400, '{"error":"a\\nb","error_description":"c\\u001b[31m\\nd"}'),
      "knetik token: 400 a b: c [31m d" },
    { "that goes on and on", granted.json(200, '{"error":"e","error_description":"' .. ("y"):rep(9000) .. '"}'),
      "the token endpoint says e: yyy" },
    { "whose error is no text", granted.json(200, '{"error":{"code":7}}'), "the token endpoint says " },
  }
  for _, row in ipairs(FAILURES) do
    it(row[1] .. " is reported, and no call is sent", function()
      local t = granted.new()
      t.answers[1] = row[2]
      local value, message, detail = t.client:get_user(1)
      assert.is_nil(value)
      assert.equal("knetik get_user: " .. row[3], message:sub(1, #row[3] + 17))
      assert.is_nil(message:find("%c"))
      assert.is_true(#message < 900)
      assert.equal("auth", detail.kind)
      assert.is_false(detail.ambiguous)
      assert.equal(0, #t.used)
      assert.equal(1, #t.asked)
    end)
  end

  it("that failed is not asked for again for five seconds, then it is", function()
    local t = granted.new()
    t.answers[1] = granted.json(500, "")
    local _, first = t.client:get_user(1)
    t.now = 1004.9
    local _, second = t.client:get_user(1)
    assert.equal(first, second)
    assert.equal(1, #t.asked)
    t.now = 1005.1
    assert(t.client:get_user(1))
    assert.same({ "tok2" }, t.used)
  end)

  it("that failed once leaves nothing behind", function()
    local t = granted.new()
    t.answers[1] = granted.json(500, "")
    assert.is_nil((t.client:get_user(1)))
    t.now = 1010
    assert(t.client:get_user(1))
    assert(t.client:get_user(1))
    assert.equal(2, #t.asked)
  end)

  it("that failed stops a list, which can be asked to go on", function()
    local t = granted.new()
    t.answers[1] = granted.json(500, "")
    local list = t.client:get_user_tags(1)
    local page, message = list:page()
    assert.is_nil(page)
    assert.matches("^knetik get_user_tags: knetik token: 500", message)
    t.now = 1010
    local _, later = list:page()
    assert.matches("list", later)
    assert.same({ "tok2" }, t.used)
  end)
end)

-- Secrets that came out where a service quoted them: part of one, where the text
-- was cut before it was looked for, and those in another dress than their own.
local granted = require "spec.support.granted"
local replayed = require "spec.support.replayed"

describe("a secret that is quoted", function()
  --- What a failed call says, the headers of its answer included.
  local function told(status, headers, body, password, options)
    local okta = replayed.always({ status = status, headers = headers, body = body }, options)
    local _, message, detail = okta:partial_update_user("u", { credentials = { password = { value = password } } },
      { headers = { Cookie = "sid=CANARY-of-the-caller" } })
    local lines = { message }
    for _, line in ipairs(detail.headers) do
      lines[#lines + 1] = line
    end
    return table.concat(lines, "\n")
  end

  local PLAIN = { ["Content-Type"] = "text/plain" }
  for name, case in pairs {
    ["in a title that ends inside of it"] = { 502, {}, "<title>CANARY-<b> is bad</title>", "CANARY-<b>" },
    ["in a line that ends inside of it"] = { 400, PLAIN, "CANARY-a\nb is bad", "CANARY-a\nb" },
    ["in a challenge that ends inside of it"] = { 401,
      { ["WWW-Authenticate"] = 'Bearer error_description="CANARY-a"b is bad"' }, nil, 'CANARY-a"b' },
    ["behind backslashes, with what looks percent-encoded"] = { 400, {},
      [[{"errorSummary":"\"CANARY-%25\\\\\" is bad"}]], "CANARY-%25\\" },
    ["with entities, and what looks percent-encoded"] = { 500, {}, "<title>CANARY-%41&amp;b is bad</title>",
      "CANARY-%41&b" },
    ["with a space for the end of a line"] = { 400, { ["X-Why"] = "CANARY-a b is bad" }, nil, "CANARY-a\nb" },
    ["and is a token that is percent-encoded"] = { 500, {}, "<title>CANARY%2Ba%2Fb%3D is bad</title>", "unseen",
      { token = "CANARY+a/b=" } },
    ["and is a header of the caller's"] = { 400, PLAIN, "sid=CANARY-of-the-caller is bad", "unseen" },
    ["and is set by the service"] = { 400, { ["Set-Cookie"] = "sid=CANARY", ["X-Session-Token"] = "CANARY" }, nil,
      "unseen" },
  } do
    it("is not shown " .. name, function()
      local text = told(case[1], case[2], case[3], case[4], case[5])
      assert.is_nil(text:find("CANARY", 1, true), text)
      assert.is_truthy(text:find("***", 1, true), text)
    end)
  end

  it("is not shown where a token endpoint quotes a form on a page", function()
    local t = granted.new { client_id = "id", client_secret = 'CANARY-a&b"%25' }
    for number, body in ipairs { "CANARY-a&amp;b&quot;%25", "CANARY-a%2526b%2522%252525", 'CANARY-a&b"%25' } do
      t.answers[number] = granted.json(400, "<title>" .. body .. " is bad</title>")
      t.now = t.now + 100
      local _, message = t.client:get_user(1)
      assert.is_nil(message:find("CANARY", 1, true), message)
      assert.is_truthy(message:find("*** is bad", 1, true), message)
    end
  end)
end)

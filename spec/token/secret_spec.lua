-- What a grant is made of never shows, whatever the endpoint quotes.
local granted = require "spec.support.granted"
local json = require "roster.json"
local roster = require "roster"

local MARK = "CANARY"
local SECRETS = {
  client_secret = 'CANARY-client "secret"/& +%',
  password = "CANARY-pass w\195\182rd\\",
  refresh_token = "CANARY-refresh=token",
}
local TOKEN = "CANARY-token." .. ("t"):rep(40)

local function encoded(text)
  return (text:gsub("[^%w%-._~]", function(c)
    return ("%%%02X"):format(c:byte())
  end))
end

local function search(value, where, seen)
  seen = seen or {}
  if type(value) == "string" then
    assert.is_nil(value:find(MARK, 1, true), where .. ": " .. value)
  elseif type(value) == "table" and not seen[value] then
    seen[value] = true
    search(tostring(value), where, seen)
    for k, v in next, value do
      search(k, where, seen)
      search(v, where .. "." .. tostring(k), seen)
    end
  end
end

--- Everything that the form holds, as it was sent and as it is.
local function everything(request)
  local parts = { request.body }
  for _, secret in pairs(SECRETS) do
    if request.body:find(encoded(secret), 1, true) then
      parts[#parts + 1] = secret
      parts[#parts + 1] = encoded(secret)
    end
  end
  return table.concat(parts, " | ")
end

local ECHOES = {
  { "in an OAuth error", function(r)
    return granted.json(400, { error = everything(r), error_description = everything(r) })
  end },
  { "in a 200 with an OAuth error", function(r)
    return granted.json(200, { error = "e", error_description = everything(r) })
  end },
  { "in a 200 with an OAuth error, at every place where text may be cut", function(r)
    return granted.json(200, { error = "e", error_description = ("y"):rep(560) .. everything(r):rep(20) })
  end },
  { "at every place where text may be cut", function(r)
    return granted.json(400, { error = "e", error_description = ("y"):rep(560) .. everything(r):rep(20) })
  end },
  { "in words", function(r)
    return granted.json(500, everything(r), { ["Content-Type"] = "text/plain" })
  end },
  { "in a title", function(r)
    return granted.json(502, "<title>" .. everything(r) .. "</title>")
  end },
  { "in a challenge", function(r)
    local quoted = everything(r):gsub('["\\]', "\\%0")
    return granted.json(401, "", { ["WWW-Authenticate"] = 'Form error_description="' .. quoted .. '"' })
  end },
  { "in a content type", function(r)
    return granted.json(200, "no JSON", { ["Content-Type"] = "x/" .. everything(r) })
  end },
  { "in JSON that is cut short", function(r)
    return granted.json(200, '{"error":' .. json.encode(everything(r)))
  end },
  { "in an error that is no text", function(r)
    return granted.json(200, { error = { everything(r) } })
  end },
  { "as why there is no answer", function(r)
    return nil, ("x"):rep(200) .. everything(r)
  end },
  { "by raising it", function(r)
    error(everything(r), 0)
  end },
  { "beside the token", function(r)
    return granted.json(200, { error = "e", error_description = everything(r), access_token = TOKEN })
  end },
  { "as a token that cannot be sent", function(r)
    return granted.json(200, { access_token = everything(r) .. "\n" })
  end },
}

local GRANTS = {
  { "the client's grant", { client_id = "id", client_secret = SECRETS.client_secret } },
  { "a user's grant", { client_id = "id", username = "ada", password = SECRETS.password } },
  { "a user's grant with a secret", {
    client_id = "id", client_secret = SECRETS.client_secret, username = "ada", password = SECRETS.password,
  } },
}

describe("no secret comes back from a token endpoint that quotes", function()
  for _, echo in ipairs(ECHOES) do
    for _, grant in ipairs(GRANTS) do
      it(echo[1] .. ", after " .. grant[1], function()
        local t = granted.new(grant[2])
        t.answers[1] = echo[2]
        local value, message, detail = t.client:get_user(1)
        assert.is_nil(value)
        search(message, "message")
        search(detail, "detail")
        -- the spec itself can see one
        assert.has_error(function() search({ { t.requests[1].body } }, "planted") end)
      end)
    end

    it(echo[1] .. ", after a refresh that it refuses, too", function()
      local t = granted.new(GRANTS[3][2])
      t.answers[1] = granted.json(200, { access_token = "a", expires_in = 60, refresh_token = SECRETS.refresh_token })
      assert(t.client:get_user(1))
      t.answers[2], t.answers[3] = echo[2], echo[2]
      t.now = 9000
      local value, message, detail = t.client:get_user(1)
      assert.is_nil(value)
      assert.equal(3, #t.asked)
      search(message, "message")
      search(detail, "detail")
    end)
  end
end)

describe("no token comes back from a service that quotes it", function()
  it("in an error, a header or a success", function()
    local t = granted.new()
    t.answers[1] = granted.json(200, { access_token = TOKEN })
    t.client = nil
    local settings = { url = granted.url, client_id = "id", client_secret = "secret" }
    local status = 400
    settings.transport = function(request)
      if request.url:find("/oauth/token", 1, true) then
        return t.answers[1]
      end
      local text = request.headers.Authorization .. " " .. TOKEN
      return granted.json(status, { code = 1, request_id = text, result = { { message = text } } },
        { ["X-Echo"] = text })
    end
    local client = roster.knetik(settings)
    local value, message, detail = client:get_user(1)
    assert.is_nil(value)
    search(message, "message")
    search(detail, "detail")
    status = 200
    local _, meta = client:get_user(1)
    search(meta, "meta")
  end)
end)

describe("nothing of a grant is shown", function()
  it("by a dry run, a client or a list", function()
    for _, grant in ipairs(GRANTS) do
      local t = granted.new(grant[2])
      t.answers[1] = granted.json(200, { access_token = TOKEN, refresh_token = SECRETS.refresh_token })
      assert(t.client:get_user(1))
      local shown = assert(t.client:get_user(1, { dry_run = true }))
      assert.equal("Bearer ***", shown.headers.Authorization)
      assert.matches('"Authorization: Bearer $KNETIK_TOKEN"', tostring(shown), 1, true)
      search(shown, "dry run")
      search(t.client, "client")
      search(t.client:get_users(), "list")
      search(getmetatable(t.client), "metatable")
    end
  end)

  it("by a dry run of a call that carries a password", function()
    local t = granted.new()
    for _, shown in ipairs {
      assert(t.client:register_user({ username = "a", email = "b", password = SECRETS.password }, { dry_run = true })),
      assert(t.client:set_password(1, SECRETS.password, { dry_run = true })),
      assert(t.client:password_reset(1, { password = SECRETS.password, secret = SECRETS.client_secret },
        { dry_run = true })),
    } do
      assert.matches('"***"', shown.body, 1, true)
      search(shown, "dry run")
    end
  end)

  it("by what the constructor says to it", function()
    for _, options in ipairs {
      { url = "http://elsewhere.test", client_id = "id", client_secret = SECRETS.client_secret },
      { url = granted.url, client_id = "id", client_secret = SECRETS.client_secret, token = TOKEN },
      { url = granted.url, client_secret = SECRETS.client_secret },
      { url = granted.url, client_id = "id", password = SECRETS.password },
      { url = granted.url, token = "Bearer " .. TOKEN },
    } do
      local ok, message = pcall(roster.knetik, options)
      assert.is_false(ok)
      search(message, "constructor")
    end
  end)
end)

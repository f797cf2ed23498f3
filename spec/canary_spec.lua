-- Secrets in places of the caller's own: none may come out in what a person reads.
-- What a service or a transport says again is in spec/canary.
local replayed = require "spec.support.replayed"
local roster = require "roster"
local search = require "spec.canary.search"

local MARK = search.MARK
local SECRETS = {
  token = "00CANARY-token-" .. ("t"):rep(30), password = "CANARY-pw", answer = "CANARY answer\nof two lines",
  hash = "CANARY$2a$10$hash", salt = "CANARY-salt",
}

local CREDENTIALS = {
  password = { value = SECRETS.password, hash = { algorithm = "BCRYPT", workFactor = 10, salt = SECRETS.salt,
    saltOrder = "PREFIX", value = SECRETS.hash } },
  recovery_question = { question = "Who?", answer = SECRETS.answer },
}
local BODY = { profile = { login = "isaac" }, credentials = CREDENTIALS }

describe("no secret is shown", function()
  it("by a dry run with check = false", function()
    local okta = replayed.always(nil, { token = SECRETS.token, check = false })
    search.value(okta:create_user(BODY, { dry_run = true }), "dry run")
  end)

  it("by a replay at its end", function()
    local okta = replayed.client({}, { token = SECRETS.token })
    search.value(select(2, okta:create_user(BODY)), "message")
  end)

  it("by a client or a list, however they are looked at", function()
    local okta = replayed.client({}, { token = SECRETS.token })
    search.value(okta, "client")
    search.value(okta:list_users(), "list")
    search.value(getmetatable(okta), "metatable")
  end)

  it("by an error about the token itself", function()
    for _, token in ipairs { "SSWS " .. SECRETS.token, SECRETS.token .. "\n", SECRETS.token .. " x", "\0" .. MARK } do
      local ok, message = pcall(roster.okta, { url = replayed.url, token = token })
      assert.is_false(ok)
      search.value(message, "constructor")
      local okta = replayed.always(nil, { token = function() return token end })
      local value, text, detail = okta:get_user("u")
      assert.is_nil(value)
      search.value(text, "message")
      search.value(detail, "detail")
    end
  end)

  it("by an error about the address", function()
    for _, url in ipairs { "https://me:CANARY@org.okta.test", "https://org.okta.test/?t=CANARY", "CANARY" } do
      local ok, message = pcall(roster.okta, { url = url, token = "t" })
      assert.is_false(ok)
      search.value(message, "constructor")
    end
  end)

  local okta = replayed.always(nil, { token = SECRETS.token })
  local function body_with(value)
    return { profile = {}, credentials = { password = { value = value } } }
  end
  local FAULTS = {
    { "a secret of a wrong type", function() return okta:create_user(body_with { SECRETS.password }) end },
    { "a secret that is not UTF-8", function() return okta:create_user(body_with("CANARY\255")) end },
    { "a secret beside a fault", function()
      return okta:create_user { profile = { login = 5 }, credentials = CREDENTIALS }
    end },
    { "a secret where a body should be", function() return okta:change_password("u", SECRETS.password) end },
    { "a secret where options should be", function() return okta:get_user("u", SECRETS.password) end },
    { "a secret as an option", function() return okta:get_user("u", { password = SECRETS.password }) end },
    { "a secret as a timeout", function() return okta:get_user("u", { timeout = SECRETS.password }) end },
    { "a secret too many", function() return okta:get_user("u", {}, SECRETS.password) end },
    { "a secret in a header that cannot be sent", function()
      return okta:get_user("u", { headers = { ["X-A"] = SECRETS.answer } })
    end },
    { "a secret as the path", function() return okta:request { path = SECRETS.password } end },
    { "a secret as the method", function() return okta:request { path = "/x", method = SECRETS.password } end },
    { "a secret as a query that cannot be sent", function()
      return okta:request { path = "/x", query = { a = "CANARY\255" } }
    end },
  }
  for _, row in ipairs(FAULTS) do
    it("by the error about " .. row[1], function()
      local ok, value, message, detail = pcall(row[2])
      if ok then
        assert.is_nil(value)
        assert.equal("argument", detail.kind)
      end
      search.value(ok and message or value, "error")
      search.value(detail, "detail")
    end)
  end
end)

describe("a secret that is the result", function()
  it("is given to the caller as it is, and nowhere else", function()
    local okta = replayed.client({
      replayed.json('{"tempPassword":"CANARY-temp"}'),
      replayed.json('{"resetPasswordUrl":"https://org.okta.test/reset/CANARY"}'),
      replayed.json('{"activationToken":"CANARY-a","activationUrl":"https://org.okta.test/CANARY"}'),
    }, { token = SECRETS.token })
    local temporary, meta = okta:expire_password_and_get_temporary_password("u")
    assert.equal("CANARY-temp", temporary.tempPassword)
    search.value(meta, "meta")
    assert.matches("CANARY", (okta:reset_password("u", { send_email = false })).resetPasswordUrl)
    assert.equal("CANARY-a", (okta:activate_user("u", { send_email = false })).activationToken)
  end)

  it("cut short in an answer is not quoted in the error", function()
    for _, body in ipairs { '{"tempPassword":"CANARY-temp"', '{"tempPassword":"CANARY\1"}', '{"tempPassword":CANARY}',
      "CANARY", '{"CANARY":}', '"CANARY' } do
      local okta = replayed.always(replayed.json(body))
      local value, message, detail = okta:expire_password_and_get_temporary_password("u")
      assert.is_nil(value)
      search.value(message, "message")
      search.value(detail, "detail")
    end
  end)
end)

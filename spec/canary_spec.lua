-- Marked secrets go in everywhere; none may come out in what a person reads.
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local roster = require "roster"

-- Every one holds the mark; some need escapes in JSON, some are long.
local MARK = "CANARY"
local SECRETS = {
  token = "00CANARY-token-" .. ("t"):rep(30),
  password = "CANARY-pw \"quoted\" \\ /back/ \195\169 'x'",
  answer = "CANARY answer\nof two lines\tand a tab",
  hash = "CANARY$2a$10$hash" .. ("h"):rep(400),
  salt = "CANARY-salt",
  old = "CANARY-old",
  new = "CANARY-new",
  hook = "CANARY-hook",
}

local CREDENTIALS = {
  password = { value = SECRETS.password, hash = { algorithm = "BCRYPT", workFactor = 10, salt = SECRETS.salt,
    saltOrder = "PREFIX", value = SECRETS.hash } },
  recovery_question = { question = "Who?", answer = SECRETS.answer },
}
local BODY = { profile = { login = "isaac" }, credentials = CREDENTIALS }

-- Calls that carry secrets.
local CALLS = {
  create_user = function(okta, options) return okta:create_user(BODY, options) end,
  update_user = function(okta, options) return okta:update_user("u", BODY, options) end,
  partial_update_user = function(okta, options) return okta:partial_update_user("u", BODY, options) end,
  change_password = function(okta, options)
    return okta:change_password("u", { oldPassword = { value = SECRETS.old }, newPassword = { value = SECRETS.new } },
      options)
  end,
  change_recovery_question = function(okta, options)
    return okta:change_recovery_question("u", CREDENTIALS, options)
  end,
  forgot_password_set_new_password = function(okta, options)
    return okta:forgot_password_set_new_password("u", CREDENTIALS, options)
  end,
  forgot_password = function(okta, options) return okta:forgot_password("u", CREDENTIALS, options) end,
  get_user = function(okta, options) return okta:get_user("u", options) end,
}

--- Fails when the mark is anywhere in the value: strings, keys, tables in it,
--- and what it prints as.
local function search(value, where, seen)
  seen = seen or {}
  if type(value) == "string" then
    assert.is_nil(value:find(MARK, 1, true), where .. ": " .. value:sub(1, 2000))
  elseif type(value) == "table" and not seen[value] then
    seen[value] = true
    search(tostring(value), where .. " printed", seen)
    for k, v in next, value do
      search(k, where .. ": a key", seen)
      search(v, where .. "." .. tostring(k), seen)
    end
  end
end

local function escaped(text)
  return json.encode(text)
end

--- Everything that went out, as one text.
local function everything(request)
  local parts = { request.body or "" }
  for name, value in pairs(request.headers) do
    parts[#parts + 1] = name .. ": " .. value
  end
  for _, secret in pairs(SECRETS) do
    -- only what this request really carried
    if (request.body or ""):find(escaped(secret), 1, true) then
      parts[#parts + 1] = secret
    end
  end
  return table.concat(parts, " | ")
end

-- Services that answer with what they were sent. Each gives status, headers,
-- body.
local ECHOES = {
  { "an error summary", function(r)
    return 400, nil, ('{"errorCode":"E1","errorSummary":%s}'):format(escaped(everything(r)))
  end },
  { "the code and the id of an error", function(r)
    return 400, nil, ('{"errorCode":%s,"errorId":%s,"errorSummary":"S"}'):format(escaped(everything(r)),
      escaped(everything(r)))
  end },
  { "causes", function(r)
    return 400, nil, ('{"errorSummary":"S","errorCauses":[{"errorSummary":%s},%s]}'):format(
      escaped(r.body or ""), escaped(everything(r)))
  end },
  { "an OAuth error", function(r)
    return 401, nil, ('{"error":%s,"error_description":%s}'):format(escaped(everything(r)), escaped(everything(r)))
  end },
  { "a title", function(r)
    return 502, nil, "<html><title>" .. everything(r):gsub("<", "") .. "</title></html>"
  end },
  { "plain text", function(r) return 500, nil, everything(r) end },
  { "a challenge", function(r)
    return 401, { ["WWW-Authenticate"] = 'Bearer error_description="' .. everything(r):gsub('["\\]', "\\%0") .. '"' }
  end },
  { "a challenge that is not quoted", function(r)
    return 401, { ["WWW-Authenticate"] = 'Bearer error_description="' .. everything(r) .. '"' }
  end },
  { "headers", function(r)
    return 403, { ["X-Echo"] = everything(r), ["X-Okta-Request-Id"] = r.headers.Authorization,
      ["X-Lines"] = { everything(r), r.body or "x" } }, "{}"
  end },
  { "a content type", function(r)
    return 200, { ["Content-Type"] = ("x"):rep(60) .. everything(r) }, "not JSON"
  end },
  { "a success that cannot be read", function(r) return 200, nil, everything(r) end },
  { "a success cut short", function(r) return 200, nil, (r.body or "{}") .. "}" end },
  { "JSON in a string in a string", function(r)
    return 400, nil, ('{"errorSummary":%s}'):format(escaped(escaped(escaped(everything(r)))))
  end },
  { "an HTML title that is escaped", function(r)
    local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }
    return 500, nil, "<title>" .. everything(r):gsub("[&<>\"']", entities) .. "</title>"
  end },
  { "a title that is percent-encoded", function(r)
    return 500, nil, "<title>" .. everything(r):gsub("[^%w._~-]", function(c)
      return ("%%%02X"):format(c:byte())
    end) .. "</title>"
  end },
  { "the same thing very often", function(r)
    return 400, nil, ('{"errorSummary":%s}'):format(escaped(everything(r):rep(200)))
  end },
  { "a secret and nothing else", function(r)
    local secret = (r.body or ""):find("hash", 1, true) and SECRETS.hash or SECRETS.token
    return 400, nil, ('{"errorSummary":%s}'):format(escaped(secret:rep(400)))
  end },
  { "a secret at every place where text may be cut", function(r)
    return 400, nil, ('{"errorSummary":%s,"errorCauses":[{"errorSummary":%s}]}'):format(
      escaped(("y"):rep(590) .. everything(r)), escaped(("z"):rep(2390) .. everything(r)))
  end },
}

describe("no secret comes back from a service that quotes", function()
  for _, echo in ipairs(ECHOES) do
    for name, call in pairs(CALLS) do
      it(echo[1] .. ", after " .. name, function()
        local okta = replayed.always(function(request)
          local status, headers, body = echo[2](request)
          return { status = status, headers = headers, body = body }
        end, { token = SECRETS.token })
        local value, message, detail = call(okta)
        assert.is_nil(value)
        search(message, "message")
        search(detail, "detail")
        search("" .. detail, "joined")
        -- the spec itself can see one
        assert.has_error(function() search({ { SECRETS.token } }, "planted") end)
      end)
    end
  end

  it("nor from one whose success has them in its headers", function()
    local okta = replayed.always(function(request)
      return { status = 200, headers = { ["X-Echo"] = everything(request) }, body = "{}" }
    end, { token = SECRETS.token })
    local _, meta = okta:create_user(BODY)
    assert.matches("%*%*%*", meta.headers["x-echo"])
    search(meta, "meta")
  end)
end)

describe("no secret comes back from a transport", function()
  local LOSSES = {
    { "that gives it as a reason", function(r) return nil, everything(r) end },
    { "that raises it", function(r) error(everything(r), 0) end },
    { "whose reason is cut inside of it", function(r) return nil, ("x"):rep(250) .. everything(r) end },
    { "whose reason is cut in all places", function(r) return nil, everything(r):rep(50) end },
    { "that returns it as its status", function(r) return { status = everything(r) } end },
  }
  for _, loss in ipairs(LOSSES) do
    for name, call in pairs(CALLS) do
      it(loss[1] .. ", after " .. name, function()
        local okta = replayed.always(loss[2], { token = SECRETS.token })
        local value, message, detail = call(okta)
        assert.is_nil(value)
        search(message, "message")
        search(detail, "detail")
      end)
    end
  end

  it("that is a replay at its end", function()
    local okta = replayed.client({}, { token = SECRETS.token })
    search(select(2, okta:create_user(BODY)), "message")
  end)
end)

describe("no secret is shown", function()
  for name, call in pairs(CALLS) do
    it("by a dry run of " .. name, function()
      local okta = replayed.always(nil, { token = SECRETS.token })
      local shown = call(okta, { dry_run = true, headers = { Cookie = SECRETS.hook, ["X-Api-Key"] = SECRETS.hook,
        ["Proxy-Authorization"] = SECRETS.hook } })
      assert.equal("table", type(shown))
      search(shown, "dry run")
    end)
  end

  it("by a dry run with check = false", function()
    local okta = replayed.always(nil, { token = SECRETS.token, check = false })
    search(okta:create_user(BODY, { dry_run = true }), "dry run")
  end)

  it("by a client or a list, however they are looked at", function()
    local okta = replayed.client({}, { token = SECRETS.token })
    search(okta, "client")
    search(okta:list_users(), "list")
    search(getmetatable(okta), "metatable")
  end)

  it("by an error about the token itself", function()
    for _, token in ipairs { "SSWS " .. SECRETS.token, SECRETS.token .. "\n", SECRETS.token .. " x", "\0" .. MARK } do
      local ok, message = pcall(roster.okta, { url = replayed.url, token = token })
      assert.is_false(ok)
      search(message, "constructor")
      local okta = replayed.always(nil, { token = function() return token end })
      local value, text, detail = okta:get_user("u")
      assert.is_nil(value)
      search(text, "message")
      search(detail, "detail")
    end
  end)

  it("by an error about the address", function()
    for _, url in ipairs { "https://me:CANARY@org.okta.test", "https://org.okta.test/?t=CANARY", "CANARY" } do
      local ok, message = pcall(roster.okta, { url = url, token = "t" })
      assert.is_false(ok)
      search(message, "constructor")
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
      search(ok and message or value, "error")
      search(detail, "detail")
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
    search(meta, "meta")
    assert.matches("CANARY", (okta:reset_password("u", { send_email = false })).resetPasswordUrl)
    assert.equal("CANARY-a", (okta:activate_user("u", { send_email = false })).activationToken)
  end)

  it("cut short in an answer is not quoted in the error", function()
    for _, body in ipairs { '{"tempPassword":"CANARY-temp"', '{"tempPassword":"CANARY\1"}', '{"tempPassword":CANARY}',
      "CANARY", '{"CANARY":}', '"CANARY' } do
      local okta = replayed.always(replayed.json(body))
      local value, message, detail = okta:expire_password_and_get_temporary_password("u")
      assert.is_nil(value)
      search(message, "message")
      search(detail, "detail")
    end
  end)
end)

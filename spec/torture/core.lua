-- What the torture does with the core itself.
local common = require "spec.torture.common"
local core = require "roster.core"
local json = require "roster.json"

local SECRET, TYPE, USER = common.SECRET, common.TYPE, common.USER
local made, sends, settings = common.made, common.sends, common.settings

local list, add = common.list()

--- As call:next, for one that is not over yet.
local function ask(call, now)
  local what, a, b = call:next(now, 1700000000 + now, 0, true)
  if what == "failed" then
    error(a, 0)
  end
  return what, a, b
end

local function framed(pieces, request)
  local client = assert(core.client("okta", settings()))
  local call = made(core.call_free(client, request or { path = "/u" }, false))
  assert(sends(call))
  local header, body = call:bytes()
  local over, keep
  for _, piece in ipairs(pieces) do
    over, keep = call:feed(piece)
  end
  if not over then
    call:feed(nil)
  end
  local what, value, meta = call:next(0, 1700000000, 0, false)
  return header, body, keep, what, value, type(meta) == "table" and meta.attempts or meta
end

-- Steps by hand, so that every call into the core is one of its own.
add("a call by hand", function()
  local client = assert(core.client("okta", settings { user_agent = "torture/1" }))
  local call = made(core.call(client, "create_user", {
    profile = { login = "a@x", firstName = "\195\169" },
    credentials = { password = { value = SECRET } },
  }, { activate = false, headers = { ["X-A"] = "1" } }))
  local shown, bucket = call:request(true), call:bucket()
  assert(sends(call))
  call:answer(429, { ["X-Rate-Limit-Limit"] = "1", ["X-Okta-Request-Id"] = "req1", ["Retry-After"] = "1" })
  local rate = { call:rate() }
  local what, seconds = ask(call, 1)
  local again = { ask(call, 3) }
  local sent = call:request()
  call:lost("transport", "reset while it said " .. SECRET)
  local outcome = call:outcome()
  local last, message, detail = call:next(4, 1700000004, 0, false)
  return shown, bucket, rate, what, seconds, again, sent, outcome, last, message, detail
end)

add("a token that is refused", function()
  local client = assert(core.client("okta", settings { token = false, asks = true }))
  local call = made(core.call(client, "get_user", "00u1"))
  local a = ask(call, 0)
  call:authorize("first")
  local b = ask(call, 0)
  call:answer(401, nil, '{"errorCode":"E0000011","errorSummary":"Invalid token"}')
  local c, refused = ask(call, 0)
  call:authorize("second")
  local d = ask(call, 0)
  local sent = call:request()
  call:answer(200, TYPE, USER)
  return a, b, c, refused, d, sent, call:next(0, 0, 0, true)
end, { mixed = true })

-- Of what was sent and must not be sent twice, the caller learns that.
add("the response to an unsafe call", function()
  local client = assert(core.client("okta", settings()))
  local call = made(core.call(client, "create_user", { profile = { login = "a@x" } }))
  assert(sends(call))
  call:answer(200, TYPE, '{"id":"00u1","profile":{"login":"a@x","tags":["' .. ("x\\n"):rep(60) .. '"]}}')
  local returned, what, message, detail = pcall(call.next, call, 0, 1700000000, 0, false)
  if returned and what == "failed" then
    return what, detail.ambiguous, message
  end
  return returned, what, message
end, {
  accepts = function(what, ambiguous, message)
    -- with no memory at all there is none for an error either
    return what == "failed" and ambiguous == true and message:find("memory", 1, true) ~= nil
      or what == false and common.length ~= "once"
  end,
})

add("framing", function()
  return framed({
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-", "Encoding: chunked\r\nX-A: 1\r\n 2\r\n\r\n",
    "4\r\n{\"id", "\r\n5\r\n\":\"1\"\r\n1\r", "\n}\r\n0\r\nT: 1\r\n\r\n",
  }, { method = "POST", path = "/u", body = { a = { 1, "two", false } }, query = { q = { "a b", 1 } } })
end, { mixed = true })

add("framing that is cut short", function()
  return framed { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\"" }
end, { mixed = true })

add("models, both ways", function()
  local text = assert(core.encode({
    profile = { login = "a@x", tags = json.array {} },
    credentials = { password = { value = SECRET }, recovery_question = { question = "q", answer = SECRET } },
  }, "okta", "CreateUserRequest", false))
  return core.decode(USER, "okta", "User"), core.decode("[" .. USER .. "]", "okta", "User", true, true, false),
    core.decode('{"a":"\\ud83d\\ude00' .. ("x"):rep(100) .. '"}'), #text
end)

add("what cannot be read or written", function()
  local cyclic = {}
  cyclic.a = { cyclic }
  local results = {}
  for i, text in ipairs { "", "[1,", '{"a":tru}', '"\\x"', ("["):rep(101), '"\255"', "01", '{"a" 1}' } do
    results[i] = { core.decode(text) }
  end
  for _, value in ipairs { cyclic, { [1.5] = 1 }, { 1, a = 2 }, { "\255" }, { print }, { 0 / 0 } } do
    results[#results + 1] = { core.encode(value) }
  end
  results[#results + 1] = { core.encode({ profile = { login = 1 } }, "okta", "User", true) }
  return results
end, { mixed = true })

add("the catalog", function()
  -- the smallest one: the others are more rows of the same kind
  return #core.providers(), #core.catalog("jumpcloud").operations, #core.call_options(),
    core.nearest("creat_user", { "get_user", "create_user" }), core.fingerprint("abc"),
    core.scrub("with s3cret%20%26%2F%20value and " .. SECRET .. ".", SECRET)
end, { never = SECRET })

add("the records of a page", function()
  local records = core.decode '[{"id":"1","profile":{"login":"a","tags":["x",1,null]}},{"id":2.5},true,null]'
  local marks, whole = core.fingerprints(records)
  return marks, whole, core.odd_record(records), core.odd_record(records, true)
end)

add("texts that are redacted", function()
  local inner = assert(core.encode { a = "x\n", password = SECRET })
  local text = assert(core.encode { answer = SECRET, url = "https://u:p1@h/?token=t1", inner = inner,
    n = { { pin = 1234 } } })
  local masked = core.redact(text)
  return core.redact(text, "okta", "User"), core.redact("login: " .. text), core.secrecy("newPassword"),
    masked:find(SECRET, 1, true) and error "shown"
end)

add("a call without a row, whose secrets are repeated", function()
  local client = assert(core.client("okta", settings()))
  local call = made(core.call_free(client, { method = "POST", path = "/u", query = { api_key = SECRET },
    body = { password = SECRET, list = { { name = "token", value = SECRET } } } }, false))
  local shown = call:request(true)
  assert(sends(call))
  call:answer(400, TYPE, '{"errorSummary":"not ' .. SECRET .. '","token":"t0ken-1"}')
  local outcome, status, headers, body = call:outcome(), call:answered()
  local redacted, secrets = call:redacted(call:scrub(body))
  local what, message, detail = call:next(1, 1700000001, 0, false)
  return shown, outcome, status, headers, redacted, #secrets, what, message, detail
end, { never = SECRET, mixed = true })

add("refusals", function()
  local results, client = { core.view({}), { core.view(setmetatable({}, { __index = {} })) } },
    assert(core.client("okta", settings()))
  local function refused(...)
    results[#results + 1] = { select(2, core.call(client, ...)) }
  end
  refused("get_user")
  refused("get_user", "..")
  refused("get_user", "a", { nothing = 1 })
  refused("list_users", { limitt = 1 })
  refused("list_users", { limit = {} })
  refused("create_user", { profile = { login = {} } })
  refused("create_user", 1)
  refused("create_user", { profile = {}, group_ids = {}, title = "x" }, { extra = { "credentials.new", "title" } })
  refused("partial_update_user", "a", { status = "x" })
  refused("partial_update_user", "a", {})
  refused("create_user", { profile = setmetatable({}, { __index = {} }) }, { check = true })
  refused("list_users", setmetatable({}, { __pairs = function(t) return next, t end }))
  refused("get_user", "a", { headers = setmetatable({}, { __len = function() return 0 end }) })
  refused("get_user", "a", { headers = { Host = "x" } })
  for _, request in ipairs {
    { path = "x" }, { path = "/a/../b" }, { path = "/a?b" }, { method = "HEAD", path = "/a" },
    { path = "/a", query = { a = { b = 1 } } }, { path = "/a", headers = { ["A b"] = 1 } },
  } do
    results[#results + 1] = { select(2, core.call_free(client, request, false)) }
  end
  for _, more in ipairs {
    { url = "ftp://x" }, { url = "http://x.test" }, { url = "https://u@x" }, { token = "a b" }, { user_agent = "a\nb" },
  } do
    results[#results + 1] = { core.client("okta", settings(more)) }
  end
  return results
end, { mixed = true })

add("query parameters of every form", function()
  local client = assert(core.client("jumpcloud", settings { url = "https://x.test/api", api_key = "key" }))
  local knetik = assert(core.client("knetik", settings { url = "https://x.test" }))
  local urls = {}
  for _, options in ipairs {
    { filter = "a:$eq:b", fields = { "a", "b" } },
    { filter = { "a:$eq:b", "c:$ne:d" }, search = { searchTerm = "x y", fields = { "a", "b" } } },
    { filter = { any = { "a:$eq:b" } }, sort = { "-a", "b" } },
  } do
    urls[#urls + 1] = made(core.call(client, "organization_list", options)):url()
  end
  local users = made(core.call(knetik, "get_users", { filter_username = "a b", size = 2, order = { "a", "b" } }))
  urls[#urls + 1] = users:url()
  return urls
end)

add("a token by a form", function()
  local client = assert(core.client("knetik", settings { url = "https://x.test", token = false, asks = true }))
  local call = made(core.call_token(client, {
    { "grant_type", "password" }, { "password", SECRET }, { "client_id", "c" },
  }, 10))
  assert(sends(call))
  local header, body = call:bytes()
  call:answer(400, TYPE, '{"error":"invalid_grant","error_description":"not ' .. SECRET .. ' nor s3cret+%26%2F value"}')
  return header, body, call:next(0, 0, 0, true)
end, { mixed = true, never = SECRET })

add("header fields", function()
  local client = assert(core.client("okta", settings()))
  local call = made(core.call_free(client, { path = "/u" }, true))
  assert(sends(call))
  call:answer(200, {
    ["Content-Type"] = "text/plain",
    ["Set-Cookie"] = { "a=1", "b=2", 3 },
    ["X-Long"] = ("v"):rep(3000),
    Link = '<https://org.okta.test/u?after=2>; rel="next"',
  }, "[]")
  local next_url = call:next_url()
  local what, value, meta, url = call:next(0, 0, 0, true)
  if not url then
    return nil, value
  end
  local later = made(core.call_free(client, { path = "/u" }, true))
  return next_url, what, value, meta, url, later:follow(url), later:url(), later:follow("/relative?a"), later:url(),
    later:follow("https://other.test/")
end, { mixed = true })

add("words instead of JSON", function()
  local client = assert(core.client("okta", settings()))
  local results = {}
  for i, answer in ipairs {
    { 200, { ["Content-Type"] = "text/plain" }, "ok, \195\169" },
    { 200, { ["Content-Type"] = "text/plain" }, '"escaped \\u00e9"' },
    { 200, { ["Content-Type"] = "text/html" }, "<html>" },
    { 502, { ["Content-Type"] = "text/html" }, "<html><title>Bad  Gateway</title>" },
    { 500, { ["Content-Type"] = "text/plain" }, "it broke\nbadly" },
    { 403, { ["WWW-Authenticate"] = 'Bearer error_description="The \\"scope\\" is missing"' }, "" },
    { 302, nil, nil },
  } do
    local call = made(core.call_free(client, { method = "POST", path = "/u" }, false))
    call:next(0, 0, 0, true)
    call:answer(answer[1], answer[2], answer[3])
    results[i] = { call:next(0, 0, 0, false) }
  end
  return results
end, { mixed = true, accepts = function(results)
  -- a body that could not be redacted is not shown: the status says it instead
  local phrases = { [4] = "502: Bad Gateway", [5] = "500: Internal Server Error", [6] = "403: Forbidden" }
  for i, phrase in pairs(phrases) do
    if type(results) == "table" and results[i] and results[i][2]:find(phrase, 1, true) then
      return true
    end
  end
end })

return list

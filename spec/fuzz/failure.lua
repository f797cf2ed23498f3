-- Answers of any form to a request that holds secrets: always a value or an
-- error, whose text is one line, not endless, and without the secrets.
local core = require "roster.core"

local PASSWORD, TOKEN = "p4ss&<w\\rd/1", "token0secret0"
-- the ways in which a service may repeat it
local SPELLINGS = {
  PASSWORD, "p4ss%26%3Cw%5Crd%2F1", "p4ss&amp;&lt;w\\rd/1", "p4ss&<w\\\\rd\\/1", TOKEN,
}
local STATUS = { 400, 401, 403, 404, 409, 429, 500, 502, 503, 302, 200, 204 }
local NAMES = { "Content-Type", "WWW-Authenticate", "X-Okta-Request-Id", "Link", "Retry-After", "X-A" }

local clients = {}
for _, name in ipairs(core.providers()) do
  clients[#clients + 1] = assert(core.client(name, {
    url = "https://x.test", token = TOKEN, api_key = TOKEN, timeout = 300, max_retries = 0, connect_timeout = 1,
    stall_timeout = 1, max_response = 65536, max_nodes = 1e6, check = false,
  }))
end

local function walk(value, path, secret)
  if type(value) == "table" then
    for key, item in pairs(value) do
      walk(key, path, secret)
      walk(item, path .. "." .. tostring(key), secret)
    end
  elseif type(value) == "string" and value:find(secret, 1, true) then
    error(path .. " shows a secret: " .. value)
  end
end

local function check_line(text)
  assert(type(text) == "string" and #text > 0, "no message")
  -- U+0080 to U+009F as well, in UTF-8
  assert(not text:find("[%c\127]") and not text:find("\194[\128-\159]"), "a control character in the message")
  assert(#text < 1400, "an endless message")
end

--- The first byte chooses the service and the status, the second the header's
--- field; `\1` in the input stands for a secret in one of its spellings.
return function(data)
  local a, b = data:byte(1, 2)
  if not b then
    return
  end
  local spelling = SPELLINGS[b % #SPELLINGS + 1]
  local rest = data:sub(3):gsub("\1", function()
    return spelling
  end)
  local value, body = rest:match("^([^\n]*)\n(.*)$")
  local client = clients[a % #clients + 1]
  -- without a row nothing but the token is known to be secret
  local knows = a % 3 == 2
  local call
  if knows then
    call = assert(core.call(client, "create_user", { credentials = { password = { value = PASSWORD } } }))
  else
    call = assert(core.call_free(client, { method = b % 2 == 0 and "POST" or "GET", path = "/users" }, a % 7 == 0))
  end
  assert(call:next(0, 0, 0, true) == "send")
  call:answer(STATUS[a % #STATUS + 1], value and { [NAMES[b % #NAMES + 1]] = value } or nil, body or rest)
  local what, first, second = call:next(0, 0, 0.5, false)
  if what == "failed" then
    check_line(first)
    assert(first == second.text, "message and detail differ")
    check_line(second.message)
    assert(second.kind and second.operation and second.service, "a detail without what it is about")
    walk(second, "detail", TOKEN)
    if knows then
      walk(second, "detail", PASSWORD)
      walk(second, "detail", spelling)
    end
  elseif what == "wait" then
    assert(first >= 0)
  else
    assert(what == "done" and first ~= nil, "neither a value nor an error")
  end
end

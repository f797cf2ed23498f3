-- Answers of a token endpoint: a token that can be sent, or why not, in one
-- line without the secrets of the form.
local config = require "roster.config"
local core = require "roster.core"
local roster = require "roster"
local states = require "roster.client.state"
local token = require "roster.token"

local SECRET = "cl13nt/s&cret+x"
local SPELLINGS = { SECRET, "cl13nt%2Fs%26cret%2Bx" }
local STATUS = { 200, 200, 200, 400, 401, 403, 500, 302 }

-- what the endpoint says to this input, and what came of it
local a, b, answers, asked, sent
local now = 0

local clock = {
  now = function()
    return now
  end,
  wall = function()
    return 1700000000 + now
  end,
  random = function()
    return 0
  end,
  sleep = function(seconds)
    now = now + seconds
  end,
}

local function transport(request)
  if request.url:find("/oauth/token", 1, true) then
    asked = asked + 1
    return {
      status = STATUS[(a + asked) % #STATUS + 1],
      headers = { ["Content-Type"] = b % 8 < 4 and "application/json" or "text/plain" },
      body = answers[(asked - 1) % #answers + 1],
    }
  end
  sent[#sent + 1] = request.headers.Authorization
  return { status = #sent % 3 == 0 and 401 or 200, body = "{}" }
end

--- A function that gives a client that knows nothing of earlier inputs: its
--- core and its token are new, its methods are not.
local function maker(username, password)
  local options = {
    url = "https://x.test", client_id = "id", client_secret = SECRET, max_retries = 0, governor = false,
    username = username, password = password, clock = clock, transport = transport,
  }
  local client = roster.knetik(options)
  local state, settings = states.get(client), assert(config.read("knetik", options))
  settings.asks = true
  return function()
    state.source:close()
    state.core, state.budget = assert(core.client("knetik", settings)), nil
    state.source = token.from_grant(state, settings)
    return client
  end
end

local of_client, of_user = maker(), maker("user", SECRET)

local function check(message, detail)
  assert(type(message) == "string" and #message > 0, "no message")
  -- U+0080 to U+009F as well, in UTF-8
  assert(not message:find("[%c\127]") and not message:find("\194[\128-\159]"), "a control character in the message")
  assert(#message < 1600, "an endless message")
  for _, spelling in ipairs(SPELLINGS) do
    assert(not message:find(spelling, 1, true), "the message shows the secret")
    assert(not tostring(detail.message):find(spelling, 1, true), "the detail shows the secret")
  end
end

--- The first byte chooses the status, the second the content type, the grant
--- and how the secret is spelt, for which `\1` stands. A line break parts the
--- answers, one for each question.
return function(data, mark)
  a, b = data:byte(1, 2)
  if not b then
    return
  end
  answers, asked, sent, now = {}, 0, {}, 0
  local spelling = SPELLINGS[b % #SPELLINGS + 1]
  local rest = data:sub(3):gsub("\1", function()
    return spelling
  end)
  for answer in (rest .. "\n"):gmatch("([^\n]*)\n") do
    answers[#answers + 1] = answer
  end
  local client = b % 3 == 0 and of_user() or of_client()
  for _ = 1, 3 do
    local value, message, detail = client:get_user("1")
    if not value then
      check(message, detail)
      -- what failed, not what the endpoint says of it; and was a secret in that?
      local what = core.fingerprint(message:sub(1, 34)) % 1024
      mark(256 + what * 2 + (message:find("***", 1, true) and 1 or 0))
    end
    mark(asked * 16 + #sent)
    if not value and asked >= #answers then
      -- no use in hearing them all again
      break
    end
    now = now + 40
  end
  assert(asked > 0, "no token was asked for")
  for _, header in ipairs(sent) do
    assert(header:find("^Bearer [\33-\126]+$"), "sent as a token: " .. header)
  end
end

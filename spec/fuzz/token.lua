-- Answers of a token endpoint: a token that can be sent, or why not, in one
-- line without the secrets of the form.
local roster = require "roster"

local SECRET = "cl13nt/s&cret+x"
local SPELLINGS = { SECRET, "cl13nt%2Fs%26cret%2Bx" }
local STATUS = { 200, 200, 200, 400, 401, 403, 500, 302 }

--- The first byte chooses the status, the second the content type; `\1` stands
--- for the secret. A line break parts the answers, one for each question.
return function(data)
  local a, b = data:byte(1, 2)
  if not b then
    return
  end
  local answers = {}
  local rest = data:sub(3):gsub("\1", function()
    return SPELLINGS[b % #SPELLINGS + 1]
  end)
  for answer in (rest .. "\n"):gmatch("([^\n]*)\n") do
    answers[#answers + 1] = answer
  end
  local asked, sent = 0, {}
  local now = 0
  local client = roster.knetik {
    url = "https://x.test", client_id = "id", client_secret = SECRET, max_retries = 0, governor = false,
    username = b % 3 == 0 and "user" or nil, password = b % 3 == 0 and SECRET or nil,
    clock = {
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
    },
    transport = function(request)
      if request.url:find("/oauth/token", 1, true) then
        asked = asked + 1
        return {
          status = STATUS[(a + asked) % #STATUS + 1],
          headers = { ["Content-Type"] = b % 2 == 0 and "application/json" or "text/plain" },
          body = answers[(asked - 1) % #answers + 1],
        }
      end
      sent[#sent + 1] = request.headers.Authorization
      return { status = #sent % 3 == 0 and 401 or 200, body = "{}" }
    end,
  }
  for _ = 1, 3 do
    local value, message, detail = client:get_user("1")
    if not value then
      assert(type(message) == "string" and #message > 0, "no message")
      assert(not message:find("[%c\127]"), "a control character in the message")
      assert(#message < 1600, "an endless message")
      for _, spelling in ipairs(SPELLINGS) do
        assert(not message:find(spelling, 1, true), "the message shows the secret")
        assert(not tostring(detail.message):find(spelling, 1, true), "the detail shows the secret")
      end
    end
    now = now + 40
  end
  for _, header in ipairs(sent) do
    assert(header:find("^Bearer [\33-\126]+$"), "sent as a token: " .. header)
  end
  client:close()
end

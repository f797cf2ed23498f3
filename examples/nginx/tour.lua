-- Asks the gate with curl, step by step, and looks whether the answers are
-- right. It takes where the gate is, and where the sandbox behind it is
-- scripted and counts.
--
--   lua5.4 examples/nginx/tour.lua http://127.0.0.1:8080 http://127.0.0.1:PORT/okta

local here = arg[0]:match("^(.*/)") or "./"
local core = require "roster.core"
local json = require "roster.json"
local steps = dofile(here .. "../steps.lua")
local visible = require "roster.visible"

local gate, control = arg[1], arg[2]

local function step(...)
  steps.step("nginx", ...)
end

--- Runs curl; calls `each` with every line and how many seconds after the
--- beginning it came. Returns all of it.
local function curl(words, each)
  local began, lines = core.clock(), {}
  local pipe = assert(io.popen("curl -sSN " .. words))
  for line in pipe:lines() do
    line = line:gsub("\r$", "")
    lines[#lines + 1] = line
    if each then
      each(line, core.clock() - began)
    end
  end
  pipe:close()
  return lines
end

--- As curl, shown. Returns the status, the lines of the body, and the
--- headers (names in lower case).
local function ask(words, each)
  print("\n$ curl -i " .. visible.line(words))
  local headers, body, seen = {}, {}, nil
  local lines = curl("-i " .. words, function(line, seconds)
    if seen and each then
      each(line, seconds)
    end
    seen = seen or line == ""
  end)
  local status = tonumber((lines[1] or ""):match("^HTTP/%S+ (%d+)"))
  seen = false
  for i, line in ipairs(lines) do
    local name, value = line:match("^([%w-]+): (.*)$")
    if seen then
      body[#body + 1] = line
    elseif name then
      headers[name:lower()] = value
    end
    seen = seen or line == ""
    -- an error's page says nothing more
    if i == 1 or line:find("^Retry%-After") or seen and line ~= "" and status == 200 and #body <= 3 then
      print("  " .. visible.line(line))
    end
  end
  return status, body, headers
end

--- How often Okta was asked for the operation since the last time.
local function asked(operation)
  local counts = assert(json.decode(table.concat(curl(control .. "/counts"))))
  curl("-X DELETE " .. control .. "/counts")
  return counts.requests[operation] or 0
end

-- The login is what the gate has listed: a word for the shell, whatever is in it.
local function as(login)
  return ("-H 'X-User: %s' %s/"):format(login:gsub("'", "'\\''"), gate)
end

--------------------------------------------------- the list, as it arrives

local first, last
local status, body, headers = ask(gate .. "/users", function(_, seconds)
  first, last = first or seconds, seconds
end)
local users, by_status = 0, {}
for _, line in ipairs(body) do
  local user = assert(json.decode(line))
  if user.id then
    users = users + 1
    -- the last: the first is the token's owner
    by_status[user.status] = user.login
  end
end
if #body > 3 then
  print(("  ... and %d lines more"):format(#body - 3))
end
local pages = asked("list_users")
step(
  "list the users, one a line",
  status == 200 and users == #body and pages == math.ceil(users / 200) and headers["transfer-encoding"] == "chunked",
  ("%d users in %d pages, the first after %.1f s, the last after %.1f s"):format(users, pages, first or 0, last or 0)
)

------------------------------------------------------------------ the gate

status = ask(gate .. "/")
step("nobody says who asks: kept out", status == 401 and asked("get_user") == 0, "401, Okta was not asked")

local active = by_status.ACTIVE
status, body = ask(as(active))
step("one who is ACTIVE is let in", status == 200 and body[1] == "welcome" and asked("get_user") == 1,
  "200, Okta was asked once")

status, body = ask(as(active))
step("and again, by whichever worker", status == 200 and body[1] == "welcome" and asked("get_user") == 0,
  "200, Okta was not asked again")

local suspended = by_status.SUSPENDED
status = ask(as(suspended))
step("one who is SUSPENDED is kept out", status == 403 and asked("get_user") == 1, "403, Okta was asked once")

status = ask(as("nobody@example.com"))
step("so is one whom Okta does not know", status == 403 and asked("get_user") == 1, "403, Okta was asked once")

----------------------------------------------------- Okta has no answer

local other = by_status.PASSWORD_EXPIRED or by_status.LOCKED_OUT or by_status.STAGED
curl(([[-X POST %s/faults -d '{"operation":"get_user","status":503,"times":"forever","headers":{"Retry-After":"9"}}']])
  :format(control))
status, body, headers = ask(as(other))
local refused = status == 503 and tonumber(headers["retry-after"] or 0) >= 8 and body[1] ~= "welcome"
step("with Okta down, it says when to come back", refused, "503, and no verdict is kept")
curl("-X DELETE " .. control .. "/faults")
asked("get_user")

status = ask(as(active))
step("who was let in before still is", status == 200 and asked("get_user") == 0, "200, Okta was not asked")
status = ask(as(other))
step("and when it is back, Okta is asked again", status == 403 and asked("get_user") == 1, "403, Okta was asked once")

print("done: everything above was seen to be true")

-- Suspends the users whose logins or ids are in the first column of a CSV file,
-- or stand one a line, and ends their sessions. It may be killed and started
-- again at any time: what the journal says is done is not done again. It takes
-- the org and the token from the environment (OKTA_CLIENT_ORGURL,
-- OKTA_CLIENT_TOKEN).
--
--   lua5.4 examples/offboard.lua leavers.csv leavers.journal

local roster = require "roster"

local path, journal = arg[1], arg[2]
if not journal then
  io.stderr:write("usage: offboard.lua FILE JOURNAL\n")
  os.exit(2, true)
end
local okta = roster.okta()
local file = assert(io.open(path))
local lines = file:lines()

-- The next login of the file; nil at its end.
local function next_login()
  for line in lines do
    local login = line:match('^%s*"?([^",;%s]+)')
    if login and login:lower() ~= "login" and login:sub(1, 1) ~= "#" then
      return login
    end
  end
end

-- Suspending is not safe to repeat blindly: where an answer was lost, now or in
-- a run that was killed, the user's status tells whether it was done.
local function offboard(login)
  local ok, message, detail
  for _ = 1, 3 do
    local user
    user, message, detail = okta:get_user(login)
    if not user then
      return nil, message, detail
    end
    ok = user.status ~= "ACTIVE"
    if not ok then
      ok, message, detail = okta:suspend_user(user.id)
    end
    if ok then
      return okta:clear_user_sessions(user.id)
    elseif not detail.ambiguous then
      break
    end
  end
  return nil, message, detail
end

local counts, message = okta:each(next_login, offboard, {
  concurrency = 8,
  journal = journal,
  name = "offboard",
  progress = true,
  on_result = function(result)
    if result.outcome ~= "done" then
      io.stderr:write(result.item, ": ", result.message, "\n")
    end
  end,
})
file:close()
okta:close()
if not counts then
  io.stderr:write(message, "\n")
  os.exit(1, true)
end
local missed = counts.failed + counts.ambiguous
print(("%d offboarded, %d were already, %d failed"):format(counts.done, counts.skipped, missed))
os.exit(missed == 0 and 0 or 1, true)

-- Creates and activates a user for each row of a CSV file, whose first line
-- names attributes of the profile, `login` among them:
--
--   login,email,firstName,lastName,department
--   ada@example.com,ada@example.com,Ada,Lovelace,"Engines, analytical"
--
-- It looks before it creates, so it can be run again at any time, with the same
-- file or a longer one: whom it finds staged it activates, others it leaves as
-- they are. The org and the token come from the environment
-- (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN).
--
--   lua5.4 examples/onboard.lua newcomers.csv

local here = arg[0]:match("^(.*/)") or "./"
local csv = dofile(here .. "csv.lua")
local roster = require "roster"

local file, why_not = io.open(arg[1] or "")
if not file then
  io.stderr:write(arg[1] and why_not or "usage: onboard.lua FILE", "\n")
  os.exit(arg[1] and 1 or 2, true)
end
local okta = roster.okta()
local rows, lines, refused = csv.rows(file), {}, 0

local function complain(line, why)
  io.stderr:write(arg[1], ":", line, ": ", why, "\n")
end

-- The next row that can be a user; says what is wrong with those before it.
local function next_row()
  for line, row, why in rows do
    local login = row and row.login
    if row and not (login and login:find("@", 1, true)) then
      why = "no login, or none with an @"
    elseif row and lines[login:lower()] then
      why = "the same login as in line " .. lines[login:lower()]
    end
    if not why then
      lines[login:lower()] = line
      return { line = line, profile = row }
    end
    complain(line, why)
    refused = refused + 1
  end
end

-- Returns what was done. Where an answer was lost, another look tells whether
-- it was.
local function onboard(item)
  local message, detail
  for try = 1, 3 do
    local user, did
    user, message, detail = okta:get_user(item.profile.login)
    if user and user.status ~= "STAGED" then
      return try == 1 and "was there, " .. user.status or "activated"
    elseif user or detail.status == 404 then
      if not user then
        user, message, detail = okta:create_user({ profile = item.profile }, { activate = false })
      end
      if user then
        did, message, detail = okta:activate_user(user.id, { send_email = true })
      end
      if did then
        return "activated"
      end
    end
    if not detail.ambiguous then
      break
    end
  end
  return nil, message, detail
end

local counts = assert(okta:each(next_row, onboard, {
  concurrency = 4,
  on_result = function(result)
    if result.outcome == "done" then
      print(result.item.profile.login .. " " .. result.value)
    else
      complain(result.item.line, result.message)
    end
  end,
}))
file:close()
okta:close()
local missed = counts.failed + counts.ambiguous + refused
io.stderr:write(("%d users are there, %d rows failed\n"):format(counts.done, missed))
os.exit(missed == 0 and 0 or 1, true)

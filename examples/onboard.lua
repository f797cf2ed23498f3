-- Creates and activates a user for each row of a CSV file. `--help` says what it does with whom it finds.
--
--   login,email,firstName,lastName,department
--   ada@example.com,ada@example.com,Ada,Lovelace,"Engines, analytical"
--
--   lua5.4 examples/onboard.lua newcomers.csv

local here = arg[0]:match("^(.*/)") or "./"
local cli = dofile(here .. "cli.lua")
local core = require "roster.core"
local csv = dofile(here .. "csv.lua")
local people = dofile(here .. "people.lua")
local roster = require "roster"
local visible = require "roster.visible"

local PROGRAM = {
  name = "onboard.lua",
  operands = "FILE",
  options = {
    { "--reactivate", "activates who is DEPROVISIONED, too" },
  },
  about = [[
Creates and activates a user at Okta for each row of a CSV file, whose first line names attributes of the profile, login
among them. It looks before it creates, so it can be run again at any time, with the same file or a longer one.

The user is        then
  not there        created and activated, with a mail
  STAGED           activated, with a mail
  ACTIVE, PROVISIONED, RECOVERY, PASSWORD_EXPIRED
                   there already, and left as it is
  DEPROVISIONED    not done; with --reactivate activated, with a mail: the account, its profile and its groups are
                   those of before, so look whether it is the same person
  SUSPENDED, LOCKED_OUT, or any other
                   not done, as they cannot get in: unsuspend or unlock them

Exit code: 0 when every row's user is there and can get in, 1 when not, 2 for wrong arguments. Okta's address and token
come from the environment: OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN.]],
}

-- how often something is tried whose response was lost
local TRIES = 3

-- the states of those who can get in, or have what they need to
local IS_THERE = { ACTIVE = true, PROVISIONED = true, RECOVERY = true, PASSWORD_EXPIRED = true }

-- those that an activation leads to, at once or soon
local IS_ACTIVATED = { ACTIVE = true, PROVISIONED = true }

local WHY_NOT = {
  DEPROVISIONED = "--reactivate activates the account, if it is the same person's",
  SUSPENDED = "unsuspend it, if it is the same person's",
  LOCKED_OUT = "unlock it, if it is the same person's",
}

----------------------------------------------------------------- the heading

-- The names of Okta's own attributes.
local function attributes()
  local names = {}
  for _, field in ipairs(core.catalog("okta").models.UserProfile.fields) do
    names[#names + 1] = field.name
  end
  return names
end

-- What is wrong with the names of the columns, or nil.
local function heading_fault(columns)
  local known, is_there = {}, {}
  for _, name in ipairs(attributes()) do
    known[name:lower()] = name
  end
  for _, column in ipairs(columns) do
    local meant = known[column:lower()]
    if column ~= "" and not column:find("^[%a_][%w_]*$") then
      return ('"%s" cannot be the name of an attribute'):format(column)
    elseif meant and meant ~= column then
      return ('"%s" is called "%s" at Okta'):format(column, meant)
    end
    is_there[column] = true
  end
  if not is_there.login then
    return ('there is no column "login"; the columns are "%s"'):format(table.concat(columns, '", "'))
  end
end

-------------------------------------------------------------------- the rows

local function is_same(a, b)
  for name, value in pairs(a) do
    local other = b[name]
    if other ~= value and not (name == "login" and people.is_same_login(value, other)) then
      return false
    end
  end
  for name in pairs(b) do
    if a[name] == nil then
      return false
    end
  end
  return true
end

-- Takes the rows that can be users; says what is wrong with the others. Returns how many were wrong.
local function newcomers(path, records)
  local list, first, wrong = {}, {}, 0
  for _, record in ipairs(records) do
    local profile, why = record.values, record.fault
    local login = profile and csv.trim(profile.login or "")
    if profile and not people.is_login(login) then
      why = "no login, or none with an @"
    elseif profile then
      profile.login = login
      local before = first[login:lower()]
      if before and is_same(before.profile, profile) then
        cli.complain(path, record.line, ("the same row as line %d, and counted once"):format(before.line))
        profile = nil
      elseif before then
        why = ("the same login as in line %d, with other values"):format(before.line)
      end
    end
    if why then
      cli.complain(path, record.line, why)
      wrong = wrong + 1
    elseif profile then
      local item = { line = record.line, profile = profile }
      list[#list + 1], first[login:lower()] = item, item
    end
  end
  return list, wrong
end

-------------------------------------------------------------------- the work

-- Activates the user and reads the status back. Returns true; or nil, why.
local function activate(okta, user)
  local ok, message, detail = okta:activate_user(user.id, { send_email = true })
  if not ok then
    return nil, message, detail
  end
  local now
  now, message, detail = okta:get_user(user.id)
  if not now then
    return nil, "the status could not be read back: " .. message, detail
  end
  local status = now.transitioningToStatus or now.status
  return IS_ACTIVATED[status] or nil, "is still " .. visible.line(status or "without a status")
end

local function left(item, status)
  item.is_left = true
  status = status or "without a status"
  return nil, ("is %s, and cannot get in: %s"):format(visible.line(status), WHY_NOT[status] or "look at it at Okta")
end

-- Returns what was done; or nil, why. Where a response was lost, another look tells whether it was.
local function onboard(okta, item, reactivates)
  local message, detail
  for try = 1, TRIES do
    local user, why, more = people.find(okta, { text = item.profile.login, login = item.profile.login })
    local status = user and (user.transitioningToStatus or user.status)
    if not user and not (more and more.status == 404) then
      message, detail = why, more
    elseif user and IS_THERE[status] then
      return try == 1 and "was there, " .. status or "activated"
    elseif user and status ~= "STAGED" and not (reactivates and user.status == "DEPROVISIONED") then
      return left(item, status)
    else
      local did
      if not user then
        user, message, detail = okta:create_user({ profile = item.profile }, { activate = false })
      end
      if user then
        did, message, detail = activate(okta, user)
      end
      if did then
        local came_back = user.status == "DEPROVISIONED"
        return came_back and "reactivated, with the profile and the groups of before" or "activated"
      end
    end
    if not (detail and detail.ambiguous) then
      break
    end
  end
  return nil, message, detail
end

cli.run(PROGRAM, function(options, operands)
  local path = operands[1]
  local rows, why, line = csv.parse(cli.read(path))
  local records
  if rows then
    records, why, line = csv.named(rows)
  end
  if records then
    why, line = heading_fault(records.columns), rows[1].line
  end
  if why then
    cli.stop(("%s:%d: %s"):format(path, line, why))
  end
  local okta = roster.okta()
  local list, failed = newcomers(path, records)
  local missed = 0
  local counts, message = okta:each(list, function(item)
    return onboard(okta, item, options["--reactivate"])
  end, {
    concurrency = 4,
    on_result = function(result)
      local item = result.item
      if result.outcome == "done" then
        cli.write(visible.line(item.profile.login .. " " .. result.value) .. "\n")
      else
        missed = missed + (item.is_left and 1 or 0)
        cli.complain(path, item.line, (item.is_left and item.profile.login .. " " or "") .. result.message)
      end
    end,
  })
  okta:close()
  if not counts then
    cli.stop(message)
  end
  failed = failed + counts.failed + counts.ambiguous - missed
  local summary = ("%d users are there, %d rows failed"):format(counts.done, failed)
  cli.say(missed > 0 and ("%s, %d not done"):format(summary, missed) or summary)
  return missed + failed == 0 and 0 or 1
end)

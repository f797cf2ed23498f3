-- Suspends the people of a CSV file and ends their sessions. `--help` says what it does for whom.
--
--   lua5.4 examples/offboard.lua --dry-run leavers.csv
--   lua5.4 examples/offboard.lua leavers.csv leavers.journal

local here = arg[0]:match("^(.*/)") or "./"
local cli = dofile(here .. "cli.lua")
local people = dofile(here .. "people.lua")
local roster = require "roster"
local visible = require "roster.visible"

local PROGRAM = {
  name = "offboard.lua",
  operands = "FILE [JOURNAL]",
  options = {
    { "--column", "the column that names the people, if not login or id", "NAME" },
    { "--dry-run", "shows who would be suspended, and changes nothing" },
    { "--yes", "asks nothing" },
  },
  about = [[
Suspends the people of a CSV file at Okta and ends their sessions. Each is named by a whole login or an id, in a column
login or id (with both, both must fit), or one a line without a heading. What Okta returns is compared with it first.
Lines that begin with # are left out, which is said.

The user is        then
  ACTIVE           suspended, the sessions ended, and the status read back
  SUSPENDED        already offboarded; the sessions are ended once more
  DEPROVISIONED    already offboarded; nothing is done
  LOCKED_OUT, PASSWORD_EXPIRED, RECOVERY
                   not done: Okta suspends only who is ACTIVE; the sessions are ended
  STAGED, PROVISIONED, or any other
                   not done: nothing is changed
Who is not done could still get in, or be let in: deactivate them, which cannot be undone without losing what their
applications hold. The owner of the token is never suspended.

JOURNAL keeps what was done, so that a run that was killed can be started again. Who is in it is not suspended twice,
but looked at again. On a terminal it shows who is meant and asks, without --yes.

Exit code: 0 when everybody is offboarded (with --dry-run: would be), 1 when not, 2 for wrong arguments. Okta's address
and token come from the environment: OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN.]],
}

-- how often a suspension is tried whose response was lost
local TRIES = 3

-- Of each of Okta's states (User.status): what is done, or why it is not. Okta suspends only from ACTIVE.
local STATES = {
  ACTIVE = { plan = "suspend, end sessions", has_sessions = true },
  SUSPENDED = { plan = "already, end sessions", is_offboarded = true, has_sessions = true },
  DEPROVISIONED = { plan = "already", is_offboarded = true },
  LOCKED_OUT = { why = "and gets in again once unlocked", has_sessions = true },
  PASSWORD_EXPIRED = { why = "and gets in with a new password", has_sessions = true },
  RECOVERY = { why = "and gets in with a new password", has_sessions = true },
  STAGED = { why = "and can still be activated" },
  PROVISIONED = { why = "and gets in with the activation mail" },
}
local UNKNOWN = { why = "a status that this program does not know" }

local function state_of(user)
  return STATES[user.status] or UNKNOWN
end

-- Why a user who is not offboarded is left so.
local function why_not(user)
  local status = visible.line(user.status or "without a status")
  if user.transitioningToStatus then
    return ("is %s and becomes %s: run this again when it is"):format(status, visible.line(user.transitioningToStatus))
  elseif user.status == "ACTIVE" then
    return "is still ACTIVE, though Okta has accepted the suspension"
  end
  return ("is %s, %s: Okta suspends only who is ACTIVE; deactivate them"):format(status, state_of(user).why)
end

-- Suspends, ends the sessions and reads the status back. Suspending is not safe to repeat blindly: where a response was
-- lost, now or in a run that was killed, the status tells whether it was done. Returns "done" or "already"; or nil, and
-- why not.
local function offboard(okta, person)
  local user, did = person.user, false
  if not user then
    return nil, person.why
  elseif user.transitioningToStatus then
    person.is_left = true
    return nil, why_not(user)
  end
  for _ = 1, TRIES do
    local ok, message, detail = true, nil, nil
    if user.status == "ACTIVE" then
      ok, message, detail = okta:suspend_user(user.id)
      did = did or ok or detail.ambiguous
    end
    if ok and state_of(user).has_sessions then
      local ended, why = okta:clear_user_sessions(user.id)
      if not ended then
        return nil, "the sessions could not be ended: " .. why
      end
    end
    if state_of(user).has_sessions then
      local now, why = okta:get_user(user.id)
      if not now then
        return nil, "the status could not be read back: " .. why
      end
      user, person.user = now, now
    end
    if ok and state_of(user).is_offboarded then
      return did and "done" or "already"
    elseif not ok and not detail.ambiguous and not state_of(user).is_offboarded then
      return nil, message
    elseif user.status ~= "ACTIVE" and not state_of(user).is_offboarded then
      break
    end
  end
  person.is_left = true
  return nil, why_not(user)
end

-- Looks for everybody in the file, and compares; fills in `user`, or `why` there is none.
local function look(okta, list, owner)
  local function find(person)
    local user, why, detail = people.find(okta, person)
    person.user, person.why, person.is_gone = user, why, detail and detail.status == 404
    return true
  end
  assert(okta:each(list, find, { progress = true }))
  local first, all = {}, { doubled = list.doubled }
  for _, person in ipairs(list) do
    local id = person.user and person.user.id
    if id and first[id] then
      table.insert(all.doubled, { line = person.line, why = "the same person as in line " .. first[id] })
    else
      all[#all + 1], first[id or person] = person, person.line
    end
    if id and owner and id == owner.id then
      person.user, person.why = nil, "is the owner of the token, who is never suspended with it"
    end
  end
  return all
end

local function plan_of(person)
  local user = person.user
  if not user then
    return "failed: " .. person.why
  elseif user.transitioningToStatus or not state_of(user).plan then
    return "not done: " .. why_not(user)
  end
  return state_of(user).plan
end

local function table_of(list)
  local rows = { { "line", "in the file", "id", "login", "name", "status", "what" } }
  for _, person in ipairs(list) do
    local user = person.user or {}
    local profile = type(user.profile) == "table" and user.profile or {}
    local name = ("%s %s"):format(profile.firstName or "", profile.lastName or "")
    rows[#rows + 1] = { person.line, person.text, user.id or "", profile.login or "", name, user.status or "",
      plan_of(person) }
  end
  return cli.columns(rows)
end

-- Does everybody's, and tells the outcome of each: `person.outcome`.
local function act(okta, list, journal)
  local counts, message = okta:each(list, function(person)
    return offboard(okta, person)
  end, {
    concurrency = 8,
    journal = journal,
    -- the name and the keys of 0.1.0, whose journals are taken up
    name = "offboard",
    key = function(person)
      return person.text
    end,
    progress = true,
    on_result = function(result)
      local person = result.item
      person.outcome = result.outcome == "done" and result.value or person.is_left and "not done" or "failed"
      person.why = result.message
    end,
  })
  if not counts then
    cli.stop(message)
  end
  for _, item in ipairs(counts.unresolved_items) do
    cli.say(("%s was begun or failed in an earlier run, and is not in the file: look at it"):format(
      visible.line(item.key)))
  end
  for _, person in ipairs(list) do
    -- the journal says that it was done
    local user = person.user
    if not person.outcome and user and state_of(user).is_offboarded then
      person.outcome = "already"
    elseif not person.outcome and person.is_gone then
      person.outcome, person.why = "already", "Okta has no such user any more"
    elseif not person.outcome and user then
      person.outcome, person.why = "not done", "is " .. visible.line(user.status or "without a status")
        .. " again, or still, though the journal says that this was done: take a new journal"
    elseif not person.outcome then
      person.outcome = "failed"
    end
  end
end

local function report(path, list)
  local counts = { done = 0, already = 0, ["not done"] = 0, failed = #list.rejected }
  for _, each in ipairs(list.rejected) do
    cli.complain(path, each.line, each.why)
  end
  for _, person in ipairs(list) do
    counts[person.outcome] = counts[person.outcome] + 1
    if person.why then
      local who = person.user and people.name(person.user) or person.text
      cli.complain(path, person.line, ("%s: %s: %s"):format(who, person.outcome, person.why))
    end
  end
  cli.write(("%d offboarded, %d were already, %d failed, %d not done; %d rows\n"):format(counts.done, counts.already,
    counts.failed, counts["not done"], #list + #list.rejected))
  return counts["not done"] + counts.failed == 0 and 0 or 1
end

-- What a dry run says: the table, and whether everybody would be offboarded.
local function preview(path, list)
  local missed = #list.rejected
  for _, each in ipairs(list.rejected) do
    cli.complain(path, each.line, each.why)
  end
  cli.write(table.concat(table_of(list), "\n") .. "\n")
  for _, person in ipairs(list) do
    local can_be = person.user and not person.user.transitioningToStatus and state_of(person.user).plan
    missed = missed + (can_be and 0 or 1)
  end
  cli.write(("%d rows, of which %d cannot be offboarded; nothing was changed\n"):format(#list + #list.rejected, missed))
  return missed == 0 and 0 or 1
end

local function owner_of(okta)
  local owner, message = people.owner(okta)
  if owner == nil then
    cli.stop(message)
  elseif not owner then
    cli.say("the token belongs to no user: its owner is not looked for: " .. message)
  end
  return owner
end

cli.run(PROGRAM, function(options, operands)
  local path, journal = operands[1], operands[2]
  if not (journal or options["--dry-run"]) then
    cli.stop("JOURNAL is missing: without one a run that was killed cannot be started again", 2)
  end
  local found, why, line = people.read(cli.read(path), options["--column"])
  if not found then
    cli.stop(("%s:%d: %s"):format(path, line, why))
  end
  local okta = roster.okta()
  local list = look(okta, found, owner_of(okta))
  list.rejected = found.rejected
  for _, comment in ipairs(found.comments) do
    cli.complain(path, comment.line, "left out, as it begins with #: " .. comment.text)
  end
  for _, each in ipairs(list.doubled) do
    cli.complain(path, each.line, each.why .. ", and counted once")
  end
  if options["--dry-run"] then
    local code = preview(path, list)
    okta:close()
    return code
  end
  if not options["--yes"] and cli.has_person() then
    for _, row in ipairs(table_of(list)) do
      cli.say(row)
    end
    local org = tostring(okta):match("{(.*)}")
    if not cli.agrees(("Offboard these people at %s?"):format(org)) then
      cli.stop("nothing was changed")
    end
  end
  act(okta, list, journal)
  okta:close()
  return report(path, list)
end)

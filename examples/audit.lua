-- Who holds an admin role, and who has never logged in: a table, or CSV. Who is deprovisioned is not looked at.
--
--   lua5.4 examples/audit.lua
--   lua5.4 examples/audit.lua --csv >audit.csv

local here = arg[0]:match("^(.*/)") or "./"
local cli = dofile(here .. "cli.lua")
local csv = dofile(here .. "csv.lua")
local people = dofile(here .. "people.lua")
local roster = require "roster"
local visible = require "roster.visible"

local PROGRAM = {
  name = "audit.lua",
  operands = "",
  options = { { "--csv", "writes CSV" } },
  about = [[
Lists the users of an Okta org who hold an administrator role or have never logged in, by login, or by id where the
login is not visible. A custom role is named by its label. Who is deprovisioned is not looked at.

Exit code: 0 when everybody was looked at, 1 when not, 2 for wrong arguments. Okta's address and token come from the
environment: OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN.]],
}

-- One word for a role: its type, which is CUSTOM for all that an org has made itself.
local function name_of(role)
  local label = type(role.label) == "string" and role.label ~= "" and role.label
  if type(role.type) == "string" and role.type ~= "CUSTOM" then
    return visible.line(role.type)
  end
  return visible.line(label or role.type or role.id)
end

-- The user's roles, as one string.
local function roles_of(okta, user)
  local roles, message, detail = okta:list_assigned_roles_for_user(user.id):all()
  if not roles then
    return nil, message, detail
  end
  local names = {}
  for i, role in ipairs(roles) do
    names[i] = name_of(role)
  end
  table.sort(names)
  return table.concat(names, ", ")
end

cli.run(PROGRAM, function(options)
  local okta = roster.okta()
  local found, looked_at = {}, 0
  local counts, message = okta:each(okta:list_users(), function(user)
    return roles_of(okta, user)
  end, {
    concurrency = 8,
    progress = true,
    on_result = function(result)
      local user = result.item
      if result.outcome ~= "done" then
        cli.say(people.name(user) .. ": " .. result.message)
      elseif result.value ~= "" or not user.lastLogin then
        local login = user.lastLogin and visible.line(user.lastLogin) or "never"
        found[#found + 1] = { people.name(user), visible.line(user.status or ""), login, result.value }
      end
      looked_at = looked_at + 1
    end,
  })
  okta:close()

  table.sort(found, function(a, b)
    return a[1] < b[1]
  end)
  table.insert(found, 1, { "login", "status", "last login", "roles" })
  if options["--csv"] then
    for _, row in ipairs(found) do
      cli.write(assert(csv.line(row)))
    end
  else
    cli.write(table.concat(cli.columns(found), "\n") .. "\n")
  end
  cli.say(("%d of %d users"):format(#found - 1, looked_at))
  -- an audit that has not seen everybody is none
  if not counts or counts.done < looked_at then
    cli.stop(message or "some users could not be looked at")
  end
  return 0
end)

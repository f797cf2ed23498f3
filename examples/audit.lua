-- Who holds an admin role, and who has never logged in: a table, or CSV with
-- --csv. Who is deprovisioned is not looked at. The org and the token come from
-- the environment (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN).
--
--   lua5.4 examples/audit.lua
--   lua5.4 examples/audit.lua --csv >audit.csv

local here = arg[0]:match("^(.*/)") or "./"
local csv = dofile(here .. "csv.lua")
local roster = require "roster"

local okta = roster.okta()
local found, looked_at = {}, 0

-- The types of the user's roles, as one string.
local function roles_of(user)
  local roles, message, detail = okta:list_assigned_roles_for_user(user.id):all()
  if not roles then
    return nil, message, detail
  end
  local types = {}
  for i, role in ipairs(roles) do
    types[i] = role.type
  end
  table.sort(types)
  return table.concat(types, " ")
end

local counts, message = okta:each(okta:list_users(), roles_of, {
  concurrency = 8,
  progress = true,
  on_result = function(result)
    local user = result.item
    if result.outcome ~= "done" then
      io.stderr:write(user.profile.login, ": ", result.message, "\n")
    elseif result.value ~= "" or not user.lastLogin then
      found[#found + 1] = { user.profile.login, user.status, user.lastLogin or "never", result.value }
    end
    looked_at = looked_at + 1
  end,
})
okta:close()

table.sort(found, function(a, b)
  return a[1] < b[1]
end)
table.insert(found, 1, { "login", "status", "last login", "roles" })
for _, row in ipairs(found) do
  if arg[1] == "--csv" then
    io.write(csv.line(row))
  else
    print((("%-40s %-13s %-25s %s"):format(row[1], row[2], row[3], row[4]):gsub("%s+$", "")))
  end
end

io.stderr:write(("%d of %d users\n"):format(#found - 1, looked_at))
-- an audit that has not seen everybody is none
if not counts or counts.done < looked_at then
  io.stderr:write(message or "some users could not be looked at", "\n")
  os.exit(1, true)
end
os.exit(0, true)

-- Lists the org's users, one a line, page by page as they come. With a search
-- expression only those that it is true of; without one Okta leaves out who is
-- deprovisioned. The org and the token come from the environment
-- (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN).
--
--   lua5.4 examples/list_users.lua
--   lua5.4 examples/list_users.lua 'profile.department eq "Sales"'

local roster = require "roster"

local okta = roster.okta()
local count = 0

-- a page that cannot be had is raised here: no list ends early in silence
for user in okta:list_users { search = arg[1] } do
  local profile = user.profile
  print(("%-13s %-40s %s %s"):format(user.status, profile.login, profile.firstName or "", profile.lastName or ""))
  count = count + 1
end

io.stderr:write(count, " users\n")
okta:close()

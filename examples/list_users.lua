-- Lists the org's users, one a line, page by page as they come: all of them, or those that a search is true of.
--
--   lua5.4 examples/list_users.lua
--   lua5.4 examples/list_users.lua 'profile.department eq "Sales"'

local here = arg[0]:match("^(.*/)") or "./"
local cli = dofile(here .. "cli.lua")
local people = dofile(here .. "people.lua")
local roster = require "roster"
local visible = require "roster.visible"

local PROGRAM = {
  name = "list_users.lua",
  operands = "[SEARCH]",
  about = [[
Lists the users of an Okta org, one a line: status, login (the id where it is not visible), name. With SEARCH, an
expression of Okta's, only those that it is true of; without one Okta leaves out who is deprovisioned.

Exit code: 0 when the list is whole, 1 when not, 2 for wrong arguments. Okta's address and token come from the
environment: OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN.]],
}

cli.run(PROGRAM, function(_, operands)
  local okta = roster.okta()
  local count = 0
  -- a page that cannot be had is raised here: no list ends early in silence
  for user in okta:list_users { search = operands[1] } do
    local profile = type(user.profile) == "table" and user.profile or {}
    local first, last = visible.line(profile.firstName or ""), visible.line(profile.lastName or "")
    cli.write(("%-13s %-40s %s %s\n"):format(visible.line(user.status or ""), people.name(user), first, last))
    count = count + 1
  end
  okta:close()
  cli.say(count .. " users")
  return 0
end)

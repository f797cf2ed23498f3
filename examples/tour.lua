-- A tour of roster's main job at Okta. It takes the org and the token from the
-- environment (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN) and only reads;
-- with --write it also creates a user and takes it through its whole life.
--
--   lua5.4 examples/tour.lua [--write]

local roster = require "roster"
local visible = require "roster.visible"

local here = arg[0]:match("^(.*/)") or "./"
local steps = dofile(here .. "steps.lua")

local okta = roster.okta { on_request = steps.count }
local writing = arg[1] == "--write"

-- Every step says what it did, and stops the tour if it did not come true.
local function step(...)
  steps.step("okta", ...)
end

------------------------------------------------------------------- reading

local count, someone = 0, nil
for user in okta:list_users() do
  count = count + 1
  someone = someone or user
end
step("list every user, page by page", count > 0, count .. " users")

assert(someone)
local login = someone.profile.login
local found = assert(okta:list_users({ search = ('profile.login eq "%s"'):format(login) }):all())
step("find one by search", #found == 1 and found[1].id == someone.id, login)

local same, meta = assert(okta:get_user(login))
step("get the same one by login", same.id == someone.id, same.id .. " " .. same.status)
step("see what the answer said besides", meta.status == 200 and meta.request_id ~= nil, "request " .. meta.request_id)

local nobody, message, detail = okta:get_user("nobody@example.com")
step("see what an error looks like", nobody == nil and detail.status == 404 and detail.code == "E0000007", message)

if not writing then
  print("done; --write would go on to create, change and delete a user")
  os.exit(0, true)
end

------------------------------------------------------------------- writing

local ada = assert(okta:create_user({
  profile = {
    firstName = "Ada",
    lastName = "Lovelace",
    login = "ada.lovelace@example.com",
    email = "ada.lovelace@example.com",
    department = "Analytical Engines",
    title = "Countess",
  },
}, { activate = false }))
step("create a user, not yet active", assert(okta:get_user(ada.id)).status == "STAGED", ada.id)

local activation = assert(okta:activate_user(ada.id, { send_email = false }))
local provisioned = assert(okta:get_user(ada.id)).status
local url = activation.activationUrl
step("activate without a mail", provisioned == "PROVISIONED", url and "an activation URL came back")

assert(okta:partial_update_user(ada.id, { credentials = { password = { value = "Ad4-and-Charles" } } }))
step("give her a password", assert(okta:get_user(ada.id)).status == "ACTIVE", "now ACTIVE")

assert(okta:partial_update_user(ada.id, { profile = { title = "Programmer" } }))
local profile = assert(okta:get_user(ada.id)).profile
step(
  "update one attribute, leave the others",
  profile.title == "Programmer" and profile.department == "Analytical Engines",
  profile.title .. ", " .. profile.department
)

assert(okta:partial_update_user(ada.id, { profile = { department = roster.null } }))
profile = assert(okta:get_user(ada.id)).profile
step("clear one with roster.null", profile.department == nil and profile.title == "Programmer", "department is gone")

local group = assert(okta:list_user_groups(ada.id):first())
local role = assert(okta:assign_role_to_user(ada.id, { type = "USER_ADMIN" }))
assert(okta:add_group_target_to_role(ada.id, role.id, group.id))
local targets = assert(okta:list_group_targets_for_role(ada.id, role.id):all())
step(
  "let her administer one group's users",
  #targets == 1 and targets[1].id == group.id,
  role.type .. " of " .. group.profile.name
)

assert(okta:suspend_user(ada.id))
step("suspend her", assert(okta:get_user(ada.id)).status == "SUSPENDED", "SUSPENDED")

local again, why = okta:suspend_user(ada.id)
step("suspending twice is an error", again == nil, why)

assert(okta:unsuspend_user(ada.id))
local reset = assert(okta:reset_password(ada.id, { send_email = false }))
step(
  "reset her password without a mail",
  assert(okta:get_user(ada.id)).status == "RECOVERY",
  reset.resetPasswordUrl and "a reset URL came back"
)

assert(okta:deactivate_user(ada.id))
step("deactivate her", assert(okta:get_user(ada.id)).status == "DEPROVISIONED", "DEPROVISIONED")

assert(okta:deactivate_or_delete_user(ada.id))
local gone, _, gone_detail = okta:get_user(ada.id)
step("delete her", gone == nil and gone_detail.status == 404, "get_user says " .. gone_detail.status)

local request = okta:create_user({
  profile = { login = "grace@example.com" },
  credentials = { password = { value = "never shown" } },
}, { dry_run = true })
local text = tostring(request)
step("look at a request without sending it", not text:find("never shown", 1, true), "the password is ***")
print(visible.text(text))

okta:close()
print("done: everything above was read back and is true")

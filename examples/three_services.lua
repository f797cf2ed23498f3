-- One script for three services: a tour of JumpCloud and KnetikCloud, beside an
-- Okta client where there is one. The services and their credentials come from
-- the environment (OKTA_CLIENT_*, JUMPCLOUD_*, KNETIK_*); one that is not named
-- there is left out. It only reads; with --write it also changes a JumpCloud
-- administrator (by id) and creates users and templates at KnetikCloud.
--
--   lua5.4 examples/three_services.lua [--write <id of a JumpCloud administrator>]

local here = arg[0]:match("^(.*/)") or "./"
local roster = require "roster"
local steps = dofile(here .. "steps.lua")

local writing, administrator = arg[1] == "--write", arg[2]

local function is_set(name)
  return (os.getenv(name) or "") ~= ""
end

local function client(service, named)
  return named and roster[service] { on_request = steps.count } or nil
end

local okta = client("okta", is_set "OKTA_CLIENT_ORGURL")
local jumpcloud = client("jumpcloud", is_set "JUMPCLOUD_API_KEY" or is_set "JC_API_KEY")
local knetik = client("knetik", is_set "KNETIK_URL")

local function step(...)
  steps.step("jumpcloud", ...)
end

----------------------------------------------------------- JumpCloud, reading

if jumpcloud then
  local count, someone, last = 0, nil, ""
  local ordered = true
  for organization in jumpcloud:organization_list() do
    count = count + 1
    someone = someone or organization
    ordered, last = ordered and last < organization._id, organization._id
  end
  step("list every organization, page by page", count > 0 and ordered, count .. " organizations, by _id")
  assert(someone)

  local found = assert(jumpcloud:organization_list({
    filter = { "displayName:$eq:" .. someone.displayName, "_id:$ne:none" },
    fields = { "displayName" },
  }):all())
  step("find one by two conditions", #found == 1 and found[1]._id == someone._id, found[1].displayName)

  local none, why = jumpcloud:organization_list({ filter = "displayName:eq:Acme" }):page()
  step("a filter without its $ is not sent", none == nil, why)

  local nobody, message, detail = jumpcloud:users_put(("0"):rep(24), {})
  step("see what an error looks like", nobody == nil and detail.status == 404, message)
end

----------------------------------------------------------- JumpCloud, writing

if jumpcloud and writing then
  -- there is no GET for one administrator: a PUT that changes nothing reads
  local function read()
    return assert(jumpcloud:users_put(administrator, {}))
  end

  local before = read()
  step("read an administrator", before._id == administrator, before.email)

  local changes = { firstname = "Ada", lastname = "", enableMultiFactor = not before.enableMultiFactor }
  assert(jumpcloud:users_put(administrator, changes))
  local after = read()
  step(
    "change what is given, false and \"\" included",
    after.firstname == "Ada" and after.lastname == "" and after.enableMultiFactor == changes.enableMultiFactor
      and after.email == before.email and after.roleName == before.roleName,
    "MFA is now " .. tostring(after.enableMultiFactor)
  )

  assert(jumpcloud:users_put(administrator, { enableMultiFactor = true }))
  assert(jumpcloud:admin_totpreset_begin(administrator))
  step("reset the second factor", read().totpEnrolled == false, "to be enrolled again")

  assert(jumpcloud:users_put(administrator, {
    firstname = before.firstname, lastname = before.lastname, enableMultiFactor = before.enableMultiFactor,
  }))
  local again = read()
  step("put it back", again.firstname == before.firstname and again.lastname == before.lastname, again.firstname)

  local shown = assert(jumpcloud:users_reactivate_get(administrator, { dry_run = true }))
  step("look at a mail without sending it", shown.headers["x-api-key"] == "***", shown.method .. " " .. shown.url)
end

--------------------------------------------------------- KnetikCloud, reading

function step(...)
  steps.step("knetik", ...)
end

if knetik then
  local count, someone = 0, nil
  for user in knetik:get_users { size = 20 } do
    count = count + 1
    someone = someone or user
  end
  step("get a token, list every user", count > 0, count .. " users")
  assert(someone)

  local same = assert(knetik:get_user(someone.id))
  step("get one of them", same.id == someone.id, same.display_name)

  local nobody, message, detail = knetik:get_user(987654321)
  step("see what an error looks like", nobody == nil and detail.status == 404, message)

  local refused, why = knetik:get_user("templates")
  step("a path of its own is no user", refused == nil, why)
end

--------------------------------------------------------- KnetikCloud, writing

if knetik and writing then
  local name = ("ada.%d"):format(os.time())
  local template = assert(knetik:create_user_template {
    name = "tour " .. name,
    properties = { { name = "score", type = "long", required = true } },
    allow_additional = true,
  })
  local kept = assert(knetik:get_user_template(template.id))
  step("create a template", kept.properties[1].type == "long", kept.name)

  local registered = assert(knetik:register_user {
    username = name, email = name .. "@example.com", password = "Ad4-and-Charles", template = template.id,
    additional_properties = {
      -- digits in a string: exact whichever Lua runs this
      score = { type = "long", value = "9007199254740993" },
      links = { type = "list", values = { { type = "text", value = "engine" } } },
    },
  })
  local ada = assert(knetik:get_user(registered.id))
  local more = ada.additional_properties
  step(
    "register a user, every digit kept",
    tostring(more.score.value) == "9007199254740993" and more.links.values[1].type == "text",
    "score " .. tostring(more.score.value)
  )

  assert(knetik:add_user_tag(ada.id, "analytical / engines"))
  assert(knetik:add_user_tag(ada.id, "countess"))
  assert(knetik:remove_user_tag(ada.id, "analytical / engines"))
  local tags = assert(knetik:get_user_tags(ada.id):all())
  step("tag her, and take one tag away", #tags == 1 and tags[1] == "countess", tags[1])

  -- the PUT replaces the whole user: read it, change it, send it back
  ada.display_name = "Ada Lovelace"
  assert(knetik:update_user(ada.id, ada))
  local now = assert(knetik:get_user(ada.id))
  step(
    "change her name, keep the rest",
    now.display_name == "Ada Lovelace" and now.email == ada.email
      and tostring(now.additional_properties.score.value) == "9007199254740993",
    now.display_name
  )

  assert(knetik:set_password(ada.id, "Ch4rles-and-Ada"))
  local herself = roster.knetik { username = name, password = "Ch4rles-and-Ada", on_request = steps.count }
  local me = assert(herself:get_user("me"))
  herself:close()
  step("set her password, log in with it", me.id == ada.id, "me is " .. me.username)

  local used, reason = knetik:delete_user_template(template.id)
  assert(knetik:delete_user_template(template.id, { cascade = "detach" }))
  local gone, _, gone_detail = knetik:get_user_template(template.id)
  step("delete a template in use", used == nil and gone == nil and gone_detail.status == 404, reason)
end

------------------------------------------------------------------ all of them

local seen = {}
if okta then
  seen[#seen + 1] = "Okta knows " .. assert(okta:list_users({ limit = 1 }):first()).profile.login
  okta:close()
end
if jumpcloud then
  seen[#seen + 1] = "JumpCloud " .. assert(jumpcloud:organization_list({ limit = 1 }):first()).displayName
  jumpcloud:close()
end
if knetik then
  seen[#seen + 1] = "Knetik user " .. assert(knetik:get_users({ size = 1 }):first()).id
  knetik:close()
end
steps.step("all", "ask every service from one script", #seen > 0, table.concat(seen, ", "))
print("done: everything above was read back and is true")

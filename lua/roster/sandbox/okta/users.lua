--- Create, read, update and delete users.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local profile = require "roster.sandbox.okta.profile"
local random = require "roster.sandbox.random"
local secret = require "roster.sandbox.okta.secret"
local states = require "roster.sandbox.okta.states"
local view = require "roster.sandbox.okta.view"

local handlers = {}

local function etag(org, user)
  return 'W/"' .. random.base62(random.digest(org.seed, user.id ..
    string.format("/%d", user.version)), 6) .. '"'
end

local function single(call, user, status)
  local shown = view.user(user, call.base, {
    single = true,
    omit = call.omit,
  })
  return status or 200, shown, { ETag = etag(call.org, user) }
end

function handlers.get_user(call)
  local status, shown, headers = single(call, call.user)
  local expand = call.query.expand
  if expand == "blocks" then
    shown._embedded = { blocks = json.array{} }
  elseif expand == "classification" then
    shown._embedded = { classification = { type = "STANDARD" } }
  end
  return status, shown, headers
end

-- guess: naming a user type the org does not have is a validation error.
local function user_type(call, wanted)
  wanted = secret.object(wanted, "type")
  if not wanted then
    return nil
  end
  local id = secret.text(wanted.id, "type.id")
  if not id or not call.org.world.types[id] then
    fault.raise("E0000001", { "type: no such user type" })
  end
  return id
end

local function group_ids(call, wanted)
  local list = {}
  for _, id in ipairs(secret.object(wanted, "groupIds") or {}) do
    list[#list + 1] = id
  end
  if #list > 20 then
    fault.raise("E0000001", { "groupIds: at most 20" })
  end
  for _, id in ipairs(list) do
    if not call.org.world.groups[id] then
      fault.missing("UserGroup", id)
    end
  end
  return list
end

local function new_profile(body)
  if type(body.profile) ~= "table" then
    fault.raise("E0000001",
      { "profile: The field cannot be left blank" })
  end
  return body.profile
end

-- The status a new user gets.
local function first_status(call, user, activate)
  local password = secret.has_password(user)
  if not activate then
    return "STAGED"
  elseif call.query.nextLogin then
    -- guess: a password to be changed at once shows as an expired one.
    return "PASSWORD_EXPIRED"
  elseif password or user.provider.type == "FEDERATION" or
      user.provider.type == "SOCIAL" or call.org.password_optional then
    return "ACTIVE"
  end
  return "PROVISIONED"
end

function handlers.create_user(call)
  local org, body = call.org, call.body
  local activate = call:flag("activate", true)
  local now = org.now()
  local user = {
    profile = profile.merge({}, new_profile(body)),
    provider = { type = "OKTA", name = "OKTA" },
    type = user_type(call, body.type) or org.world.types[1].id,
    created = http.iso(now),
  }
  profile.unique(org.store, user.profile.login)
  secret.apply(user, body.credentials, {
    now = now,
    provider = call:flag("provider", false),
    imports = true,
  })
  if call.query.nextLogin then
    if call.query.nextLogin ~= "changePassword" then
      fault.raise("E0000001", { "nextLogin: unknown value" })
    elseif not activate then
      fault.raise("E0000125")
    elseif not secret.has_password(user) then
      fault.raise("E0000124")
    end
  end
  user.groups = group_ids(call, body.groupIds)
  user.status = first_status(call, user, activate)
  if activate then
    user.activated, user.statusChanged = user.created, user.created
  end
  org.store:add(user)
  return single(call, user)
end

-- guess: a stale ETag answers 412; the documents name no status or code.
local function match(call, user)
  local wanted = http.header(call.headers, "If-Match")
  if not wanted or wanted == "*" then
    return
  end
  for tag in wanted:gmatch("[^,%s]+") do
    if tag:gsub("^W/", "") == etag(call.org, user):gsub("^W/", "") then
      return
    end
  end
  fault.raise("E0000001", { "If-Match: the user has changed since" }, 412)
end

-- guess: an administrator's new password ends the wait for one.
local AFTER_PASSWORD = {
  PROVISIONED = "ACTIVE",
  PASSWORD_EXPIRED = "ACTIVE",
  RECOVERY = "ACTIVE",
}

local function update(call, replace)
  local org, user, body = call.org, call.user, call.body
  match(call, user)
  local kind = user_type(call, body.type)
  if kind and kind ~= user.type and not replace then
    fault.raise("E0000001", { "type: can be changed by PUT only" })
  end
  if user.status == "DEPROVISIONED" then
    -- guess: a deprovisioned user's profile is read-only.
    fault.raise("E0000038")
  end
  local wanted = body.profile
  if wanted ~= nil and type(wanted) ~= "table" then
    fault.raise("E0000001", { "profile: The field has a wrong type" })
  elseif replace and (wanted or not body.credentials) then
    -- guess: a PUT of credentials alone keeps the profile.
    user.profile = profile.merge({}, new_profile(body))
  elseif wanted then
    user.profile = profile.merge(user.profile, wanted)
  end
  profile.unique(org.store, user.profile.login, user.index)
  local before = user.password
  local now = org.now()
  secret.apply(user, body.credentials, {
    now = now,
    strict = call:flag("strict", false),
    provider = true,
    imports = user.status == "STAGED",
  })
  if user.password ~= before and AFTER_PASSWORD[user.status] then
    user.status = AFTER_PASSWORD[user.status]
    user.statusChanged = http.iso(now)
  end
  user.type = kind or user.type
  org.store:save(user)
  return single(call, user)
end

function handlers.update_user(call)
  return update(call, true)
end

function handlers.partial_update_user(call)
  return update(call, false)
end

function handlers.deactivate_or_delete_user(call)
  local org, user = call.org, call.user
  if user.status ~= "DEPROVISIONED" then
    states.check("deactivate_user", user)
    org:deactivate(user)
  elseif user.transition then
    fault.raise("E0000038")
  else
    org:erase(user)
  end
  -- guess: respond-async is answered 202 at once.
  if call:prefers_async() then
    return 202, nil, { ["Preference-Applied"] = "respond-async" }
  end
  return 204
end

return { handlers = handlers }

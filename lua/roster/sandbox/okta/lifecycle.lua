--- Status changes asked for by an administrator.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local secret = require "roster.sandbox.okta.secret"
local states = require "roster.sandbox.okta.states"
local view = require "roster.sandbox.okta.view"

local handlers = {}

-- Moves a user at once.
local function move(call, status)
  local user = call.user
  user.status = status
  user.statusChanged = http.iso(call.org.now())
  call.org.store:save(user)
end

-- Either mails the user and shows nothing, or shows what would be mailed.
local function activation(call, send)
  if send then
    call.org:mail{ kind = "activation", to = call.user.profile.email }
    return 200, {}
  end
  local token = call.org:one_time_token()
  return 200, {
    activationUrl = call.base .. "/welcome/" .. token,
    activationToken = token,
  }
end

function handlers.activate_user(call)
  local org, user = call.org, call.user
  states.check("activate_user", user)
  local foreign = user.provider.type == "FEDERATION" or
    user.provider.type == "SOCIAL"
  local status = (secret.has_password(user) or foreign or
    org.password_optional) and "ACTIVE" or "PROVISIONED"
  org:transit(user, status, function(record)
    record.status = status
    record.activated = http.iso(org.now())
    record.statusChanged = record.activated
  end)
  return activation(call, call:flag("sendEmail", true))
end

-- guess: reactivation leaves the status alone.
function handlers.reactivate_user(call)
  states.check("reactivate_user", call.user)
  return activation(call, call:flag("sendEmail", false))
end

function handlers.deactivate_user(call)
  states.check("deactivate_user", call.user)
  call.org:deactivate(call.user)
  if call:prefers_async() then
    return 202, {}, { ["Preference-Applied"] = "respond-async" }
  end
  return 200, {}
end

function handlers.suspend_user(call)
  states.check("suspend_user", call.user)
  move(call, "SUSPENDED")
  return 200, {}
end

function handlers.unsuspend_user(call)
  states.check("unsuspend_user", call.user)
  move(call, "ACTIVE")
  return 200, {}
end

function handlers.unlock_user(call)
  if call.user.provider.type == "ACTIVE_DIRECTORY" then
    fault.raise("E0000032")
  end
  states.check("unlock_user", call.user)
  move(call, "ACTIVE")
  return 200, {}
end

function handlers.reset_factors(call)
  states.check("reset_factors", call.user)
  return 200, {}
end

-- Only users whose password lives in the org have one to expire or reset.
local function own_password(call)
  local kind = call.user.provider.type
  if kind ~= "OKTA" and kind ~= "IMPORT" then
    fault.raise("E0000017")
  end
end

local function temporary(call)
  local org, user = call.org, call.user
  local password = org:one_time_token():sub(1, 12) .. "a1"
  secret.set_password(user, password, org.now())
  move(call, "PASSWORD_EXPIRED")
  return 200, { tempPassword = password }
end

-- guess: the answer shows the new status.
function handlers.expire_password(call)
  states.check("expire_password", call.user)
  own_password(call)
  if call:flag("tempPassword", false) then
    return temporary(call)
  end
  move(call, "PASSWORD_EXPIRED")
  return 200, view.user(call.user, call.base, { single = true })
end

function handlers.expire_password_and_get_temporary_password(call)
  states.check("expire_password", call.user)
  own_password(call)
  return temporary(call)
end

function handlers.reset_password(call)
  local org, user = call.org, call.user
  states.check("reset_password", user)
  local send = call:flag("sendEmail", true)
  if call.query.provider == "FEDERATION" then
    -- guess: which error converting with sendEmail=true gives.
    if send then
      fault.raise("E0000001",
        { "sendEmail: must be false to convert to FEDERATION" })
    end
    user.provider = { type = "FEDERATION", name = "FEDERATION" }
    secret.set_password(user, nil, org.now())
    user.question, user.answer = nil, nil
    move(call, "ACTIVE")
    return 200, {}
  end
  own_password(call)
  move(call, "RECOVERY")
  if send then
    org:mail{ kind = "password_reset", to = user.profile.email }
    return 200, {}
  end
  return 200, {
    resetPasswordUrl = call.base .. "/reset_password/" ..
      org:one_time_token(),
  }
end

return { handlers = handlers }

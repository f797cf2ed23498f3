--- Passwords and recovery questions as the user changes them.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local secret = require "roster.sandbox.okta.secret"
local states = require "roster.sandbox.okta.states"
local view = require "roster.sandbox.okta.view"

local handlers = {}

local function shown(call)
  return 200, view.credentials(call.user)
end

local function value_of(body, name)
  local password = secret.object(body[name], name)
  local value = password and secret.text(password.value, name .. ".value")
  if not value then
    fault.raise("E0000001",
      { name .. ".value: The field cannot be left blank" })
  end
  return value
end

-- guess: a wrong password and a wrong answer are E0000014 with a cause.
local function verify(user, value)
  if not user.password or user.password ~= value then
    fault.raise("E0000014", { "Old Password is not correct" })
  end
end

function handlers.change_password(call)
  local org, user, body = call.org, call.user, call.body
  states.check("change_password", user)
  local old = value_of(body, "oldPassword")
  local new = value_of(body, "newPassword")
  verify(user, old)
  secret.policy(new, user, call:flag("strict", false), "E0000014")
  secret.set_password(user, new, org.now())
  -- guess: an expired password, once changed, is as good as a recovered one.
  if user.status == "RECOVERY" or user.status == "PASSWORD_EXPIRED" then
    user.status = "ACTIVE"
    user.statusChanged = http.iso(org.now())
  end
  org.store:save(user)
  return shown(call)
end

function handlers.change_recovery_question(call)
  local user, body = call.user, call.body
  states.check("change_recovery_question", user)
  local password = value_of(body, "password")
  local question = secret.object(body.recovery_question,
    "recovery_question")
  if not question then
    fault.raise("E0000001",
      { "recovery_question: The field cannot be left blank" })
  end
  verify(user, password)
  secret.recovery(user, question)
  call.org.store:save(user)
  return shown(call)
end

local function recover(call)
  local org, user, body = call.org, call.user, call.body or {}
  states.check("forgot_password", user)
  local new = value_of(body, "password")
  local question = secret.object(body.recovery_question,
    "recovery_question")
  local answer = question and secret.text(question.answer,
    "recovery_question.answer")
  if not answer then
    fault.raise("E0000001", { "recovery_question.answer: The field " ..
      "cannot be left blank" })
  elseif not secret.answers(user, answer) then
    fault.raise("E0000014",
      { "The recovery question answer did not match our records" })
  end
  secret.policy(new, user, false, "E0000014")
  secret.set_password(user, new, org.now())
  org.store:save(user)
  return shown(call)
end

handlers.forgot_password_set_new_password = recover

function handlers.forgot_password(call)
  local body = call.body
  -- The older form: the new password comes with the first request.
  if body and (body.password ~= nil or body.recovery_question ~= nil) then
    return recover(call)
  end
  states.check("forgot_password", call.user)
  -- guess: without a recovery question the flow is refused, as on the
  -- classic engine.
  if not call.user.question then
    fault.raise("E0000034")
  end
  if call:flag("sendEmail", true) then
    call.org:mail{ kind = "password_reset", to = call.user.profile.email }
    return 200, {}
  end
  return 200, {
    resetPasswordUrl = call.base .. "/signin/reset-password/" ..
      call.org:one_time_token(),
  }
end

return { handlers = handlers }

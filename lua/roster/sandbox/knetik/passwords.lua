--- Passwords: set at once, or reset with a secret that is sent.
local random = require "roster.sandbox.random"
local service = require "roster.sandbox.service"
local users = require "roster.sandbox.knetik.users"

local handlers = {}

local fail = service.fail

local function text(body, name)
  local value = (body or {})[name]
  if type(value) ~= "string" or value == "" then
    fail(400, name .. " is required", { field = name })
  end
  return value
end

function handlers.set_password(call)
  local record = users.find(call, call.params.id, false)
  if not users.may(call, record) then
    fail(403, "Access is denied: USERS_ADMIN or owner is required")
  end
  record.secret_password = text(call.body, "value")
  return 204 -- guess: void operations list no status
end

local function start(call, record)
  local app = call.service
  local secret = random.base62(random.hash(app.seed, app.request_count, 21),
    6) .. random.base62(random.hash(app.seed, app.request_count, 22), 6)
  app.secrets[record.id] = secret
  app:mail{
    kind = "password_reset",
    to = record.email,
    user_id = record.id,
    secret = secret,
  }
  return 200 -- guess
end

function handlers.start_password_reset(call)
  return start(call, users.find(call, call.params.id, false))
end

function handlers.submit_password_reset(call)
  local field
  for _, name in ipairs{ "email", "mobile_number", "username" } do
    if (call.body or {})[name] ~= nil then
      -- guess: two at once are an error.
      if field then
        fail(400, "exactly one of email, mobile_number and username")
      end
      field = name
    end
  end
  if not field then
    fail(400, "one of email, mobile_number and username is required")
  end
  local record = call.service.store:by(field, text(call.body, field))
  if not record then
    fail(404, "User not found") -- guess
  end
  return start(call, record)
end

--- Ends a reset. A secret works once.
function handlers.password_reset(call)
  local record = users.find(call, call.params.id, false)
  local password = text(call.body, "password")
  local secrets = call.service.secrets
  if text(call.body, "secret") ~= secrets[record.id] then
    fail(400, "the secret is not valid", { field = "secret" })
  end
  secrets[record.id] = nil
  record.secret_password = password
  return 204 -- guess
end

return { handlers = handlers }

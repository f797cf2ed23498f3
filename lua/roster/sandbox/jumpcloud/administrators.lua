--- Console administrators: change, mail a link, reset the second factor.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local service = require "roster.sandbox.service"

local fail = service.fail

local EMAIL_MAX = 1024 -- characters

local handlers = {}

-- guess: an id that is not one of the vendor's is unknown, not malformed.
local function find(call)
  local person = call.service.people[call.params.id]
  if not person or
      call.organization and person.organization ~= call.organization then
    fail(404, "Administrator not found")
  end
  return person
end

local function text(value, name)
  if type(value) ~= "string" then
    fail(400, name .. " must be a string")
  end
  return value
end

local function flag(value, name)
  if type(value) ~= "boolean" then
    fail(400, name .. " must be a boolean")
  end
  return value
end

local function role(call, value, name)
  local found = call.service.roles[text(value, name)]
  if not found then
    fail(400, name .. ": there is no such role")
  end
  return found
end

-- guess: null clears what may be empty, and is an error elsewhere.
local function clearable(check)
  return function(call, changed, value, name)
    if value == json.null then
      changed.cleared[name] = true
    else
      changed[name] = check(value, name, call)
    end
  end
end

local set = {
  firstname = clearable(text),
  lastname = clearable(text),
  growthData = clearable(function(value)
    if type(value) ~= "table" or getmetatable(value) == json.array_mt then
      fail(400, "growthData must be an object")
    end
    return value
  end),
  -- A date goes in, a date-time comes out.
  lastWhatsNewChecked = clearable(function(value, name)
    local time = http.time(text(value, name))
    if not time then
      fail(400, name .. " must be a date")
    end
    return http.iso(time)
  end),
}

function set.email(call, changed, value, name)
  local email = text(value, name)
  if not email:find("^[^@%s]+@[^@%s]+$") or #email > EMAIL_MAX then
    fail(400, "email is not an email address")
  end
  for _, person in ipairs(call.service.people) do
    -- guess: addresses are unique, whatever their case.
    if person.email:lower() == email:lower() and
        person._id ~= call.params.id then
      fail(400, "email is already in use")
    end
  end
  changed.email = email
end

function set.enableMultiFactor(_, changed, value, name)
  changed.enableMultiFactor = flag(value, name)
end

function set.apiKeyAllowed(_, changed, value, name)
  changed.apiKeyAllowed = flag(value, name)
end

local function take_roles(changed, roles)
  changed.role, changed.roleName = roles[1].id, roles[1].name
  changed.roles, changed.roleNames = json.array{}, json.array{}
  for i, one in ipairs(roles) do
    changed.roles[i], changed.roleNames[i] = one.id, one.name
  end
end

function set.roleName(call, changed, value, name)
  take_roles(changed, { role(call, value, name) })
end

function set.roleNames(call, changed, value, name)
  if getmetatable(value) ~= json.array_mt or not value[1] then
    fail(400, "roleNames must be a list of names")
  end
  local roles = {}
  for i, one in ipairs(value) do
    roles[i] = role(call, one, name)
  end
  take_roles(changed, roles)
end

--- Changes what the body names, false and "" included, or nothing at all.
function handlers.users_put(call)
  local person = find(call)
  local changed = { cleared = {} }
  for name, value in pairs(call.body or {}) do
    -- guess: what is unknown or read-only is passed over.
    if set[name] then
      set[name](call, changed, value, name)
    end
  end
  for name in pairs(changed.cleared) do
    person[name] = nil
  end
  changed.cleared = nil
  for name, value in pairs(changed) do
    person[name] = value
  end
  return 200, person
end

function handlers.users_reactivate_get(call)
  local person = find(call)
  call.service:mail{
    kind = "reactivation",
    to = person.email,
    administrator = person._id,
  }
  return 200, "OK" -- guess: the text
end

--- Takes the enrolled second factor away; a new one is set up at the next
-- login.
function handlers.admin_totpreset_begin(call)
  local person = find(call)
  if not person.enableMultiFactor then
    -- guess: this is the precondition; the body's shape is not documented.
    fail(412, "multi-factor authentication is not enabled", {
      object = {
        error = "Precondition Failed",
        reason = "multi-factor authentication is not enabled",
      },
    })
  end
  person.totpEnrolled = false
  person.totpUpdatedAt = http.iso(call.service.now())
  return 200 -- guess: without a body
end

return { handlers = handlers }

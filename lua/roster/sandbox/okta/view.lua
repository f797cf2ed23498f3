--- Users as JSON.
local json = require "roster.json"
local states = require "roster.sandbox.okta.states"

local M = {}
M.__index = M

-- relation -> path below the user, operation that must be allowed
local RELATIONS = {
  activate = { "/lifecycle/activate", "activate_user" },
  reactivate = { "/lifecycle/reactivate", "reactivate_user" },
  deactivate = { "/lifecycle/deactivate", "deactivate_user" },
  suspend = { "/lifecycle/suspend", "suspend_user" },
  unsuspend = { "/lifecycle/unsuspend", "unsuspend_user" },
  unlock = { "/lifecycle/unlock", "unlock_user" },
  resetPassword = { "/lifecycle/reset_password", "reset_password" },
  expirePassword = { "/lifecycle/expire_password", "expire_password" },
  resetFactors = { "/lifecycle/reset_factors", "reset_factors" },
  forgotPassword = { "/credentials/forgot_password", "forgot_password" },
  changePassword = { "/credentials/change_password", "change_password" },
  changeRecoveryQuestion = { "/credentials/change_recovery_question",
    "change_recovery_question" },
}

-- What a link needs of the credentials besides the status.
local NEEDS = {
  forgotPassword = "question",
  changePassword = "password",
  changeRecoveryQuestion = "password",
}

--- The credentials a user shows: never a secret.
---@param user table
---@return table
function M.credentials(user)
  local shown = { provider = user.provider }
  if user.password or user.hash then
    shown.password = {}
  end
  if user.question then
    shown.recovery_question = { question = user.question }
  end
  return shown
end

local function emails(user)
  local list = { {
    value = user.profile.email,
    status = "VERIFIED",
    type = "PRIMARY",
  } }
  if type(user.profile.secondEmail) == "string" then
    list[2] = {
      value = user.profile.secondEmail,
      status = "VERIFIED",
      type = "SECONDARY",
    }
  end
  return json.array(list)
end

local function links(user, base, self_url, single)
  if not single then
    return { self = { href = self_url } }
  end
  local shown = {
    self = { href = self_url },
    schema = { href = base .. "/api/v1/meta/schemas/user/" .. user.type },
    type = { href = base .. "/api/v1/meta/types/user/" .. user.type },
  }
  -- guess: a link is there exactly when the operation would be allowed.
  for relation, row in pairs(RELATIONS) do
    local need = NEEDS[relation]
    if states.allowed(row[2], user.status) and (not need or user[need]) then
      shown[relation] = { href = self_url .. row[1], method = "POST" }
    end
  end
  return shown
end

--- A user as a table for the encoder.
---@param user table
---@param base string  the org's URL
---@param options? table  single (boolean), omit (set of okta-response words),
--- url (instead of the self link)
---@return table
function M.user(user, base, options)
  options = options or {}
  local omit = options.omit or {}
  local profile = {}
  for name, value in pairs(user.profile) do
    profile[name] = value
  end
  -- guess: these two show as null when unset, the others are left out.
  for _, name in ipairs{ "secondEmail", "mobilePhone" } do
    if profile[name] == nil then
      profile[name] = json.null
    end
  end
  local shown = {
    id = user.id,
    status = user.status,
    created = user.created,
    activated = user.activated or json.null,
    statusChanged = user.statusChanged or json.null,
    lastLogin = user.lastLogin or json.null,
    lastUpdated = user.lastUpdated,
    passwordChanged = user.passwordChanged or json.null,
    type = { id = user.type },
    profile = profile,
  }
  if not omit.omitTransitioningToStatus then
    shown.transitioningToStatus = user.transition and
      user.transition.status or json.null
  end
  if not omit.omitCredentials then
    shown.credentials = M.credentials(user)
    shown.credentials.emails = emails(user)
  end
  -- guess: omitCredentialsLinks leaves out the links about credentials.
  shown._links = links(user, base, options.url or
    base .. "/api/v1/users/" .. user.id, options.single)
  if omit.omitCredentialsLinks then
    for relation, row in pairs(RELATIONS) do
      if row[1]:find("password", 1, true) or row[1]:find("question", 1, true)
      then
        shown._links[relation] = nil
      end
    end
  end
  return shown
end

--- Makes a renderer of list entries over a store.
---@param store table
function M.new(store)
  return setmetatable({ store = store, templates = {} }, M)
end

-- An untouched user differs from the next one of its status in values only:
-- the entry is encoded once with marks in their place.
local function template(self, status, omit, key)
  local record = self.store.seed:record(0, function(name)
    return "@{" .. name .. "}"
  end, status)
  local text = json.encode(M.user(record, "", { omit = omit, url = "@{url}" }))
  self.templates[key] = text
  return text
end

--- A list entry as JSON.
---@param i integer
---@param base string
---@param omit? table
---@return string
function M:entry(i, base, omit)
  local store = self.store
  omit = omit or {}
  if not store:untouched(i) then
    return json.encode(M.user(store:load(i), base, { omit = omit }))
  end
  local seed = store.seed
  local status = seed:status(i)
  local key = table.concat({ status,
    omit.omitCredentials and "c" or "",
    omit.omitCredentialsLinks and "l" or "",
    omit.omitTransitioningToStatus and "t" or "" }, " ")
  local text = self.templates[key] or template(self, status, omit, key)
  local values = {}
  return (text:gsub('"@{([%w.]+)}"', function(name)
    local value = values[name]
    if not value then
      if name == "url" then
        value = base .. "/api/v1/users/" .. seed:id(i)
      else
        value = seed:get(i, name)
      end
      -- Words the generator makes need no escape; lists and numbers do not
      -- come often enough to matter.
      if type(value) == "string" then
        value = '"' .. value .. '"'
      else
        value = json.encode(value)
      end
      values[name] = value
    end
    return value
  end))
end

return M

--- Which operation is allowed in which user status, and what refusing it
-- looks like. Links of a user follow from the same rows.
local fault = require "roster.sandbox.okta.fault"

local M = {}

local function set(...)
  local t = {}
  for _, status in ipairs{ ... } do
    t[status] = true
  end
  return t
end

-- operation -> statuses it starts from, error otherwise
M.rules = {
  activate_user = { from = set("STAGED", "DEPROVISIONED"),
    code = "E0000038" },
  reactivate_user = { from = set("PROVISIONED", "RECOVERY"),
    code = "E0000038" },
  -- guess: deactivating twice is the generic wrong-status answer.
  deactivate_user = { from = set("STAGED", "PROVISIONED", "ACTIVE",
    "SUSPENDED", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY"),
    code = "E0000038" },
  suspend_user = { from = set("ACTIVE"), code = "E0000001",
    cause = "Cannot suspend a user that is not active" },
  unsuspend_user = { from = set("SUSPENDED"), code = "E0000001",
    cause = "Cannot unsuspend a user that is not suspended" },
  -- guess: an ACTIVE user is unlockable only when blocked for unknown
  -- devices; nobody here ever is, so ACTIVE is refused.
  unlock_user = { from = set("LOCKED_OUT"), code = "E0000032" },
  -- guess: the documents do not say which statuses these three refuse.
  expire_password = { from = set("ACTIVE", "PASSWORD_EXPIRED",
    "LOCKED_OUT", "RECOVERY"), code = "E0000038" },
  reset_password = { from = set("PROVISIONED", "ACTIVE",
    "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY"), code = "E0000038" },
  reset_factors = { from = set("STAGED", "PROVISIONED", "ACTIVE",
    "SUSPENDED", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY"),
    code = "E0000038" },
  change_password = { from = set("STAGED", "ACTIVE", "PASSWORD_EXPIRED",
    "RECOVERY"), code = "E0000035" },
  change_recovery_question = { from = set("STAGED", "ACTIVE", "RECOVERY"),
    code = "E0000036" },
  forgot_password = { from = set("ACTIVE"), code = "E0000034" },
}
M.rules.expire_password_and_get_temporary_password = M.rules.expire_password
M.rules.forgot_password_set_new_password = M.rules.forgot_password

--- Tells whether an operation is allowed in a status.
---@param operation string
---@param status string
---@return boolean
function M.allowed(operation, status)
  return M.rules[operation].from[status] or false
end

--- Ends the request with the operation's error unless the user may have it.
---@param operation string
---@param user table
function M.check(operation, user)
  local rule = M.rules[operation]
  -- guess: while a transition is under way no other may begin.
  if user.transition then
    fault.raise("E0000038")
  end
  if rule.from[user.status] then
    return
  elseif operation == "activate_user" and user.status == "ACTIVE" then
    fault.raise("E0000016")
  end
  fault.raise(rule.code, rule.cause and { rule.cause })
end

return M

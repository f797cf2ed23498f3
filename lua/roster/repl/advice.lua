--- What to do about an error, for whoever is at the prompt.
local describe = require "roster.describe"

local M = {}

-- by the service's own code, which says more than the status
local CODES = {
  okta = {
    E0000001 = "the causes say which field the service refuses",
    E0000006 = "the token's owner lacks the administrator role for this",
    E0000011 = "the token is of another org, expired or revoked: make a client with another",
    E0000014 = "the password does not satisfy the policy of the org",
    E0000016 = "the user is already active: look at user.status",
    E0000038 = "not in the user's present status: look at user.status",
    E0000124 = "next_login needs activate and a password",
    E0000125 = "next_login needs activate and a password",
  },
}

local STATUSES = {
  [400] = "the service refuses what was sent: last() shows it",
  [403] = "the credential may not do this",
  [404] = "nothing has this id here: a list finds what there is",
  [405] = "the service does not know this call: is the url right?",
  [409] = "something else stands in its way, or was changed meanwhile: read it again",
  [412] = "it was changed since it was read, or a condition does not hold: read it again",
  [413] = "the body is too large",
}

local KINDS = {
  argument = "nothing was sent",
  auth = "no valid credential: is the one in the environment, or in the constructor, that of this service?",
  closed = "the client is closed: make another",
  protocol = "that is no answer of this service: is the url right, or is a proxy in between?",
  timeout = "the time was over: give the call another `timeout`, in seconds",
  transport = "no answer: is the url right, and can this machine reach it?",
}

local function waiting(detail)
  if detail.retry_at then
    return ("another try can help in %.0f s"):format(math.max(0, detail.retry_at - os.time()))
  end
  return "wait a little and try again"
end

local function scopes(detail)
  local op = describe.operation(detail.service, detail.operation)
  local list = op and describe.scopes(op) or {}
  return #list > 0 and ": it takes " .. table.concat(list, " or ") or ""
end

local function help(detail)
  local op = describe.operation(detail.service, detail.operation)
  return op and ('help "%s.%s" shows what it takes'):format(detail.service, op.name) or nil
end

--- What can be done, a line each.
---@param detail roster.Error
---@return string[]
function M.lines(detail)
  if detail.unconfirmed then
    return {}
  end
  local lines = {}
  local code = CODES[detail.service] and CODES[detail.service][detail.code]
  if detail.ambiguous then
    lines[1] = "the service may have done it all the same: look before you repeat it"
  elseif detail.kind == "rate_limited" then
    lines[1] = waiting(detail)
  elseif code then
    lines[1] = code
  elseif detail.kind == "http" and detail.status then
    lines[1] = STATUSES[detail.status] or detail.retryable and "the service has trouble: try again, it can do no harm"
      or detail.status >= 500 and "the service has trouble" or nil
  else
    lines[1] = KINDS[detail.kind]
  end
  if detail.status == 403 then
    lines[1] = (lines[1] or STATUSES[403]) .. scopes(detail)
  end
  for _, cause in ipairs(detail.causes or {}) do
    -- most of them are in the error's own line
    if not tostring(detail):find(tostring(cause), 1, true) then
      lines[#lines + 1] = tostring(cause)
    end
  end
  if detail.kind == "argument" or detail.status == 400 then
    lines[#lines + 1] = help(detail)
  end
  return lines
end

--- The error and what to do, as it is printed.
---@param detail roster.Error
---@return string
function M.text(detail)
  local lines = { tostring(detail) }
  for _, line in ipairs(M.lines(detail)) do
    lines[#lines + 1] = "  " .. line
  end
  return table.concat(lines, "\n")
end

return M

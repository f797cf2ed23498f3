--- What an account starts with: roles, organizations, administrators.
local http = require "roster.sandbox.http"
local ids = require "roster.sandbox.jumpcloud.ids"
local json = require "roster.json"
local names = require "roster.sandbox.okta.names"
local random = require "roster.sandbox.random"

local M = {}

local FOUNDED = 1577836800 -- 2020-01-01
local DAY = 86400

local ROLES = {
  "Administrator With Billing", "Administrator", "Manager", "Help Desk",
  "Command Runner", "Read Only",
}

--- Makes the roles: a list, and by name.
function M.roles(seed)
  local roles = {}
  for i, name in ipairs(ROLES) do
    roles[i] = { id = ids.role(seed, i), name = name }
    roles[name] = roles[i]
  end
  return roles
end

--- Makes the organization number `n`.
function M.organization(seed, n)
  local place = names.places[(n - 1) % #names.places + 1]
  local department = random.pick(names.departments, random.hash(seed, n, 4))
  return {
    _id = ids.organization(seed, n),
    displayName = string.format("%s %s %d", place[1], department, n),
    logoUrl = string.format("https://logos.example.com/%d.png", n),
  }
end

--- Makes the organizations: a list in order of creation, and by id.
function M.organizations(seed, count)
  local list = { made = count }
  for n = 1, count do
    list[n] = M.organization(seed, n)
    list[list[n]._id] = list[n]
  end
  return list
end

local function administrator(account, n)
  local seed, h = account.seed, random.hash(account.seed, n, 5)
  local first, last = h % #names.first + 1, random.hash(seed, n, 6) %
    #names.last + 1
  local role = account.roles[n == 1 and 1 or h % #account.roles + 1]
  local tenant = account.tenants[account.multi_tenant and
    (n - 1) % #account.tenants + 1 or 1]
  local factor = n % 3 ~= 0
  return {
    _id = ids.administrator(seed, n),
    apiKeyAllowed = true,
    apiKeySet = n % 2 == 1,
    created = http.iso(FOUNDED + n * DAY),
    disableIntroduction = false,
    email = string.format("%s.%s.%d@example.com", names.first_plain[first],
      names.last_plain[last], n),
    enableMultiFactor = factor,
    firstname = names.first[first],
    growthData = {
      experimentStates = {},
      onboardingState = { step = "invite", done = n % 2 == 0 },
    },
    lastWhatsNewChecked = http.iso(FOUNDED + 30 * DAY),
    lastname = names.last[last],
    organization = tenant._id,
    passwordUpdatedAt = http.iso(FOUNDED + n * DAY),
    provider = ids.provider(seed, 1),
    role = role.id,
    roleName = role.name,
    roleNames = json.array{ role.name },
    roles = json.array{ role.id },
    sessionCount = h % 500,
    suspended = false,
    totpEnrolled = factor,
    usersTimeZone = names.places[n % #names.places + 1][5],
  }
end

--- Makes the administrators: a list, and by id.
function M.administrators(account)
  local list = {}
  for n = 1, account.administrators do
    list[n] = administrator(account, n)
    list[list[n]._id] = list[n]
  end
  return list
end

return M

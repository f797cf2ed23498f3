--- The users an org starts with, each a function of its number, so that a
-- hundred thousand of them cost nothing until one is looked at or changed.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local names = require "roster.sandbox.okta.names"
local random = require "roster.sandbox.random"

local M = {}
M.__index = M

local floor = math.floor
local format = string.format

local EPOCH = 1577836800 -- 2020-01-01, the day the org was founded
local YEAR = 31536000

--- The password and the recovery answer of every user the org starts with.
M.PASSWORD = "Sandbox-pass-1"
M.QUESTION = "What is this org made of?"
M.ANSWER = "Sand"

-- One user in fifty each; the others are ACTIVE. DEPROVISIONED ones come
-- only on request, behind the others, because a plain list leaves them out.
local STATUS = {
  [7] = "STAGED",
  [13] = "PROVISIONED",
  [19] = "SUSPENDED",
  [23] = "PASSWORD_EXPIRED",
  [29] = "LOCKED_OUT",
  [31] = "RECOVERY",
}

-- Which date fields a status has behind it.
local NEVER_ACTIVE = { STAGED = true }
local NEVER_IN = { STAGED = true, PROVISIONED = true }

local compute = {}

local function person(self, i, salt)
  return random.hash(self.seed, i, salt)
end

local function place(self, i)
  return random.pick(names.places, person(self, i, 3))
end

local function slot(self, i, list, salt)
  return floor(person(self, i, salt) / 61) % #list + 1
end

local function first(self, i)
  return names.first[slot(self, i, names.first, 1)]
end

local function last(self, i)
  return names.last[slot(self, i, names.last, 2)]
end

local function short(self, i)
  return names.first_plain[slot(self, i, names.first, 1)] .. "." ..
    names.last_plain[slot(self, i, names.last, 2)] .. "." ..
    format("%d", i)
end

function compute.login(self, i)
  return short(self, i) .. "@example.com"
end
compute.email = compute.login
function compute.secondEmail(self, i)
  return short(self, i) .. "@home.example.org"
end
compute.firstName = first
compute.lastName = last
function compute.middleName(self, i)
  return random.pick(names.first, person(self, i, 4))
end
function compute.displayName(self, i)
  return first(self, i) .. " " .. last(self, i)
end
function compute.nickName(self, i)
  return (first(self, i))
end
function compute.profileUrl(self, i)
  return "https://people.example.com/" .. short(self, i)
end
function compute.title(self, i)
  return random.pick(names.titles, person(self, i, 5))
end
function compute.primaryPhone(self, i)
  return format("+1 555 %03d %04d", person(self, i, 6) % 1000, i % 10000)
end
function compute.mobilePhone(self, i)
  local h = person(self, i, 7)
  if h % 3 == 0 then
    return json.null
  end
  return format("+1 555 %03d %04d", h % 1000, (i + 5000) % 10000)
end
function compute.streetAddress(self, i)
  return format("%d %s", person(self, i, 8) % 900 + 1,
    random.pick(names.streets, person(self, i, 9)))
end
function compute.city(self, i)
  return place(self, i)[1]
end
function compute.state(self, i)
  return place(self, i)[2]
end
function compute.countryCode(self, i)
  return place(self, i)[3]
end
function compute.zipCode(self, i)
  return place(self, i)[4] .. format("%02d", person(self, i, 10) % 100)
end
function compute.timezone(self, i)
  return place(self, i)[5]
end
function compute.locale(self, i)
  return place(self, i)[6]
end
function compute.preferredLanguage(self, i)
  return (place(self, i)[6]:gsub("_", "-"))
end
function compute.postalAddress(self, i)
  local at = place(self, i)
  return compute.streetAddress(self, i) .. ", " ..
    compute.zipCode(self, i) .. " " .. at[1] .. ", " .. at[3]
end
function compute.userType(self, i)
  return person(self, i, 11) % 8 == 0 and "Contractor" or "Employee"
end
function compute.employeeNumber(_, i)
  return format("E%06d", i)
end
function compute.costCenter(self, i)
  return format("CC-%03d", person(self, i, 12) % 40 + 100)
end
function compute.organization()
  return "Example Works"
end
function compute.division(self, i)
  return person(self, i, 13) % 2 == 0 and "Product" or "Business"
end
function compute.department(self, i)
  return random.pick(names.departments, person(self, i, 14))
end
function compute.managerId(_, i)
  return format("E%06d", floor(i / 12) + 1)
end
function compute.manager(self, i)
  return compute.displayName(self, floor(i / 12) + 1)
end
function compute.honorificPrefix(self, i)
  return person(self, i, 15) % 2 == 0 and "Ms." or "Mr."
end
-- Custom attributes, one of each type a profile may hold.
function compute.employeeLevel(self, i)
  return person(self, i, 16) % 9 + 1
end
function compute.workingShare(self, i)
  return random.pick({ 1, 0.8, 0.75, 0.5 }, person(self, i, 17))
end
function compute.remote(self, i)
  return person(self, i, 18) % 2 == 0
end
function compute.skills(self, i)
  return json.array(random.pick(names.skills, person(self, i, 19)))
end
function compute.startDate(self, i)
  return (http.iso(EPOCH + person(self, i, 20) % (4 * YEAR)):sub(1, 10))
end
function compute.bio(self, i)
  return format("%s works in %s in %s, in the %s division, on floor %d; " ..
    "speaks to %s about budgets, to the works council about the canteen, " ..
    "and to nobody at all before the first cup of coffee of the day. " ..
    "Reachable on weekdays.", first(self, i), compute.department(self, i),
    place(self, i)[1], compute.division(self, i),
    person(self, i, 21) % 30, compute.manager(self, i))
end

local PROFILE = {}
for name in pairs(compute) do
  PROFILE[#PROFILE + 1] = name
end
table.sort(PROFILE)

-- The rest of a record, by the names search knows.
local dates = {}
function dates.created(self, i)
  return EPOCH + person(self, i, 22) % (3 * YEAR)
end
function dates.activated(self, i)
  return dates.created(self, i) + 600 + person(self, i, 23) % 86400
end
function dates.statusChanged(self, i)
  return dates.activated(self, i) + person(self, i, 24) % (YEAR / 2)
end
function dates.lastLogin(self, i)
  return dates.statusChanged(self, i) + person(self, i, 25) % (YEAR / 2)
end
function dates.lastUpdated(self, i)
  return dates.statusChanged(self, i) + person(self, i, 26) % (YEAR / 2)
end
dates.passwordChanged = dates.activated

--- Makes the generator.
---@param seed integer
---@param count integer  users that a plain list shows
---@param deprovisioned integer  further ones that it does not
function M.new(seed, count, deprovisioned)
  return setmetatable({
    seed = seed,
    live = count,
    count = count + deprovisioned,
  }, M)
end

function M:id(i)
  return random.id("00u", self.seed, i)
end

function M:status(i)
  if i > self.live then
    return "DEPROVISIONED"
  end
  return i > 1 and STATUS[i % 50] or "ACTIVE"
end

--- Reads one property without making the record.
---@param i integer
---@param name string  as search spells it: `status`, `profile.city`
function M:get(i, name)
  local attribute = name:match("^profile%.(.+)$")
  if attribute then
    local make = compute[attribute]
    if make then
      return make(self, i)
    end
    return nil
  elseif name == "id" then
    return self:id(i)
  elseif name == "status" then
    return self:status(i)
  elseif dates[name] then
    local status = self:status(i)
    if NEVER_ACTIVE[status] and (name == "activated" or
        name == "statusChanged") or NEVER_IN[status] and
        (name == "lastLogin" or name == "passwordChanged") then
      return nil
    end
    return http.iso(dates[name](self, i))
  elseif name == "type.id" then
    return random.id("oty", self.seed, 1)
  end
end

--- Makes a whole record.
---@param i integer
---@param get? fun(name: string): any  instead of the real values
---@param status? string
function M:record(i, get, status)
  get = get or function(name)
    return self:get(i, name)
  end
  status = status or self:status(i)
  local profile = {}
  for _, name in ipairs(PROFILE) do
    profile[name] = get("profile." .. name)
  end
  return {
    index = i,
    id = get("id"),
    status = status,
    created = get("created"),
    activated = not NEVER_ACTIVE[status] and get("activated") or nil,
    statusChanged = not NEVER_ACTIVE[status] and get("statusChanged") or nil,
    lastLogin = not NEVER_IN[status] and get("lastLogin") or nil,
    passwordChanged = not NEVER_IN[status] and get("passwordChanged") or nil,
    lastUpdated = get("lastUpdated"),
    type = random.id("oty", self.seed, 1),
    provider = { type = "OKTA", name = "OKTA" },
    password = not NEVER_IN[status] and M.PASSWORD or nil,
    question = not NEVER_IN[status] and M.QUESTION or nil,
    answer = not NEVER_IN[status] and M.ANSWER or nil,
    profile = profile,
    version = 0,
  }
end

--- Finds whose login this could have been; the caller compares.
---@param shortname string  the login's part before "@"
---@return integer|nil
function M:owner(shortname)
  local i = tonumber(shortname:match("%.(%d+)$"))
  if i and i >= 1 and i <= self.count and short(self, i) == shortname then
    return i
  end
  return nil
end

return M

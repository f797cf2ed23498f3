--- What a profile must hold before it is kept.
local fault = require "roster.sandbox.okta.fault"
local json = require "roster.json"

local M = {}

-- name -> shortest and longest text, in characters
local LENGTHS = {
  login = { 5, 100 },
  email = { 5, 100 },
  secondEmail = { 5, 100 },
  firstName = { 1, 50 },
  lastName = { 1, 50 },
  city = { 0, 128 },
  state = { 0, 128 },
  countryCode = { 0, 2 },
  mobilePhone = { 0, 100 },
  primaryPhone = { 0, 100 },
  postalAddress = { 0, 4096 },
  streetAddress = { 0, 1024 },
  zipCode = { 0, 50 },
}

-- Attributes of the default schema; all are text.
local BASE = {}
for name in ([[login email secondEmail firstName lastName middleName
  honorificPrefix honorificSuffix title displayName nickName profileUrl
  primaryPhone mobilePhone streetAddress city state zipCode countryCode
  postalAddress preferredLanguage locale timezone userType employeeNumber
  costCenter organization division department managerId manager
  ]]):gmatch("%S+") do
  BASE[name] = true
end

local MANDATORY = { "login", "email", "firstName", "lastName" }
local BLANK = ": The field cannot be left blank"

-- Characters, not bytes: continuation bytes do not count.
local function characters(text)
  return select(2, text:gsub("[^\128-\191]", ""))
end

local function plain(value)
  local kind = type(value)
  return kind == "string" or kind == "boolean" or kind == "number"
end

-- An open schema: guess: attributes the schema does not know are accepted,
-- as long as they are one of the types a custom attribute may have.
local function typed(name, value)
  if BASE[name] then
    return type(value) == "string"
  elseif type(value) ~= "table" then
    return plain(value)
  end
  for key, element in pairs(value) do
    if type(key) ~= "number" or not plain(element) then
      return false
    end
  end
  return true
end

local function inspect(name, value, causes)
  if not typed(name, value) then
    causes[#causes + 1] = name .. ": The field has a wrong type"
    return
  end
  local bounds = LENGTHS[name]
  local n = bounds and characters(value)
  if bounds and (n < bounds[1] or n > bounds[2]) then
    causes[#causes + 1] = string.format(
      "%s: String length must be between %d and %d", name, bounds[1],
      bounds[2])
  end
  -- guess: the login has the form of an email address, as in the default
  -- schema.
  if (name == "email" or name == "login" or name == "secondEmail" and
      value ~= "") and not value:find("^[^%s@]+@[^%s@]+$") then
    causes[#causes + 1] = name .. ": Does not match required pattern"
  end
end

--- Takes what a request says over into a profile, or ends the request with
-- E0000001 and one cause for each thing wrong.
---@param old table  the profile so far; not changed
---@param new table  from the request; JSON null clears
---@return table profile
function M.merge(old, new)
  local profile, causes, names = {}, {}, {}
  for name, value in pairs(old) do
    profile[name] = value
  end
  for name, value in pairs(new) do
    names[#names + 1] = name
    if value == json.null then
      profile[name] = nil
    else
      profile[name] = value
    end
  end
  for _, name in ipairs(MANDATORY) do
    if profile[name] == nil or profile[name] == "" then
      causes[#causes + 1] = name .. BLANK
    end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local value = profile[name]
    if value ~= nil and not (value == "" and BASE[name]) then
      inspect(name, value, causes)
    end
  end
  if causes[1] then
    fault.raise("E0000001", causes)
  end
  return profile
end

--- Ends the request unless the login is free.
---@param store table
---@param login string
---@param index? integer  the user that may hold it
function M.unique(store, login, index)
  local owner = store:by_login(login)
  if owner and owner ~= index then
    fault.raise("E0000001", { "login: An object with this field already " ..
      "exists in the current organization" })
  end
end

return M

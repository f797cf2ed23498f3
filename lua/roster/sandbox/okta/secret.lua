--- Checks and keeps passwords, hashes, recovery questions and providers.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local json = require "roster.json"

local M = {}

local HISTORY = 4 -- guess: how many former passwords count as used

local function fail(cause, code)
  fault.raise(code or "E0000001", { cause })
end

local function object(value, name)
  if value == nil or value == json.null then
    return nil
  elseif type(value) ~= "table" then
    fail(name .. ": The field has a wrong type")
  end
  return value
end
M.object = object

local function text(value, name)
  if value == nil or value == json.null then
    return nil
  elseif type(value) ~= "string" then
    fail(name .. ": The field has a wrong type")
  end
  return value
end
M.text = text

--- Ends the request unless the org's policy allows the password.
---@param value string
---@param user table
---@param strict boolean  also refuse a password used before
---@param code string  the operation's error for it
function M.policy(value, user, strict, code)
  -- guess: the policy is 8 to 72 bytes and not the login; the least age of
  -- a password is nought, so strict adds the history alone.
  if #value < 8 or #value > 72 then
    fail("password: Password requirements were not met. Password " ..
      "requirements: at least 8 characters, at most 72", code)
  end
  local short = tostring(user.profile.login):match("^([^@]*)"):lower()
  if #short >= 4 and value:lower():find(short, 1, true) then
    fail("password: Password requirements were not met. Password " ..
      "requirements: no parts of your username", code)
  end
  if strict then
    for _, former in ipairs(user.former or {}) do
      if former == value then
        fail("password: Password has been used too recently", code)
      end
    end
    if user.password == value then
      fail("password: Password has been used too recently", code)
    end
  end
end

--- Gives a user a new password.
---@param user table
---@param value string|nil  nil takes the password away
---@param now number
function M.set_password(user, value, now)
  if user.password then
    local former = { user.password }
    for i = 1, HISTORY - 1 do
      former[i + 1] = user.former and user.former[i]
    end
    user.former = former
  end
  user.password = value
  user.hash = nil
  user.passwordChanged = value and http.iso(now) or nil
end

local HASHES = {
  BCRYPT = true, ["SHA-512"] = true, ["SHA-256"] = true, ["SHA-1"] = true,
  MD5 = true, PBKDF2 = true,
}

local function hash(value)
  local algorithm = text(value.algorithm, "algorithm")
  local digest = text(value.value, "value")
  local salt = text(value.salt, "salt")
  if not algorithm or not HASHES[algorithm] then
    fail("credentials.password.hash.algorithm: unknown algorithm")
  elseif not digest or digest == "" then
    fail("credentials.password.hash.value: The field cannot be left blank")
  end
  if algorithm == "BCRYPT" then
    local factor = value.workFactor
    if type(factor) ~= "number" or factor < 1 or factor > 20 then
      fail("credentials.password.hash.workFactor: must be 1 to 20")
    elseif not salt or not salt:find("^[%w./]+$") or #salt ~= 22 then
      fail("credentials.password.hash.salt: must be 22 radix-64 characters")
    elseif not digest:find("^[%w./]+$") then
      fail("credentials.password.hash.value: must be radix-64")
    end
    return
  end
  if not digest:find("^[%w+/]+=*$") or
      salt and not salt:find("^[%w+/]+=*$") then
    fail("credentials.password.hash: value and salt must be base64")
  elseif algorithm == "PBKDF2" then
    if type(value.iterationCount) ~= "number" or
        value.iterationCount < 4096 then
      fail("credentials.password.hash.iterationCount: at least 4096")
    end
  elseif salt and value.saltOrder ~= "PREFIX" and
      value.saltOrder ~= "POSTFIX" then
    fail("credentials.password.hash.saltOrder: must be PREFIX or POSTFIX")
  end
end

local function recovery(user, wanted)
  local question = text(wanted.question, "question")
  local answer = text(wanted.answer, "answer")
  if not question or #question < 1 or #question > 100 then
    fail("recovery_question.question: must be 1 to 100 characters")
  elseif not answer or #answer < 1 or #answer > 100 then
    fail("recovery_question.answer: must be 1 to 100 characters")
  end
  user.question, user.answer = question, answer
end
M.recovery = recovery

--- Tells whether the answer to the recovery question is right.
---@param user table
---@param answer string|nil
---@return boolean
function M.answers(user, answer)
  return user.answer ~= nil and answer ~= nil and
    user.answer:lower() == answer:lower()
end

local PROVIDERS = {
  OKTA = true, ACTIVE_DIRECTORY = true, LDAP = true, FEDERATION = true,
  SOCIAL = true, IMPORT = true,
}

local function provider(user, wanted, allowed)
  local kind = text(wanted.type, "provider.type")
  if not kind or not PROVIDERS[kind] then
    fail("credentials.provider.type: unknown provider")
  end
  local foreign = kind == "FEDERATION" or kind == "SOCIAL"
  -- guess: which error a provider without provider=true gives.
  if foreign and not allowed then
    fail("credentials.provider: needs provider=true")
  end
  user.provider = {
    type = kind,
    name = text(wanted.name, "provider.name") or kind,
  }
  return foreign
end

--- Takes the credentials of a create or update request over into a user.
---@param user table
---@param wanted table|nil  `credentials` of the request
---@param options table  now, strict, provider (boolean), imports (boolean:
--- a hash or hook is allowed)
function M.apply(user, wanted, options)
  wanted = object(wanted, "credentials")
  if not wanted then
    return
  end
  local named = object(wanted.provider, "credentials.provider")
  local foreign = named and provider(user, named, options.provider) or
    user.provider.type == "FEDERATION" or user.provider.type == "SOCIAL"
  local password = object(wanted.password, "credentials.password")
  local question = object(wanted.recovery_question,
    "credentials.recovery_question")
  local hashed = password and object(password.hash, "password.hash")
  local hook = password and object(password.hook, "password.hook")
  local value = password and text(password.value, "password.value")
  if foreign and (hashed or hook or value or question) then
    fault.raise("E0000041")
  end
  if hashed or hook then
    if not options.imports then
      fail("credentials.password: a hash is taken only while STAGED")
    end
    if hashed then
      hash(hashed)
    elseif hook.type ~= "default" then
      fail("credentials.password.hook.type: must be default")
    end
    M.set_password(user, nil, options.now)
    user.hash = true
    user.passwordChanged = http.iso(options.now)
    user.provider = { type = "IMPORT", name = "IMPORT" }
  elseif value then
    M.policy(value, user, options.strict, "E0000001")
    M.set_password(user, value, options.now)
  end
  if question then
    recovery(user, question)
  end
end

--- Tells whether a user has any password.
function M.has_password(user)
  return user.password ~= nil or user.hash ~= nil
end

return M

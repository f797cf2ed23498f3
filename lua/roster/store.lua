--- Where clients of one service and one credential keep what they know in
--- common: a token, and what is used of the quota. A store has three methods, and may have a member;
--- any of them may wait, and returns nil, why when it could not do it:
---
---     get(key)              the value (a string or number), nil when there is none
---     set(key, value, seconds, only_if_absent)
---                           true, or false when there is one already and
---                           `only_if_absent`, which must be atomic; a value of
---                           nil removes it. `seconds`: its life, with a fraction;
---                           nil for ever
---     incr(key, by, seconds)
---                           adds to a number, atomically, and returns it; one
---                           that is not there begins at 0 and lives so long, or
---                           with `seconds` of nil stays absent
---
---     is_local              true where only processes of one machine use it: then
---                           times in it are by the clock that only goes forward,
---                           and setting the machine's clock changes nothing;
---                           else they are epoch seconds
---
--- Inside nginx it is the dictionary that all workers share, where one is
--- declared; elsewhere there is none, unless the caller gives one.
local core = require "roster.core"
local grant = require "roster.token.grant"
local phase = require "roster.nginx.phase"
local raised = require "roster.raised"

local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.store" }

-- mixed into every key, so that nobody who sees keys can try out secrets
local SALT = "roster:salt"

local function digits(number)
  return ("%.0f"):format(number)
end

--- Too long for two texts to meet by chance.
local function fingerprint(text)
  return digits(core.fingerprint("1" .. text)) .. "-" .. digits(core.fingerprint("2" .. text))
end

--- Asks the store; one that raises has failed.
local function ask(store, method, ...)
  local ok, result, why = raised.pcall(store[method], store, ...)
  if ok then
    return result, why
  end
  return nil, raised.text(result)
end

--- What the keys begin with, or nil, why. Not asked for by the constructor,
--- which may not wait.
local function prefix_of(self)
  if self.prefix then
    return self.prefix
  end
  local salt, why = ask(self.store, "get", SALT)
  if type(salt) ~= "string" then
    local made
    made, why = ask(self.store, "set", SALT, digits(core.random() * 2 ^ 53), nil, true)
    salt = made ~= nil and ask(self.store, "get", SALT)
  end
  if type(salt) ~= "string" then
    return nil, why or "the store does not keep what it is given"
  end
  self.prefix = ("roster:%s:"):format(fingerprint(salt .. self.identity))
  return self.prefix
end

local function use(self, method, name, ...)
  local prefix, why = prefix_of(self)
  if not prefix then
    return nil, why
  end
  return ask(self.store, method, prefix .. name, ...)
end

--- The value, or nil; then why, if it could not be read.
---@param name string
---@return string|number|nil value, string? why
function methods:get(name)
  local value, why = use(self, "get", name)
  if type(value) == "string" or type(value) == "number" then
    return value
  end
  return nil, value == nil and why or nil
end

--- As a store's, for this service and credential.
---@return boolean? set, string? why
function methods:set(name, value, seconds, only_if_absent)
  local set, why = use(self, "set", name, value, seconds, only_if_absent)
  if set == nil then
    return nil, why or "the store failed"
  end
  return set and true or false
end

--- As a store's, for this service and credential.
---@return number? value, string? why
function methods:incr(name, by, seconds)
  local value, why = use(self, "incr", name, by, seconds)
  return tonumber(value), why
end

local function is_local(store)
  return store.is_local == true
end

--- Seconds that make a time by `clock.now` one by the clock that all have who
--- share this.
---@param clock table of roster.clock
---@return number
function methods:shift(clock)
  if self.is_local == nil then
    local ok, answer = raised.pcall(is_local, self.store)
    self.is_local = ok and answer
  end
  return self.is_local and 0 or clock.wall() - clock.now()
end

--- What tells this client from those of other credentials, without a secret;
--- nil when nobody can tell.
local function identity_of(service, url, settings, credential)
  local who
  if settings[credential] then
    who = "given " .. settings[credential]
  elseif settings.client_id and (settings.key_id or not settings.signer) then
    who = "grant " .. grant.identity(settings)
  elseif settings.asks then
    -- by a function of the caller's
    return nil
  end
  return fingerprint(table.concat({ service, url, settings.org_id or "", who or "nobody" }, "\n"))
end

--- The store that is meant: the caller's, or nginx's. What is simulated is kept
--- out of the latter.
local function store_of(settings)
  if settings.store ~= nil and settings.store ~= true then
    return settings.store or nil
  elseif phase.is_inside() and not settings.sandbox and not settings.clock then
    return require("roster.store.nginx").new()
  end
end

--- What a client shares with others, or nil: there is no store, or its
--- credential is a function, which cannot be told from another's.
---@param service string
---@param url string
---@param settings table of roster.config
---@param credential string which of them is the credential
---@return table? shared
function M.new(service, url, settings, credential)
  local store = store_of(settings)
  local identity = store and identity_of(service, url, settings, credential)
  return identity and setmetatable({ store = store, identity = identity }, mt) or nil
end

return M

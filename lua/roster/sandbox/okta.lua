--- A stateful Okta org: requests in, responses out.
local Call = require "roster.sandbox.okta.call"
local consent = require "roster.sandbox.okta.consent"
local core = require "roster.core"
local fault = require "roster.sandbox.okta.fault"
local gate = require "roster.sandbox.okta.gate"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local limit = require "roster.sandbox.limit"
local linked = require "roster.sandbox.okta.linked"
local names = require "roster.names"
local oauth = require "roster.sandbox.okta.oauth"
local plain = require "roster.plain"
local random = require "roster.sandbox.random"
local roles = require "roster.sandbox.okta.roles"
local router = require "roster.sandbox.router"
local seed = require "roster.sandbox.okta.seed"
local service = require "roster.sandbox.service"
local store = require "roster.sandbox.okta.store"
local view = require "roster.sandbox.okta.view"
local world = require "roster.sandbox.okta.world"

---@class roster.sandbox.okta
local Org = {
  mail = service.mail,
  mails = service.mails,
}
Org.__index = Org

local M = {
  -- The password, recovery question and answer of every user the org starts
  -- with (not of those it starts with as STAGED or PROVISIONED).
  PASSWORD = seed.PASSWORD,
  QUESTION = seed.QUESTION,
  ANSWER = seed.ANSWER,
}

-- One handler per operation; where the rooms are is nobody's business.
M.handlers = {}
for _, room in ipairs{ "consent", "credentials", "lifecycle", "linked",
  "listing", "resources", "roles", "users" } do
  local handlers = require("roster.sandbox.okta." .. room).handlers
  for name, handler in pairs(handlers) do
    M.handlers[name] = handler
  end
end

---@class roster.sandbox.okta.options
---@field users? integer  users a plain list shows; 100
---@field deprovisioned? integer  further ones it leaves out; 0
---@field groups? integer  40
---@field token? string  "sandbox-token"
---@field url? string  "https://sandbox.okta.test"
---@field now? fun(): number  seconds since 1970; os.time
---@field rate_limit? integer|table<string, integer>|false  requests a minute,
--- for every bucket or by bucket ("users" "user" "get" "other")
---@field concurrency? integer  requests at a time; 75
---@field transition? number  seconds activation, deactivation and deletion
--- take; 0
---@field password_optional? boolean  users without a password become ACTIVE
---@field seed? integer  another seed, other people
---@field client_id? string  of its service app; "sandbox-client"
---@field public_key? string  PEM; then its signatures are verified, by luaossl
---@field scopes? string[]  what the app may ask for; every scope there is
---@field token_lifetime? number  seconds of an access token; 3600
---@field dpop? boolean  the app demands DPoP

-- guess: the published examples of limits, taken for this org's own.
local LIMITS = { users = 600, user = 600, get = 2000, other = 1200 }

local KNOWN = {
  users = "number", deprovisioned = "number", groups = "number",
  token = "string", url = "string", now = "function", concurrency = "number",
  transition = "number", password_optional = "boolean", seed = "number",
  client_id = "string", public_key = "string", scopes = "table",
  token_lifetime = "number", dpop = "boolean",
}

local function check(options)
  for name, value in pairs(options) do
    if name ~= "rate_limit" then
      local kind = KNOWN[name]
      if not kind then
        error("sandbox: unknown option " .. tostring(name), 4)
      elseif type(value) ~= kind then
        error("sandbox: " .. name .. ": expected " .. kind .. ", got " ..
          type(value), 4)
      end
    end
  end
  if (options.users or 1) < 1 then
    error("sandbox: users: expected at least 1, the token's owner", 4)
  end
end

--- Makes an org. See `roster.sandbox.okta`.
---@param options? roster.sandbox.okta.options
---@return roster.sandbox.okta
function M.new(options)
  local known = names(KNOWN)
  known[#known + 1] = "rate_limit"
  local why
  options, why = plain.members(options or {}, "sandbox", known)
  if not options then
    error(why, 3)
  end
  check(options)
  local limits = options.rate_limit
  if limits == nil then
    limits = LIMITS
  end
  local self = setmetatable({
    token = options.token or "sandbox-token",
    url = (options.url or "https://sandbox.okta.test"):gsub("/+$", ""),
    now = options.now or os.time,
    seed = options.seed or 4711,
    transition = options.transition or 0,
    password_optional = options.password_optional or false,
    concurrency = options.concurrency or 75,
    in_flight = 0,
    request_count = 0,
    mail_count = 0,
    sent = {},
    token_count = 0,
    role_count = 0,
    roles = {},
  }, Org)
  self.world = world.new(self.seed, options.groups or 40)
  self.store = store.new(seed.new(self.seed, options.users or 100,
    options.deprovisioned or 0), self.now)
  self.view = view.new(self.store)
  self.limit = limit.new(limits, self.now)
  self.linked = linked.new(self.world.relations)
  self.consent = consent.new(self)
  self.tokens = oauth.new(self, options)
  self.router = router.new(core.catalog("okta").operations)
  self.prefix = select(2, http.split(self.url)):gsub("/+$", "")
  roles.populate(self)
  for i = 2, math.min(options.users or 100, 30) do
    self.linked:set("manager", i, 1)
  end
  return self
end

--- A token for a mailed link: repeatable, never issued twice.
---@return string
function Org:one_time_token()
  self.token_count = self.token_count + 1
  return "sbx" .. random.base62(random.hash(self.seed, self.token_count, 1),
    6) .. random.base62(random.hash(self.seed, self.token_count, 2), 6) ..
    random.base62(self.token_count, 5)
end

--- Makes the access tokens given out so far worthless.
function Org:revoke_tokens()
  self.tokens:revoke()
end

--- Changes a user now, or later when transitions take time.
---@param user table
---@param status string  shown as transitioningToStatus meanwhile
---@param finish fun(user: table)
function Org:transit(user, status, finish)
  if self.transition <= 0 then
    finish(user)
  else
    user.transition = {
      status = status,
      at = self.now() + self.transition,
      finish = finish,
    }
  end
  self.store:save(user)
end

--- Takes a user out of service.
---@param user table
function Org:deactivate(user)
  self:transit(user, "DEPROVISIONED", function(record)
    record.status = "DEPROVISIONED"
    record.statusChanged = http.iso(self.now())
    -- guess: consents and roles of a deactivated user end.
    self.consent:clear(record)
    self.roles[record.index] = nil
  end)
end

--- Erases a user and all that points at it.
---@param user table
function Org:erase(user)
  local function finish(record)
    self.store:erase(record)
    self.linked:forget(record.index)
    self.consent:clear(record)
    self.roles[record.index] = nil
  end
  if self.transition <= 0 then
    finish(user)
  else
    self:transit(user, "DEPROVISIONED", finish)
  end
end

--- Finds the user a path names, or ends the request with 404.
---@param call table
---@param ref string
---@return table user  a copy; `store:save` makes its changes count
function Org:find(call, ref)
  local forms = {}
  for _, form in ipairs(call.row.user_ref or {}) do
    forms[form] = true
  end
  local i
  if ref == "me" and forms.me and not call.by_app then
    i = 1
  else
    i = self.store:by_id(ref)
    if not i and forms.login then
      i = self.store:by_login(ref)
    end
    if not i and forms.shortname and not ref:find("@", 1, true) then
      i = self.store:by_short(ref)
    end
  end
  local user = i and self.store:load(i)
  if not user then
    fault.missing("User", ref)
  end
  local copy = {}
  for name, value in pairs(user) do
    copy[name] = value
  end
  return copy
end

--- Puts a user into a state no request leads to, for tests: for example
--- `org:set_user(id_or_login, { status = "LOCKED_OUT" })`.
---@param ref string
---@param fields table  status, password, question, answer, provider
---@return boolean  false when there is no such user
function Org:set_user(ref, fields)
  local i = self.store:by_id(ref) or self.store:by_login(ref)
  if not i then
    return false
  end
  local user = self.store:load(i)
  for name, value in pairs(fields) do
    user[name] = value
  end
  self.store:save(user)
  return true
end

local function answer(self, request, call)
  gate.url(self, request, call)
  if oauth.is_endpoint(call) then
    gate.framing(request, call)
    return self.tokens:answer(request, call)
  end
  gate.route(self, request, call)
  gate.rate(self, call)
  gate.concurrency(self, call)
  gate.framing(request, call)
  gate.credential(self, call)
  gate.media(call)
  gate.values(call)
  gate.body(request, call)
  local ref = call.params.userId or call.params.associatedUserId
  if ref then
    call.user = self:find(call, ref)
  end
  local handler = M.handlers[call.row.name]
  if not handler then
    -- A row the sandbox knows nothing of yet: visible, not a plain 404.
    fault.raise("E0000009", "the sandbox has no handler for " ..
      call.row.name, 501)
  end
  return handler(call)
end

--- Announces a request whose answer takes time; pair it with `leave`.
function Org:enter()
  self.in_flight = self.in_flight + 1
end

--- Ends what `enter` announced.
function Org:leave()
  self.in_flight = self.in_flight - 1
end

--- Answers one request.
---@param request table  method, url (absolute, or a path), headers, body;
--- `framed = true` says the headers came over HTTP, so that a missing
--- Content-Length counts
---@return table response  status, headers, body
function Org:handle(request)
  self.request_count = self.request_count + 1
  local call = Call.new(self, request)
  self:enter()
  local ok, status, body, headers = pcall(answer, self, request, call)
  self:leave()
  if not ok then
    if not fault.is(status) then
      error(status, 0)
    end
    status, body = call:fault(status)
    headers = nil
  end
  for name, value in pairs(headers or {}) do
    call.reply[name] = value
  end
  if type(body) == "table" then
    body = assert(json.encode(body))
  end
  if body and not call.reply["Content-Type"] then
    call.reply["Content-Type"] = "application/json"
  end
  return { status = status, headers = call.reply, body = body }
end

return M

--- The token endpoint, and the check of what it gave out.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local random = require "roster.sandbox.random"
local service = require "roster.sandbox.service"

local M = {}
M.__index = M

local ADMIN = 1 -- the administrator's user id

local function refuse(code, message, status, challenge)
  service.fail(status or 400, message, { oauth = code, challenge = challenge })
end

--- Makes an empty collection of tokens.
---@param app table
function M.new(app)
  return setmetatable({
    app = app,
    access = {},  -- token -> what it stands for
    refresh = {}, -- token -> what it stands for
    made = 0,
    requests = 0, -- asked for
    issued = 0,   -- given out
  }, M)
end

--- Makes all tokens worthless.
function M:revoke()
  self.access, self.refresh = {}, {}
end

local function new_token(self)
  self.made = self.made + 1
  return random.uuid(self.app.seed, self.made, 9)
end

local function issue(self, holder, with_refresh)
  local app = self.app
  local now = app.now()
  local token = new_token(self)
  self.issued = self.issued + 1
  self.access[token] = {
    client_id = holder.client_id,
    user_id = holder.user_id,
    admin = holder.admin,
    expires = now + app.token_lifetime,
  }
  local answer = {
    access_token = token,
    token_type = "bearer",
    scope = "read write",
  }
  if app.expires_in == "number" then
    answer.expires_in = app.token_lifetime
  elseif app.expires_in == "string" then
    answer.expires_in = string.format("%d", math.floor(app.token_lifetime))
  end
  if with_refresh and app.refresh_token then
    answer.refresh_token = new_token(self)
    self.refresh[answer.refresh_token] = {
      client_id = holder.client_id,
      user_id = holder.user_id,
      admin = holder.admin,
      expires = now + app.refresh_lifetime,
    }
  end
  return 200, answer, { ["Cache-Control"] = "no-store", Pragma = "no-cache" }
end

local function need(form, name)
  if form[name] == nil or form[name] == "" then
    refuse("invalid_request", "Missing " .. name)
  end
  return form[name]
end

-- A secret is wanted only where `confidential`, but a wrong one is refused
-- everywhere.
local function client(self, form, confidential)
  local app = self.app
  local id, secret = need(form, "client_id"), form.client_secret
  if id ~= app.client_id or secret and secret ~= app.client_secret or
      not secret and confidential then
    refuse("invalid_client", "Bad client credentials", 401,
      'Form realm="knetik/client"')
  end
  return id
end

local grants = {}

function grants.client_credentials(self, form)
  -- guess: the client is an administrator, and no user.
  return issue(self, {
    client_id = client(self, form, true),
    admin = true,
  }, false)
end

function grants.password(self, form)
  local id = client(self, form, false)
  local user = self.app.store:named(need(form, "username"))
  if not user or user.secret_password ~= need(form, "password") then
    refuse("invalid_grant", "Bad credentials")
  end
  return issue(self, {
    client_id = id,
    user_id = user.id,
    admin = user.id == ADMIN,
  }, true)
end

function grants.refresh_token(self, form)
  local id = client(self, form, false)
  local token = need(form, "refresh_token")
  local holder = self.refresh[token]
  if not holder or holder.client_id ~= id or
      self.app.now() >= holder.expires then
    refuse("invalid_grant", "Invalid refresh token")
  end
  if self.app.refresh_single_use then
    self.refresh[token] = nil
    return issue(self, holder, true)
  end
  local status, answer, headers = issue(self, holder, false)
  answer.refresh_token = token
  return status, answer, headers
end

local function read_form(call)
  local kind = http.header(call.headers, "Content-Type") or ""
  if not kind:lower():find("^application/x%-www%-form%-urlencoded") then
    refuse("invalid_request", "Content-Type must be " ..
      "application/x-www-form-urlencoded")
  end
  local form = http.query(call.raw_body or "")
  if not form then
    refuse("invalid_request", "the form is not percent-encoded")
  end
  return form
end

--- Finds out what an Authorization header stands for, or ends the request.
---@param header string
---@return table holder  client_id; admin; user_id unless it is the client's
function M:check(header)
  local app = self.app
  local scheme, token = header:match("^(%S+)%s+(%S+)$")
  if scheme and scheme:lower() == "bearer" then
    if token == app.token then
      return { client_id = app.client_id, user_id = ADMIN, admin = true }
    end
    local holder = self.access[token]
    if holder and app.now() < holder.expires then
      return holder
    elseif holder then
      refuse("invalid_token", "Access token expired", 401)
    end
  end
  refuse("invalid_token", "Invalid access token", 401)
end

M.handlers = {}

function M.handlers.get_o_auth_token(call)
  local self = call.service.tokens
  self.requests = self.requests + 1
  local form = read_form(call)
  local grant = grants[need(form, "grant_type")]
  if not grant then
    refuse("unsupported_grant_type", "Unsupported grant type")
  end
  return grant(self, form)
end

function M.handlers.get_token_details(call)
  local holder = call.holder
  return 200, {
    client_id = holder.client_id,
    user_id = holder.user_id,
    roles = json.array{ holder.admin and "ADMIN" or "USER" },
  }
end

return M

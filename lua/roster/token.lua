--- Where a client's token comes from, when it is not simply given: a function
--- of the caller's, or an OAuth 2.0 grant (RFC 6749) at the service's token
--- endpoint. A source answers `source:get(refused)`.
local core = require "roster.core"
local drive = require "roster.drive"

local M = {}

-- a failing endpoint is not asked again before this many seconds have passed
local PAUSE = 5
-- a token is renewed this long before it expires, or at a tenth of its life
local MARGIN = 30
-- "expires_in" beyond this is taken for nonsense
local LONGEST = 10 * 365 * 86400

--------------------------------------------------------------- by function

local by_function = {}
by_function.__index = by_function

--- Asks the function; `refused` is the token that the service turned down.
---@param refused string?
---@return string? token, string? why
function by_function:get(refused)
  local ok, token, why = pcall(self.call, refused)
  if not ok then
    return nil, "the token function raised: " .. tostring(token)
  elseif type(token) == "string" then
    return token
  elseif token == nil and why ~= nil then
    return nil, "the token function failed: " .. tostring(why)
  end
  return nil, "the token function returned " .. type(token) .. ", not a string"
end

---@param call fun(refused: string?): string?, string?
function M.from_function(call)
  return setmetatable({ call = call }, by_function)
end

------------------------------------------------------------------ by grant

local by_grant = {}
by_grant.__index = by_grant

--- The form of the grant that obtains a first token (RFC 6749 4.3, 4.4).
local function first_form(grant)
  local form = { { "grant_type", grant.username and "password" or "client_credentials" } }
  for _, name in ipairs { "client_id", "client_secret", "username", "password" } do
    if grant[name] then
      form[#form + 1] = { name, grant[name] }
    end
  end
  return form
end

--- The form that exchanges a refresh token (RFC 6749 6).
local function refresh_form(grant, refresh_token)
  local form = { { "grant_type", "refresh_token" }, { "client_id", grant.client_id } }
  if grant.client_secret then
    form[#form + 1] = { "client_secret", grant.client_secret }
  end
  form[#form + 1] = { "refresh_token", refresh_token }
  return form
end

local function is_secret(name)
  return name == "client_secret" or name == "password" or name == "refresh_token"
end

--- Takes the form's secrets out of whatever the endpoint said about it.
local function clean(text, form)
  for _, pair in ipairs(form) do
    if is_secret(pair[1]) then
      text = core.scrub(text, pair[2])
    end
  end
  return text
end

--- "expires_in" in seconds, a number or a string; nil when it tells nothing:
--- absent, not a number, not in the future.
local function lifetime(value)
  local seconds = tonumber(value)
  if seconds and seconds > 0 and seconds <= LONGEST then
    return seconds
  end
  return nil
end

--- Asks the endpoint. Returns its answer, or nil and what it said.
local function ask(self, form)
  local call = core.call_token(self.state.core, form)
  local answer, message = drive(call, self.state)
  if answer == nil then
    return nil, clean(message, form)
  elseif type(answer) ~= "table" then
    return nil, "the token endpoint's answer is empty"
  elseif answer.error ~= nil then
    -- an error in a 200, as some endpoints have it
    local what = tostring(answer.error) .. (answer.error_description and ": " .. tostring(answer.error_description) or "")
    return nil, clean("the token endpoint says " .. what, form)
  elseif type(answer.access_token) ~= "string" then
    return nil, "the token endpoint's answer has no access_token"
  end
  return answer
end

local function keep(self, answer)
  local seconds = lifetime(answer.expires_in)
  self.token = answer.access_token
  self.refresh_token = type(answer.refresh_token) == "string" and answer.refresh_token or self.refresh_token
  -- no lifetime told: good until the service refuses it
  self.good_until = seconds and self.clock() + seconds - math.min(MARGIN, seconds / 10) or math.huge
end

local function fetch(self)
  local answer, why
  if self.refresh_token then
    answer = ask(self, refresh_form(self.grant, self.refresh_token))
    -- used up or revoked: the grant itself is still there
    self.refresh_token = nil
  end
  if not answer then
    answer, why = ask(self, first_form(self.grant))
  end
  if not answer then
    self.failure, self.pause_until = why, self.clock() + PAUSE
    return nil, why
  end
  self.failure = nil
  keep(self, answer)
  return self.token
end

--- The token held, or a new one when there is none, it is about to expire, or
--- it is the one that was `refused`. One renewal at a time: a call that finds
--- one under way waits for it. A failure is remembered for a few seconds.
---@param refused string?
---@return string? token, string? why
function by_grant:get(refused)
  -- whoever began may have been abandoned in the middle of it
  while self.renewing_until and self.clock() < self.renewing_until do
    self.state.transport:pause()
  end
  if self.token and self.token ~= refused and self.clock() < self.good_until then
    return self.token
  end
  if self.failure and self.clock() < self.pause_until then
    return nil, self.failure
  end
  self.renewing_until = self.clock() + self.state.timeout
  local ok, token, why = pcall(fetch, self)
  self.renewing_until = nil
  if not ok then
    error(token, 0)
  end
  return token, why
end

--- Forgets everything that is secret.
function by_grant:close()
  self.token, self.refresh_token, self.grant = nil, nil, nil
end

--- `grant`: client_id with client_secret, or with username and password.
---@param state table the client's: core, transport
---@param grant table
---@param clock fun(): number seconds that only go forward
function M.from_grant(state, grant, clock)
  return setmetatable({ state = state, grant = grant, clock = clock }, by_grant)
end

return M

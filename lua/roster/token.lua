--- Where a client's token comes from, when it is not simply given: a function
--- of the caller's, or an OAuth 2.0 grant (RFC 6749) at the service's token
--- endpoint. A source answers `source:get(refused, left)`, which may take
--- `left` seconds, with a token, or with nil and why; `source:close()` makes it
--- forget everything.
local core = require "roster.core"
local drive = require "roster.drive"
local func = require "roster.transport.func"

local M = {}

-- a failing endpoint is not asked again before this many seconds have passed
local PAUSE = 5
-- a token is renewed this long before it expires, or at a tenth of its life
local MARGIN = 30
-- a call that finds a renewal under way looks again this often
local LOOK_AGAIN = 0.02
-- "expires_in" beyond this is taken for nonsense
local LONGEST = 10 * 365 * 86400
-- whoever waits for another call's renewal gives up on it after this long
local PATIENCE = 60
-- bytes of what an endpoint said
local LONGEST_TEXT = 600

local CLOSED = "the client is closed"

--------------------------------------------------------------- by function

--- Asks the function; `refused` is the token that the service turned down.
local function from(call, refused)
  local ok, token, why = pcall(call, refused)
  if not ok then
    return nil, "the token function raised: " .. tostring(token)
  elseif type(token) == "string" then
    return token
  elseif token == nil and why ~= nil then
    return nil, "the token function failed: " .. tostring(why)
  end
  return nil, "the token function returned " .. type(token) .. ", not a string"
end

--- A source that asks the caller's function each time.
---@param call fun(refused: string?): string?, string?
function M.from_function(call)
  return {
    get = function(_, refused)
      return from(call, refused)
    end,
    close = function() end,
  }
end

------------------------------------------------------------------ by grant

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

--- Why the endpoint's answer is of no use, or nil.
local function fault_of(self, answer)
  if type(answer) ~= "table" then
    return "the token endpoint's answer is not a JSON object"
  elseif answer.error ~= nil then
    -- an error in a 200, as some endpoints have it
    local about = answer.error_description
    local what = tostring(answer.error) .. (about ~= nil and ": " .. tostring(about) or "")
    return "the token endpoint says " .. what
  elseif type(answer.access_token) ~= "string" then
    return "the token endpoint's answer has no access_token"
  end
  local fault = self.state.core:token_fault(answer.access_token)
  return fault and "the access_token of the token endpoint " .. fault
end

--- One line for a person: the endpoint may have written anything.
local function line(text)
  text = text:gsub("[%c\127]+", " ")
  if #text > LONGEST_TEXT then
    -- not in the middle of a character
    text = text:sub(1, LONGEST_TEXT):gsub("[\192-\255]?[\128-\191]*$", "") .. "..."
  end
  return text
end

--- Asks the endpoint. Returns its answer, or nil and what it said.
local function ask(self, form, ends)
  local call = core.call_token(self.state.core, form, ends - self.clock())
  local answer, message = drive(call, self.state)
  local fault = answer == nil and message or fault_of(self, answer)
  if fault then
    return nil, line(clean(fault, form))
  end
  return answer
end

local function keep(self, answer)
  local seconds = lifetime(answer.expires_in)
  self.token = answer.access_token
  if type(answer.refresh_token) == "string" and answer.refresh_token ~= "" then
    -- none in the answer to a refresh: the old one stays (RFC 6749 6)
    self.refresh_token = answer.refresh_token
  end
  -- no lifetime told: good until the service refuses it
  self.expires_at = seconds and self.clock() + seconds or math.huge
  self.good_until = seconds and self.expires_at - math.min(MARGIN, seconds / 10) or math.huge
end

local function fetch(self, ends)
  local grant, answer, why = self.grant, nil, nil
  if self.refresh_token then
    answer = ask(self, refresh_form(grant, self.refresh_token), ends)
    if not answer then
      -- used up or revoked: the grant itself is still there
      self.refresh_token = nil
    end
  end
  if not answer then
    answer, why = ask(self, first_form(grant), ends)
  end
  if not self.grant then
    return nil, CLOSED
  elseif not answer then
    -- a caller in a hurry learnt nothing about the endpoint
    if self.clock() < ends then
      self.failure, self.pause_until = why, self.clock() + PAUSE
    end
    return nil, why
  end
  self.failure = nil
  keep(self, answer)
  return self.token
end

--- Is another call at it? Whoever began may have been abandoned in the middle:
--- a coroutine that is dead, collected, or has been at it for too long.
local function is_under_way(self)
  local renewal = self.renewal
  local by = renewal and renewal.by.thread
  if by == nil or by == (coroutine.running() or true) then
    return false
  end
  return self.clock() < renewal.give_up_at and (by == true or coroutine.status(by) ~= "dead")
end

--- Lets other calls go on; false when none could: then nobody would ever finish
--- what is waited for. A scheduler has a loop of its own, whose sleep runs the
--- others; without one there are the caller's coroutines.
local function let_others(state)
  local loop = state.loop
  if getmetatable(loop).__name == "roster.loop" then
    return func.pause()
  end
  loop:sleep(LOOK_AGAIN)
  return true
end

local function renew(self, ends)
  local renewal = {
    -- weak, so that a forgotten coroutine is forgotten here as well
    by = setmetatable({ thread = coroutine.running() or true }, { __mode = "v" }),
    give_up_at = self.clock() + math.min(PATIENCE, self.state.timeout),
  }
  self.renewal = renewal
  local ok, token, why = pcall(fetch, self, ends)
  if self.renewal == renewal then
    self.renewal = nil
  end
  if not ok then
    error(token, 0)
  end
  return token, why
end

--- The token held, or a new one when there is none, it is about to expire, or
--- it is the one that was `refused`. One renewal at a time: a call that finds
--- one under way waits for it. A failure is remembered for a few seconds; a
--- token that has not quite expired outlives it.
local function get(self, refused, left)
  local ends = self.clock() + (left or self.state.timeout)
  while is_under_way(self) do
    if self.clock() >= ends then
      return nil, "another call's renewal of the token took too long"
    elseif not let_others(self.state) then
      break
    end
  end
  if not self.grant then
    return nil, CLOSED
  elseif refused and refused == self.token then
    self.token = nil
  end
  if self.token and self.clock() < self.good_until then
    return self.token
  end
  local token, why
  if self.failure and self.clock() < self.pause_until then
    why = self.failure
  else
    token, why = renew(self, ends)
  end
  if not token and self.token and self.clock() < self.expires_at then
    token = self.token
  end
  return token, why
end

--- A source that keeps a token and renews it. What it holds is out of reach: a
--- printed list must not show it.
---@param state table the client's: core, transport, loop, timeout
---@param grant table client_id with client_secret, or with username and password
---@param clock fun(): number seconds that only go forward
function M.from_grant(state, grant, clock)
  local self = { state = state, grant = grant, clock = clock }
  return {
    get = function(_, refused, left)
      return get(self, refused, left)
    end,
    close = function()
      self.token, self.refresh_token, self.grant, self.failure = nil, nil, nil, nil
    end,
  }
end

return M

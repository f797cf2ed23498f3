--- The OAuth 2.0 grants (RFC 6749) of a service's token endpoint: the forms that
--- ask for a token, and the asking.
local core = require "roster.core"
local drive = require "roster.drive"
local visible = require "roster.visible"

local M = {}

-- seconds; "expires_in" beyond this is no lifetime: it may be a time of day in
-- milliseconds. 2^31 - 1 is what some services say for "never".
local LONGEST = 100 * 365 * 86400
-- bytes of what an endpoint said
local LONGEST_TEXT = 600

-- what a form is made of: clients that differ in any of it get different tokens
local MADE_OF = { "client_id", "client_secret", "username", "password", "scope", "key_id", "private_key" }

-- seconds by which this machine's clock may differ from the service's before that
-- is taken for the reason why an assertion was refused
local SKEW = 60

-- error codes of endpoints that want tokens bound to a key (RFC 9449)
local WANTS_DPOP = { invalid_dpop_proof = true, use_dpop_nonce = true }
local NO_DPOP = ": the app demands DPoP, which roster does not do; switch off \"Require Demonstrating Proof of "
  .. "Possession (DPoP) header in token requests\" in the app's settings"

--- A text that is the same for the grants that the endpoint cannot tell apart.
--- Holds the secrets: good for a fingerprint only.
---@param grant table
---@return string
function M.identity(grant)
  local parts = {}
  for i, name in ipairs(MADE_OF) do
    local value = grant[name]
    parts[i] = value == nil and "-" or #value .. ":" .. value
  end
  return table.concat(parts, ",")
end

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

-- of core.secrecy: the value is secret, were it a number
local NAMED = 2

--- Takes the form's secrets out of whatever the endpoint said about it, and those
--- that it tells of itself.
local function clean(text, form)
  for _, pair in ipairs(form) do
    if core.secrecy(pair[1]) % 4 >= NAMED then
      text = core.scrub(text, pair[2])
    end
  end
  return core.redact(text)
end

--- "expires_in" (RFC 6749 5.1) in seconds: a number, or its decimal digits as a
--- string; nil where it is absent; nil, why for what is no lifetime.
local function lifetime(value)
  if value == nil then
    return nil
  end
  local seconds = type(value) == "number" and value
    or type(value) == "string" and value:find("^%s*%d+%.?%d*%s*$") and tonumber(value)
  if seconds and seconds > 0 and seconds <= LONGEST then
    return seconds
  end
  local shown = type(value) == "table" and "no number" or tostring(value)
  if type(value) == "string" then
    -- a longer text may be a secret that stands in the wrong place
    local is_harmless = #value <= 4 or #value <= 12 and value:find "^[-+]?%d[%w.]*$"
      or #value <= 40 and value:find "^[-+%d%s.]*$"
    shown = is_harmless and '"' .. value .. '"' or "a text"
  end
  return nil, ("the token endpoint's expires_in is %s, not a number of seconds above 0"):format(shown)
end

--- Why the endpoint's answer is of no use, or nil.
local function fault_of(state, answer)
  if type(answer) ~= "table" then
    return "the token endpoint's answer is not a JSON object"
  elseif answer.error ~= nil then
    -- an error in a 200, as some endpoints have it
    local about = answer.error_description
    local what = tostring(answer.error) .. (about ~= nil and ": " .. tostring(about) or "")
    return "the token endpoint says " .. what
  elseif type(answer.token_type) == "string" and answer.token_type:lower() == "dpop" then
    return "the token endpoint's token is of no use" .. NO_DPOP
  elseif type(answer.access_token) ~= "string" then
    return "the token endpoint's answer has no access_token"
  end
  local fault = state.core:token_fault(answer.access_token)
  if fault then
    return "the access_token of the token endpoint " .. fault
  end
  local _, why = lifetime(answer.expires_in)
  return why
end

--- One line for a person: the endpoint may have written anything.
local function line(text)
  return visible.cut(visible.message(text), LONGEST_TEXT)
end

--- Did the endpoint itself turn the form down, and not only fail to answer it?
local function is_refusal(detail)
  local status = detail and detail.status
  return status ~= nil and status >= 400 and status <= 499 and status ~= 408 and status ~= 429
end

--- Asks the endpoint. Returns what it gave; or nil and what it said, in one line
--- without the form's secrets; then the detail, where it refused; then whether it
--- answered, but with something of no use.
local function ask(state, form, seconds)
  local call, _, unsent = core.call_token(state.core, form, seconds)
  if not call then
    return nil, line(clean(unsent, form))
  end
  local answer, message, detail = drive(call, state)
  local fault = answer == nil and message or fault_of(state, answer)
  if fault then
    local refused = answer == nil and detail or nil
    return nil, line(clean(fault, form)) .. (refused and WANTS_DPOP[refused.code] and NO_DPOP or ""), refused,
      answer ~= nil
  end
  local again = answer.refresh_token
  return {
    token = answer.access_token,
    -- of RFC 6749 A.17: what was damaged on its way is none
    refresh_token = type(again) == "string" and again:find("^[\32-\126]+$") and again or nil,
    lifetime = lifetime(answer.expires_in),
  }
end

--- Asks with a signed assertion, by a clock that is `ahead` seconds of this
--- machine's. Returns as `ask`.
local function ask_signed(state, grant, seconds, ahead)
  -- loaded by those only who need it
  local assertion = require "roster.token.assertion"
  local jwt, why = assertion.new(grant.assertion, state.core:token_url(), state.clock.wall() + ahead)
  if not jwt then
    return nil, line(why)
  end
  return ask(state, {
    { "grant_type", "client_credentials" },
    { "scope", grant.scope },
    { "client_assertion_type", assertion.TYPE },
    { "client_assertion", jwt },
  }, seconds)
end

--- As ask_signed. When the endpoint refuses the assertion and its clock shows
--- another time, that time is used from then on, and it is asked once more.
local function by_assertion(state, grant, seconds)
  local used, began = state.clock_ahead or 0, state.clock.now()
  local given, why, refused = ask_signed(state, grant, seconds, used)
  local date = refused and refused.code == "invalid_client" and refused.headers and refused.headers.date
  local theirs = date and core.date(date)
  local ahead = theirs and theirs - state.clock.wall()
  if not ahead or math.abs(ahead - used) <= SKEW then
    return given, why
  end
  state.clock_ahead = ahead
  given, why = ask_signed(state, grant, seconds - (state.clock.now() - began), ahead)
  if not given then
    why = why .. (" (this machine's clock is %.0f s %s)"):format(math.abs(ahead), ahead > 0 and "slow" or "fast")
  end
  return given, why
end

--- Asks for a first token. `lifetime` is in seconds; nil when it was not told.
---@param state table the client's: core, transport, loop
---@param grant table the options that the form is made from
---@param seconds number the time there is
---@return { token: string, refresh_token: string?, lifetime: number? }? given, string? why
function M.first(state, grant, seconds)
  if grant.assertion then
    return by_assertion(state, grant, seconds)
  end
  local given, why = ask(state, first_form(grant), seconds)
  return given, why
end

--- Asks for a token in exchange for a refresh token; else as `first`.
---@param refresh_token string
---@return { token: string, refresh_token: string?, lifetime: number? }? given, string? why
---@return boolean? is_spent the endpoint has refused the refresh token, or takes none
function M.refresh(state, grant, refresh_token, seconds)
  local given, why, detail, answered = ask(state, refresh_form(grant, refresh_token), seconds)
  return given, why, given == nil and (answered or is_refusal(detail))
end

return M

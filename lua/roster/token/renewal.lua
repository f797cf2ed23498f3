--- One renewal of a token: alone, or on behalf of all processes that share it.
--- `self` is what a source knows, see roster.token.source.
local core = require "roster.core"
local grants = require "roster.token.grant"
local waiting = require "roster.token.waiting"

local M = {
  CLOSED = "the client is closed",
  TOO_LONG = "another call's renewal of the token took too long",
}

-- seconds that a renewal on behalf of others may take; a process that dies in the
-- middle of one holds them up for little more
local LONGEST = 10
-- a failing endpoint is not asked again before this many seconds have passed
local PAUSE = 5
-- a token is renewed this long before it expires, or at a tenth of its life
local MARGIN = 30

--- Asks the endpoint, in exchange for the refresh token where there is one.
--- When that fails the grant itself is still there. The refresh token goes when the
--- endpoint refuses it, or when the grant gives other tokens; an endpoint that
--- is down takes nothing away.
local function ask(self, ends)
  local state, grant, clock = self.state, self.grant, self.clock
  local given, why, is_spent
  if self.refresh_token then
    given, why, is_spent = grants.refresh(state, grant, self.refresh_token, ends - clock())
    if is_spent then
      self.refresh_token = nil
    end
  end
  if not given then
    given, why = grants.first(state, grant, ends - clock())
    if given then
      self.refresh_token = nil
    end
  end
  return given, why
end

--- What the endpoint gave, and until when. Its seconds count from some time
--- between the question and the answer.
local function known_of(self, given, asked_at)
  local known = {
    token = given.token,
    -- none in the answer to a refresh: the old one stays (RFC 6749 6)
    refresh_token = given.refresh_token or self.refresh_token,
    -- no lifetime told: good until the service refuses it
    expires_at = math.huge,
    good_until = math.huge,
  }
  local now, seconds = self.clock(), given.lifetime
  if seconds then
    known.expires_at = now + seconds
    local margin = math.min(MARGIN, seconds / 10)
    -- an endpoint that takes longer than its tokens last is not asked all the time
    known.good_until = math.max(asked_at + seconds - margin, now + seconds / 2)
  end
  return known
end

--- Returns the token.
local function keep(self, known)
  if not self.grant then
    return nil, M.CLOSED
  end
  self.token, self.refresh_token = known.token, known.refresh_token
  self.expires_at, self.good_until = known.expires_at, known.good_until
  return self.token
end

--- The service has refused the token that was got for a refused one. Another one
--- would not help, so the endpoint is not asked for each call.
---@param self table
---@param token string
function M.doubt(self, token)
  if M.is_doubted(self, token) then
    return
  end
  self.doubted, self.doubted_until = token, self.clock() + PAUSE
  if self.shared then
    self.shared:doubt(token, PAUSE)
  end
end

---@param self table
---@param token string
---@return boolean
function M.is_doubted(self, token)
  if self.doubted == token then
    return self.clock() < self.doubted_until
  end
  return self.shared ~= nil and self.shared:is_doubted(token)
end

local function fail(self, why, seconds)
  self.failure, self.pause_until = why, self.clock() + seconds
  return nil, why
end

--- The time by which a renewal that begins now, on behalf of others, must be
--- over. One that nobody waits for has all of its time, however late it begins.
local function latest_of(self, turn, ends)
  local latest = self.clock() + math.min(LONGEST, self.state.timeout)
  return turn.in_background and latest or math.max(math.min(latest, ends), self.clock())
end

local function renew_alone(self, turn, ends)
  local asked_at = self.clock()
  local given, why = ask(self, turn.in_background and latest_of(self, turn, ends) or ends)
  if not self.grant then
    return nil, M.CLOSED
  elseif given then
    self.failure = nil
    return keep(self, known_of(self, given, asked_at))
  elseif self.clock() < ends and turn.process == core.process() then
    return fail(self, why, PAUSE)
  end
  -- a caller in a hurry learnt nothing about the endpoint, and neither did the
  -- child of a fork(), whose parent has asked it
  return nil, why
end

--- As renew_alone, on behalf of all who share the token, until `latest`.
local function renew_for_all(self, turn, known, latest, ends)
  local shared, lease = self.shared, turn.lease
  if known then
    self.refresh_token = known.refresh_token
  end
  local asked_at = self.clock()
  local given, why = ask(self, latest)
  if turn.process ~= core.process() then
    -- after a fork() the lease is the parent's
    return nil, why
  elseif given then
    self.failure = nil
    return keep(self, shared:publish(lease, known_of(self, given, asked_at)))
  elseif not self.grant or self.clock() >= ends and not turn.in_background then
    shared:release(lease)
    return nil, self.grant and why or M.CLOSED
  end
  local used_up = known ~= nil and known.refresh_token ~= self.refresh_token
  if used_up then
    known.refresh_token = nil
  end
  shared:fail(lease, used_up and known or nil, why, PAUSE)
  return fail(self, why, PAUSE)
end

--- Takes over what another has renewed. Returns its token; or nil, what is known
--- of the old one, which may do for a while, and why nothing could be read.
---@param self table
---@return string? token, table? known, string? unread
function M.adopt(self)
  local known, unread = self.shared:read()
  if known and known.token ~= self.refused and self.clock() < known.expires_at then
    keep(self, known)
    if self.clock() < known.good_until then
      self.failure = nil
      return self.token
    end
  end
  return nil, known, unread
end

--- The token held, if it has not expired.
---@param self table
---@return string?
function M.unless_expired(self)
  return self.token and self.clock() < self.expires_at and self.token or nil
end

local function renew_together(self, turn, ends)
  local shared, wait = self.shared, waiting.new(self.state)
  while self.grant do
    local token, known, unread = M.adopt(self)
    if token then
      return token
    end
    local whose, what, seconds, latest
    if unread then
      whose = "broken"
    else
      latest = latest_of(self, turn, ends)
      whose, what, seconds = shared:take(known, latest - self.clock())
    end
    if whose == "mine" then
      turn.lease = what
      return renew_for_all(self, turn, known, latest, ends)
    elseif whose == "broken" then
      return renew_alone(self, turn, ends)
    end
    if whose == "failed" then
      return fail(self, what, seconds)
    elseif not turn.in_background and M.unless_expired(self) then
      return self.token
    elseif self.clock() >= ends then
      return nil, M.TOO_LONG
    end
    local went_on, pause = wait()
    if not went_on then
      self.state.loop:sleep(pause)
    end
  end
  return nil, M.CLOSED
end

--- Renews the token until the time `ends`, by the clock of `self`. Returns the
--- token, or nil and why; a failure is noted in `self`.
---@param self table
---@param turn { refused: string?, in_background: boolean?, lease: table? }
---@param ends number
---@return string? token, string? why
function M.run(self, turn, ends)
  if self.shared then
    return renew_together(self, turn, ends)
  elseif not self.grant then
    return nil, M.CLOSED
  end
  return renew_alone(self, turn, ends)
end

return M

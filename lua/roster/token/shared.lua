--- A token that several processes have in common: what they know of it, and
--- whose turn it is to renew it. Each renewal is of one record, whose id names
--- the lock, so that a lock that was left behind is in nobody's way for longer
--- than it lives, and one of a record that is replaced in nobody's at all.
local core = require "roster.core"
local json = require "roster.json"

local M = {}

local RECORD = "token"
-- seconds by which a lock outlives the renewal it is for, and those before its
-- end in which its owner no longer relies on it
local GRACE, NO_LONGER = 2, 1
-- seconds that a record outlives its token, so that its renewal is still known
-- as its renewal; and with a refresh token, which can be used for long
local AFTERLIFE, REFRESHABLE = 60, 86400

local methods = {}
local mt = { __index = methods, __name = "roster.token.shared" }

local function new_id()
  return ("%.0f"):format(core.random() * 2 ^ 53)
end

local function lock_of(known)
  return "renewal:" .. (known and known.id or "first")
end

--- What all know of the token, its times in this process's seconds; nil when
--- nothing; nil, why when that could not be read.
---@return { id: string, token: string, refresh_token: string?, good_until: number, expires_at: number }? known
---@return string? why
function methods:read()
  local text, why = self.share:get(RECORD)
  local record = type(text) == "string" and json.decode(text)
  if type(record) ~= "table" or type(record.id) ~= "string" or type(record.token) ~= "string" then
    return nil, why
  end
  if text ~= self.text then
    -- once for each record: a clock that is set later does not make it last longer
    self.text, self.shift = text, self.share:shift(self.clock)
  end
  local expires, good = tonumber(record.expires), tonumber(record.good)
  return {
    id = record.id,
    token = record.token,
    refresh_token = type(record.refresh_token) == "string" and record.refresh_token or nil,
    good_until = good and good - self.shift or math.huge,
    expires_at = expires and expires - self.shift or math.huge,
  }
end

local function write(self, id, known)
  local now, shift = self.clock.now(), self.share:shift(self.clock)
  local finite = known.expires_at < math.huge
  local life = finite and math.max(known.expires_at - now, 0) + (known.refresh_token and REFRESHABLE or AFTERLIFE)
  return self.share:set(RECORD, assert(json.encode {
    id = id,
    token = known.token,
    refresh_token = known.refresh_token,
    good = finite and known.good_until + shift or nil,
    expires = finite and known.expires_at + shift or nil,
  }), life or nil)
end

--- Whose turn is it to renew what is known, which may be nothing? "mine", and a
--- lease that is to be given back by `publish`, `fail` or `release`; "theirs":
--- somebody is at it, or has just been; "failed", why, seconds: somebody was,
--- and nobody tries again for so long; or "broken": the store cannot tell.
---@param known table? from `read`
---@param seconds number that the renewal may take
---@return string whose, table|string|nil lease_or_why, number? seconds
function methods:take(known, seconds)
  local lock, now = lock_of(known), self.clock.now()
  local taken = self.share:set(lock, "taken", seconds + GRACE, true)
  if taken then
    local lease = { lock = lock, of = known and known.id, mine_until = now + seconds + GRACE - NO_LONGER }
    local current = self:read()
    if (current and current.id) ~= lease.of then
      -- replaced between the look and the lock
      self:release(lease)
      return "theirs"
    end
    return "mine", lease
  elseif taken == nil then
    return "broken"
  end
  local text, why = self.share:get(lock)
  local failed_until, pause, reason = tostring(text):match("^failed until (%S+) for (%S+): (.*)$")
  local left = failed_until and tonumber(failed_until) - self.share:shift(self.clock) - now
  if left and left > 0 then
    return "failed", reason, math.min(left, tonumber(pause))
  end
  return why and "broken" or "theirs"
end

--- Is the lock certainly still this one's? Only then may it be touched.
local function is_mine(self, lease)
  return not lease.over and self.clock.now() < lease.mine_until
end

--- The renewal is over and others may try. Harmless after `publish` and `fail`.
---@param lease table
function methods:release(lease)
  if is_mine(self, lease) then
    self.share:set(lease.lock, nil)
  end
  lease.over = true
end

--- All may know the new token. Returns what they know: another's, when this
--- renewal has taken so long that another has overtaken it.
---@param lease table
---@param known table as `read` returns it, without an id
---@return table known
function methods:publish(lease, known)
  if not is_mine(self, lease) then
    local current = self:read()
    if current and current.id ~= lease.of then
      return current
    end
  end
  write(self, new_id(), known)
  self:release(lease)
  return known
end

--- The endpoint failed: nobody asks it again for so many seconds.
---@param lease table
---@param known table? what was to be renewed, if that has changed
---@param why string
---@param seconds number
function methods:fail(lease, known, why, seconds)
  if not is_mine(self, lease) then
    return
  end
  if known then
    write(self, known.id, known)
  end
  local ends = self.clock.now() + self.share:shift(self.clock) + seconds
  local text = ("failed until %.3f for %.3f: %s"):format(ends, seconds, why)
  self.share:set(lease.lock, text, seconds)
  lease.over = true
end

local function doubt_of(token)
  return ("doubt:%.0f"):format(core.fingerprint(token))
end

--- All may know that the service refuses this token, and that another one would not
--- help, for so many seconds.
---@param token string
---@param seconds number
function methods:doubt(token, seconds)
  self.share:set(doubt_of(token), "refused", seconds)
end

--- Does another process say so?
---@param token string
---@return boolean
function methods:is_doubted(token)
  return self.share:get(doubt_of(token)) == "refused"
end

---@param share table of roster.store
---@param clock table of roster.clock
function M.new(share, clock)
  return setmetatable({ share = share, clock = clock }, mt)
end

return M

--- Keeps the token of a grant and renews it: one renewal at a time in this
--- process, and among all processes where they share a store.
local core = require "roster.core"
local background = require "roster.nginx.background"
local phase = require "roster.nginx.phase"
local renewal = require "roster.token.renewal"
local sharing = require "roster.token.shared"
local waiting = require "roster.token.waiting"

local M = {}

-- whoever waits for another call's renewal gives up on it after this long
local PATIENCE = 60
-- a timer that has not begun by then will not
local BEGINS = 1

------------------------------------------------------ one turn in this process

--- A renewal that begins now; weak, so that a forgotten coroutine is forgotten
--- here as well.
local function new_turn(self, refused, seconds)
  local turn = {
    refused = refused,
    by = setmetatable({ thread = coroutine.running() or true }, { __mode = "v" }),
    process = core.process(),
    give_up_at = self.clock() + seconds,
  }
  self.turn = turn
  return turn
end

local function end_turn(self, turn)
  if turn.lease and turn.process == core.process() then
    -- gone already unless the renewal came to grief
    self.shared:release(turn.lease)
  end
  if self.turn == turn then
    self.turn = nil
  end
end

--- Is another call at it? Whoever began may have been abandoned in the middle:
--- a coroutine that is dead, collected, or has been at it for too long. Inside
--- nginx nobody can tell whether a coroutine of another request is dead.
local function is_under_way(self, turn)
  local by = turn and turn.process == core.process() and turn.by.thread or nil
  if by == nil or by == (coroutine.running() or true) or self.clock() >= turn.give_up_at then
    return false
  end
  return by == true or phase.is_inside() or coroutine.status(by) ~= "dead"
end

local function renew_here(self, refused, ends)
  local turn = new_turn(self, refused, math.min(PATIENCE, self.state.timeout))
  local ok, token, why = pcall(renewal.run, self, turn, ends)
  end_turn(self, turn)
  if not ok then
    error(token, 0)
  end
  return token, why
end

--- Begins a renewal that no request's end can end. Returns its turn, or nil
--- where there is no such thing.
local function renew_in_background(self, refused)
  if not background.is_possible(self.state.transport) then
    return nil
  end
  local turn = new_turn(self, refused, BEGINS)
  turn.in_background = true
  -- nobody's until the timer runs
  turn.by.thread = true
  local begun = background.run(function(premature)
    if premature or self.turn ~= turn then
      turn.over = true
      return
    end
    turn.by.thread = coroutine.running()
    turn.give_up_at = self.clock() + 2 * PATIENCE
    local ok, token, why = pcall(renewal.run, self, turn, self.clock() + PATIENCE)
    turn.token, turn.why = ok and token or nil, ok and why or tostring(token)
    turn.over = true
    end_turn(self, turn)
  end)
  if not begun then
    end_turn(self, turn)
    return nil
  end
  return turn
end

------------------------------------------------------------------------- get

--- The result of a renewal that was waited for; false when there is none for
--- whom this token was `refused`.
local function result_of(self, turn, refused)
  if not turn or not turn.over then
    return false
  elseif turn.token and (turn.token ~= refused or turn.refused == refused) then
    return turn.token
  elseif turn.token or not turn.why or turn.why == renewal.TOO_LONG then
    return false
  end
  return renewal.unless_expired(self), turn.why
end

--- After a fork() the parent's refresh token is the parent's: an endpoint that
--- sees it twice takes it for stolen, and revokes what it gave for it (RFC 9700
--- 4.14.2). The access token is good for both.
local function forget_inherited(self)
  if self.process ~= core.process() then
    self.process = core.process()
    self.refresh_token = nil
  end
end

--- The token held, or a new one when there is none, it is about to expire, or
--- it is the one that was `refused`. One renewal at a time: a call that finds
--- one under way waits for it, or goes on with what has not quite expired where
--- the renewal needs nobody's waiting. A failure is remembered for a few
--- seconds; a token that has not quite expired outlives it. A refused token for
--- which there is no better one (see `failed`) is returned as it is.
local function get(self, refused, left)
  local clock = self.clock
  local ends, wait, joined = clock() + (left or self.state.timeout), nil, nil
  forget_inherited(self)
  if refused then
    self.refused = refused
  end
  while true do
    if not self.grant then
      return nil, renewal.CLOSED
    elseif refused and refused == self.token and renewal.is_doubted(self, refused) then
      return refused
    elseif refused and refused == self.token then
      self.token = nil
    end
    local result, why = result_of(self, joined, refused)
    if result ~= false then
      return result, why
    elseif self.token and clock() < self.good_until then
      return self.token
    end
    local turn = self.turn
    if not is_under_way(self, turn) then
      if self.failure and clock() < self.pause_until then
        return renewal.unless_expired(self), self.failure
      end
      local token = self.shared and renewal.adopt(self)
      if token then
        return token
      end
      turn = not (joined and not joined.over) and renew_in_background(self, refused)
      if not turn then
        result, why = renew_here(self, refused, ends)
        return result or renewal.unless_expired(self), why
      end
    end
    joined, wait = turn, wait or waiting.new(self.state)
    if turn.in_background and renewal.unless_expired(self) then
      return self.token
    elseif clock() >= ends then
      return nil, renewal.TOO_LONG
    elseif not wait() then
      result, why = renew_here(self, refused, ends)
      return result or renewal.unless_expired(self), why
    end
  end
end

--- A source that keeps a token and renews it. What it holds is out of reach: a
--- printed list must not show it.
---@param state table the client's: core, transport, loop, clock, timeout, cannot_wait
---@param grant table the options that the grant's forms are made from
---@param share table? of roster.store: what is shared with other processes
function M.new(state, grant, share)
  local self = {
    state = state,
    grant = grant,
    clock = state.clock.now,
    shared = share and sharing.new(share, state.clock),
    process = core.process(),
  }
  return {
    get = function(_, refused, left)
      return get(self, refused, left)
    end,
    failed = function(_, token)
      if self.grant then
        renewal.doubt(self, token)
      end
    end,
    close = function()
      self.doubted = nil
      self.token, self.refresh_token, self.refused, self.grant, self.failure = nil, nil, nil, nil, nil
    end,
  }
end

return M

--- What went over the wire last, for `last()`: noted by looking on where the
--- client tells its hooks, which go on as before.
local dry_run = require "roster.dry_run"

local M = {}

--- One exchange, which prints as the curl command that would send it again and
--- what came of it.
---@class roster.repl.Exchange
---@field request table    see roster.dry_run: masked
---@field outcome table?   see call:outcome(); none while there is no answer
---@field seconds number?  from sending it to its answer

local mt = { __name = "roster.exchange" }

--- "0.123 s (connect 0.010, first byte 0.120)": the time as the client's clock
--- has it, and its parts where the transport measures them.
local function time(exchange)
  local timings, parts = exchange.outcome.timings or {}, {}
  if timings.connect then
    parts[#parts + 1] = ("connect %.3f"):format(timings.connect)
  end
  if timings.first_byte then
    parts[#parts + 1] = ("first byte %.3f"):format(timings.first_byte)
  end
  local text = ("%.3f s"):format(exchange.seconds)
  return #parts > 0 and text .. " (" .. table.concat(parts, ", ") .. ")" or text
end

local function answer(exchange)
  local outcome = exchange.outcome
  if not outcome then
    return "no answer was waited for"
  end
  local parts = { "no answer: " .. (outcome.reason or "lost") }
  if outcome.status then
    parts[1] = ("HTTP %d"):format(outcome.status)
  end
  if outcome.request_id then
    parts[#parts + 1] = "request id " .. outcome.request_id
  end
  parts[#parts + 1] = time(exchange)
  parts[#parts + 1] = outcome.attempt > 1 and ("attempt %d"):format(outcome.attempt) or nil
  return table.concat(parts, ", ")
end

function mt.__tostring(exchange)
  return tostring(exchange.request) .. "\n-> " .. answer(exchange)
end

local latest
-- call -> its exchange
local pending = setmetatable({}, { __mode = "k" })

local function begin(call, state)
  local exchange = setmetatable({
    request = dry_run.new(call:request(true), state.token_variable, state.auth_header),
  }, mt)
  pending[call], latest = { exchange = exchange, at = state.clock.now() }, exchange
end

local function finish(call, state)
  local entry = pending[call]
  if entry then
    pending[call] = nil
    entry.exchange.outcome = call:outcome()
    entry.exchange.seconds = state.clock.now() - entry.at
    latest = entry.exchange
  end
end

--- Looks on from now on.
---@param state table the client's
function M.watch(state)
  local own = state.hooks
  local hooks = {}

  function hooks.request(_, call)
    pcall(begin, call, state)
    if own then
      own:request(call)
    end
  end

  function hooks.response(_, call)
    pcall(finish, call, state)
    if own then
      own:response(call)
    end
  end

  function hooks.retry(_, call, seconds, why)
    if own then
      own:retry(call, seconds, why)
    end
  end

  state.hooks = hooks
end

--- The last exchange of any client that is watched; nil before the first.
---@return roster.repl.Exchange?
function M.exchange()
  return latest
end

return M

-- The state machine of one call, driven by hand: no driver, no clock, no
-- transport.
local core = require "roster.core"

local M = {}

local SETTINGS = {
  url = "https://org.okta.test", token = "00token-of-the-spec", timeout = 300, max_retries = 4,
  connect_timeout = 10, stall_timeout = 30, max_response = 2 ^ 20, max_nodes = 1e6, check = true,
}

M.WALL = 1700000000

--- One operation of each retry class.
M.calls = {
  safe = { "get_user", "u" },
  idempotent = { "update_user", "u", { profile = {} } },
  unsafe = { "suspend_user", "u" },
}

--- How an attempt can end, by name.
M.outcomes = {
  ["lost before sent"] = function(call) call:lost("transport", "refused", false) end,
  ["lost after sent"] = function(call) call:lost("transport", "reset", true) end,
  ["timeout before sent"] = function(call) call:lost("timeout", "no connection", false) end,
  ["timeout after sent"] = function(call) call:lost("timeout", "no answer", true) end,
  ["garbage"] = function(call) call:lost("protocol", "not HTTP", true) end,
}
for _, status in ipairs { 301, 400, 401, 403, 404, 409, 412, 429, 500, 501, 502, 503, 504 } do
  M.outcomes[tostring(status)] = function(call) call:answer(status, {}, "") end
end

--- A machine of a call of this class. `options` of the call itself.
---@param class string
---@param options table?
function M.new(class, options)
  local client = assert(core.client("okta", SETTINGS))
  local arguments = {}
  for i, argument in ipairs(M.calls[class]) do
    arguments[i] = argument
  end
  arguments[#arguments + 1] = options
  local unpack = table.unpack or unpack -- luacheck: ignore 143
  local call = assert(core.call(client, unpack(arguments)))
  local self = { call = call, now = 0, random = 0.5, budget = true }

  --- What the call wants.
  function self.next()
    return call:next(self.now, M.WALL + self.now, self.random, self.budget)
  end

  --- Ends an attempt that is wanted; returns what the call wants then.
  function self.attempt(outcome)
    assert(self.next() == "send")
    if type(outcome) == "table" then
      call:answer(outcome[1], outcome[2], "")
    else
      M.outcomes[outcome](call)
    end
    return self.next()
  end

  --- The headers of the request that goes out next.
  function self.headers()
    return call:request().headers
  end

  return self
end

--- The decision on a 429 (or another status) with these headers.
---@return table wait, why, concurrency, costs; or failed = detail
function M.decide(status, headers, random, options)
  local machine = M.new("safe", options)
  machine.random = random or 0
  local what, a, b, c, d = machine.attempt { status, headers }
  if what == "wait" then
    return { wait = a, why = b, concurrency = c, costs = d }
  end
  return { failed = b }
end

return M

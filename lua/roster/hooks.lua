--- What a client tells its owner about its calls. The views hold no secret;
--- a hook that raises is a hook that failed, never a call that did. A hook may
--- yield where its call may.
local raised = require "roster.raised"

local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.hooks" }

--- Shows the hook what `view(call, ...)` makes of the call.
local function tell(hook, view, call, mask, ...)
  if hook then
    local ok, seen = pcall(view, call, mask)
    if ok then
      raised.pcall(hook, seen, ...)
    end
  end
end

--- About to be sent: { method, url, headers, body }, masked.
function methods:request(call)
  tell(self.on_request, call.request, call, true)
end

--- Came back, or did not: { operation, method, url, attempt, status,
--- request_id, timings, reason }.
function methods:response(call)
  tell(self.on_response, call.outcome, call)
end

--- Will be sent again: the same, and in how many seconds, and why.
function methods:retry(call, seconds, why)
  tell(self.on_retry, call.outcome, call, nil, seconds, why)
end

--- The client's hooks, or nil when it has none.
---@param settings table with on_request, on_response, on_retry
function M.new(settings)
  if settings.on_request or settings.on_response or settings.on_retry then
    return setmetatable({
      on_request = settings.on_request,
      on_response = settings.on_response,
      on_retry = settings.on_retry,
    }, mt)
  end
end

return M

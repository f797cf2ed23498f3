--- What a client tells its owner about its calls. The views hold no secret;
--- a hook that raises is a hook that failed, never a call that did.
local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.hooks" }

local function tell(hook, ...)
  if hook then
    pcall(hook, ...)
  end
end

--- About to be sent: { method, url, headers, body }, masked.
function methods:request(call)
  if self.on_request then
    tell(self.on_request, call:request(true))
  end
end

--- Came back, or did not: { status, request_id, reason, method, url }.
function methods:response(call)
  if self.on_response then
    tell(self.on_response, call:outcome())
  end
end

--- Will be sent again: the same, and in how many seconds, and why.
function methods:retry(call, seconds, why)
  if self.on_retry then
    tell(self.on_retry, call:outcome(), seconds, why)
  end
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

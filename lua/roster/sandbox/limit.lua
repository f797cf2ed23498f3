--- Requests a minute, counted per bucket.
local M = {}
M.__index = M

local WINDOW = 60 -- seconds

--- Makes a counter.
---@param limits table<string, integer>|integer|false  requests a minute by
--- bucket, one number for all, or false for none
---@param now fun(): number
function M.new(limits, now)
  return setmetatable({ limits = limits, now = now, windows = {} }, M)
end

--- Counts one request.
---@param bucket string
---@return boolean admitted, integer|nil limit, integer|nil remaining,
--- integer|nil reset  seconds since 1970, when the window ends
function M:take(bucket)
  local limit = self.limits
  if type(limit) == "table" then
    limit = limit[bucket]
  end
  if not limit then
    return true
  end
  local now = math.floor(self.now())
  local window = self.windows[bucket]
  -- guess: the minute starts with a bucket's first request, and the count
  -- falls to nought at its end.
  if not window or now >= window.reset or now < window.reset - WINDOW then
    window = { used = 0, reset = now + WINDOW }
    self.windows[bucket] = window
  end
  local admitted = window.used < limit
  if admitted then
    window.used = window.used + 1
  end
  return admitted, limit, limit - window.used, window.reset
end

return M

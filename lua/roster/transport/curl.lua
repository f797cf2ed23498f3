--- The transport outside nginx: libcurl's multi handle, in steps, so that
--- Ctrl-C at the prompt is answered between two of them.
local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.transport.curl" }

--- Sends the call's request and waits until it has its outcome.
---@param call userdata
---@param loop table how to wait: see roster.loop
function methods:exchange(call, loop)
  -- loaded late: a client that only dry-runs never maps libcurl
  if not self.multi then
    self.multi = require("roster.curl").multi(self.settings)
  end
  self.multi:add(call)
  local ok, err = pcall(loop.wait, loop, self.multi, call)
  if not ok then
    self.multi:cancel(call)
    error(err, 0)
  end
end

--- Closes all connections. May be called again.
function methods:close()
  if self.multi then
    self.multi:close()
  end
end

--- `settings`: ca (file with certificates to trust), proxy (URL).
---@param settings { ca: string?, proxy: string? }
function M.new(settings)
  return setmetatable({ settings = settings }, mt)
end

return M

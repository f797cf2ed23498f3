--- The transport outside nginx: libcurl's multi handle, in steps, so that
--- Ctrl-C at the prompt is answered between two of them.
local M = {}

-- the longest a signal waits for Lua to look
local STEP = 0.1

local methods = {}
local mt = { __index = methods, __name = "roster.transport.curl" }

local function wait(multi, call)
  while not call:settled() do
    multi:step(STEP)
  end
end

--- Sends the call's request and waits until it has its outcome.
---@param call userdata
function methods:exchange(call)
  -- loaded late: a client that only dry-runs never maps libcurl
  if not self.multi then
    self.multi = require("roster.curl").multi(self.settings)
  end
  self.multi:add(call)
  local ok, err = pcall(wait, self.multi, call)
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

--- The transport outside nginx, and inside where it is asked for: libcurl's
--- multi handle, in steps, so that Ctrl-C at the prompt is answered between two
--- of them.
local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.transport.curl" }

--- The multi handle; made late: a client that only dry-runs never maps libcurl,
--- and one that is made before nginx's workers part shares no connection.
local function open(self)
  if not self.multi then
    local multi = require("roster.curl").multi(self.settings)
    if self.settings.pollable then
      -- before the first call is on its way
      multi:fd()
    end
    self.multi = multi
  end
  return self.multi
end

local function await(multi, call, loop, early)
  if early then
    call:await_header(true)
    loop:wait(multi, call)
    call:await_header(false)
    early(call)
  end
  loop:wait(multi, call)
end

--- Sends the call's request, unless it was begun before, and waits until it has
--- its outcome.
---@param call userdata
---@param loop table how to wait: see roster.loop
---@param early fun(call: userdata)? called once when the answer's header is
--- there, or when there will be none
function methods:exchange(call, loop, early)
  local multi = open(self)
  if not call:begun() then
    multi:add(call)
  end
  local ok, err = pcall(await, multi, call, loop, early)
  if not ok then
    multi:cancel(call)
    error(err, 0)
  end
end

--- Sends the call's request and returns: a later exchange waits for its outcome.
---@param call userdata
function methods:begin(call)
  local multi = open(self)
  multi:add(call)
  multi:push()
end

--- Moves bytes of calls that were begun, without waiting.
function methods:push()
  self.multi:push()
end

--- Forgets a call that was begun.
---@param call userdata
function methods:cancel(call)
  self.multi:cancel(call)
end

--- Closes all connections. May be called again.
function methods:close()
  if self.multi then
    local closing = self.settings.closing
    self.multi:close(closing and closing(self.multi))
  end
end

--- `settings`: ca (file with certificates to trust), proxy (URL), pollable (a
--- scheduler watches the descriptor), closing (called before that is closed; true
--- when whoever watches it will do so in a moment), waits (it cannot be used
--- where nginx does not let Lua wait).
---@param settings { ca: string?, proxy: string?, pollable: boolean?, closing: fun(multi: userdata)?, waits: boolean? }
function M.new(settings)
  return setmetatable({ settings = settings, waits = settings.waits }, mt)
end

return M

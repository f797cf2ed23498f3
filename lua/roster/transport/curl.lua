--- The transport outside nginx, and inside where it is asked for: libcurl's
--- multi handle, in steps, so that Ctrl-C at the prompt is answered between two
--- of them.
local core = require "roster.core"
local warning = require "roster.warning"

local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.transport.curl" }

-- What was read of certificates, which takes longer than a call, and the
-- connections belong to a handle: clients for which libcurl is set up alike
-- share one, { multi, users, key, process }, that goes with the last of them.
local handles = setmetatable({}, { __mode = "v" })

local function new_handle(settings, key)
  local multi = require("roster.curl").multi(settings)
  if settings.pollable then
    -- before the first call is on its way
    multi:fd()
  end
  return { multi = multi, users = setmetatable({}, { __mode = "k" }), key = key, process = core.process() }
end

local function handle_of(settings)
  if settings.pollable or settings.closing or settings.waits then
    -- whoever watches it does so for one client
    return new_handle(settings)
  end
  -- a forked process must not write to its parent's connections
  local key = core.process() .. "\n" .. (settings.ca or "") .. "\n" .. tostring(settings.proxy)
  local handle = handles[key] or new_handle(settings, key)
  handles[key] = handle
  return handle
end

--- The multi handle; made late: a client that only dry-runs never maps libcurl.
--- A client that was used before a fork() gets another handle in the child.
local function open(self)
  if not self.handle or self.handle.process ~= core.process() then
    if (os.getenv("SSLKEYLOGFILE") or "") ~= "" then
      warning.give(self.settings.on_warning, "SSLKEYLOGFILE is set: libcurl writes the keys of its TLS connections to "
        .. "that file, with which their tokens can be read; unset it where that is not wanted")
    end
    self.handle = handle_of(self.settings)
    self.handle.users[self] = true
  end
  return self.handle.multi
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
    self.calls[call] = true
  end
  local ok, err = pcall(await, multi, call, loop, early)
  if not ok then
    multi:cancel(call)
    error(err, 0)
  end
  self.calls[call] = nil
end

--- Sends the call's request and returns: a later exchange waits for its outcome.
---@param call userdata
function methods:begin(call)
  local multi = open(self)
  multi:add(call)
  self.calls[call] = true
  multi:push()
end

--- Moves bytes of calls that were begun, without waiting.
function methods:push()
  self.handle.multi:push()
end

--- Forgets a call that was begun.
---@param call userdata
function methods:cancel(call)
  self.handle.multi:cancel(call)
end

--- Gives up what is on its way, and closes the connections that no other client
--- shares. May be called again.
function methods:close()
  local handle, closing = self.handle, self.settings.closing
  if not handle or not handle.users[self] then
    return
  end
  handle.users[self] = nil
  for call in pairs(self.calls) do
    handle.multi:cancel(call, true)
  end
  if next(handle.users) == nil then
    if handle.key then
      handles[handle.key] = nil
    end
    handle.multi:close(closing and closing(handle.multi))
  end
end

--- `settings`: ca (file with certificates to trust), proxy (URL; false for none, not
--- even one of the environment), on_warning (see roster.warning), pollable (a
--- scheduler watches the descriptor), closing (called before that is closed; true
--- when whoever watches it will do so in a moment), waits (it cannot be used
--- where nginx does not let Lua wait).
---@param settings table
function M.new(settings)
  return setmetatable({ settings = settings, waits = settings.waits, calls = setmetatable({}, { __mode = "k" }) }, mt)
end

return M

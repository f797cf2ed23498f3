--- How a call waits when nobody schedules it: in place, in steps, so that
--- Ctrl-C at the prompt is answered between two of them. Schedulers have loops
--- of their own with the same two methods.
local M = {}

-- the longest a signal waits for Lua to look
local STEP = 0.1

local methods = {}
local mt = { __index = methods, __name = "roster.loop" }

--- Waits until the call's exchange has its outcome.
---@param multi userdata roster.multi
---@param call userdata
function methods:wait(multi, call) -- luacheck: no self
  while not call:settled() do
    multi:step(STEP)
  end
end

--- Waits for so many seconds.
---@param seconds number
function methods:sleep(seconds)
  self.clock.sleep(seconds)
end

---@param clock table see roster.clock
function M.new(clock)
  return setmetatable({ clock = clock }, mt)
end

return M

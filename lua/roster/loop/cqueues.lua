--- Lets calls in coroutines of a cqueues controller wait without blocking the
--- others: `roster.okta{ scheduler = require "roster.loop.cqueues" }`. Outside
--- of a controller calls wait in place. One client belongs to one controller.
local condition = require "cqueues.condition"
local cqueues = require "cqueues"

local M = {}

-- the longest a signal waits for Lua to look, where nothing else does
local STEP = 0.1

-- signalled when a call may have been settled by another coroutine's step
local moved = condition.new()

-- multi -> how many coroutines watch its descriptor
local watchers = setmetatable({}, { __mode = "k" })
-- multis that were closed while somebody did
local closed = setmetatable({}, { __mode = "k" })

--- Is this a coroutine that the running controller itself resumed?
local function is_scheduled()
  local controller, is_direct = cqueues.running()
  return controller ~= nil and is_direct
end

local function step(multi, seconds)
  local _, _, settled = multi:step(seconds)
  if settled > 0 then
    moved:signal()
  end
end

--- Nobody may watch a descriptor that is closed: the controller would fail.
local function leave(multi, fd)
  watchers[multi] = watchers[multi] - 1
  if watchers[multi] == 0 then
    watchers[multi] = nil
    cqueues.cancel(fd)
    if closed[multi] then
      multi:close()
    end
  end
end

--- Waits until the call's exchange has its outcome.
---@param multi userdata roster.multi
---@param call userdata
function M:wait(multi, call) -- luacheck: no self
  if not is_scheduled() then
    while not call:settled() do
      step(multi, STEP)
    end
    return
  end
  local fd = multi:fd()
  watchers[multi] = (watchers[multi] or 0) + 1
  while not call:settled() do
    step(multi, 0)
    if not call:settled() then
      cqueues.poll({ pollfd = fd, events = "r" }, moved)
    end
  end
  leave(multi, fd)
end

--- Can other coroutines go on while this one sleeps?
---@return boolean
function M:is_shared() -- luacheck: no self
  return is_scheduled()
end

--- Waits for so many seconds.
---@param seconds number
function M:sleep(seconds) -- luacheck: no self
  if is_scheduled() then
    cqueues.sleep(seconds)
    -- others may have taken steps for calls that are waited for here
    moved:signal()
  else
    require("roster.clock").new().sleep(seconds)
  end
end

--- The multi is about to be closed, and whoever waits will see that its calls
--- are lost. Is its descriptor still watched?
---@param multi userdata
---@return boolean
function M:closing(multi) -- luacheck: no self
  moved:signal()
  closed[multi] = watchers[multi] and true
  return watchers[multi] ~= nil
end

return M

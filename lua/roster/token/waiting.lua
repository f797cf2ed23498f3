--- How a call waits for what another is doing.
local loops = require "roster.loop"
local func = require "roster.transport.func"
local phase = require "roster.nginx.phase"

local M = {}

-- seconds between two looks; in nginx soon at first, and then ever later
local LOOK_AGAIN = 0.02
local FIRST_LOOK, LAST_LOOK, LATER = 0.002, 0.05, 1.5

--- Lets other calls go on; false if none could, and then what is waited for
--- would never be finished. The sleep of a scheduler's loop, of nginx's and of a
--- bulk run's lets them; elsewhere there are the caller's own coroutines.
local function let_others(state, seconds)
  local loop = state.loop
  if not loops.is_shared(loop) then
    return func.pause()
  elseif state.cannot_wait and state.cannot_wait() then
    return false
  end
  loop:sleep(seconds)
  return true
end

--- A function that waits a moment, in nginx longer each time. It returns
--- whether others could go on meanwhile, and the seconds of the next wait.
---@param state table the client's: loop, cannot_wait
---@return fun(): boolean, number
function M.new(state)
  local is_inside = phase.is_inside()
  local pause = is_inside and FIRST_LOOK or LOOK_AGAIN
  return function()
    local went_on = let_others(state, pause)
    pause = is_inside and math.min(pause * LATER, LAST_LOOK) or pause
    return went_on, pause
  end
end

return M

-- Ctrl-C as it looks to roster: what `lua` and `luajit` raise, after they put the
-- signal back to its default. Specs that send the signal itself need a process
-- of their own.
local core = require "roster.core"

local M = {}

local TEXT = "interrupted!"

--- Runs `f(strike)`, in which `strike()` raises as Ctrl-C does.
---@param f fun(strike: fun())
function M.within(f)
  local before = core.interrupted
  local ok, err = pcall(f, function()
    core.interrupted = function()
      return true
    end
    error(TEXT, 0)
  end)
  core.interrupted = before
  if not ok then
    error(err, 0)
  end
end

return M

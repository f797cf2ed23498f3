--- What a client's owner should know although nothing has failed.
local raised = require "roster.raised"
local visible = require "roster.visible"

local M = {}

-- what stderr or nginx's log was told in this process
local told = {}

--- Gives a warning to `on_warning`, the option of the client's; without one to
--- stderr, inside nginx to its log as ngx.WARN, and there once in a process.
---@param on_warning (fun(message: string): any)?
---@param message string with nothing secret in it
-- usage: warning.give(settings.on_warning, path .. " can be read by other users")
function M.give(on_warning, message)
  message = visible.line(message)
  if on_warning then
    -- as a hook: one that raises is one that failed
    raised.pcall(on_warning, message)
  elseif not told[message] then
    told[message] = true
    if require("roster.nginx.phase").is_inside() then
      require("roster.nginx.log").warn("roster: " .. message)
    else
      io.stderr:write("roster: ", message, "\n")
    end
  end
end

return M

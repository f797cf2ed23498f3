--- What goes on in nginx though the request that began it may be gone: in a
--- timer.
local phase = require "roster.nginx.phase"

local M = {}

--- Can work that uses this transport be done there? One that is the caller's
--- own may be bound to the request.
---@param transport table
---@return boolean
function M.is_possible(transport)
  return phase.is_inside() and transport.waits == true and not ngx.worker.exiting()
end

--- Begins `work` in a moment; it is told whether the worker is about to exit
--- instead. Returns false where nginx has no timer left.
---@param work fun(premature: boolean)
---@return boolean
function M.run(work)
  return ngx.timer.at(0, work) and true or false
end

return M

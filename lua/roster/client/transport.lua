--- Which transport a client gets.
local phase = require "roster.nginx.phase"

local M = {}

---@param settings table of roster.config
---@return table transport
function M.new(settings)
  local transport = settings.transport
  if settings.sandbox then
    local org = settings.sandbox
    return require("roster.transport.func").new(function(request)
      return org:handle(request)
    end)
  elseif type(transport) == "function" then
    return require("roster.transport.func").new(transport)
  elseif transport then
    return transport
  elseif phase.is_inside() then
    return require("roster.transport.nginx").new()
  end
  local scheduler = settings.scheduler
  return require("roster.transport.curl").new {
    ca = settings.ca,
    proxy = settings.proxy,
    pollable = scheduler ~= nil,
    closing = scheduler and scheduler.closing and function(multi)
      return scheduler:closing(multi)
    end,
  }
end

return M

--- Which transport a client gets.
local phase = require "roster.nginx.phase"

local M = {}

local function live(settings)
  local transport = settings.transport
  if settings.sandbox then
    local org = settings.sandbox
    return require("roster.transport.func").new(function(request)
      return org:handle(request)
    end)
  elseif type(transport) == "function" then
    return require("roster.transport.func").new(transport)
  elseif type(transport) == "table" then
    return transport
  elseif phase.is_inside() and transport ~= "curl" then
    return require("roster.transport.nginx").new()
  elseif phase.is_inside() then
    return require("roster.transport.curl").new {
      ca = settings.ca,
      proxy = settings.proxy,
      -- cheaper to look at than each socket by itself; only there
      pollable = jit ~= nil and jit.os == "Linux",
      closing = require("roster.loop.nginx").closing,
      waits = true,
    }
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

--- The transport, or nil and what is wrong with the file of a recording.
---@param settings table of roster.config
---@param head { service: string, url: string, credential: string, renews: boolean } for a recording
---@return table? transport, string? message
function M.new(settings, head)
  if settings.player then
    return settings.player
  elseif settings.record then
    return require("roster.cassette.recorder").new(settings.record, live(settings), head)
  end
  return live(settings)
end

return M

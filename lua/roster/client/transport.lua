--- Which transport a client gets.
local host = require "roster.host"
local phase = require "roster.nginx.phase"

local M = {}

--- libcurl, which nginx's event loop or a scheduler may watch.
local function libcurl(settings)
  local is_inside, scheduler = phase.is_inside(), settings.scheduler
  local closing
  if is_inside then
    closing = require("roster.loop.nginx").closing
  elseif scheduler and scheduler.closing then
    closing = function(multi)
      return scheduler:closing(multi)
    end
  end
  return require("roster.transport.curl").new {
    ca = settings.ca,
    proxy = settings.proxy,
    on_warning = settings.on_warning,
    -- in nginx cheaper to look at than each socket by itself; only on Linux
    pollable = scheduler ~= nil or is_inside and host.jit ~= nil and host.jit.os == "Linux",
    closing = closing,
    waits = is_inside,
  }
end

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
  end
  return libcurl(settings)
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

--- Where options come from that the caller leaves out.
local credential = require "roster.config.credential"

local M = {}

--- From the environment; notes in `source` which variable each came from.
function M.environment(service, settings, source)
  local off = credential.settled(service, settings)
  for name, variables in pairs(service.environment) do
    for _, variable in ipairs(variables) do
      local value = os.getenv(variable)
      if settings[name] == nil and not off[name] and value ~= nil and value ~= "" then
        settings[name] = value
        source[name] = variable
      end
    end
  end
end

-- The stand-ins, or nil and a message: they are a rock of their own.
local function sandbox()
  local found, module = pcall(require, "roster.sandbox")
  if found then
    return module
  elseif not tostring(module):find("module 'roster.sandbox' not found", 1, true) then
    error(module, 0) -- it is there, but broken
  end
  return nil, 'option "sandbox": the sandbox is not installed: run "luarocks install roster-sandbox", '
    .. 'or "make install" without SANDBOX=0'
end

--- The sandbox's own address and credentials stand in for missing ones. Returns
--- a message, or nil.
function M.sandbox(provider, service, settings)
  if settings.sandbox == true then
    local module, message = sandbox()
    if not module then
      return message
    end
    settings.sandbox = module[provider]()
  end
  local off = credential.settled(service, settings)
  if service.grant then
    -- the stand-in knows every way; one is enough
    local by_password = settings.username ~= nil or settings.password ~= nil
    off.token = true
    off.client_secret = off.client_secret or by_password
    off.username, off.password = not by_password, not by_password
  end
  if service.kinds then
    off = credential.others(credential.kind(settings) or "api_token")
  end
  for name in pairs(service.environment) do
    if settings[name] == nil and not off[name] then
      settings[name] = settings.sandbox[name]
    end
  end
  return nil
end

--- From a recording: its address, and a credential that opens nothing. What the
--- call gives of the latter is not looked at. Returns a message, or nil.
function M.recording(provider, service, settings)
  local player, why = require("roster.cassette.player").open(settings.replay, provider)
  if not player then
    return why
  elseif settings.url and settings.url:gsub("/+$", "") ~= player.url then
    return ('option "replay": %s is of %s, not %s'):format(settings.replay, player.url, settings.url)
  end
  for name in pairs(service.environment) do
    settings[name] = nil
  end
  for name in pairs(service.options) do
    settings[name] = name == "org_id" and settings[name] or nil
  end
  if not service.options[player.credential] then
    return ('option "replay": %s has a credential that is not known'):format(settings.replay)
  end
  settings.url = player.url
  settings[player.credential] = player:token()
  settings.player, settings.scheduler = player, nil
  settings.clock = settings.clock or player.clock()
end

return M

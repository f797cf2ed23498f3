--- What a client is made of: the caller's options, then the environment, then
--- defaults. Nothing is read before a constructor is called.
local check = require "roster.config.check"
local credential = require "roster.config.credential"
local names = require "roster.names"
local options = require "roster.config.options"
local plain = require "roster.plain"
local proxy = require "roster.config.proxy"

local M = {
  services = options.services,
  options = options.of,
  unknown = options.unknown,
}

-- options whose table is data; the others are objects, whose methods are called
local DATA = { governor = true, private_key = true, scopes = true }

--- The complete settings, or nil and what is wrong with the options; then
--- which variable an option came from.
---@param provider string
---@param given table?
---@return table? settings, string? message, table? source
function M.read(provider, given)
  local service, known = options.services[provider], options.of(provider)
  local settings, source = {}, {}
  local members, unread_fault = plain.members(given or {}, "options", names(known))
  if not members then
    return nil, unread_fault
  end
  for name, value in next, members do
    if not known[name] then
      return nil, options.unknown("option", name, names(known), provider)
    end
    local wrong = check.type(name, value, known[name])
    if wrong then
      return nil, wrong
    end
    if DATA[name] and type(value) == "table" then
      value, wrong = plain.value(value, name)
      if wrong then
        return nil, wrong
      end
    end
    settings[name] = value
  end
  local fault = check.transport(settings) or service.kinds and credential.check_kind(settings)
  local kind, note
  if not fault and settings.replay then
    fault = require("roster.config.sources").recording(provider, service, settings)
  elseif not fault and settings.sandbox then
    fault = require("roster.config.sources").sandbox(provider, service, settings)
  elseif not fault and service.kinds then
    fault, kind, note = require("roster.config.okta").fill(settings, known, source)
  elseif not fault then
    require("roster.config.sources").environment(service, settings, source)
  end
  if fault then
    return nil, fault
  end
  for _, name in ipairs(service.needs) do
    if settings[name] == nil then
      return nil, credential.missing(service, name, note and (note[name] or note.any))
    end
  end
  options.complete(settings)
  fault = check.ranges(settings) or proxy.complete(settings)
  if not fault and service.grant then
    fault = credential.check_grant(service, settings)
  elseif not fault and service.kinds then
    local found = credential.kind(settings)
    settings.bearer = found ~= "api_token"
    fault = credential.check_whole(service, settings, kind, note and note.any)
    if not fault and found == "private_key" then
      fault = require("roster.config.key").prepare(settings)
    end
  end
  if fault then
    return nil, fault, source
  end
  return settings, nil, source
end

return M

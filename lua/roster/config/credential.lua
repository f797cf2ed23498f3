--- Which of a service's credentials go together.
local phase = require "roster.nginx.phase"

local M = {}

-- what a token is obtained with, where it is not given
local GRANT = { "client_id", "client_secret", "username", "password" }

--- Which options the environment must leave alone: a credential given in the
--- call must not be mixed with one of another kind that happens to be set.
function M.settled(service, settings)
  local off = {}
  if service.grant and settings.token ~= nil then
    for _, name in ipairs(GRANT) do
      off[name] = true
    end
  elseif service.grant then
    for _, name in ipairs(GRANT) do
      off.token = off.token or settings[name] ~= nil
    end
    -- a secret alone asks for the client's own grant, not for a user's
    local own = settings.client_secret ~= nil and settings.username == nil and settings.password == nil
    off.username, off.password = own, own
  end
  return off
end

-- Okta's kinds of credential: the options of each, and which of these it cannot
-- do without.
local KINDS = {
  api_token = { "token", needs = { "token" } },
  access_token = { "access_token", needs = { "access_token" } },
  private_key = {
    "client_id", "private_key", "key_id", "scopes", "signer", "algorithm",
    needs = { "client_id", "private_key", "scopes" },
  },
}
local ORDER = { "api_token", "access_token", "private_key" }

--- Which kind of credential the options begin; nil when none; then a second one.
---@param settings table
---@return string? kind, string? second
function M.kind(settings)
  local found = {}
  for _, kind in ipairs(ORDER) do
    for _, name in ipairs(KINDS[kind]) do
      if settings[name] ~= nil and found[#found] ~= kind then
        found[#found + 1] = kind
      end
    end
  end
  return found[1], found[2]
end

--- Do the options hold what proves who calls, of whatever kind?
---@param settings table
---@return boolean
function M.gives_secret(settings)
  return settings.token ~= nil or settings.access_token ~= nil or settings.private_key ~= nil or settings.signer ~= nil
end

--- The first option of the kind that is missing; `signer` does for a key.
local function lacks(settings, kind)
  for _, name in ipairs(KINDS[kind].needs) do
    if settings[name] == nil and not (name == "private_key" and settings.signer) then
      return name
    end
  end
end

--- Do the options hold a whole credential?
---@param settings table
---@return boolean
function M.is_whole(settings)
  local kind = M.kind(settings)
  return kind ~= nil and lacks(settings, kind) == nil
end

--- The options of the other kinds than this one.
---@param kind string?
---@return table<string, boolean>
function M.others(kind)
  local off = {}
  for other, row in pairs(KINDS) do
    for _, name in ipairs(row) do
      off[name] = kind ~= nil and other ~= kind or nil
    end
  end
  return off
end

--- nginx clears the environment before Lua runs.
local function passed_on(variables)
  if not phase.is_inside() then
    return ""
  end
  return ', which nginx passes on only with "env ' .. variables[1] .. ';" in nginx.conf'
end

--- That an option is not there, and where else it could come from.
function M.missing(service, name, why)
  local variables = service.environment[name]
  local hint = variables and " (or " .. table.concat(variables, " or ") .. " in the environment" .. passed_on(variables)
    .. ")" or ""
  return 'option "' .. name .. '" is missing' .. hint .. (why or "")
end

--- Is the grant whole? No credential at all is allowed: some of the service's
--- operations need none.
function M.check_grant(service, settings)
  local any = false
  for _, name in ipairs(GRANT) do
    any = any or settings[name] ~= nil
  end
  if not any then
    return nil
  elseif settings.token ~= nil then
    return 'give "token", or what obtains one, not both'
  elseif settings.client_id == nil then
    return M.missing(service, "client_id")
  elseif settings.username ~= nil and settings.password == nil then
    return M.missing(service, "password")
  elseif settings.password ~= nil and settings.username == nil then
    return M.missing(service, "username")
  elseif settings.client_secret == nil and settings.username == nil then
    return M.missing(service, "client_secret", ", or username and password")
  end
  for _, name in ipairs(GRANT) do
    if settings[name] == "" then
      return 'option "' .. name .. '" is empty'
    end
  end
end

--- What is wrong with the kinds of credential that the call itself gives.
function M.check_kind(settings)
  local first, second = M.kind(settings)
  if second then
    return ('give "%s" or "%s", not both'):format(KINDS[first][1], second == "private_key" and settings.client_id == nil
      and "private_key" or KINDS[second][1])
  elseif settings.private_key ~= nil and settings.signer ~= nil then
    return 'give "private_key" or "signer", not both'
  elseif settings.algorithm ~= nil and settings.signer == nil then
    return 'option "algorithm" goes with "signer"; a key has its own'
  elseif settings.algorithm ~= nil and settings.algorithm ~= "RS256" and settings.algorithm ~= "ES256" then
    return 'option "algorithm" must be RS256 or ES256'
  end
end

--- Is the credential whole, from wherever it came? `kind` is the one it is to be;
--- `note` is said besides.
function M.check_whole(service, settings, kind, note)
  local name = lacks(settings, kind or M.kind(settings) or "api_token")
  return name and M.missing(service, name, (name == "private_key" and ', and "signer" neither' or "") .. (note or ""))
end

return M

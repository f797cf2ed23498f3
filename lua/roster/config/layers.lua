--- Okta's settings as layers: what the environment says, and what each file does.
--- A layer is { values = by option, origin = where each came from }.
local core = require "roster.core"
local names = require "roster.names"
local yaml = require "roster.config.yaml"

local M = {}

-- Members of `client`, what they may be, and variables. SDKs differ in the
-- spelling of some variables.
local ROWS = {
  { "orgUrl", "url", "string", { "OKTA_CLIENT_ORGURL" } },
  { "authorizationMode", "mode", "string", { "OKTA_CLIENT_AUTHORIZATIONMODE" } },
  { "token", "token", "string", { "OKTA_CLIENT_TOKEN" } },
  { "accessToken", "access_token", "string", { "OKTA_CLIENT_ACCESSTOKEN" } },
  { "clientId", "client_id", "string", { "OKTA_CLIENT_CLIENTID" } },
  { "scopes", "scopes", "string or list", { "OKTA_CLIENT_SCOPES" } },
  { "privateKey", "private_key", "string or mapping", { "OKTA_CLIENT_PRIVATEKEY" } },
  { "privateKeyId", "key_id", "string", { "OKTA_CLIENT_PRIVATEKEYID" } },
  { "kid", "key_id", "string", { "OKTA_CLIENT_KID" } },
  { "connectionTimeout", "connect_timeout", "seconds",
    { "OKTA_CLIENT_CONNECTION_TIMEOUT", "OKTA_CLIENT_CONNECTIONTIMEOUT" } },
  { "requestTimeout", "timeout", "seconds", { "OKTA_CLIENT_REQUEST_TIMEOUT", "OKTA_CLIENT_REQUESTTIMEOUT" } },
  { "rateLimit.maxRetries", "max_retries", "count",
    { "OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES", "OKTA_CLIENT_RATELIMIT_MAXRETRIES" } },
  { "proxy.host", "proxy_host", "string", { "OKTA_CLIENT_PROXY_HOST" } },
  { "proxy.port", "proxy_port", "count", { "OKTA_CLIENT_PROXY_PORT" } },
  { "proxy.username", "proxy_username", "string", { "OKTA_CLIENT_PROXY_USERNAME" } },
  { "proxy.password", "proxy_password", "string", { "OKTA_CLIENT_PROXY_PASSWORD" } },
}

-- authorizationMode, in small letters -> which credentials it means
local MODES = {
  ssws = "api_token", bearer = "access_token", bearertoken = "access_token", privatekey = "private_key",
}

---------------------------------------------------------------------- values

local takes = {}

function takes.string(value)
  return type(value) == "string"
end

takes["string or list"] = function(value)
  return type(value) == "string" or type(value) == "table" and (#value > 0 or next(value) == nil)
end

takes["string or mapping"] = function(value)
  return type(value) == "string" or type(value) == "table" and #value == 0
end

function takes.seconds(value)
  return type(value) == "number" and value >= 0 and value <= 2 ^ 40
end

function takes.count(value)
  return type(value) == "number" and value >= 0 and value % 1 == 0 and value <= 65535
end

local EXPECTED = {
  seconds = "a number of seconds",
  count = "a whole number",
  ["string or list"] = "a string or a list",
  ["string or mapping"] = "a string or a mapping",
  string = "a string",
}

-- What a wrong value is, without showing it.
local function named(value)
  if type(value) == "number" then
    return "a number (a string that looks like one needs quotes)"
  elseif type(value) == "table" then
    return #value > 0 and "a list" or "a mapping"
  end
  return "a " .. type(value)
end

--- The member at `path` ("proxy.host"); nil and the part that is no mapping.
local function member(client, path)
  local value, at = client, ""
  for part in path:gmatch("[^.]+") do
    if type(value) ~= "table" then
      return nil, at
    end
    at = at .. "." .. part
    value = value[part]
    if value == nil then
      return nil
    end
  end
  return value
end

---------------------------------------------------------------------- layers

-- A layer: `values` by option, `origin` of each. An earlier row wins.
local function put(layer, row, value, origin)
  local wanted = row[3]
  if not takes[wanted](value) then
    return ("%s: expected %s, got %s"):format(origin, EXPECTED[wanted], named(value))
  end
  local option = row[2]
  if option == "mode" then
    value = MODES[value:lower()]
    if not value then
      return origin .. ": expected SSWS, PrivateKey or Bearer"
    end
  elseif wanted == "seconds" and value == 0 then
    -- "no limit" there; a limit there is, always
    return nil
  end
  if layer.values[option] == nil then
    layer.values[option], layer.origin[option] = value, origin
  end
end

--- What the environment says; nil and what is wrong with it.
---@return table? layer, string? message
function M.environment()
  local layer = { values = {}, origin = {} }
  for _, row in ipairs(ROWS) do
    for _, variable in ipairs(row[4]) do
      local value = os.getenv(variable)
      if value ~= nil and value ~= "" then
        if row[3] == "seconds" or row[3] == "count" then
          value = tonumber(value) or value
        end
        local fault = put(layer, row, value, variable)
        if fault then
          return nil, fault
        end
      end
    end
  end
  return layer
end

local function from_client(client, place)
  local layer = { values = {}, origin = {} }
  for _, row in ipairs(ROWS) do
    local value, wrong = member(client, row[1])
    if wrong then
      return nil, place .. wrong .. ": expected a mapping, got " .. named(member(client, wrong:sub(2)))
    elseif value ~= nil then
      local fault = put(layer, row, value, place .. "." .. row[1])
      if fault then
        return nil, fault
      end
    end
  end
  return layer
end

-- The mapping `name` of `parent`; nil when it is not there, nil and a message
-- when it is something else.
local function mapping(parent, name, place)
  local value = parent[name]
  if value == nil or type(value) == "table" then
    return value
  end
  return nil, place .. name .. ": expected a mapping, got " .. named(value)
end

-- The section of the file, as a layer. Returns nil where it has none; then the
-- names of the profiles there are.
local function from_file(path, profile)
  local file, why = yaml.read(path)
  if not file then
    return nil, nil, why and path .. " " .. why
  end
  local place, section, profiles = path .. ": ", nil, nil
  if profile then
    profiles, why = mapping(file, "profiles", place)
    if profiles then
      section, why = mapping(profiles, profile, place .. "profiles.")
    end
    place = place .. "profiles." .. profile .. "."
  else
    section, why = mapping(file, "okta", place)
    place = place .. "okta."
  end
  local client
  if section then
    client, why = mapping(section, "client", place)
  end
  if not client then
    return nil, profiles, why
  end
  local layer
  layer, why = from_client(client, place .. "client")
  return layer, profiles, why
end

local function files_of(settings)
  if settings.config_file then
    return { settings.config_file }
  end
  local home = os.getenv("HOME")
  return { "./.okta.yaml", home and home ~= "" and home .. "/.okta/okta.yaml" or nil }
end

-- That the profile is nowhere, and which one may be meant.
local function no_profile(profile, files, known)
  local near = core.nearest(profile, known)
  return ('option "profile": there is no profile "%s" in %s'):format(profile, table.concat(files, " or ")) ..
    (near and ', did you mean "' .. near .. '"?' or "")
end

--- What the files say, the one that wins first; nil and what is wrong with them.
--- Without lyaml there are none, which is a fault only where the caller has asked
--- for one; else `note.unread` is one that would have been read.
---@param settings table
---@param note table
---@return table[]? layers, string? message
function M.files(settings, note)
  local files, layers, known = files_of(settings), {}, {}
  local wanted = settings.profile or settings.config_file
  if not yaml.is_available() then
    if wanted then
      local option = settings.profile and "profile" or "config_file"
      return nil, 'option "' .. option .. '" needs lyaml, which is not installed'
    end
    for _, path in ipairs(files) do
      if yaml.exists(path) then
        note.unread = path
      end
    end
    return layers
  end
  for _, path in ipairs(files) do
    local layer, profiles, why = from_file(path, settings.profile)
    if why then
      return nil, why
    end
    layers[#layers + 1] = layer
    for _, name in ipairs(names(profiles or {})) do
      known[#known + 1] = tostring(name)
    end
  end
  if settings.config_file and not yaml.exists(settings.config_file) then
    return nil, 'option "config_file": there is no file ' .. settings.config_file
  elseif settings.profile and #layers == 0 then
    return nil, no_profile(settings.profile, files, known)
  end
  -- a profile stands alone: two files' credentials must not be mixed
  return settings.profile and { layers[1] } or layers
end

return M

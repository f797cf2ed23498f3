--- Okta's settings as layers: what the environment says, and what each file does
--- (roster.config.files). A layer is { values = by option, origin = where each came
--- from }.
local M = {}

-- Members of `client`, what they may be, and variables. SDKs differ in the
-- spelling of some variables.
M.ROWS = {
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

--- What a wrong value is, without showing it.
---@param value any
---@return string
function M.named(value)
  if type(value) == "number" then
    return "a number (a string that looks like one needs quotes)"
  elseif type(value) == "table" then
    return #value > 0 and "a list" or "a mapping"
  end
  return "a " .. type(value)
end

---------------------------------------------------------------------- layers

--- Puts a row's value into the layer; an earlier row wins. Returns what is wrong
--- with the value, or nil.
---@param layer table
---@param row table of ROWS
---@param value any
---@param origin string
---@return string?
function M.put(layer, row, value, origin)
  local wanted = row[3]
  if not takes[wanted](value) then
    return ("%s: expected %s, got %s"):format(origin, EXPECTED[wanted], M.named(value))
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
  local layer = { values = {}, origin = {}, is_environment = true }
  for _, row in ipairs(M.ROWS) do
    for _, variable in ipairs(row[4]) do
      local value = os.getenv(variable)
      if value ~= nil and value ~= "" then
        if row[3] == "seconds" or row[3] == "count" then
          value = tonumber(value) or value
        end
        local fault = M.put(layer, row, value, variable)
        if fault then
          return nil, fault
        end
      end
    end
  end
  return layer
end

return M

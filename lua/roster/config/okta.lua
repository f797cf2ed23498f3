--- Okta's settings under the names that its own SDKs have given them: in the
--- environment, in ./.okta.yaml, in ~/.okta/okta.yaml.
---
---     okta:
---       client:
---         orgUrl: https://example.okta.com
---         token: ...
---     profiles:            # roster's own; each as `okta` above
---       prod:
---         client: ...
local check = require "roster.config.check"
local credential = require "roster.config.credential"
local layers_of = require "roster.config.layers"

local M = {}

-- An API token in the place of an access token: what "Bearer" means in some SDKs.
local function rename_token(layer, kind)
  local values, origin = layer.values, layer.origin
  if kind == "access_token" and values.access_token == nil then
    values.access_token, origin.access_token = values.token, origin.token
    values.token = nil
  end
end

-- The proxy's parts make one option.
local function join_proxy(layer)
  local values = layer.values
  if not values.proxy_host then
    return
  end
  local function encode(text)
    return (text:gsub("[^%w._~-]", function(c)
      return ("%%%02X"):format(c:byte())
    end))
  end
  local user = values.proxy_username and encode(values.proxy_username)
  if user and values.proxy_password then
    user = user .. ":" .. encode(values.proxy_password)
  end
  local scheme, host = values.proxy_host:match("^(%a[%w+.-]*://)(.*)$")
  values.proxy = (scheme or "http://") .. (user and user .. "@" or "") .. (host or values.proxy_host)
    .. (values.proxy_port and (":%d"):format(values.proxy_port) or "")
  layer.origin.proxy = layer.origin.proxy_host
end

-- Which kind of credential it is going to be: the call's; else the first mode
-- that is set; else the first that is there at all.
local function kind_of(settings, layers)
  local kind = credential.kind(settings)
  for _, layer in ipairs(layers) do
    kind = kind or layer.values.mode
  end
  for _, layer in ipairs(layers) do
    local values = layer.values
    kind = kind or values.token and "api_token" or values.access_token and "access_token"
      or values.private_key and "private_key"
  end
  return kind
end

local function merge(settings, layers, known, source)
  local kind = kind_of(settings, layers)
  local off = credential.others(kind)
  if settings.private_key ~= nil or settings.signer ~= nil then
    -- of another key
    off.key_id, off.private_key = true, true
  end
  for _, layer in ipairs(layers) do
    rename_token(layer, kind)
    join_proxy(layer)
    for option, value in pairs(layer.values) do
      if settings[option] == nil and not off[option] and known[option] then
        settings[option], source[option] = value, layer.origin[option]
      end
    end
    if layer.values.private_key ~= nil then
      off.key_id, off.private_key = true, true
    end
  end
  return kind
end

--- Fills in what the call leaves out: from the environment, then the files; a
--- profile that the call names goes before the environment. With an address and
--- a credential in the call no file is read. Notes in `source` where each
--- came from. Returns a message when something is wrong, else nil; then which
--- kind of credential it is to be, and the file that was not read for want of
--- lyaml.
---@param settings table
---@param known table<string, table> the options there are
---@param source table
---@return string? message, string? kind, string? unread
function M.fill(settings, known, source)
  local environment, fault = layers_of.environment()
  if not environment then
    return fault
  end
  local layers, note = { environment }, {}
  local is_complete = settings.url ~= nil and credential.is_whole(settings)
  if not is_complete or settings.profile or settings.config_file then
    local files
    files, fault = require("roster.config.files").read(settings, note)
    if not files then
      return fault
    end
    for i, layer in ipairs(files) do
      table.insert(layers, settings.profile and i or #layers + 1, layer)
    end
  end
  local more = { connect_timeout = true }
  local kind = merge(settings, layers, setmetatable(more, { __index = known }), source)
  fault = check.transport(settings)
  if fault and source.proxy then
    -- the only one of these options that is not the call's own
    fault = source.proxy .. ": " .. fault
  end
  return fault, kind, note.unread
end

return M

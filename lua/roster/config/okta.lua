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
local found = require "roster.config.found"
local layers_of = require "roster.config.layers"
local proxy = require "roster.config.proxy"
local warning = require "roster.warning"

local M = {}

-- An API token in the place of an access token: what "Bearer" means in some SDKs.
local function rename_token(layer, kind)
  local values, origin = layer.values, layer.origin
  if kind == "access_token" and values.access_token == nil then
    values.access_token, origin.access_token = values.token, origin.token
    values.token = nil
  end
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

-- The proxy of the layer, unless one is given already. Returns a message when it is
-- not whole.
local function take_proxy(settings, layer, source)
  if settings.proxy ~= nil then
    return nil
  end
  local url, fault = proxy.join(layer)
  if not url then
    return fault
  elseif check.sends_itself(settings) then
    warning.give(settings.on_warning, layer.origin.proxy_host .. " is not used: the client has a transport of its own")
    return nil
  end
  settings.proxy, source.proxy = url, layer.origin.proxy_host
end

-- The files' layers that count: what the one of the current folder may not give is
-- taken out of it, and a profile of it that is not whole is passed over. Returns
-- nil and a message when a profile is then nowhere else; notes what is to be said
-- where the address is missing.
local function settle(settings, environment, files, note)
  local layer = files[1]
  if not (layer and layer.is_found) then
    return files
  end
  -- a profile goes before the environment
  local before = settings.profile and {} or { environment }
  local all = settings.profile and { layer, environment } or { environment, layer, files[2] }
  local advice = found.disarm(layer, kind_of(settings, all), settings, before)
  if advice and settings.profile then
    if not files[2] then
      return nil, 'option "profile": ' .. advice
    end
    note.ignored = advice
    return { files[2] }
  end
  note.url, note.ignored = advice and "; " .. advice, advice
  return files
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
    local fault = take_proxy(settings, layer, source)
    if fault then
      return nil, fault
    end
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
--- kind of credential it is to be, and what to put after the message that an option
--- is missing: by the option's name, else `any`.
---@param settings table
---@param known table<string, table> the options there are
---@param source table
---@return string? message, string? kind, table? note
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
    if files then
      files, fault = settle(settings, environment, files, note)
    end
    if not files then
      return fault
    end
    if settings.profile then
      -- alone: two files' credentials must not be mixed
      table.insert(layers, 1, files[1])
    else
      layers[2], layers[3] = files[1], files[2]
    end
  end
  local more = { connect_timeout = true }
  local kind
  kind, fault = merge(settings, layers, setmetatable(more, { __index = known }), source)
  if fault then
    return fault
  elseif note.ignored and settings.url ~= nil then
    warning.give(settings.on_warning, note.ignored)
  end
  fault = check.place(settings)
  if fault and source.proxy then
    -- the only one of these options that is not the call's own
    fault = source.proxy .. ": " .. fault
  end
  return fault, kind, note
end

return M

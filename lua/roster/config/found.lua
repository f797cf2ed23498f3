--- What a file in the current folder may say. It may be another person's work, as
--- in a folder that was fetched or that others write to: an address, or a proxy,
--- that it gives must not be sent a credential that it does not give.
local credential = require "roster.config.credential"

local M = {}

-- what must come from the file itself, for each kind of credential
local OWN = {
  api_token = { "token" }, access_token = { "access_token" }, private_key = { "client_id", "private_key" },
}
-- what must not meet a credential from elsewhere, and what people call it
local ROUTE = {
  { "url", "address" }, { "proxy_host", "proxy" },
  { "proxy_port", "proxy" }, { "proxy_username", "proxy" }, { "proxy_password", "proxy" },
}

-- Is it a key, and not the path of a file, which is another's?
local function is_inline(key)
  return type(key) == "table" or key:find("-----BEGIN ", 1, true) ~= nil or key:find("^%s*{") ~= nil
end

-- The layer's value. An API token may stand in the place of an access token: see
-- roster.config.okta.
local function value_of(layer, name)
  local value = layer.values[name]
  if value == nil and name == "access_token" then
    value = layer.values.token
  end
  return value
end

--- Is the credential that the client would use the layer's own, all of it?
---@param layer table
---@param kind string? which credential it is going to be
---@param settings table the call's
---@param before table[] the layers that win over it
---@return boolean
function M.is_whole(layer, kind, settings, before)
  if not OWN[kind] or credential.gives_secret(settings) then
    return false
  end
  for _, name in ipairs(OWN[kind]) do
    local value = value_of(layer, name)
    if value == nil or settings[name] ~= nil or name == "private_key" and not is_inline(value) then
      return false
    end
    for _, other in ipairs(before) do
      if value_of(other, name) ~= nil then
        return false
      end
    end
  end
  return true
end

-- What of the address and the proxy the layer gives, and nothing before it.
local function given(layer, settings, before)
  local list, is_listed = {}, {}
  for _, row in ipairs(ROUTE) do
    local name, called = row[1], row[2]
    local is_given = layer.values[name] ~= nil and settings[name == "url" and "url" or "proxy"] == nil
    for _, other in ipairs(before) do
      is_given = is_given and other.values[name] == nil
    end
    if is_given and not is_listed[called] then
      list[#list + 1], is_listed[called] = called, true
    end
  end
  return list
end

local function advice(layer, called)
  return ("%s has %s but not the credential that goes there, so that is not used, as another person could have written "
    .. "it: put both into one file (a key itself, not its path), or name the file with config_file")
    :format(layer.path, called)
end

--- Takes the address and the proxy out of a layer of the current folder that has
--- not the credential for them. Returns what is to be said where the address is
--- then missing; nil when nothing was taken out that would have been used.
---@param layer table
---@param kind string?
---@param settings table
---@param before table[]
---@return string? advice
function M.disarm(layer, kind, settings, before)
  if M.is_whole(layer, kind, settings, before) then
    return nil
  end
  local list = given(layer, settings, before)
  for _, row in ipairs(ROUTE) do
    layer.values[row[1]] = nil
  end
  if #list > 0 then
    local called = (list[1] == "address" and "an " or "a ") .. table.concat(list, " and a ")
    return advice(layer, called)
  end
end

return M

--- The proxy of a client: an option, or parts of Okta's settings.
local core = require "roster.core"

local M = {}

-- the parts that mean nothing without another one
local NEEDS = {
  { "proxy_port", "proxy_host" }, { "proxy_username", "proxy_host" }, { "proxy_password", "proxy_username" },
}
-- what the parts are called in a file, and in the environment
local CALLED = { proxy_host = { "proxy.host", "OKTA_CLIENT_PROXY_HOST" },
  proxy_username = { "proxy.username", "OKTA_CLIENT_PROXY_USERNAME" } }

local function encode(text)
  return (text:gsub("[^%w._~-]", function(c)
    return ("%%%02X"):format(c:byte())
  end))
end

--- The URL that the layer's parts make (see roster.config.layers); nil when there
--- are none, nil and a message when they are not whole. Host and password come
--- from one layer: no host is given the password of another.
---@param layer table
---@return string? url, string? message
function M.join(layer)
  local values, origin = layer.values, layer.origin
  for _, row in ipairs(NEEDS) do
    if values[row[1]] ~= nil and (values[row[2]] == nil or values[row[2]] == "") then
      local called = CALLED[row[2]]
      return nil, origin[row[1]] .. ": there is no " .. called[layer.is_environment and 2 or 1] .. " beside it"
    end
  end
  if values.proxy_host == nil then
    return nil
  end
  local scheme, host = values.proxy_host:match("^(%a[%w+.-]*://)(.*)$")
  host = host or values.proxy_host
  if host:find("^%x*:[%x:.]*:[%x:.]*$") then
    -- an IPv6 address needs brackets in a URL
    host = "[" .. host .. "]"
  end
  local user = values.proxy_username and encode(values.proxy_username)
  if values.proxy_password then
    user = user .. ":" .. encode(values.proxy_password)
  end
  return (scheme or "http://") .. (user and user .. "@" or "") .. host
    .. (values.proxy_port and (":%d"):format(values.proxy_port) or "")
end

--- Completes the option: a proxy without a scheme speaks HTTP. Returns what is
--- wrong with it, which quotes nothing of it, or nil.
---@param settings table
---@return string? message
function M.complete(settings)
  local proxy = settings.proxy
  if proxy == true then
    return "proxy is true: expected a URL, or false for none"
  elseif not proxy then
    return nil
  end
  local fault = core.proxy_fault(proxy)
  if fault then
    return "proxy " .. fault
  elseif not proxy:find("://", 1, true) then
    -- libcurl guesses one from the host's name
    settings.proxy = "http://" .. proxy
  end
end

return M

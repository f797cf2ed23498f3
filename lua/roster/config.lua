--- What a client is made of: the caller's options, then the environment, then
--- defaults. Nothing is read before a constructor is called.
local core = require "roster.core"
local names = require "roster.names"
local phase = require "roster.nginx.phase"

local M = {}

--- Option name -> { type(s), what it is }. Times are seconds, sizes bytes.
local COMMON = {
  url = { "string", "base URL of the service, with its path prefix if it has one" },
  timeout = { "number", "seconds for a whole call with its waits and retries (default 300)" },
  max_retries = { "number", "further tries of one call, 0 for none (default 4)" },
  governor = { "boolean", "table", "keep within the rate limits: { capacity = 0.9 }, false for off" },
  max_wait = { "number", "seconds; a call that would wait longer fails with retry_at (default: none, in nginx 1)" },
  on_wait = { "function", "(seconds, why, bucket) -> false refuses the wait" },
  on_request = { "function", "(request) before each attempt, masked" },
  on_response = { "function", "(outcome) after each attempt" },
  on_retry = { "function", "(outcome, seconds, why) before a further attempt" },
  prefetch = { "boolean", "ask for a list's next page while its last is read (default true)" },
  scheduler = { "table", "how calls in coroutines wait: roster.loop.cqueues, roster.loop.luv" },
  clock = { "table", "function", "now, wall, random and sleep, for tests; a function is now" },
  check = { "boolean", "check arguments and bodies before sending (default true)" },
  transport = { "function", "table", "request -> response, instead of libcurl" },
  sandbox = { "boolean", "table", "answer from an in-process stand-in for the service" },
  proxy = { "string", "URL of a proxy" },
  ca = { "string", "file with the certificates to trust, instead of the system's" },
  user_agent = { "string", "put behind roster's own User-Agent" },
  insecure = { "boolean", "allow plain http:// to another machine (default false)" },
  max_response = { "number", "bytes of one answer, unpacked (default 64 MiB)" },
}

local TOKEN = { "string", "function", "the token, or a function that returns it, asked again when one is refused" }

--- What each service takes besides: its credentials, where they may come from
--- (the first variable that is set wins), and what must be there.
M.services = {
  okta = {
    options = { token = TOKEN },
    environment = { url = { "OKTA_CLIENT_ORGURL" }, token = { "OKTA_CLIENT_TOKEN" } },
    needs = { "url", "token" },
  },
  jumpcloud = {
    options = {
      api_key = { "string", "function", "an administrator's API key, or a function that returns it" },
      org_id = { "string", "organization, for request() and list(); operations take x_org_id per call" },
    },
    environment = {
      url = { "JUMPCLOUD_URL" },
      api_key = { "JUMPCLOUD_API_KEY", "JC_API_KEY" },
      org_id = { "JUMPCLOUD_ORG_ID", "JC_ORG_ID" },
    },
    needs = { "api_key" },
  },
  knetik = {
    options = {
      token = TOKEN,
      client_id = { "string", "of the client credentials or the password grant" },
      client_secret = { "string", "of the client credentials grant" },
      username = { "string", "of the password grant" },
      password = { "string", "of the password grant" },
    },
    environment = {
      url = { "KNETIK_URL" },
      token = { "KNETIK_TOKEN" },
      client_id = { "KNETIK_CLIENT_ID" },
      client_secret = { "KNETIK_CLIENT_SECRET" },
      username = { "KNETIK_USERNAME" },
      password = { "KNETIK_PASSWORD" },
    },
    needs = { "url" },
    grant = true,
  },
}

-- what a token is obtained with, where it is not given
local GRANT = { "client_id", "client_secret", "username", "password" }

local DEFAULTS = {
  timeout = 300,
  max_retries = 4,
  governor = true,
  prefetch = true,
  check = true,
  insecure = false,
  max_response = 64 * 1024 * 1024,
  -- a connection that takes longer will not come; a stall this long is a loss
  connect_timeout = 10,
  stall_timeout = 30,
}

--- "unknown option ..., did you mean ...?"
---@param what string
---@param name any
---@param known string[]
---@return string
function M.unknown(what, name, known)
  local near = type(name) == "string" and core.nearest(name, known)
  return "unknown " .. what .. ' "' .. tostring(name) .. '"' .. (near and ', did you mean "' .. near .. '"?' or "")
end

--- Every option of a service's constructor.
---@param provider string
---@return table<string, table>
function M.options(provider)
  local options = {}
  for name, row in pairs(COMMON) do
    options[name] = row
  end
  for name, row in pairs(M.services[provider].options) do
    options[name] = row
  end
  return options
end

local function check_type(name, value, types)
  for i = 1, #types - 1 do
    if type(value) == types[i] then
      return nil
    end
  end
  local expected = table.concat(types, " or ", 1, #types - 1)
  return 'option "' .. name .. '": expected ' .. expected .. ", got " .. type(value)
end

--- Which options the environment must leave alone: a credential given in the
--- call must not be mixed with one of another kind that happens to be set.
local function settled(service, settings)
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

local function from_environment(service, settings, source)
  local off = settled(service, settings)
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

--- nginx clears the environment before Lua runs.
local function passed_on(variables)
  if not phase.is_inside() then
    return ""
  end
  return ', which nginx passes on only with "env ' .. variables[1] .. ';" in nginx.conf'
end

local function missing(service, name, why)
  local variables = service.environment[name]
  local hint = variables and " (or " .. table.concat(variables, " or ") .. " in the environment" .. passed_on(variables)
    .. ")" or ""
  return 'option "' .. name .. '" is missing' .. hint .. (why or "")
end

--- Is the grant whole? No credential at all is allowed: some of the service's
--- operations need none.
local function check_grant(service, settings)
  local any = false
  for _, name in ipairs(GRANT) do
    any = any or settings[name] ~= nil
  end
  if not any then
    return nil
  elseif settings.token ~= nil then
    return 'give "token", or what obtains one, not both'
  elseif settings.client_id == nil then
    return missing(service, "client_id")
  elseif settings.username ~= nil and settings.password == nil then
    return missing(service, "password")
  elseif settings.password ~= nil and settings.username == nil then
    return missing(service, "username")
  elseif settings.client_secret == nil and settings.username == nil then
    return missing(service, "client_secret", ", or username and password")
  end
  for _, name in ipairs(GRANT) do
    if settings[name] == "" then
      return 'option "' .. name .. '" is empty'
    end
  end
end

local function check_ranges(settings)
  for _, name in ipairs { "timeout", "max_response" } do
    local value = settings[name]
    if not (value > 0 and value <= 2 ^ 40) then
      return 'option "' .. name .. '" must be above 0'
    end
  end
  if not (settings.max_retries >= 0 and settings.max_retries <= 1000) then
    return 'option "max_retries" must be from 0 to 1000'
  end
  if settings.max_wait and not (settings.max_wait >= 0 and settings.max_wait <= math.huge) then
    return 'option "max_wait" must be 0 or more'
  end
  local capacity = type(settings.governor) == "table" and settings.governor.capacity
  if capacity and not (type(capacity) == "number" and capacity > 0 and capacity <= 1) then
    return 'option "governor": capacity must be above 0 and at most 1'
  end
end

-- what the sockets of nginx take from nginx.conf, or not at all
local NOT_IN_NGINX = {
  ca = ': set "lua_ssl_trusted_certificate" in nginx.conf',
  proxy = ", whose sockets know no proxy",
}

local function check_transport(settings)
  local transport, sandbox = settings.transport, settings.sandbox
  if type(transport) == "table" and type(transport.exchange) ~= "function" then
    return 'option "transport": expected a function, or a table with a method exchange'
  elseif type(sandbox) == "table" and type(sandbox.handle) ~= "function" then
    return 'option "sandbox": expected true, or a table with a method handle'
  end
  if phase.is_inside() and not transport and not sandbox then
    for _, name in ipairs { "ca", "proxy" } do
      if settings[name] then
        return 'option "' .. name .. '" is not available inside nginx' .. NOT_IN_NGINX[name]
      end
    end
  end
  local scheduler = settings.scheduler
  if scheduler and (type(scheduler.wait) ~= "function" or type(scheduler.sleep) ~= "function") then
    return 'option "scheduler": expected a table with methods wait and sleep, as roster.loop.cqueues'
  end
end

--- The sandbox's own address and credentials stand in for missing ones.
local function from_sandbox(provider, service, settings)
  if settings.sandbox == true then
    settings.sandbox = require("roster.sandbox")[provider]()
  end
  local off = settled(service, settings)
  if service.grant then
    -- the stand-in knows every way; one is enough
    local by_password = settings.username ~= nil or settings.password ~= nil
    off.token = true
    off.client_secret = off.client_secret or by_password
    off.username, off.password = not by_password, not by_password
  end
  for name in pairs(service.environment) do
    if settings[name] == nil and not off[name] then
      settings[name] = settings.sandbox[name]
    end
  end
end

--- The complete settings, or nil and what is wrong with the options; then
--- which variable an option came from.
---@param provider string
---@param options table?
---@return table? settings, string? message, table? source
function M.read(provider, options)
  local service, known = M.services[provider], M.options(provider)
  local settings, source = {}, {}
  for name, value in pairs(options or {}) do
    if not known[name] then
      return nil, M.unknown("option", name, names(known))
    end
    local wrong = check_type(name, value, known[name])
    if wrong then
      return nil, wrong
    end
    settings[name] = value
  end
  local fault = check_transport(settings)
  if fault then
    return nil, fault
  end
  if settings.sandbox then
    from_sandbox(provider, service, settings)
  else
    from_environment(service, settings, source)
  end
  for _, name in ipairs(service.needs) do
    if settings[name] == nil then
      return nil, missing(service, name)
    end
  end
  for name, value in pairs(DEFAULTS) do
    if settings[name] == nil then
      settings[name] = value
    end
  end
  fault = check_ranges(settings) or service.grant and check_grant(service, settings)
  if fault then
    return nil, fault
  end
  return settings, nil, source
end

return M

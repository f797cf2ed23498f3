--- The sandboxes over HTTP: a command that prints where, and a module.
--
--     lua5.4 lua/roster/sandbox/serve.lua --users 2000 --port 8080
--
--     local server = require("roster.sandbox.serve").start{ users = 2000 }
--     -- server.okta.url, server.okta.token, server.jumpcloud, server.knetik
--     server:stop()
local module = ...
local is_module = module == "roster.sandbox.serve"

if not is_module then
  -- Run as a script: find the tree this file is in, whatever the folder.
  local here = arg[0]:match("^(.*)roster/sandbox/serve%.lua$")
  if here then
    package.path = here .. "?.lua;" .. here .. "?/init.lua;" .. package.path
  end
end

local credentials = require "roster.sandbox.credentials"
local ids = require "roster.sandbox.jumpcloud.ids"
local server = require "roster.sandbox.server"

local M = {}

local SEED = 4711

-- Options of the org that can be written into nginx's configuration.
local PLAIN = { "users", "deprovisioned", "groups", "token", "concurrency",
  "transition", "password_optional", "seed", "latency", "rate_limit",
  "client_id", "public_key", "scopes", "token_lifetime", "dpop" }

local OF_SERVER = { port = true, tls = true, lua_path = true,
  lua_cpath = true, log_level = true, jumpcloud = true, knetik = true }

local function literal(value)
  local kind = type(value)
  if kind == "string" then
    return string.format("%q", value)
  elseif kind == "table" then
    local parts = {}
    for key, inner in pairs(value) do
      parts[#parts + 1] = "[" .. literal(key) .. "] = " .. literal(inner)
    end
    return "{ " .. table.concat(parts, ", ") .. " }"
  elseif kind == "number" or kind == "boolean" then
    return tostring(value)
  end
  error("serve: a " .. kind .. " cannot be an option of a served sandbox", 0)
end

-- The Lua code of all options that an instance is to see.
local function setup(options)
  local known, parts = {}, {}
  for _, option in ipairs(PLAIN) do
    known[option] = true
    if options[option] ~= nil then
      parts[#parts + 1] = option .. " = " .. literal(options[option])
    end
  end
  for option in pairs(options) do
    if not known[option] and not OF_SERVER[option] then
      error("serve: unknown option " .. tostring(option), 3)
    end
  end
  for _, service in ipairs{ "jumpcloud", "knetik" } do
    parts[#parts + 1] = service .. " = " .. literal(options[service] or {})
  end
  return 'require("roster.sandbox.nginx").setup{ ' ..
    table.concat(parts, ", ") .. " }"
end

local function serving(service)
  return {
    locations = {
      ["/"] = 'require("roster.sandbox.nginx").serve("' .. service .. '")',
    },
  }
end

-- A word for the shell.
local function word(text)
  if text:find("^[%w_./:@-]+$") then
    return text
  end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function environment(pairs_of)
  local words = {}
  for i, pair in ipairs(pairs_of) do
    words[i] = pair[1] .. "=" .. word(pair[2])
  end
  return table.concat(words, " ")
end

-- Where a service is, what opens it, and where it is scripted.
local function describe(service, address, options, base, control)
  local made = {
    url = address.url .. base,
    tls_url = address.tls_url and address.tls_url .. base or nil,
    port = address.port,
    control = control.url .. "/" .. service,
  }
  for name, value in pairs(credentials[service]) do
    made[name] = options[name] or value
  end
  return made
end

local function describe_all(started, options)
  local control = started.servers[3]
  local okta = describe("okta", started, options, "", control)
  okta.environment = environment{
    { "OKTA_CLIENT_ORGURL", okta.url }, { "OKTA_CLIENT_TOKEN", okta.token },
  }
  local more = options.jumpcloud or {}
  local jumpcloud = describe("jumpcloud", started.servers[1], more, "/api",
    control)
  jumpcloud.token = jumpcloud.api_key
  jumpcloud.administrator = ids.administrator(more.seed or SEED, 1)
  jumpcloud.organization = ids.organization(more.seed or SEED, 1)
  jumpcloud.environment = environment{
    { "JUMPCLOUD_URL", jumpcloud.url },
    { "JUMPCLOUD_API_KEY", jumpcloud.api_key },
  }
  local knetik = describe("knetik", started.servers[2], options.knetik or {},
    "", control)
  knetik.environment = environment{
    { "KNETIK_URL", knetik.url },
    { "KNETIK_CLIENT_ID", knetik.client_id },
    { "KNETIK_CLIENT_SECRET", knetik.client_secret },
  }
  started.okta, started.jumpcloud, started.knetik = okta, jumpcloud, knetik
  started.control = control.url
  started.token = okta.token
end

--- Starts the sandboxes under nginx, each service on a loopback port of its
--- own.
---@param options? table  for Okta, those of `sandbox.okta` but url and now;
--- jumpcloud, knetik: tables of those of `sandbox.jumpcloud` and
--- `sandbox.knetik` but url and now; each also latency (seconds). Of the
--- server: port (Okta's; the others take the three behind it), tls
--- (boolean), lua_path and lua_cpath for nginx, log_level
---@return table server  okta, jumpcloud, knetik: each url, tls_url, port,
--- what opens it (token; api_key, administrator, organization; token,
--- client_id, client_secret, username, password), environment (for a
--- shell), and control: the URL below which faults are scripted, see
--- `roster.sandbox.nginx`. Also Okta's url, tls_url, port and token; control,
--- ca, error_log, pid, stop()
--- Raises when nginx does not start.
function M.start(options)
  options = options or {}
  local init = setup(options)
  local okta = serving("okta")
  local started = server.start{
    port = options.port,
    tls = options.tls,
    lua_path = options.lua_path,
    lua_cpath = options.lua_cpath,
    log_level = options.log_level,
    http = "init_by_lua_block { " .. init .. " }",
    locations = okta.locations,
    servers = {
      serving("jumpcloud"),
      serving("knetik"),
      { locations = {
        ["/"] = 'require("roster.sandbox.nginx").control()',
      } },
    },
  }
  describe_all(started, options)
  return started
end

local USAGE = [[
usage: serve.lua [--port P] [--tls] [--lua-path PATH] [--lua-cpath PATH]
  Okta:       [--users N] [--deprovisioned N] [--groups N] [--token T]
              [--rate-limit N|off] [--concurrency N] [--transition SECONDS]
              [--latency SECONDS] [--seed N]
  JumpCloud:  [--administrators N] [--organizations N] [--api-key K]
  Knetik:     [--players N] [--token-lifetime SECONDS]
Stateful stand-ins for the services on loopback. With --port Okta's has port
P, JumpCloud's, Knetik's and the one that scripts faults those behind it.
Ctrl-C ends them.
]]

local TEXT = { token = true, lua_path = true, lua_cpath = true,
  api_key = true }
local NUMBER = { port = true, users = true, deprovisioned = true,
  groups = true, concurrency = true, transition = true, seed = true,
  latency = true, rate_limit = true, administrators = true,
  organizations = true, players = true, token_lifetime = true }

-- Options that are not Okta's: the service and what it calls them.
local ELSEWHERE = {
  administrators = { "jumpcloud", "administrators" },
  organizations = { "jumpcloud", "organizations" },
  api_key = { "jumpcloud", "api_key" },
  players = { "knetik", "users" },
  token_lifetime = { "knetik", "token_lifetime" },
}

local function put(options, name, value)
  local elsewhere = ELSEWHERE[name]
  if elsewhere then
    local service = elsewhere[1]
    options[service] = options[service] or {}
    options[service][elsewhere[2]] = value
  else
    options[name] = value
  end
end

local function parse(words)
  local options, i = {}, 1
  while words[i] do
    local option = (words[i]:match("^%-%-([%w-]+)$") or ""):gsub("-", "_")
    local value = words[i + 1]
    i = i + 2
    if option == "help" then
      return nil
    elseif option == "tls" then
      options.tls = true
      i = i - 1
    elseif option == "rate_limit" and value == "off" then
      options.rate_limit = false
    elseif TEXT[option] and value then
      put(options, option, value)
    elseif NUMBER[option] and tonumber(value) then
      put(options, option, tonumber(value))
    else
      return nil, "serve.lua: cannot make sense of " .. words[i - 2]
    end
  end
  return options
end

local function main(words)
  local options, why = parse(words)
  if not options then
    io.stderr:write(why and why .. "\n" or "", USAGE)
    return why and 2 or 0
  end
  local ok, started = pcall(M.start, options)
  if not ok then
    io.stderr:write("serve.lua: ", tostring(started), "\n")
    return 1
  end
  io.stdout:write(started.url, "\n")
  if started.tls_url then
    io.stdout:write(started.tls_url, " (CA: ", started.ca, ")\n")
  end
  for _, service in ipairs{ "okta", "jumpcloud", "knetik" } do
    io.stdout:write(started[service].environment, "\n")
  end
  io.stdout:write("KNETIK_USERNAME=", started.knetik.username,
    " KNETIK_PASSWORD=", started.knetik.password,
    " (the password grant instead)\n",
    "JumpCloud administrator ", started.jumpcloud.administrator,
    " of organization ", started.jumpcloud.organization, "\n",
    "faults are scripted at ", started.control, "\n")
  io.stdout:flush()
  -- Ctrl-C ends the shell's wait, not us: the C library's system() ignores
  -- it here meanwhile. Should we die otherwise, nginx notices and ends too.
  os.execute("while kill -0 " .. started.pid ..
    " 2>/dev/null; do sleep 1; done")
  started:stop()
  return 0
end

if not is_module then
  os.exit(main(arg))
end

return M

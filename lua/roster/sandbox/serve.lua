--- The sandboxes over HTTP: a command that prints where, and a module.
--
--     lua5.4 lua/roster/sandbox/serve.lua --users 2000 --port 8080
--     lua5.4 lua/roster/sandbox/serve.lua --help
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

local command = require "roster.sandbox.command"
local credentials = require "roster.sandbox.credentials"
local ids = require "roster.sandbox.jumpcloud.ids"
local server = require "roster.sandbox.server"

local M = {}

local SEED = 4711

-- Options of the org that can be written into nginx's configuration.
local PLAIN = { "users", "deprovisioned", "groups", "token", "concurrency",
  "transition", "password_optional", "seed", "latency", "rate_limit",
  "client_id", "public_key", "scopes", "token_lifetime", "dpop" }

local OF_SERVER = { port = true, tls = true, owner = true, lua_path = true,
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
--- (boolean), owner (the number of a process, instead of this one, with which
--- the server ends), lua_path and lua_cpath for nginx, log_level
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
    owner = options.owner,
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

-- What is printed, which a shell's eval can take.
local function lines_of(started, owner)
  local lines = {
    "# stand-ins for the services, on loopback",
    "export " .. started.okta.environment,
    "export " .. started.jumpcloud.environment,
    "export " .. started.knetik.environment,
    "# or for Knetik's password grant, in place of the last two:",
    "# export KNETIK_USERNAME=" .. started.knetik.username ..
      " KNETIK_PASSWORD=" .. started.knetik.password,
    "# JumpCloud administrator " .. started.jumpcloud.administrator ..
      " of organization " .. started.jumpcloud.organization,
  }
  if started.tls_url then
    lines[#lines + 1] = "# with TLS: " .. started.okta.tls_url .. " " ..
      started.jumpcloud.tls_url .. " " .. started.knetik.tls_url
    lines[#lines + 1] = "# whose certificate is in " .. started.ca
  end
  lines[#lines + 1] = "# faults are scripted there, see --help:"
  lines[#lines + 1] = "export ROSTER_SANDBOX_CONTROL=" .. started.control
  lines[#lines + 1] = "export ROSTER_SANDBOX_PID=" .. started.pid
  lines[#lines + 1] = owner and
    ("# serving until process %d ends, or: kill $ROSTER_SANDBOX_PID")
      :format(owner) or "# serving until Ctrl-C"
  return table.concat(lines, "\n") .. "\n"
end

-- Waits for nginx to end, in the shell; and its folder is to go with it.
local WAIT = "while kill -0 %s 2>/dev/null; do sleep 1; done"

local function is_running(pid)
  local number = string.format("%d", pid)
  local code = os.execute("kill -0 " .. number .. " 2>/dev/null || test -d /proc/" .. number)
  return code == true or code == 0
end

local function main(words)
  local options, why = command.parse(words)
  if options and options.owner and not is_running(options.owner) then
    options, why = nil, ("--owner: no process has the number %d"):format(options.owner)
  end
  if not options then
    (why and io.stderr or io.stdout):write(
      why and "serve.lua: " .. why .. "\n" or command.help())
    return why and 2 or 0
  end
  local ok, started = pcall(M.start, options)
  if not ok then
    local message = tostring(started):gsub("^[^:\n]*:%d+: ", "")
    io.stderr:write("serve.lua: ", message, "\n")
    return message:find("^port ") and 2 or 1
  end
  io.stdout:write(lines_of(started, options.owner))
  io.stdout:flush()
  local wait = WAIT:format(started.pid)
  if options.owner then
    os.execute("{ " .. wait .. "; rm -rf '" .. started.prefix ..
      "'; } </dev/null >/dev/null 2>&1 &")
    return 0
  end
  -- Ctrl-C ends the shell's wait, not us: the C library's system() ignores
  -- it here meanwhile. Should we die otherwise, nginx notices and ends too.
  os.execute(wait)
  started:stop()
  return 0
end

if not is_module then
  os.exit(main(arg))
end

return M

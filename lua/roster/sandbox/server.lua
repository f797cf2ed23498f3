--- Starts an nginx of its own on free loopback ports, and stops it again.
-- Nothing but Lua and the shell, so that it runs wherever Lua does.
local M = {}

local Server = {}
Server.__index = Server

local FIRST, LAST = 20000, 32000 -- below the range the kernel hands out
local ATTEMPTS = 10
local PATIENCE = 100 -- looks at the pid file, a twentieth of a second each

local function quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

-- Runs a shell command; its stderr comes with the output only when `all`,
-- since a preloaded library may speak there too.
local function run(command, all)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>" ..
    (all and "&1" or "/dev/null") .. "; echo \" $?\""))
  local text = pipe:read("*a")
  pipe:close()
  local output, code = text:match("^(.*) (%d+)\n$")
  return tonumber(code) == 0, output or text
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

-- The folder this file's tree is in, absolute.
local function root()
  local source = debug.getinfo(1, "S").source:match("^@(.*)$") or ""
  local base = source:match("^(.*)lua/roster/sandbox/server%.lua$")
  if not base then
    return nil
  end
  local _, path = run("cd " .. quote(base == "" and "." or base) .. " && pwd")
  return (path:gsub("%s+$", ""))
end

-- A search path with its relative templates made absolute: nginx works in
-- another folder.
local function absolute(path, here)
  local out = {}
  for template in path:gmatch("[^;]+") do
    if template:sub(1, 1) ~= "/" then
      template = here .. "/" .. template:gsub("^%./", "")
    end
    out[#out + 1] = template
  end
  return table.concat(out, ";")
end

-- The caller's C modules, for the ABI nginx has.
local function lua51(cpath, here)
  local out = {}
  for template in absolute(cpath, here):gmatch("[^;]+") do
    local folder = template:match("^(.*)/5%.%d/%?%.so$")
    out[#out + 1] = folder and folder .. "/5.1/?.so"
  end
  return table.concat(out, ";")
end

local function modules()
  local folders = { "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules",
    "/usr/share/nginx/modules" }
  local _, built = run("nginx -V", true)
  local named = built:match("%-%-modules%-path=(%S+)")
  if named then
    table.insert(folders, 1, named)
  end
  for _, folder in ipairs(folders) do
    local file = io.open(folder .. "/ngx_http_lua_module.so")
    if file then
      file:close()
      return "load_module " .. folder .. "/ndk_http_module.so;\n" ..
        "load_module " .. folder .. "/ngx_http_lua_module.so;\n"
    end
  end
  -- Built in, as in OpenResty; if not, nginx will say so.
  return ""
end

-- Ports something listens on. Without /proc: none known, nginx finds out.
local function taken()
  local ports = {}
  for _, name in ipairs{ "tcp", "tcp6" } do
    for line in (read("/proc/net/" .. name) or ""):gmatch("[^\n]+") do
      local port = line:match("^%s*%d+: %x+:(%x+) %x+:%x+ 0A")
      if port then
        ports[tonumber(port, 16)] = true
      end
    end
  end
  return ports
end

-- The folder's random name, and the attempt, decide where to look first.
local function free_port(prefix, attempt, used)
  local h = attempt * 7919
  for i = 1, #prefix do
    h = (h * 31 + prefix:byte(i)) % 1000003
  end
  local ports = taken()
  for step = 0, LAST - FIRST do
    local port = FIRST + (h + step) % (LAST - FIRST)
    if not ports[port] and not used[port] then
      used[port] = true
      return port
    end
  end
  error("no free loopback port")
end

local function certificate(prefix)
  local ok, output = run("openssl req -x509 -newkey ec -pkeyopt " ..
    "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost " ..
    "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " ..
    quote(prefix .. "/key.pem") .. " -out " .. quote(prefix .. "/cert.pem"),
    true)
  if not ok then
    error("openssl failed: " .. output)
  end
end

local TEMPLATE = [[
$MAIN
worker_processes $WORKERS;
daemon on;
pid $PREFIX/nginx.pid;
error_log $PREFIX/error.log $LEVEL;
events { worker_connections 1024; }
http {
  access_log off;
  default_type application/octet-stream;
$FOLDERS
  client_max_body_size 16m;
  client_body_buffer_size 1m;
  large_client_header_buffers 8 64k;
  keepalive_requests 1000000;
  lua_package_path "$LUA_PATH;;";
  lua_package_cpath "$LUA_CPATH;;";
  $HTTP
  init_worker_by_lua_block {
    $WATCH
    $WORKER_INIT
  }
  # what is closed with 444 is reset
  reset_timedout_connection on;
$SERVERS
}
]]

-- Where it may write.
local FOLDERS = [[
  client_body_temp_path $PREFIX/body;
  proxy_temp_path $PREFIX/proxy;
  fastcgi_temp_path $PREFIX/fastcgi;
  uwsgi_temp_path $PREFIX/uwsgi;
  scgi_temp_path $PREFIX/scgi;]]

local WATCH = 'require("roster.sandbox.watch").start($OWNER, "$PREFIX")'

local SERVER = [[
  server {
    listen 127.0.0.1:$PORT;
$TLS
    server_name localhost;
    $REST
  }]]

local TLS = [[
    listen 127.0.0.1:$PORT ssl$PROTOCOL;
    ssl_certificate $PREFIX/cert.pem;
    ssl_certificate_key $PREFIX/key.pem;]]

local function server_block(options, prefix, port, tls_port)
  local locations = {}
  for path, code in pairs(options.locations or {}) do
    locations[#locations + 1] = "location " .. path ..
      " { content_by_lua_block {\n" .. code .. "\n} }"
  end
  table.sort(locations)
  return (SERVER:gsub("%$([A-Z]+)", {
    PORT = string.format("%d", port),
    TLS = tls_port and TLS:gsub("%$([A-Z]+)", {
      PORT = string.format("%d", tls_port),
      PROTOCOL = options.http2 == false and "" or " http2",
      PREFIX = prefix,
    }) or "",
    REST = (options.server or "") .. "\n" .. table.concat(locations, "\n"),
  }))
end

-- What nginx's Lua finds modules by: package.path and package.cpath.
local function search_paths(options)
  local here = select(2, run("pwd")):gsub("%s+$", "")
  local base = root()
  local lua_path = options.lua_path or absolute(package.path, here)
  local lua_cpath = options.lua_cpath or lua51(package.cpath, here)
  if base then
    lua_path = base .. "/lua/?.lua;" .. base .. "/lua/?/init.lua;" .. lua_path
    if not options.lua_cpath then
      lua_cpath = lua_cpath .. ";" .. base .. "/build/5.1/?.so"
    end
  end
  return lua_path, lua_cpath
end

-- `ports` has one { port, tls_port } for the options' own server and one for
-- each of `options.servers`.
local function configuration(options, prefix, ports)
  local owner = options.owner and string.format("%d", options.owner) or
    select(2, run("echo $PPID")):match("%d+")
  local function place(text)
    return (text:gsub("%$([A-Z]+)", { PREFIX = prefix, OWNER = owner }))
  end
  local is_root = select(2, run("id -u")):match("^0%s") ~= nil
  local modules_and_user = modules() .. (is_root and "user root;" or "")
  if options.config then
    return options.config {
      main = modules_and_user,
      http = place(FOLDERS .. "\n  init_worker_by_lua_block { " .. WATCH .. " }"),
      prefix = prefix,
      port = ports[1][1],
    }
  end
  local lua_path, lua_cpath = search_paths(options)
  local servers = { server_block(options, prefix, ports[1][1], ports[1][2]) }
  for i, more in ipairs(options.servers or {}) do
    servers[i + 1] = server_block(more, prefix, ports[i + 1][1],
      ports[i + 1][2])
  end
  local http = options.http or ""
  local values = {
    MAIN = modules_and_user,
    WORKERS = string.format("%d", options.workers or 1),
    PREFIX = prefix,
    LEVEL = options.log_level or "warn",
    LUA_PATH = lua_path,
    LUA_CPATH = lua_cpath,
    FOLDERS = place(FOLDERS),
    -- what its Lua connects to speaks no older TLS, as the README has it
    HTTP = (http:find("lua_ssl_protocols", 1, true) and "" or "lua_ssl_protocols TLSv1.2 TLSv1.3;\n  ") .. http,
    WATCH = place(WATCH),
    WORKER_INIT = options.worker_init or "",
    SERVERS = table.concat(servers, "\n"),
  }
  return (TEMPLATE:gsub("%$([A-Z_]+)", values))
end

-- What stands before nginx's name on its command line.
local function environment(options)
  if not options.config then
    return ""
  end
  local lua_path, lua_cpath = search_paths(options)
  return "LUA_PATH=" .. quote(lua_path .. ";;") .. " LUA_CPATH=" ..
    quote(lua_cpath .. ";;") .. " " .. (options.environment or "") .. " "
end

-- A process that has ended but that nobody has waited for counts as gone.
local function alive(pid)
  local state = (read("/proc/" .. pid .. "/status") or ""):match("State:%s+(%a)")
  return state ~= "Z" and (run("kill -0 " .. pid))
end

-- nginx binds its ports before the command returns, and writes the pid file
-- soon after.
local function wait(prefix)
  for _ = 1, PATIENCE do
    local pid = (read(prefix .. "/nginx.pid") or ""):match("%d+")
    if pid then
      return pid
    end
    os.execute("sleep 0.05")
  end
  return nil
end

-- Raises where one of the ports that were asked for cannot be had: by what
-- listens now, or by what nginx said, which tries for some seconds.
local function check_ports(options, output)
  local ports = output and {} or taken()
  local failed, reason = (output or ""):match(
    "bind%(%) to [%d.]+:(%d+) failed %(%d+: ([^)\n]*)%)")
  for port = options.port, options.port + #(options.servers or {}) do
    if ports[port] or tonumber(failed) == port then
      error(string.format("port %d of 127.0.0.1: %s; choose another port",
        port, reason or "Address already in use"), 0)
    end
  end
end

-- One pair of ports for each server.
local function choose(options, prefix, attempt, used)
  local ports = {}
  for i = 0, #(options.servers or {}) do
    ports[i + 1] = {
      options.port and options.port + i or free_port(prefix, attempt, used),
      options.tls and free_port(prefix, attempt, used),
    }
  end
  return ports
end

local function address(port, tls_port)
  return {
    port = port,
    url = string.format("http://127.0.0.1:%d", port),
    tls_url = tls_port and string.format("https://127.0.0.1:%d", tls_port) or
      nil,
  }
end

--- Starts nginx.
---@param options table
---  locations: path -> Lua code of its content handler;
---  server, http: further directives; worker_init: Lua code;
---  servers: more of them, each { locations, server } on a port of its own;
---  tls: also listen with TLS, and HTTP/2 unless http2 = false; workers: 1; port: instead of a free one, and
---  those behind it for `servers`; owner: the number of the process with which
---  nginx ends, instead of this one;
---  lua_path, lua_cpath: instead of this tree's and the caller's;
---  log_level: "warn";
---  config: instead of all of these, a function that is given what a whole
---  nginx.conf has to take over (main, http: directives; prefix: the folder,
---  where nginx.pid and error.log belong; port) and returns its text;
---  environment: for such a one, NAME=value words
---@return table server  url, tls_url, ca (path), error_log (path), prefix,
--- port, pid, servers (each url, tls_url, port), stop(), signal(name)
--- Raises with nginx's own words when it does not start.
function M.start(options)
  local ok, prefix = run('mktemp -d "${TMPDIR:-/tmp}/roster-nginx."' .. ("X"):rep(8))
  prefix = prefix:gsub("%s+$", "")
  if not ok or prefix:find("['\"%s]") then
    error("mktemp failed: " .. prefix, 2)
  end
  local self = setmetatable({
    prefix = prefix,
    error_log = prefix .. "/error.log",
  }, Server)
  local output
  local started, why = pcall(function()
    if options.tls then
      certificate(prefix)
      self.ca = prefix .. "/cert.pem"
    end
    if options.port then
      check_ports(options)
    end
    local used = {}
    for attempt = 1, options.port and 1 or ATTEMPTS do
      local ports = choose(options, prefix, attempt, used)
      write(prefix .. "/nginx.conf", configuration(options, prefix, ports))
      ok, output = run(environment(options) .. "nginx -p " .. quote(prefix) .. " -c " ..
        quote(prefix .. "/nginx.conf"), true)
      if ok then
        for name, value in pairs(address(ports[1][1], ports[1][2])) do
          self[name] = value
        end
        self.servers = {}
        for i = 2, #ports do
          self.servers[i - 1] = address(ports[i][1], ports[i][2])
        end
        self.pid = wait(prefix)
        return
      elseif options.port then
        check_ports(options, output)
        return
      elseif not output:find("Address already in use", 1, true) then
        return
      end
    end
  end)
  if not started or not self.pid then
    self:stop()
    why = tostring(not started and why or output)
    error(why:find("^port ") and why or "nginx did not start: " .. why, 2)
  end
  return self
end

--- Stops nginx and removes its folder. Harmless the second time.
function Server:stop()
  if self.stopped then
    return
  end
  self.stopped = true
  local pid = self.pid or (read(self.prefix .. "/nginx.pid") or ""):match("%d+")
  if pid then
    run("kill -TERM " .. pid)
    for _ = 1, PATIENCE do
      if not alive(pid) then
        break
      end
      os.execute("sleep 0.02")
    end
    -- The daemon leads a session of its own: its number is its group's.
    run("kill -s KILL -- -" .. pid)
  end
  run("rm -rf " .. quote(self.prefix))
end

--- Sends its master a signal: "HUP" loads the configuration anew.
---@param name string
function Server:signal(name)
  run("kill -" .. name .. " " .. self.pid)
end

--- What nginx has logged so far.
---@return string
function Server:log()
  return read(self.error_log) or ""
end

return M

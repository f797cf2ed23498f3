--- Runs programs that fork, each in an interpreter of its own and against a
-- service that says again which user was asked for.
local folder = require "spec.support.folder"
local nginx = require "spec.support.nginx"

local M = {}

local methods = {}
local mt = { __index = methods }

local USER = [[
  local id = ngx.var.uri:match("users/([^/]+)")
  ngx.req.read_body()
  local ms = tonumber(ngx.var.arg_ms)
  if ms then ngx.sleep(ms / 1000) end
  ngx.shared.seen:incr(ngx.req.get_method() .. " " .. id, 1, 0)
  ngx.header.content_type = "application/json"
  ngx.header["X-Connection"] = ngx.var.connection
  ngx.print('{"id":"' .. id .. '","profile":{"login":"' .. id .. '"}}')
]]

-- four pages of five users, the next one not at once
local PAGE = [[
  local n = tonumber(ngx.var.arg_after or 1)
  local users = {}
  for i = 1, 5 do users[i] = '{"id":"' .. (n - 1) * 5 + i .. '"}' end
  if n < 4 then
    ngx.header["Link"] = "<" .. ngx.var.scheme .. "://" .. ngx.var.http_host .. "/api/v1/users?after=" .. n + 1
      .. '>; rel="next"'
  end
  ngx.header.content_type = "application/json"
  if n > 1 then ngx.sleep(0.1) end
  ngx.print("[" .. table.concat(users, ",") .. "]")
]]

local TOKEN = [[
  ngx.sleep(0.2)
  ngx.header.content_type = "application/json"
  ngx.print('{"access_token":"token-' .. ngx.shared.seen:incr("tokens", 1, 0) .. '","expires_in":3600}')
]]

local SEEN = [[
  local lines = {}
  for _, key in ipairs(ngx.shared.seen:get_keys(0)) do
    lines[#lines + 1] = key .. "=" .. ngx.shared.seen:get(key)
  end
  table.sort(lines)
  ngx.header.content_type = "application/json"
  ngx.print(require("cjson").encode(lines))
]]

-- What each program begins with: `ask` raises unless the response is of the
-- person that was asked for.
local PRELUDE = [[
  local url, tls_url, ca, dir = arg[1], arg[2], arg[3], arg[4]
  local forks = require "spec.support.fork"
  local roster = require "roster"
  local core = require "roster.core"
  local function client(more)
    local options = { url = url, token = "t", governor = false, max_retries = 0, timeout = 20 }
    for name, value in pairs(more or {}) do options[name] = value end
    if options.url == tls_url then options.ca = ca end
    return roster.okta(options)
  end
  local function ask(okta, id)
    local user, meta = okta:get_user(id)
    if not user then error(id .. ": " .. tostring(meta), 2) end
    if user.id ~= id then error("asked for " .. id .. ", got " .. tostring(user.id), 2) end
    return meta.headers["x-connection"]
  end
  local function change(okta, id)
    local user, meta, detail = okta:partial_update_user(id, { profile = { login = id } })
    if not user then error(id .. ": " .. tostring(meta) .. (detail.ambiguous and " ambiguous" or ""), 2) end
    if user.id ~= id then error("changed " .. id .. ", got " .. tostring(user.id), 2) end
  end
  local _ = { core, client, ask, change, dir, forks }
]]

--- Starts the service.
function M.start()
  return setmetatable({
    server = nginx.start {
      tls = true,
      http = "lua_shared_dict seen 1m;",
      locations = {
        ["/api/v1/users/"] = USER, ["= /api/v1/users"] = PAGE, ["/oauth"] = TOKEN, ["/seen"] = SEEN,
      },
    },
    dir = folder.new(),
  }, mt)
end

--- What the program prints; raises when it or one of its children fails.
---@param program string
---@return string
function methods:run(program)
  local path = self.dir:write("program.lua", PRELUDE .. program)
  local server = self.server
  return self.dir:run(("cd '%s' && LUA_PATH='%s' LUA_CPATH='%s' timeout -s KILL 100 '%s' '%s' '%s' '%s' '%s' '%s'")
    :format(os.getenv "PWD", package.path, package.cpath, arg[-1], path, server.url, server.tls_url, server.ca,
      self.dir.path))
end

function methods:stop()
  self.server:stop()
  self.dir:remove()
end

return M

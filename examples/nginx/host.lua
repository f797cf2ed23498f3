--- Starts this folder's nginx.conf as it stands, but for what depends on the
--- machine: a free port, a folder of its own, and where Okta is.
local server = require "roster.sandbox.server"

local M = {}

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"

local function replace(text, from, to)
  local at, till = text:find(from, 1, true)
  if not at then
    error("nginx.conf does not say " .. from, 0)
  end
  return text:sub(1, at - 1) .. to .. text:sub(till + 1)
end

-- The folder's full name.
local function folder()
  local pipe = assert(io.popen("cd '" .. here:gsub("'", "'\\''") .. "' && pwd"))
  local path = pipe:read("*l")
  pipe:close()
  return path
end

--- Starts it.
---@param options table environment: OKTA_CLIENT_ORGURL=... OKTA_CLIENT_TOKEN=...;
---  resolver (an address), ca (a file): other than those of nginx.conf
---@return table server  url, log(), stop()
--- Raises with nginx's own words when it does not start.
function M.start(options)
  local file = assert(io.open(here .. "nginx.conf"))
  local text = file:read("*a")
  file:close()
  return server.start {
    environment = options.environment,
    config = function(place)
      local made = text:gsub("load_module [^\n]*\n", "")
      made = place.main .. "\n" .. made
      made = replace(made, "error_log stderr", "error_log " .. place.prefix .. "/error.log")
      made = replace(made, "http {\n", "http {\n" .. place.http .. "\n")
      made = replace(made, "listen 127.0.0.1:8080", ("listen 127.0.0.1:%d"):format(place.port))
      made = replace(made, "$prefix/?.lua", folder() .. "/?.lua")
      if options.resolver then
        made = replace(made, "resolver 127.0.0.1 ", "resolver " .. options.resolver .. " ")
      end
      if options.ca then
        made = replace(made, "/etc/ssl/certs/ca-certificates.crt", options.ca)
      end
      return made
    end,
  }
end

return M

-- What `make demo-nginx` runs: a sandbox that answers as Okta, this folder's
-- nginx.conf in front of it, and tour.lua, which asks that nginx.

local here = arg[0]:match("^(.*/)") or "./"
local lua = os.getenv("LUA") or "lua5.4"

local found, serve = pcall(require, "roster.sandbox.serve")
if not found then
  io.stderr:write('demo.lua: no sandbox to show it on: "luarocks install roster-sandbox" installs one (',
    tostring(serve):match("^[^\n]*"), ")\n")
  os.exit(1, true)
end
local host = dofile(here .. "host.lua")

-- each page takes a while, so that they can be seen to come one by one
local USERS, LATENCY = 450, 0.25

-- Ctrl-C ends the tour, not us: the C library's system() ignores it here.
local function run(gate, control)
  local ok, _, code = os.execute(("%s %stour.lua %s %s"):format(lua, here, gate, control))
  return (ok == true or ok == 0) and 0 or tonumber(code) or 1
end

local sandbox, gate
local ok, result = pcall(function()
  sandbox = serve.start { users = USERS, latency = LATENCY }
  print("a sandbox with " .. USERS .. " users answers as Okta at " .. sandbox.okta.url)
  gate = host.start { environment = sandbox.okta.environment }
  print("examples/nginx/nginx.conf, with two workers, is at " .. gate.url)
  io.stdout:flush() -- the tour prints next
  return run(gate.url, sandbox.okta.control)
end)
if gate then
  gate:stop()
end
if sandbox then
  sandbox:stop()
end
if not ok then
  io.stderr:write(tostring(result), "\n")
end
os.exit(ok and result == 0 and 0 or 1, true)

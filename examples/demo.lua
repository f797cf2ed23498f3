-- What `make demo` runs: the tour against a sandbox of its own, over HTTP on
-- loopback. With OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN set, the tour's
-- reading half runs against that org instead.

local here = arg[0]:match("^(.*/)") or "./"
local lua = os.getenv("LUA") or "lua5.4"

local function run(environment, flags)
  local command = ("%s %s %stour.lua %s"):format(environment, lua, here, flags)
  local ok, _, code = os.execute(command)
  return (ok == true or ok == 0) and 0 or tonumber(code) or 1
end

if os.getenv("OKTA_CLIENT_ORGURL") and os.getenv("OKTA_CLIENT_TOKEN") then
  print("reading from " .. os.getenv("OKTA_CLIENT_ORGURL"))
  os.exit(run("", ""))
end

local serve = require "roster.sandbox.serve"
local sandbox = serve.start { users = 2000 }
print("a sandbox with 2000 users answers at " .. sandbox.url)
local ok, code = pcall(run, ("OKTA_CLIENT_ORGURL=%s OKTA_CLIENT_TOKEN=%s"):format(sandbox.url, sandbox.token), "--write")
sandbox:stop()
if not ok then
  error(code, 0)
end
os.exit(code)

-- What `make demo` runs: the tours of all three services against sandboxes of
-- their own, over HTTP on loopback. When the environment names real services,
-- the reading halves of the tours run against those instead.

local here = arg[0]:match("^(.*/)") or "./"
local lua = os.getenv("LUA") or "lua5.4"
local steps = dofile(here .. "steps.lua")
local visible = require "roster.visible"

local journal = os.tmpname()

local function run(environment, script)
  local command = ("ROSTER_STEPS=%s %s %s %s%s"):format(journal, environment, lua, here, script)
  local ok, _, code = os.execute(command)
  return (ok == true or ok == 0) and 0 or tonumber(code) or 1
end

--- Runs the tours in turn; ends with the table, or at the first that fails.
local function run_all(tours)
  for _, tour in ipairs(tours) do
    local code = run(tour[1], tour[2])
    if code ~= 0 then
      return code
    end
  end
  steps.summary(journal)
  return 0
end

local function is_set(...)
  for _, name in ipairs { ... } do
    if (os.getenv(name) or "") == "" then
      return false
    end
  end
  return true
end

local okta = is_set("OKTA_CLIENT_ORGURL", "OKTA_CLIENT_TOKEN")
local others = is_set("JUMPCLOUD_API_KEY") or is_set("JC_API_KEY") or is_set("KNETIK_URL")
local code

if okta or others then
  local tours = {}
  if okta then
    print("reading from " .. visible.line(os.getenv("OKTA_CLIENT_ORGURL")))
    tours[#tours + 1] = { "", "tour.lua" }
  end
  if others then
    print("reading from the other services that the environment names")
    tours[#tours + 1] = { "", "three_services.lua" }
  end
  code = run_all(tours)
else
  local found, serve = pcall(require, "roster.sandbox.serve")
  if not found then
    io.stderr:write('demo.lua: no sandbox to show it on: "luarocks install roster-sandbox" installs one (',
      tostring(serve):match("^[^\n]*"), ")\n")
    os.exit(1, true)
  end
  local sandbox = serve.start { users = 2000 }
  print("a sandbox with 2000 users answers as Okta at " .. sandbox.okta.url)
  print("others answer as JumpCloud at " .. sandbox.jumpcloud.url .. " and as KnetikCloud at " .. sandbox.knetik.url)
  local all = table.concat({ sandbox.okta.environment, sandbox.jumpcloud.environment, sandbox.knetik.environment }, " ")
  local ok, result = pcall(run_all, {
    { sandbox.okta.environment, "tour.lua --write" },
    { all, "three_services.lua --write " .. sandbox.jumpcloud.administrator },
  })
  sandbox:stop()
  if not ok then
    os.remove(journal)
    error(result, 0)
  end
  code = result
end

os.remove(journal)
os.exit(code, true)

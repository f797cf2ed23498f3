-- Makes clients, uses each once, and counts what stays.
-- usage: lua clients_run.lua name count

local nginx = require "spec.support.nginx"
local roster = require "roster"

local server = nginx.start {
  locations = { ["= /echo"] = 'ngx.header.content_type = "application/json" ngx.print("{}")' },
}

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local pid = tonumber(shell("echo $PPID"))

-- The pause lets popen itself close what it opened.
local function descriptors()
  return tonumber(shell("sleep 0.2; ls /proc/" .. pid .. "/fd | wc -l"))
end

local function connections()
  return tonumber(shell("sleep 0.2; ls -l /proc/" .. pid .. "/fd | grep -c socket; true"))
end

local function resident()
  return tonumber(shell("cat /proc/" .. pid .. "/status"):match("VmRSS:%s+(%d+)"))
end

local function use(n)
  local okta = roster.okta { url = server.url, token = "tok" }
  assert(okta:request { path = "/echo" })
  if n % 2 == 0 then
    okta:close()
  end
end

local function use_many(count)
  for n = 1, count do
    use(n)
    if n % 50 == 0 then
      -- dropped clients hold connections until they are collected
      collectgarbage()
    end
  end
  collectgarbage()
  collectgarbage()
  return descriptors(), connections(), collectgarbage("count"), resident()
end

local ok, err = pcall(function()
  print(("%-8s %8s %12s %12s %10s %10s"):format(arg[1], "clients", "descriptors", "connections", "heap KiB", "RSS KiB"))
  for _, count in ipairs { 100, tonumber(arg[2]) } do
    print(("%-8s %8d %12d %12d %10.0f %10d"):format("", count, use_many(count)))
  end
end)
server:stop()
assert(ok, err)

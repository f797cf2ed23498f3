-- Makes clients, uses each once, and counts what stays.
-- usage: lua clients_run.lua name count

local holds = require "spec.bench.holds"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local server = nginx.start {
  locations = { ["= /echo"] = 'ngx.header.content_type = "application/json" ngx.print("{}")' },
}

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
end

local ok, err = pcall(function()
  print(holds.heading(arg[1], "clients"))
  for _, count in ipairs { 100, tonumber(arg[2]) } do
    use_many(count)
    print(holds.line("", count))
  end
end)
server:stop()
assert(ok, err)

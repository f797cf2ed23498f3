-- Makes many calls through one client and looks at what it holds on the way.
-- usage: lua calls_run.lua name count

local holds = require "spec.bench.holds"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local USER = '{"id":"00u1","status":"ACTIVE","profile":{"login":"ada@example.com","firstName":"Ada"}}'

local server = nginx.start {
  server = "default_type application/json; location = /api/v1/users { return 200 '[" .. USER .. "," .. USER .. "]'; } "
    .. "location = /api/v1/users/gone { return 404 '{\"errorCode\":\"E0000007\",\"errorSummary\":\"Not found\"}'; } "
    .. "location / { return 200 '" .. USER .. "'; }",
}

local okta = roster.okta { url = server.url, token = "tok" }

local function call(n)
  if n % 100 == 0 then
    assert(#okta:list_users():all() == 2)
  elseif n % 5 == 0 then
    local _, _, detail = okta:get_user("gone")
    assert(detail.status == 404)
  else
    assert(okta:get_user("00u1").id)
  end
end

local ok, err = pcall(function()
  local count = tonumber(arg[2])
  print(holds.heading(arg[1], "calls"))
  local n = 0
  for _, share in ipairs { 0.01, 0.1, 0.5, 1 } do
    while n < count * share do
      n = n + 1
      call(n)
    end
    print(holds.line("", n))
    io.flush()
  end
end)
okta:close()
server:stop()
assert(ok, err)

-- The night job's first half: 100,000 users of 2 KB each, page by page.
local nginx = require "spec.support.nginx"

local SETUP = [[
  local user = ('{"id":"00u%017d","status":"ACTIVE","created":"2024-01-01T00:00:00.000Z",' ..
    '"activated":"2024-01-01T00:00:00.000Z","statusChanged":"2024-01-01T00:00:00.000Z",' ..
    '"lastLogin":null,"lastUpdated":"2024-01-01T00:00:00.000Z","passwordChanged":null,' ..
    '"type":{"id":"oty1"},"profile":{"login":"user%d@example.com","email":"user%d@example.com",' ..
    '"firstName":"Given","lastName":"Family","mobilePhone":null,FILLER},' ..
    '"credentials":{"provider":{"type":"OKTA","name":"OKTA"}},' ..
    '"_links":{"self":{"href":"https://example.okta.com/api/v1/users/00u%017d"}}}')
  local filler = {}
  for i = 1, 30 do filler[i] = ('"attribute%02d":"%s"'):format(i, ("value "):rep(6)) end
  user = user:gsub("FILLER", (table.concat(filler, ",")))
  package.loaded.users = { template = user, requests = 0, connections = {}, open = 0 }
]]

local PAGE = [[
  local users = package.loaded.users
  users.requests = users.requests + 1
  if not users.connections[ngx.var.connection] then
    users.connections[ngx.var.connection] = true
    users.open = users.open + 1
  end
  local after = tonumber(ngx.var.arg_after) or 0
  local page = {}
  for i = 1, 200 do
    local n = after + i
    page[i] = users.template:format(n, n, n, n)
  end
  local self = "http://" .. ngx.var.http_host .. "/api/v1/users"
  local links = { ("<%s?after=%d>; rel=\"self\""):format(self, after) }
  if after + 200 < 100000 then
    links[2] = ("<%s?after=%d>; rel=\"next\""):format(self, after + 200)
  end
  ngx.header["Link"] = links
  ngx.header.content_type = "application/json"
  ngx.print("[", table.concat(page, ","), "]")
]]

local COUNTS = [[
  local users = package.loaded.users
  ngx.header.content_type = "application/json"
  ngx.say(('{"requests":%d,"connections":%d}'):format(users.requests, users.open))
  users.requests, users.connections, users.open = 0, {}, 0
]]

describe("listing 100,000 users", function()
  local server

  setup(function()
    server = nginx.start {
      worker_init = SETUP,
      locations = { ["= /api/v1/users"] = PAGE, ["/counts"] = COUNTS },
    }
  end)

  teardown(function()
    server:stop()
  end)

  local function walk(how)
    local jit = rawget(_G, "jit")
    local abi = _VERSION:match("%d%.%d")
    local command = ("LUA_PATH='%s' LUA_CPATH='%s' %s spec/support/walk.lua %s %s"):format(
      package.path, package.cpath, jit and "luajit" or "lua" .. abi, server.url, how)
    local pipe = assert(io.popen(command))
    local line = pipe:read("*l")
    pipe:close()
    local seen = {}
    for key, value in line:gmatch("(%w+)=(%d+)") do
      seen[key] = tonumber(value)
    end
    assert.are.equal(100000, seen.count)
    assert.are.equal(0, seen.gaps)
    assert.are.equal(500, seen.requests)
    -- KiB; what Lua 5.4 may take is part of the contract
    assert.is_true(seen.peak <= (jit and 8192 or 4096), "peak " .. seen.peak .. " KiB")
    return seen
  end

  it("takes 500 requests on one connection, sees each once, in little memory", function()
    assert.are.equal(1, walk("sequential").connections)
  end)

  it("takes no more than that and a second connection to ask ahead", function()
    assert.is_true(walk("").connections <= 2)
  end)
end)

-- The example runs as it stands: only the port, the name server and the CA are
-- those of the spec.
local control = require "spec.support.control"
local dns = require "spec.support.dns"
local json = require "roster.json"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"
local serve = require "roster.sandbox.serve"

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local function replace(text, from, to)
  local at, till = text:find(from, 1, true)
  assert(at, from .. " is not in the example")
  return text:sub(1, at - 1) .. to .. text:sub(till + 1)
end

describe("the example for nginx", function()
  local names, services, folder, url

  -- A port that was free a moment ago.
  local function free_port()
    local server = nginx.start { locations = {} }
    server:stop()
    return server.port
  end

  setup(function()
    names = dns.start { "localhost" }
    services = serve.start { users = 450, deprovisioned = 3, rate_limit = false, tls = true }
    folder = shell("mktemp -d"):gsub("%s+$", "")
    local file = assert(io.open("examples/nginx/nginx.conf"))
    local text = file:read("*a")
    file:close()
    local port = free_port()
    url = "http://127.0.0.1:" .. port
    text = replace(text, "listen 127.0.0.1:8080", "listen 127.0.0.1:" .. port)
    text = replace(text, "resolver 127.0.0.1 ", "resolver " .. names.address .. " ")
    text = replace(text, "/etc/ssl/certs/ca-certificates.crt", services.ca)
    file = assert(io.open(folder .. "/nginx.conf", "w"))
    file:write(text)
    file:close()
    local build = (os.getenv("BUILD") or "build")
    local here = shell("pwd"):gsub("%s+$", "")
    build = build:sub(1, 1) == "/" and build or here .. "/" .. build
    local is_root = shell("id -u"):find("^0%s") ~= nil
    shell("cp examples/nginx/gate.lua " .. folder .. "; cd / && LUA_PATH='" .. here .. "/lua/?.lua;" .. here
      .. "/lua/?/init.lua;;' LUA_CPATH='" .. build .. "/5.1/?.so;;' OKTA_CLIENT_ORGURL=https://localhost:"
      .. services.okta.tls_url:match("%d+$") .. " OKTA_CLIENT_TOKEN=" .. services.okta.token .. " nginx -p " .. folder
      .. " -c nginx.conf " .. (is_root and "-g 'user root;'" or "") .. " >" .. folder .. "/log 2>&1 </dev/null")
  end)

  teardown(function()
    shell("kill $(cat " .. folder .. "/nginx.pid); for i in 1 2 3 4 5 6 7 8 9; do [ -f " .. folder
      .. "/nginx.pid ] && sleep 0.1; done; rm -rf " .. folder)
    services:stop()
    names:stop()
  end)

  local function get(path, user)
    local status, body, headers = raw.request { url = url .. path, headers = { ["X-User"] = user } }
    assert(status, shell("cat " .. folder .. "/log"))
    return status, body, headers
  end

  local function users(status)
    local okta = require("roster").okta { url = services.okta.url, token = services.okta.token }
    finally(function() okta:close() end)
    return assert(okta:list_users { filter = 'status eq "' .. status .. '"' }:all { max = 5 })
  end

  it("lets in whom Okta calls active, and asks once", function()
    local login = users("ACTIVE")[1].profile.login
    control.clear_counts(services.okta)
    for _ = 1, 4 do
      local status, body = get("/", login)
      assert.equal(200, status)
      assert.matches("welcome", body)
    end
    assert.same({ get_user = 1 }, control.counts(services.okta).requests)
  end)

  it("keeps out whom Okta does not", function()
    assert.equal(403, (get("/", users("DEPROVISIONED")[1].profile.login)))
    control.clear_counts(services.okta)
    assert.equal(403, (get("/", "nobody@example.org")))
    assert.equal(403, (get("/", "nobody@example.org")))
    assert.same({ get_user = 1 }, control.counts(services.okta).requests)
    assert.equal(403, (get("/", "../@")))
  end)

  it("keeps out who does not say who they are, and whom the token belongs to", function()
    assert.equal(401, (get("/")))
    assert.equal(401, (get("/", "me")))
  end)

  it("is closed, and keeps no verdict, while the service has none", function()
    local login = users("ACTIVE")[2].profile.login
    control.fault(services.okta, { operation = "get_user", status = 503, times = "forever",
      headers = { ["Retry-After"] = "9" } })
    local status, _, headers = get("/", login)
    assert.equal(503, status)
    assert.is_true(tonumber(headers["retry-after"][1]) >= 8)
    control.clear_faults(services.okta)
    assert.equal(200, (get("/", login)))
  end)

  it("lists the users as they arrive", function()
    local status, body = get("/users")
    assert.equal(200, status)
    local n, ids = 0, {}
    for line in body:gmatch("{[^\r\n]*}") do
      local user = assert(json.decode(line))
      assert.is_string(user.status)
      assert.is_nil(ids[user.id])
      ids[user.id], n = true, n + 1
    end
    local okta = require("roster").okta { url = services.okta.url, token = services.okta.token }
    finally(function() okta:close() end)
    assert.equal(#assert(okta:list_users():all()), n)
  end)

  it("says when the list broke off", function()
    control.fault(services.okta, { operation = "list_users", status = 403, skip = 1, times = 1 })
    local _, body = get("/users")
    assert.equal(200, select(2, body:gsub('"login"', "")))
    assert.matches('{"error":"okta list_users: 403', body, 1, true)
  end)
end)

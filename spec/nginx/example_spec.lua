-- The example runs as it stands: only the port, the name server and the CA are
-- those of the spec.
local control = require "spec.support.control"
local dns = require "spec.support.dns"
local json = require "roster.json"
local raw = require "spec.support.raw"
local serve = require "roster.sandbox.serve"

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

describe("the example for nginx", function()
  local names, services, host, url

  setup(function()
    names = dns.start { "localhost" }
    services = serve.start { users = 450, deprovisioned = 3, rate_limit = false, tls = true }
    host = dofile("examples/nginx/host.lua").start {
      environment = "OKTA_CLIENT_ORGURL=https://localhost:" .. services.okta.tls_url:match("%d+$")
        .. " OKTA_CLIENT_TOKEN=" .. services.okta.token,
      resolver = names.address,
      ca = services.ca,
    }
    url = host.url
  end)

  teardown(function()
    host:stop()
    services:stop()
    names:stop()
  end)

  local function get(path, user)
    local status, body, headers = raw.request { url = url .. path, headers = { ["X-User"] = user } }
    assert(status, host:log())
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

  it("lets nobody in as another whom Okta finds by the same login", function()
    local okta = require("roster").okta { url = services.okta.url, token = services.okta.token }
    finally(function() okta:close() end)
    assert(okta:create_user({
      profile = { login = "jose@example.com", email = "j@example.com", firstName = "J", lastName = "E" },
      credentials = { password = { value = "Abcd1234!x" } },
    }, { activate = true }))
    assert.equal(200, (get("/", "JOSE@example.com")))
    assert.equal(403, (get("/", "jos\195\169@example.com")))
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

describe("make demo-nginx", function()
  local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
  local folder

  local function running(script)
    return ("PATH=%s/bin:$PATH TMPDIR=%s/made LUA_PATH='%s' LUA_CPATH='%s' %s examples/nginx/%s"):format(folder, folder,
      package.path, package.cpath, lua, script)
  end

  -- The demo, whose tour that interpreter is to run.
  local function demo(interpreter)
    return "LUA=" .. interpreter .. " " .. running("demo.lua")
  end

  before_each(function()
    -- where it makes its files, so that what is left behind is seen
    folder = shell("mktemp -d"):gsub("%s+$", "")
    shell("mkdir " .. folder .. "/made " .. folder .. "/bin")
    -- a sanitizer's runtime, which is loaded before everything, stops curl
    local file = assert(io.open(folder .. "/bin/curl", "w"))
    file:write('#!/bin/sh\nunset LD_PRELOAD\nPATH=${PATH#*:} exec curl "$@"\n')
    file:close()
    shell("chmod +x " .. folder .. "/bin/curl")
  end)

  after_each(function()
    shell("rm -rf " .. folder)
  end)

  -- Runs shell words until they print something.
  local function await(words)
    for _ = 1, 1200 do
      local text = shell(words)
      if text ~= "" then
        return text
      end
      shell("sleep 0.05")
    end
    error(words .. " printed nothing\n" .. shell("cat " .. folder .. "/out"))
  end

  local function is_tidy(text)
    assert.equal("", shell("ls " .. folder .. "/made"))
    local servers = 0
    for port in text:gmatch("http://127%.0%.0%.1:(%d+)\n") do
      servers = servers + 1
      assert.equal("", shell("bash -c 'exec 3<>/dev/tcp/127.0.0.1/" .. port .. " && echo there' 2>/dev/null"))
    end
    assert.equal(2, servers)
  end

  it("asks the gate, finds all answers right, and leaves nothing behind", function()
    local text = shell(demo(lua) .. ' 2>&1; echo " $?"')
    assert.matches("450 users in 3 pages", text, 1, true)
    assert.matches("9%. and when it is back", text)
    assert.matches("done: everything above was seen to be true\n 0\n$", text)
    is_tidy(text)
  end)

  it("fails when an answer is wrong", function()
    -- a gate that is never there
    local text = shell(running("tour.lua http://127.0.0.1:1 http://127.0.0.1:1") .. ' 2>&1; echo " $?"')
    assert.is_nil(text:find("done: ", 1, true))
    assert.matches(" [1-9]%d*\n$", text)
    -- and when the tour fails, so does the demo
    text = shell(demo("false") .. ' 2>&1; echo " $?"')
    assert.matches("\n 1\n$", text)
    is_tidy(text)
  end)

  it("leaves nothing behind when it is interrupted", function()
    -- in a session of its own, all of which the terminal would interrupt, and
    -- with a tour that never ends
    local file = assert(io.open(folder .. "/run", "w"))
    file:write(("trap '' INT\necho $$ >%s/pid\n%s\necho over >%s/over\n"):format(folder, demo("'sleep 600 #'"), folder))
    file:close()
    shell(("setsid sh %s/run >%s/out 2>&1 &"):format(folder, folder))
    finally(function() shell("kill -s KILL -- -$(cat " .. folder .. "/pid) 2>/dev/null") end)
    local text = await(("grep -q 'with two workers' %s/out && cat %s/out"):format(folder, folder))
    shell("kill -s INT -- -$(cat " .. folder .. "/pid)")
    await("cat " .. folder .. "/over 2>/dev/null")
    is_tidy(text)
  end)
end)

local http = require "roster.sandbox.http"
local json = require "roster.json"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"
local serve = require "roster.sandbox.serve"

local LUA = jit and (os.getenv("LUAJIT") or "luajit") or
  (os.getenv("LUA54") or "lua5.4")

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local function exists(path)
  local file = io.open(path)
  if file then
    file:close()
  end
  return file ~= nil
end

-- A process that has ended and was not waited for is gone too.
local function alive(pid)
  local file = io.open("/proc/" .. pid .. "/status")
  local status = file and file:read("*a") or ""
  if file then
    file:close()
  end
  return status:find("State:%s+[^Z%s]") ~= nil
end

local function soon(what)
  for _ = 1, 60 do
    if what() then
      return true
    end
    os.execute("sleep 0.1")
  end
  return false
end

local function answer(text)
  local head, body = text:match("^(.-)\r\n\r\n(.*)$")
  assert(head, text)
  local headers = {}
  for name, value in head:gmatch("\r\n([^:]+): ([^\r]*)") do
    name = name:lower()
    headers[name] = headers[name] or {}
    table.insert(headers[name], value)
  end
  if headers["transfer-encoding"] then
    local whole, rest = {}, body
    repeat
      local size
      size, rest = rest:match("^(%x+)\r\n(.*)$")
      size = tonumber(size, 16)
      whole[#whole + 1] = rest:sub(1, size)
      rest = rest:sub(size + 3)
    until size == 0
    body = table.concat(whole)
  end
  return tonumber(head:match("^HTTP/1%.1 (%d+)")), body, headers
end

-- Bytes out and bytes in over a real connection, with what every Debian has.
local function exchange(server, bytes, tls)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  local text
  if tls then
    text = shell("(cat " .. path .. "; sleep 0.5) | openssl s_client -quiet " ..
      "-verify_return_error -CAfile " .. server.ca ..
      " -servername localhost -connect " ..
      server.tls_url:match("//(.*)$") .. " 2>/dev/null")
  else
    text = shell("bash -c 'exec 3<>/dev/tcp/127.0.0.1/" .. server.port ..
      "; cat " .. path .. " >&3; cat <&3'")
  end
  os.remove(path)
  return answer(text)
end

local function request(server, method, path, body, more, tls)
  local lines = {
    method .. " " .. path .. " HTTP/1.1",
    "Host: 127.0.0.1:" .. server.port,
    "Authorization: SSWS " .. server.token,
    "Accept: application/json",
    "Connection: close",
  }
  if body then
    lines[#lines + 1] = "Content-Type: application/json"
    lines[#lines + 1] = "Content-Length: " .. #body
  elseif method ~= "GET" and not more then
    lines[#lines + 1] = "Content-Length: 0"
  end
  for _, line in ipairs(more or {}) do
    lines[#lines + 1] = line
  end
  return exchange(server, table.concat(lines, "\r\n") .. "\r\n\r\n" ..
    (body or ""), tls)
end

describe("the sandbox over HTTP #nginx", function()
  local server
  setup(function()
    server = serve.start{ users = 450, tls = true }
  end)
  teardown(function()
    server:stop()
  end)

  it("lists users page by page, links in two header lines", function()
    local path, seen, pages = "/api/v1/users", {}, 0
    local count = 0
    while path do
      local status, body, headers = request(server, "GET", path)
      assert.equal(200, status)
      assert.equal("application/json", headers["content-type"][1])
      assert.equal(#body, tonumber(headers["content-length"][1]))
      pages = pages + 1
      for _, user in ipairs(json.decode(body)) do
        assert.is_nil(seen[user.id])
        seen[user.id] = true
        count = count + 1
      end
      local following
      assert.is_true(#headers.link >= 1)
      for _, line in ipairs(headers.link) do
        following = following or line:match('^<(.*)>; rel="next"$')
      end
      path = nil
      if following then
        local origin, where, query = http.split(following)
        assert.equal(server.url, origin)
        path = where .. "?" .. query
      end
    end
    assert.equal(450, count)
    assert.equal(3, pages)
  end)

  it("keeps what one connection did for the next", function()
    local status, body = request(server, "POST", "/api/v1/users",
      json.encode{ profile = { login = "zoë@example.net",
        email = "zoe@example.net", firstName = "Zoë", lastName = "Q" } })
    assert.equal(200, status, body)
    local user = json.decode(body)
    local path = "/api/v1/users/" .. http.encode("zoë@example.net")
    local headers
    status, body, headers = request(server, "GET", path)
    assert.equal(200, status)
    assert.equal(user.id, json.decode(body).id)
    local tag = headers.etag[1]
    status = request(server, "POST", path, '{"profile":{"city":null}}',
      { "If-Match: " .. tag })
    assert.equal(200, status)
    status, body = request(server, "POST", path .. "/lifecycle/suspend")
    assert.equal(400, status)
    assert.equal("E0000001", json.decode(body).errorCode)
    assert.equal(204, (request(server, "DELETE", path)))
    status, body, headers = request(server, "DELETE", path)
    assert.equal(204, status)
    assert.equal("", body)
    assert.is_nil(headers["content-type"])
    assert.equal(404, (request(server, "GET", path)))
  end)

  it("has one Date and one request id, and rate limits", function()
    local _, _, headers = request(server, "GET", "/api/v1/users/me")
    assert.equal(1, #headers.date)
    assert.equal(1, #headers["x-okta-request-id"])
    assert.equal("2000", headers["x-rate-limit-limit"][1])
    assert.is_truthy(tonumber(headers["x-rate-limit-reset"][1]))
  end)

  it("wants Content-Length of POST and PUT, but takes chunks", function()
    local path = "/api/v1/users/nobody/lifecycle/suspend"
    assert.equal(411, (request(server, "POST", path, nil, {})))
    assert.equal(404, (request(server, "POST", path)))
    local body = '{"profile":{}}'
    assert.equal(400, (request(server, "POST", "/api/v1/users", nil, {
      "Content-Type: application/json", "Transfer-Encoding: chunked\r\n\r\n" ..
        string.format("%x\r\n%s\r\n0", #body, body) })))
  end)

  it("takes a body larger than nginx's buffer", function()
    local long = ("x"):rep(1500000)
    local status, body = request(server, "POST", "/api/v1/users",
      json.encode{ profile = { login = "big@example.net",
        email = "big@example.net", firstName = "B", lastName = "B",
        essay = long } })
    assert.equal(200, status)
    assert.equal(long, json.decode(body).profile.essay)
  end)

  it("speaks TLS with a certificate for loopback", function()
    local status, body = request(server, "GET", "/api/v1/users/me", nil, nil,
      true)
    assert.equal(200, status)
    assert.is_truthy(json.decode(body)._links.self.href:find("^https://"))
  end)

  it("names its address in links where a request names no host", function()
    local status, body = exchange(server, "GET /api/v1/users/me HTTP/1.0\r\nAuthorization: SSWS " .. server.token ..
      "\r\nAccept: application/json\r\n\r\n")
    assert.equal(200, status)
    assert.equal(1, (json.decode(body)._links.self.href:find("http://127.0.0.1:" .. server.port .. "/api/", 1, true)))
  end)

  it("logs no error", function()
    for line in server:log():gmatch("[^\n]+") do
      assert.is_truthy(line:find("[warn]", 1, true), line)
    end
  end)
end)

describe("the sandbox's options over HTTP #nginx", function()
  it("reach the org", function()
    local server = serve.start{ users = 3, token = 'a "b" \\ c',
      rate_limit = { users = 1 }, latency = 0.5, concurrency = 1 }
    local function users()
      return request(server, "GET", "/api/v1/users")
    end
    finally(function()
      server:stop()
    end)
    local status, body = users()
    assert.equal(200, status)
    assert.equal(3, #json.decode(body))
    assert.equal(429, (users()))
    -- Two at a time, where one is allowed.
    local bytes = raw.bytes { url = server.url .. "/api/v1/users/me",
      headers = { Authorization = "SSWS " .. server.token } }
    local lines = table.concat(raw.together(server.port, { bytes, bytes }))
    assert.equal(1, select(2, lines:gsub("200 OK", "")))
    assert.equal(1, select(2, lines:gsub(" 429 ", "")))
  end)

  it("are refused when unknown, or wrong for the org", function()
    assert.has_error(function()
      serve.start{ user = 3 }
    end)
    local ok, why = pcall(serve.start, { users = 0 })
    assert.is_false(ok)
    assert.is_truthy(why:find("at least 1", 1, true), why)
    assert.equal("", shell("ls -d ${TMPDIR:-/tmp}/roster-nginx.*/nginx.pid " ..
      "2>/dev/null | xargs -r grep -l '^$'"))
  end)
end)

describe("an nginx for a spec #nginx", function()
  it("runs handlers, and leaves nothing when stopped", function()
    local server = nginx.start{
      http = "lua_shared_dict seen 1m;",
      worker_init = 'ngx.shared.seen:set("init", 1)',
      locations = {
        ["/hi"] = 'ngx.print("hi ", ngx.shared.seen:get("init"))',
        ["= /oops"] = 'error("oops")',
      },
      server = "location /static { return 418; }",
    }
    local status, body = request(
      setmetatable({ token = "" }, { __index = server }), "GET", "/hi")
    assert.equal(200, status)
    assert.equal("hi 1", body)
    local plain = setmetatable({ token = "" }, { __index = server })
    assert.equal(418, (request(plain, "GET", "/static")))
    assert.equal(500, (request(plain, "GET", "/oops")))
    assert.is_truthy(server:log():find("oops", 1, true))
    assert.is_true(exists(server.error_log))
    assert.is_true(alive(server.pid))
    server:stop()
    server:stop()
    assert.is_false(alive(server.pid))
    assert.is_false(exists(server.prefix))
  end)

  it("takes another port when one is taken", function()
    local one = nginx.start{ locations = { ["/"] = "ngx.say(1)" } }
    local two = nginx.start{ locations = { ["/"] = "ngx.say(2)" } }
    finally(function()
      one:stop()
      two:stop()
    end)
    assert.are_not.equal(one.port, two.port)
    local ok, why = pcall(nginx.start, { port = one.port })
    assert.is_false(ok)
    assert.is_truthy(why:find("Address already in use", 1, true))
  end)

  it("says in nginx's words what is wrong", function()
    local ok, why = pcall(nginx.start, { server = "no_such_directive on;" })
    assert.is_false(ok)
    assert.is_truthy(why:find("no_such_directive", 1, true))
    ok, why = pcall(nginx.start,
      { http = 'init_by_lua_block { error("spoilt") }' })
    assert.is_false(ok)
    assert.is_truthy(why:find("spoilt", 1, true))
  end)

  it("ends when its starter dies", function()
    local script = os.tmpname()
    local file = io.open(script, "w")
    file:write('local s = require("roster.sandbox.server").start{}\n',
      'io.stdout:write(s.pid, " ", s.prefix, "\\n")\n',
      'io.stdout:flush()\n',
      'os.execute("kill -KILL $PPID")\n')
    file:close()
    local pid, prefix = shell("LUA_PATH='./lua/?.lua;;' " .. LUA .. " " ..
      script .. " 2>/dev/null; true"):match("(%d+)%s+(%S+)")
    os.remove(script)
    assert.is_truthy(pid, "the script printed nothing")
    assert.is_true(soon(function()
      return not alive(pid) and not exists(prefix)
    end))
  end)
end)

describe("serve.lua #nginx", function()
  local build = os.getenv("BUILD") or "./build"
  local cpath = shell("cd " .. build .. " && pwd"):gsub("%s+$", "") ..
    "/5.1/?.so"

  it("prints what a shell's eval takes, serves, and ends with Ctrl-C", function()
    local out = os.tmpname()
    -- timeout signals the whole group, as a terminal does.
    shell("timeout -s INT 20 " .. LUA .. " lua/roster/sandbox/serve.lua " ..
      "--users 7 --rate-limit off --tls --administrators 3 --token \"it's\" --lua-cpath '" .. cpath .. "' >" .. out ..
      " 2>&1 & echo $! >" .. out .. ".pid")
    local text = ""
    assert.is_true(soon(function()
      local file = io.open(out)
      text = file:read("*a")
      file:close()
      return text:find("# serving until Ctrl-C\n", 1, true)
    end), text)
    local seen = "\n" .. shell("env -i PATH=\"$PATH\" sh -euc 'eval \"$(cat " .. out .. ")\"; env' 2>&1")
    local port = seen:match("\nOKTA_CLIENT_ORGURL=http://127%.0%.0%.1:(%d+)\n")
    assert.is_truthy(port, seen)
    assert.is_truthy(seen:find("\nOKTA_CLIENT_TOKEN=it's\n", 1, true), seen)
    for _, name in ipairs { "JUMPCLOUD_URL", "JUMPCLOUD_API_KEY", "KNETIK_URL", "KNETIK_CLIENT_ID",
      "KNETIK_CLIENT_SECRET", "ROSTER_SANDBOX_CONTROL", "ROSTER_SANDBOX_PID" } do
      assert.matches("\n" .. name .. "=%S+\n", seen)
    end
    local server = { port = port, token = "it's" }
    local status, body, headers = request(server, "GET", "/api/v1/users")
    assert.equal(200, status)
    assert.equal(7, #json.decode(body))
    assert.is_nil(headers["x-rate-limit-limit"])
    assert.matches("\n# with TLS: https://127%.0%.0%.1:%d+ https://%S+ https://%S+\n", text)
    assert.matches("\n# whose certificate is in /[^\n]+/cert%.pem\n", text)
    shell("kill -INT $(cat " .. out .. ".pid)")
    assert.is_true(soon(function()
      return not shell("cat /proc/net/tcp"):find(
        string.format(":%04X 00000000:0000 0A", port), 1, true)
    end))
    os.remove(out)
    os.remove(out .. ".pid")
  end)

  it("returns with an owner, ends with it, and with a signal before", function()
    local command = "eval \"$(" .. LUA .. " lua/roster/sandbox/serve.lua --owner $$ --users 3 --lua-cpath '" .. cpath ..
      "')\"; echo $ROSTER_SANDBOX_PID; ls -d /proc/$ROSTER_SANDBOX_PID >/dev/null && echo serving; " ..
      "echo \"$(tr '\\0' '\\n' </proc/$ROSTER_SANDBOX_PID/cmdline | grep -o '/[^ ]*roster-nginx[.][^/ ]*' | head -1)\""
    for _, ending in ipairs { "", "; kill $ROSTER_SANDBOX_PID; sleep 2" } do
      local path = os.tmpname()
      local file = assert(io.open(path, "w"))
      file:write(command, ending, "\n")
      file:close()
      local said = shell("sh " .. path .. " 2>&1")
      os.remove(path)
      local pid, prefix = said:match("^(%d+)\nserving\n(%S+)\n$")
      assert.is_truthy(pid, said)
      assert.is_true(soon(function()
        return not alive(pid) and not exists(prefix .. "/nginx.conf")
      end), said)
    end
  end)

  local function run(words)
    return shell(LUA .. " lua/roster/sandbox/serve.lua " .. words ..
      " 2>&1; echo $?")
  end

  it("explains itself", function()
    assert.is_truthy(run("--help"):find("^usage:.*\n0\n$"))
    assert.equal("", shell(LUA .. " lua/roster/sandbox/serve.lua --help 2>&1 >/dev/null"))
  end)

  it("says in one line what is wrong with its words", function()
    assert.equal('serve.lua: unknown option "--frobnicate", --help lists them\n2\n', run("--frobnicate 3"))
    assert.matches('^serve%.lua: %-%-users: expected [^\n]*, got "many"\n2\n$', run("--users many"))
    assert.equal("", shell(LUA .. " lua/roster/sandbox/serve.lua --users many 2>/dev/null"))
    -- above what Linux numbers processes with
    assert.equal("serve.lua: --owner: no process has the number 2147483647\n2\n", run("--owner 2147483647"))
  end)

  it("says which port is in use, be it the first of the four or the last", function()
    local server = serve.start { users = 1 }
    finally(function()
      server:stop()
    end)
    for _, ahead in ipairs { 0, 3 } do
      local first = server.port - ahead
      local port = run("--port " .. string.format("%d", first))
        :match("^serve%.lua: port (%d+) of 127%.0%.0%.1: Address already in use; choose another port\n2\n$")
      -- others may have those before it
      assert.is_true(tonumber(port) >= first and tonumber(port) <= server.port)
      assert.is_true(ahead > 0 or tonumber(port) == server.port)
    end
  end)
end)

-- A worker that served calls ends cleanly, however it is told to. Where these
-- specs run with sanitizers, nothing of ours may be left over either.
local held = require "spec.support.held"
local inside = require "spec.support.inside"
local serve = require "roster.sandbox.serve"

-- Where .ci/asan lets options be given to single programs.
local sanitizer = os.getenv("SANITIZER_OPTIONS")

local function look_for_leaks()
  if sanitizer then
    local file = assert(io.open(sanitizer .. "/nginx", "w"))
    file:write("detect_leaks=1:exitcode=0\n")
    file:close()
  end
end

local function look_no_more()
  if sanitizer then
    os.remove(sanitizer .. "/nginx")
  end
end

-- What a worker does in its life, over both transports.
local WORK = [[
  local kept = {}
  package.loaded.spec_kept = kept
  for i, transport in ipairs { false, "curl" } do
    local okta = roster.okta { url = arg.url, token = arg.token, transport = transport or nil, max_retries = 1 }
    kept[i] = okta
    local ids = {}
    for user in okta:list_users { limit = 20 } do ids[#ids + 1] = user.id end
    assert(#ids >= 60)
    assert(okta:partial_update_user(ids[1], { profile = { nickName = "n" } }))
    assert(select(3, okta:get_user("00unobody")).status == 404)
    local late = roster.okta { url = arg.held, token = "x", timeout = 0.05, transport = transport or nil }
    assert(select(3, late:request { path = "/hold" }).kind == "timeout")
    assert(okta:each(ids, "get_user", { concurrency = 8 }).done == #ids)
    local threads = {}
    for j = 1, 20 do threads[j] = ngx.thread.spawn(function() return assert(okta:get_user(ids[j])) end) end
    for j = 1, 20 do assert(ngx.thread.wait(threads[j])) end
    -- given up half way, closed, and forgotten
    for _ in okta:list_users { limit = 5 } do break end
    local other = roster.okta { url = arg.url, token = arg.token, transport = transport or nil }
    assert(other:list_users():first())
    other:close()
    local knetik = roster.knetik { url = arg.knetik.url, client_id = arg.knetik.client_id,
      client_secret = arg.knetik.client_secret, transport = transport or nil }
    assert(#assert(knetik:get_users()):all() >= 5)
    local deaf = roster.okta { url = "http://127.0.0.1:1", token = "x", max_retries = 0, transport = transport or nil }
    assert(select(3, deaf:get_user("x")).kind == "transport")
  end
  return true
]]

-- ... and what it is in the middle of when it is told to end.
local WAIT = [[
  assert(roster.okta { url = arg.held, token = "x" }:request { path = "/shut" })
  for _, transport in ipairs { false, "curl" } do
    local okta = roster.okta { url = arg.held, token = "x", transport = transport or nil }
    for _ = 1, 3 do
      ngx.timer.at(0, function() okta:request { path = "/hold" } end)
    end
  end
  local watch = roster.okta { url = arg.held, token = "x" }
  for _ = 1, 2000 do
    if watch:request { path = "/counts" }.now == 6 then return true end
    ngx.sleep(0.01)
  end
]]

describe("a worker that served calls", function()
  local services, upstream

  setup(function()
    services = serve.start { users = 60, rate_limit = false, knetik = { users = 5 } }
    upstream = held.start()
  end)

  teardown(function()
    look_no_more()
    upstream:stop()
    services:stop()
  end)

  --- A host whose workers have their leaks looked for, if any have.
  local function start()
    look_for_leaks()
    local ok, host = pcall(inside.start, {
      log_level = "notice",
      http = 'init_by_lua_block { require "roster" } lua_socket_log_errors off;',
    })
    look_no_more()
    assert(ok, host)
    return host
  end

  --- Waits until the worker is gone; with which code, and all that was logged.
  local function ended(host, pid)
    for _ = 1, 1200 do
      local log = host.server:log()
      local code = log:match("worker process " .. pid .. " exited ([^\n]*)")
      if code then
        return code, log
      end
      os.execute("sleep 0.05")
    end
    return "not at all", host.server:log()
  end

  local function works(host)
    local _, _, _, pid = host:run(WORK, {
      url = services.okta.url,
      token = services.okta.token,
      knetik = services.knetik,
      held = upstream.url,
    })
    return pid
  end

  local function ends(host, pid, signal)
    host.server:signal(signal)
    local code, log = ended(host, pid)
    assert.equal("with code 0", code)
    assert.is_nil(log:find("Sanitizer", 1, true), log)
    for line in log:gmatch("[^\n]+") do
      assert.is_nil(line:find("[alert]", 1, true) or line:find("[crit]", 1, true), line)
    end
  end

  for _, signal in ipairs { "QUIT", "TERM", "HUP" } do
    it("ends cleanly on " .. signal, function()
      local host = start()
      finally(function() host:stop() end)
      ends(host, works(host), signal)
    end)
  end

  it("ends cleanly in the middle of calls, when it may not wait", function()
    local host = start()
    finally(function() host:stop() end)
    local pid = works(host)
    assert.is_true((host:run(WAIT, { held = upstream.url })))
    host.server:signal("TERM")
    local code, log = ended(host, pid)
    assert.equal("with code 0", code)
    assert.is_nil(log:find("Sanitizer", 1, true), log)
  end)

  if sanitizer then
    it("would be seen to leave something over", function()
      local host = start()
      finally(function() host:stop() end)
      local _, _, _, pid = host:run [[
        local ffi = require "ffi"
        ffi.cdef "void *malloc(size_t);"
        for _ = 1, 10 do ffi.C.malloc(12345) end
        return true
      ]]
      host.server:signal("QUIT")
      local _, log = ended(host, pid)
      assert.is_truthy(log:find("LeakSanitizer: detected memory leaks", 1, true), log)
      assert.is_truthy(log:find("123450 byte", 1, true), log)
    end)
  end
end)

-- libcurl below 8.1 appends a header line that is folded, and first after its
-- status line, to the last line of the handle's previous response, whose memory
-- it has freed (curl#11101): the process died, or went on with a broken heap.
local folder = require "spec.support.folder"
local folds = require "spec.support.folds"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"

-- In a process of its own: each response on a handle that was used before, and
-- on one that was not; then what else reads responses.
local SCRIPT = [[
  local url, names = arg[1], {}
  for i = 2, #arg do names[#names + 1] = arg[i] end
  local roster = require "roster"
  local function client(more)
    local options = { url = url, token = "t", governor = false, max_retries = 0, timeout = 20, ca = more and more.ca }
    for name, value in pairs(more or {}) do options[name] = value end
    return roster.okta(options)
  end
  local count = 0
  local function ask(okta, path, kind, method)
    local value, message, detail = okta:request { method = method, path = path }
    local got = value and "value" or detail.kind
    if got ~= kind then error(path .. ": " .. got .. " " .. tostring(message)) end
    if method and not value then assert(detail.ambiguous, path) end
    count = count + 1
  end
  local kept = client()
  for round = 1, 3 do
    for i, name in ipairs(names) do
      local path = "/" .. name
      local kind = name:find "^first" and "protocol" or "value"
      for _ = 1, round do ask(kept, "/good", "value") end
      ask(kept, path, kind)
      ask(kept, "/good", "value")
      ask(kept, path, kind, "POST")
      local fresh = client { ca = ("/"):rep(i) .. "none" .. round .. i }
      ask(fresh, path, kind)
      fresh:close()
    end
  end
  -- with retries, which take the same handle
  local retries = client { ca = "/retries", max_retries = 2 }
  ask(retries, "/good", "value")
  ask(retries, "/first/wait", "protocol")
  -- in a list, asked ahead and not
  ask(kept, "/good", "value")
  for _, prefetch in ipairs { true, false } do
    local list = client { ca = "/list", prefetch = prefetch }
    ask(list, "/good", "value")
    local page, _, detail = list:list({ path = "/first/space" }):page()
    assert(page == nil and detail.kind == "protocol")
    count = count + 1
  end
  -- many at a time
  local bulk, items = client { ca = "/bulk" }, {}
  for round = 1, 40 do items[round] = round % 2 == 0 and "/good" or "/first/space" end
  local summary = assert(bulk:each(items, function(path, okta)
    return okta:request { path = path }
  end, { concurrency = 4 }))
  assert(summary.done == 20 and summary.failed == 20, summary.done .. " " .. summary.failed)
  -- a token's request, on the handle that a call has used
  local granted = roster.knetik { url = url, client_id = "a", client_secret = "b", governor = false, max_retries = 0 }
  for _ = 1, 3 do
    local value, message = granted:request { path = "/good" }
    assert(value == nil and message:find("a line that is no field", 1, true), message)
    count = count + 1
  end
  collectgarbage()
  print("asked " .. count)
]]

local function names()
  local all = {}
  for _, kind in ipairs { "first", "later" } do
    for name in pairs(folds[kind]) do
      all[#all + 1] = kind .. "/" .. name
    end
  end
  table.sort(all)
  return all
end

describe("a folded line first in a response's header", function()
  local server, host, dir

  setup(function()
    local locations = folds.locations()
    -- the token endpoint
    locations["/oauth"] = locations["= /first/space"]
    server = nginx.start { locations = locations, server = "reset_timedout_connection off;" }
    host = inside.start { http = "lua_socket_log_errors off;" }
    dir = folder.new()
  end)

  teardown(function()
    host:stop()
    server:stop()
    dir:remove()
  end)

  it("is an error, and harms neither the process nor the next call", function()
    local script = dir:write("ask.lua", SCRIPT)
    local said = dir:run(("cd '%s' && LUA_PATH='%s' LUA_CPATH='%s' timeout -s KILL 120 '%s' '%s' '%s' %s"):format(
      os.getenv "PWD", package.path, package.cpath, arg[-1], script, server.url, table.concat(names(), " ")))
    assert.equal("asked " .. #names() * 18 + 10, said:match "asked %d+")
  end)

  it("is one inside nginx over libcurl and over cosockets", function()
    for _, transport in ipairs { "curl", "nginx" } do
      local okta = ([[
        local okta = roster.okta { url = arg.url, token = "t", max_retries = 0, governor = false, timeout = 20,
          transport = %q ~= "nginx" and %q or nil }
      ]]):format(transport, transport)
      local _, _, _, worker = host:run("return 1")
      for _, name in ipairs(names()) do
        local kind, good, _, by = host:run(okta .. [[
          for _ = 1, 2 do assert(okta:request { path = "/good" }) end
          local value, message, detail = okta:request { path = arg.path }
          local good = okta:request { path = "/good" }
          return value and "value" or detail.kind, good and good.id
        ]], { url = server.url, path = "/" .. name })
        assert.equal(worker, by, name)
        assert.equal("1", good, name)
        assert.equal(name:find "^first" and "protocol" or "value", kind, transport .. ": " .. name)
      end
    end
    assert.is_nil(host.server:log():find("exited on signal", 1, true))
  end)
end)

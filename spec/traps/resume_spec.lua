-- A search whose matches the work changes is a source that forgets what was begun;
-- over real HTTP, with a program that is killed.
local inside = require "spec.support.inside"
local json = require "roster.json"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"

local LEAVERS = 14

describe("trap: #nginx", function()
  local server, okta, path, logins

  before_each(function()
    server = serve.start { users = 30, rate_limit = false, latency = 0.02 }
    okta = served.client(server)
    path, logins = os.tmpname(), {}
    os.remove(path)
    for user in okta:list_users { filter = 'status eq "ACTIVE"' } do
      if user.id ~= okta:get_user("me").id and #logins < LEAVERS then
        logins[#logins + 1] = user.profile.login
        assert(okta:partial_update_user(user.id, { profile = { department = "Leavers" } }))
      end
    end
    assert.equal(LEAVERS, #logins)
  end)

  after_each(function()
    okta:close()
    server:stop()
    os.remove(path)
    os.remove(path .. ".csv")
  end)

  -- Runs the program; returns the counts that it prints, nil when it was killed.
  local function run(most, kind)
    local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
    local command = "LUA_PATH='%s' LUA_CPATH='%s' %s spec/support/leavers.lua %s %s %s %s.csv '%s' %s 2>&1"
    local pipe = assert(io.popen(command:format("./?.lua;" .. package.path, package.cpath, lua, server.okta.url,
      server.okta.token, path, path, most or "", kind or "")))
    local text = pipe:read("*a")
    pipe:close()
    local counts = json.decode(text)
    assert(counts or most, text)
    return counts
  end

  -- login -> has a line with a temporary password
  local function told()
    local set = {}
    for line in io.lines(path .. ".csv") do
      set[line:match("^([^,]*),.")] = true
    end
    return set
  end

  -- The keys that were begun and not ended.
  local function begun()
    local open = {}
    for line in io.lines(path) do
      local record = json.decode(line) or {}
      if record.begin or record["end"] then
        open[record.begin or record["end"]] = record.begin and true or nil
      end
    end
    return open
  end

  it("a resumed search loses what was begun: the password is expired and known to no one", function()
    for _, most in ipairs { 1, 6 } do
      assert.is_nil(run(most))
    end
    local open = 0
    for _ in pairs(begun()) do
      open = open + 1
    end
    assert.is_true(open > 0)
    local counts = run()
    assert.equal(open, counts.repeated)
    assert.equal(0, counts.unresolved + counts.failed)
    local set = told()
    for _, login in ipairs(logins) do
      assert.is_true(set[login], login)
    end
  end)

  it("a resumed function says 0 skipped and 0 repeated where it has forgotten some", function()
    assert.is_nil(run(5, "function"))
    local open = begun()
    assert.is_truthy(next(open))
    local counts = run(nil, "function")
    assert.equal(#counts.unresolved_items, counts.unresolved)
    for _, item in ipairs(counts.unresolved_items) do
      assert.is_true(open[item.key], item.key)
      open[item.key] = nil
    end
    assert.is_nil(next(open))
    local missing = 0
    for _, login in ipairs(logins) do
      missing = missing + (told()[login] and 0 or 1)
    end
    assert.is_true(missing > 0)
    -- what could not be resolved stays begun until it is
    local resolved = run(nil, "load")
    assert.equal(counts.unresolved, resolved.repeated)
    assert.equal(0, resolved.unresolved)
    local set = told()
    for _, login in ipairs(logins) do
      assert.is_true(set[login], login)
    end
  end)

  it("a resumed run inside nginx loses what was begun", function()
    local ids = {}
    for i, login in ipairs(logins) do
      ids[i] = okta:get_user(login).id
    end
    local host = inside.start {}
    finally(function()
      host:stop()
    end)
    local code = [[
      local okta = roster.okta { url = arg.url, token = arg.token }
      local by = arg.by or function(user, client) return client:suspend_user(user.id) end
      local counts = assert(okta:each(
        okta:list_users { search = 'status eq "ACTIVE" and profile.department eq "Leavers"' }, by,
        { journal = arg.path, load = arg.load and function(id, client) return client:get_user(id) end or nil }))
      counts.failures = nil
      return counts
    ]]
    for _, case in ipairs { { by = "suspend_user" }, { load = true }, {} } do
      local file = assert(io.open(path, "w"))
      file:write(('{"roster":"journal","version":1,"service":"okta","url":"%s","operation":"%s"}\n'):format(
        server.okta.url, case.by or "function"))
      for i = 1, 3 do
        -- these were done when the program was killed, and it had not heard of it
        okta:suspend_user(ids[i])
        file:write(('{"begin":"%s","id":"%s"}\n'):format(ids[i], ids[i]))
      end
      file:close()
      local counts = host:run(code, { url = server.okta.url, token = server.okta.token, path = path, by = case.by,
        load = case.load })
      if case.by or case.load then
        -- asked for again, and the service says that it is so already
        assert.equal(3, counts.repeated)
        assert.equal(3, counts.failed)
        assert.equal(0, counts.unresolved)
      else
        assert.equal(0, counts.repeated)
        assert.equal(3, counts.unresolved)
        assert.equal(ids[1], counts.unresolved_items[1].key)
      end
      assert.equal(LEAVERS - 3, counts.done)
      for _, id in ipairs(ids) do
        okta:unsuspend_user(id)
      end
    end
    assert.equal("", host:complaints())
  end)
end)

-- Recordings of real exchanges: libcurl's and nginx's sockets, with pages that
-- would be asked for ahead, faults, a bulk run, and a program that is killed.
local control = require "spec.support.control"
local core = require "roster.core"
local curl = require "roster.curl"
local folder = require "spec.support.folder"
local inside = require "spec.support.inside"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

local PATIENCE = 60 -- seconds

describe("over HTTP, a recording", function()
  local server, dir, path

  setup(function()
    server = serve.start { users = 60, rate_limit = false }
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    dir = folder.new()
    path = dir.path .. "/tape.jsonl"
    control.clear_faults(server.okta)
    control.clear_counts(server.okta)
  end)

  after_each(function()
    dir:remove()
  end)

  local function client(options)
    local settings = { url = server.okta.url, token = server.okta.token, record = path }
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    return roster.okta(settings)
  end

  -- Walks the pages, and does something in the middle of each.
  local function walk(okta)
    local seen = {}
    for user in okta:list_users { limit = 20 } do
      seen[#seen + 1] = user
      if #seen % 20 == 10 then
        seen[#seen + 1] = assert(okta:partial_update_user(user.id, { profile = { title = "T" .. #seen } }))
      end
    end
    return seen
  end

  it("is of pages in the order in which they are wanted", function()
    local okta = client()
    local expected = walk(okta)
    assert(okta:close())
    assert.equal(63, #expected)
    local wanted = {}
    for method in dir:read("tape.jsonl"):gmatch '"request":{"method":"(%u+)"' do
      wanted[#wanted + 1] = method
    end
    assert.same({ "GET", "POST", "GET", "POST", "GET", "POST" }, wanted)
    okta = roster.okta { replay = path }
    assert.same(expected, walk(okta))
    assert(okta:close())
  end)

  it("holds faults and what was done about them", function()
    control.fault(server.okta, { status = 503, times = 1, operation = "get_user" })
    -- the second time on a new connection: libcurl itself repeats what a dead one lost
    control.fault(server.okta, { close = "reset", times = 2, operation = "get_user" })
    local clock = { sleep = function() end }
    local okta = client { clock = clock }
    local id = assert(okta:list_users():first()).id
    local user, meta = okta:get_user(id)
    assert(user, meta)
    assert.equal(3, meta.attempts)
    assert(okta:close())
    assert.is_truthy(dir:read("tape.jsonl"):find('"lost":{"kind":"transport"', 1, true))
    okta = roster.okta { replay = path }
    assert.equal(id, assert(okta:list_users():first()).id)
    local again, meta_again = okta:get_user(id)
    assert.same(user, again)
    assert.equal(3, meta_again.attempts)
    assert(okta:close())
  end)

  it("of a bulk run is of one item after the other", function()
    local function run(okta)
      local order = {}
      local counts = assert(okta:each(okta:list_users { limit = 30 }, function(user, api)
        assert(api:get_user(user.id))
        return api:list_user_groups(user.id):page()
      end, { concurrency = 8, on_result = function(result)
        order[#order + 1] = result.item.id .. " " .. result.outcome
      end }))
      return { order, counts.done, counts.failed }
    end
    local okta = client()
    local expected = run(okta)
    assert(okta:close())
    assert.equal(60, expected[2])
    okta = roster.okta { replay = path }
    assert.same(expected, run(okta))
    assert(okta:close())
  end)

  it("has no secret of a real answer, and none of the connection", function()
    local okta = client()
    local id = assert(okta:list_users():first()).id
    local password = assert(okta:expire_password_and_get_temporary_password(id)).tempPassword
    assert.is_true(#password > 5)
    assert(okta:close())
    local text = dir:read("tape.jsonl")
    assert.is_nil(text:find(password, 1, true))
    assert.is_nil(text:find(server.okta.token, 1, true))
  end)

  it("is good up to its last line when the program is killed", function()
    dir:write("endless.lua", [[
      local roster = require "roster"
      local okta = roster.okta { url = arg[1], token = arg[2], record = arg[3], governor = false }
      while true do
        assert(okta:list_users({ limit = 20 }):page())
      end
    ]])
    local pipe = assert(io.popen(("LUA_PATH='%s' LUA_CPATH='%s' sh -c 'echo $$; exec %s %s/endless.lua %s %s %s' 2>&1")
      :format(package.path, package.cpath, arg[-1], dir.path, server.okta.url, server.okta.token, path)))
    local pid = pipe:read "*l"
    local ends = core.clock() + PATIENCE
    local size = 0
    while size < 200000 and core.clock() < ends do
      curl.sleep(0.02)
      local file = io.open(path, "rb")
      if file then
        size = file:seek "end"
        file:close()
      end
    end
    os.execute("kill -9 " .. pid)
    pipe:close()
    assert.is_true(size >= 200000, "it did not get far: " .. size)
    local _, whole = dir:read("tape.jsonl"):gsub("\n", "")
    assert.is_true(whole > 2)
    local okta = roster.okta { replay = path }
    for _ = 1, whole - 1 do
      assert(okta:list_users({ limit = 20 }):page())
    end
    -- what the last line lacks its end of may be whole all the same
    local page, message = okta:list_users({ limit = 20 }):page()
    assert.is_truthy(page or message:find("expected nothing more", 1, true), message)
  end)

  describe("inside nginx", function()
    local host

    setup(function()
      host = inside.start()
    end)

    teardown(function()
      host:stop()
    end)

    local WORK = [[
      local function work(okta)
        local seen = {}
        for user in okta:list_users { limit = 20 } do
          seen[#seen + 1] = user.id
          if #seen % 20 == 10 then
            assert(okta:partial_update_user(user.id, { profile = { title = "T" } }))
          end
        end
        seen[#seen + 1] = select(2, okta:get_user("nobody"))
        assert(okta:close())
        return seen
      end
    ]]

    it("is made, and played there and elsewhere", function()
      local arg = { url = server.okta.url, token = server.okta.token, path = path }
      local expected = host:run(WORK .. [[
        return work(roster.okta { url = arg.url, token = arg.token, record = arg.path })
      ]], arg)
      assert.equal(61, #expected)
      assert.is_nil(dir:read("tape.jsonl"):find(server.okta.token, 1, true))
      assert.same(expected, host:run(WORK .. "return work(roster.okta { replay = arg.path })", arg))
      local work = dofile(dir:write("work.lua", WORK .. "return work"))
      assert.same(expected, work(roster.okta { replay = path }))
      assert.equal("", host:complaints())
    end)

    it("that does not fit is told there", function()
      dir:write("tape.jsonl", "no recording\n")
      for _, option in ipairs { "record", "replay" } do
        local ok, message = pcall(host.run, host, ("return roster.okta { url = arg.url, token = 't', %s = arg.path }")
          :format(option), { url = server.okta.url, path = path })
        assert.is_false(ok)
        assert.matches('roster.okta: option "' .. option .. '": ', message, 1, true)
      end
    end)
  end)
end)

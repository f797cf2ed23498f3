-- A run is taken up again whose source no longer gives what was begun, as a search
-- does not whose matches the work changes.
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local URL = "https://org.okta.test"
local FIRST = '{"roster":"journal","version":1,"service":"%s","url":"%s","operation":"%s"%s}\n'

describe("a resumed run", function()
  local path, requests, answers

  before_each(function()
    path, requests, answers = os.tmpname(), {}, {}
    os.remove(path)
  end)

  after_each(function()
    os.remove(path)
  end)

  local function read()
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
  end

  local function write(text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
  end

  -- A journal of the operation, or of a function, with these lines.
  local function journal(operation, lines, more)
    write(FIRST:format("okta", URL, operation, more or "") .. lines)
  end

  -- Notes "METHOD rest of the path" of each request.
  local function client()
    return (replayed.always(function(request)
      local what = request.method .. " " .. request.url:match("/users/(.*)$")
      requests[#requests + 1] = what
      local answer = answers[what]
      if answer or request.method ~= "GET" then
        return answer or { status = 200, headers = {}, body = "{}" }
      end
      local id = request.url:match("/users/([^/]+)")
      return replayed.json(('{"id":"%s","status":"ACTIVE","profile":{"login":"%s@example.com"}}'):format(id, id))
    end))
  end

  local function each(source, work, options)
    options = options or {}
    options.journal, options.concurrency = path, options.concurrency or 1
    return client():each(source, work, options)
  end

  local function keys_of(counts)
    local keys = {}
    for i, item in ipairs(counts.unresolved_items) do
      keys[i] = item.key
    end
    return keys
  end

  local function suspend(user, okta)
    return okta:suspend_user(user.id)
  end

  local USERS = '{"begin":"a","id":"a"}\n{"begin":"b","id":"b"}\n{"end":"a","status":"done"}\n{"begin":"c","id":"c"}\n'
  local IDS = USERS:gsub('"id"', '"item"')

  describe("of an operation", function()
    it("takes what was begun from the journal first, each once", function()
      for _, lines in ipairs { USERS, IDS } do
        for _, source in ipairs { {}, { "d" }, { "c", "d", "b", "a" }, { { id = "b" }, { id = "d" } } } do
          requests = {}
          journal("suspend_user", lines)
          local counts = assert(each(source, "suspend_user"))
          local expected = { "POST b/lifecycle/suspend", "POST c/lifecycle/suspend",
            #source > 0 and "POST d/lifecycle/suspend" or nil }
          assert.same(expected, requests)
          assert.equal(#expected, counts.done)
          assert.equal(2, counts.repeated)
          assert.equal(#source == 4 and 1 or 0, counts.skipped)
          assert.equal(0, counts.unresolved)
          assert.same({}, counts.unresolved_items)
          counts = assert(each({}, "suspend_user"))
          assert.equal(0, counts.done + counts.unresolved)
        end
      end
    end)

    it("reads the item again where on_result may look at it", function()
      journal("suspend_user", USERS)
      local logins = {}
      local counts = assert(each({}, "suspend_user", { on_result = function(result)
        logins[#logins + 1] = result.item.profile.login
      end }))
      assert.same({ "b@example.com", "c@example.com" }, logins)
      assert.equal(2, counts.repeated)
      assert.equal(4, counts.requests)
      assert.same({ "GET b", "POST b/lifecycle/suspend", "GET c", "POST c/lifecycle/suspend" }, requests)
    end)

    it("names what cannot be read again", function()
      journal("suspend_user", USERS)
      answers["GET b"] = replayed.json('{"errorCode":"E0000007","errorSummary":"Not found"}', 404)
      local counts = assert(each({}, "suspend_user", { on_result = function() end }))
      assert.equal(1, counts.done)
      assert.same({ "b" }, keys_of(counts))
      local message = counts.unresolved_items[1].message
      assert.is_truthy(message:find("an earlier run began it, and may have done it; its item could not be loaded: "
        .. "okta get_user: 404 E0000007", 1, true), message)
    end)

    it("does not know the item where more than an id was given", function()
      assert(each({ { "b", { send_email = false } }, "c" }, "deactivate_user"))
      -- of the options the journal has nothing
      assert.is_truthy(read():find('{"begin":"b"}\n', 1, true))
      requests = {}
      write((read():gsub('{[^\n]*"end"[^\n]*\n', "")))
      local counts = assert(each({}, "deactivate_user"))
      assert.same({ "b" }, keys_of(counts))
      assert.same({ "POST c/lifecycle/deactivate" }, requests)
      counts = assert(each({}, "deactivate_user", { load = function(key)
        return { key, { send_email = false } }
      end }))
      assert.equal(0, counts.unresolved)
      assert.equal("POST b/lifecycle/deactivate?sendEmail=false", requests[2])
    end)

    it("repeats what is idempotent without a word", function()
      journal("clear_user_sessions", USERS)
      local counts = assert(each({}, "clear_user_sessions", { ambiguous = "report" }))
      assert.equal(2, counts.done)
      assert.equal(0, counts.repeated + counts.ambiguous)
    end)

    it("only reports what may have been done, if told so", function()
      journal("suspend_user", USERS)
      for _ = 1, 2 do
        local counts = assert(each({ "b" }, "suspend_user", { ambiguous = "report" }))
        assert.equal(2, counts.ambiguous)
        assert.equal(0, counts.unresolved)
        assert.same({}, requests)
      end
    end)

    it("has numbers for ids as they were", function()
      local written = {}
      local knetik = roster.knetik { url = "https://knetik.test", token = "t", max_retries = 0,
        transport = function(request)
          written[#written + 1] = request.method .. " " .. request.url:match("/users/(.*)$")
          return replayed.json('{"id":7}')
        end }
      local function run(source, operation, options)
        options.journal = path
        return knetik:each(source, operation, options)
      end
      assert(run({ 7, { id = 8 } }, "get_user", { concurrency = 2 }))
      assert.is_truthy(read():find('{"begin":"7","item":7}\n{"begin":"8","id":8}\n', 1, true), read())
      write((read():gsub('{[^\n]*"end"[^\n]*\n', "")))
      written = {}
      local counts = assert(run({}, "get_user", { concurrency = 1 }))
      assert.equal(2, counts.done, counts.failures[1] and counts.failures[1].message)
      assert.same({ "GET 7", "GET 8" }, written)
    end)
  end)

  describe("of a function", function()
    it("names what only the source could give, until it can be resolved", function()
      journal("function", USERS)
      for _ = 1, 2 do
        local counts = assert(each({}, suspend))
        assert.equal(0, counts.done + counts.repeated + counts.skipped)
        assert.equal(2, counts.unresolved)
        assert.same({
          { key = "b", id = "b", message = "an earlier run began it, and may have done it; the source does not give it "
            .. 'again: give the option "load"' },
          { key = "c", id = "c", message = "an earlier run began it, and may have done it; the source does not give it "
            .. 'again: give the option "load"' },
        }, counts.unresolved_items)
        assert.same({}, requests)
      end
      -- what the source gives is done
      local counts = assert(each({ { id = "c" } }, suspend))
      assert.same({ "b" }, keys_of(counts))
      assert.equal(1, counts.repeated)
      counts = assert(each({}, suspend, { load = function(key, okta)
        return okta:get_user(key)
      end }))
      assert.equal(0, counts.unresolved)
      assert.equal(1, counts.repeated)
      assert.same({ "POST c/lifecycle/suspend", "GET b", "POST b/lifecycle/suspend" }, requests)
    end)

    it("needs no load where an item is its key", function()
      journal("function", IDS)
      local seen = {}
      local counts = assert(each({ "c", "d" }, function(item, _, again)
        seen[#seen + 1] = item .. tostring(again)
      end))
      assert.same({ "btrue", "ctrue", "dfalse" }, seen)
      assert.equal(2, counts.repeated)
    end)

    it("goes on where load gives nothing, raises, or gives another item", function()
      for _, case in ipairs {
        { function() return nil end, "it returned nil" },
        { function() return nil, "of no use" end, "of no use" },
        { function() error("broken\nload", 0) end, "broken load" },
        { function() return { id = "z" } end, 'the item has the key "z"' },
        { function() return { login = "z" } end, 'an item has no key for the journal: give the option "key"' },
        { function(key, okta) return okta:get_user(key .. "/../z") end, "okta get_user: " },
      } do
        requests = {}
        journal("function", USERS)
        local counts = assert(each({ { id = "d" } }, suspend, { load = function(key, okta)
          if key == "b" then
            return case[1](key, okta)
          end
          return { id = key }
        end }))
        assert.same({ "POST c/lifecycle/suspend", "POST d/lifecycle/suspend" }, requests)
        assert.same({ "b" }, keys_of(counts))
        local message = counts.unresolved_items[1].message
        assert.is_truthy(message:find("could not be loaded: " .. case[2], 1, true), message)
      end
    end)

    it("names what has failed and is not given again, and does it again with load", function()
      local lines = '{"begin":"a","id":"a"}\n{"end":"a","status":"failed","message":"okta partial_update_user: 500"}\n'
      journal("function", lines)
      local counts = assert(each({}, suspend))
      assert.equal("an earlier run failed: okta partial_update_user: 500; the source does not give it again: give the "
        .. 'option "load"', counts.unresolved_items[1].message)
      -- given again it is done once
      local told = {}
      local function work(user, okta, again)
        told[#told + 1] = user.id .. tostring(again)
        return suspend(user, okta)
      end
      local function load(key)
        return { id = key }
      end
      for _, source in ipairs { { { id = "a" } }, {} } do
        journal("function", lines)
        told = {}
        counts = assert(each(source, work, { load = load }))
        assert.same({ "atrue" }, told)
        assert.equal(1, counts.done)
        assert.equal(0, counts.repeated + counts.unresolved)
      end
    end)

    it("waits for others while load asks", function()
      journal("function", USERS)
      local counts = assert(each({}, suspend, { concurrency = 8, load = function(key, okta)
        return okta:get_user(key)
      end }))
      assert.equal(4, counts.requests)
      assert.equal(2, counts.done)
    end)
  end)

  it("counts what it did not come to, however it ends", function()
    journal("function", USERS)
    local ok, _, _, counts = each(function()
      error("no more", 0)
    end, suspend)
    assert.is_nil(ok)
    assert.same({ "b", "c" }, keys_of(counts))
    assert.is_truthy(counts.unresolved_items[1].message:find("this run ended before it", 1, true))
    journal("suspend_user", USERS)
    answers["POST b/lifecycle/suspend"] = { status = 400, headers = {}, body = "{}" }
    ok, _, _, counts = each({}, "suspend_user", { on_error = "stop" })
    assert.is_nil(ok)
    assert.equal(1, counts.failed)
    assert.same({ "c" }, keys_of(counts))
  end)

  it("takes a begin line that was cut off for none", function()
    for _, lines in ipairs { USERS, IDS } do
      local last = #'{"begin":"c","id":"c"}\n'
      for cut = 1, last do
        requests = {}
        journal("suspend_user", lines:sub(1, #lines - cut))
        assert(each({}, "suspend_user"))
        assert.equal(cut == 1 and 2 or 1, #requests, cut)
        assert.equal(0, assert(each({}, "suspend_user")).done)
      end
    end
  end)

  describe("with a journal of 0.1.0", function()
    local LINES = '{"begin":"a"}\n{"begin":"b"}\n{"end":"a","status":"done"}\n{"begin":"c"}\n'

    it("names what the source does not give again", function()
      for operation, work in pairs { suspend_user = "suspend_user", ["function"] = suspend } do
        requests = {}
        journal(operation, LINES)
        local counts = assert(each({ { id = "a" }, { id = "c" } }, work))
        assert.equal(1, counts.skipped)
        assert.equal(1, counts.repeated)
        assert.same({ "b" }, keys_of(counts))
        counts = assert(each({}, work, { load = function(key)
          return { id = key }
        end }))
        assert.equal(0, counts.unresolved)
        assert.same({ "POST c/lifecycle/suspend", "POST b/lifecycle/suspend" }, requests)
      end
    end)
  end)

  it("does what was only shown", function()
    local show = { dry_run = true }
    for _, work in ipairs { "suspend_user", function(item, okta) return okta:suspend_user(item[1], item[2]) end } do
      os.remove(path)
      requests = {}
      assert.equal(2, assert(each({ { "a", show }, { "b", show } }, work)).done)
      assert.same({}, requests)
      local counts = assert(each({ { "a" }, { "b" } }, work))
      assert.equal(2, counts.done)
      assert.equal(0, counts.skipped + counts.repeated + counts.unresolved)
      assert.equal(2, #requests)
      assert.equal(2, assert(each({ { "a" }, { "b" } }, work)).skipped)
    end
    -- what is open stays so
    journal("suspend_user", USERS)
    local counts = assert(each({}, "suspend_user", { load = function(key)
      return { key, show }
    end }))
    assert.same({ "b", "c" }, keys_of(counts))
    requests = {}
    assert.equal(2, assert(each({ "b", "c" }, "suspend_user")).repeated)
  end)

  it("has nothing in the journal but keys and ids", function()
    local items = {
      { id = "a", password = "sesame-1" }, { "b", { answer = "sesame-2" } }, { login = "sesame-3", id = "d" },
    }
    assert(each(items, function() end, { key = function(item)
      return "k" .. (item.id or item[1])
    end }))
    assert(each({ "sesame-4" }, function() end, { key = function() return "hash" end }))
    local text = read()
    assert.is_nil(text:find("sesame", 1, true), text)
    assert.is_truthy(text:find('{"begin":"ka","id":"a"}\n', 1, true), text)
    assert.is_truthy(text:find('{"begin":"kb"}\n', 1, true), text)
    assert.is_truthy(text:find('{"begin":"hash"}\n', 1, true), text)
  end)

  it("counts nothing as unresolved without a journal", function()
    local counts = assert(client():each({ "a" }, "suspend_user"))
    assert.equal(0, counts.unresolved)
    assert.same({}, counts.unresolved_items)
  end)

  describe("of another function", function()
    local chunk = ("\n"):rep(3) .. "return function(user, okta) return okta:%s(user.id) end"

    local function make(name, before)
      return assert(load((before or "") .. chunk:format(name), "@work.lua"))()
    end

    local function refused(work, message, options)
      options = options or {}
      options.journal = path
      local ok, why, detail = client():each({ { id = "a" } }, work, options)
      assert.is_nil(ok)
      assert.equal("argument", detail.kind)
      assert.equal(("the journal %s %s"):format(path, message), why)
      assert.same({}, requests)
    end

    it("is told, with both", function()
      assert(each({}, make("suspend_user")))
      refused(make("deactivate_user", "\n\n"), "is of another function: the one at work.lua:4, not the one at "
        .. 'work.lua:6; take another journal, or give name = "function" if the work is the same')
      refused(make("deactivate_user"), "is of another function: the one at work.lua:4 before its code was changed; "
        .. 'take another journal, or give name = "function" if the work is the same')
      refused("suspend_user", "is of another operation: function, not suspend_user")
      refused(make("suspend_user"), "is of another operation: function, not offboard", { name = "offboard" })
      assert.equal(1, assert(each({ { id = "a" } }, make("deactivate_user"), { name = "function" })).done)
    end)

    it("is told from the same one elsewhere in the file, and after it has run", function()
      local work = make("suspend_user")
      assert(each({ { id = "a" } }, work))
      for i = 1, 200 do
        work({ id = i }, { suspend_user = function() return true end })
      end
      assert.equal(1, assert(each({ { id = "a" } }, work)).skipped)
      assert.equal(1, assert(each({ { id = "a" } }, make("suspend_user", "\n\n\n"))).skipped)
    end)

    it("is told by what it calls", function()
      local function one() end
      local function other() end
      assert(each({ "a" }, function(id) return one(id) end))
      local ok, why = each({ "a" }, function(id) return other(id) end)
      assert.is_nil(ok)
      assert.is_truthy(why:find("is of another function: the one at .*resume_spec.lua:%d+, not the one at "), why)
    end)

    it("is told from an operation whose name it has", function()
      assert(each({ "a" }, function() end, { name = "suspend_user" }))
      refused("suspend_user", "is of another operation: the function suspend_user, not the operation suspend_user")
      os.remove(path)
      assert(each({}, "suspend_user"))
      refused(function() end, "is of another operation: the operation suspend_user, not the function suspend_user",
        { name = "suspend_user" })
    end)

    it("goes by the names that the caller gives, whatever the code", function()
      assert(each({ "a" }, function() return one end, { name = "mine" })) -- luacheck: ignore one
      assert.equal(1, assert(each({ "a" }, function() return other end, { name = "mine" })).skipped) -- luacheck: ignore
    end)

    it("cannot be told where it is written in C, or of another Lua", function()
      assert(each({ "a" }, tostring))
      assert.equal(1, assert(each({ "a" }, tonumber)).skipped)
      journal("function", "", ',"work":"function","at":"work.lua:4","code":"Lua 5.0 123"')
      assert.equal(1, assert(each({ { id = "a" } }, make("suspend_user"))).done)
    end)

    it("is the same in another process", function()
      local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
      local program = path .. ".lua"
      local file = assert(io.open(program, "w"))
      file:write([[
        local work = function(user, okta)
          local all = { profile = { title = "a", mobilePhone = "b", city = "c", department = "d" }, other = "texts" }
          return okta:partial_update_user(user.id, all)
        end
        print((select(2, require("roster.journal.work").identify(work))))
      ]])
      file:close()
      local codes = {}
      for _ = 1, 5 do
        local pipe = assert(io.popen(("LUA_PATH='%s' LUA_CPATH='%s' %s %s"):format(package.path, package.cpath, lua,
          program)))
        codes[pipe:read("*a")] = true
        pipe:close()
      end
      os.remove(program)
      local code = next(codes)
      assert.is_truthy(code:find("^%S+ .*%d+\n$"), code)
      assert.is_nil(next(codes, code))
    end)
  end)

  it("reads its own lines", function()
    assert(each({ "a", { id = "b" } }, function() end))
    local records = {}
    for line in read():gmatch("[^\n]+") do
      records[#records + 1] = assert(json.decode(line))
    end
    assert.same({ begin = "a", item = "a" }, records[2])
    assert.same({ begin = "b", id = "b" }, records[4])
    assert.equal("function", records[1].work)
    assert.is_truthy(records[1].at:find("resume_spec.lua:%d+$"))
  end)
end)

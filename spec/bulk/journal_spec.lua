-- A run that ended early is taken up again: nothing done twice unless its
-- outcome is not known, nothing left out.
local core = require "roster.core"
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local sandbox = require "roster.sandbox"
local virtual = require "spec.support.virtual"

-- as 0.1.0 wrote it
local OLD = '{"roster":"journal","version":1,"service":"okta","url":"https://org.okta.test","operation":"%s"}\n'
local FIRST = OLD:gsub("}\n$", ',"work":"operation"}\n')

describe("the journal", function()
  local path

  before_each(function()
    path = os.tmpname()
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

  -- What the lines after the first say, in order.
  local function records()
    local list = {}
    for line in read():gmatch("[^\n]+") do
      list[#list + 1] = assert(json.decode(line))
    end
    table.remove(list, 1)
    return list
  end

  -- A client whose calls all succeed, but for the ids given.
  local function client(answers)
    return replayed.always(function(request)
      local id = request.url:match("/users/([^/]+)")
      return answers and answers[id] or { status = 200, headers = {}, body = "{}" }
    end)
  end

  local NOT_FOUND = replayed.json('{"errorCode":"E0000007","errorSummary":"Not found"}', 404)

  -- The ids of the requests, in order.
  local function ids_of(requests)
    local ids = {}
    for i, request in ipairs(requests) do
      ids[i] = request.url:match("/users/([^/]+)")
    end
    return ids
  end

  it("has a line for the run, and two for each item", function()
    local okta = client { b = NOT_FOUND }
    local counts = assert(okta:each({ "a", "b" }, "suspend_user", { journal = path, concurrency = 1 }))
    assert.are.equal(1, counts.done)
    assert.are.equal(FIRST:format("suspend_user"), read():match("^[^\n]*\n"))
    assert.are.same({
      { begin = "a", item = "a" },
      { ["end"] = "a", status = "done" },
      { begin = "b", item = "b" },
      { ["end"] = "b", status = "failed", message = "okta suspend_user: 404 E0000007: Not found" },
    }, records())
  end)

  it("is on the disk before the request is sent", function()
    local okta = replayed.always(function(request)
      local id = request.url:match("/users/([^/]+)")
      assert(read():find('{"begin":"' .. id .. '","item":"' .. id .. '"}\n', 1, true), id)
      return { status = 200 }
    end)
    local given = 0
    local function ids()
      given = given + 1
      return given <= 30 and "u" .. given or nil
    end
    assert.are.equal(30, assert(okta:each(ids, "suspend_user", { journal = path })).done)
  end)

  it("is made durable for many items at once", function()
    local syncs, sync = 0, core.sync
    core.sync = function(file)
      syncs = syncs + 1
      return sync(file)
    end
    finally(function()
      core.sync = sync
    end)
    local time = virtual.clock()
    local org = sandbox.okta { users = 101, rate_limit = false, now = time.wall }
    local okta = roster.okta {
      url = org.url, token = org.token, transport = virtual.transport(org, 0.2), clock = time.clock,
    }
    local ids = {}
    for user in okta:list_users() do
      ids[#ids + 1] = user.id
    end
    table.remove(ids, 1)
    syncs = 0
    assert.are.equal(100, assert(okta:each(ids, "get_user", { journal = path, concurrency = 20 })).done)
    -- 200 lines in 5 rounds of 20; one for the folder and one for the first line
    assert.is_true(syncs <= 2 + 2 * 5 + 1, syncs)
  end)

  it("has no secret in it", function()
    local okta = replayed.always({
      status = 400, headers = { ["Content-Type"] = "application/json" },
      body = '{"errorCode":"E0000001","errorSummary":"Bad","errorCauses":[{"errorSummary":"sesame-body"}]}',
    }, { token = "sesame-token" })
    assert(okta:each({ { "u1", { credentials = { password = { value = "sesame-body" } } } } },
      "partial_update_user", { journal = path }))
    assert.is_nil(read():find("sesame", 1, true))
    os.remove(path)
    local counts = assert(okta:each({ "u1", "u2", "u3" }, function(item)
      if item == "u1" then
        error("the password sesame-raised is too short")
      elseif item == "u2" then
        return nil, "the password sesame-said is too short"
      end
      return "sesame-value"
    end, { journal = path }))
    assert.are.equal(2, counts.failed)
    assert.is_nil(read():find("sesame", 1, true))
  end)

  it("names items by their id, their first argument, or as it is told", function()
    local okta = client()
    local items = { "a", 7, { id = "c" }, { "d", { profile = {} } }, { login = "e" } }
    assert(okta:each(items, function() end, {
      journal = path,
      concurrency = 1,
      key = function(item)
        return type(item) ~= "table" and item or item.id or item[1] or item.login
      end,
    }))
    local keys = {}
    for _, record in ipairs(records()) do
      keys[#keys + 1] = record.begin
    end
    assert.are.same({ "a", "7", "c", "d", "e" }, keys)
    os.remove(path)
    items[5] = nil
    assert.are.equal(4, assert(okta:each(items, function() end, { journal = path })).done)
  end)

  it("wants a name for every item", function()
    local okta = client()
    for _, case in ipairs {
      { { login = "x" }, nil, "an item has no key for the journal" },
      { "\255", nil, "an item's key is not UTF-8" },
      { "x", function() return true end, "an item has no key for the journal" },
      { "x", function() error("no name", 0) end, "no name" },
    } do
      local ok, message, detail = okta:each({ case[1] }, function() end, { journal = path, key = case[2] })
      assert.is_nil(ok)
      assert.is_truthy(message:find("the source failed: " .. case[3], 1, true), message)
      assert.are.equal("argument", detail.kind)
    end
  end)

  describe("of an earlier run", function()
    local EARLIER = OLD:format("suspend_user") .. [[
{"begin":"done"}
{"begin":"failed"}
{"end":"failed","status":"failed","message":"okta suspend_user: 500"}
{"begin":"open"}
{"end":"done","status":"done"}
{"begin":"unsure"}
{"end":"unsure","status":"ambiguous","message":"okta suspend_user: the connection was lost"}
]]
    local ITEMS = { "done", "failed", "open", "unsure", "new" }

    it("skips what is done, does again what failed or may have been", function()
      write(EARLIER)
      local okta, requests = client()
      local repeated = {}
      local counts = assert(okta:each(ITEMS, "suspend_user", {
        journal = path,
        concurrency = 1,
        on_result = function(result)
          repeated[result.item] = result.repeated
        end,
      }))
      assert.are.same({ "failed", "open", "unsure", "new" }, ids_of(requests))
      assert.are.same({ open = true, unsure = true }, repeated)
      assert.are.equal(4, counts.done)
      assert.are.equal(1, counts.skipped)
      assert.are.equal(2, counts.repeated)
      -- and then all is done
      counts = assert(okta:each(ITEMS, "suspend_user", { journal = path }))
      assert.are.equal(5, counts.skipped)
      assert.are.equal(4, #requests)
    end)

    it("tells a function what was begun, and may have been done in part", function()
      write((EARLIER:gsub("suspend_user", "function")))
      local seen = {}
      assert(client():each(ITEMS, function(item, _, again)
        seen[item] = again
      end, { journal = path }))
      assert.are.same({ failed = true, open = true, unsure = true, new = false }, seen)
    end)

    it("only reports what may have been done, if told so", function()
      write(EARLIER)
      local okta, requests = client()
      local outcomes = {}
      for _ = 1, 2 do
        local counts = assert(okta:each(ITEMS, "suspend_user", {
          journal = path,
          concurrency = 1,
          ambiguous = "report",
          on_result = function(result)
            outcomes[result.item] = result.outcome
          end,
        }))
        assert.are.equal(2, counts.ambiguous)
        assert.is_truthy(counts.failures[1].message:find("may have done it", 1, true))
      end
      assert.are.same({ "failed", "new" }, ids_of(requests))
      assert.are.same({ failed = "done", new = "done", open = "ambiguous", unsure = "ambiguous" }, outcomes)
    end)

    it("does what is idempotent again, whatever it is told", function()
      write((EARLIER:gsub("suspend_user", "clear_user_sessions")))
      local okta, requests = client()
      local counts = assert(okta:each(ITEMS, "clear_user_sessions", {
        journal = path, concurrency = 1, ambiguous = "report",
      }))
      assert.are.same({ "failed", "open", "unsure", "new" }, ids_of(requests))
      assert.are.equal(0, counts.repeated)
    end)

    it("may have been cut off anywhere", function()
      local all = OLD:format("suspend_user") .. [[
{"begin":"a"}
{"begin":"b"}
{"end":"a","status":"done"}
{"begin":"c"}
{"end":"b","status":"failed"}
]]
      local items = { "a", "b", "c", "d" }
      for length = 0, #all do
        local part = all:sub(1, length)
        write(part)
        local okta, requests = client()
        local counts = assert(okta:each(items, "suspend_user", { journal = path }))
        local expected = { "b", "c", "d" }
        -- the line counts without its end as well
        if not part:find('{"end":"a","status":"done"}', 1, true) then
          table.insert(expected, 1, "a")
        end
        assert.are.same(expected, ids_of(requests), "cut at byte " .. length)
        assert.are.equal(#expected, counts.done)
        counts = assert(okta:each(items, "suspend_user", { journal = path }))
        assert.are.equal(4, counts.skipped, "cut at byte " .. length)
      end
    end)

    local function refuses(text, message, operation)
      write(text)
      local okta, requests = client()
      local ok, why, detail = okta:each(ITEMS, operation or "suspend_user", { journal = path })
      assert.is_nil(ok)
      assert.are.equal(("the journal %s %s"):format(path, message), why)
      assert.are.equal("argument", detail.kind)
      assert.are.equal(0, #requests)
      assert.are.equal(text, read())
    end

    it("must be whole but for its end", function()
      refuses(EARLIER:gsub('{"begin":"open"}', '{"begin":"op'), "has a line that cannot be read, number 5")
      refuses(EARLIER:gsub('{"begin":"open"}', ""), "has a line that cannot be read, number 5")
      refuses(EARLIER:gsub('"status":"done"', '"status":"fine"'), "has a line that cannot be read, number 6")
      refuses(EARLIER .. "\0\0\n", "has a line that cannot be read, number 9")
    end)

    it("must be of the same operation, service and organization", function()
      refuses(EARLIER, "is of another operation: suspend_user, not unsuspend_user", "unsuspend_user")
      refuses(EARLIER:gsub("org.okta", "other.okta"),
        "is of another url: https://other.okta.test, not https://org.okta.test")
      refuses(EARLIER:gsub('"okta"', '"knetik"', 1), "is of another service: knetik, not okta")
      refuses(EARLIER:gsub('"version":1', '"version":2'), "has version 2, not 1")
    end)

    it("must be one", function()
      for _, text in ipairs { "login\nada@example.com\n", "one line", '{"an":"object"}', "\n", "[]" } do
        refuses(text, "is not a journal")
      end
    end)

    it("tells one function's journals from another's by their names", function()
      local okta = client()
      local function nothing() end
      assert(okta:each(ITEMS, nothing, { journal = path, name = "offboard" }))
      assert.are.equal(5, assert(okta:each(ITEMS, nothing, { journal = path, name = "offboard" })).skipped)
      local ok, why = okta:each(ITEMS, nothing, { journal = path })
      assert.is_nil(ok)
      assert.are.equal(("the journal %s is of another operation: offboard, not function"):format(path), why)
    end)
  end)

  it("belongs to one run at a time", function()
    local okta = client()
    local inner
    assert(okta:each({ "a" }, function()
      local other = replayed.client()
      inner = { coroutine.wrap(function()
        return other:each({}, function() end, { journal = path })
      end)() }
    end, { journal = path }))
    assert.is_nil(inner[1])
    assert.are.equal(("the journal %s is in use by another run"):format(path), inner[2])
  end)

  it("must be where it can be written", function()
    local ok, why = client():each({ "a" }, "suspend_user", { journal = path .. "/none/journal" })
    assert.is_nil(ok)
    assert.is_truthy(why:find("^the journal cannot be opened: .*/none/journal"))
    assert(os.execute("mkfifo '" .. path .. ".fifo'"))
    ok, why = client():each({ "a" }, "suspend_user", { journal = path .. ".fifo" })
    os.remove(path .. ".fifo")
    assert.is_nil(ok)
    assert.are.equal(("the journal %s.fifo is not a file"):format(path), why)
    ok, why = client():each({ "a" }, "suspend_user", { journal = "/dev/full" })
    assert.is_nil(ok)
    assert.are.equal("the journal /dev/full is not a file", why)
  end)

  it("stops the run when it can no longer be written", function()
    local syncs, sync = 0, core.sync
    core.sync = function(file)
      syncs = syncs + 1
      if syncs == 6 then
        return nil, "No space left on device"
      end
      return sync(file)
    end
    finally(function()
      core.sync = sync
    end)
    local okta, requests = client()
    local ok, why, detail, counts = okta:each({ "a", "b", "c", "d", "e", "f", "g", "h" }, "suspend_user", {
      journal = path, concurrency = 1,
    })
    assert.is_nil(ok)
    assert.are.equal("the journal " .. path .. " cannot be written: No space left on device", why)
    assert.are.equal(why, detail.text)
    assert.are.equal(#requests, counts.done)
    -- folder, first line, a, b and c: nothing of d went out
    assert.are.same({ "a", "b", "c" }, ids_of(requests))
  end)
end)

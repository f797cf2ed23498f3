-- What each takes, what it does with it, and what it says of it.
local replayed = require "spec.support.replayed"
local roster = require "roster"
local sandbox = require "roster.sandbox"

local function world(options)
  local org = sandbox.okta { users = options and options.users or 60, rate_limit = false }
  local okta = roster.okta { url = org.url, token = org.token, sandbox = org, clock = options and options.clock }
  local ids = {}
  -- the first user is the token's owner
  for user in okta:list_users { filter = 'status eq "ACTIVE"' } do
    ids[#ids + 1] = user.id
  end
  table.remove(ids, 1)
  org:clear_counts()
  return okta, ids, org
end

local function each_once(org, ids, pattern)
  local targets = org:counts({ targets = true }).targets
  for _, id in ipairs(ids) do
    assert.are.equal(1, targets[pattern:format(id)], id)
    targets[pattern:format(id)] = nil
  end
  assert.is_nil(next(targets))
end

local SUSPEND = "POST /api/v1/users/%s/lifecycle/suspend"

describe("each", function()
  it("does an operation to every item of a table", function()
    local okta, ids, org = world()
    local counts = assert(okta:each(ids, "suspend_user"))
    assert.are.equal(#ids, counts.done)
    assert.are.equal(#ids, counts.requests)
    assert.are.equal(0, counts.failed + counts.ambiguous + counts.skipped + counts.repeated)
    assert.are.same({}, counts.failures)
    each_once(org, ids, SUSPEND)
  end)

  it("takes the items of a function", function()
    local okta, ids, org = world()
    local i = 0
    local counts = assert(okta:each(function()
      i = i + 1
      return ids[i]
    end, "suspend_user", { concurrency = 3 }))
    assert.are.equal(#ids, counts.done)
    each_once(org, ids, SUSPEND)
  end)

  it("takes the items of a list, page by page, and their ids", function()
    local okta, ids, org = world { users = 450 }
    local list = okta:list_users { filter = 'status eq "ACTIVE"' }
    list() -- the owner: each goes on where the list stands
    local counts = assert(okta:each(list, "suspend_user", { concurrency = 5 }))
    assert.are.equal(#ids, counts.done)
    each_once(org, ids, SUSPEND)
  end)

  it("has something to do even with nothing", function()
    local okta = world()
    assert.are.equal(0, assert(okta:each({}, "suspend_user")).done)
    assert.are.equal(0, assert(okta:each(function() end, error)).done)
  end)

  it("takes a sequence for all of an operation's arguments", function()
    local okta, ids, org = world()
    local items = {}
    for i, id in ipairs(ids) do
      items[i] = { id, { profile = { department = "D" .. i } } }
    end
    assert.are.equal(#ids, assert(okta:each(items, "partial_update_user")).done)
    each_once(org, ids, "POST /api/v1/users/%s")
    assert.are.equal("D2", okta:get_user(ids[2]).profile.department)
  end)

  it("takes a table for a body where an operation begins with one", function()
    local okta = world()
    local function new(name)
      return { profile = { firstName = name, lastName = "X", email = name .. "@x.test", login = name .. "@x.test" } }
    end
    local counts = assert(okta:each({ new "a", new "b" }, "create_user"))
    assert.are.equal(2, counts.done)
    assert.are.equal("b", okta:get_user("b@x.test").profile.firstName)
  end)

  it("tells of each result once: item, value, requests", function()
    local okta, ids = world()
    local seen = {}
    assert(okta:each(ids, "get_user", {
      on_result = function(result)
        seen[result.item] = (seen[result.item] or 0) + 1
        assert.are.equal("done", result.outcome)
        assert.are.equal(result.item, result.value.id)
        assert.are.equal(200, result.meta.status)
        assert.are.equal(1, result.attempts)
        assert.is_nil(result.message)
        assert.is_nil(result.repeated)
      end,
    }))
    for _, id in ipairs(ids) do
      assert.are.equal(1, seen[id])
    end
  end)

  it("gives a function the item, the client, and whether it was begun before", function()
    local okta, ids = world()
    local counts = assert(okta:each(ids, function(id, client, again)
      assert.are.equal(okta, client)
      assert.is_false(again)
      local user = assert(client:get_user(id))
      assert(client:suspend_user(user.id))
      return user.profile.login
    end, {
      on_result = function(result)
        assert.is_truthy(result.value:find("@", 1, true))
        assert.are.equal(2, result.attempts)
      end,
    }))
    assert.are.equal(#ids, counts.done)
    assert.are.equal(2 * #ids, counts.requests)
  end)

  it("takes a function that returns nothing as done", function()
    local okta = world()
    local values = {}
    assert(okta:each({ 1, 2 }, function(n)
      if n == 2 then
        return false
      end
    end, {
      on_result = function(result)
        values[result.item] = result.value
      end,
    }))
    assert.are.same({ true, false }, values)
  end)

  it("goes on after failures, and keeps the first hundred", function()
    local okta = world()
    local i = 0
    local counts = assert(okta:each(function()
      i = i + 1
      return i <= 250 and "nobody" .. i or nil
    end, "suspend_user"))
    assert.are.equal(250, counts.failed)
    assert.are.equal(0, counts.done)
    assert.are.equal(100, #counts.failures)
    local failure = counts.failures[1]
    assert.are.equal("nobody1", failure.item)
    assert.are.equal(404, failure.detail.status)
    assert.are.equal(failure.detail.text, failure.message)
    assert.are.equal(1, failure.attempts)
  end)

  it("takes what a function raises as the failure of that item alone", function()
    local okta, ids = world()
    local by_item = {}
    local counts = assert(okta:each({ "text", "table", "detail", "odd", ids[1] }, function(item, client)
      if item == "text" then
        error("went wrong")
      elseif item == "table" then
        error({ "no string" })
      elseif item == "odd" then
        error(setmetatable({}, { __tostring = function() error("worse") end }))
      elseif item == "detail" then
        for _ in client:list_users { search = "nonsense" } do end
      end
      return client:get_user(item)
    end, {
      on_result = function(result)
        by_item[result.item] = result
      end,
    }))
    assert.are.equal(1, counts.done)
    assert.are.equal(4, counts.failed)
    assert.is_truthy(by_item.text.message:find("each_spec.lua:%d+: went wrong$"))
    assert.is_nil(by_item.text.detail)
    assert.is_truthy(by_item.table.message:find("^table: "))
    assert.are.equal("an error that cannot be printed", by_item.odd.message)
    assert.are.equal(400, by_item.detail.detail.status)
    assert.are.equal(ids[1], by_item[ids[1]].value.id)
  end)

  it("calls a lost answer to an unsafe operation ambiguous", function()
    local okta, ids, org = world()
    org:fault { operation = "suspend_user", close = "reset", apply = true, skip = 3 }
    local counts = assert(okta:each(ids, "suspend_user"))
    assert.are.equal(#ids - 1, counts.done)
    assert.are.equal(1, counts.ambiguous)
    assert.are.equal(0, counts.failed)
    assert.is_true(counts.failures[1].detail.ambiguous)
    each_once(org, ids, SUSPEND)
  end)

  it("counts the tries of one item", function()
    local okta, ids, org = world { clock = { sleep = function() end } }
    org:fault { operation = "get_user", status = 502, times = 2 }
    local most = 0
    local counts = assert(okta:each(ids, "get_user", {
      concurrency = 1,
      on_result = function(result)
        most = math.max(most, result.attempts)
      end,
    }))
    assert.are.equal(3, most)
    assert.are.equal(#ids + 2, counts.requests)
  end)
end)

describe("each with on_error = stop", function()
  it("begins nothing more, lets the others finish, and returns the failure", function()
    local okta, ids, org = world()
    table.insert(ids, 10, "nobody")
    local ok, message, detail, counts = okta:each(ids, "suspend_user", { on_error = "stop", concurrency = 4 })
    assert.is_nil(ok)
    assert.is_truthy(message:find("^okta suspend_user: 404"))
    assert.are.equal(404, detail.status)
    assert.are.equal(message, detail.text)
    assert.are.equal(1, counts.failed)
    -- what was sent is what was counted
    assert.are.equal(counts.done, org:counts().effects.suspend_user)
    assert.is_true(counts.done >= 9 and counts.done <= 9 + 4, counts.done)
  end)
end)

describe("a source that fails", function()
  it("ends the run with its reason: items would be missed", function()
    local okta, _, org = world { users = 450 }
    org:fault { operation = "list_users", status = 403, skip = 1, body = { errorCode = "E0000006" } }
    local ok, message, detail, counts = okta:each(okta:list_users(), "get_user")
    assert.is_nil(ok)
    assert.is_truthy(message:find("^the source failed: okta list_users: 403 E0000006"))
    assert.are.equal(403, detail.status)
    assert.are.equal(200, counts.done)
  end)

  it("may be a function that raises", function()
    local okta = world()
    local ok, message, detail = okta:each(function() error("the CSV ends in the middle", 0) end, "get_user")
    assert.is_nil(ok)
    assert.are.equal("the source failed: the CSV ends in the middle", message)
    assert.are.equal("argument", detail.kind)
  end)

  it("may be a table with a hole", function()
    local okta, ids = world()
    local ok, message = okta:each({ ids[1], nil, ids[3] }, "get_user")
    assert.is_nil(ok)
    assert.are.equal("the source failed: the table has no item number 2", message)
  end)
end)

describe("each raises at the caller's line", function()
  local okta = replayed.client()

  local function message_of(...)
    local args = { n = select("#", ...), ... }
    local unpack = table.unpack or unpack -- luacheck: ignore 143
    local ok, message = pcall(function()
      okta:each(unpack(args, 1, args.n))
      return nil
    end)
    assert.is_false(ok)
    return (message:gsub("^spec/bulk/each_spec.lua:%d+: ", "@"))
  end

  it("for what is no source", function()
    local expected = "@each: expected a table, a function or a list as the source, got "
    assert.are.equal(expected .. "number", message_of(1, "get_user"))
    assert.are.equal(expected .. "nil", message_of(nil, "get_user"))
  end)

  it("for what cannot be done", function()
    local misspelt = message_of({}, "suspend_usr")
    assert.are.equal('@each: unknown operation "suspend_usr", did you mean "suspend_user"?', misspelt)
    assert.are.equal("@each: expected a function or the name of an operation, got nil", message_of({}))
    local lazy = message_of({}, "list_user_groups")
    assert.are.equal("@each: list_user_groups gives a lazy list: pass a function that reads it", lazy)
    -- not an operation, although a method
    assert.is_truthy(message_of({}, "close"):find('^@each: unknown operation "close"'))
  end)

  it("for options that are none", function()
    local function with(options)
      return message_of({}, "get_user", options)
    end
    assert.are.equal('@each: unknown option "concurency", did you mean "concurrency"?', with { concurency = 2 })
    assert.are.equal('@each: option "concurrency": expected number, got string', with { concurrency = "2" })
    for _, wrong in ipairs { 0, -1, 1.5 } do
      assert.are.equal('@each: option "concurrency": expected a whole number, 1 or more', with { concurrency = wrong })
    end
    assert.are.equal('@each: option "on_error": expected "continue" or "stop"', with { on_error = "panic" })
    assert.are.equal('@each: option "ambiguous": expected "repeat" or "report"', with { ambiguous = "skip" })
    assert.are.equal("@each: expected a table of options, got number", with(8))
  end)

  it("for a dot instead of a colon", function()
    local ok, message = pcall(function() return okta.each({}, "get_user"), nil end)
    assert.is_false(ok)
    assert.is_truthy(message:find("use client:each(...), with a colon", 1, true))
  end)

  it("for one inside of the function of another", function()
    local counts = assert(okta:each({ 1 }, function(_, client)
      return client:each({ 1 }, "get_user")
    end))
    assert.is_truthy(counts.failures[1].message:find("each: already inside of the function of another each", 1, true))
  end)
end)

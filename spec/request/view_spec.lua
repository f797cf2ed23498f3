-- Tables with __index, __pairs or __len (read-only views, proxies) wherever a
-- call takes a table: what Lua reads in them is sent, or the call says why not.
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local services = require "spec.support.services"
local wire = require "spec.support.wire"

local function by_index(t) return setmetatable({}, { __index = t, __newindex = error, __metatable = false }) end
local function by_pairs(t) return setmetatable({}, { __pairs = function() return next, t, nil end }) end

local function boom() error("boom", 0) end

for name, view in pairs { __index = by_index, __pairs = by_pairs } do
  describe("a view by " .. name, function()
    local okta, sent = replayed.always()

    local function last(ok, message)
      assert.same({}, ok, message)
      return sent[#sent]
    end

    it("is read as a body, at any depth", function()
      local profile = { login = "a", skills = view { "x", view { deep = true } }, none = roster.null }
      local body = view { profile = view(profile), groupIds = view { "g1", "g2" } }
      local request = last(okta:create_user(body, { activate = false }))
      assert.same({ profile = { login = "a", skills = { "x", { deep = true } }, none = json.null },
        groupIds = { "g1", "g2" } }, json.decode(request.body))
      request = last(okta:create_user { profile = view { login = "a" } })
      assert.equal('{"profile":{"login":"a"}}', request.body)
      request = last(okta:create_user { profile = {}, groupIds = view {} })
      assert.same({ profile = {}, groupIds = {} }, json.decode(request.body))
      assert.matches('"groupIds":%[%]', request.body)
    end)

    it("keeps the mark of a list", function()
      local request = last(okta:create_user { profile = view { own = roster.array {} } })
      assert.equal('{"profile":{"own":[]}}', request.body)
    end)

    it("is read as options", function()
      local request = last(okta:create_user({ profile = {} }, view { activate = false,
        headers = view { ["X-A"] = "b" } }))
      assert.equal("false", wire.parse(request.url).params.activate)
      assert.equal("b", wire.header(request, "X-A"))
    end)

    it("is not sent when it says dry_run", function()
      local before = #sent
      local shown = okta:partial_update_user("u", { profile = { city = "a" } }, view { dry_run = true })
      assert.equal('{"profile":{"city":"a"}}', shown.body)
      assert.equal("GET", okta:list_users(view { dry_run = true }).method)
      assert.equal("PUT", okta:request(view { method = "PUT", path = "/x", body = {}, dry_run = true }).method)
      assert.equal(before, #sent)
    end)

    it("is checked as options", function()
      assert.matches('unknown option "serch", did you mean "search"', raised.here(function()
        okta:list_users(view { serch = "x" })
      end))
      assert.matches('option "sort_by" is given twice', raised.here(function()
        okta:list_users(view { sortBy = "a", sort_by = "b", search = "x" })
      end))
    end)

    it("is read as options of a list, for all its pages", function()
      local list, seen = replayed.client {
        replayed.json('[{"id":"1"}]', 200, { Link = "<https://org.okta.test/api/v1/users?after=2>; rel=next" }),
        replayed.json '[{"id":"2"}]',
      }
      local users = list:list_users(view { search = "x", headers = view { ["X-A"] = "b" }, prefetch = false })
      assert.same({ { id = "1" }, { id = "2" } }, users:all(view { max = 5 }))
      assert.equal("x", wire.parse(seen[1].url).params.search)
      assert.equal("b", wire.header(seen[1], "X-A"))
      assert.equal("b", wire.header(seen[2], "X-A"))
    end)

    it("is read as options of a list that cannot be sent, which is then not sent without them", function()
      local before = #sent
      local all, message = okta:list_users(view { search = "\255" }):all()
      assert.is_nil(all)
      assert.matches('option "search" is not valid UTF%-8', message)
      assert.equal(before, #sent)
    end)

    it("is read as a value of a query", function()
      local client, seen = services.jumpcloud(replayed.json '{"results":[],"totalCount":0}')
      assert(client:organization_list(view { fields = view { "name", "id" }, search = view { fields = view { "a" } },
        filter = view { any = view { "a:$eq:1" } } }):page())
      assert.is_truthy(seen[1].url:find("fields=name%20id", 1, true), seen[1].url)
      assert.is_truthy(seen[1].url:find("search%5Bfields%5D%5B%5D=a", 1, true), seen[1].url)
      assert.is_truthy(seen[1].url:find("filter%5Bor%5D%5B0%5D=a", 1, true), seen[1].url)
    end)

    it("is read as a request without a row, and as its parts", function()
      local request = last(okta:request(view { method = "POST", path = "/x", query = view { a = view { 1, 2 },
        b = "c" },
        headers = view { ["X-A"] = "b" }, body = view { c = view { 1, 2 } } }))
      assert.equal("https://org.okta.test/x", (request.url:gsub("%?.*", "")))
      assert.is_truthy(request.url:find("a=1&a=2", 1, true))
      assert.is_truthy(request.url:find("b=c", 1, true))
      assert.equal("b", wire.header(request, "X-A"))
      assert.equal('{"c":[1,2]}', request.body)
      assert.matches('unknown field "pth"', raised.here(function() okta:request(view { pth = "/x" }) end))
    end)

    it("is read as a list without a row", function()
      local list, seen = replayed.client { replayed.json "[1]" }
      assert.same({ 1 }, list:list(view { path = "/x", query = view { a = "b" }, max_retries = 0 }):all())
      assert.equal("https://org.okta.test/x?a=b", seen[1].url)
    end)

    it("is read as the list of extra names", function()
      local request = last(okta:create_user({ profile = {}, new = 1 }, { extra = view { "new" } }))
      assert.same({ profile = {}, new = 1 }, json.decode(request.body))
    end)

    it("is read as options of a constructor", function()
      local client = roster.okta(view { url = "https://x.okta.test", token = "t", governor = view { capacity = 0.5 },
        transport = function() return view { status = 200, headers = view { ["X-A"] = view { "b" } },
          body = '{"id":"1"}' } end })
      local user, meta = client:get_user "1"
      assert.equal("1", user.id)
      assert.equal("b", meta.headers["x-a"])
      assert.matches('unknown option "tokn"', raised.here(function()
        local made = roster.okta(view { url = "https://x.okta.test", tokn = "t" })
        return made
      end))
    end)

    it("is read as a source, an item and options of each", function()
      local all = replayed.always()
      local seen = {}
      local counts = assert(all:each(view { "a", view { "b", { send_email = false } }, view { id = "c" } },
        "deactivate_user",
        view { concurrency = 1, on_result = function(result) seen[#seen + 1] = result.outcome end }))
      assert.same({ "done", "done", "done" }, seen)
      assert.equal(3, counts.done)
      assert.matches('unknown option "concurency"', raised.here(function()
        all:each({}, "get_user", view { concurency = 1 })
      end))
    end)
  end)
end

describe("a table whose members cannot be told", function()
  local okta, sent = replayed.always()
  local dynamic = setmetatable({ login = "a" }, { __index = function() end })
  local raising = setmetatable({}, { __pairs = boom })
  local CASES = {
    { "a body", function() okta:create_user(dynamic) end, "okta create_user: body: its __index is a function" },
    { "what is in a body", function() okta:create_user { profile = dynamic } end,
      "okta create_user: body.profile: its __index is" },
    { "a list of ids", function() okta:create_user { profile = {}, groupIds = raising } end,
      "okta create_user: body.groupIds: its __pairs raised: boom" },
    { "options", function() okta:list_users(raising) end, "okta list_users: options: its __pairs raised: boom" },
    { "headers", function() okta:get_user("u", { headers = raising }) end,
      "okta get_user: options.headers: its __pairs raised: boom" },
    { "a request", function() okta:request(raising) end, "okta request: request: its __pairs raised: boom" },
    { "a request's query", function() okta:request { path = "/x", query = raising } end,
      "okta request: query: its __pairs raised: boom" },
    { "a request's body", function() okta:request { path = "/x", body = { a = dynamic } } end,
      "okta request: body.a: its __index is a function" },
    { "a list's query", function() okta:list { path = "/x", query = { a = raising } } end,
      "okta list: query.a: its __pairs raised: boom" },
    { "options of all()", function() okta:list_users():all(raising) end,
      "list:all: options: its __pairs raised: boom" },
    { "options of each", function() okta:each({}, "get_user", raising) end, "each: options: its __pairs raised: boom" },
    { "a source", function() okta:each(dynamic, "get_user") end, "each: source: its __index is a function" },
    { "a constructor's options", function() local c = roster.okta(raising) return c end,
      "roster.okta: options: its __pairs raised: boom" },
    { "a constructor's governor", function()
      local c = roster.okta { url = "https://x.test", token = "t", governor = raising }
      return c
    end, "roster.okta: governor: its __pairs raised: boom" },
  }
  for _, case in ipairs(CASES) do
    it("raises at the caller's line as " .. case[1], function()
      local message = raised.here(case[2])
      assert.equal(case[3], message:sub(1, #case[3]))
      assert.equal(0, #sent)
    end)
  end

  it("fails its item of each, and no other", function()
    local counts = assert(okta:each({ "a", raising, "b" }, "suspend_user"))
    assert.equal(2, counts.done)
    assert.equal("item: its __pairs raised: boom", counts.failures[1].message)
  end)

  it("is a lost answer where a transport returns it", function()
    for _, response in ipairs { raising, { status = 200, headers = raising } } do
      local client = roster.okta { url = "https://x.test", token = "t", max_retries = 0, transport = function()
        return response
      end }
      local ok, message, detail = client:suspend_user "u"
      assert.is_nil(ok)
      assert.matches("the transport's response.*its __pairs raised: boom", message)
      assert.equal("protocol", detail.kind)
      assert.is_true(detail.ambiguous)
    end
  end)

  it("is read by its own members where they are another library's headers", function()
    local headers = setmetatable({ ["X-A"] = "b" }, { __index = function(t, name) return rawget(t, name:upper()) end })
    local client = roster.okta { url = "https://x.test", token = "t", transport = function()
      return setmetatable({ status = 200, headers = headers, body = "{}" }, { __index = { read_body = print } })
    end }
    local _, meta = client:get_user "u"
    assert.equal("b", meta.headers["x-a"])
  end)

  it("may be headers to send, as nginx gives those of a request", function()
    local headers = setmetatable({ ["X-A"] = "b" }, { __index = function(t, name) return rawget(t, name:upper()) end })
    local before = #sent
    assert.is_true((okta:suspend_user("u", { headers = headers })))
    assert.same({}, (okta:request { method = "POST", path = "/x", headers = headers }))
    assert.equal("b", wire.header(sent[before + 1], "X-A"))
    assert.equal("b", wire.header(sent[before + 2], "X-A"))
    local empty = setmetatable({}, getmetatable(headers))
    assert.matches("options.headers: its __index is a function", raised.here(function()
      okta:suspend_user("u", { headers = empty })
    end))
  end)

  it("is never taken for empty headers where a transport answers by itself", function()
    local client = roster.okta { url = "https://x.test", token = "t", max_retries = 0, transport = {
      exchange = function(_, call) call:answer(200, setmetatable({}, { __index = { Link = "x" } }), "[]") end,
    } }
    local ok, message = client:list_users():all()
    assert.is_nil(ok)
    assert.matches("headers are in a table with a metatable", message)
  end)

  it("is not left out of a list that cannot be sent", function()
    local before = #sent
    local list = okta:list_users(setmetatable({}, { __index = function(_, name)
      return name == "search" and "\255" or nil
    end }))
    local all, message = list:all()
    assert.is_nil(all)
    assert.matches('option "search" is not valid UTF%-8', message)
    assert.equal(before, #sent)
  end)

  it("may be options, whose names are known", function()
    local options = setmetatable({}, { __index = function(_, name) return name == "dry_run" or nil end })
    assert.equal("POST", okta:suspend_user("u", options).method)
  end)
end)

describe("the caller's view", function()
  it("is as it was after a call", function()
    local real = { profile = { login = "a" }, groupIds = { "g" } }
    local body = by_index(real)
    assert(replayed.always():create_user(body))
    assert.is_nil(next(body))
    assert.same({ profile = { login = "a" }, groupIds = { "g" } }, real)
  end)

  it("may yield while it is read", function()
    local okta, sent = replayed.always()
    local body = setmetatable({}, { __pairs = function()
      coroutine.yield "read"
      return next, { profile = { login = "a" } }, nil
    end })
    local thread = coroutine.create(function() return okta:create_user(body) end)
    local _, first = coroutine.resume(thread)
    assert.equal("read", first)
    assert.same({ true, {} }, { (function(ok, value) return ok, value end)(coroutine.resume(thread)) })
    assert.equal('{"profile":{"login":"a"}}', sent[1].body)
  end)
end)

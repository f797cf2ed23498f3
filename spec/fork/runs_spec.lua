-- What was under way at a fork() is the parent's: runs, their journals,
-- recordings, tokens. The child neither goes on with it nor waits for it.
local forking = require "spec.support.forking"

local function count(text, what)
  local n = 0
  for _ in text:gmatch(what) do
    n = n + 1
  end
  return n
end

describe("after a fork() in the middle of it", function()
  local service

  setup(function()
    service = forking.start()
  end)

  teardown(function()
    service:stop()
  end)

  for _, where in ipairs { "function", "source", "on_result", "key" } do
    it("a bulk run is the parent's, its journal as well: in the " .. where, function()
      local journal = service.dir.path .. "/" .. where
      local said = service:run(([[
        local where, journal = %q, %q
        local okta, pid = client(), nil
        local function fork_in(name)
          if not pid and name == where then pid = forks.fork() end
        end
        local n, wait = 0, 0.05
        local summary, message, detail, rest = okta:each(function()
          n = n + 1
          if n == 12 then fork_in "source" end
          return n <= 40 and where .. n or nil
        end, function(id, c)
          if id == where .. 12 then fork_in "function" end
          if pid == 0 and where == "function" then
            -- a call of the child's own
            ask(c, "inside")
          else
            change(c, id)
          end
          return true
        end, {
          name = "change", journal = journal, concurrency = 4,
          key = function(id) if id == where .. 12 then fork_in "key" end return id end,
          on_result = function(result) if result.item == where .. 12 then fork_in "on_result" end end,
        })
        if pid == 0 then
          local ok, why = pcall(function()
            assert(summary == nil and detail.kind == "closed", message)
            assert(message:find("the run is of the process that this one was forked from", 1, true), message)
            assert(rest.done < 40)
            change(okta, where .. "-child")
            -- others may have the journal, however long this process lives
            while not io.open(journal .. ".done") do require("roster.curl").sleep(wait) end
          end)
          if not ok then print("child: " .. why) io.stdout:flush() end
          forks.exit(ok and 0 or 1)
        end
        assert(summary, message)
        print("done " .. summary.done .. ", " .. summary.failed)
        local again = assert(okta:each({ where .. 1, where .. 41 }, function(id, c) change(c, id) return true end,
          { name = "change", journal = journal, key = function(id) return id end }))
        print("again " .. again.done .. ", " .. again.skipped)
        assert(io.open(journal .. ".done", "w")):close()
        forks.wait(pid)
      ]]):format(where, journal))
      assert.equal("done 40, 0\nagain 1, 1\n", said)
      local text = service.dir:read(where)
      assert.equal(41, count(text, '{"begin":'))
      assert.equal(41, count(text, '"status":"done"'))
      assert.equal(1, count(text, '"roster"'))
    end)
  end

  it("each item of a run goes out once", function()
    local seen = require("roster").okta { url = service.server.url, token = "t" }
    local lines = table.concat(assert(seen:request { path = "/seen" }), "\n") .. "\n"
    seen:close()
    for _, where in ipairs { "function", "source", "on_result", "key" } do
      for i = 1, 41 do
        assert.is_truthy(lines:find(("POST %s%d=1\n"):format(where, i), 1, true), where .. i .. "\n" .. lines)
      end
    end
  end)

  it("a run without a journal, and one of an operation", function()
    assert.equal("done 40\n", service:run [[
      local okta, pid = client(), nil
      local ids = {}
      for i = 1, 40 do ids[i] = "operation" .. i end
      local summary, _, detail = okta:each(ids, "suspend_user", { concurrency = 5, on_result = function()
        if not pid then pid = forks.fork() end
      end })
      if pid == 0 then forks.exit(summary == nil and detail.kind == "closed" and 0 or 1) end
      print("done " .. summary.done)
      forks.wait(pid)
    ]])
  end)

  it("a recording is the parent's", function()
    service:run [[
      local path = dir .. "/recording"
      local okta = client { record = path }
      ask(okta, "a")
      local pid = forks.child(function()
        local user, message, detail = okta:get_user "child"
        assert(user == nil and detail.kind == "closed", message)
        assert(message:find("make a client that records to a file of its own", 1, true), message)
        okta:close()
        local own = client { record = path .. ".own" }
        ask(own, "child")
        assert(own:close())
      end)
      for i = 1, 5 do ask(okta, "b" .. i) end
      forks.wait(pid)
      ask(okta, "c")
      assert(okta:close())
      local replayed = client { replay = path }
      for _, id in ipairs { "a", "b1", "b2", "b3", "b4", "b5", "c" } do
        assert(replayed:get_user(id).id == id)
      end
    ]]
  end)

  for _, store in ipairs { "nil", 'require("roster.store.memory").new()' } do
    it("a token that is on its way is the parent's, with the store " .. store, function()
      assert.equal("tokens 2 1\n", service:run(([[
        local store = %s
        local curl = require "roster.curl"
        local tokens = 0
        local function send(request)
          if request.url:find("/oauth", 1, true) then
            tokens = tokens + 1
            local mine = "token" .. forks.pid()
            coroutine.yield()
            return { status = 200, headers = { ["content-type"] = "application/json" },
              body = '{"access_token":"' .. mine .. '","expires_in":3600}' }
          end
          return { status = 200, headers = { ["content-type"] = "application/json" },
            body = '{"id":"' .. request.headers.Authorization:match "token%%d+" .. '"}' }
        end
        local knetik = roster.knetik { url = url, client_id = "a", client_secret = "b", store = store, transport = send,
          max_retries = 0 }
        local function get() return coroutine.create(function() return knetik:request { path = "/x" } end) end
        local first = get()
        assert(coroutine.resume(first))
        assert(tokens == 1)
        local function finish(thread)
          while true do
            local ok, value, message, detail = coroutine.resume(thread)
            assert(ok, value)
            if coroutine.status(thread) == "dead" then return value, message, detail end
            curl.sleep(0.001)
          end
        end
        local parent = "token" .. forks.pid()
        local pid = forks.child(function()
          local value, message = finish(get())
          assert(value, message)
          assert(value.id == "token" .. forks.pid(), value.id)
          -- the parent's call, in the child
          local none, _, detail = finish(first)
          assert(none == nil and detail.kind == "closed")
          assert(finish(get()).id == value.id)
          io.write("tokens " .. tokens)
        end)
        forks.wait(pid)
        assert(finish(first).id == parent)
        assert(finish(get()).id == parent)
        print(" " .. tokens)
      ]]):format(store)))
    end)
  end

  it("a refresh token is the parent's, the access token both's", function()
    service:run [[
      local seen = {}
      local function send(request)
        if request.url:find("/oauth", 1, true) then
          seen[#seen + 1] = request.body:match "grant_type=(%w+)"
          return { status = 200, headers = { ["content-type"] = "application/json" },
            body = ('{"access_token":"t%d","refresh_token":"r%d","expires_in":3600}'):format(#seen, #seen) }
        end
        return { status = 200, headers = { ["content-type"] = "application/json" },
          body = '{"id":"' .. request.headers.Authorization:match "t%d+" .. '"}' }
      end
      local now = 0
      local knetik = roster.knetik { url = url, client_id = "a", username = "u", password = "p", transport = send,
        max_retries = 0, clock = function() return now end }
      assert(knetik:request { path = "/x" }.id == "t1")
      forks.wait(forks.child(function()
        assert(knetik:request { path = "/x" }.id == "t1")
        now = now + 3700
        assert(knetik:request { path = "/x" }.id == "t2")
        assert(table.concat(seen, " ") == "password password", table.concat(seen, " "))
        now = now + 3700
        assert(knetik:request { path = "/x" }.id == "t3")
        assert(seen[3] == "refresh", seen[3])
      end))
      now = now + 3700
      assert(knetik:request { path = "/x" }.id == "t2")
      assert(seen[2] == "refresh", seen[2])
    ]]
  end)

  it("places of the parent's calls are free in the child", function()
    service:run [[
      local governor = require("roster.governor").new()
      governor.most_in_flight = 1
      local made = assert(core.client("okta", { url = url, token = "t", timeout = 20, max_retries = 0,
        connect_timeout = 10, stall_timeout = 20, max_response = 4096, max_nodes = 1e6, check = true }))
      local function new() return assert(core.call_free(made, { path = "/x" }, false)) end
      local first, second = new(), new()
      assert(governor:admit("b", first, 1) == 0)
      assert(governor:admit("b", second, 1) > 0)
      forks.wait(forks.child(function()
        assert(governor:limits(2)[1].in_flight == 0)
        assert(governor:admit("b", new(), 2) == 0)
      end))
      assert(governor:admit("b", second, 2) > 0)
      assert(governor:limits(2)[1].in_flight == 1, first)
    ]]
  end)
end)

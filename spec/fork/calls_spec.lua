-- A client that was used before a fork(): parent and child had one connection, on
-- which each got the other's responses as its own.
local forking = require "spec.support.forking"

describe("after a fork()", function()
  local service

  setup(function()
    service = forking.start()
  end)

  teardown(function()
    service:stop()
  end)

  for _, protocol in ipairs { "HTTP/1.1", "HTTP/2 over TLS" } do
    local KIND = protocol == "HTTP/1.1" and "local okta = client()\n" or "local okta = client { url = tls_url }\n"

    it("the child asks first, over " .. protocol, function()
      service:run(KIND .. [[
        local before = ask(okta, "warm")
        forks.wait(forks.child(function()
          change(okta, "child0")
          for i = 1, 20 do
            assert(ask(okta, "child" .. i) ~= before)
            change(okta, "child" .. i)
          end
        end))
        for i = 1, 20 do
          -- the connection is the parent's still
          assert(ask(okta, "parent" .. i) == before)
          change(okta, "parent" .. i)
        end
      ]])
    end)

    it("the parent asks first, over " .. protocol, function()
      service:run(KIND .. [[
        local before = ask(okta, "warm")
        local pid = forks.child(function()
          while not io.open(dir .. "/go") do require("roster.curl").sleep(0.01) end
          change(okta, "child")
          for i = 1, 20 do assert(ask(okta, "child" .. i) ~= before) end
        end)
        change(okta, "parent")
        for i = 1, 20 do assert(ask(okta, "parent" .. i) == before) end
        assert(io.open(dir .. "/go", "w")):close()
        forks.wait(pid)
        os.remove(dir .. "/go")
        assert(ask(okta, "last") == before)
      ]])
    end)

    it("both ask, 200 times each, over " .. protocol, function()
      service:run(KIND .. [[
        ask(okta, "warm")
        local pid = forks.child(function()
          for i = 1, 200 do ask(okta, "child" .. i) if i % 10 == 0 then change(okta, "child" .. i) end end
        end)
        for i = 1, 200 do ask(okta, "parent" .. i) if i % 10 == 0 then change(okta, "parent" .. i) end end
        forks.wait(pid)
      ]])
    end)

    it("a child that asks for nothing ends none of the parent's connections, over " .. protocol, function()
      service:run(KIND .. [[
        local before = ask(okta, "warm")
        -- in an orderly way, closing the client, collecting it, and at once
        forks.wait(forks.child(function() end))
        forks.wait(forks.child(function() okta:close() end))
        forks.wait(forks.child(function() okta = nil collectgarbage() collectgarbage() end))
        forks.wait(forks.child(function() forks.exit(0) end))
        change(okta, "parent")
        assert(ask(okta, "parent") == before)
      ]])
    end)

    it("children of children ask, and many at a time, over " .. protocol, function()
      service:run(KIND .. [[
        local before = ask(okta, "warm")
        local function family(name, depth)
          local pids = {}
          for i = 1, depth > 0 and 3 or 0 do
            pids[i] = forks.child(function() family(name .. i, depth - 1) end)
          end
          for i = 1, 10 do ask(okta, name .. "-" .. i) end
          change(okta, name)
          for _, pid in ipairs(pids) do forks.wait(pid) end
          ask(okta, name .. "-last")
        end
        family("p", 2)
        assert(ask(okta, "last") == before)
      ]])
    end)

    it("a list goes on in both, also when a page was asked for ahead, over " .. protocol, function()
      service:run(KIND .. [[
        for _, ahead in ipairs { true, false } do
          local list = okta:list_users { prefetch = ahead }
          local seen = {}
          for _ = 1, 3 do seen[#seen + 1] = list().id end
          local function rest()
            for user in function() return list() end do seen[#seen + 1] = user.id end
            for i = 1, 20 do assert(seen[i] == tostring(i), i) end
            assert(#seen == 20, #seen)
            ask(okta, "after")
          end
          local pid = forks.child(rest)
          rest()
          forks.wait(pid)
        end
      ]])
    end)
  end

  it("clients that share a connection share the child's", function()
    service:run [[
      local a, b = client(), client()
      assert(ask(a, "a") == ask(b, "b"))
      local before = ask(a, "a")
      local pid = forks.child(function()
        local mine = ask(a, "a")
        assert(mine ~= before and ask(b, "b") == mine)
        assert(ask(client(), "c") == mine)
        a:close()
        assert(ask(b, "b") == mine)
      end)
      assert(ask(b, "b") == before)
      forks.wait(pid)
      a:close()
      assert(ask(b, "b") == before)
    ]]
  end)

  it("a client that was made before and not used works in both", function()
    service:run [[
      local okta = client()
      local pid = forks.child(function() for i = 1, 20 do ask(okta, "child" .. i) end end)
      for i = 1, 20 do ask(okta, "parent" .. i) end
      forks.wait(pid)
    ]]
  end)

  it("a call of the parent's is closed in the child, and sent once", function()
    service:run [[
      local function fork_in(name, options, call)
        local pid
        -- what the client calls in the middle of a call
        local function fork(...)
          if not pid then pid = forks.fork() end
          return ...
        end
        local okta = client(options(fork))
        local value, message, detail = call(okta, name)
        if pid == 0 then
          local ok, why = pcall(function()
            assert(value == nil and detail.kind == "closed", message)
            assert(message:find("the call is of the process that this one was forked from", 1, true), message)
            assert(not detail.retryable)
            -- and the next one is not
            ask(okta, name .. "-next")
          end)
          if not ok then print(why) end
          forks.exit(ok and 0 or 1)
        end
        assert(value, message)
        forks.wait(pid)
      end
      fork_in("token", function(fork) return { token = function() return fork "t" end } end, function(okta, id)
        return okta:suspend_user(id)
      end)
      fork_in("hook", function(fork) return { on_request = function() fork() end } end, function(okta, id)
        return okta:suspend_user(id)
      end)
      fork_in("answered", function(fork) return { on_response = function() fork() end } end, function(okta, id)
        return okta:suspend_user(id)
      end)
    ]]
    local seen = require("roster").okta { url = service.server.url, token = "t" }
    local counts = table.concat(assert(seen:request { path = "/seen" }), " ") .. " "
    seen:close()
    for _, name in ipairs { "token", "hook", "answered" } do
      assert.is_truthy(counts:find("POST " .. name .. "=1 ", 1, true), counts)
    end
  end)

  it("chance goes another way", function()
    local said = service:run [[
      core.random()
      local first = forks.child(function() print(core.random(), core.random()) end)
      forks.wait(first)
      forks.wait(forks.child(function()
        print(core.random(), core.random())
        forks.wait(forks.child(function() print(core.random(), core.random()) end))
      end))
      print(core.random(), core.random())
    ]]
    local seen, count = {}, 0
    for number in said:gmatch "%S+" do
      assert.is_nil(seen[number])
      seen[number], count = true, count + 1
    end
    assert.equal(8, count)
  end)

  it("a handle that was made before gives up what was on its way", function()
    service:run [[
      local curl = require "roster.curl"
      local multi = curl.multi {}
      local pollable = curl.multi {}
      local fd = pollable:fd()
      local settings = { url = url, token = "t", timeout = 20, max_retries = 0, connect_timeout = 10,
        stall_timeout = 20, max_response = 4096, max_nodes = 1e6, check = true }
      local made = assert(core.client("okta", settings))
      local function post()
        local request = { method = "POST", path = "/api/v1/users/x", query = { ms = 300 } }
        local call = assert(core.call_free(made, request, false))
        assert(call:next(0, 0, 0, false) == "send")
        return call
      end
      local calls = { post(), post() }
      multi:add(calls[1])
      pollable:add(calls[2])
      for _ = 1, 10 do multi:step(0.01) pollable:step(0.01) end
      local function waits(which, call)
        for _ = 1, 1000 do
          if call:settled() then return false end
          which:step(0.1)
        end
        return true
      end
      forks.wait(forks.child(function()
        -- whoever watches it is woken
        assert(pollable:fd() == fd)
        for i, one in ipairs { multi, pollable } do
          one:push()
          local left, due, settled = one:step(10)
          assert(left == 0 and due == nil and settled == 1)
          assert(calls[i]:settled())
          local what, _, detail = calls[i]:next(1, 1, 0, false)
          assert(what == "failed" and detail.kind == "closed" and detail.ambiguous)
          local ok, why = pcall(one.add, one, post())
          assert(not ok and why:find("the transport is of another process", 1, true), why)
          one:cancel(calls[i])
          one:close()
        end
      end))
      for i, one in ipairs { multi, pollable } do
        assert(not waits(one, calls[i]))
        assert(calls[i]:next(1, 1, 0, false) == "done")
      end
    ]]
  end)
end)

-- nginx is told again and again to load its configuration anew, under load: all
-- requests are answered, the old workers go, and the new ones do not grow.
local inside = require "spec.support.inside"
local serve = require "roster.sandbox.serve"
local steady = require "spec.support.steady"

local WORKERS, CONNECTIONS, ROUNDS = 4, 32, 3

local INIT = [[
  local roster = require "roster"
  package.loaded.spec_okta = roster.okta { url = "%s", token = "%s", transport = %s }
]]

local LOOK = [[
  local okta = package.loaded.spec_okta
  local page = assert(okta:list_users { limit = 3 }:page())
  assert(#page == 3 and assert(okta:get_user(page[1].id)).id == page[1].id)
  ngx.say("ok ", ngx.worker.pid())
]]

--- The workers that the log says are there, by when they were started.
local function workers(log)
  local list = {}
  for pid in log:gmatch("start worker process (%d+)") do
    if not log:find("worker process " .. pid .. " exited", 1, true) then
      list[#list + 1] = pid
    end
  end
  return list
end

local function descriptors(pid)
  local pipe = assert(io.popen("ls /proc/" .. pid .. "/fd | wc -l"))
  local n = pipe:read("*n")
  pipe:close()
  return n
end

for _, transport in ipairs { "cosockets", "curl" } do
  describe("a reload under load, with calls over " .. transport .. ",", function()
    local services, host, load, begun

    --- The workers, when all of them are others than the `old`.
    local function workers_after(old)
      local was = {}
      for _, pid in ipairs(old) do
        was[pid] = true
      end
      for _ = 1, 1200 do
        local list, stayed = workers(host.server:log()), 0
        for _, pid in ipairs(list) do
          stayed = stayed + (was[pid] and 1 or 0)
        end
        if #list == WORKERS and stayed == 0 then
          return list
        end
        os.execute("sleep 0.05")
      end
      error("old workers stayed, or new ones did not come:\n" .. host.server:log())
    end

    --- Waits until the workers have answered so many requests, and returns the
    --- descriptors of the one that has most.
    local function seasoned(pids, wanted)
      assert(load:until_seen(function(seen)
        local n = 0
        for _, pid in ipairs(pids) do
          n = n + (seen.pids[pid] or 0)
        end
        return n >= wanted
      end), "the new workers answer nothing")
      local most = 0
      for _, pid in ipairs(pids) do
        most = math.max(most, descriptors(pid))
      end
      return most
    end

    setup(function()
      services = serve.start { users = 20, rate_limit = false, latency = 0.01 }
      host = inside.start {
        workers = WORKERS,
        log_level = "notice",
        http = "init_by_lua_block {" .. INIT:format(services.okta.url, services.okta.token,
          transport == "curl" and '"curl"' or "nil") .. "}",
        locations = { ["= /look"] = LOOK },
      }
    end)

    teardown(function()
      if load then
        load.server:stop()
      end
      if host then
        host:stop()
      end
      services:stop()
    end)

    it("loses no request, and every old worker goes", function()
      load = steady.start(host.server.port, "/look", CONNECTIONS)
      local pids = workers_after {}
      begun = { seasoned(pids, 100) }
      for round = 1, ROUNDS do
        host.server:signal("HUP")
        pids = workers_after(pids)
        begun[round + 1] = seasoned(pids, 100)
      end
      local counts = load:stop()
      load = nil
      assert.equal("", counts.wrong)
      assert.equal(counts.begun, counts.answered)
    end)

    it("leaves the new workers with as many descriptors as the first had", function()
      -- connections of the load, and to the service, come and go meanwhile
      for round = 2, ROUNDS + 1 do
        assert.is_true(begun[round] <= begun[1] + 2 * CONNECTIONS, table.concat(begun, " "))
      end
    end)

    it("leaves a worker that goes on with what it had", function()
      local GROWN = [[
        local okta = package.loaded.spec_okta
        local function use(n)
          local threads = {}
          for i = 1, 10 do
            threads[i] = ngx.thread.spawn(function()
              for _ = 1, n / 10 do assert(#assert(okta:list_users { limit = 3 }:page()) == 3) end
            end)
          end
          for i = 1, 10 do assert(ngx.thread.wait(threads[i])) end
          collectgarbage()
          collectgarbage()
          local pipe = io.popen("ls /proc/" .. ngx.worker.pid() .. "/fd | wc -l")
          local open = pipe:read("*n")
          pipe:close()
          return { kilobytes = collectgarbage("count"), descriptors = open }
        end
        use(50)
        return use(50), use(200)
      ]]
      local before, after = host:run(GROWN)
      assert.is_true(after.descriptors <= before.descriptors + 5, before.descriptors .. " " .. after.descriptors)
      assert.is_true(after.kilobytes < before.kilobytes + 100, before.kilobytes .. " " .. after.kilobytes)
    end)

    it("shows no worker that ended otherwise than by itself", function()
      local log = host.server:log()
      local codes = {}
      for code in log:gmatch("worker process %d+ exited with code (%d+)") do
        codes[#codes + 1] = code
      end
      assert.equal(("0"):rep(WORKERS * ROUNDS), table.concat(codes))
      for line in log:gmatch("[^\n]+") do
        assert.is_truthy(line:find("[notice]", 1, true), line)
      end
    end)
  end)
end

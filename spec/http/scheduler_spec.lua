-- Calls in coroutines of an event loop that is not roster's: cqueues and luv as
-- they are packaged. All that needs them is in this file: luv does not survive
-- being loaded a second time, as busted has it for every file.
local endpoint = require "spec.support.endpoint"
local lfs = require "lfs"
local roster = require "roster"
local slow = require "spec.support.slow"

-- run(bodies): runs all as coroutines until all have ended, and returns what
-- the first failed with; sleep(seconds) is what a caller's coroutine does.
local function with_cqueues()
  local cqueues = require "cqueues"
  local M = { scheduler = require "roster.loop.cqueues", sleep = cqueues.sleep }

  function M.run(bodies)
    local controller = cqueues.new()
    for _, body in ipairs(bodies) do
      controller:wrap(body)
    end
    assert(controller:loop(60))
    assert.is_true(controller:empty(), "coroutines that wait for nothing")
  end

  return M
end

local function with_luv()
  local uv = require "luv"
  local M = { scheduler = require "roster.loop.luv" }

  function M.sleep(seconds)
    local thread, timer = coroutine.running(), uv.new_timer()
    timer:start(seconds * 1000, 0, function()
      timer:close()
      assert(coroutine.resume(thread))
    end)
    coroutine.yield()
  end

  function M.run(bodies)
    local left, failure = #bodies, nil
    for _, body in ipairs(bodies) do
      coroutine.wrap(function()
        local ok, err = pcall(body)
        left, failure = left - 1, failure or not ok and err
      end)()
    end
    local alarm = uv.new_timer()
    alarm:start(60000, 0, uv.stop)
    alarm:unref()
    uv.run()
    alarm:close()
    uv.run("nowait")
    if failure then
      error(failure, 0)
    end
    assert.are.equal(0, left, "coroutines that wait for nothing")
  end

  return M
end

for name, make in pairs { cqueues = with_cqueues, luv = with_luv } do
  describe("calls in coroutines of " .. name, function()
    local server, with

    setup(function()
      server, with = slow.start(), make()
    end)

    teardown(function()
      server:stop()
    end)

    local function client(options)
      options = options or {}
      options.url, options.token, options.scheduler = server.url, "tok", with.scheduler
      return roster.okta(options)
    end

    local function slow_call(q, ms, n, more)
      local query = { q = name .. q, ms = ms, n = n }
      for key, value in pairs(more or {}) do
        query[key] = value
      end
      return { path = "/slow", query = query }
    end

    it("are on their way all at a time", function()
      local okta, bodies, done = client(), {}, {}
      for n = 1, 64 do
        bodies[n] = function()
          done[n] = assert(okta:request(slow_call("all", 1, n, { together = 64 }))).n
        end
      end
      with.run(bodies)
      for n = 1, 64 do
        assert.are.equal(n, done[n])
      end
      assert.are.equal(64, server.counts(name .. "all").most)
      okta:close()
    end)

    it("fetch one token for all that are made at once", function()
      local knetik = endpoint.start()
      local knetik_client = roster.knetik {
        url = knetik.url, client_id = "a", client_secret = "b", scheduler = with.scheduler,
      }
      local bodies, ids = {}, {}
      for n = 1, 6 do
        bodies[n] = function()
          ids[n] = assert(knetik_client:get_user(1)).id
        end
      end
      knetik:set("hold", 1)
      bodies[7] = function()
        -- the others wait for the endpoint's answer now
        with.sleep(0.2)
        knetik:set("hold")
      end
      with.run(bodies)
      assert.are.same({ 1, 1, 1, 1, 1, 1 }, ids)
      assert.are.equal(1, knetik:count("asked"))
      assert.are.equal(6, knetik:count("used tok1"))
      -- outside of all coroutines, and when the endpoint fails
      knetik_client:close()
      knetik:set("status", 500)
      local failing = roster.knetik {
        url = knetik.url, client_id = "a", client_secret = "c", scheduler = with.scheduler, max_retries = 0,
      }
      local kinds = {}
      local function fail()
        local _, message, detail = failing:get_user(1)
        assert.is_truthy(message:find("token", 1, true))
        kinds[#kinds + 1] = detail.kind
      end
      with.run { fail, fail, fail }
      fail()
      assert.are.same({ "auth", "auth", "auth", "auth" }, kinds)
      failing:close()
      knetik:stop()
    end)

    it("end as closed when the client is closed in a bulk run", function()
      local okta, results = client(), {}
      with.run {
        function()
          local counts = assert(okta:each({ 1, 2, 3, 4, 5, 6 }, function(n)
            if n == 4 then
              okta:close()
            end
            return okta:request(slow_call("closed", 100, n))
          end, { concurrency = 3, on_result = function(result)
            results[#results + 1] = result
          end }))
          -- the item that closed it, and those after it
          assert.is_true(counts.failed >= 3)
          assert.are.equal(6, counts.done + counts.failed)
        end,
      }
      assert.are.equal(6, #results)
      for _, result in ipairs(results) do
        assert.is_true(result.outcome == "done" or result.detail.kind == "closed", result.message)
      end
    end)

    it("let other coroutines run, in a call and between two tries", function()
      local okta = client {
        clock = {
          random = function()
            return 0.9
          end,
        },
      }
      local ticks, seen, is_over = 0, {}, false
      with.run {
        function()
          while not is_over do
            ticks = ticks + 1
            if ticks == 20 then
              server.open(name .. "tick")
            end
            with.sleep(0.005)
          end
        end,
        function()
          assert(okta:request(slow_call("tick", 1, 1, { held = 1 })))
          seen[1] = ticks
          -- the first try fails at once; then there is a wait
          assert(okta:list_users({ q = name .. " pages=1 fail=1:502:1" }):all())
          seen[2] = ticks
          is_over = true
        end,
      }
      assert.is_true(seen[1] >= 20, seen[1] .. " ticks")
      assert.is_true(seen[2] - seen[1] > 10, seen[2] - seen[1] .. " ticks")
      okta:close()
    end)

    it("walk lists side by side, each asking ahead", function()
      local okta, bodies, sums = client(), {}, {}
      for n = 1, 12 do
        bodies[n] = function()
          sums[n] = 0
          for user in okta:list_users { q = ("%s list=%d pages=4 ahead=1 header=20"):format(name, n) } do
            sums[n] = sums[n] + tonumber(user.id)
          end
        end
      end
      with.run(bodies)
      for n = 1, 12 do
        assert.are.equal(80 * 81 / 2, sums[n])
        local seen = server.counts(("%s list=%d pages=4 ahead=1 header=20"):format(name, n))
        assert.are.equal(4, seen.requests)
        assert.is_truthy(seen.log:find("^%+p1 %+p2 %-p1"), seen.log)
      end
      okta:close()
    end)

    it("tell their errors where they were made", function()
      local okta, details = client { max_retries = 0 }, {}
      with.run {
        function()
          local value, _, detail = okta:request(slow_call("errors", 20, 1, { status = 404 }))
          assert.is_nil(value)
          details[1] = detail
        end,
        function()
          local ok, detail = pcall(function()
            for _ in okta:list_users { q = name .. " pages=3 fail=2:500:1" } do end -- luacheck: ignore 542
          end)
          details[2] = not ok and detail
        end,
        function()
          local _, _, detail = okta:request { path = "/slow", query = { q = "x", ms = 5000 }, timeout = 0.2 }
          details[3] = detail
        end,
      }
      assert.are.equal(404, details[1].status)
      assert.are.equal(500, details[2].status)
      assert.are.equal("timeout", details[3].kind)
      okta:close()
    end)

    it("end when another coroutine closes the client", function()
      local okta, details = client { max_retries = 0 }, {}
      local bodies = {}
      for n = 1, 3 do
        bodies[n] = function()
          local _, _, detail = okta:request(slow_call("closing", 15000))
          details[n] = detail
        end
      end
      bodies[4] = function()
        with.sleep(0.1)
        okta:close()
      end
      with.run(bodies)
      for n = 1, 3 do
        assert.are.equal("closed", details[n].kind)
      end
    end)

    it("work with one client after another under the same descriptor", function()
      local descriptors = {}
      local body = function()
        for n = 1, 20 do
          local okta = client()
          descriptors[n] = assert(okta:request { path = "/echo" }).connection
          assert(okta:request { path = "/echo" })
          if n % 2 == 0 then
            okta:close()
          else
            okta = nil -- luacheck: ignore 311
            collectgarbage()
            collectgarbage()
          end
        end
      end
      with.run { body }
      assert.are.equal(20, #descriptors)
    end)

    it("are found settled where a bulk run of another coroutine took the step", function()
      local okta, counts, last = client(), nil, 0
      local items = {}
      for n = 1, 40 do
        items[n] = n
      end
      with.run {
        function()
          counts = assert(okta:each(items, function(n, c)
            return c:request(slow_call("bulk", 10, n, { together = 8 }))
          end, { concurrency = 8 }))
        end,
        function()
          for n = 1, 40 do
            last = assert(okta:request(slow_call("beside", 5, n))).n
          end
        end,
      }
      assert.are.equal(40, counts.done)
      assert.are.equal(40, last)
      assert.are.equal(8, server.counts(name .. "bulk").most)
      okta:close()
    end)

    it("wait in place outside of all coroutines", function()
      local okta = client()
      assert.are.equal("HTTP/1.1", okta:request({ path = "/echo" }).protocol)
      assert.are.equal(60, #okta:list_users({ q = name .. " place pages=3 fail=2:502:1" }):all())
      okta:close()
    end)
  end)
end

describe("the descriptor of a multi handle", function()
  local curl = require "roster.curl"

  it("is one, and readable to whoever asks for it", function()
    local multi = curl.multi {}
    local fd = multi:fd()
    assert.is_true(fd >= 0)
    assert.are.equal(fd, multi:fd())
    local left, seconds, settled = multi:step(0)
    assert.are.same({ 0, 0 }, { left, settled })
    assert.is_nil(seconds)
    multi:close()
    assert.has_error(function()
      multi:fd()
    end, "the transport is closed")
  end)

  it("is that of the client alone", function()
    assert.has_error(function()
      roster.okta { url = "http://127.0.0.1:9", token = "t", scheduler = { wait = true } }
    end)
  end)
end)

describe("descriptors", function()
  local server

  setup(function()
    server = slow.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function count()
    local n = 0
    for _ in lfs.dir("/proc/self/fd") do
      n = n + 1
    end
    return n
  end

  local schedulers = { "none", "roster.loop.cqueues", "roster.loop.luv" }
  for _, name in ipairs(schedulers) do
    it("are as many after 200 clients as before, with scheduler " .. name, function()
      local function use(n)
        local okta = roster.okta {
          url = server.url,
          token = "tok",
          scheduler = name ~= "none" and require(name) or nil,
        }
        assert(okta:request { path = "/echo" })
        if n % 4 == 0 then
          -- with a page on its way that nobody will ask for
          assert(okta:list_users({ q = name .. n .. " pages=2 header=30" })())
        end
        if n % 2 == 0 then
          okta:close()
        end
      end

      local function use_all(from, to)
        for n = from, to do
          use(n)
        end
        collectgarbage()
        collectgarbage()
        return count()
      end

      local before = use_all(1, 4)
      assert.are.equal(before, use_all(5, 204))
    end)
  end
end)

-- Pages that are asked for ahead, against a service that takes its time.
local alone = require "spec.support.alone"
local curl = require "roster.curl"
local roster = require "roster"
local slow = require "spec.support.slow"

describe("asking for the next page ahead", function()
  local server

  setup(function()
    server = slow.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function client(options)
    options = options or {}
    options.url, options.token = server.url, options.token or "tok"
    options.ca = alone()
    return roster.okta(options)
  end

  local function check_all(list, pages)
    local n = 0
    for user in list do
      n = n + 1
      assert.are.equal(tostring(n), user.id)
    end
    assert.are.equal(pages * 20, n)
  end

  it("happens when the header is there, before the body is", function()
    local okta, q = client(), "early pages=4 ahead=3 header=50 body=50"
    check_all(okta:list_users { q = q }, 4)
    okta:close()
    local seen = server.counts(q)
    assert.are.equal("+p1 +p2 -p1 +p3 -p2 +p4 -p3 -p4", seen.log)
    assert.are.equal(2, seen.connections)
  end)

  it("does not, where it is switched off", function()
    local off = client { prefetch = false }
    local q = "off pages=3 body=20"
    check_all(off:list_users { q = q }, 3)
    assert.are.equal("+p1 -p1 +p2 -p2 +p3 -p3", server.counts(q).log)
    assert.are.equal(1, server.counts(q).connections)
    q = "on for one pages=2 ahead=1 header=50 body=50"
    check_all(off:list_users { q = q, prefetch = true }, 2)
    assert.are.equal("+p1 +p2 -p1 -p2", server.counts(q).log)
    off:close()

    local okta = client()
    q = "off for one pages=3 body=20"
    check_all(okta:list_users { q = q, prefetch = false }, 3)
    check_all(okta:list { path = "/api/v1/users", query = { q = q .. " free" }, prefetch = false }, 3)
    assert.are.equal("+p1 -p1 +p2 -p2 +p3 -p3", server.counts(q).log)
    assert.are.equal("+p1 -p1 +p2 -p2 +p3 -p3", server.counts(q .. " free").log)
    okta:close()
  end)

  it("happens for a list that has no row, too", function()
    local okta, q = client(), "free pages=3 ahead=2 header=50 body=50"
    check_all(okta:list { path = "/api/v1/users", query = { q = q } }, 3)
    assert.are.equal("+p1 +p2 -p1 +p3 -p2 -p3", server.counts(q).log)
    okta:close()
  end)

  it("goes one page ahead and no further, however long the caller takes", function()
    local okta, q = client(), "depth pages=5 ahead=4"
    local n = 0
    for _ in okta:list_users { q = q } do
      n = n + 1
      if n % 20 == 10 then
        curl.sleep(0.05)
        assert.are.equal(math.min(5, math.ceil(n / 20) + 1), server.counts(q).requests)
      end
    end
    okta:close()
    assert.are.equal(5, server.counts(q).requests)
  end)

  it("does not happen for a caller who takes single pages, or what there is at the front", function()
    local okta, q = client(), "single pages=5"
    local list = okta:list_users { q = q }
    assert.are.equal(20, #list:page())
    assert.are.equal(20, #list:page())
    assert.are.equal(2, server.counts(q).requests)
    assert.are.equal("1", list:first().id)
    assert.are.equal(3, server.counts(q).requests)
    okta:close()
  end)

  it("asks for no page that all{ max } has no use for", function()
    local okta = client()
    for max, pages in pairs { [1] = 1, [20] = 1, [21] = 2, [40] = 2, [41] = 3, [95] = 5 } do
      local q = "max " .. max .. " pages=9"
      assert.are.equal(max, #okta:list_users({ q = q }):all { max = max })
      assert.are.equal(pages, server.counts(q).requests, "max = " .. max)
    end
    okta:close()
  end)

  it("serves what page() or a cursor asks for next, once", function()
    local okta, q = client(), "mixed pages=4"
    local list = okta:list_users { q = q }
    for user in list do
      if user.id == "20" then
        break
      end
    end
    local cursor = list:cursor()
    assert.are.equal("21", list:page()[1].id)
    assert.are.equal(2, server.counts(q).requests)
    assert.are.equal("21", okta:list_users({ q = q, cursor = cursor }):first().id)
    okta:close()
  end)

  describe("is taken back", function()
    -- Sees page 1, and leaves page 2 on its way.
    local function half(okta, q)
      local list = okta:list_users { q = q }
      assert.are.equal("1", list().id)
      assert.are.equal(2, server.counts(q).requests)
      return list
    end

    local function check_aborted(q)
      for _ = 1, 1000 do
        local seen = server.counts(q)
        if seen.aborted == 1 then
          assert.are.equal(0, seen.now)
          return
        end
        curl.sleep(0.02)
      end
      error("the service still answers")
    end

    local function in_flight(okta)
      local n = 0
      for _, bucket in ipairs(okta:limits()) do
        n = n + bucket.in_flight
      end
      return n
    end

    it("when the list begins anew", function()
      local okta, q = client(), "rewind pages=3 ahead=1 stuck=2"
      local list = half(okta, q)
      assert.are.equal(1, in_flight(okta))
      list:rewind()
      assert.are.equal(0, in_flight(okta))
      check_aborted(q)
      check_all(list, 3)
      okta:close()
    end)

    it("when the client is closed, whose list then says so", function()
      local okta, q = client(), "close pages=3 ahead=1 stuck=2"
      local list = half(okta, q)
      okta:close()
      check_aborted(q)
      local ok, detail = pcall(function()
        while list() do end
      end)
      assert.is_false(ok)
      assert.are.equal("closed", detail.kind)
    end)

    it("when nobody has the list any more", function()
      local okta, q = client(), "collected pages=3 ahead=1 stuck=2"
      half(okta, q)
      collectgarbage()
      collectgarbage()
      assert.are.equal(0, in_flight(okta))
      check_aborted(q)
      assert.are.equal("HTTP/1.1", okta:request({ path = "/echo" }).protocol)
      okta:close()
    end)

    it("when nobody has the client any more", function()
      local q = "dropped pages=3 ahead=1 stuck=2"
      half(client(), q)
      collectgarbage()
      collectgarbage()
      check_aborted(q)
    end)
  end)

  it("does not happen where the governor would have it wait", function()
    local now, waits = 100, 0
    local okta = client {
      clock = {
        now = function()
          return now
        end,
        sleep = function(seconds)
          now, waits = now + seconds, waits + 1
        end,
      },
    }
    -- most of the quota is gone: the rest of it is spread over the window
    local q = "governed pages=4 ahead=2 header=50 body=150 rate=600:110"
    check_all(okta:list_users { q = q }, 4)
    assert.are.equal("+p1 +p2 -p1 +p3 -p2 -p3 +p4 -p4", server.counts(q).log)
    assert.are.equal(1, waits)
    okta:close()
  end)

  describe("whose page fails", function()
    local function walk(okta, q)
      local last
      local ok, detail = pcall(function()
        for user in okta:list_users { q = q } do
          last = user.id
        end
      end)
      return last, not ok and detail or nil
    end

    it("tells so when that page's turn has come, having asked once", function()
      -- a reused connection that dies before an answer is replaced at once
      for fault, kind in pairs { ["404:1"] = "http", ["444:2"] = "transport" } do
        local okta = client { max_retries = 0 }
        local q = "failing " .. kind .. " pages=3 fail=2:" .. fault
        local last, detail = walk(okta, q)
        assert.are.equal("20", last)
        assert.are.equal(kind, detail.kind)
        assert.are.equal(1 + tonumber(fault:match("%d$")), server.counts(q).requests)
        okta:close()
      end
    end)

    it("is asked for again as ever", function()
      for fault, requests in pairs { ["502:1"] = 4, ["444:2"] = 5 } do
        local retries, hooks = 0, 0
        local okta = client {
          on_retry = function()
            retries = retries + 1
          end,
          on_request = function()
            hooks = hooks + 1
          end,
          on_response = function()
            hooks = hooks - 1
          end,
        }
        local q = "again pages=3 fail=2:" .. fault
        check_all(okta:list_users { q = q }, 3)
        assert.are.equal(requests, server.counts(q).requests)
        assert.are.equal(1, retries)
        assert.are.equal(0, hooks)
        okta:close()
      end
    end)

    it("and of which nobody took notice for long is asked for afresh", function()
      local retries = 0
      local okta = client {
        max_retries = 0,
        on_retry = function()
          retries = retries + 1
        end,
      }
      local q = "stale pages=3 ahead=1 fail=2:502:1"
      local n = 0
      for _ in okta:list_users { q = q } do
        n = n + 1
        if n == 1 then
          curl.sleep(1.1)
        end
      end
      assert.are.equal(60, n)
      assert.are.equal(4, server.counts(q).requests)
      assert.are.equal(0, retries)
      okta:close()
    end)

    it("is not one that a slow caller made late", function()
      local okta, q = client { timeout = 1.5, max_retries = 0 }, "late pages=3 ahead=1 header=100"
      local n = 0
      for _ in okta:list_users { q = q } do
        n = n + 1
        if n == 20 then
          -- nobody reads for longer than the call may take
          curl.sleep(2)
        end
      end
      assert.are.equal(60, n)
      okta:close()
    end)

    it("for its token goes out with another", function()
      local refused = {}
      local okta = client {
        token = function(bad)
          refused[#refused + 1] = bad
          return #refused == 0 and "t1" or "t2"
        end,
      }
      local q = "token pages=2 token=t2"
      check_all(okta:list_users { q = q }, 2)
      assert.are.same({ "t1" }, refused)
      assert.are.equal(3, server.counts(q).requests)
      okta:close()
    end)
  end)

  it("leaves nothing behind when a wait for it is interrupted, and begins there again", function()
    local interrupted = false
    local okta = client {
      scheduler = {
        wait = function(_, multi, call)
          while not call:settled() do
            if interrupted then
              interrupted = false
              error("interrupted!", 0)
            end
            multi:step(0.01)
          end
        end,
        sleep = function(_, seconds)
          curl.sleep(seconds)
        end,
      },
    }
    for _, page in ipairs { 1, 2 } do
      local q = "interrupted " .. page .. " pages=3 header=100 body=100"
      local list = okta:list_users { q = q }
      local n = 0
      interrupted = page == 1
      local ok, err = pcall(function()
        for _ in list do
          n = n + 1
          interrupted = n == 20
        end
      end)
      assert.is_false(ok)
      assert.are.equal("interrupted!", err)
      assert.are.equal((page - 1) * 20, n)
      assert.are.equal(tostring(n + 1), list:page()[1].id)
      list:rewind()
      for _, bucket in ipairs(okta:limits()) do
        assert.are.equal(0, bucket.in_flight)
      end
    end
    okta:close()
  end)

  it("keeps count of each request for the hooks, those taken back included", function()
    local open, all = 0, 0
    local okta = client {
      on_request = function()
        open, all = open + 1, all + 1
      end,
      on_response = function()
        open = open - 1
      end,
    }
    local list = okta:list_users { q = "hooks pages=3 header=100" }
    assert.are.equal("1", list().id)
    assert.are.equal(1, open)
    list:rewind()
    assert.are.equal(0, open)
    assert.are.equal(2, all)
    okta:close()
  end)
end)

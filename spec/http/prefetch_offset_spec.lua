-- Pages with an offset or a number, several of which are on their way at a
-- time, against a service that answers them in any order.
local curl = require "roster.curl"
local roster = require "roster"
local slow = require "spec.support.slow"

describe("asking for several pages ahead", function()
  local server, services

  setup(function()
    server = slow.start()
    local jumpcloud = roster.jumpcloud { url = server.url, api_key = "key" }
    local knetik = roster.knetik { url = server.url, token = "tok" }
    services = {
      jumpcloud = function(test, size)
        return jumpcloud:organization_list { limit = size, headers = { ["X-Test"] = test } }
      end,
      knetik = function(test, size)
        return knetik:get_users { size = size, headers = { ["X-Test"] = test } }
      end,
    }
  end)

  teardown(function()
    server:stop()
  end)

  for _, service in ipairs { "jumpcloud", "knetik" } do
    describe("of " .. service, function()
      it("keeps three on their way, in order, each asked for once", function()
        local test = service .. " entries=195 size=20 together=3 sleep=20"
        local n = 0
        for item in services[service](test, 20) do
          n = n + 1
          assert.are.equal(n, item.id)
        end
        assert.are.equal(195, n)
        local seen = server.counts(test)
        assert.are.equal(10, seen.requests)
        assert.are.equal(3, seen.most)
        assert.are.equal(3, seen.connections)
        for _, times in pairs(seen.asked) do
          assert.are.equal(1, times)
        end
      end)

      it("asks for no page behind the last", function()
        for entries, pages in pairs { [0] = 1, [1] = 1, [20] = 1, [21] = 2, [40] = 2, [60] = 3, [61] = 4 } do
          local test = service .. " entries=" .. entries .. " size=20"
          assert.are.equal(entries, #services[service](test, 20):all())
          assert.are.equal(pages, server.counts(test).requests, "of " .. entries)
        end
      end)

      it("asks for no page that all{ max } has no use for", function()
        for max, pages in pairs { [20] = 1, [21] = 2, [60] = 3, [61] = 4 } do
          local test = service .. " max=" .. max .. " entries=500 size=20"
          assert.are.equal(max, #services[service](test, 20):all { max = max })
          assert.are.equal(pages, server.counts(test).requests, "max = " .. max)
        end
      end)

      it("gives up what it asked for when a page is shorter than those before", function()
        local test = service .. " entries=95 size=20 short=2"
        local seen = {}
        for item in services[service](test, 20) do
          assert.is_nil(seen[item.id])
          seen[item.id] = true
        end
        -- where pages are counted, what a short page leaves out is on no other
        local missing = service == "knetik" and 1 or 0
        local n = 0
        for _ in pairs(seen) do
          n = n + 1
        end
        assert.are.equal(95 - missing, n)
      end)

      it("misses nothing that was there all the time while others go away", function()
        for round = 1, 8 do
          local test = ("%s round=%d entries=300 size=10 sleep=6 shrink=%d"):format(service, round, 3 + round)
          local seen, n = {}, 0
          for item in services[service](test, 10) do
            assert.is_nil(seen[item.id], "came twice")
            seen[item.id] = true
            n = n + 1
          end
          -- what is there in the end was there all the time
          for _, item in ipairs(assert(services[service](test, 300):all())) do
            assert.is_true(seen[item.id], "missed " .. item.id .. " of " .. test)
          end
          assert.is_true(n <= 300)
        end
      end)
    end)
  end

  it("takes all of them back when the list begins anew", function()
    local test = "taken back entries=200 size=20 together=100"
    local client = roster.jumpcloud { url = server.url, api_key = "key" }
    local list = client:organization_list { limit = 20, headers = { ["X-Test"] = test } }
    for n = 1, 16 do
      assert.are.equal(n, list().id)
    end
    for _ = 1, 1000 do
      if server.counts(test).requests >= 4 then
        break
      end
      curl.sleep(0.02)
    end
    curl.sleep(0.05)
    local seen = server.counts(test)
    assert.are.equal(4, seen.requests)
    list:rewind()
    for _, bucket in ipairs(client:limits()) do
      assert.are.equal(0, bucket.in_flight)
    end
    for _ = 1, 1000 do
      seen = server.counts(test)
      if seen.now == 0 then
        break
      end
      curl.sleep(0.02)
    end
    assert.are.equal(0, seen.now)
    client:close()
  end)
end)

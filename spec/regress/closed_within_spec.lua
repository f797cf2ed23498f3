-- A client that was closed while a bulk run or a list of its own was at work:
-- the run raised "the transport is closed" and its counts were lost, and a call
-- that waited for its retry failed with a loss instead of kind "closed".
local roster = require "roster"
local slow = require "spec.support.slow"

local IDS = 12

describe("client:close()", function()
  local server, number = nil, 0

  setup(function()
    server = slow.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function client(options)
    local settings = { url = server.url, token = "t", max_retries = 2, timeout = 60 }
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    return roster.okta(settings)
  end

  local function ids()
    local list = {}
    for i = 1, IDS do
      list[i] = "u" .. i
    end
    return list
  end

  --- A request that is on its way for a while; every run counts under its own name.
  local function slow_call(okta, method, status)
    return okta:request {
      method = method, path = "/slow", query = { q = "closed" .. number, ms = 100, status = status },
    }
  end

  --- Checks the counts of a run that was closed; returns the results by outcome.
  local function check(counts, results)
    local by = { done = 0, failed = 0, ambiguous = 0 }
    for _, result in ipairs(results) do
      by[result.outcome] = by[result.outcome] + 1
      if result.outcome ~= "done" then
        assert.equal("closed", result.detail.kind, result.message)
        assert.is_false(result.detail.retryable)
        assert.is_truthy(result.message:find("the client %l+ closed"), result.message)
      end
    end
    assert.equal(IDS, #results)
    for outcome, n in pairs(by) do
      assert.equal(n, counts[outcome])
    end
    return by
  end

  for _, where in ipairs { "on_result", "work", "on_response", "on_request", "source" } do
    for _, method in ipairs { "GET", "POST" } do
      it(("in %s of a bulk run ends the others' %ss as closed"):format(where, method), function()
        number = number + 1
        local okta, calls = nil, 0
        local function close_at(n)
          calls = calls + 1
          if calls == n then
            okta:close()
          end
        end
        okta = client {
          on_response = where == "on_response" and function() close_at(2) end or nil,
          on_request = where == "on_request" and function() close_at(6) end or nil,
        }
        local list, results, journal = ids(), {}, os.tmpname()
        os.remove(journal)
        local source, index = list, 0
        if where == "source" then
          source = function()
            index = index + 1
            close_at(7)
            return list[index]
          end
        end
        local counts, message = okta:each(source, function(_, c)
          if where == "work" then
            close_at(6)
          end
          return slow_call(c, method)
        end, {
          concurrency = 4, journal = journal,
          on_result = function(result)
            results[#results + 1] = result
            if where == "on_result" then
              close_at(2)
            end
          end,
        })
        os.remove(journal)
        assert(counts, message)
        local by = check(counts, results)
        assert.is_true(by.failed > 0)
        -- what a safe call did not get is no doubt
        assert.is_true(method == "POST" or by.ambiguous == 0)
      end)
    end
  end

  it("ends a wait for a retry, of which nothing is sent any more", function()
    number = number + 1
    local okta, waits = nil, 0
    okta = client {
      on_retry = function()
        waits = waits + 1
        okta:close()
      end,
      clock = { random = function() return 0.1 end },
    }
    local value, message, detail = slow_call(okta, "GET", 503)
    assert.is_nil(value)
    assert.equal("closed", detail.kind, message)
    assert.equal(1, waits)
    assert.equal(1, server.counts("closed" .. number).requests)
  end)

  it("ends a wait for the rate limit", function()
    local okta
    okta = client {
      clock = { random = function() return 0 end },
      on_wait = function()
        okta:close()
      end,
    }
    local q = "closed wait pages=3 rate=4:2"
    assert(okta:list_users({ q = q }):page())
    local seen, detail = 0
    repeat
      seen = seen + 1
      local page, _, failure = okta:list_users({ q = q }):page()
      detail = failure
    until page == nil or seen == 10
    assert.equal("closed", detail.kind)
  end)

  for _, prefetch in ipairs { true, false } do
    it("inside of a list's loop ends it with the error, prefetch " .. tostring(prefetch), function()
      local okta, seen = client { prefetch = prefetch }, 0
      local ok, err = pcall(function()
        for _ in okta:list_users { q = "closed list pages=5 header=20 body=20 " .. tostring(prefetch) } do
          seen = seen + 1
          if seen == 25 then
            okta:close()
          end
        end
      end)
      assert.is_false(ok)
      assert.equal("closed", err.kind, tostring(err))
      assert.equal(40, seen)
    end)
  end
end)

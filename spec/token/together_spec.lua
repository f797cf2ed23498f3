-- Several calls at a time on a transport that yields: one renewal.
local granted = require "spec.support.granted"

--- Starts calls as coroutines; `run` resumes them in turn until all are over.
local function several(t, count)
  local calls = { results = {}, threads = {} }
  for i = 1, count do
    calls.threads[i] = coroutine.create(function()
      calls.results[i] = { t.client:get_user(i) }
    end)
  end

  function calls.step(i)
    assert(coroutine.resume(calls.threads[i]))
  end

  function calls.run(limit)
    for _ = 1, limit or 1000 do
      local alive = false
      for i, thread in pairs(calls.threads) do
        if coroutine.status(thread) ~= "dead" then
          alive = true
          calls.step(i)
        end
      end
      if not alive then
        return true
      end
    end
    return false
  end

  return calls
end

local function new()
  local t = granted.new()
  t.yields = true
  return t
end

describe("calls at the same time", function()
  it("share the first token", function()
    local t = new()
    local calls = several(t, 8)
    assert.is_true(calls.run())
    assert.equal(1, #t.asked)
    assert.equal(8, #t.used)
    for i = 1, 8 do
      assert.is_truthy(calls.results[i][1], calls.results[i][2])
      assert.equal("tok1", t.used[i])
    end
  end)

  it("share one renewal when all of them are refused", function()
    local t = new()
    t.refuses.tok1 = true
    local calls = several(t, 8)
    assert.is_true(calls.run())
    assert.equal(2, #t.asked)
    for i = 1, 8 do
      assert.is_truthy(calls.results[i][1], calls.results[i][2])
    end
    assert.equal(16, #t.used)
  end)

  it("share one failure", function()
    local t = new()
    t.answers[1] = granted.json(500, "")
    local calls = several(t, 8)
    assert.is_true(calls.run())
    assert.equal(1, #t.asked)
    assert.equal(0, #t.used)
    for i = 1, 8 do
      assert.is_nil(calls.results[i][1])
      assert.matches("knetik token: 500", calls.results[i][2])
    end
  end)

  it("share the failure of a renewal after a refusal", function()
    local t = new()
    t.refuses.tok1 = true
    t.answers[2] = granted.json(500, "")
    local calls = several(t, 4)
    assert.is_true(calls.run())
    assert.equal(2, #t.asked)
    for i = 1, 4 do
      assert.matches("knetik token: 500", calls.results[i][2])
    end
  end)

  it("go on when the transport raises in the middle of a renewal", function()
    local t = new()
    t.answers[1] = function()
      error("wire cut", 0)
    end
    local calls = several(t, 3)
    assert.is_true(calls.run())
    for i = 1, 3 do
      assert.matches("wire cut", calls.results[i][2])
    end
    t.now, t.yields = 2000, false
    assert(t.client:get_user(1))
  end)

  it("do not wait for a coroutine that nobody holds any more", function()
    local t = new()
    local calls = several(t, 2)
    calls.step(1)
    assert.equal(1, #t.asked)
    calls.step(2) -- waits
    assert.equal(1, #t.asked)
    calls.threads[1] = nil
    collectgarbage()
    collectgarbage()
    assert.is_true(calls.run(10))
    assert.is_truthy(calls.results[2][1])
    assert.equal(2, #t.asked)
  end)

  it("do not wait for ever for one that is held, but never resumed", function()
    local t = new()
    local calls = several(t, 2)
    calls.step(1)
    local abandoned = calls.threads[1]
    calls.threads[1] = nil
    assert.is_false(calls.run(10))
    t.now = t.now + 59
    assert.is_false(calls.run(10))
    t.now = t.now + 2
    assert.is_true(calls.run(10))
    assert.is_truthy(calls.results[2][1])
    -- and if it does come back, it does no harm
    t.yields = false
    assert(coroutine.resume(abandoned))
    assert.equal("dead", coroutine.status(abandoned))
    assert.is_truthy(calls.results[1][1])
    assert(t.client:get_user(1))
    assert.equal(2, #t.asked)
  end)

  local close = rawget(coroutine, "close") -- 5.4
  if close then
    it("do not wait for one that was closed", function()
      local t = new()
      local calls = several(t, 2)
      calls.step(1)
      calls.step(2)
      close(calls.threads[1])
      assert.is_true(calls.run(10))
      assert.is_truthy(calls.results[2][1])
      assert.equal(2, #t.asked)
    end)
  end

  it("do not hold up one that is in no coroutine: it renews for itself", function()
    local t = new()
    local calls = several(t, 1)
    calls.step(1)
    t.yields = false
    assert(t.client:get_user(5))
    assert.equal(2, #t.asked)
    assert.is_true(calls.run(10))
    assert.is_truthy(calls.results[1][1])
  end)

  it("that began before the client was closed fail, and nothing is left", function()
    local t = new()
    local calls = several(t, 2)
    calls.step(1)
    calls.step(2)
    t.client:close()
    assert.is_true(calls.run(20))
    for i = 1, 2 do
      assert.is_nil(calls.results[i][1])
      assert.matches("the client is closed", calls.results[i][2])
    end
    assert.equal(0, #t.used)
  end)
end)

describe("a transport of one's own", function()
  it("needs nothing but exchange", function()
    local asked = 0
    local t = granted.new { transport = {
      exchange = function(_, call)
        local request = call:request()
        coroutine.yield()
        if request.url:find("/oauth/token", 1, true) then
          asked = asked + 1
          call:answer(200, {}, '{"access_token":"tok"}')
        else
          call:answer(200, {}, '{"id":1}')
        end
      end,
    } }
    local calls = several(t, 3)
    assert.is_true(calls.run())
    assert.equal(1, asked)
    for i = 1, 3 do
      assert.is_truthy(calls.results[i][1], calls.results[i][2])
    end
  end)
end)

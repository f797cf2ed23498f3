-- A timeout or deadline that is given to a list is for all of its pages; the
-- client's own is for each page.
local replayed = require "spec.support.replayed"
local timeline = require "spec.support.timeline"

local URL = "https://service.test"

--- Pages of one user, each of which takes `seconds`; `pages` of them.
local function paged(v, seconds, pages)
  local timeouts = {}
  local function answer(call)
    local n = tonumber(call:url():match("after=(%d+)")) or 1
    local link = n < pages and { Link = "<" .. URL .. "/api/v1/users?after=" .. n + 1 .. '>; rel="next"' } or nil
    local left = call:left(v.now())
    timeouts[#timeouts + 1] = left
    v.sleep(math.min(seconds, left))
    if left < seconds then
      return call:lost("timeout", "no answer in time", true)
    end
    return call:answer(200, link, ('[{"id":"%d"}]'):format(n))
  end
  return { exchange = function(_, call)
    return answer(call)
  end }, timeouts
end

local function walk(list)
  local seen = 0
  local ok, err = pcall(function()
    for _ in list do
      seen = seen + 1
    end
  end)
  return seen, not ok and err or nil
end

describe("the time of a list", function()
  local v

  before_each(function()
    v = timeline.new()
  end)

  it("is that of all pages where the caller gives a timeout", function()
    for _, make in ipairs { function(okta) return okta:list_users { timeout = 10 } end,
      function(okta) return okta:list { path = "/api/v1/users", timeout = 10 } end } do
      local transport, timeouts = paged(v, 3, 20)
      local okta = v:client { transport = transport, max_retries = 0 }
      local started = v.now()
      local seen, err = walk(make(okta))
      assert.equal(3, seen)
      assert.equal("timeout", err.kind)
      assert.same({ 10, 7, 4, 1 }, timeouts)
      assert.equal(10, v.now() - started)
    end
  end)

  it("includes what the caller does between two pages", function()
    local transport, timeouts = paged(v, 1, 20)
    local okta = v:client { transport = transport }
    local seen = 0
    local ok, err = pcall(function()
      for _ in okta:list_users { timeout = 10 } do
        seen = seen + 1
        v.sleep(4)
      end
    end)
    assert.is_false(ok)
    assert.equal(2, seen)
    assert.equal("timeout", err.kind)
    assert.equal("okta list_users: the list's time was over before this page was asked for", tostring(err))
    assert.same({ 10, 5 }, timeouts)
  end)

  it("begins with the first page, and anew with each walk", function()
    local transport, timeouts = paged(v, 3, 3)
    local okta = v:client { transport = transport }
    local list = okta:list_users { timeout = 10 }
    v.sleep(100)
    assert.equal(3, (walk(list)))
    v.sleep(100)
    assert.equal(3, (walk(list)))
    assert.equal(3, #assert(list:all()))
    assert.same({ 10, 7, 4, 10, 7, 4, 10, 7, 4 }, timeouts)
  end)

  it("is absolute with a deadline", function()
    local transport, timeouts = paged(v, 3, 20)
    local okta = v:client { transport = transport, max_retries = 0 }
    local list = okta:list_users { deadline = v.wall() + 8, timeout = 100 }
    v.sleep(1)
    local seen, err = walk(list)
    assert.equal(2, seen)
    assert.equal("timeout", err.kind)
    assert.same({ 7, 4, 1 }, timeouts)
    seen, err = walk(list)
    assert.equal(0, seen)
    assert.equal("okta list_users: the call's time was over before it was sent", tostring(err))
    assert.equal(3, #timeouts)
  end)

  it("is each page's own where only the client has a timeout: a night job is not cut off", function()
    local transport, timeouts = paged(v, 3, 20)
    local okta = v:client { transport = transport, timeout = 10 }
    assert.equal(20, (walk(okta:list_users())))
    for _, timeout in ipairs(timeouts) do
      assert.equal(10, timeout)
    end
  end)

  it("covers pages by number as well", function()
    local timeouts = {}
    local jumpcloud = v:client { service = "jumpcloud", api_key = "k", max_retries = 0, transport = {
      exchange = function(_, call)
      local skip = tonumber(call:url():match("skip=(%d+)")) or 0
      timeouts[#timeouts + 1] = call:left(v.now())
      v.sleep(3)
      call:answer(200, {}, ('{"totalCount":5,"results":[{"_id":"%d"}]}'):format(skip))
    end } }
    local seen, err = walk(jumpcloud:organization_list { timeout = 10 })
    -- the transport does not keep time: the fourth answer comes late, the fifth page is not asked for
    assert.equal(4, seen)
    assert.equal("timeout", err.kind)
    assert.same({ 10, 7, 4, 1 }, timeouts)
  end)

  it("covers the waits for a limit: those that are too long are not begun", function()
    local count = 0
    local okta = v:client { transport = function()
      count = count + 1
      if count == 2 then
        return { status = 429, headers = { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0",
          ["X-Rate-Limit-Reset"] = ("%d"):format(v.epoch() + 50) } }
      end
      return replayed.json('[{"id":"' .. count .. '"}]', 200, { Link = "<" .. URL .. "/api/v1/users?after=" .. count ..
        '>; rel="next"' })
    end }
    local seen, err = walk(okta:list_users { timeout = 40 })
    assert.equal(1, seen)
    assert.equal("rate_limited", err.kind)
    assert.is_true(err.retry_at >= timeline.EPOCH + 51)
    assert.equal(0, v:waited())
  end)
end)

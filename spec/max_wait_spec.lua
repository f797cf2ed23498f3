-- How long one wait may be: whoever has no time for it is told until when.
local raised = require "spec.support.raised"
local roster = require "roster"
local sandbox = require "roster.sandbox"
local virtual = require "spec.support.virtual"

describe("max_wait", function()
  local time, org, asked

  before_each(function()
    time, asked = virtual.clock(), 0
    org = sandbox.okta { users = 5, rate_limit = false, now = time.wall }
  end)

  local function client(max_wait)
    return roster.okta {
      sandbox = org, clock = time.clock, max_wait = max_wait,
      on_wait = function() asked = asked + 1 end,
    }
  end

  local function unavailable(seconds)
    org:fault { operation = "list_users", status = 503, headers = { ["Retry-After"] = tostring(seconds) } }
  end

  it("refuses a longer wait, with the time when another try could help", function()
    unavailable(7)
    local page, message, detail = client(1):list_users():page()
    assert.is_nil(page)
    assert.matches("^okta list_users: 503", message)
    assert.equal(virtual.EPOCH + 7, detail.retry_at)
    assert.equal(1, #detail.attempts)
    assert.equal(0, time.now())
    assert.equal(0, asked)
  end)

  it("lets one that is just as long through", function()
    unavailable(7)
    local _, meta = assert(client(7):list_users():page())
    assert.equal(2, meta.attempts)
    assert.equal(7, time.now())
    assert.equal(1, asked)
  end)

  it("is endless unless given", function()
    unavailable(100)
    assert(client(nil):list_users():page())
    assert.equal(100, time.now())
  end)

  it("of 0 allows none but the one that is none", function()
    unavailable(0)
    assert(client(0):list_users():page())
    unavailable(1)
    assert.is_nil((client(0):list_users():page()))
  end)

  it("holds for the governor's waits", function()
    org:fault { operation = "list_users", status = 200, body = "[]", headers = {
      ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = "@now+40" } }
    local okta = client(1)
    assert(okta:list_users():page())
    local page, message, detail = okta:list_users():page()
    assert.is_nil(page)
    assert.matches("waiting for the rate limit would take another 40.0 s", message)
    assert.equal("rate_limited", detail.kind)
    assert.equal(virtual.EPOCH + 40, detail.retry_at)
    assert.equal(1, org:counts().requests.list_users)
  end)

  for _, value in ipairs { -1, 0 / 0 } do
    it("cannot be " .. tostring(value), function()
      local text = raised.here(function()
        local okta = roster.okta { sandbox = true, max_wait = value }
        okta:close()
      end)
      assert.equal('roster.okta: option "max_wait" must be 0 or more', text)
    end)
  end
end)

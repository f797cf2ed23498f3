-- Of what kind a failure is, and what it means for sending it again.
local replayed = require "spec.support.replayed"

-- One operation of each retry class.
local CALLS = {
  safe = function(okta) return okta:get_user("u") end,
  idempotent = function(okta) return okta:update_user("u", { profile = {} }) end,
  unsafe = function(okta) return okta:suspend_user("u") end,
}

-- status, kind, then for each class: retryable, ambiguous
local ROWS = {
  { 301, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 302, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 400, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 401, "auth", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 403, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 404, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 409, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 412, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 429, "rate_limited", { safe = { true, false }, idempotent = { true, false }, unsafe = { true, false } } },
  { 500, "http", { safe = { false, false }, idempotent = { false, false }, unsafe = { false, false } } },
  { 502, "http", { safe = { true, false }, idempotent = { true, false }, unsafe = { false, true } } },
  { 503, "http", { safe = { true, false }, idempotent = { true, false }, unsafe = { false, false } } },
  { 504, "http", { safe = { true, false }, idempotent = { true, false }, unsafe = { false, true } } },
}

describe("a failure with status", function()
  for _, row in ipairs(ROWS) do
    for class, verdict in pairs(row[3]) do
      it(row[1] .. " of a call that is " .. class, function()
        local value, message, detail = CALLS[class](replayed.always { status = row[1] })
        assert.is_nil(value)
        assert.equal(row[2], detail.kind)
        assert.equal(row[1], detail.status)
        assert.equal(verdict[1], detail.retryable)
        assert.equal(verdict[2], detail.ambiguous)
        assert.equal(verdict[2], message:find("the service may have done it", 1, true) ~= nil)
      end)
    end
  end
end)

describe("a lost answer", function()
  local LOST = {
    safe = { true, false },
    idempotent = { true, false },
    unsafe = { false, true },
  }
  for class, verdict in pairs(LOST) do
    it("to a call that is " .. class, function()
      local value, message, detail = CALLS[class](replayed.always(function()
        return nil, "connection reset by peer"
      end))
      assert.is_nil(value)
      assert.matches("^okta %S+: connection reset by peer", message)
      assert.equal("transport", detail.kind)
      assert.is_nil(detail.status)
      assert.is_nil(detail.headers)
      assert.equal(verdict[1], detail.retryable)
      assert.equal(verdict[2], detail.ambiguous)
    end)
  end
end)

describe("a request without a row", function()
  local VERDICTS = { GET = { true, false }, POST = { false, true }, PUT = { false, true },
    DELETE = { false, true }, PATCH = { false, true } }
  for method, verdict in pairs(VERDICTS) do
    it("is taken for unsafe unless it only reads: " .. method, function()
      local okta = replayed.always { status = 504 }
      local _, _, detail = okta:request { method = method, path = "/x" }
      assert.equal(verdict[1], detail.retryable)
      assert.equal(verdict[2], detail.ambiguous)
    end)
  end
end)

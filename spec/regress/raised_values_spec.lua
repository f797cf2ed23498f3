-- What a function of the caller's raises need not be a text, nor printable: a
-- value whose __tostring raises crashed the call that was to report it.
local raised = require "roster.raised"
local replayed = require "spec.support.replayed"

local function with_tostring(f)
  return setmetatable({}, { __tostring = f })
end

local UNPRINTABLE = "an error that cannot be printed"
local VALUES = {
  { "a table", {}, "table: " },
  { "a number", 12, "12" },
  { "a boolean", false, "false" },
  { "a function", print, "" },
  { "a coroutine", coroutine.create(print), "thread: " },
  { "a file", io.stdout, "file " },
  { "an object with a text", with_tostring(function() return "the vault is sealed" end), "the vault is sealed" },
  { "an object that raises", with_tostring(function() error("again", 0) end), UNPRINTABLE },
  { "an object that raises itself", with_tostring(function(self) error(self, 0) end), UNPRINTABLE },
  { "an object that calls itself", with_tostring(function(self) return tostring(self) .. "!" end), UNPRINTABLE },
  { "an object without a text", with_tostring(function() end), UNPRINTABLE },
  { "an object with a table for a text", with_tostring(function() return {} end), UNPRINTABLE },
  { "an object that yields", with_tostring(function() return coroutine.yield() end), UNPRINTABLE },
  { "several lines", "one\ntwo\r\nthree", "one" },
  { "bytes that are no text", "\255\254\0x", "" },
  { "nothing", "", "an error without a text" },
}

--- The message of a call that failed for the value.
local function failure(value, name)
  local settings = { max_retries = 0 }
  settings[name] = function()
    error(value, 0)
  end
  local okta = name == "transport" and replayed.client(nil, settings) or replayed.always({ status = 204 }, settings)
  local ok, message, detail = okta:suspend_user("a")
  assert.is_nil(ok)
  assert.equal(message, detail.text)
  assert.is_nil(message:find("[%c]"))
  return message, detail
end

for _, row in ipairs(VALUES) do
  local what, value, text = row[1], row[2], row[3]

  describe("raising " .. what, function()
    it("is an error of kind auth in a token function", function()
      local message, detail = failure(value, "token")
      assert.equal("auth", detail.kind)
      assert.is_truthy(message:find("the token function raised: " .. text, 1, true), message)
    end)

    it("is a lost call in a transport", function()
      local message, detail = failure(value, "transport")
      assert.equal("transport", detail.kind)
      assert.is_truthy(message:find("the transport raised: " .. text, 1, true), message)
    end)

    it("fails the item of a bulk run, or its source", function()
      local function raise()
        error(value, 0)
      end
      local okta = replayed.always({ status = 204 })
      local counts = assert(okta:each({ "a", "b" }, raise))
      assert.equal(2, counts.failed)
      assert.equal(raised.text(value), counts.failures[1].message)
      local none, message = okta:each(raise, "suspend_user")
      assert.is_nil(none)
      assert.is_truthy(message:find("the source failed", 1, true))
    end)

    it("is never seen from a hook, a wait and a store", function()
      local function raise()
        error(value, 0)
      end
      local okta = replayed.client({ { status = 429, headers = { ["Retry-After"] = "0" } }, { status = 204 } }, {
        max_retries = 1, governor = { capacity = 0.9 }, clock = { random = function() return 0 end },
        on_request = raise, on_response = raise, on_retry = raise, on_wait = raise,
        store = { get = raise, set = raise, incr = raise },
      })
      assert.is_true((okta:suspend_user("a")))
    end)
  end)

  describe("returning nil and " .. what, function()
    it("is an error from a token function and from a transport", function()
      local function fail()
        return nil, value
      end
      local _, message, detail = replayed.always({ status = 204 }, { token = fail }):suspend_user("a")
      assert.equal("auth", detail.kind)
      assert.is_truthy(message:find("the token function failed: " .. text, 1, true), message)
      _, message, detail = replayed.client(nil, { transport = fail, max_retries = 0 }):suspend_user("a")
      assert.equal("transport", detail.kind)
      assert.is_truthy(message:find(value and text or "the transport returned nil", 1, true), message)
    end)
  end)
end

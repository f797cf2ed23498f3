-- Responses that never came, of each kind, recorded and played: the same error,
-- and no further attempt where there was none.
local core = require "roster.core"
local folder = require "spec.support.folder"
local roster = require "roster"

local KINDS = { "transport", "lasting", "timeout", "protocol" }

--- A transport that loses each call in that way.
local function losing(kind)
  return { exchange = function(_, call)
    call:lost(kind, "lost for the spec", kind ~= "lasting")
  end, close = function() end }
end

--- What get_user comes to, with its attempts.
local function outcome(okta)
  local value, message, detail = okta:get_user "u"
  return { value == nil, message, detail.kind, detail.retryable, detail.ambiguous, #(detail.attempts or {}) }
end

describe("a loss", function()
  for _, kind in ipairs(KINDS) do
    it("of the kind " .. kind .. " is told as it is", function()
      local client = assert(core.client("okta", { url = "https://org.okta.test", token = "t", timeout = 300,
        max_retries = 0, connect_timeout = 1, stall_timeout = 1, max_response = 65536, max_nodes = 1000 }))
      local call = assert(core.call(client, "get_user", "u"))
      assert.equal("send", (call:next(0, 0, 0, true)))
      call:lost(kind, "lost for the spec", true)
      local none, told, reason, sent = call:answered()
      assert.is_nil(none)
      assert.same({ kind, "lost for the spec", true }, { told, reason, sent })
    end)

    it("of the kind " .. kind .. " is played as it was recorded", function()
      local dir = folder.new()
      finally(function() dir:remove() end)
      local path = dir.path .. "/tape.jsonl"
      local now = 1000
      local clock = { now = function() return now end, sleep = function(seconds) now = now + seconds end }
      local live = roster.okta { url = "https://org.okta.test", token = "token-of-spec", record = path, clock = clock,
        transport = losing(kind) }
      local expected = outcome(live)
      assert(live:close())
      assert.equal(kind == "lasting" and "transport" or kind, expected[3])
      local played = roster.okta { replay = path, clock = clock }
      assert.same(expected, outcome(played))
      assert(played:close())
    end)
  end
end)

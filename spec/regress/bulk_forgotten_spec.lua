-- Under LuaJIT every bulk run left its coroutines behind for good: 7 KB each.
local roster = require "roster"

local RUNS, MOST_KB = 200, 200

local function okta()
  return roster.okta {
    url = "https://org.okta.test", token = "t", governor = false,
    transport = function()
      return { status = 200, body = "{}" }
    end,
  }
end

local function ended()
  local client = okta()
  assert(client:each({ "a", "b" }, "suspend_user"))
  client:close()
end

local function stopped()
  local client = okta()
  assert(not pcall(client.each, client, { "a", "b", "c" }, "suspend_user", {
    concurrency = 2,
    on_result = function()
      error("enough")
    end,
  }))
  client:close()
end

--- KB of Lua's heap when nothing is in use.
local function held()
  for _ = 1, 3 do
    collectgarbage()
  end
  return collectgarbage("count")
end

describe("a bulk run", function()
  for name, run in pairs { ["that ended"] = ended, ["that was stopped"] = stopped } do
    it(name .. " leaves nothing behind", function()
      for _ = 1, 10 do
        run()
      end
      local before = held()
      for _ = 1, RUNS do
        run()
      end
      local growth = held() - before
      assert.is_true(growth < MOST_KB, ("%.0f KB after %d runs"):format(growth, RUNS))
    end)
  end
end)

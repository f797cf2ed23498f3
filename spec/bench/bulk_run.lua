-- One bulk run of arg[1] items in a process of its own, with a journal when
-- arg[2] is "yes": prints the most live KiB beyond those before it, and the
-- requests that came.
local roster = require "roster"

local items, with_journal = tonumber(arg[1]), arg[2] == "yes"
local path = with_journal and os.tmpname() or nil
local requests = 0
local okta = roster.okta {
  url = "https://org.okta.test",
  token = "tok",
  transport = function()
    requests = requests + 1
    return { status = 200, headers = { ["Content-Type"] = "application/json" }, body = "{}" }
  end,
}

local function live()
  collectgarbage()
  collectgarbage()
  return collectgarbage("count")
end

local function run(count, each)
  local given, ended, most = 0, 0, 0
  if path then
    os.remove(path)
  end
  local counts = assert(okta:each(function()
    given = given + 1
    return given <= count and ("00u%016d"):format(given) or nil
  end, "suspend_user", {
    journal = path,
    on_result = function()
      ended = ended + 1
      if ended % each == 0 then
        most = math.max(most, live())
      end
    end,
  }))
  assert(counts.done == count)
  return most
end

run(100, 50) -- what is made once is there already
requests = 0
local before = live()
local most = run(items, math.floor(items / 20))
if path then
  os.remove(path)
end
print(("%.1f %d"):format(most - before, requests))

-- Run by a spec in a process of its own, so that the heap it measures is
-- roster's and the loop's alone: lists every user at arg[1] and prints what it
-- took. With arg[2] no page is asked for ahead.
local roster = require "roster"

local okta = roster.okta { url = arg[1], token = "tok", prefetch = not arg[2] }
local count, gaps, peak = 0, 0, 0

-- Ids count up: a table of them would be larger than what is measured.
local last = 0
for user in okta:list_users() do
  count = count + 1
  local number = tonumber(user.id:match("%d+$"))
  if number ~= last + 1 then
    gaps = gaps + 1
  end
  last = number
  local heap = collectgarbage("count")
  if heap > peak then
    peak = heap
  end
end
local seen = assert(okta:request { path = "/counts" })
print(("count=%d gaps=%d peak=%.0f requests=%d connections=%d"):format(
  count, gaps, peak, seen.requests, seen.connections))

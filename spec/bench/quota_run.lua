-- Run by spec/bench/quota. Ends with 1 when a figure is not what it should be.
local load = require "spec.support.load"
local roster = require "roster"
local sandbox = require "roster.sandbox"

local bad = false

local function row(ok, what, figures)
  bad = bad or not ok
  print(("  %-40s %s%s"):format(what, figures, ok and "" or "   <- not as it should be"))
end

print "requests to list n users (ceil(n/200))"
for _, users in ipairs { 1, 199, 200, 201, 1000, 5001, 20000 } do
  local org = sandbox.okta { users = users, rate_limit = false }
  local okta = roster.okta { sandbox = org }
  local seen = 0
  for _ in okta:list_users() do
    seen = seen + 1
  end
  local requests = org:counts().requests.list_users
  row(seen == users and requests == math.ceil(users / 200), users .. " users", requests .. " requests")
end

print "1,000 writes against 600 a minute (time over 1000/600 min, at most 1.05)"
for _, case in ipairs {
  { "one after the other, in no time each", {} },
  { "one after the other, 50 ms each", { latency = 0.05 } },
  { "8 at a time, 200 ms each", { latency = 0.2, workers = 8 } },
  { "30 at a time, 1 s each", { latency = 1, workers = 30 } },
} do
  local run = load.writes(1000, case[2])
  local ratio = run.seconds / 100
  row(run.limited == 0 and run.failed == 0 and run.effects == 1000 and ratio <= 1.05, case[1],
    ("%.3f, %d times 429, %d done"):format(ratio, run.limited, run.effects))
end

print "the same while others use 300 of the 600 a minute"
do
  local run = load.writes(1000, { foreign = 5, latency = 0.1, workers = 8 })
  row(run.limited <= 10 and run.failed == 0 and run.effects == 1000, "8 at a time, 100 ms each",
    ("%.3f, %d times 429, %d done"):format(run.seconds / 100, run.limited, run.effects))
end

print "100 calls at the same time, where 75 may run (no wait over 3 s)"
for _, latency in ipairs { 0.05, 0.2, 1 } do
  local run = load.parallel(100, 75, latency)
  row(run.failed == 0 and run.longest <= 3, ("%.2f s each"):format(latency),
    ("longest wait %.2f s, %d times 429, %d failed"):format(run.longest, run.refused, run.failed))
end

os.exit(bad and 1 or 0)

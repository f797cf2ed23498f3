-- The tasks with roster. usage: lua roster.lua task url ca [n [concurrency]]
local task, url, ca, n, concurrency = arg[1], arg[2], arg[3], tonumber(arg[4]), tonumber(arg[5])
local WORK = 0.03 -- seconds at each page

local roster = require "roster"
local okta = roster.okta { url = url, token = "tok", ca = ca ~= "" and ca or nil, governor = false }

local function walk(options)
  local count = 0
  for user in okta:list_users(options) do
    count = count + (user.id and 1 or 0)
  end
  assert(count == n, count)
end

local tasks = {}

function tasks.list()
  walk { limit = 200 }
end

function tasks.bare()
  walk { limit = 200, links = false }
end

function tasks.work()
  local sleep, count = require("roster.curl").sleep, 0
  for page in okta:list_users({ limit = 200 }):pages() do
    count = count + #page
    sleep(WORK)
  end
  assert(count == n, count)
end

function tasks.get()
  for _ = 1, n do
    assert(okta:get_user("00u1").id)
  end
end

function tasks.life()
  local ids = {}
  for i = 1, n do
    ids[i] = "00u" .. i
  end
  local counts = okta:each(ids, "suspend_user", { concurrency = concurrency })
  assert(counts.done == n, counts.done)
end

function tasks.require() end

tasks[task]()

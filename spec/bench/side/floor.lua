-- The floor: libcurl and lua-cjson, nothing else.
-- usage: lua floor.lua task url ca [n]
local task, url, ca, n = arg[1], arg[2], arg[3], tonumber(arg[4])

local cjson = require "cjson"
local handle = require("floor").open(ca ~= "" and ca or nil)

local tasks = {}

function tasks.list()
  local at, count = url .. "/api/v1/users?limit=200", 0
  while at do
    local body, after = handle:get(at)
    at = after
    for _, user in ipairs(cjson.decode(body)) do
      count = count + (user.id and 1 or 0)
    end
  end
  assert(count == n, count)
end

function tasks.get()
  for _ = 1, n do
    assert(cjson.decode((handle:get(url .. "/api/v1/users/00u1"))).id)
  end
end

tasks[task]()

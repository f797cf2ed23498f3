-- The tasks as people write them by hand: Lua with LuaSocket and lua-cjson, one
-- kept connection. usage: lua handmade.lua task url ca [n]
local task, url, _, n = arg[1], arg[2], arg[3], tonumber(arg[4])
local WORK = 0.03 -- seconds at each page

local cjson = require "cjson"
local socket = require "socket"

local host, port = url:match("^http://([^:/]+):(%d+)")
local connection = assert(socket.connect(host, tonumber(port)))

local function get(path)
  connection:send("GET " .. path .. " HTTP/1.1\r\nHost: " .. host .. ":" .. port
    .. "\r\nAuthorization: SSWS tok\r\nAccept: application/json\r\n\r\n")
  assert(connection:receive("*l"):find(" 200 ", 1, true))
  local length, link, chunked
  while true do
    local line = connection:receive("*l")
    if line == "" then
      break
    end
    local name, value = line:match("^([^:]+):%s*(.*)$")
    name = name:lower()
    if name == "content-length" then
      length = tonumber(value)
    elseif name == "transfer-encoding" then
      chunked = value == "chunked"
    elseif name == "link" and value:find('rel="next"', 1, true) then
      link = value:match("<https?://[^/]+([^>]+)>")
    end
  end
  if not chunked then
    return connection:receive(length), link
  end
  local parts = {}
  repeat
    local size = tonumber(connection:receive("*l"), 16)
    parts[#parts + 1] = size > 0 and connection:receive(size) or ""
    connection:receive("*l")
  until size == 0
  return table.concat(parts), link
end

local function walk(at_page)
  local at, count = "/api/v1/users?limit=200", 0
  while at do
    local body, after = get(at)
    at = after
    for _, user in ipairs(cjson.decode(body)) do
      count = count + (user.id and 1 or 0)
    end
    at_page()
  end
  assert(count == n, count)
end

local tasks = {}

function tasks.list()
  walk(function() end)
end

function tasks.work()
  walk(function()
    socket.sleep(WORK)
  end)
end

function tasks.get()
  for _ = 1, n do
    assert(cjson.decode((get("/api/v1/users/00u1"))).id)
  end
end

tasks[task]()

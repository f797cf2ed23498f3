-- A service over real HTTP whose lists take their time, and which counts what
-- it sees. Each test has a list of its own, described in its `q`:
--
--     pages=5 header=50 body=100 fail=2:404:1 rate=600:300 token=t2
--
-- (milliseconds before the header and in the middle of the body; page 2 fails
-- once with a 404, 444 being a reset; X-Rate-Limit-*; the token it wants;
-- ahead=3: each of the first three pages ends only when the next was asked for;
-- stuck=2: page 2 does not answer the first time).
local json = require "roster.json"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"

local M = {}

local SETUP = [==[
  local service = { tests = {} }
  package.loaded.service = service

  function service.test(q)
    local t = service.tests[q]
    if not t then
      t = { requests = 0, now = 0, most = 0, aborted = 0, connections = 0, log = {}, asked = {}, seen = {} }
      service.tests[q] = t
    end
    return t
  end

  function service.enter(t, what)
    t.requests = t.requests + 1
    t.now = t.now + 1
    t.most = math.max(t.most, t.now)
    t.asked[what] = (t.asked[what] or 0) + 1
    t.log[#t.log + 1] = "+" .. what
    local connection = ngx.var.connection
    if not t.seen[connection] then
      t.seen[connection] = true
      t.connections = t.connections + 1
    end
    ngx.on_abort(function()
      t.aborted = t.aborted + 1
      t.now = t.now - 1
      ngx.exit(499)
    end)
  end

  -- Waits for what the client does: half a minute, then the spec sees that it
  -- did not.
  function service.wait(look)
    for _ = 1, 6000 do
      if look() then return end
      ngx.sleep(0.005)
    end
  end

  function service.leave(t, what)
    t.now = t.now - 1
    t.log[#t.log + 1] = "-" .. what
  end
]==]

local PAGE = [==[
  local service = package.loaded.service
  local q = ngx.unescape_uri(ngx.var.arg_q)
  local function setting(name)
    return q:match(name .. "=([%w:]+)")
  end
  local function pause(name)
    local ms = tonumber(setting(name) or 0)
    if ms > 0 then ngx.sleep(ms / 1000) end
  end
  local t = service.test(q)
  local page = tonumber(ngx.var.arg_after or 1)
  service.enter(t, "p" .. page)
  pause("header")
  if tonumber(setting("stuck")) == page and t.asked["p" .. page] == 1 then
    service.wait(function() return false end)
  end
  ngx.header.content_type = "application/json"
  local failing, status, times = (setting("fail") or "0:0:0"):match("(%d+):(%d+):(%d+)")
  if tonumber(failing) == page and t.asked["p" .. page] <= tonumber(times) then
    service.leave(t, "p" .. page)
    ngx.status = tonumber(status)
    if ngx.status == 444 then ngx.exit(444) end
    ngx.print('{"errorCode":"E1","errorSummary":"scripted"}')
    return
  end
  local token = setting("token")
  if token and page > 1 and ngx.var.http_authorization ~= "SSWS " .. token then
    service.leave(t, "p" .. page)
    ngx.status = 401
    ngx.print('{}')
    return
  end
  local limit, remaining = (setting("rate") or ""):match("(%d+):(%d+)")
  if limit then
    ngx.header["X-Rate-Limit-Limit"] = limit
    ngx.header["X-Rate-Limit-Remaining"] = remaining - t.requests
    ngx.header["X-Rate-Limit-Reset"] = ngx.time() + 60
  end
  if page < tonumber(setting("pages")) then
    ngx.header["Link"] = ("<%s://%s/api/v1/users?q=%s&after=%d>; rel=\"next\""):format(
      ngx.var.scheme, ngx.var.http_host, ngx.escape_uri(q), page + 1)
  end
  local users = {}
  for i = 1, 20 do
    users[i] = ('{"id":"%d"}'):format((page - 1) * 20 + i)
  end
  local body = "[" .. table.concat(users, ",") .. "]"
  local held = page <= tonumber(setting("ahead") or 0)
  if held or setting("body") then
    ngx.print(body:sub(1, 100))
    ngx.flush(true)
    pause("body")
    if held then
      service.wait(function() return t.asked["p" .. page + 1] end)
    end
    body = body:sub(101)
  end
  service.leave(t, "p" .. page)
  ngx.print(body)
]==]

-- `shrink=3`: with every third request one of the first entries goes away.
-- `together=3`: all but the first wait until there were three at a time.
local OFFSET = [==[
  local service = package.loaded.service
  local by_page = ngx.var.uri == "/users"
  local name = ngx.var.http_x_test
  local t = service.test(name)
  local entries, size = tonumber(name:match("entries=(%d+)")), tonumber(name:match("size=(%d+)"))
  if not t.list then
    t.list = {}
    for i = 1, entries do t.list[i] = i end
  end
  local start = by_page and (tonumber(ngx.var.arg_page or 1) - 1) * size or tonumber(ngx.var.arg_skip or 0)
  service.enter(t, "s" .. start)
  local every = tonumber(name:match("shrink=(%d+)"))
  if every and t.requests % every == 0 then
    table.remove(t.list, math.random(math.max(1, math.floor(#t.list / 4))))
  end
  local short = tonumber(name:match("short=(%d+)"))
  local total, items = #t.list, {}
  for i = start + 1, math.min(start + (short and t.requests == short and size - 1 or size), total) do
    items[#items + 1] = ('{"_id":"%d","id":%d}'):format(t.list[i], t.list[i])
  end
  local together = tonumber(name:match("together=(%d+)"))
  if together and t.requests > 1 then
    service.wait(function() return t.most >= together end)
  end
  ngx.sleep((tonumber(name:match("sleep=(%d+)")) or 0) * math.random() / 1000)
  service.leave(t, "s" .. start)
  ngx.header.content_type = "application/json"
  ngx.print(('{"%s":%d,"%s":[%s]}'):format(by_page and "total_elements" or "totalCount", total,
    by_page and "content" or "results", table.concat(items, ",")))
]==]

local COUNTS = [==[
  local t = package.loaded.service.test(ngx.unescape_uri(ngx.var.arg_q))
  ngx.header.content_type = "application/json"
  local text = require("cjson").encode {
    requests = t.requests, most = t.most, now = t.now, aborted = t.aborted, connections = t.connections,
    log = table.concat(t.log, " "), asked = t.asked,
  }
  ngx.header.content_length = #text
  ngx.print(text)
]==]

local ECHO = [==[
  ngx.req.read_body()
  ngx.header.content_type = "application/json"
  ngx.print(('{"protocol":"%s","connection":%s}'):format(ngx.var.server_protocol, ngx.var.connection))
]==]

-- One request that takes `ms`, counted under `q`; fails with `status`;
-- `together`: waits until there were as many at a time; `held`: until /open.
local SLOW = [==[
  local service = package.loaded.service
  local t = service.test(ngx.unescape_uri(ngx.var.arg_q))
  service.enter(t, "slow")
  ngx.sleep(tonumber(ngx.var.arg_ms) / 1000)
  local together = tonumber(ngx.var.arg_together or 0)
  service.wait(function() return t.most >= together and (t.open or not ngx.var.arg_held) end)
  service.leave(t, "slow")
  ngx.header.content_type = "application/json"
  ngx.status = tonumber(ngx.var.arg_status or 200)
  ngx.print(('{"n":%s,"errorSummary":"scripted"}'):format(ngx.var.arg_n or 0))
]==]

local OPEN = [==[
  package.loaded.service.test(ngx.unescape_uri(ngx.var.arg_q)).open = true
  ngx.header.content_length = 2
  ngx.print("ok")
]==]

--- Starts it. The server has besides: counts(q), what it saw of a test; open(q),
--- which lets go of the requests that are held.
---@param options table? see spec.support.nginx: tls, server
function M.start(options)
  options = options or {}
  local server = nginx.start {
    tls = options.tls,
    server = "lua_check_client_abort on;" .. (options.server or ""),
    worker_init = SETUP,
    locations = {
      ["= /api/v1/users"] = PAGE,
      ["= /organizations"] = OFFSET,
      ["= /users"] = OFFSET,
      ["= /counts"] = COUNTS,
      ["= /echo"] = ECHO,
      ["= /slow"] = SLOW,
      ["= /open"] = OPEN,
    },
  }

  local function ask(path, q)
    local _, body = raw.request {
      url = server.url .. path .. "?q=" .. q:gsub("[^%w]", function(c)
        return ("%%%02X"):format(c:byte())
      end),
    }
    return body
  end

  --- What was seen of the test `q`.
  function server.counts(q)
    return json.decode(ask("/counts", q))
  end

  function server.open(q)
    assert(ask("/open", q) == "ok")
  end

  return server
end

return M

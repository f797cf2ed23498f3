-- Lists 50 pages of 50 ms with 30 ms of the caller's work at each, with pages
-- asked for ahead and without. usage: lua listing_run.lua name

local PAGES, LATENCY, WORK = 50, 0.05, 0.03

local core = require "roster.core"
local curl = require "roster.curl"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local PAGE = [[
  local after = tonumber(ngx.var.arg_after or 0)
  ngx.sleep(LATENCY)
  ngx.header.content_type = "application/json"
  if after + 1 < PAGES then
    ngx.header["Link"] = ("<http://%s/api/v1/users?after=%d>; rel=\"next\""):format(ngx.var.http_host, after + 1)
  end
  local users = {}
  for i = 1, 200 do
    users[i] = ('{"id":"%d","status":"ACTIVE","profile":{"login":"%s"}}'):format(after * 200 + i, ("x"):rep(1900))
  end
  ngx.print("[", table.concat(users, ","), "]")
]]

local server = nginx.start {
  locations = { ["= /api/v1/users"] = PAGE:gsub("LATENCY", LATENCY):gsub("PAGES", PAGES) },
}

-- The caller's work is time, not the processor's: the service runs here, too.
local function seconds(ahead, work, by_page)
  local okta = roster.okta { url = server.url, token = "tok", prefetch = ahead }
  local began, n = core.clock(), 0
  if by_page then
    for page in okta:list_users():pages() do
      n = n + #page
      curl.sleep(work)
    end
  else
    for _ in okta:list_users() do
      n = n + 1
      if n % 200 == 0 then
        curl.sleep(work)
      end
    end
  end
  okta:close()
  assert(n == PAGES * 200)
  return core.clock() - began
end

local ok, err = pcall(function()
  -- the longer chain: the service's part, with nobody doing anything else
  local service = seconds(false, 0, true)
  local longer = math.max(service, PAGES * WORK)
  print(("%-8s %-22s %6s %6s"):format(arg[1], "", "off", "on"))
  for _, by_page in ipairs { true, false } do
    print(("%-8s %-22s %6.2f %6.2f"):format("", by_page and "page by page" or "item by item",
      seconds(false, WORK, by_page) / longer, seconds(true, WORK, by_page) / longer))
  end
  print(("%-8s %-22s %6.2f"):format("", "the two added up", (service + PAGES * WORK) / longer))
end)
server:stop()
assert(ok, err)

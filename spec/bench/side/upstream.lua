--- The service that every peer asks: pages of 200 users of 2 KB from memory,
--- one user, and lifecycle calls that answer {}.
local nginx = require "spec.support.nginx"

local M = {}

-- distinct pages, served in turn
local PAGES = 8

local HANDLER = [[
  local after = tonumber(ngx.var.arg_after or 0)
  if ngx.var.wait ~= "0" then
    ngx.sleep(tonumber(ngx.var.wait))
  end
  ngx.header.content_type = "application/json"
  local page = bench_pages[after %% %d + 1]
  ngx.header["Content-Length"] = #page
  if after + 1 < tonumber(ngx.var.pages) then
    ngx.header["Link"] = ("<%%s://%%s/api/v1/users?limit=200&after=%%d>; rel=\"next\""):format(ngx.var.scheme,
      ngx.var.http_host, after + 1)
  end
  ngx.print(page)
]]

local ONE = [[
  if ngx.var.wait ~= "0" then
    ngx.sleep(tonumber(ngx.var.wait))
  end
  local body = ngx.req.get_method() == "POST" and "{}" or bench_user
  ngx.header.content_type = "application/json"
  ngx.header["Content-Length"] = #body
  ngx.print(body)
]]

--- Pages are written by spec/bench/decode_page.lua.
local function load(folder)
  return ([[
  init_by_lua_block {
    bench_pages = {}
    for i = 1, %d do
      bench_pages[i] = io.open("%s/page" .. i, "rb"):read("*a")
    end
    bench_user = io.open("%s/user", "rb"):read("*a")
  }]]):format(PAGES, folder, folder)
end

--- Starts it; `shapes` is a list of { pages, wait (seconds) }, each on a port of
--- its own. Returns the server and the base URLs, in order, each with the same
--- over TLS.
---@param folder string for the pages
---@param shapes table[]
---@return table server, table[] urls each { plain, tls }
function M.start(folder, shapes)
  for i = 1, PAGES do
    assert(os.execute(("lua5.4 spec/bench/decode_page.lua 200 %d >%s/page%d"):format(i * 7919, folder, i)))
  end
  assert(os.execute(("lua5.4 spec/bench/decode_page.lua 1 | sed 's/^.//; s/.$//' >%s/user"):format(folder)))
  local servers = {}
  for i, shape in ipairs(shapes) do
    servers[i] = {
      server = ("set $pages %d; set $wait %s;"):format(shape.pages, shape.wait),
      locations = { ["= /api/v1/users"] = HANDLER:format(PAGES), ["~ ^/api/v1/users/"] = ONE },
    }
  end
  local server = nginx.start { http = load(folder), servers = servers, tls = true }
  local urls = {}
  for i, one in ipairs(server.servers) do
    urls[i] = { plain = one.url, tls = one.tls_url }
  end
  return server, urls
end

return M

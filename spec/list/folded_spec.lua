-- A Link header folded over several lines, as it comes over a real connection.
local nginx = require "spec.support.nginx"
local pages = require "spec.support.pages"
local roster = require "roster"

-- The first page's head, with the folded field; the second page has none.
local FOLDED = [[
  ngx.req.read_body()
  local sock = assert(ngx.req.socket(true))
  local head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
  if ngx.var.args then
    sock:send(head .. "Content-Length: 12\r\n\r\n[{\"id\":\"2\"}]")
  else
    local base = "http://" .. ngx.var.http_host .. "/api/v1/users"
    sock:send(head .. "Link: <" .. base .. ">; rel=\"self\",\r\n <" .. base .. "?after=c2>;\r\n\trel=\"next\"\r\n"
      .. "Content-Length: 12\r\n\r\n[{\"id\":\"1\"}]")
  end
  ngx.exit(444)
]]

describe("a folded Link header", function()
  it("is read as one line", function()
    local server = nginx.start { locations = { ["/api/v1/users"] = FOLDED } }
    local okta = roster.okta { url = server.url, token = "tok", timeout = 5 }
    local ok, ids = pcall(pages.walk, okta:list_users())
    okta:close()
    server:stop()
    assert.is_true(ok, tostring(ids))
    assert.same({ "1", "2" }, ids)
  end)
end)

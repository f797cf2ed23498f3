-- libcurl forgets CURLOPT_URL when it is told CURLOPT_CURLU, NULL included (8.14
-- does, 7.88 does not). roster set them in that order: a request that libcurl
-- parses itself (plain http through a proxy, an address with a fragment) failed
-- with "No URL set". Here such requests and the others take turns on one handle.
local nginx = require "spec.support.nginx"

local ECHO = [[
  ngx.req.read_body()
  ngx.header.content_type = "application/json"
  ngx.say(require("cjson").encode { {
    line = ngx.var.request,
    host = ngx.var.http_host,
    body = ngx.req.get_body_data() or "",
    type = ngx.var.http_content_type or "",
  } })
]]

-- The first page of /walk links to `arg_to`, which no page links on from.
local WALK = [[
  local to = ngx.var.arg_to
  if to then
    ngx.header.Link = "<" .. ngx.var.scheme .. "://" .. ngx.var.http_host
      .. ngx.unescape_uri(to) .. '>; rel="next"'
  end
]] .. ECHO

describe("a handle that is told one address after another", function()
  local roster, server

  setup(function()
    roster = require "roster"
    server = nginx.start {
      tls = true,
      locations = { ["/"] = ECHO, ["/walk"] = WALK },
    }
  end)

  teardown(function()
    server:stop()
  end)

  local function client(options)
    options.token, options.max_retries = "tok", 0
    return roster.okta(options)
  end

  -- The request lines of the pages of a walk whose second page is `to`.
  local function walk(okta, to)
    local lines = {}
    local list = okta:list { path = "/walk", query = { to = to } }
    for page in list do
      lines[#lines + 1] = page.line
    end
    return lines[1], lines[2], #lines
  end

  local function take_turns(okta, front)
    for turn = 1, 3 do
      for _, to in ipairs { "/a?b=1#c", "/a?b=2", "/a#", "/a?q=%23#x/y?z" } do
        local _, second, count = walk(okta, to)
        assert.are.equal(2, count, to)
        assert.are.equal("GET " .. front .. to:match("^[^#]*") .. " HTTP", second:match("^(.-)/[%d.]+$"), to)
      end
      local path = "/x/" .. turn
      local seen = assert(okta:request { path = path })[1]
      assert.are.equal("GET " .. front .. path .. " HTTP", seen.line:match("^(.-)/[%d.]+$"))
      seen = assert(okta:request { method = "POST", path = path, body = { turn = turn } })[1]
      assert.are.equal('{"turn":' .. turn .. "}", seen.body)
      seen = assert(okta:request { method = "DELETE", path = path })[1]
      assert.are.equal("DELETE", seen.line:match("^%u+"))
      assert.are.equal("", seen.body .. seen.type)
    end
    okta:close()
  end

  it("sends each over plain http", function()
    take_turns(client { url = server.url }, "")
  end)

  it("sends each over TLS", function()
    take_turns(client { url = server.tls_url, ca = server.ca }, "")
  end)

  it("sends each whole to a proxy of plain http", function()
    take_turns(client { url = "http://127.0.0.1:9", proxy = server.url, insecure = true }, "http://127.0.0.1:9")
  end)
end)

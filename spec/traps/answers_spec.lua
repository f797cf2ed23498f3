-- Answers that clients of this kind took for something else: see spec/http/both_spec.lua,
-- cut_spec.lua and h2_spec.lua for all of them.
local h2 = require "spec.support.h2"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local OK = "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n"

local function say(text)
  return 'ngx.req.read_body() local sock = assert(ngx.req.socket(true)) sock:send("' .. text .. '") ngx.exit(444)'
end

describe("trap: an answer", function()
  local server, okta

  setup(function()
    server = nginx.start {
      server = "reset_timedout_connection off;",
      locations = {
        ["/api/v1/users/empty"] = say(OK .. "Content-Length: 0\\r\\n\\r\\n"),
        ["/api/v1/users/cut"] = say(OK .. "X-A: b\\r\\n"),
        ["/api/v1/users/length"] = say(OK .. "Content-Length: 11\\r\\nContent-Length: 2\\r\\n\\r\\n{}"),
        ["/api/v1/users/trailer"] = say(OK .. "Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n{}\\r\\n0\\r\\n"
          .. "X-Okta-Request-Id: r\\r\\n\\r\\n"),
      },
    }
    okta = roster.okta { url = server.url, token = "t", max_retries = 0, governor = false }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  for _, row in ipairs { { "empty", "protocol" }, { "cut", "transport" }, { "length", "protocol" } } do
    it("is a success that is none: " .. row[1], function()
      local value, _, detail = okta:partial_update_user(row[1], { profile = { a = 1 } })
      assert.is_nil(value)
      assert.equal(row[2], detail.kind)
      assert.is_true(detail.ambiguous)
    end)
  end

  it("is steered by its trailers", function()
    local value, meta = okta:get_user "trailer"
    assert.same({}, value)
    assert.is_nil(meta.request_id)
  end)

  it("of a certain size never ends over HTTP/2", function()
    local peer = h2.start()
    local client = roster.okta { url = peer.url, ca = peer.ca, token = "t", max_retries = 0, timeout = 20 }
    for _, size in ipairs { "20000-1000", "1500-15500", "0-16330" } do
      assert(client:get_user(size))
    end
    client:close()
    peer:stop()
  end)
end)

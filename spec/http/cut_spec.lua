-- An answer that is cut off at each of its bytes, in order or with a reset, on a
-- new connection and on one that has served before, over both transports: the
-- call that changes something is ambiguous, and never a success.
local alone = require "spec.support.alone"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n" .. '{"id":"1"}'

-- The same code here and inside nginx.
local CODE = [[
  local roster, arg = ...
  local okta = roster.okta { url = arg.url, token = "t", max_retries = 0, governor = false, timeout = 20, ca = arg.ca,
    transport = arg.transport }
  local wrong = {}
  local function check(ok, what, n, value, message)
    if not ok then
      wrong[#wrong + 1] = what .. " " .. n .. ": " .. tostring(value ~= nil and value or message)
    end
  end
  for n = 0, arg.length do
    for _, warm in ipairs { false, true } do
      local what = arg.how .. (warm and " warm" or " cold")
      if warm then assert(okta:get_user "good") else assert(okta:get_user "close") end
      local value, message, detail = okta:partial_update_user("cut" .. n, { profile = { a = 1 } })
      if n < arg.length then
        check(value == nil and detail.kind == "transport" and detail.ambiguous, what, n, value, message)
      elseif arg.how == "fin" then
        check(value and value.id == "1", what, n, value, message)
      end
    end
  end
  okta:close()
  return wrong
]]

-- A request of a cut answer gets its first bytes, and then the end.
local LOCATION = [[
  ngx.req.read_body()
  local cut = tonumber(ngx.var.uri:match "cut(%%d+)$")
  if not cut then
    ngx.header.content_length = 13
    if ngx.var.uri:find "close$" then ngx.header.connection = "close" end
    return ngx.print('{"id":"good"}')
  end
  local sock = assert(ngx.req.socket(true))
  if cut > 0 then sock:send((%q):sub(1, cut)) end
  ngx.exit(444)
]]

describe("an answer that is cut off at each byte", function()
  local servers, host = {}, nil

  setup(function()
    local code = LOCATION:format(ANSWER):gsub("\\\n", "\\n"):gsub("\r", "\\r")
    for how, setting in pairs { fin = "off", rst = "on" } do
      servers[how] = nginx.start {
        locations = { ["/"] = code },
        server = "keepalive_requests 100000; reset_timedout_connection " .. setting .. ";",
      }
    end
    host = inside.start { http = "lua_socket_log_errors off;" }
  end)

  teardown(function()
    host:stop()
    for _, server in pairs(servers) do
      server:stop()
    end
  end)

  for _, how in ipairs { "fin", "rst" } do
    it("by " .. how .. " is lost over libcurl", function()
      local chunk = assert((rawget(_G, "loadstring") or load)(CODE))
      assert.same({}, chunk(roster, { url = servers[how].url, how = how, length = #ANSWER, ca = alone() }))
    end)

    it("by " .. how .. " is lost inside nginx, over cosockets and over libcurl", function()
      for _, transport in ipairs { false, "curl" } do
        assert.same({}, (host:run("return assert(loadstring(arg.code))(roster, arg)", {
          code = CODE, url = servers[how].url, how = how, length = #ANSWER, transport = transport or nil,
        })))
      end
    end)
  end
end)

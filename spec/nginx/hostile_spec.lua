-- Servers that misbehave, met from inside nginx: each is an error that says
-- what happened, in time, and never a value.
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"

local function raw(code)
  return ([[
    ngx.req.read_body()
    local sock = assert(ngx.req.socket(true))
    %s
    ngx.exit(444)
  ]]):format(code)
end

local function say(text)
  return raw(("sock:send(%q)"):format(text):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

local OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

local UPSTREAM = {
  ["/garbage"] = say("HELLO, this is not HTTP at all\r\n\r\n"),
  ["/half_status"] = say("HTTP/1.1 2"),
  ["/nothing"] = raw(""),
  ["/short"] = say(OK .. "Content-Length: 4000\r\n\r\n{\"id\":"),
  ["/short_chunk"] = say(OK .. "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"id\""),
  ["/cut_json"] = say(OK .. "Content-Length: 6\r\n\r\n{\"id\":"),
  ["/bad_length"] = say(OK .. "Content-Length: -5\r\n\r\n{}"),
  ["/gzip"] = say(OK .. "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
  ["/headers"] = raw([[
    sock:send("HTTP/1.1 200 OK\r\n")
    for i = 1, 10000 do sock:send("X-Filler-" .. i .. ": " .. ("y"):rep(50) .. "\r\n") end
    sock:send("Content-Length: 2\r\n\r\n{}")
  ]]),
  ["/huge"] = [[
    ngx.header.content_type = "application/json"
    ngx.print("[")
    local piece = ('"' .. ("y"):rep(60000) .. '",')
    for _ = 1, 3500 do
      if not ngx.print(piece) or not ngx.flush(true) then return end
    end
  ]],
  ["/stall"] = raw([[sock:send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{") ngx.sleep(5)]]),
  ["/drip"] = raw([[
    sock:send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ = 1, 50 do if not sock:send("{") then return end ngx.sleep(0.1) end
  ]]),
  ["/silent"] = "ngx.sleep(5)",
  ["/redirect"] = say("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n"),
  ["/continue"] = say("HTTP/1.1 100 Continue\r\n\r\n" .. OK ..
    "X-Okta-Request-Id: r1\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  ["/folded_first"] = say("HTTP/1.1 200 OK\r\n X-A: a\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  ["/good"] = 'ngx.header["X-A"] = ("a"):rep(40) ngx.print(\'{"id":"1"}\')',
  ["/close_framed"] = say(OK .. "Connection: close\r\n\r\n{\"id\":\"1\"}"),
}

-- path, expected kind, a part of the message, the status where there is one
local CASES = {
  { "/garbage", "protocol", "not HTTP/1.1" },
  { "/half_status", "transport", "closed inside of the answer's header" },
  { "/nothing", "transport", "the connection was lost before an answer came" },
  { "/reset", "transport", "the connection was lost before an answer came: connection reset by peer" },
  { "/short", "transport", "the body ended early: 6 of 4000 bytes" },
  { "/short_chunk", "transport", "the body ended early" },
  { "/cut_json", "protocol", "not JSON", 200 },
  { "/bad_length", "protocol", "Content-Length is not a length" },
  { "/gzip", "protocol", "Content-Encoding" },
  { "/folded_first", "protocol", "a line that is no field" },
  { "/headers", "protocol", "the header is larger than 262144 bytes" },
  { "/huge", "protocol", "larger than 1048576 bytes" },
  { "/stall", "timeout", "inside of the answer" },
  { "/drip", "timeout", "inside of the answer" },
  { "/silent", "timeout", "without an answer" },
  { "/redirect", "http", "302", 302 },
}

describe("a hostile server, met from inside nginx,", function()
  local upstream, host

  setup(function()
    upstream = nginx.start {
      locations = UPSTREAM,
      server = "reset_timedout_connection off; location = /reset { reset_timedout_connection on; return 444; }",
    }
    host = inside.start { http = "lua_socket_log_errors off;" }
  end)

  teardown(function()
    host:stop()
    upstream:stop()
  end)

  local function get(path, timeout, before, transport)
    return host:run([[
      local okta = roster.okta { url = arg.url, token = "canary-token", max_retries = 0, max_response = 1048576,
        transport = arg.transport }
      for _ = 1, arg.before do assert(okta:request { path = "/good" }) end
      local value, message, detail = okta:request { path = arg.path, timeout = arg.timeout }
      if value then return value end
      return nil, message, { kind = detail.kind, text = tostring(detail), status = detail.status }
    ]], { url = upstream.url, path = path, timeout = timeout or 0.7, transport = transport,
      before = before or 0 })
  end

  for _, case in ipairs(CASES) do
    local function is_told_apart(before, transport)
      local value, message, detail = get(case[1], case[1] == "/headers" and 5 or nil, before, transport)
      assert.is_nil(value)
      assert.are.equal(case[2], detail.kind, message)
      if not transport then
        -- libcurl has words of its own
        assert.is_truthy(message:find(case[3], 1, true), message)
      end
      assert.is_nil((message .. detail.text):find("canary-token", 1, true))
      assert.is_nil(message:find("[\r\n]"))
      assert.equal(case[4], detail.status)
    end

    it("is told apart: " .. case[1], function()
      is_told_apart(0)
    end)

    it("is told apart after a good answer: " .. case[1], function()
      is_told_apart(2)
    end)

    it("is an error over libcurl on a handle that was used before: " .. case[1], function()
      local worker = select(4, host:run "return 1")
      is_told_apart(2, "curl")
      assert.equal(worker, select(4, host:run "return 1"))
    end)
  end

  it("may send an interim answer first", function()
    assert.equal("1", get("/continue").id)
  end)

  it("may end the body with the connection", function()
    assert.equal("1", get("/close_framed").id)
  end)
end)

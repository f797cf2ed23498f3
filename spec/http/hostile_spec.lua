-- Servers that misbehave, over real TCP through libcurl: each is an error that
-- says what happened, in time, and never a value.
local alone = require "spec.support.alone"
local nginx = require "spec.support.nginx"

-- Writes `bytes` on the bare connection and closes it.
local function raw(bytes)
  return ([[
    ngx.req.read_body()
    local sock = assert(ngx.req.socket(true))
    %s
    ngx.exit(444)
  ]]):format(bytes)
end

local function say(text)
  return raw(("sock:send(%q)"):format(text):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

local OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

local LOCATIONS = {
  ["/good"] = [[
    ngx.header["X-Okta-Request-Id"] = ("r"):rep(40)
    ngx.header.content_type = "application/json"
    ngx.print('{"id":"1"}')
  ]],
  ["/garbage"] = say("HELLO, this is not HTTP at all\r\n\r\n"),
  ["/half_status"] = say("HTTP/1.1 2"),
  ["/bad_status"] = say("HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\n{}"),
  ["/nothing"] = raw(""),
  ["/short"] = say(OK .. "Content-Length: 4000\r\n\r\n{\"id\":"),
  ["/short_chunk"] = say(OK .. "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"id\""),
  ["/cut_json"] = say(OK .. "Content-Length: 6\r\n\r\n{\"id\":"),
  ["/not_json"] = say(OK .. "Content-Length: 5\r\n\r\nhello"),
  ["/nul"] = say(OK .. "Content-Length: 10\r\n\r\n{\"i\0d\":\"1\"}"),
  ["/bad_gzip"] = say(OK .. "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
  ["/bad_length"] = say(OK .. "Content-Length: -5\r\n\r\n{}"),
  ["/headers"] = raw([[
    sock:send("HTTP/1.1 200 OK\r\n")
    for i = 1, 10000 do sock:send("X-Filler-" .. i .. ": " .. ("y"):rep(50) .. "\r\n") end
    sock:send("Content-Length: 2\r\n\r\n{}")
  ]]),
  ["/long_header"] = raw([[sock:send("HTTP/1.1 200 OK\r\nX-Long: " .. ("y"):rep(400000) .. "\r\n\r\n")]]),
  ["/huge"] = [[
    ngx.header.content_type = "application/json"
    ngx.print("[")
    local piece = ('"' .. ("y"):rep(60000) .. '",')
    for _ = 1, 3500 do
      if not ngx.print(piece) or not ngx.flush(true) then return end
    end
  ]],
  ["/stall"] = raw([[sock:send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{") ngx.sleep(20)]]),
  ["/silent"] = [[ngx.sleep(20)]],
  ["/redirect"] = say("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n"),
  ["/continue"] = say("HTTP/1.1 100 Continue\r\n\r\n" .. OK ..
    "X-Okta-Request-Id: r1\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  ["/odd_lines"] = say(OK .. "X-Folded: one \r\n  two  \r\n \r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  ["/no_name"] = say(OK .. ": no name\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  ["/folded_first"] = say("HTTP/1.1 200 OK\r\n X-A: a\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  ["/close_framed"] = say(OK .. "Connection: close\r\n\r\n{\"id\":\"1\"}"),
}

describe("a hostile server", function()
  local roster, server, okta

  local function new_client()
    return roster.okta {
      url = server.url,
      ca = alone(),
      token = "canary-token",
      timeout = 2,
      max_retries = 0,
      max_response = 1024 * 1024,
    }
  end

  setup(function()
    roster = require "roster"
    server = nginx.start {
      locations = LOCATIONS,
      server = "reset_timedout_connection off; location = /reset { reset_timedout_connection on; return 444; }",
    }
    okta = new_client()
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  -- path, expected kind, a part of the message where that is roster's own: the
  -- words of libcurl differ from release to release
  local cases = {
    { "/garbage", "protocol", "" },
    { "/half_status", "transport", "" },
    { "/bad_status", "protocol", "" },
    { "/nothing", "transport", "" },
    { "/reset", "transport", "" },
    { "/short", "transport", "" },
    { "/short_chunk", "transport", "" },
    { "/cut_json", "protocol", "not JSON" },
    { "/not_json", "protocol", "not JSON" },
    { "/nul", "protocol", "not JSON" },
    { "/bad_gzip", "protocol", "" },
    { "/bad_length", "protocol", "" },
    { "/headers", "protocol", "" },
    { "/no_name", "protocol", "a line that is no field" },
    { "/folded_first", "protocol", "a line that is no field" },
    { "/long_header", "protocol", "" },
    { "/huge", "protocol", "larger than 1048576 bytes" },
    { "/stall", "timeout", "" },
    { "/silent", "timeout", "" },
    { "/redirect", "http", "302" },
  }

  local function is_told_apart(client, case)
    local value, message, detail = client:request { path = case[1] }
    assert.is_nil(value)
    assert.are.equal(case[2], detail.kind, message)
    assert.matches("^okta request: .", message)
    assert.is_truthy(message:find(case[3], 1, true), message)
    assert.is_nil(message:find("canary-token", 1, true))
    assert.is_nil(message:find("[\r\n]"))
  end

  for _, case in ipairs(cases) do
    it("is told apart: " .. case[1], function()
      local fresh = new_client()
      is_told_apart(fresh, case)
      fresh:close()
    end)

    it("is told apart on a handle that was used before: " .. case[1], function()
      assert(okta:request { path = "/good" })
      is_told_apart(okta, case)
      assert(okta:request { path = "/good" })
    end)
  end

  for _, path in ipairs { "/continue", "/odd_lines", "/close_framed" } do
    it("is not one where the answer is odd but whole: " .. path, function()
      for _ = 1, 2 do
        local value, meta = okta:request { path = path }
        assert.are.same({ id = "1" }, value)
        assert.are.equal(200, meta.status)
      end
    end)
  end

  it("never ends a list early", function()
    for _, case in ipairs(cases) do
      assert(okta:request { path = "/good" })
      local page, message, detail = okta:list({ path = case[1] }):page()
      assert.is_nil(page, case[1])
      assert.is_string(message, case[1])
      assert.is_string(detail.kind)
    end
  end)

  it("leaves the client usable", function()
    assert.are.same({ id = "1" }, (okta:request { path = "/close_framed" }))
  end)

  it("leaves an unsafe call ambiguous once it was sent", function()
    local _, message, detail = okta:request { method = "POST", path = "/nothing" }
    assert.is_true(detail.ambiguous)
    assert.is_false(detail.retryable)
    assert.is_truthy(message:find("may have done it", 1, true))
  end)
end)

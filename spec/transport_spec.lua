-- The scripted transport, and transports that are a function of the caller's.
local raised = require "spec.support.raised"
local replay = require "roster.transport.replay"
local replayed = require "spec.support.replayed"
local roster = require "roster"

describe("the replay transport", function()
  it("answers in order and keeps what was sent", function()
    local okta, sent = replayed.client { replayed.json '{"id":"1"}', replayed.json '{"id":"2"}' }
    assert.equal("1", (okta:get_user("a")).id)
    assert.equal("2", (okta:create_user { profile = { login = "b" } }).id)
    assert.equal(2, #sent)
    assert.equal("GET", sent[1].method)
    assert.equal("https://org.okta.test/api/v1/users/a", sent[1].url)
    assert.is_nil(sent[1].body)
    assert.equal("SSWS " .. replayed.token, sent[1].headers["Authorization"])
    assert.equal("POST", sent[2].method)
    assert.equal('{"profile":{"login":"b"}}', sent[2].body)
  end)

  it("loses the connection where the script has a string", function()
    local okta = replayed.client { "connection refused" }
    local value, message, detail = okta:get_user("a")
    assert.is_nil(value)
    assert.equal("okta get_user: connection refused", message)
    assert.equal("transport", detail.kind)
  end)

  it("asks a function for the answer", function()
    local okta = replayed.client { function(request)
      return replayed.json('{"id":"' .. request.url:match("[^/]+$") .. '"}')
    end }
    assert.equal("abc", (okta:get_user("abc")).id)
  end)

  it("says that the script is at its end", function()
    local okta, sent = replayed.client { { status = 204 } }
    okta:suspend_user("u")
    local value, message, detail = okta:get_user("u")
    assert.is_nil(value)
    assert.matches("the replay script has no answer number 2 %(GET https://org%.okta%.test/api/v1/users/u%)", message)
    assert.equal("transport", detail.kind)
    assert.equal(2, #sent)
  end)

  it("may be shared by two clients", function()
    local transport = replay.new { { status = 204 }, { status = 204 } }
    local one = roster.okta { url = "https://a.test", token = "one1", transport = transport }
    local two = roster.okta { url = "https://b.test", token = "two2", transport = transport }
    one:suspend_user("u")
    two:suspend_user("u")
    assert.equal("SSWS one1", transport.requests[1].headers["Authorization"])
    assert.equal("SSWS two2", transport.requests[2].headers["Authorization"])
    assert.matches("^https://b%.test/", transport.requests[2].url)
  end)
end)

describe("a transport function", function()
  local function answered(...)
    local answer = { n = select("#", ...), ... }
    local okta = replayed.client(nil, { transport = function()
      return (table.unpack or unpack)(answer, 1, answer.n)
    end })
    return okta:get_user("u")
  end

  it("gets the request and returns the answer", function()
    local seen
    local okta = replayed.client(nil, { transport = function(request)
      seen = request
      return { status = 200, headers = { ["X-A"] = "b" }, body = '{"id":"x"}' }
    end })
    local user, meta = okta:get_user("u")
    assert.equal("x", user.id)
    assert.equal("b", meta.headers["x-a"])
    assert.equal("https://org.okta.test/api/v1/users/u", seen.url)
  end)

  it("may leave out headers and body", function()
    local okta = roster.okta { url = "https://a.test", token = "t", transport = function()
      return { status = 204 }
    end }
    assert.is_true((okta:suspend_user("u")))
  end)

  local LOST = {
    { "nil and a reason", { nil, "no route to host" }, "^okta get_user: no route to host$" },
    { "nil alone", { nil }, "the transport returned nil" },
    { "nothing", {}, "the transport returned nil" },
    { "a string", { "HTTP/1.1 200 OK" }, "the transport returned string" },
    { "a number", { 200 }, "the transport returned number" },
    { "false and a reason", { false, "why" }, "okta get_user: why" },
    { "a reason of several lines", { nil, "a\r\nb\27c" }, "^okta get_user: a  b c$" },
    { "a reason that is a table", { nil, setmetatable({}, { __tostring = function() return "mine" end }) }, "mine" },
  }
  for _, row in ipairs(LOST) do
    it("that returns " .. row[1] .. " has lost the answer", function()
      local value, message, detail = answered((table.unpack or unpack)(row[2], 1, 2))
      assert.is_nil(value)
      assert.matches(row[3], message)
      assert.equal("transport", detail.kind)
    end)
  end

  local BAD = {
    { "no status", {} },
    { "a status that is text", { status = "200" } },
    { "a status of nought", { status = 0 } },
    { "a status below 100", { status = 99 } },
    { "a status above 999", { status = 1000 } },
    { "a status of NaN", { status = 0 / 0 } },
    { "headers that are text", { status = 200, headers = "X: y" } },
    { "headers without names", { status = 200, headers = { "X: y" } } },
    { "a header that is a function", { status = 200, headers = { X = print } } },
    { "a header list with a table", { status = 200, headers = { X = { {} } } } },
    { "a body that is a table", { status = 200, body = {} } },
    { "a body that is a number", { status = 200, body = 5 } },
    { "a body that is false", { status = 200, body = false } },
  }
  for _, row in ipairs(BAD) do
    it("whose answer has " .. row[1] .. " is refused", function()
      local value, message, detail = answered(row[2])
      assert.is_nil(value)
      assert.matches("the transport's answer is not { status, headers, body }", message)
      assert.equal("protocol", detail.kind)
      assert.is_nil(detail.status)
    end)
  end

  it("that raises has lost the answer", function()
    local okta = replayed.client(nil, { transport = function() error("boom") end })
    local value, message, detail = okta:get_user("u")
    assert.is_nil(value)
    assert.matches("the transport raised: .*boom", message)
    assert.equal("transport", detail.kind)
  end)

  it("that raises a table, or nil, is no crash", function()
    for _, what in ipairs { {}, false } do
      local okta = replayed.client(nil, { transport = function() error(what or nil) end })
      local value, message = okta:get_user("u")
      assert.is_nil(value)
      assert.matches("the transport raised", message)
    end
  end)

  it("may yield when the call runs in a coroutine", function()
    local okta = replayed.client(nil, { transport = function(request)
      return coroutine.yield(request.method)
    end })
    local co = coroutine.wrap(function()
      return okta:get_user("u")
    end)
    assert.equal("GET", co())
    assert.equal("x", co({ status = 200, body = '{"id":"x"}' }).id)
  end)

  it("may make calls of its own with the same client", function()
    local okta
    okta = replayed.client(nil, { transport = function(request)
      if request.url:find("outer") then
        return { status = 200, body = '{"id":"' .. (okta:get_user("inner")).id .. '"}' }
      end
      return { status = 200, body = '{"id":"from inside"}' }
    end })
    assert.equal("from inside", (okta:get_user("outer")).id)
  end)

  it("gets a request of its own, which it may change", function()
    local okta = replayed.client(nil, { transport = function(request)
      request.headers, request.url = nil, nil
      return { status = 204 }
    end })
    assert.is_true((okta:suspend_user("u")))
    assert.is_true((okta:suspend_user("u")))
  end)
end)

describe("a transport of one's own", function()
  it("needs a method exchange, which the constructor looks for", function()
    local text = raised.here(function()
      local okta = roster.okta { url = replayed.url, token = replayed.token, transport = {} }
      okta:close()
    end)
    assert.equal('roster.okta: option "transport": expected a function, or a table with a method exchange', text)
  end)

  it("that returns without an answer has lost it", function()
    local okta = replayed.client(nil, { transport = { exchange = function() end } })
    local value, message, detail = okta:get_user("u")
    assert.is_nil(value)
    assert.matches("the transport returned without an answer", message)
    assert.equal("transport", detail.kind)
  end)

  it("need not have a method close", function()
    local okta = replayed.client(nil, { transport = { exchange = function() end } })
    okta:close()
    assert.equal("closed", select(3, okta:get_user("u")).kind)
  end)
end)

-- Where clients have raised an alarm for what never happened, and gone on asking
-- for what cannot come; over real HTTP and TLS.
local alone = require "spec.support.alone"
local authority = require "spec.support.authority"
local fickle = require "spec.support.fickle"
local roster = require "roster"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"
local tunnel = require "spec.support.tunnel"

describe("trap:", function()
  --- One suspend, which must not be sent twice, to where nothing can arrive.
  local function suspend(options)
    options.token, options.ca, options.max_retries = "tok", alone(options.ca), 0
    local okta = roster.okta(options)
    local value, message, detail = okta:suspend_user("00u1")
    okta:close()
    assert.is_nil(value)
    return message, detail
  end

  it("R9: what certainly did not arrive is called ambiguous", function()
    local gone, proxy, closed = fickle.start(0), tunnel.start(), tunnel.start("ada:right")
    finally(function()
      proxy:stop()
      closed:stop()
    end)
    gone:stop()
    local ways = {
      { url = gone.url },
      { url = "https://127.0.0.1:1", proxy = "http://127.0.0.1:" .. proxy.port },
      { url = "https://127.0.0.1:1", proxy = "http://127.0.0.1:" .. closed.port },
      { url = "https://127.0.0.1:1", proxy = "socks5h://127.0.0.1:" .. gone.url:match("%d+$") },
      { url = (gone.url:gsub("^http", "https")) },
      { url = "https://nowhere.invalid", proxy = false },
    }
    for _, way in ipairs(ways) do
      local message, detail = suspend(way)
      assert.is_false(detail.ambiguous, message)
      assert.is_nil(message:find("may have done", 1, true))
    end
  end)

  it("R14: attempts that never left use up the quota", function()
    local server = serve.start { users = 5, rate_limit = 20 }
    finally(function() server:stop() end)
    local okta = served.client(server, { max_retries = 0, max_wait = 0.5 })
    assert(okta:get_user("me"))
    server:stop()
    for _ = 1, 40 do
      local _, _, detail = okta:get_user("me")
      assert.equal("transport", detail.kind)
    end
    okta:close()
  end)

  it("R15: a certificate that is not trusted is asked for again and again", function()
    local server = authority.start()
    finally(function() server:stop() end)
    local okta = roster.okta { url = server:url "other", token = "tok", ca = alone(server.root) }
    local _, message, detail = okta:get_user("1")
    okta:close()
    assert.is_false(detail.retryable)
    assert.is_nil(detail.retry_at)
    assert.equal(1, #detail.attempts)
    assert.matches("ca = ", message, 1, true)
  end)
end)

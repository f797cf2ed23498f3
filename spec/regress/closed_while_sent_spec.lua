-- An unsafe call that was on its way when the client was closed, or when it was
-- cancelled, was said to have certainly not reached the service.
local core = require "roster.core"
local curl = require "roster.curl"
local nginx = require "spec.support.nginx"
local roster = require "roster"

describe("a call that is given up", function()
  local server, watcher, client, multi

  setup(function()
    server = nginx.start {
      http = "lua_shared_dict counts 1m;",
      locations = {
        ["/slow"] = [[ngx.shared.counts:incr("slow", 1, 0) ngx.sleep(20)]],
        ["/count"] = [[
          ngx.header.content_type = "application/json"
          ngx.say(ngx.shared.counts:get("slow") or 0)
        ]],
      },
    }
    watcher = roster.okta { url = server.url, token = "t" }
    client = assert(core.client("okta", {
      url = server.url, token = "t", timeout = 60, max_retries = 0, connect_timeout = 30, stall_timeout = 60,
      max_response = 1024, max_nodes = 1e6, check = true,
    }))
  end)

  teardown(function()
    watcher:close()
    server:stop()
  end)

  before_each(function()
    multi = curl.multi {}
  end)

  after_each(function()
    multi:close()
  end)

  local function count()
    return assert(watcher:request { path = "/count" })
  end

  local function post()
    local call = assert(core.call_free(client, { method = "POST", path = "/slow" }, false))
    assert(call:next(0, 0, 0, false) == "send")
    multi:add(call)
    return call
  end

  --- Waits until the service is at it.
  local function arrived(before)
    local deadline = core.clock() + 30
    repeat
      multi:step(0.05)
    until count() > before or core.clock() > deadline
    assert(count() > before)
  end

  local function ambiguous(call, kind)
    local what, _, detail = call:next(1, 1, 0, false)
    assert.equal("failed", what)
    assert.equal(kind, detail.kind)
    return detail.ambiguous
  end

  it("may have been done when it was sent and the transport is closed", function()
    local before = count()
    local call = post()
    arrived(before)
    multi:close()
    assert.is_true(ambiguous(call, "closed"))
  end)

  it("may have been done when it was sent and cancelled", function()
    local before = count()
    local call = post()
    arrived(before)
    multi:cancel(call)
    assert.is_true(ambiguous(call, "transport"))
  end)

  it("was not done when nothing had been sent", function()
    local before = count()
    local closed, cancelled = post(), post()
    multi:cancel(cancelled)
    multi:close()
    assert.is_false(ambiguous(closed, "closed"))
    assert.is_false(ambiguous(cancelled, "transport"))
    assert.equal(before, count())
  end)
end)

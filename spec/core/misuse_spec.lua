-- What only a program that uses the core itself can do wrong, and the ends of
-- what its buffers take.
local core = require "roster.core"
local curl = require "roster.curl"
local framed = require "spec.support.framed"

local function raised(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function settings(more)
  local all = {
    url = "https://org.okta.test", token = "t", timeout = 1, max_retries = 0, connect_timeout = 1, stall_timeout = 1,
    max_response = 1024, max_nodes = 1e6, check = true,
  }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

describe("the core, used wrongly,", function()
  local client = assert(core.client("okta", settings()))

  it("says which name it does not know", function()
    assert.truthy(raised(core.call, client, "make_coffee"):find('no operation "make_coffee"', 1, true))
    assert.truthy(raised(core.client, "acme", settings()):find('no provider "acme"', 1, true))
    assert.truthy(raised(core.catalog, "acme"):find("jumpcloud, knetik, okta", 1, true))
  end)

  it("shows its objects without what is in them", function()
    local call = assert(core.call(client, "get_user", "00u1"))
    assert.equal("roster.core.call{get_user}", tostring(call))
    assert.equal("roster.core.client{https://org.okta.test}", tostring(client))
  end)

  it("does not go on while a token is waited for", function()
    local asking = assert(core.client("okta", settings { token = false, asks = true }))
    local call = assert(core.call(asking, "get_user", "00u1"))
    call:next(0, 0, 0, true)
    call:authorize("first")
    call:next(0, 0, 0, true)
    call:answer(401, nil, "")
    assert.equal("token", (call:next(0, 0, 0, true)))
    assert.truthy(raised(call.next, call, 0, 0, 0, true):find("waits for a token", 1, true))
  end)

  it("asks for a token only where the service grants some", function()
    local jumpcloud = assert(core.client("jumpcloud", settings()))
    assert.is_nil(jumpcloud:token_url())
    assert.truthy(raised(core.call_token, jumpcloud, { a = "b" }):find("grants no tokens", 1, true))
  end)

  it("hides nothing where a form was empty", function()
    local call = assert(core.call_token(assert(core.client("knetik", settings())), {}))
    assert.equal("send", (call:next(0, 0, 0, true)))
    call:answer(400, nil, '{"error":"invalid_request","error_description":"no form"}')
    local what, message = call:next(0, 0, 0, true)
    assert.equal("failed", what)
    assert.truthy(message:find("no form", 1, true), message)
  end)

  it("refuses an answer that is too large to be recorded", function()
    local call = assert(core.call(client, "get_user", "00u1"))
    assert.equal("the answer is too large to record", raised(call.scrub, call, ("x"):rep(80 * 1024 * 1024 + 1)))
  end)

  it("keeps the first reason for which an answer is lost", function()
    local call = framed.call()
    call:lost("transport", "the first")
    call:lost("timeout", "the second")
    local what, message, detail = call:next(0, 1700000000, 0, true)
    assert.equal("failed", what)
    assert.truthy(message:find("the first", 1, true), message)
    assert.equal("transport", detail.kind)
  end)

  it("takes settings of 16 KiB, and no longer ones", function()
    for _, name in ipairs { "token", "user_agent", "org_id" } do
      local more = { [name] = ("x"):rep(16 * 1024 - 40) }
      assert.truthy(core.client("okta", settings(more)))
      more[name] = ("x"):rep(16 * 1024 + 1)
      local made, message = core.client("okta", settings(more))
      assert.is_nil(made)
      assert.equal(name .. " is too long", message)
    end
  end)
end)

describe("a multi handle, used wrongly,", function()
  it("sends no call twice at a time", function()
    local multi = curl.multi {}
    local call = framed.call { path = "/u" }
    multi:add(call)
    assert.truthy(raised(multi.add, multi, call):find("on its way already", 1, true))
    multi:close()
  end)

  it("does nothing once it is closed", function()
    local multi = curl.multi {}
    multi:close()
    multi:close()
    local on_their_way, _, settled = multi:step(0)
    assert.equal(0, on_their_way)
    assert.equal(0, settled)
    assert.truthy(raised(multi.push, multi):find("closed", 1, true))
    assert.truthy(raised(multi.add, multi, framed.call { path = "/u" }):find("closed", 1, true))
  end)

  it("is not made pollable while calls are on their way", function()
    local multi = curl.multi {}
    multi:add(framed.call { path = "/u" })
    assert.truthy(raised(multi.fd, multi):find("ask for the descriptor before the first", 1, true))
    multi:close()
  end)

  it("takes settings of 4 KiB, and no longer ones", function()
    assert.truthy(raised(curl.multi, { ca = ("x"):rep(4097) }):find("ca is too long", 1, true))
  end)

  it("does not wait for no time", function()
    curl.sleep(0)
    curl.sleep(-1)
  end)
end)

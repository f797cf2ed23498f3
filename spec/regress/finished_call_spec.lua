-- A call that was over, and holds nothing any more, crashed the process when
-- it was handed to libcurl.
local core = require "roster.core"
local curl = require "roster.curl"
local framed = require "spec.support.framed"

describe("a call that is finished", function()
  local multi

  before_each(function()
    multi = curl.multi {}
  end)

  after_each(function()
    multi:close()
  end)

  local function refused(call)
    local ok, message = pcall(multi.add, multi, call)
    assert.is_false(ok)
    assert.truthy(tostring(message):find("the call is finished", 1, true))
    assert.equal(0, (multi:step(0)))
  end

  it("is not sent once it was closed", function()
    local call = framed.call()
    call:close()
    refused(call)
  end)

  it("is not sent once it has its value", function()
    local call = framed.call()
    call:answer(200, nil, "{}")
    assert.equal("done", (call:next(0, 0, 0, true)))
    refused(call)
  end)

  it("is not sent once it has failed for want of a credential", function()
    local client = assert(core.client("okta", {
      url = "https://org.okta.test", timeout = 1, max_retries = 0, connect_timeout = 1, stall_timeout = 1,
      max_response = 1024, max_nodes = 1e6, check = true,
    }))
    local call = assert(core.call(client, "get_user", "00u1"))
    assert.equal("failed", (call:next(0, 0, 0, true)))
    refused(call)
  end)
end)

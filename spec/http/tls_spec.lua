-- Certificates that must not be trusted, through libcurl: each refused before
-- anything is sent, with its reason.
local authority = require "spec.support.authority"
local roster = require "roster"

local REASONS = {
  expired = "certificate has expired",
  self = "self%-signed certificate",
  host = "no alternative certificate subject name matches",
  other = "unable to get local issuer certificate",
  name = "permitted subtree violation",
}

describe("TLS through libcurl", function()
  local server

  setup(function()
    server = authority.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function get(to, kind)
    local okta = roster.okta { url = to:url(kind), token = "token-of-spec", ca = to.root, max_retries = 0 }
    local user, message, detail = okta:get_user("1")
    okta:close()
    return user, message, detail
  end

  it("trusts what is vouched for and bears the name", function()
    assert.equal("1", get(server, "good").id)
  end)

  for _, kind in ipairs(authority.kinds) do
    if kind ~= "good" then
      it("refuses one of kind " .. kind, function()
        local user, message, detail = get(server, kind)
        assert.is_nil(user)
        assert.matches(REASONS[kind], message)
        assert.equal("transport", detail.kind)
        assert.is_false(detail.ambiguous)
      end)
    end
  end

  it("refuses a service that speaks TLS 1.1 only", function()
    local old = authority.start("TLSv1.1")
    finally(function() old:stop() end)
    local user, message, detail = get(old, "good")
    assert.is_nil(user)
    assert.matches("protocol version", message)
    assert.equal("transport", detail.kind)
    assert.is_false(detail.ambiguous)
  end)
end)

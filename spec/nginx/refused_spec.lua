-- Certificates that must not be trusted, inside nginx: each refused before
-- anything is sent, with its reason.
local authority = require "spec.support.authority"
local dns = require "spec.support.dns"
local inside = require "spec.support.inside"

local REASONS = {
  expired = "certificate has expired",
  self = "is not trusted",
  host = "certificate host mismatch",
  other = "is not trusted",
  name = "permitted subtree violation",
}

describe("TLS inside nginx", function()
  local names, server, host

  setup(function()
    local known = {}
    for i, kind in ipairs(authority.kinds) do
      known[i] = kind .. ".localhost"
    end
    names = dns.start(known)
    server = authority.start()
    host = inside.start {
      http = "resolver " .. names.address .. " ipv6=off; lua_ssl_verify_depth 3; lua_ssl_trusted_certificate "
        .. server.root .. ";",
    }
  end)

  teardown(function()
    host:stop()
    server:stop()
    names:stop()
  end)

  local function get(from, url)
    return from:run([[
      local okta = roster.okta { url = arg, token = "token-of-spec", max_retries = 0, timeout = 20 }
      local user, message, detail = okta:get_user("1")
      if user then return user.id end
      return nil, message, { kind = detail.kind, ambiguous = detail.ambiguous }
    ]], url)
  end

  it("trusts what is vouched for and bears the name", function()
    assert.equal("1", (get(host, server:url "good")))
  end)

  for _, kind in ipairs(authority.kinds) do
    if kind ~= "good" then
      it("refuses one of kind " .. kind, function()
        local id, message, detail = get(host, server:url(kind))
        assert.is_nil(id)
        assert.matches(REASONS[kind], message)
        assert.same({ kind = "transport", ambiguous = false }, detail)
      end)
    end
  end

  it("refuses a service that speaks TLS 1.1 only", function()
    local old = authority.start("TLSv1.1")
    -- an OpenSSL that would speak anything: it is the directive that does not let it
    local function trusting(protocols)
      return inside.start {
        http = "resolver " .. names.address .. " ipv6=off; lua_ssl_ciphers ALL:@SECLEVEL=0; " .. protocols
          .. " lua_ssl_trusted_certificate " .. old.root .. ";",
      }
    end
    local lax, strict = trusting "lua_ssl_protocols TLSv1.1 TLSv1.2;", trusting ""
    finally(function()
      lax:stop()
      strict:stop()
      old:stop()
    end)
    assert.equal("1", (get(lax, old:url "good")))
    local id, message, detail = get(strict, old:url "good")
    assert.is_nil(id)
    assert.matches("TLS with good.localhost failed", message)
    assert.same({ kind = "transport", ambiguous = false }, detail)
  end)
end)

-- Plain http may go to localhost because it stays on this machine: nginx must not ask
-- its resolver where that is.
local dns = require "spec.support.dns"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"

local SEEN = [[
  ngx.header.content_type = "application/json"
  ngx.print('{"host":"', ngx.var.http_host, '","address":"', ngx.var.server_addr, '"}')
]]

describe("localhost, through cosockets", function()
  local names, host, bare, server

  setup(function()
    names = dns.start {}
    host = inside.start { http = "resolver " .. names.address .. " ipv6=off;" }
    bare = inside.start()
    server = nginx.start { locations = { ["/x"] = SEEN } }
  end)

  teardown(function()
    host:stop()
    bare:stop()
    server:stop()
    names:stop()
  end)

  local function get(from, url)
    return from:run([[
      local okta = roster.okta { url = arg, token = "token-of-spec", max_retries = 0, insecure = true }
      local seen, message = okta:request { path = "/x" }
      if not seen then return nil, message end
      return seen.host, seen.address
    ]], url)
  end

  it("is this machine, whatever the resolver knows, and without one", function()
    for _, from in ipairs { host, bare } do
      for _, name in ipairs { "localhost", "LOCALHOST" } do
        local seen, address = get(from, "http://" .. name .. ":" .. server.port)
        assert.equal(name .. ":" .. server.port, seen, address)
        assert.equal("127.0.0.1", address)
      end
    end
  end)

  it("is what other names are not", function()
    for _, name in ipairs { "other.test", "a.localhost" } do
      local seen, message = get(host, "http://" .. name .. ":" .. server.port)
      assert.is_nil(seen)
      assert.matches("could not be resolved", message)
    end
  end)

  if io.open "/proc/net/if_inet6" then
    it("is tried by its other address where the first has no listener", function()
      local only = nginx.start { server = "listen [::1]:" .. server.port .. ";", locations = { ["/x"] = SEEN } }
      server:stop()
      finally(function()
        only:stop()
        server = nginx.start { locations = { ["/x"] = SEEN } }
      end)
      local seen, address = get(bare, "http://localhost:" .. server.port)
      assert.equal("localhost:" .. server.port, seen, address)
      assert.equal("::1", address)
    end)
  end

  it("that has no listener is not reached", function()
    local seen, message = get(bare, "http://localhost:1")
    assert.is_nil(seen)
    assert.matches("cannot connect to localhost:1: connection refused", message, 1, true)
  end)
end)

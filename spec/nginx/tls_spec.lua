-- TLS inside nginx: verified with the name or not at all, and told which
-- directive is missing.
local control = require "spec.support.control"
local dns = require "spec.support.dns"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"
local serve = require "roster.sandbox.serve"

local function must(command)
  local ok = os.execute("( " .. command .. " ) >/dev/null 2>&1")
  assert(ok == true or ok == 0, command)
end

-- A certificate for localhost, two issuers away from the root, in `folder`.
local function make_chain(folder)
  local new = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
  must("cd " .. folder .. [[ &&
    printf 'basicConstraints=critical,CA:TRUE\n' >ca.ext && printf 'subjectAltName=DNS:localhost\n' >leaf.ext &&
    ]] .. new .. [[ -x509 -days 2 -subj /CN=root -keyout root.key -out root.pem &&
    ]] .. new .. [[ -subj /CN=one -keyout one.key -out one.csr &&
    openssl x509 -req -in one.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile ca.ext -out one.pem &&
    ]] .. new .. [[ -subj /CN=two -keyout two.key -out two.csr &&
    openssl x509 -req -in two.csr -CA one.pem -CAkey one.key -CAcreateserial -days 2 -extfile ca.ext -out two.pem &&
    ]] .. new .. [[ -subj /CN=localhost -keyout key.pem -out leaf.csr &&
    openssl x509 -req -in leaf.csr -CA two.pem -CAkey two.key -CAcreateserial -days 2 -extfile leaf.ext -out leaf.pem &&
    cat leaf.pem two.pem one.pem >cert.pem]])
end

describe("TLS inside nginx", function()
  local names, services, trusting, bare

  setup(function()
    names = dns.start { "localhost", "other.test" }
    services = serve.start { users = 5, rate_limit = false, tls = true }
    trusting = inside.start {
      http = "resolver " .. names.address .. " ipv6=off; resolver_timeout 2s; lua_ssl_trusted_certificate "
        .. services.ca .. ";",
    }
    bare = inside.start()
  end)

  teardown(function()
    trusting:stop()
    bare:stop()
    services:stop()
    names:stop()
  end)

  before_each(function()
    control.clear_counts(services.okta)
  end)

  local function get(host, name, port)
    return host:run([[
      local okta = roster.okta { url = arg.url, token = arg.token, max_retries = 0, timeout = 5 }
      local page, message, detail = okta:list_users { limit = 3 }:page()
      if page then return #page end
      return nil, message, { kind = detail.kind, ambiguous = detail.ambiguous }
    ]], { url = "https://" .. name .. ":" .. (port or services.okta.tls_url:match("%d+$")),
      token = services.okta.token })
  end

  local function refused(host, name, words)
    local value, message, detail = get(host, name)
    assert.is_nil(value)
    assert.same({ kind = "transport", ambiguous = false }, detail)
    assert.is_truthy(message:find(words, 1, true), message)
    assert.same({}, control.counts(services.okta).requests)
  end

  it("works for a certificate that is trusted and bears the name", function()
    assert.equal(3, get(trusting, "localhost"))
    assert.equal(3, get(trusting, "LOCALHOST"))
    assert.equal(2, control.counts(services.okta).requests.list_users)
  end)

  it("without a trusted issuer names the directive", function()
    local host = inside.start { http = "resolver " .. names.address .. " ipv6=off;" }
    finally(function() host:stop() end)
    refused(host, "localhost", 'set "lua_ssl_trusted_certificate')
  end)

  it("refuses another name's certificate", function()
    refused(trusting, "other.test", 'the certificate is not for "other.test" (certificate host mismatch)')
  end)

  it("says that an address is not compared", function()
    refused(trusting, "127.0.0.1", "nginx compares names only, so give the name in the url, not the address")
  end)

  it("without a resolver names the directive", function()
    refused(bare, "other.test", 'no resolver defined to resolve "other.test": add "resolver ADDRESS;" to nginx.conf')
  end)

  it("says whom nginx asks for a name that nobody knows", function()
    refused(trusting, "nobody.test", "nobody.test could not be resolved")
    local _, message = get(trusting, "nobody.test")
    assert.is_truthy(message:find("nginx does not read /etc/hosts", 1, true), message)
  end)

  it("says what failed where there is no TLS", function()
    local value, message, detail = get(trusting, "localhost", services.okta.port)
    assert.is_nil(value)
    assert.equal("transport", detail.kind)
    assert.matches("TLS with localhost failed: handshake failed", message)
  end)

  it("uses its connections again, and its sessions for further ones", function()
    local LOCATION = [[
      ngx.header.content_type = "application/json"
      ngx.say('{"id":"', ngx.var.connection, '","session":"', ngx.var.ssl_session_reused, '"}')
    ]]
    local upstream = nginx.start {
      tls = true,
      server = "ssl_protocols TLSv1.2; ssl_session_cache shared:s:1m;",
      locations = { ["/look"] = LOCATION },
    }
    local host = inside.start {
      http = "resolver " .. names.address .. " ipv6=off; lua_ssl_trusted_certificate " .. upstream.ca .. ";",
    }
    finally(function()
      host:stop()
      upstream:stop()
    end)
    local one, two, more = host:run([[
      local okta = roster.okta { url = arg, token = "token-of-spec", max_retries = 0 }
      local function look() return assert(okta:request { path = "/look" }) end
      local one, two = look(), look()
      -- two at a time: one of them on a connection of its own
      local threads, more = { ngx.thread.spawn(look), ngx.thread.spawn(look) }, {}
      for i = 1, 2 do more[i] = select(2, ngx.thread.wait(threads[i])) end
      return one, two, more
    ]], "https://localhost:" .. upstream.tls_url:match("%d+$"))
    assert.equal(".", one.session)
    assert.equal(one.id, two.id)
    assert.not_equal(more[1].id, more[2].id)
    local other = more[1].id == one.id and more[2] or more[1]
    assert.equal("r", other.session)
  end)

  it("says which directive a long chain needs", function()
    local upstream = nginx.start { tls = true, locations = { ["/x"] = 'ngx.say("{}")' } }
    make_chain(upstream.prefix)
    local settings = "resolver " .. names.address .. " ipv6=off; lua_ssl_trusted_certificate " .. upstream.prefix
      .. "/root.pem;"
    local shallow = inside.start { http = settings }
    local deep = inside.start { http = settings .. " lua_ssl_verify_depth 3;" }
    finally(function()
      shallow:stop()
      deep:stop()
      upstream:stop()
    end)
    upstream:signal("HUP")
    local function look(host)
      return host:run([[
        local okta = roster.okta { url = arg, token = "token-of-spec", max_retries = 0 }
        local value, message = okta:request { path = "/x" }
        return value ~= nil, value == nil and message or nil
      ]], "https://localhost:" .. upstream.tls_url:match("%d+$"))
    end
    local works
    for _ = 1, 60 do
      -- until the new certificate is the one that is shown
      works = look(deep)
      if works then
        break
      end
      os.execute("sleep 0.05")
    end
    assert.is_true(works)
    local value, message
    for _ = 1, 60 do
      value, message = look(shallow)
      if not message:find("self-signed", 1, true) then
        break
      end
      os.execute("sleep 0.05")
    end
    assert.is_false(value)
    assert.is_truthy(message:find('and "lua_ssl_verify_depth 5;" in nginx.conf', 1, true), message)
  end)
end)

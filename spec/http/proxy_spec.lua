-- Proxies through libcurl: the option's, Okta's settings', those of the environment.
local authority = require "spec.support.authority"
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local tunnel = require "spec.support.tunnel"

-- everything that a URL needs encoded
local USER, PASSWORD = "a@b", "p:@/%?#&+ \195\182\"'$"

-- A call in a process of its own, whose environment libcurl reads.
local ASK = [[
  local options = assert((loadstring or load)("return " .. arg[1]))()
  options.token, options.max_retries = "token-of-spec", 0
  options.on_warning = function(message) print("warning: " .. message) end
  local okta = require("roster").okta(options)
  local user, message = okta:get_user("1")
  print(user and "user " .. user.id or message)
  okta:close()
]]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

describe("a proxy", function()
  local server, proxy, dir, good, port

  setup(function()
    server = authority.start()
    good = server:url "good"
    port = good:match("%d+$")
    proxy = tunnel.start(USER .. ":" .. PASSWORD)
    dir = folder.new()
    dir:write("ask.lua", ASK)
  end)

  teardown(function()
    proxy:stop()
    server:stop()
    dir:remove()
  end)

  local function ask(options, variables)
    local words = { environment.bare .. " HOME=" .. dir.path .. " LUA_PATH=" .. quote(package.path), "LUA_CPATH="
      .. quote(package.cpath) }
    for name, value in pairs(variables or {}) do
      words[#words + 1] = name .. "=" .. quote(value)
    end
    return (dir:run(table.concat(words, " ") .. " " .. arg[-1] .. " ask.lua " .. quote(options)):gsub("\n$", ""))
  end

  local function options(more, url)
    return ("{ url = %q, ca = %q, %s }"):format(url or good, server.root, more or "")
  end

  local function through(user)
    return "CONNECT good.localhost:" .. port .. " HTTP/1.1 " .. (user or USER .. ":" .. PASSWORD) .. "\n"
  end

  it("of Okta's settings is told user and password, whatever is in them", function()
    local said = ask(options(), { OKTA_CLIENT_PROXY_HOST = "127.0.0.1", OKTA_CLIENT_PROXY_PORT = proxy.port,
      OKTA_CLIENT_PROXY_USERNAME = USER, OKTA_CLIENT_PROXY_PASSWORD = PASSWORD })
    assert.equal("user 1", said)
    assert.equal(through(), proxy:seen())
  end)

  it("is told what is encoded in its URL", function()
    local encoded = PASSWORD:gsub("[^%w]", function(c)
      return ("%%%02x"):format(c:byte())
    end)
    assert.equal("user 1", ask(options(("proxy = %q"):format("a%40b:" .. encoded .. "@127.0.0.1:" .. proxy.port))))
    assert.equal(through(), proxy:seen())
  end)

  it("that does not let us through is the end", function()
    local said = ask(options(("proxy = %q"):format("http://127.0.0.1:" .. proxy.port)))
    assert.matches("407", said)
    assert.equal(through("nobody"), proxy:seen())
  end)

  describe("of the environment", function()
    local function of_environment(name)
      return { [name] = "http://127.0.0.1:" .. proxy.port }
    end

    it("is used for https, in these variables", function()
      for _, name in ipairs { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } do
        assert.matches("407", ask(options(), of_environment(name)))
        assert.equal(through("nobody"), proxy:seen())
        for _, none in ipairs { "no_proxy", "NO_PROXY" } do
          local variables = of_environment(name)
          variables[none] = "example.test,good.localhost"
          assert.equal("user 1", ask(options(), variables))
        end
        assert.equal("user 1", ask(options "proxy = false", of_environment(name)))
        assert.equal("", proxy:seen())
      end
      for _, name in ipairs { "http_proxy", "HTTP_PROXY" } do
        assert.equal("user 1", ask(options(), of_environment(name)))
        assert.equal("", proxy:seen())
      end
    end)

    it("does not turn off the one that is given", function()
      local given = ("proxy = %q"):format("http://127.0.0.1:" .. proxy.port)
      assert.matches("407", ask(options(given), { no_proxy = "*", HTTPS_PROXY = "http://127.0.0.1:1" }))
      assert.equal(through("nobody"), proxy:seen())
    end)

    it("is never used for plain http", function()
      local plain = server.server.url
      for _, host in ipairs { "127.0.0.1", "localhost" } do
        for _, name in ipairs { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY" } do
          for _, more in ipairs { "", "insecure = true", "proxy = false" } do
            assert.equal("user 1", ask(options(more, (plain:gsub("127%.0%.0%.1", host))), of_environment(name)))
          end
        end
      end
      assert.equal("", proxy:seen())
    end)
  end)

  describe("and TLS", function()
    local lax

    setup(function()
      -- an OpenSSL that would speak anything
      lax = dir:write("openssl.cnf", "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
        .. "MinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
    end)

    it("before 1.2 is not spoken, whatever OpenSSL's settings allow", function()
      local old = authority.start "TLSv1.1"
      finally(function() old:stop() end)
      -- there is such a server, and such settings lead to it
      local seen = dir:run(("OPENSSL_CONF=%s openssl s_client -connect 127.0.0.1:%s -servername good.localhost "
        .. "</dev/null 2>&1 | cat"):format(lax, old:url("good"):match("%d+$")))
      assert.matches("Protocol%s*: TLSv1.1", seen)
      local variables = { OPENSSL_CONF = lax }
      local said = ask(("{ url = %q, ca = %q }"):format(old:url "good", old.root), variables)
      assert.matches("protocol version", said)
      said = ask(options(("proxy = %q"):format("https://127.0.0.1:" .. old:url("good"):match("%d+$"))), variables)
      assert.matches("protocol version", said)
      assert.equal("user 1", ask(options(), variables))
    end)

    it("whose keys are written to a file is warned of once", function()
      local keys = dir.path .. "/keys"
      local warned = "warning: SSLKEYLOGFILE is set: libcurl writes the keys of its TLS connections to that file, with "
        .. "which their tokens can be read; unset it where that is not wanted\n"
      assert.equal(warned .. "user 1", ask(options(), { SSLKEYLOGFILE = keys }))
      assert.equal("user 1", ask(options(), { SSLKEYLOGFILE = "" }))
      dir:write("twice.lua", [[
        local roster = require "roster"
        for _ = 1, 2 do
          local okta = roster.okta { url = arg[1], ca = arg[2], token = "t" }
          assert(okta:get_user("1"))
          okta:close()
        end
      ]])
      local said = dir:run(("SSLKEYLOGFILE=%s LUA_PATH=%s LUA_CPATH=%s %s twice.lua %s %s"):format(keys,
        quote(package.path), quote(package.cpath), arg[-1], good, server.root))
      assert.equal(warned:gsub("^warning", "roster"), said)
    end)
  end)
end)

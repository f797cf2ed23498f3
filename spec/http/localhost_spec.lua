-- Plain http may go to localhost because it stays on this machine: libcurl must not
-- ask anyone where that is.
local folders = require "spec.support.folder"
local nginx = require "spec.support.nginx"

-- stands before the C library's: every name is somewhere else
local ELSEWHERE = [[
  #include <netdb.h>
  #include <stdio.h>
  int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result);
  int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    (void)service; (void)hints; (void)result;
    fprintf(stderr, "asked for %s\n", node);
    return EAI_NONAME;
  }
]]

local ASK = [[
  local okta = require("roster").okta { url = arg[1], token = "token-of-spec", max_retries = 0, insecure = true }
  local seen, message = okta:request { path = "/x" }
  print(seen and seen.host or message)
  okta:close()
]]

describe("localhost, through libcurl", function()
  local folder, server

  setup(function()
    folder = folders.new()
    folder:write("elsewhere.c", ELSEWHERE)
    folder:write("ask.lua", ASK)
    folder:run("${CC:-cc} -shared -fPIC -o elsewhere.so elsewhere.c")
    server = nginx.start { locations = { ["/x"] = [[
      ngx.header.content_type = "application/json" ngx.print('{"host":"', ngx.var.http_host, '"}') ]] } }
  end)

  teardown(function()
    folder:remove()
    server:stop()
  end)

  local function ask(host)
    return folder:run(("LUA_PATH='%s' LUA_CPATH='%s' LD_PRELOAD=\"$LD_PRELOAD $PWD/elsewhere.so\" '%s' ask.lua %s")
      :format(package.path, package.cpath, arg[-1], "http://" .. host .. ":" .. server.port))
  end

  it("is this machine, without asking a resolver", function()
    assert.equal("localhost:" .. server.port .. "\n", ask "localhost")
    assert.equal("LOCALHOST:" .. server.port .. "\n", ask "LOCALHOST")
  end)

  it("is what others are not", function()
    -- as libcurl may read an address that is spelled in another way
    assert.matches("^asked for other%.test\n", ask "other.test")
    assert.matches("^asked for 127%.0%.0%.08\n", ask "127.0.0.08")
  end)
end)

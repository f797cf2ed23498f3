-- A name server that does not answer: libcurl looks names up in a thread, and a
-- call whose time is over must not wait for that thread.
local folders = require "spec.support.folder"

-- stands before the C library's, and never comes back
local NEVER = [[
  #include <unistd.h>
  int getaddrinfo(const char *node, const char *service, const void *hints, void **result);
  int getaddrinfo(const char *node, const char *service, const void *hints, void **result) {
    (void)node; (void)service; (void)hints; (void)result;
    for (;;) pause();
  }
]]

local ASK = [[
  local okta = require("roster").okta { url = "https://never.test", token = "token-of-spec", max_retries = 0 }
  for _ = 1, 3 do
    local _, _, detail = okta:request { path = "/x", timeout = 0.05 }
    print(detail.kind)
  end
  okta:close()
  print "closed"
]]

describe("a name that is never found", function()
  local folder

  setup(function()
    folder = folders.new()
    folder:write("never.c", NEVER)
    folder:write("ask.lua", ASK)
    folder:run("${CC:-cc} -shared -fPIC -o never.so never.c")
  end)

  teardown(function()
    folder:remove()
  end)

  it("does not hold a call longer than its time, nor the end of the program", function()
    -- without a limit this would hang for ever, not fail
    local pipe = assert(io.popen(("LUA_PATH='%s' LUA_CPATH='%s' LD_PRELOAD=\"$LD_PRELOAD %s/never.so\""
      .. " timeout -s KILL 60 '%s' %s/ask.lua 2>&1"):format(package.path, package.cpath, folder.path, arg[-1],
      folder.path)))
    local said = pipe:read("*a")
    pipe:close()
    assert.equal("timeout\ntimeout\ntimeout\nclosed\n", said)
  end)
end)

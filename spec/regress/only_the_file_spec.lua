-- With `ca` the system's folder of certificates was trusted all the same, where
-- libcurl knows one: an issuer that the file does not have was looked for there.
local authority = require "spec.support.authority"
local folders = require "spec.support.folder"

-- stands before the C library's, and names what is looked for
local WATCH = [[
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <stdio.h>
  #include <sys/stat.h>
  #define WATCHED(name) \
    int name(const char *path, struct stat *out); \
    int name(const char *path, struct stat *out) { \
      int (*next)(const char *, struct stat *) = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, #name); \
      fprintf(stderr, "looked for %s\n", path); \
      return next(path, out); \
    }
  WATCHED(stat)
  WATCHED(lstat)
]]

local ASK = [[
  local okta = require("roster").okta { url = arg[1], ca = arg[2], token = "token-of-spec", max_retries = 0 }
  local _, message = okta:request { path = "/x" }
  io.stderr:write(message, "\n")
]]

describe("the option ca", function()
  local folder, server

  setup(function()
    server = authority.start()
    folder = folders.new()
    folder:write("watch.c", WATCH)
    folder:write("ask.lua", ASK)
    folder:run("${CC:-cc} -shared -fPIC -o watch.so watch.c -ldl")
  end)

  teardown(function()
    folder:remove()
    server:stop()
  end)

  it("names all that is trusted", function()
    local paths = ("LUA_PATH='%s' LUA_CPATH='%s' LD_PRELOAD=\"$LD_PRELOAD %s/watch.so\""):format(package.path,
      package.cpath, folder.path)
    local pipe = assert(io.popen(("%s '%s' %s/ask.lua %s %s 2>&1"):format(paths, arg[-1], folder.path,
      server:url "other", server.root)))
    local said = pipe:read "*a"
    pipe:close()
    assert.matches("certificate", said, 1, true)
    -- as folders of certificates name them
    assert.is_nil(said:match("looked for [^\n]*/%x%x%x%x%x%x%x%x%.%d+"), said)
  end)
end)

-- Written by .ci/rockspec: change that, then run `make rockspec`.
rockspec_format = "3.0"
package = "roster"
version = "scm-1"
source = {
  -- For `luarocks make` in a checkout, which takes the files from there.
  url = "file://.",
}
description = {
  summary = "Administer users at Okta, JumpCloud and KnetikCloud",
  detailed = [[
    A C core that knows every operation and model, and thin Lua on top, for
    Lua 5.4 and LuaJIT: scripts, the prompt, OpenResty and nginx.
  ]],
  license = "MIT",
  labels = { "okta", "identity", "openresty" },
}
dependencies = {
  "lua >= 5.1",
  "lua-cjson >= 2.1.0",
}
test_dependencies = {
  "busted",
}
external_dependencies = {
  -- The library alone: LuaRocks does not look for headers in the multiarch
  -- folders, where Debian and Ubuntu keep libcurl's.
  CURL = { library = "curl" },
}
build = {
  type = "make",
  variables = {
    BUILD = "build/rock",
    CFLAGS = "$(CFLAGS)",
    CURL_INCDIR = "$(CURL_INCDIR)",
    CURL_LIBDIR = "$(CURL_LIBDIR)",
    ROCK_INCDIR = "$(LUA_INCDIR)",
    WERROR = "",
  },
  install_variables = {
    DOCDIR = "$(PREFIX)/doc",
    ROCK_LIBDIR = "$(LIBDIR)",
    ROCK_LUADIR = "$(LUADIR)",
    SANDBOX = "0",
  },
}
test = {
  -- busted under the Lua that LuaRocks was told to use; .busted says the rest
  type = "command",
  script = ".ci/busted.lua",
}

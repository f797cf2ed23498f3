-- Written by .ci/rockspec: change that, then run `make rockspec`.
rockspec_format = "3.0"
package = "roster-sandbox"
version = "scm-1"
source = {
  -- For `luarocks make` in a checkout, which takes the files from there.
  url = "file://.",
}
description = {
  summary = "Stateful stand-ins for the services that roster administers",
  detailed = [[
    Okta, JumpCloud and KnetikCloud in this process or on loopback, with users
    and scripted faults, to learn, develop and test with. Production needs none.
  ]],
  license = "MIT",
  labels = { "okta", "identity", "testing" },
}
dependencies = {
  "lua >= 5.1",
  "roster == scm",
}
build = {
  type = "make",
  build_pass = false,
  install_target = "install-sandbox",
  variables = {
    CFLAGS = "$(CFLAGS)",
    ROCK_INCDIR = "$(LUA_INCDIR)",
  },
  install_variables = {
    ROCK_LUADIR = "$(LUADIR)",
  },
}

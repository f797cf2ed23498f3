rockspec_format = "3.0"
package = "roster"
version = "scm-1"
source = {
  -- For `luarocks make` in a checkout, which takes the files from there.
  url = "file://.",
}
description = {
  summary = "Administer users at Okta from Lua",
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
  type = "builtin",
  modules = {
    ["roster.core"] = {
      sources = {
        "csrc/auth.c",
        "csrc/buf.c",
        "csrc/call.c",
        "csrc/catalog.c",
        "csrc/client.c",
        "csrc/codec.c",
        "csrc/core.c",
        "csrc/decode.c",
        "csrc/encode.c",
        "csrc/exchange.c",
        "csrc/fields.c",
        "csrc/headers.c",
        "csrc/json.c",
        "csrc/jumpcloud.c",
        "csrc/knetik.c",
        "csrc/marks.c",
        "csrc/okta.c",
        "csrc/okta_models.c",
        "csrc/policy.c",
        "csrc/query.c",
        "csrc/refusal.c",
        "csrc/request.c",
        "csrc/request_free.c",
        "csrc/response.c",
        "csrc/scalar.c",
        "csrc/secrets.c",
        "csrc/text.c",
        "csrc/trail.c",
        "csrc/url.c",
      },
      libraries = { "m" },
    },
    ["roster.curl"] = {
      sources = {
        "csrc/buf.c",
        "csrc/curl.c",
        "csrc/exchange.c",
        "csrc/headers.c",
      },
      libraries = { "curl", "m" },
      incdirs = { "$(CURL_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)" },
    },
    ["roster"] = "lua/roster/init.lua",
    ["roster.client"] = "lua/roster/client.lua",
    ["roster.config"] = "lua/roster/config.lua",
    ["roster.drive"] = "lua/roster/drive.lua",
    ["roster.dry_run"] = "lua/roster/dry_run.lua",
    ["roster.error"] = "lua/roster/error.lua",
    ["roster.json"] = "lua/roster/json.lua",
    ["roster.list"] = "lua/roster/list.lua",
    ["roster.sandbox"] = "lua/roster/sandbox/init.lua",
    ["roster.sandbox.credentials"] = "lua/roster/sandbox/credentials.lua",
    ["roster.sandbox.faults"] = "lua/roster/sandbox/faults.lua",
    ["roster.sandbox.http"] = "lua/roster/sandbox/http.lua",
    ["roster.sandbox.jumpcloud"] = "lua/roster/sandbox/jumpcloud.lua",
    ["roster.sandbox.jumpcloud.administrators"] = "lua/roster/sandbox/jumpcloud/administrators.lua",
    ["roster.sandbox.jumpcloud.criteria"] = "lua/roster/sandbox/jumpcloud/criteria.lua",
    ["roster.sandbox.jumpcloud.ids"] = "lua/roster/sandbox/jumpcloud/ids.lua",
    ["roster.sandbox.jumpcloud.organizations"] = "lua/roster/sandbox/jumpcloud/organizations.lua",
    ["roster.sandbox.jumpcloud.seed"] = "lua/roster/sandbox/jumpcloud/seed.lua",
    ["roster.sandbox.knetik"] = "lua/roster/sandbox/knetik.lua",
    ["roster.sandbox.knetik.listing"] = "lua/roster/sandbox/knetik/listing.lua",
    ["roster.sandbox.knetik.passwords"] = "lua/roster/sandbox/knetik/passwords.lua",
    ["roster.sandbox.knetik.properties"] = "lua/roster/sandbox/knetik/properties.lua",
    ["roster.sandbox.knetik.seed"] = "lua/roster/sandbox/knetik/seed.lua",
    ["roster.sandbox.knetik.tags"] = "lua/roster/sandbox/knetik/tags.lua",
    ["roster.sandbox.knetik.templates"] = "lua/roster/sandbox/knetik/templates.lua",
    ["roster.sandbox.knetik.tokens"] = "lua/roster/sandbox/knetik/tokens.lua",
    ["roster.sandbox.knetik.users"] = "lua/roster/sandbox/knetik/users.lua",
    ["roster.sandbox.limit"] = "lua/roster/sandbox/limit.lua",
    ["roster.sandbox.nginx"] = "lua/roster/sandbox/nginx.lua",
    ["roster.sandbox.okta"] = "lua/roster/sandbox/okta.lua",
    ["roster.sandbox.okta.call"] = "lua/roster/sandbox/okta/call.lua",
    ["roster.sandbox.okta.consent"] = "lua/roster/sandbox/okta/consent.lua",
    ["roster.sandbox.okta.credentials"] = "lua/roster/sandbox/okta/credentials.lua",
    ["roster.sandbox.okta.criteria"] = "lua/roster/sandbox/okta/criteria.lua",
    ["roster.sandbox.okta.fault"] = "lua/roster/sandbox/okta/fault.lua",
    ["roster.sandbox.okta.fold"] = "lua/roster/sandbox/okta/fold.lua",
    ["roster.sandbox.okta.gate"] = "lua/roster/sandbox/okta/gate.lua",
    ["roster.sandbox.okta.lifecycle"] = "lua/roster/sandbox/okta/lifecycle.lua",
    ["roster.sandbox.okta.linked"] = "lua/roster/sandbox/okta/linked.lua",
    ["roster.sandbox.okta.listing"] = "lua/roster/sandbox/okta/listing.lua",
    ["roster.sandbox.okta.names"] = "lua/roster/sandbox/okta/names.lua",
    ["roster.sandbox.okta.page"] = "lua/roster/sandbox/okta/page.lua",
    ["roster.sandbox.okta.profile"] = "lua/roster/sandbox/okta/profile.lua",
    ["roster.sandbox.okta.resources"] = "lua/roster/sandbox/okta/resources.lua",
    ["roster.sandbox.okta.roles"] = "lua/roster/sandbox/okta/roles.lua",
    ["roster.sandbox.okta.secret"] = "lua/roster/sandbox/okta/secret.lua",
    ["roster.sandbox.okta.seed"] = "lua/roster/sandbox/okta/seed.lua",
    ["roster.sandbox.okta.states"] = "lua/roster/sandbox/okta/states.lua",
    ["roster.sandbox.okta.store"] = "lua/roster/sandbox/okta/store.lua",
    ["roster.sandbox.okta.users"] = "lua/roster/sandbox/okta/users.lua",
    ["roster.sandbox.okta.view"] = "lua/roster/sandbox/okta/view.lua",
    ["roster.sandbox.okta.world"] = "lua/roster/sandbox/okta/world.lua",
    ["roster.sandbox.random"] = "lua/roster/sandbox/random.lua",
    ["roster.sandbox.router"] = "lua/roster/sandbox/router.lua",
    ["roster.sandbox.serve"] = "lua/roster/sandbox/serve.lua",
    ["roster.sandbox.server"] = "lua/roster/sandbox/server.lua",
    ["roster.sandbox.service"] = "lua/roster/sandbox/service.lua",
    ["roster.sandbox.watch"] = "lua/roster/sandbox/watch.lua",
    ["roster.token"] = "lua/roster/token.lua",
    ["roster.transport.curl"] = "lua/roster/transport/curl.lua",
    ["roster.transport.func"] = "lua/roster/transport/func.lua",
    ["roster.transport.replay"] = "lua/roster/transport/replay.lua",
  },
}
test = {
  type = "busted",
}

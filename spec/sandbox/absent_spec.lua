-- roster without its sandbox, which is a rock of its own: a copy of lua/ that
-- lacks the folder does all that production needs.
local example = require "spec.support.example"
local folder = require "spec.support.folder"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"
local serve = require "roster.sandbox.serve"

describe("roster without roster.sandbox #nginx", function()
  local dir, server, tree

  setup(function()
    dir = folder.new()
    tree = dir:run("pwd"):gsub("%s+$", "") .. "/lua"
    os.execute("cp -r lua '" .. dir.path .. "' && rm -r '" .. dir.path .. "/lua/roster/sandbox'")
    server = serve.start { users = 7 }
  end)

  teardown(function()
    server:stop()
    dir:remove()
  end)

  -- Runs the words after $LUA; the built objects are found, and of lua/ the copy.
  local function run(words)
    -- of any tree's templates, which are .../lua/?.lua, none is left
    local path = ("LUA_PATH='%s/?.lua;%s/?/init.lua;%s'; export LUA_PATH; "):format(tree, tree,
      package.path:gsub("[^;]*/lua/%?[^;]*;?", ""))
    return example.shell(path .. "cpath=$(echo \"$LUA_CPATH\" | sed \"s|^\\./|$PWD/|; s|;\\./|;$PWD/|g\"); "
      .. "export LUA_CPATH=\"$cpath\"; root=$PWD; cd '" .. dir.path .. "' && " .. words,
      server.okta.environment)
  end

  it("is what this spec runs", function()
    local out, err, code = run [[$LUA -e 'local search = package.searchpath or function() end
      print(search("roster.sandbox", package.path), search("roster", package.path))']]
    assert.equal(0, code, err)
    assert.is_true(out == "nil\t" .. tree .. "/roster/init.lua\n" or out == "nil\tnil\n", out)
  end)

  it("says in one line what to install, for every service", function()
    for _, service in ipairs { "okta", "jumpcloud", "knetik" } do
      local out, err, code = run(([[$LUA -e 'print(select(2, pcall(function()
        local _ = require("roster").%s { sandbox = true }
      end)))']]):format(service))
      assert.equal(0, code, err)
      assert.equal(('(command line):2: roster.%s: option "sandbox": the sandbox is not installed: '
        .. 'run "luarocks install roster-sandbox", or "make install" without SANDBOX=0\n'):format(service), out)
    end
  end)

  it("shows a sandbox's own mistake as it is", function()
    dir:write("broken/roster/sandbox.lua", 'error("spoilt", 0)')
    local out = run [[$LUA -e 'package.path = "broken/?.lua;" .. package.path
      print(select(2, pcall(require("roster").okta, { sandbox = true })))']]
    assert.matches("spoilt", out, 1, true)
    assert.is_nil(out:find("luarocks", 1, true))
    dir:write("broken/roster/sandbox.lua", 'require "roster.sandbox.faults"')
    out = run [[$LUA -e 'package.path = "broken/?.lua;" .. package.path
      print(select(2, pcall(require("roster").okta, { sandbox = true })))']]
    assert.matches("module 'roster.sandbox.faults' not found", out, 1, true)
  end)

  it("takes a stand-in of one's own", function()
    local out, err = run [[$LUA -e 'local okta = require("roster").okta { url = "https://org.test", token = "t",
      sandbox = { handle = function() return { status = 200, headers = { ["Content-Type"] = "application/json" },
        body = "{\"id\":\"00u1\"}" } end } }
      print(okta:get_user("a").id)']]
    assert.equal("00u1\n", out, err)
  end)

  it("calls a service, records that, and replays it", function()
    local out, err, code = run [[$LUA -e '
      local roster = require "roster"
      local function count(options)
        local okta = roster.okta(options)
        print(#okta:list_users():all(), okta:get_user("nobody") == nil)
        print(okta:each(okta:list_users(), function(user, client) return client:get_user(user.id) end).done)
        okta:close()
      end
      count {}
      count { record = "tape.jsonl" }
      count { replay = "tape.jsonl" }
      for name in pairs(package.loaded) do
        assert(not name:find("sandbox", 1, true), name)
      end']]
    assert.equal(0, code, err)
    assert.equal(("7\ttrue\n7\n"):rep(3), out)
  end)

  it("has a prompt", function()
    local path = dir:write("typed", table.concat({
      'okta = roster.okta()', 'print(#okta:list_users():all())', "help()", "help(okta.get_user)", "last()",
      "for name in pairs(package.loaded) do if name:find('sandbox', 1, true) then print('loaded ' .. name) end end",
      "",
    }, "\n"))
    local out = run("TERM=dumb $LUA -i -l roster.repl <" .. path .. " 2>&1")
    assert.matches("\n[> ]*7\n", out)
    assert.matches("with the rock%s+roster%-sandbox", out)
    assert.matches("okta:get_user%(user_id, options%)", out)
    assert.is_nil(out:find("loaded roster", 1, true))
    assert.is_nil(out:find("not found", 1, true))
  end)

  it("has examples that say what they need", function()
    for _, name in ipairs { "demo.lua", "nginx/demo.lua" } do
      local out, err, code = run("unset OKTA_CLIENT_ORGURL OKTA_CLIENT_TOKEN JUMPCLOUD_API_KEY KNETIK_URL; "
        .. "$LUA \"$root/examples/" .. name .. "\"")
      assert.equal(1, code, out)
      assert.matches('^demo%.lua: no sandbox to show it on: "luarocks install roster%-sandbox" [^\n]*\n$', err)
    end
    local _, err, code = run("$LUA \"$root/examples/list_users.lua\"")
    assert.equal(0, code, err)
    assert.matches("7 users", err, 1, true)
  end)

  it("answers inside nginx", function()
    local host = nginx.start {
      environment = server.okta.environment,
      config = function(place)
        return place.main .. [[
          pid nginx.pid;
          error_log ]] .. place.prefix .. [[/error.log warn;
          events {}
          env OKTA_CLIENT_ORGURL;
          env OKTA_CLIENT_TOKEN;
          http {
            ]] .. place.http .. [[
            lua_shared_dict roster 1m;
            init_by_lua_block {
              -- what ends this nginx with the spec is all there is of the sandbox
              package.preload["roster.sandbox.watch"] = loadfile(
                package.searchpath("roster.sandbox.watch", package.path))
              local kept = {}
              for template in package.path:gmatch("[^;]+") do
                kept[#kept + 1] = not template:find("/lua/%?") and template or nil
              end
              local tree = "]] .. tree .. [["
              package.path = tree .. "/?.lua;" .. tree .. "/?/init.lua;" .. table.concat(kept, ";")
              okta = require("roster").okta()
            }
            server {
              listen 127.0.0.1:]] .. ("%d"):format(place.port) .. [[;
              location / {
                content_by_lua_block {
                  ngx.say(#assert(okta:list_users():all()), " ", (pcall(require, "roster.sandbox")))
                }
              }
            }
          }]]
      end,
    }
    finally(function() host:stop() end)
    local status, body = raw.request { url = host.url .. "/" }
    assert.equal(200, status, host:log())
    assert.matches("%f[%d]7 false\n", body)
  end)

  it("names the sandbox's modules in one place only", function()
    local pipe = assert(io.popen("grep -rlE 'roster[./]sandbox' '" .. tree .. "' | sort"))
    local text = pipe:read("*a")
    pipe:close()
    assert.equal(tree .. "/roster/config/sources.lua\n", text)
  end)
end)

-- Which Luas roster runs on: what PUC Lua 5.1 can do with the build that LuaJIT
-- uses, and that the Luas between 5.1 and 5.4 are rejected in one line.
local example = require "spec.support.example"
local folder = require "spec.support.folder"

local BUILD = os.getenv("BUILD") or "./build"

-- Runs a chunk in a process of its own; returns what it printed, without the
-- newline, and its exit code.
local function run(lua, chunk, abi)
  local out, err, code = example.shell(("LUA_PATH=%s LUA_CPATH=%s ASAN_OPTIONS=detect_leaks=0 %s -e %s"):format(
    example.quote("./lua/?.lua;./lua/?/init.lua;./?.lua;;"), example.quote(BUILD .. "/" .. abi .. "/?.so;;"), lua,
    example.quote(chunk)))
  return ((out .. err):gsub("\n$", "")), code
end

describe("PUC Lua 5.1", function()
  local function puc(chunk)
    local head = "assert(_VERSION == 'Lua 5.1' and not jit) local roster = require 'roster' "
    local out, code = run("lua5.1", head .. chunk, "5.1")
    assert.equal(0, code, out)
    return out
  end

  it("makes calls and walks lists on the sandbox", function()
    assert.equal("ok", puc [[
      local okta = roster.okta { sandbox = true }
      local count = 0
      for user in okta:list_users { limit = 30 } do
        assert(user.profile.login)
        count = count + 1
      end
      assert(count == 100, count)
      local ada = assert(okta:create_user { profile = { login = "ada@example.com", email = "ada@example.com",
        firstName = "Ada", lastName = "L", title = "Countess" } })
      ada = assert(okta:partial_update_user(ada.id, { profile = { title = roster.null } }))
      assert(ada.profile.title == nil and ada.profile.firstName == "Ada")
      local value, message, detail = okta:get_user "nobody@example.com"
      assert(value == nil and message == tostring(detail) and detail.status == 404)
      assert(not pcall(function() return okta.get_usr end))
      print "ok"]])
  end)

  it("plays a recording again", function()
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    os.remove(path)
    assert.equal("ok", puc(([[
      local path, logins = %q, { {}, {} }
      for i, options in ipairs { { sandbox = true, record = path }, { replay = path } } do
        if i == 2 then options.url, options.token = "https://sandbox.okta.test", "token" end
        local okta = roster.okta(options)
        for user in okta:list_users { limit = 50 } do table.insert(logins[i], user.profile.login) end
        okta:close()
      end
      assert(#logins[1] == 100)
      assert(table.concat(logins[1], " ") == table.concat(logins[2], " "))
      print "ok"]]):format(path)))
  end)

  it("makes calls and walks lists over HTTP and HTTPS", function()
    local server = require("roster.sandbox.serve").start { users = 120, tls = true }
    finally(function() server:stop() end)
    for url, ca in pairs { [server.okta.url] = "nil", [server.okta.tls_url] = ("%q"):format(server.ca) } do
      assert.equal("ok", puc(([[
        local okta = roster.okta { url = %q, token = %q, ca = %s }
        local count, ids = 0, {}
        for user in okta:list_users { limit = 50 } do count, ids[user.id] = count + 1, true end
        assert(count >= 120, count)
        assert(okta:get_user((next(ids))).status)
        local value, _, detail = okta:get_user "nobody@example.com"
        assert(value == nil and detail.status == 404)
        okta:close()
        print "ok"]]):format(url, server.okta.token, ca)))
    end
  end)

  it("says what `each` and schedulers need", function()
    assert.equal('each: needs Lua 5.4 or LuaJIT\nroster.okta: option "scheduler": needs Lua 5.4 or LuaJIT', puc [[
      local _, why = pcall(function() roster.okta({ sandbox = true }):each({ 1 }, print) end) print(why)
      local idle = { wait = print, sleep = print }
      _, why = pcall(function() roster.okta { url = "http://127.0.0.1:9", token = "t", scheduler = idle } end)
      print(why)]])
  end)
end)

describe("a Lua that roster does not run on", function()
  local own = _VERSION:match("%d%.%d")

  for _, version in ipairs { "5.2", "5.3", "5.5" } do
    it("is rejected by require: " .. version, function()
      for _, module in ipairs { "roster", "roster.repl" } do
        assert.equal("roster: Lua " .. version .. " is not supported: use Lua 5.4 or LuaJIT",
          (run(example.quote(arg[-1]), ("_VERSION = 'Lua %s' print(select(2, pcall(require, '%s')))"):format(version,
            module), own)))
      end
    end)

    it("is rejected by make: " .. version, function()
      local place = folder.new()
      finally(function() place:remove() end)
      place:write("lua.h", ("#define LUA_VERSION_NUM\t\t50%s\n"):format(version:sub(-1)))
      local function make(words)
        local command = "unset LD_PRELOAD MAKEFLAGS MAKELEVEL; make --no-print-directory DEPS=: "
        local out, err, code = example.shell(command .. words)
        assert.is_true(code ~= 0)
        return (out .. err):match("^[^\n]*")
      end
      local headers, build = example.quote(place.path), example.quote(place.path .. "/build")
      for abi, name in pairs { ["5.4"] = "LUA54_INCDIR", ["5.1"] = "LUA51_INCDIR" } do
        local line = make(("%s=%s BUILD=%s %s/obj/%s/flags"):format(name, headers, build, build, abi))
        assert.equal(("No Lua %s headers in '%s', whose lua.h is of Lua %s:"):format(abi, place.path, version),
          line:match("^.-:"))
        assert.matches("set " .. name .. " to the folder", line, 1, true)
      end
      assert.matches("ABIS: Lua " .. version .. " is not supported: roster is built for Lua 5.4",
        make("ABIS=" .. version), 1, true)
      local lua = place:write("lua", "#!/bin/sh\nprintf " .. version .. "\n")
      os.execute("chmod +x " .. example.quote(lua))
      local _, err, code = example.shell("sh .ci/env " .. example.quote(lua))
      assert.equal(1, code)
      assert.equal(("%s is Lua %s, which is not supported: use lua5.4 or luajit\n"):format(lua, version), err)
    end)
  end
end)

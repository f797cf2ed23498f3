-- What LuaRocks and `make install` build and install, against what is there.
local example = require "spec.support.example"
local folder = require "spec.support.folder"
local lfs = require "lfs"

local read = example.read

-- Runs a file of assignments; returns what it assigned.
local function load_rockspec(path)
  local env = {}
  local chunk
  if setfenv then
    chunk = assert(loadfile(path))
    setfenv(chunk, env)
  else
    chunk = assert(loadfile(path, "t", env))
  end
  chunk()
  return env
end

-- Every file below `path`, without it, sorted; none whose name begins with a dot.
local function files_below(path)
  local found = {}
  local function walk(inner)
    for name in lfs.dir(path .. inner) do
      local full = path .. inner .. "/" .. name
      if name:sub(1, 1) ~= "." then
        if lfs.attributes(full, "mode") == "directory" then
          walk(inner .. "/" .. name)
        else
          found[#found + 1] = inner:sub(2) .. (inner == "" and "" or "/") .. name
        end
      end
    end
  end
  walk("")
  table.sort(found)
  return found
end

-- What a variable of the Makefile holds, as a list of words.
local function make_variable(name)
  local value = read("Makefile"):gsub("\\\n", " ")
    :match("\n" .. name .. " *=([^\n]*)")
  assert(value, "no " .. name .. " in the Makefile")
  local words = {}
  for word in value:gmatch("%S+") do words[#words + 1] = word end
  return words
end

local function make(words)
  local out, err, code = example.shell("unset LD_PRELOAD MAKEFLAGS MAKELEVEL; make DEPS=: " .. words)
  assert(code == 0, out .. err)
  return out
end

describe("the Makefile", function()
  it("builds roster.curl of files that are there", function()
    for _, name in ipairs { "CURL_OWN", "CURL_SHARED" } do
      local words = make_variable(name)
      assert.is_true(#words > 0)
      for _, path in ipairs(words) do
        assert.equal("file", lfs.attributes(path, "mode"), path)
      end
    end
  end)

  it("installs every file below lua/ once, with the sandbox apart", function()
    local dir = folder.new()
    finally(function() dir:remove() end)
    local variables = ("DESTDIR=%s PREFIX=/p ABIS='5.4 5.1'"):format(dir.path)
    make("install-lua " .. variables)
    local roster = files_below(dir.path .. "/p/share/lua/5.4")
    os.execute(("mv '%s/p' '%s/q'"):format(dir.path, dir.path))
    make("install-sandbox " .. variables)
    local sandbox = files_below(dir.path .. "/p/share/lua/5.4")
    assert.same(sandbox, files_below(dir.path .. "/p/share/lua/5.1"))
    assert.same(roster, files_below(dir.path .. "/q/share/lua/5.1"))
    assert.is_true(#roster > 50 and #sandbox > 40)
    for _, name in ipairs(roster) do
      assert.is_nil(name:find("sandbox", 1, true), name)
    end
    local all = {}
    for _, list in ipairs { roster, sandbox } do
      for _, name in ipairs(list) do all[#all + 1] = name end
    end
    table.sort(all)
    assert.same(files_below("lua"), all)
    assert.equal(read("lua/roster/init.lua"), read(dir.path .. "/q/share/lua/5.4/roster/init.lua"))
  end)

  it("installs documentation whose links lead somewhere there", function()
    local dir = folder.new()
    finally(function() dir:remove() end)
    make("install-docs DOCDIR=" .. dir.path .. "/doc")
    local installed, links = {}, 0
    for _, name in ipairs(files_below(dir.path .. "/doc")) do
      installed[name] = true
    end
    for name in pairs(installed) do
      if name:find("^[^/]*%.md$") then
        for target in read(dir.path .. "/doc/" .. name):gmatch("%]%(([%w_./-]+)[#)]") do
          assert.is_true(installed[target], name .. " links to " .. target)
          links = links + 1
        end
      end
    end
    assert.is_true(links > 3)
    for _, name in ipairs { "README.md", "CHANGELOG.md", "LICENSE", "lua/roster/meta/okta.md",
      "lua/roster/meta/jumpcloud.md", "lua/roster/meta/knetik.md", "examples/nginx/nginx.conf" } do
      assert.is_true(installed[name], name)
    end
    for _, name in ipairs(files_below("examples")) do
      assert.is_true(installed["examples/" .. name], name)
    end
    -- every reference page is one of them
    for _, name in ipairs(files_below("lua/roster/meta")) do
      assert.is_true(not name:find("%.md$") or installed["lua/roster/meta/" .. name], name)
    end
  end)

  it("takes away what it installed, and nothing else", function()
    local dir = folder.new()
    finally(function() dir:remove() end)
    local variables = ("DESTDIR=%s PREFIX=/p DOCDIR=/doc ABIS=5.4"):format(dir.path)
    dir:write("p/share/lua/5.4/other.lua", "")
    dir:write("doc/other.md", "")
    dir:write("doc/empty/kept", "")
    os.remove(dir.path .. "/doc/empty/kept")
    make("install-lua install-sandbox install-docs " .. variables)
    assert.equal("file", lfs.attributes(dir.path .. "/doc/README.md", "mode"))
    make("uninstall " .. variables)
    assert.same({ "doc/other.md", "p/share/lua/5.4/other.lua" }, files_below(dir.path))
    assert.equal("directory", lfs.attributes(dir.path .. "/doc/empty", "mode"))
    assert.is_nil(lfs.attributes(dir.path .. "/doc/examples"))
    assert.is_nil(lfs.attributes(dir.path .. "/p/share/lua/5.4/roster"))
  end)

  it("says which Lua LuaRocks may build for", function()
    local dir = folder.new()
    finally(function() dir:remove() end)
    local function built_for(text)
      dir:write("lua.h", text)
      local out, err, code = example.shell("unset LD_PRELOAD MAKEFLAGS MAKELEVEL; make install-sandbox ROCK_INCDIR=" ..
        dir.path .. " ROCK_LUADIR=" .. dir.path .. "/rock DEPS=:")
      return code == 0 and out:match("^Lua (%S+):") or err
    end
    assert.equal("5.4", built_for("#define LUA_VERSION_NUM\t\t504\n"))
    assert.equal("5.1", built_for("#define LUA_VERSION_NUM  501\n"))
    assert.equal("file", lfs.attributes(dir.path .. "/rock/roster/sandbox/init.lua", "mode"))
    for _, text in ipairs { "#define LUA_VERSION_NUM\t\t503\n", "#define LUA_VERSION_NUM (5*100)\n", "" } do
      assert.matches("has no headers of Lua 5%.4, LuaJIT or Lua 5%.1", built_for(text))
    end
  end)
end)

describe("the rockspecs", function()
  it("carry the package and version of their file names", function()
    local count = 0
    for _, name in ipairs(files_below("rockspec")) do
      local own = load_rockspec("rockspec/" .. name)
      assert.equal(name, ("%s-%s.rockspec"):format(own.package, own.version))
      count = count + 1
    end
    assert.is_true(count >= 3)
  end)

  it("run targets of the Makefile, with variables that it has", function()
    local makefile = "\n" .. read("Makefile")
    for _, package in ipairs { "roster", "roster-sandbox" } do
      local build = load_rockspec("rockspec/" .. package .. "-scm-1.rockspec").build
      -- LuaRocks' "builtin" would install all of lua/, the sandbox as well
      assert.equal("make", build.type)
      assert.is_truthy(makefile:find("\n" .. (build.install_target or "install") .. ":", 1, true))
      for _, variables in ipairs { build.variables or {}, build.build_variables or {}, build.install_variables } do
        for name in pairs(variables) do
          assert.is_truthy(makefile:find("\n" .. name .. " ?=", 1, true), name)
        end
      end
    end
  end)

  it("leave the sandbox to a rock that depends on roster", function()
    local roster = load_rockspec("rockspec/roster-scm-1.rockspec")
    local sandbox = load_rockspec("rockspec/roster-sandbox-scm-1.rockspec")
    assert.equal("0", roster.build.install_variables.SANDBOX)
    assert.equal("install-sandbox", sandbox.build.install_target)
    assert.is_false(sandbox.build.build_pass)
    assert.same({ "lua >= 5.1", "roster == scm" }, sandbox.dependencies)
    assert.same({ CURL = { library = "curl" } }, roster.external_dependencies)
  end)

  it("name no address that there is not", function()
    for _, package in ipairs { "roster", "roster-sandbox" } do
      local own = load_rockspec("rockspec/" .. package .. "-scm-1.rockspec")
      assert.is_nil(own.description.homepage)
      assert.is_nil(own.description.issues_url)
      assert.is_nil(own.description.maintainer)
    end
  end)
end)

describe("the objects", function()
  local BUILD = os.getenv("BUILD") or "./build"
  local cflags = read(BUILD .. "/obj/5.4/flags")

  local function readelf(options, path)
    local pipe = assert(io.popen("LC_ALL=C readelf -W " .. options .. " '" .. path .. "' 2>&1"))
    local text = pipe:read("*a")
    pipe:close()
    return text
  end

  for _, abi in ipairs { "5.4", "5.1" } do
    for _, name in ipairs { "core", "curl" } do
      local path = ("%s/%s/roster/%s.so"):format(BUILD, abi, name)

      it("are bound at load time, then read-only, and have no executable stack: " .. abi .. " " .. name, function()
        local sections, dynamic = readelf("-l", path), readelf("-d", path)
        assert.matches("\n  GNU_RELRO ", sections)
        assert.matches("BIND_NOW", dynamic)
        assert.matches("FLAGS_1%)%s+Flags:[^\n]* NOW", dynamic)
        local stack = sections:match("\n  GNU_STACK ([^\n]*)")
        assert.is_truthy(stack)
        assert.matches(" RW +0x", stack)
        assert.is_nil(dynamic:find("TEXTREL", 1, true))
      end)

      -- sanitizers check more than these do, and have a build of their own
      it("check their stack and the buffers that they write: " .. abi .. " " .. name, function()
        local symbols = readelf("--dyn-syms", path)
        local hardened = not cflags:find("-fsanitize", 1, true)
        local fortified = hardened and not cflags:find("-O0", 1, true)
        assert.equal(hardened, symbols:find("UND __stack_chk_fail", 1, true) ~= nil)
        assert.equal(fortified, symbols:find("UND __[%w]+_chk") ~= nil)
      end)
    end
  end
end)

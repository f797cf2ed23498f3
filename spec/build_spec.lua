-- What the rockspecs and the Makefile build, against what is there.

local lfs = require "lfs"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local version = read("csrc/version.h"):match('ROSTER_VERSION "([^"]+)"')
local ROCKSPEC = "rockspec/roster-scm-1.rockspec"
local RELEASE = ("rockspec/roster-%s-1.rockspec"):format(version)

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

-- Every file below `folder` whose name ends in `suffix`, sorted.
local function files_below(folder, suffix)
  local found = {}
  local function walk(path)
    for name in lfs.dir(path) do
      local full = path .. "/" .. name
      if name ~= "." and name ~= ".." then
        if lfs.attributes(full, "mode") == "directory" then
          walk(full)
        elseif name:sub(-#suffix) == suffix then
          found[#found + 1] = full
        end
      end
    end
  end
  walk(folder)
  table.sort(found)
  return found
end

-- What a variable of the Makefile holds, as a sorted list of words.
local function make_variable(name)
  local value = read("Makefile"):gsub("\\\n", " ")
    :match("\n" .. name .. " *=([^\n]*)")
  assert(value, "no " .. name .. " in the Makefile")
  local words = {}
  for word in value:gmatch("%S+") do words[#words + 1] = word end
  table.sort(words)
  return words
end

local function sorted(list)
  local copy = {}
  for i = 1, #list do copy[i] = list[i] end
  table.sort(copy)
  return copy
end

describe("the rockspec", function()
  local rockspec = load_rockspec(ROCKSPEC)
  local modules = rockspec.build.modules

  it("names every C file of roster.core and no other", function()
    local expected = {}
    for _, path in ipairs(files_below("csrc", ".c")) do
      if not path:find("^csrc/curl") then expected[#expected + 1] = path end
    end
    assert.is_true(#expected > 0)
    assert.same(expected, sorted(modules["roster.core"].sources))
  end)

  it("builds roster.curl from the files that the Makefile takes", function()
    local expected = make_variable("CURL_SHARED")
    for _, path in ipairs(make_variable("CURL_OWN")) do
      expected[#expected + 1] = path
    end
    assert.same(sorted(expected), sorted(modules["roster.curl"].sources))
    for _, path in ipairs(expected) do
      assert.equal("file", lfs.attributes(path, "mode"), path)
    end
  end)

  it("names every Lua file under the name it is required by", function()
    local expected, listed = {}, {}
    for _, path in ipairs(files_below("lua", ".lua")) do
      local name = path:gsub("^lua/", ""):gsub("%.lua$", "")
        :gsub("/init$", ""):gsub("/", ".")
      expected[name] = path
    end
    for name, value in pairs(modules) do
      if type(value) == "string" then listed[name] = value end
    end
    assert.is_truthy(expected["roster"])
    assert.same(expected, listed)
  end)

  it("needs libcurl only for roster.curl, and no header check", function()
    assert.same({ "m" }, modules["roster.core"].libraries)
    assert.same({ CURL = { library = "curl" } },
      rockspec.external_dependencies)
  end)

  it("carries the version of its file name", function()
    for _, path in ipairs { ROCKSPEC, RELEASE } do
      local own = load_rockspec(path)
      assert.equal(path, ("rockspec/%s-%s.rockspec"):format(own.package, own.version))
    end
  end)

  it("is for the release what it is for a checkout, but for where the source is", function()
    local release = load_rockspec(RELEASE)
    assert.equal("roster-" .. version, release.source.dir)
    assert.is_truthy(release.source.url:find("/roster-" .. version .. ".tar.gz", 1, true))
    release.version, release.source = rockspec.version, rockspec.source
    assert.same(rockspec, release)
  end)

  it("is what `make rockspec` writes", function()
    local folder = os.tmpname()
    os.remove(folder)
    finally(function()
      for _, path in ipairs(files_below(folder, "")) do os.remove(path) end
      lfs.rmdir(folder)
    end)
    local code = os.execute("sh .ci/rockspec " .. folder)
    assert.is_true(code == true or code == 0)
    local written = files_below(folder, "")
    assert.same(#files_below("rockspec", ""), #written)
    for _, path in ipairs(written) do
      local kept = "rockspec/" .. path:match("[^/]+$")
      assert.is_true(read(path) == read(kept), kept .. " is stale: run `make rockspec`")
    end
  end)
end)

describe("the version", function()
  it("is a semantic version", function()
    assert.matches("^%d+%.%d+%.%d+$", version)
  end)

  it("is what the module and its core say", function()
    assert.equal(version, require("roster")._VERSION)
    assert.equal(version, require("roster.core")._VERSION)
  end)

  it("is that of the newest release in the changelog", function()
    local headings = {}
    for heading in read("CHANGELOG.md"):gmatch("\n## %[([^%]]+)%]") do
      headings[#headings + 1] = heading
    end
    assert.equal("Unreleased", headings[1])
    assert.equal(version, headings[2])
  end)

  it("stands nowhere else where code could keep another", function()
    for _, folder in ipairs { "csrc", "lua" } do
      for _, suffix in ipairs { ".c", ".h", ".lua" } do
        for _, path in ipairs(files_below(folder, suffix)) do
          local text = read(path)
          assert.is_true(path == "csrc/version.h" or not text:find('"' .. version .. '"', 1, true), path)
        end
      end
    end
    assert.is_nil(read("Makefile"):find(version, 1, true))
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

-- The version, the rockspecs of releases, and what says how a release is made.
local core = require "roster.core"
local example = require "spec.support.example"
local folder = require "spec.support.folder"
local lfs = require "lfs"
local roster = require "roster"

local read = example.read

local version = read("csrc/version.h"):match('ROSTER_VERSION "([^"]+)"')

local function names_in(path)
  local names = {}
  for name in lfs.dir(path) do
    if name:sub(1, 1) ~= "." then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

local function numbers(text)
  local list = {}
  for part in text:gmatch("%d+") do list[#list + 1] = tonumber(part) end
  return list
end

local function is_before(a, b)
  local x, y = numbers(a), numbers(b)
  for i = 1, 3 do
    if x[i] ~= y[i] then return x[i] < y[i] end
  end
  return false
end

-- A copy of what .ci/rockspec and .ci/frozen look at, in a folder.
local function copy()
  local dir = folder.new()
  assert(os.execute(("mkdir -p '%s/csrc' && cp -r .ci rockspec CONTRIBUTING.md '%s' && cp csrc/version.h '%s/csrc'")
    :format(dir.path, dir.path, dir.path)))
  return dir
end

local function with_version(dir, text)
  local changed = read("csrc/version.h"):gsub('ROSTER_VERSION "[^"]*"', ('ROSTER_VERSION "%s"'):format(text))
  dir:write("csrc/version.h", changed)
end

describe("the version", function()
  it("is a release's, or the next one's with -dev", function()
    assert.matches("^%d+%.%d+%.%d+$", (version:gsub("%-dev$", "")))
  end)

  it("is what the module, its core and the user agent say", function()
    assert.equal(version, roster._VERSION)
    assert.equal(version, core._VERSION)
    local okta = roster.okta { url = "https://org.test", token = "t" }
    assert.equal("roster/" .. version, okta:get_user("a", { dry_run = true }).headers["User-Agent"])
  end)

  it("is above every release in the changelog, or the newest of them", function()
    local headings = {}
    for heading in read("CHANGELOG.md"):gmatch("\n## %[([^%]]+)%]") do
      headings[#headings + 1] = heading
    end
    assert.equal("Unreleased", headings[1])
    if version:find("%-dev$") then
      assert.is_true(is_before(headings[2], version), headings[2])
    else
      assert.equal(version, headings[2])
    end
    for i = 3, #headings do
      assert.is_true(is_before(headings[i], headings[i - 1]), headings[i])
    end
  end)

  it("stands nowhere else where another could be kept", function()
    local out = example.shell("grep -rlF '" .. version .. "' csrc lua examples rockspec Makefile .ci README.md "
      .. "CONTRIBUTING.md SECURITY.md .github | sort")
    if version:find("%-dev$") then
      assert.equal("csrc/version.h\n", out)
    else
      assert.equal(("csrc/version.h\nrockspec/roster-%s-1.rockspec\nrockspec/roster-sandbox-%s-1.rockspec\n")
        :format(version, version), out)
    end
  end)
end)

describe("the rockspecs of releases", function()
  it("are what `make rockspec` writes, where it writes them", function()
    local dir = folder.new()
    finally(function() dir:remove() end)
    local out, err, code = example.shell("sh .ci/rockspec " .. dir.path)
    assert.equal(0, code, out .. err)
    local written = names_in(dir.path)
    assert.is_true(#written >= 2)
    for _, name in ipairs(written) do
      assert.is_true(dir:read(name) == read("rockspec/" .. name), name .. " is stale: run `make rockspec`")
    end
  end)

  it("are written for a release and for no -dev", function()
    local dir = copy()
    finally(function() dir:remove() end)
    with_version(dir, "7.8.9-dev")
    dir:run("rm -f rockspec/*; sh .ci/rockspec")
    assert.same({ "roster-sandbox-scm-1.rockspec", "roster-scm-1.rockspec" }, names_in(dir.path .. "/rockspec"))
    with_version(dir, "7.8.9")
    dir:run("sh .ci/rockspec")
    assert.same({ "roster-7.8.9-1.rockspec", "roster-sandbox-7.8.9-1.rockspec", "roster-sandbox-scm-1.rockspec",
      "roster-scm-1.rockspec" }, names_in(dir.path .. "/rockspec"))
    assert.matches('"roster == 7%.8%.9"', dir:read("rockspec/roster-sandbox-7.8.9-1.rockspec"))
    -- but for the version and where the source is, what a checkout's says
    local function rest(name)
      return (dir:read("rockspec/" .. name):gsub("\nversion = .-\n}\n", "\n"):gsub("roster == %S+", ""))
    end
    assert.equal(rest "roster-scm-1.rockspec", rest "roster-7.8.9-1.rockspec")
    assert.equal(rest "roster-sandbox-scm-1.rockspec", rest "roster-sandbox-7.8.9-1.rockspec")
  end)

  it("leave those of earlier releases alone", function()
    local dir = copy()
    finally(function() dir:remove() end)
    local before = dir:read("rockspec/roster-0.1.0-1.rockspec")
    dir:run("sh .ci/rockspec && sh .ci/frozen")
    assert.equal(before, dir:read("rockspec/roster-0.1.0-1.rockspec"))
  end)

  it("may not differ from what was released, nor go, nor lack a row with their commit", function()
    local dir = copy()
    finally(function() dir:remove() end)
    local git = "git -c user.name=spec -c user.email=spec@localhost -c commit.gpgsign=false "
    local function said()
      return (dir:run("sh .ci/frozen || :"))
    end
    with_version(dir, "7.8.9")
    dir:run("rm rockspec/roster-0.1.0-1.rockspec && sh .ci/rockspec && git init -q . && git add -A && "
      .. git .. "commit -q -m release")
    local commit = dir:run("git rev-parse HEAD"):gsub("%s", "")
    with_version(dir, "7.8.10-dev")
    dir:write("CONTRIBUTING.md", "no table\n")
    assert.matches("roster%-7%.8%.9%-1%.rockspec: CONTRIBUTING.md has no row with the commit of 7%.8%.9\n", said())
    dir:write("CONTRIBUTING.md", ("| 7.8.9 | today | `%s` |\n"):format(commit))
    assert.equal("", said())
    dir:run("echo >>rockspec/roster-sandbox-7.8.9-1.rockspec")
    assert.matches("roster%-sandbox%-7%.8%.9%-1%.rockspec: differs from what 7%.8%.9 was released with", said())
    dir:run("git checkout -q rockspec; rm rockspec/roster-7.8.9-1.rockspec")
    assert.matches("roster%-7%.8%.9%-1%.rockspec: differs from what 7%.8%.9 was released with", said())
    dir:run("git checkout -q rockspec; " .. git .. "commit -q --allow-empty -m later; git tag v7.8.9")
    assert.matches("the tag v7%.8%.9 is of %x+, CONTRIBUTING.md says " .. commit, said())
    dir:run("git tag -f v7.8.9 " .. commit)
    assert.equal("", said())
    -- an archive has no history, and a row for a commit that is not there
    dir:run("rm -rf .git; echo >>rockspec/roster-7.8.9-1.rockspec")
    assert.equal("", said())
  end)
end)

describe("the documents", function()
  it("name targets that make help lists", function()
    local out, err, code = example.shell("unset LD_PRELOAD MAKEFLAGS MAKELEVEL; make help")
    assert.equal(0, code, err)
    local count = 0
    for _, name in ipairs { "README.md", "CONTRIBUTING.md", ".github/pull_request_template.md" } do
      for target in read(name):gmatch("`make (%l[%l-]*)") do
        assert.is_truthy(target == "help" or ("\n" .. out):find("\nmake " .. target .. " ", 1, true),
          name .. ": " .. target)
        count = count + 1
      end
    end
    assert.is_true(count > 15)
  end)

  it("name files that are there", function()
    for _, name in ipairs { "CONTRIBUTING.md", "SECURITY.md", ".github/pull_request_template.md" } do
      for path in read(name):gmatch("`([%w_./-]+)`") do
        if path:find("^%.?%l+/[%w_./-]+$") or path:find("^[%u]+%.md$") then
          assert.is_truthy(lfs.attributes(path), name .. ": " .. path)
        end
      end
    end
  end)
end)

describe(".editorconfig", function()
  -- Its sections: glob -> property -> value.
  local sections, glob = {}, ""
  for line in read(".editorconfig"):gmatch("[^\n]+") do
    glob = line:match("^%[(.*)%]$") or glob
    local name, value = line:match("^([%l_]+) = (%S+)$")
    sections[glob] = sections[glob] or {}
    if name then sections[glob][name] = value end
  end

  it("agrees with the formatters", function()
    local clang = read(".clang-format")
    assert.equal(clang:match("ColumnLimit: (%d+)"), sections["*.{c,h}"].max_line_length)
    assert.equal(clang:match("IndentWidth: (%d+)"), sections["*"].indent_size)
    assert.equal(read(".luacheckrc"):match("max_line_length = (%d+)"),
      sections["{*.{lua,rockspec},.busted,.luacheckrc}"].max_line_length)
    assert.equal("space", sections["*"].indent_style)
    assert.equal("tab", sections.Makefile.indent_style)
    -- lint's "spaces" wants these of every file
    for _, name in ipairs { "insert_final_newline", "trim_trailing_whitespace" } do
      assert.equal("true", sections["*"][name])
    end
    assert.equal("lf", sections["*"].end_of_line)
  end)

  it("leaves alone what lint leaves alone", function()
    local lint = read(".ci/lint")
    assert.is_truthy(lint:find("-path spec/fixtures -prune", 1, true))
    assert.is_truthy(lint:find("-path spec/fuzz/seeds -prune", 1, true))
    assert.equal("unset", sections["spec/{fixtures,fuzz/seeds}/**"].trim_trailing_whitespace)
  end)
end)

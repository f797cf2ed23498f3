-- What the README's commands are held to. A command that is none of these
-- fails the spec.
local example = require "spec.support.example"

local M = {}

local function set(text)
  local all = {}
  for word in text:gmatch("[^%s/]+") do
    all[word] = true
  end
  return all
end

-- Of .ci/deps: what for -> its packages, one of which suffices where they are
-- joined by a slash.
local function debian()
  local text, rows = example.read(".ci/deps"), {}
  for what, packages in text:gmatch("\n([%w][^|\n]-) *| ([^\n]+)") do
    rows[what] = packages
  end
  return rows
end

-- What a script needs, by the names of .ci/deps' rows.
local NEEDED = { "compiler", "Lua 5.4", "JSON", "HTTP client" }

-- Other systems' packages, and which of Debian's they stand for; macOS brings a
-- compiler, libcurl and certificates.
local EQUIVALENT = {
  apk = {
    ["build-base"] = "make gcc libc6-dev", ["lua5.4"] = "lua5.4", ["lua5.4-dev"] = "liblua5.4-dev",
    ["lua5.4-cjson"] = "lua-cjson", ["curl-dev"] = "libcurl4-openssl-dev", ["ca-certificates"] = "ca-certificates",
  },
  brew = {
    ["lua@5.4"] = "lua5.4 liblua5.4-dev", luarocks = "lua-cjson",
    [""] = "make gcc libc6-dev libcurl4-openssl-dev ca-certificates",
  },
}

-- The Debian packages are there of everything that a script needs.
local function suffices(there)
  local rows = debian()
  for _, what in ipairs(NEEDED) do
    for choice in assert(rows[what], what):gmatch("%S+") do
      local found = false
      for package in choice:gmatch("[^/]+") do
        found = found or there[package]
      end
      assert(found, "nothing that stands for " .. choice)
    end
  end
end

local function apt(packages)
  local there, known = set(packages), {}
  for _, row in pairs(debian()) do
    for package in pairs(set(row)) do
      known[package] = true
    end
  end
  for package in pairs(there) do
    assert(known[package], package .. " is not in .ci/deps")
  end
  suffices(there)
end

local function elsewhere(manager)
  return function(packages)
    local names = { EQUIVALENT[manager][""] }
    for package in packages:gmatch("%S+") do
      names[#names + 1] = assert(EQUIVALENT[manager][package], package)
    end
    suffices(set(table.concat(names, " ")))
  end
end

-- The targets and variables exist, and make can tell what it would do.
local function make(words)
  local makefile = "\n" .. example.read("Makefile")
  words = words:gsub('"[^"]*"', "x")
  for word in words:gmatch("%S+") do
    local variable = word:match("^([%w_]+)=")
    if variable then
      assert(makefile:find("\n" .. variable .. " ?=", 1, true), "no variable " .. variable .. " in the Makefile")
    elseif word:sub(1, 1) ~= "-" then
      assert(makefile:find("\n" .. word .. ":", 1, true), "no target " .. word .. " in the Makefile")
    end
  end
  -- DEPS: no recipe, not even one within another, may install anything;
  -- LD_PRELOAD: what sanitizes this process is not for make
  local out, err, code = example.shell("unset LD_PRELOAD MAKEFLAGS MAKELEVEL; make -n DEPS=: " .. words)
  assert(code == 0, out .. err)
  return out
end

-- LuaRocks itself is run by .ci/installs, with the same rockspec and command.
local function luarocks(words)
  words = words:gsub('"[^"]*"', "/x")
  local options = "%-%-[%w-]+=%S+"
  local command, what = words:gsub(options, ""):match("^%s*(%S+)%s+(%S+)%s*$")
  for option in words:gmatch(options) do
    assert(option:find("^%-%-lua%-version=5%.[14]$") or option:find("^%-%-lua%-dir=/"), option)
  end
  if command == "make" then
    assert(io.open(what), what .. " is not there"):close()
    local installs = example.read(".ci/installs"):gsub("\\\n%s*", "")
    local pattern = "luarocks [^\n]* make [^\n]*" .. what:gsub("%p", "%%%0")
    assert(installs:find(pattern), ".ci/installs does not run it")
  else
    assert(command == "install", words)
    local rockspec = example.read("rockspec/roster-scm-1.rockspec")
    assert(rockspec:find('"' .. what .. " >=", 1, true), what .. " is no dependency")
  end
end

--- Runs a block: whole where it has what the built tree needs, else each of its
--- commands by its own check. Raises what is wrong.
---@param text string
---@param environment string of the sandboxes
---@return string[] checks  what was done, by line
function M.check(text, environment)
  local checks = {}
  text = text:gsub("%s+#[^\n]*", "")
  if text:find("^eval ") then
    local script, count = text:gsub('^eval "%$%(make %-s env%)"', 'eval "$(sh .ci/env lua5.4)"')
    assert(count == 1, text)
    -- without make, which would build; but with what it would run
    script = script:gsub('\neval "%$%(make %-s (sandbox [^)]+)%)"', function(words)
      local command = make(words):gsub("\\\n%s*", ""):match("exec %S+ (lua/roster/sandbox/serve%.lua[^\n]*)")
      assert(command and command:find("--owner='%d+'"), words)
      return '\neval "$($LUA ' .. command:gsub("%-%-owner='%d+'", "--owner=$$") .. ')"'
    end)
    script = script:gsub("\nexport [^\n]*", function(line)
      assert(line:gsub(" [%u_]+=%S+", "") == "\nexport", line)
      for name in line:gmatch("([%u_]+)=") do
        assert(environment:find(name .. "=", 1, true), name .. " is no variable of the sandbox's")
      end
      return "\nexport " .. environment
    end)
    -- what sanitizes this process stops curl for ever
    script = "curl() { env -u LD_PRELOAD curl \"$@\"; }\n" .. script
    local out, err, code = example.shell(script)
    assert(code == 0 and #out > 0, out .. err)
    return { "run" }
  end
  for line in text:gmatch("[^\n]+") do
    local tool, words = line:match("^(%S+)%s*(.*)$")
    local handler = ({
      make = make, luarocks = luarocks, ["apt-get"] = apt, apk = elsewhere "apk", brew = elsewhere "brew",
    })[tool]
    assert(handler, "nothing checks the command: " .. line)
    local installs = { ["apt-get"] = "^install ", apk = "^add ", brew = "^install " }
    if installs[tool] then
      assert(words:find(installs[tool]), line)
      words = words:gsub(installs[tool], "")
    end
    handler(words)
    checks[#checks + 1] = tool
  end
  return checks
end

return M

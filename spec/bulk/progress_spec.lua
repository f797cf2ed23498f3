-- The one line that says how a run goes: on a terminal, and nowhere else.
local core = require "roster.core"
local progress = require "roster.progress"

-- Stands in for a terminal of so many columns.
local function terminal(columns)
  local columns_of = core.columns
  core.columns = function()
    return columns
  end
  finally(function()
    core.columns = columns_of
  end)
  local file = { text = "" }
  function file:write(...)
    self.text = self.text .. table.concat({ ... })
  end
  function file.flush() end
  -- what is on the line now
  function file:line()
    return self.text:match("([^\r]*)$"):gsub("\27%[K.*", "")
  end
  return file
end

local function clock()
  local time = { seconds = 0 }
  return {
    now = function() return time.seconds end,
    wall = function() return 1700000000 + time.seconds end,
  }, time
end

local function counts(done, failed, ambiguous, skipped)
  return { done = done, failed = failed or 0, ambiguous = ambiguous or 0, skipped = skipped or 0 }
end

describe("progress", function()
  it("is one line that is written anew", function()
    local file = terminal(80)
    local time, at = clock()
    local line = progress.new(file, time, 1000)
    line:update(counts(0))
    assert.are.equal("0/1000 done, 0/s", file:line())
    at.seconds = 2
    line:update(counts(90, 0, 0, 10))
    assert.are.equal("100/1000 done, 50/s", file:line())
    at.seconds = 4
    line:update(counts(180, 1, 0, 10))
    assert.are.equal("191/1000 done, 48/s, 1 error", file:line())
    line:finish(counts(980, 5, 5, 10))
    assert.is_truthy(file.text:find("1000/1000 done, 250/s, 10 errors\27[K\n", 1, true))
    assert.are.equal(1, select(2, file.text:gsub("\n", "")))
  end)

  it("tells until when nothing goes on", function()
    local file = terminal(80)
    local line = progress.new(file, clock(), nil)
    line:update(counts(7), 42)
    assert.are.equal("7 done, 0/s, waiting until " .. os.date("%H:%M:%S", 1700000042), file:line())
  end)

  it("leaves short waits out", function()
    local file = terminal(80)
    progress.new(file, clock(), nil):update(counts(7), 0.5)
    assert.are.equal("7 done, 0/s", file:line())
  end)

  it("is of late, not of the whole run", function()
    local file = terminal(80)
    local time, at = clock()
    local line = progress.new(file, time, nil)
    for second = 0, 100 do
      at.seconds = second
      line:update(counts(second <= 50 and second * 100 or 5000 + second - 50))
    end
    assert.are.equal("5050 done, 1/s", file:line())
    assert.is_true(#line.kept < 40)
  end)

  it("is not written more often than can be read", function()
    local file = terminal(80)
    local time, at = clock()
    local line = progress.new(file, time, nil)
    for i = 1, 1000 do
      at.seconds = i / 1000
      line:update(counts(i))
    end
    assert.is_true(select(2, file.text:gsub("\r", "")) <= 6)
  end)

  it("never needs a second line", function()
    local file = terminal(12)
    progress.new(file, clock(), 100000):update(counts(12345, 6))
    assert.are.equal("12351/10000", file:line())
  end)

  local PROGRAM = [[
    local roster, sandbox = require "roster", require "roster.sandbox"
    local org = sandbox.okta { users = 20, rate_limit = false }
    local okta = roster.okta { url = org.url, token = org.token, sandbox = org }
    local counts = assert(okta:each(okta:list_users(), "get_user", { progress = true }))
    print(("%d users"):format(counts.done))
  ]]

  -- What the program shows, run as the shell's line says.
  local function shown(shell)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(PROGRAM)
    file:close()
    local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
    local pipe = assert(io.popen(("LUA_PATH='%s' LUA_CPATH='%s' %s"):format(
      package.path, package.cpath, shell:format(lua .. " " .. path))))
    local text = pipe:read("*a")
    pipe:close()
    os.remove(path)
    return text
  end

  it("is shown on a real terminal", function()
    local text = shown("script -qec '%s' /dev/null </dev/null")
    assert.is_truthy(text:find("\r20 done, %d+/s\27%[K\r?\n20 users"), text)
  end)

  it("is silent where there is none", function()
    assert.are.equal("20 users\n", shown("%s 2>&1"))
  end)
end)

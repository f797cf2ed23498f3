-- The runner of the specs: what it counts, and that nothing outlives it.
local folder = require "spec.support.folder"

local LUA = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match "%d%.%d"

describe("the runner of the specs", function()
  local dir

  before_each(function()
    dir = folder.new()
  end)

  after_each(function()
    dir:remove()
  end)

  -- Nothing of the run that this spec belongs to.
  local COMMAND = "env -u RUN -u OPTIONS -u BATCH -u LD_PRELOAD SPECS=%s TMPDIR=%s LIMIT=%d JOBS=2 sh .ci/specs %s"

  local function command(luas, limit)
    return COMMAND:format(dir.path .. "/specs", dir.path .. "/tmp", limit or 60, luas or LUA)
  end

  --- Writes the specs and runs them; returns what was printed, and whether all
  --- is well.
  local function run(files, luas, limit)
    dir:run "mkdir specs tmp"
    for name, text in pairs(files) do
      dir:write("specs/" .. name .. "_spec.lua", text)
    end
    local pipe = assert(io.popen(command(luas, limit) .. " 2>&1; echo code $?"))
    local text = pipe:read "*a"
    pipe:close()
    assert.equal("", dir:run "ls tmp")
    local said, code = text:match "^(.*)code (%d+)\n$"
    return said, code == "0"
  end

  local function says(said, ...)
    for _, words in ipairs { ... } do
      assert.is_truthy(said:find(words, 1, true), words .. " is not in:\n" .. said)
    end
  end

  local PASSES = 'it("passes", function() assert.equal(6, ("passes"):len()) end)\n'
  local FAILS = 'it("fails", function() assert.is_true(false) end)\n'

  it("counts what passes under each Lua", function()
    local said, well = run({ a = PASSES .. PASSES, b = PASSES }, "lua5.4 luajit")
    assert.is_true(well, said)
    says(said, "ok      lua5.4 ", "/specs/a_spec.lua (2) ", "\nlua5.4: 3 passed, 0 failed\n",
      "\nluajit: 3 passed, 0 failed\n6 passed, 0 failed\n")
    assert.is_nil(said:find("FAILED", 1, true))
  end)

  it("prints what fails, whole, and counts it", function()
    local said, well = run { a = PASSES .. FAILS, b = PASSES }
    assert.is_false(well)
    says(said, "/specs/a_spec.lua (1, 1 failed) ", "a_spec.lua:2: Expected objects to be the same",
      LUA .. ": 2 passed, 1 failed\n2 passed, 1 failed\n")
  end)

  it("counts what is pending as failed", function()
    local said, well = run { a = PASSES .. 'pending "later"\n' }
    assert.is_false(well)
    says(said, "\n1 passed, 1 failed\n")
  end)

  it("counts a file that does not load, or fails outside of its specs, once", function()
    local said, well = run { a = "it(", b = PASSES, c = 'setup(error)\n' .. PASSES, d = 'error "in it"' }
    assert.is_false(well)
    says(said, "\n1 passed, 3 failed\n")
  end)

  it("counts a file that has no spec as failed", function()
    local said, well = run { a = "", b = PASSES }
    assert.is_false(well)
    says(said, "there is no spec in it", "\n1 passed, 1 failed\n")
  end)

  it("counts each file that a dying process did not get to as failed", function()
    local said, well = run { a = PASSES, b = PASSES .. 'it("dies", function() os.exit(0) end)', c = PASSES }
    assert.is_false(well)
    says(said, "b_spec.lua: did not run to its end", "c_spec.lua: did not run to its end", "\n1 passed, 2 failed\n")
  end)

  it("counts a process that ends badly after its specs as failed", function()
    local said, well = run {
      a = 'require("busted").subscribe({ "exit" }, function() os.exit(7) end)\n' .. PASSES,
    }
    assert.is_false(well)
    says(said, "the run ended with code 7", "\n1 passed, 1 failed\n")
  end)

  it("stops a file that takes too long", function()
    local said, well = run({ a = 'it("hangs", function() os.execute "sleep 900" end)' }, LUA, 2)
    assert.is_false(well)
    says(said, "stopped after 2 s", "a_spec.lua: did not run to its end", "\n0 passed, 1 failed\n")
  end)

  -- A process that leads a session of its own, as a daemon does.
  local DAEMON = [[
    it("starts a daemon", function()
      os.execute "setsid sh -c 'echo $$ >%s/pid.new; mv %s/pid.new %s/pid; exec sleep 900' >/dev/null 2>&1 &"
      os.execute "until [ -f %s/pid ]; do sleep 0.05; done"
      %s
    end)
  ]]

  local function daemon(rest)
    return (DAEMON:gsub("%%s/", dir.path .. "/"):gsub("%%s", rest))
  end

  -- A process that has ended but that nobody has waited for counts as gone.
  local function alive(pid)
    local state = dir:run(("sed 's/.*) //' /proc/%s/stat 2>/dev/null || true"):format(pid:match "%d+"))
    return state:find "^[^Z]" ~= nil
  end

  it("counts processes that a spec leaves as a failure, and ends them", function()
    local said, well = run { a = daemon "" }
    assert.is_false(well)
    says(said, "left running: sleep 900", "\n1 passed, 1 failed\n")
    assert.is_false(alive(dir:read "pid"))
  end)

  it("counts files that a spec leaves as a failure", function()
    local said, well = run {
      a = 'it("leaves a file", function() assert(io.open(os.getenv "TMPDIR" .. "/left", "w")):close() end)',
    }
    assert.is_false(well)
    says(said, "left in $TMPDIR: left", "\n1 passed, 1 failed\n")
  end)

  for _, signal in ipairs { "INT", "TERM" } do
    it("leaves nothing running when it is ended: SIG" .. signal, function()
      dir:run "mkdir specs tmp"
      dir:write("specs/a_spec.lua", daemon [[os.execute "sleep 900"]])
      -- a background process of a shell would ignore SIGINT
      local pipe = assert(io.popen(([[perl -e '$SIG{INT} = "DEFAULT"; print "$$\n"; close STDOUT; exec @ARGV' ]]
        .. [[sh -c 'exec %s >%s/said 2>&1; ' & while ! [ -f %s/pid ]; do sleep 0.05; done]]):format(command(), dir.path,
        dir.path)))
      local runner = assert(pipe:read "*l")
      pipe:close()
      local started = dir:read "pid"
      assert.is_true(alive(started))
      dir:run(("kill -%s %s; while kill -0 %s 2>/dev/null; do sleep 0.05; done"):format(signal, runner, runner))
      assert.is_false(alive(started))
      assert.equal("", dir:run "ls tmp")
      says(dir:read "said", signal == "INT" and "interrupted" or "terminated")
    end)
  end

  it("says what is wrong with what it is to run", function()
    dir:run "mkdir specs tmp"
    local pipe = assert(io.popen("SPECS=spec/none_spec.lua sh .ci/specs " .. LUA .. " 2>&1; echo code $?"))
    assert.equal("SPECS: spec/none_spec.lua does not exist\ncode 1\n", pipe:read "*a")
    pipe:close()
    pipe = assert(io.popen(command() .. " 2>&1; echo code $?"))
    says(pipe:read "*a", "no *_spec.lua in " .. dir.path .. "/specs\n", "code 1\n")
    pipe:close()
    assert.equal("", dir:run "ls tmp")
  end)
end)

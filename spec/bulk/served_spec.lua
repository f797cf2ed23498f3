-- 10,000 users over real HTTP, with a service that fails now and then, and a
-- program that does.
local control = require "spec.support.control"
local core = require "roster.core"
local curl = require "roster.curl"
local json = require "roster.json"
local retire = require "spec.support.retire"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

local USERS = 10000
local PATIENCE = 120 -- seconds

-- 5 in 100 answers are 502, 2 in 100 connections are reset; of both, some after
-- the service did what it was asked.
local function script_faults(okta)
  control.clear_faults(okta)
  control.fault(okta, { status = 502, rate = 0.04, seed = 11 })
  control.fault(okta, { status = 502, rate = 0.01, seed = 12, apply = true })
  control.fault(okta, { close = "reset", rate = 0.01, seed = 13 })
  control.fault(okta, { close = "reset", rate = 0.01, seed = 14, apply = true })
  local function limited(skip, times, limit, reset)
    control.fault(okta, {
      operation = "partial_update_user",
      status = 429,
      headers = {
        ["X-Rate-Limit-Limit"] = limit,
        ["X-Rate-Limit-Remaining"] = "0",
        ["X-Rate-Limit-Reset"] = "@now+" .. reset,
      },
      body = { errorCode = "E0000047", errorSummary = "API call exceeded rate limit" },
      skip = skip,
      times = times,
    })
  end
  limited(2500, 16, "600000", 1)
  limited(7500, 16, "600000", 1)
  -- too many at a time: the reset is not to be waited for
  limited(5000, 24, "0", 115)
end

describe("10,000 items over HTTP #nginx", function()
  local server, okta, path, longest

  setup(function()
    server = serve.start { users = USERS, rate_limit = 600000 }
    okta = roster.okta { url = server.okta.url, token = server.okta.token, max_retries = 8, on_wait = function(seconds)
      longest = math.max(longest, seconds)
    end }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  before_each(function()
    longest = 0
    path = os.tmpname()
    os.remove(path)
    script_faults(server.okta)
    control.clear_counts(server.okta)
  end)

  after_each(function()
    os.remove(path)
  end)

  -- Every user is in the department, and was moved there exactly once.
  local function check_state(department)
    local targets = control.counts(server.okta, true).targets
    control.clear_faults(server.okta)
    local count = 0
    for user in okta:list_users { limit = 200 } do
      count = count + 1
      assert.are.equal(department, user.profile.department, user.id)
      assert.are.equal(1, targets["POST /api/v1/users/" .. user.id], user.id)
    end
    assert.are.equal(USERS, count)
  end

  it("are all done exactly once", function()
    local counts = assert(okta:each(okta:list_users { limit = 200 }, retire.to("Gone"), {
      concurrency = 16, journal = path,
    }))
    assert.are.equal(USERS, counts.done, counts.failures[1] and counts.failures[1].message)
    -- a window's end was waited for, the far reset was not
    assert.is_true(longest > 0 and longest < 60, longest)
    local seen = control.counts(server.okta)
    assert.are.equal(2 * 16 + 24, seen.statuses["429"])
    assert.is_true(seen.statuses["502"] > USERS * 0.04, seen.statuses["502"])
    assert.is_true(seen.closed > USERS * 0.015, seen.closed)
    check_state("Gone")
  end)

  it("by the name of an idempotent operation are done exactly once", function()
    local items = 3000
    control.clear_faults(server.okta)
    control.fault(server.okta, { status = 502, rate = 0.05 })
    control.fault(server.okta, { close = "reset", rate = 0.02 })
    local list, given = okta:list_users { limit = 200 }, 0
    local counts = assert(okta:each(function()
      given = given + 1
      return given <= items and list() or nil
    end, "clear_user_sessions", { concurrency = 16 }))
    assert.are.equal(items, counts.done, counts.failures[1] and counts.failures[1].message)
    local seen = control.counts(server.okta, true)
    assert.are.equal(items, seen.effects.clear_user_sessions)
    for target, times in pairs(seen.targets) do
      assert.are.equal(1, times, target)
    end
    -- libcurl itself sends again what a dying connection took along
    local sent = seen.requests.clear_user_sessions
    assert.is_true(counts.requests <= sent and counts.requests >= sent - seen.closed, counts.requests)
  end)

  local function command(department, most)
    local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
    return ("LUA_PATH='%s' LUA_CPATH='%s' exec %s spec/support/killed.lua %s %s %s %s %s"):format(
      "./?.lua;" .. package.path, package.cpath, lua, server.okta.url, server.okta.token, path, department, most or "")
  end

  -- Starts the program; returns its process id.
  local function start(...)
    local pipe = assert(io.popen(("(%s) >%s.out 2>&1 & echo $!"):format(command(...), path)))
    local pid = assert(pipe:read("*l"))
    pipe:close()
    return pid
  end

  local function so_far()
    local file = assert(io.open(path .. ".out"))
    local text = file:read("*a")
    file:close()
    return text
  end

  local function output()
    local text = so_far()
    os.remove(path .. ".out")
    return text
  end

  local function size()
    local file = io.open(path, "rb")
    local bytes = file and file:seek("end") or 0
    if file then
      file:close()
    end
    return bytes
  end

  -- Waits until it is so, or raises.
  local function wait_until(what, is_so)
    local ends = core.clock() + PATIENCE
    while not is_so() do
      if core.clock() > ends then
        error("waited in vain for " .. what)
      end
      curl.sleep(0.002)
    end
  end

  -- The process is gone: nobody has the journal.
  local function is_over()
    local file = assert(io.open(path, "a+b"))
    local free = core.lock(file)
    file:close()
    return free
  end

  -- Ends the program when its journal has so many bytes.
  local function run_until(bytes, signal, ...)
    local pid = start(...)
    local ok, err = pcall(wait_until, ("%d bytes of journal"):format(bytes), function()
      return size() >= bytes
    end)
    os.execute(("kill -%s %s"):format(signal, pid))
    if not ok then
      error(err .. ": " .. output(), 0)
    end
    wait_until("the end of the program", is_over)
  end

  -- Runs the program to its end; returns the counts it prints.
  local function run(...)
    local pipe = assert(io.popen(command(...) .. " 2>&1"))
    local text = pipe:read("*a")
    pipe:close()
    return assert(json.decode(text), text)
  end

  it("are all done exactly once by a program killed at ten random points", function()
    -- bytes to begin an item, and to end it
    local begun = '{"begin":"00u0AqDRP1X3S1M00001","id":"00u0AqDRP1X3S1M00001"}\n'
    local whole = USERS * (#begun + #'{"end":"00u0AqDRP1X3S1M00001","status":"done"}\n')
    local points = {}
    for i = 1, 10 do
      points[i] = math.floor(whole * (0.002 + 0.95 * core.random()))
    end
    table.sort(points)
    for _, point in ipairs(points) do
      run_until(point, "KILL", "Killed")
      os.remove(path .. ".out")
    end
    local counts = run("Killed")
    local told = "killed at " .. table.concat(points, ", ") .. ": " .. tostring(counts.failures)
    assert.are.equal(0, counts.failed + counts.ambiguous, told)
    assert.are.equal(USERS, counts.done + counts.skipped, told)
    assert.is_true(counts.skipped >= USERS * points[10] / whole * 0.9, told)
    check_state("Killed")
  end)

  it("are taken up again after Ctrl-C", function()
    run_until(20000, "INT", "Stopped", 1000)
    -- the journal is let go of before the program has said its last word
    local text = ""
    wait_until("the program's last word", function()
      text = so_far()
      return text:find("interrupted!", 1, true) or text:find("traceback", 1, true)
    end)
    assert.is_truthy(text:find("interrupted!", 1, true), text)
    os.remove(path .. ".out")
    local counts = run("Stopped", 1000)
    assert.are.equal(1000, counts.done + counts.skipped)
    assert.is_true(counts.skipped > 100)
    assert.is_true(counts.repeated <= 16, counts.repeated)
    local seen = control.counts(server.okta, true)
    assert.are.equal(1000, seen.effects.partial_update_user)
  end)
end)

-- Runs every scenario with its n-th call failing, for every n:
--     host run.lua CLASS LENGTH [STRIDE [SCENARIO]]
-- CLASS is lua, core, libcurl or system; LENGTH is once, twice or on. STRIDE
-- tries every so many-th n only. Prints one line for each scenario and raises
-- what went wrong: a wrong answer, an error without a word, a leak.
local torture = require "torture"

local jit = rawget(_G, "jit")
if jit then
  -- LuaJIT itself does not survive it inside of what it has compiled
  jit.off()
end

local class, length, stride, only = ...
require("spec.torture.common").length = length
stride = tonumber(stride) or 1

-- a collection costs more than all else
local COLLECT_EVERY = 16

-- how long something took, and how often it was tried
local VARIES = { timings = true, date = true, attempts = true, retry_at = true }

--- One text for any value, the same for equal ones.
local function describe(value, seen)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value) or
      type(value) == "userdata" and "userdata" or tostring(value)
  end
  seen = seen or {}
  if seen[value] then
    return "<cycle>"
  end
  seen[value] = true
  local parts = {}
  for key, item in pairs(value) do
    if not VARIES[key] then
      parts[#parts + 1] = describe(key, seen) .. "=" .. describe(item, seen)
    end
  end
  seen[value] = nil
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local function describe_all(from, ...)
  local parts = {}
  for i = from, select("#", ...) do
    parts[#parts + 1] = describe((select(i, ...)))
  end
  -- ports and dates come and go
  return (table.concat(parts, " "):gsub("[Dd]ate: [^\"]*", ""))
end

--- Lua calls a stack that it has no memory for an overflow.
local function is_out_of_memory(text)
  if text:lower():find("memory", 1, true) then
    return true
  end
  return class == "lua" and text:find("stack overflow", 1, true) ~= nil
end

--- Is it an error that says what it is about? `message` may be a detail.
local function is_error(scenario, message)
  local text = tostring(message)
  if type(message) == "table" and not (getmetatable(message) or {}).__tostring then
    return false
  elseif class == "system" or class == "libcurl" or scenario.any_message then
    return #text:gsub("[%s:]+$", "") > 0 and not text:find(": *$")
  end
  return is_out_of_memory(text)
end

--- Is it what was expected but for texts that could not be redacted, and so are
--- not shown?
local function is_hidden(got, expected)
  local HIDDEN = "*** (out of memory)"
  local at, from = 1, 1
  local hidden = got:find(HIDDEN, 1, true)
  if not hidden then
    return false
  end
  while hidden do
    local piece = got:sub(from, hidden - 1)
    local found = expected:find(piece, at, true)
    if not found or from == 1 and found ~= 1 then
      return false
    end
    at, from = found + #piece, hidden + #HIDDEN
    hidden = got:find(HIDDEN, from, true)
  end
  local rest = got:sub(from)
  return #expected - #rest + 1 >= at and expected:sub(#expected - #rest + 1) == rest
end

local function check(scenario, expected, n, failed, _, name, ok, ...)
  if failed == 0 then
    local got = describe_all(1, ...)
    assert(ok, "raised without a failure: " .. tostring((...)))
    assert(got == expected, "a wrong answer without a failure:\n" .. got .. "\nnot\n" .. expected)
    return false
  end
  local where = ("%s, call %d of %s %s %s: "):format(scenario.name, n, class, length, name)
  if not ok then
    if not is_error(scenario, (...)) then
      error(where .. "raised " .. describe((...)), 0)
    end
    return true
  end
  local got = describe_all(1, ...)
  if scenario.never and got:find(scenario.never, 1, true) then
    error(where .. "a secret is shown:\n" .. got, 0)
  elseif got == expected or is_hidden(got, expected) or scenario.mixed and is_out_of_memory(got) then
    return true
  end
  local value, message = ...
  if value == nil and is_error(scenario, message) or scenario.accepts and scenario.accepts(...) then
    return true
  end
  error(where .. "a wrong answer:\n" .. got .. "\nnot\n" .. expected, 0)
end

--- Blocks that the core holds when nothing is at work.
local function held(scenario)
  if scenario.forget then
    scenario.forget()
  end
  collectgarbage()
  collectgarbage()
  return torture.blocks()
end

local function torture_one(scenario)
  -- twice, so that what is made once is there
  scenario.run()
  scenario.run()
  local expected = describe_all(1, scenario.run())
  local before = held(scenario)
  local n, failures = 1, 0
  while check(scenario, expected, n, torture.run(class, length, n, scenario.run)) do
    failures = failures + 1
    local again = describe_all(1, scenario.run())
    if again ~= expected then
      error(("%s, after call %d of %s %s failed: %s\nnot\n%s"):format(scenario.name, n, class, length, again,
        expected), 0)
    end
    local left = failures % COLLECT_EVERY == 0 and held(scenario) - before or 0
    if left > 0 then
      error(("%s: %d blocks are left behind around call %d of %s %s"):format(scenario.name, left, n, class,
        length), 0)
    end
    n = n + stride
  end
  assert(held(scenario) <= before, scenario.name .. ": blocks are left behind")
  return failures
end

--- The first steps, in a new Lua each time.
local function torture_start()
  local source = [[
    local core = package.preload["roster.core"]()
    local curl = package.preload["roster.curl"]()
    local client = assert(core.client("okta", { url = "https://x.test", token = "t", timeout = 1, max_retries = 0,
      connect_timeout = 1, stall_timeout = 1, max_response = 1000, max_nodes = 1e6 }))
    local call, _, why = core.call(client, "get_user", "a")
    assert(call, why)
    assert(select(2, call:next(0, 0, 0, true)) == nil, "no memory to send")
    call:answer(200, nil, '{"id":"1"}')
    local _, user = call:next(0, 0, 0, true)
    assert(type(user) == "table", user)
    local multi = curl.multi {}
    multi:close()
    return user.id .. assert(core.encode({ a = { core.decode('["\\u0041"]') } })) .. tostring(core.marks()):sub(1, 5)
  ]]
  local expected = '1{"a":[["A"]]}table'
  local n = 1
  while true do
    local failed, _, _, ok, text, again_ok, again = torture.fresh(class, length, n, source)
    local told = is_out_of_memory(text) or (class == "system" or class == "libcurl") and #text > 0
    if not ok and not told or ok and text ~= expected then
      error(("a new Lua, call %d of %s %s: %s"):format(n, class, length, text), 0)
    elseif not again_ok or again ~= expected then
      error(("a new Lua, after call %d of %s %s failed: %s"):format(n, class, length, again), 0)
    elseif failed == 0 then
      return n - 1
    end
    n = n + stride
  end
end

io.stdout:setvbuf("line")
local total = 0
local function report(name, count)
  total = total + count
  print(("%-32s %6d failures survived"):format(name, count))
end

local faults = 0
local function try(name, f, scenario)
  local ok, result = pcall(f, scenario)
  if ok then
    report(name, result)
  else
    faults = faults + 1
    print("FAILED " .. result)
  end
end

if not only or only == "a new Lua" then
  try("a new Lua", torture_start)
end
local scenarios = {}
for _, name in ipairs { "core", "module", "libcurl" } do
  for _, scenario in ipairs(require("spec.torture." .. name)) do
    scenarios[#scenarios + 1] = scenario
  end
end
for _, scenario in ipairs(scenarios) do
  -- items are worked on in coroutines, which PUC 5.1 cannot leave from inside of
  -- a protected call
  local impossible = scenario.name == "bulk" and _VERSION == "Lua 5.1" and not jit
  -- libcurl 7.88 itself does not recover: what it kept is of no use any more
  local pointless = class == "libcurl" and (not scenario.curl or scenario.forget)
  if (not only or only == scenario.name) and not pointless and not impossible then
    try(scenario.name, torture_one, scenario)
  end
end
print(("%s %s: %d failures survived"):format(class, length, total))
assert(faults == 0, faults .. " scenarios failed")

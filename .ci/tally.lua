-- Output handler for busted: prints failures as they come, with the Lua they
-- happened under, and writes "passed failed" to the file named by TALLY.
-- A pending spec counts as failed: nothing here may be skipped.

local runtime = jit and jit.version or _VERSION

return function(options)
  local busted = require "busted"
  local handler = require "busted.outputHandlers.base"()
  local passed, failed = 0, 0

  local function report(kind, element, message, trace)
    failed = failed + 1
    trace = element.trace or trace or {}
    io.write(("\n%s [%s] %s\n"):format(kind, runtime,
      handler.getFullName(element)))
    if type(message) ~= "string" then
      message = require "pl.pretty".write(message)
    end
    local source, line = trace.short_src, trace.currentline
    if source and line and not message:find(source .. ":", 1, true) then
      message = ("%s:%d: %s"):format(source, line, message)
    end
    io.write("  ", (message:gsub("\n", "\n  ")), "\n")
    io.flush()
  end

  local function test_end(element, _, status, trace)
    if status == "success" then
      passed = passed + 1
    elseif status == "pending" then
      report("PENDING", element, "a spec may not be skipped", trace)
    end
    if options.verbose then
      io.write(status, " ", handler.getFullName(element), "\n")
    end
    return nil, true
  end

  local function failure(element, _, message, trace)
    report("FAILED", element, message, trace)
    return nil, true
  end

  local function finish()
    local path = os.getenv("TALLY")
    if path then
      local file = assert(io.open(path, "w"))
      file:write(passed, " ", failed, "\n")
      file:close()
    end
    return nil, true
  end

  function handler.subscribe()
    busted.subscribe({ "test", "end" }, test_end)
    busted.subscribe({ "failure" }, failure)
    busted.subscribe({ "error" }, failure)
    busted.subscribe({ "exit" }, finish)
  end

  return handler
end

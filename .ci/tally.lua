-- Output handler for busted: prints failures as they come, with the Lua they
-- happened under, and appends a line "passed failed seconds file" for each spec
-- file that ended to the file named by TALLY.
-- A pending spec counts as failed: nothing here may be skipped.

local runtime = jit and jit.version or _VERSION

return function(options)
  local busted = require "busted"
  local handler = require "busted.outputHandlers.base"()
  local now = busted.monotime
  local path = os.getenv("TALLY")
  local passed, failed, began = 0, 0, now()
  local running

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

  local function write(name)
    if path then
      local file = assert(io.open(path, "a"))
      file:write(("%d %d %.1f %s\n"):format(passed, failed, now() - began, name))
      file:close()
    end
    passed, failed = 0, 0
  end

  local function failure(element, _, message, trace)
    report("FAILED", element, message, trace)
    -- A file that does not load is neither started nor ended.
    if element.descriptor == "file" and not running then
      write(element.name)
    end
    return nil, true
  end

  local function file_start()
    began, running = now(), true
    return nil, true
  end

  local function file_end(element)
    write(element.name)
    running = false
    return nil, true
  end

  -- Failures outside of all files count, too.
  local function finish()
    if passed + failed > 0 then
      write("-")
    end
    return nil, true
  end

  function handler.subscribe()
    busted.subscribe({ "test", "end" }, test_end)
    busted.subscribe({ "failure" }, failure)
    busted.subscribe({ "error" }, failure)
    busted.subscribe({ "file", "start" }, file_start)
    busted.subscribe({ "file", "end" }, file_end)
    busted.subscribe({ "exit" }, finish)
  end

  return handler
end

-- Which lines of lua/ ran. By LUA_INIT it counts them in each Lua that starts,
-- into a file below COVERAGE; as a program with that folder and files as its
-- arguments it prints the table.
local place = os.getenv("COVERAGE")

---------------------------------------------------------------------- counting

local function count()
  local seen, names = {}, {}
  local getinfo, create, wrap = debug.getinfo, coroutine.create, coroutine.wrap

  local function hook(_, line)
    local source = getinfo(2, "S").source
    local lines = names[source]
    if lines == nil then
      local name = source:match("lua/roster/.+%.lua$")
      lines = name and (seen[name] or {}) or false
      names[source] = lines
      if name then
        seen[name] = lines
      end
    end
    if lines then
      lines[line] = true
    end
  end

  -- each coroutine has a hook of its own
  function coroutine.create(f) -- luacheck: ignore 122
    local thread = create(f)
    debug.sethook(thread, hook, "l")
    return thread
  end

  function coroutine.wrap(f) -- luacheck: ignore 122
    local thread
    local inner = wrap(function(...)
      thread = coroutine.running()
      debug.sethook(thread, hook, "l")
      return f(...)
    end)
    return inner
  end

  local function write()
    local file = io.open(("%s/%d-%s"):format(place, os.time(), tostring(seen):match("0x(%x+)")), "w")
    if not file then
      return
    end
    for name, lines in pairs(seen) do
      for line in pairs(lines) do
        file:write(name, ":", line, "\n")
      end
    end
    file:close()
  end

  local exit = os.exit
  function os.exit(...) -- luacheck: ignore 122
    write()
    write = function() end
    exit(...)
  end
  -- when the state is closed
  debug.getregistry().coverage = setmetatable({}, {
    __gc = function()
      write()
    end,
  })
  debug.sethook(hook, "l")
end

------------------------------------------------------------------------- table

--- The lines that have code of their own. What only returns where a function
--- ends is behind another return, as a rule.
local function active_lines(file)
  local listing = assert(io.popen("luac5.4 -p -l -l " .. file))
  local lines = {}
  for row in listing:lines() do
    local line, op = row:match("^%s+%d+%s+%[(%d+)%]%s+(%u[%u%d]*)")
    if line and not op:find("^RETURN") and op ~= "CLOSURE" and op ~= "VARARGPREP" then
      lines[tonumber(line)] = true
    end
  end
  listing:close()
  return lines
end

local function ranges(lines)
  local parts, from, to = {}, nil, nil
  for _, line in ipairs(lines) do
    if to and line == to + 1 then
      to = line
    else
      parts[#parts + 1] = from and (from == to and from or from .. "-" .. to)
      from, to = line, line
    end
  end
  parts[#parts + 1] = from and (from == to and from or from .. "-" .. to)
  return table.concat(parts, " ")
end

local INSIDE = { "/nginx%.lua$", "/nginx/advice%.lua$", "/nginx/thread%.lua$", "/sandbox/watch%.lua$" }

local function is_inside(file)
  for _, pattern in ipairs(INSIDE) do
    if file:find(pattern) then
      return true
    end
  end
  return false
end

local function report(folder, files)
  local ran = {}
  local parts = assert(io.popen("cat " .. folder .. "/[0-9]*-*"))
  for row in parts:lines() do
    ran[row] = true
  end
  parts:close()
  local all_run, all = 0, 0
  for _, file in ipairs(files) do
    local run, count_of, missing = 0, 0, {}
    for line in pairs(active_lines(file)) do
      count_of = count_of + 1
      if ran[file .. ":" .. line] then
        run = run + 1
      else
        missing[#missing + 1] = line
      end
    end
    table.sort(missing)
    if is_inside(file) then
      print(("%-42s %5s %5d          runs inside nginx, which has no hook"):format(file, "", count_of))
    else
      all_run, all = all_run + run, all + count_of
      print(("%-42s %5d %5d %6.1f %% %s"):format(file, run, count_of, 100 * run / math.max(count_of, 1),
        ranges(missing)))
    end
  end
  print(("%-42s %5d %5d %6.1f %%"):format("all", all_run, all, 100 * all_run / math.max(all, 1)))
end

if arg and arg[0] and arg[0]:find("coverage%.lua$") then
  report(table.remove(arg, 1), arg)
elseif place then
  count()
end

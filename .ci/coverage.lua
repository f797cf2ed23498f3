-- Prints, for each file, the lines that were run, of those that can, which were
-- not, and why not: coverage.lua CAN RAN REASONS. CAN and RAN are lines of
-- "file:line", REASONS of "file: why". Fails when less than SHARE of one half
-- was run, or less than that of a file without a reason; and when a reason is
-- for a file that is not there.
local SHARE = 0.95

local function read(path)
  local lines = {}
  for row in io.lines(path) do
    local file, line = row:match("^(.+):(%d+)$")
    lines[file] = lines[file] or {}
    lines[file][tonumber(line)] = true
  end
  return lines
end

local function read_reasons(path)
  local reasons = {}
  for row in io.lines(path) do
    local file, reason = row:match("^(%S+): (.+)$")
    if file then
      reasons[file] = reason
    end
  end
  return reasons
end

--- { 1, 2, 3, 5 } is "1-3 5".
local function ranges(lines)
  local parts, from = {}, lines[1]
  for i, line in ipairs(lines) do
    if lines[i + 1] ~= line + 1 then
      parts[#parts + 1] = from == line and line or from .. "-" .. line
      from = lines[i + 1]
    end
  end
  return table.concat(parts, " ")
end

local failed = false

local function fail(...)
  failed = true
  print("FAILED " .. string.format(...))
end

local function print_row(name, run, all, missing)
  print(("%-46s %5d %5d %6.1f %% %s"):format(name, run, all, 100 * run / all, missing):match("^(.-) *$"))
end

local function report(half, can, ran, reasons)
  local files = {}
  for file in pairs(can) do
    if file:find("^" .. half .. "/") then
      files[#files + 1] = file
    end
  end
  table.sort(files)
  local total_run, total = 0, 0
  for _, file in ipairs(files) do
    local all, missing = 0, {}
    for line in pairs(can[file]) do
      all = all + 1
      if not (ran[file] and ran[file][line]) then
        missing[#missing + 1] = line
      end
    end
    table.sort(missing)
    local run = all - #missing
    total_run, total = total_run + run, total + all
    print_row(file, run, all, ranges(missing))
    if #missing > 0 and reasons[file] then
      print("    " .. reasons[file])
    elseif #missing > 0 and run < SHARE * all then
      fail("%s: less than %d %%, and .ci/coverage_reasons does not say why", file, SHARE * 100)
    end
  end
  print_row("all of " .. half, total_run, total, "")
  if total_run < SHARE * total then
    fail("less than %d %% of %s", SHARE * 100, half)
  end
  print()
end

local can, ran, reasons = read(arg[1]), read(arg[2]), read_reasons(arg[3])
for _, half in ipairs { "csrc", "lua" } do
  report(half, can, ran, reasons)
end
for file in pairs(reasons) do
  if not can[file] then
    fail("%s: is in .ci/coverage_reasons, and not there", file)
  end
end
os.exit(not failed)

-- Writes which lines of lua/ run: each once, as "file:line", to a file of this
-- Lua's own in the folder LINES_RUN. By LUA_INIT it is in each Lua that starts,
-- so in what specs start, too; .ci/lines/nginx has nginx load it. LuaJIT calls
-- the hook for all coroutines, Lua 5.4 for the main one only: what is run in
-- others there is run under LuaJIT as well.
local seen = {}
local out = assert(io.open(("%s/%s-%d"):format(os.getenv("LINES_RUN"), tostring(seen):sub(8), os.time()), "a"))
-- at once: many a process is killed
out:setvbuf("line")

if jit then
  -- what is compiled calls no hook
  jit.off()
end

local getinfo = debug.getinfo
-- function -> the lines written of its file, or false for others' files
local written = setmetatable({}, { __mode = "k" })

local function look_up(f)
  local name = getinfo(f, "S").source:match("lua/roster/.+%.lua$")
  local lines = name and (seen[name] or { name = name }) or false
  if name then
    seen[name] = lines
  end
  written[f] = lines
  return lines
end

debug.sethook(function(_, line)
  local f = getinfo(2, "f").func
  local lines = written[f]
  if lines == nil then
    lines = look_up(f)
  end
  if lines and not lines[line] then
    lines[line] = true
    out:write(lines.name, ":", line, "\n")
  end
end, "l")

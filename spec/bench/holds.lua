--- What this process holds: descriptors, sockets, heap and resident memory.
local M = {}

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local pid = tonumber(shell("echo $PPID"))

--- A line of these, behind two words.
---@param first string
---@param second string|number
---@return string
function M.line(first, second)
  collectgarbage()
  collectgarbage()
  -- the pause lets popen itself close what it opened
  local folder = "/proc/" .. pid .. "/fd"
  return ("%-8s %9s %12d %12d %10.0f %10d"):format(first, second,
    tonumber(shell("sleep 0.2; ls " .. folder .. " | wc -l")),
    tonumber(shell("sleep 0.2; ls -l " .. folder .. " | grep -c socket; true")),
    collectgarbage("count"), tonumber(shell("cat /proc/" .. pid .. "/status"):match("VmRSS:%s+(%d+)")))
end

--- The heading of such lines.
---@param first string
---@param second string
---@return string
function M.heading(first, second)
  return ("%-8s %9s %12s %12s %10s %10s"):format(first, second, "descriptors", "connections", "heap KiB", "RSS KiB")
end

return M

--- Ends an nginx whose starter is gone, and removes its folder.
local M = {}

-- The kernel's start time of a process tells a reused number apart. The name
-- in the second field may hold spaces and parentheses; the rest may not.
local function started(pid)
  local file = io.open("/proc/" .. pid .. "/stat")
  if not file then
    return nil
  end
  local line = file:read("*a")
  file:close()
  local n = 2
  for field in line:gsub("^.*%)", ""):gmatch("%S+") do
    n = n + 1
    if n == 22 then
      return field
    end
  end
  return nil
end

--- Looks once a second whether a process is still there; in init_worker_by_lua.
---@param owner integer|string  the starter's process id
---@param prefix string  the folder the starter made
function M.start(owner, prefix)
  if not started("self") or ngx.worker.id() ~= 0 then
    return -- no /proc to look at, or another worker does
  end
  -- nil when the starter is gone already: then the first look ends nginx.
  local birth = started(owner)
  assert(ngx.timer.every(1, function(premature)
    if premature or birth and started(owner) == birth then
      return
    end
    local file = io.open(prefix .. "/nginx.pid")
    local pid = file and file:read("*n")
    if file then
      file:close()
    end
    os.execute("rm -rf '" .. prefix .. "'")
    if pid then
      os.execute(string.format("kill -TERM %d", pid))
    end
  end))
end

return M

-- How the tours tell what they did: each step prints a line and must have come
-- true. With ROSTER_STEPS in the environment the lines are also written there,
-- for the table at the end of `make demo`.

local visible = require "roster.visible"

local M = {}

local number, requests = 0, 0

--- Give this as `on_request` to a client: its requests are then counted.
function M.count()
  requests = requests + 1
end

local function record(service, what, seen)
  local path = os.getenv("ROSTER_STEPS")
  if path then
    local file = assert(io.open(path, "ab"))
    file:write(table.concat({ service, what, requests, seen }, "\t"), "\n")
    file:close()
  end
end

--- Says what was done and what came of it; stops the tour if `ok` is not true.
function M.step(service, what, ok, seen)
  number = number + 1
  seen = visible.line(seen)
  print(("%2d. %-44s %s"):format(number, what, seen))
  if not ok then
    io.stderr:write("step ", number, " did not have this effect: ", what, "\n")
    os.exit(1, true)
  end
  record(service, what, seen)
  requests = 0
end

--- Prints the table of all steps that were written to the file.
function M.summary(path)
  local steps, sent, last = 0, 0, nil
  print(("\n%-9s  %-48s  %8s  %s"):format("service", "step", "requests", "result"))
  print(("-"):rep(9) .. "  " .. ("-"):rep(48) .. "  " .. ("-"):rep(8) .. "  " .. ("-"):rep(40))
  for line in io.lines(path) do
    local service, what, count, seen = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    print(("%-9s  %-48s  %8s  %s"):format(service ~= last and service or "", visible.cut(what, 45),
      count, visible.cut(seen, 37)))
    last, steps, sent = service, steps + 1, sent + tonumber(count)
  end
  print(("%d steps, all of them came true; %d requests"):format(steps, sent))
end

return M

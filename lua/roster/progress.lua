--- How a bulk run goes, as one line of a terminal that is written anew; nothing
--- where there is no terminal.
local core = require "roster.core"
local visible = require "roster.visible"

local M = {}

-- a new line so often (seconds), and the rate is of that long
local EVERY = 0.2
local RATE_SPAN = 5
-- shorter waits are not worth a word
local WORTH_SAYING = 1

local methods = {}
local mt = { __index = methods, __name = "roster.progress" }

-- Items a second of late: from the oldest of the few counts that are kept.
local function rate(self, now, count)
  local kept = self.kept
  kept[#kept + 1] = { now, count }
  while #kept > 2 and now - kept[2][1] >= RATE_SPAN do
    table.remove(kept, 1)
  end
  local since = now - kept[1][1]
  return since > 0 and (count - kept[1][2]) / since or 0
end

local function line(self, summary, due)
  local now = self.clock.now()
  local count = summary.done + summary.failed + summary.ambiguous + summary.skipped
  local text = self.total and ("%d/%d done"):format(count, self.total) or ("%d done"):format(count)
  text = text .. (", %.0f/s"):format(rate(self, now, count))
  local errors = summary.failed + summary.ambiguous
  if errors > 0 then
    text = text .. (", %d error%s"):format(errors, errors == 1 and "" or "s")
  end
  if (summary.unresolved or 0) > 0 then
    text = text .. (", %d unresolved"):format(summary.unresolved)
  end
  if due and due - now > WORTH_SAYING then
    local at = math.floor(self.clock.wall() + due - now)
    text = text .. ", waiting until " .. os.date("%H:%M:%S", at)
  end
  return visible.line(text):sub(1, self.columns - 1)
end

local function write(self, summary, due)
  -- back to the first column, and what is left of a longer line goes
  self.file:write("\r", line(self, summary, due), "\27[K")
  self.file:flush()
end

--- Shows how it goes, when it is time again.
---@param summary table done, failed, ambiguous, skipped, unresolved
---@param due number? by the clock: until then nothing goes on
function methods:update(summary, due)
  local now = self.clock.now()
  if now >= self.next_at then
    self.next_at = now + EVERY
    write(self, summary, due)
  end
end

--- Shows how it went, and leaves the line.
---@param summary table
function methods:finish(summary)
  write(self, summary)
  self.file:write("\n")
  self.file:flush()
end

--- Returns nil when `file` is no terminal.
---@param file userdata an open file
---@param clock table see roster.clock
---@param total integer? how many items there are
---@return table?
function M.new(file, clock, total)
  local columns = core.columns(file)
  return columns and setmetatable({
    file = file,
    clock = clock,
    total = total,
    columns = columns,
    next_at = clock.now(),
    kept = {},
  }, mt)
end

return M

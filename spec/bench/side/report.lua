--- Ratios as people read them: the median of the rounds, with their spread.
local M = {}

local function sorted(list)
  local copy = {}
  for i, value in ipairs(list) do
    copy[i] = value
  end
  table.sort(copy)
  return copy
end

---@param list number[]
---@return number
function M.median(list)
  local s = sorted(list)
  local middle = math.floor((#s + 1) / 2)
  return #s % 2 == 1 and s[middle] or (s[middle] + s[middle + 1]) / 2
end

--- The mean of the middle half: as steady as the median, and not as coarse
--- where the clock counts in steps.
---@param list number[]
---@return number
function M.middle(list)
  local s = sorted(list)
  local skipped, sum = math.floor(#s / 4), 0
  for i = skipped + 1, #s - skipped do
    sum = sum + s[i]
  end
  return sum / (#s - 2 * skipped)
end

local rows = {}

--- One figure: our rounds against theirs, round by round.
---@param what string
---@param ours number[]
---@param theirs number[]
---@param target number at most; nil where none was set
function M.ratio(what, ours, theirs, target)
  local ratios = {}
  for i, value in ipairs(ours) do
    ratios[i] = value / theirs[i]
  end
  local s = sorted(ratios)
  M.row(what, M.median(ratios), target, #s > 1 and ("%.2f to %.2f"):format(s[1], s[#s]) or "exact")
end

--- One figure.
---@param what string
---@param value number
---@param target number? at most
---@param spread string
function M.row(what, value, target, spread)
  local met = target and (value <= target and "yes" or ("no, by %.0f %%"):format((value / target - 1) * 100)) or ""
  rows[#rows + 1] = { what, ("%.2f"):format(value), spread, target and ("%.2f"):format(target) or "", met }
  io.write(("%-72s %8.2f  %-14s %6s  %s\n"):format(what, value, spread, rows[#rows][4], met))
  io.flush()
end

--- The table for RESULTS.md.
---@return string
function M.markdown()
  local lines = { "| figure | ratio | spread | at most | reached |", "|---|---|---|---|---|" }
  for _, row in ipairs(rows) do
    lines[#lines + 1] = "| " .. table.concat(row, " | ") .. " |"
  end
  return table.concat(lines, "\n") .. "\n"
end

return M

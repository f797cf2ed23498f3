--- Which records of a page come a second time because the list moved under the
--- walk. A record is known again by its fingerprint, which is that of all its
--- members: another record with the same id is another record.
local core = require "roster.core"

local M = {}

-- records remembered: the last ones given
local WINDOW = 2000
-- pages remembered at least, by the fingerprint of the whole page
local PAGES = 1000
-- pages in a row without a new record: the list may have moved by WINDOW records
-- at a page of one, and by as many again for steps back
local MOST_IDLE = 2 * WINDOW
-- records in pages that came before, in a row and in the same order: fewer may be
-- equal by chance
local MOST_SAME = 3

local methods = {}
local mt = { __index = methods }

local function has_id(record)
  return type(record) == "table" and (record._id or record.id) ~= nil
end

--- `leaves_out`: is a record that a step back repeated left out?
---@param leaves_out boolean
function M.new(leaves_out)
  return setmetatable({
    leaves_out = leaves_out,
    ring = {}, -- fingerprints of the records given last
    at = 0, -- where the ring ends
    pages = {}, -- fingerprints of pages: of the last PAGES at least
    older_pages = {},
    page_count = 0,
    same = 0,
    idle = 0,
  }, mt)
end

--- Notes that the list has moved: what was given so far may come again.
function methods:moved()
  local given = {}
  for _, mark in ipairs(self.ring) do
    given[mark] = (given[mark] or 0) + 1
  end
  self.given = given
end

--- Notes records as given, by their fingerprints.
---@param marks number[]
function methods:note(marks)
  local ring, at = self.ring, self.at
  for i = 1, #marks do
    at = at % WINDOW + 1
    ring[at] = marks[i]
  end
  self.at = at
end

local function count_distinct(marks)
  local count, seen = 0, {}
  for _, mark in ipairs(marks) do
    count = count + (seen[mark] and 0 or 1)
    seen[mark] = true
  end
  return count
end

local function all_have_ids(items)
  for i = 1, #items do
    if not has_id(items[i]) then
      return false
    end
  end
  return true
end

-- Did the whole page come before? Notes that it came now.
local function note_page(self, whole)
  local came = self.pages[whole] or self.older_pages[whole]
  if not self.pages[whole] then
    if self.page_count == PAGES then
      self.older_pages, self.pages, self.page_count = self.pages, {}, 0
    end
    self.pages[whole] = true
    self.page_count = self.page_count + 1
  end
  return came
end

--- Is the service stuck at a page that came before? `repeated`: how many of its
--- records came before because the list moved; `certain`: would that show?
local function is_stuck(self, items, marks, repeated, certain)
  if not certain and self.same == 0 then
    -- without a total the list may have moved by a page
    self.same = 1
    return false
  end
  local distinct = count_distinct(marks)
  self.same = self.same + math.max(distinct - repeated, 0)
  return self.same >= MOST_SAME and (distinct >= MOST_SAME or all_have_ids(items))
end

--- The records without those that a step back repeated, which are among the
--- first `movable`, and their fingerprints. Does not note them.
---@param items table
---@param marks number[]
---@param movable integer
---@return table fresh, number[] fresh_marks
function methods:separate(items, marks, movable)
  local given = self.given
  if movable <= 0 or not given then
    return items, marks
  end
  local fresh, fresh_marks = setmetatable({}, getmetatable(items)), {}
  for i = 1, #items do
    local mark = marks[i]
    if i <= movable and (given[mark] or 0) > 0 and has_id(items[i]) then
      given[mark] = given[mark] - 1
    else
      fresh[#fresh + 1], fresh_marks[#fresh_marks + 1] = items[i], mark
    end
  end
  return fresh, fresh_marks
end

--- Takes a page, which is not empty. `movable`: how many of its records, from
--- the first one on, may have come before because the list moved; `certain`: is
--- that all? Returns the records to be given, with the fingerprints of all; or
--- nil and what is wrong with the page.
---@param items table
---@param movable integer
---@param certain boolean
---@return table? fresh, number[]|string marks
function methods:take(items, movable, certain)
  local marks, whole = core.fingerprints(items)
  local fresh, fresh_marks = self:separate(items, marks, movable)
  local repeated = #items - #fresh
  if not note_page(self, whole) then
    self.same, self.idle = 0, repeated == #items and self.idle + 1 or 0
  elseif repeated < #items and is_stuck(self, items, marks, repeated, certain) then
    return nil, "the service repeats a page: the list would never end"
  else
    self.idle = self.idle + 1
  end
  if self.idle > MOST_IDLE then
    return nil, "nothing new comes any more: the list would never end"
  end
  if not self.leaves_out then
    fresh, fresh_marks = items, marks
  end
  self:note(fresh_marks)
  return fresh, marks
end

return M

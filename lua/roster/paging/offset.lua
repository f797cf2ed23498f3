--- Pages that are asked for by an offset or a number, inside an envelope with a
--- total. Records may come and go while they are walked: what moves towards the
--- start would be missed, so a smaller total leads as many steps back, and what
--- then certainly comes a second time is left out. What the total cannot show is
--- missed: a record that goes while another comes, between the same two pages.
local core = require "roster.core"
local repeats = require "roster.paging.repeats"

local M = {}

-- steps back without getting any further
local MOST_STEPS_BACK = 1000
-- pages asked for at a time, once the total is known
local MOST_AHEAD = 3
-- places of a record within its page are fractions where pages are counted
local TINY = 1e-6

local methods = {}
local mt = { __index = methods }

local function camel_case(name)
  return (name:gsub("_(%l)", string.upper))
end

--- Does the caller say how to sort?
local function is_sorted(row, options)
  for _, name in ipairs(row.sort_by or {}) do
    if options[name] ~= nil or options[camel_case(name)] ~= nil then
      return true
    end
  end
  return false
end

--- A whole number of items, or nil.
local function read_count(value, least)
  local count = tonumber(value)
  return count and count >= least and count % 1 == 0 and count < 2 ^ 53 and count or nil
end

--- What a cursor says: the place, the total and the size of a page; nil where it
--- is none of ours.
local function read_cursor(cursor, start)
  local name, number, rest = cursor:match("^(%w+)=(%d+)(.*)$")
  local total, size = (rest or ""):match("^,total=(%d+)(.*)$")
  size = size and size:match("^,size=(%d+)$")
  local known = (total and ",total=" .. total or "") .. (size and ",size=" .. size or "")
  if name ~= start or rest ~= known then
    return nil
  end
  -- of more digits than a number holds: none of ours
  return read_count(number, 0), read_count(total, 0), read_count(size, 0)
end

--- `build(override)` gives the call for a page, with these options besides the
--- caller's; `row` is the operation's `offset`; `cursor` is where an earlier
--- walk stopped; `is_free`: the list has no row, so that an id may be anything.
---@param build fun(override: table): userdata?, string?, roster.Error?
---@param row table
---@param options table the caller's
---@param cursor string?
---@param is_free boolean
function M.new(build, row, options, cursor, is_free)
  local asked, size = tonumber(options[row.start]), read_count(options[row.size], 1)
  local self = setmetatable({
    build = build,
    row = row,
    is_free = is_free,
    sort = row.sort_by and not is_sorted(row, options) and row.sort_by[1] or nil,
    next = asked or row.first,
    explicit = asked ~= nil,
    page_size = 0, -- of the largest page seen: the true size, or less
    pages_seen = 0, -- with records
    -- what it is expected to be
    asked_size = math.min(size or row.page_default or 1, row.page_max or math.huge),
    repeats = repeats.new(not is_free),
    furthest = 0,
    steps_back = 0,
    ended = false,
    most_ahead = MOST_AHEAD,
  }, mt)
  if cursor then
    local number, total, seen = read_cursor(cursor, row.start)
    self.next, self.total, self.explicit = number, total, true
    self.page_size = math.min(seen or 0, size or math.huge)
  end
  -- what was given is in front of this; in the unit of `next`
  self.edge = self.next
  return self
end

--- The call for the page at `number`.
local function call_at(self, number)
  local row = self.row
  local override = {}
  if self.sort then
    -- without an order the pages need not fit together
    override[self.sort] = row.sort_value
  end
  if number and (self.explicit or number ~= row.first) then
    override[row.start] = number
  end
  return self.build(override)
end

--- The call for the page that comes next; nil, message, detail when there is
--- none.
---@return userdata? call, string? message, roster.Error? detail
function methods:call()
  local call, message, detail = call_at(self, self.next)
  if call and not self.next then
    call:fail("argument", "the cursor belongs to another list")
  end
  return call, message, detail
end

--- How many items come before the page at `number`, with pages of `size`.
local function before(self, number, size)
  local row = self.row
  return row.by_page and (number - row.first) * size or number
end

--- How far the walk goes on over so many items, in the unit of `next`.
local function steps_over(self, items)
  return self.row.by_page and items / math.max(self.page_size, 1) or items
end

--- The call for the page that is `i` pages behind the one that comes next; nil
--- where nobody knows that it will be there. The pages between are taken to be
--- as large as the last; where one is not, the walk itself goes another way.
---@param i integer
---@return userdata?
function methods:upcoming(i)
  local step = self.row.by_page and 1 or self.count
  local number = self.next + i * (step or 0)
  if self.ended or not self.total or not step or step == 0 or before(self, number, self.page_size) >= self.total then
    return nil
  end
  return (call_at(self, number))
end

--- Takes note of the total; returns how many records have left, where others
--- may have moved to places that the walk has passed.
local function compare_total(self, total)
  local last = self.total
  self.total = total or last
  if not total or not last or total == last then
    return nil
  end
  self.repeats:moved()
  if total > last then
    self.edge = self.edge + steps_over(self, total - last)
  end
  return total < last and self.next > self.row.first and last - total or nil
end

--- Goes back as far as the records that left may have moved others; false when
--- that does not get any further.
local function step_back(self, gone)
  self.next = math.max(self.row.first, self.next - math.ceil(steps_over(self, gone)))
  self.steps_back = self.steps_back + 1
  return self.steps_back <= MOST_STEPS_BACK
end

--- Holds a page until the walk has come there again: most of it comes again, in
--- its place.
local function hold(self, items, marks, till)
  local missing = {}
  for _, mark in ipairs(marks) do
    missing[mark] = (missing[mark] or 0) + 1
  end
  self.held = { items = items, marks = marks, missing = missing, till = till }
end

--- Adds what was held and did not come again to a page.
local function release(self, page)
  local held, marks = self.held, {}
  self.held = nil
  for i, mark in ipairs(held and held.marks or {}) do
    if held.missing[mark] > 0 then
      held.missing[mark] = held.missing[mark] - 1
      page[#page + 1], marks[#marks + 1] = held.items[i], mark
    end
  end
  self.repeats:note(marks)
  return page
end

--- Notes which of the records held came again.
local function compare_held(self, marks)
  local missing = self.held and self.held.missing
  for _, mark in ipairs(missing and marks or {}) do
    if (missing[mark] or 0) > 0 then
      missing[mark] = missing[mark] - 1
    end
  end
end

--- How many records of the next page, from its first on, may have come before.
local function count_movable(self, count)
  local size = self.row.by_page and self.page_size or 1
  return math.max(0, math.min(count, math.ceil((self.edge - self.next) * size - TINY)))
end

--- Takes a page from before which records have left. Of a list with a row its
--- records are given in their order, after those that moved in front of them.
local function take_changed(self, items, gone)
  local till = self.next + (self.row.by_page and 1 or #items)
  local marks = core.fingerprints(items)
  local page = items
  if self.is_free then
    self.repeats:note(marks)
    self.edge = math.max(self.edge, till)
  else
    self.edge = math.max(self.edge, self.held and self.held.till or 0)
    page = release(self, setmetatable({}, getmetatable(items)))
    self.repeats:moved()
    local fresh, fresh_marks = self.repeats:separate(items, marks, count_movable(self, #items))
    hold(self, fresh, fresh_marks, till)
  end
  self.repeats:moved()
  if not step_back(self, gone) then
    return nil, "the total keeps changing: the list would never end"
  end
  return page
end

--- Takes a page that has records; returns those to be given, or nil and what is
--- wrong with it.
local function take_records(self, items, total)
  local fresh, marks = self.repeats:take(items, count_movable(self, #items), total ~= nil)
  if not fresh then
    return nil, marks
  end
  compare_held(self, marks)
  self.pages_seen = self.pages_seen + 1
  self.reached = before(self, self.next, self.page_size) + #items
  self.next = self.next + (self.row.by_page and 1 or #items)
  return fresh
end

--- Passes a page without records, which is not the end of the list where it is
--- at a place before the total. Returns what is wrong, or nil.
local function pass_empty(self, envelope)
  local row, total = self.row, self.total
  local size = 1
  local step = self.page_size > 0 and self.page_size or self.asked_size
  if row.by_page then
    -- a page that is the only one may be short
    local expected = self.pages_seen > 1 and self.page_size or math.max(self.asked_size, self.page_size)
    size, step = read_count(envelope[row.size], math.max(self.page_size, 1)) or expected, 1
  end
  if total then
    self.ended = before(self, self.next, size) >= total
    if not self.ended and before(self, self.next + step, size) >= total then
      return ("no page after item %.0f has any, but the total is %.0f"):format(self.reached, total)
    end
  else
    self.ended = not row.last or envelope[row.last] ~= false
  end
  self.is_blank = not self.ended
  self.next = self.next + (self.ended and 0 or step)
end

--- The list of items within the answer; nil and what is wrong with it.
---@param envelope any
---@return table? items, string? fault
function methods:items(envelope)
  local items = type(envelope) == "table" and envelope[self.row.items]
  -- an object has no mark
  if type(items) ~= "table" or getmetatable(items) == nil then
    return nil, "the page has no list of " .. self.row.items
  end
  return items
end

--- Takes the answer to that call, whose items are `items`; returns the page's
--- items, or nil and what is wrong with it.
---@param items table
---@param envelope table
---@param meta table
---@return table? page, string? fault
function methods:take(items, envelope, meta)
  local row, count = self.row, #items
  self.here_at, self.count, self.is_blank = self.next, count, false
  self.page_size = math.max(self.page_size, count)
  self.reached = self.reached or before(self, self.next, self.asked_size)
  -- one that is less than what there is cannot be believed
  local total = read_count(envelope[row.total], count > 0 and before(self, self.next, self.page_size) + count or 0)
  meta.total = total
  local gone = compare_total(self, total)
  if gone then
    return take_changed(self, items, gone)
  end
  local page, fault = items
  if count == 0 then
    fault = pass_empty(self, envelope)
  else
    page, fault = take_records(self, items, total)
    self.ended = total ~= nil and before(self, self.next, self.page_size) >= total
      and not (row.last and envelope[row.last] == false)
  end
  if fault then
    self.ended = false
    return nil, fault
  end
  self.edge = math.max(self.edge, self.next)
  if self.next > self.furthest then
    self.furthest, self.steps_back = self.next, 0
  end
  if self.held and (self.ended or self.next >= self.held.till) then
    release(self, page)
  end
  return page
end

--- Where the walk is, for an error; nil where that is not known.
---@return string?
function methods:place()
  return self.total and ("item %.0f of %.0f"):format(before(self, self.next, self.page_size), self.total) or nil
end

--- Where `number` is, with the total and the size of a page as far as known.
local function cursor(self, number)
  if not number then
    return nil
  elseif not self.total then
    return ("%s=%.0f"):format(self.row.start, number)
  end
  return ("%s=%.0f,total=%.0f,size=%.0f"):format(self.row.start, number, self.total, self.page_size)
end

--- A cursor to the page last taken, and one to the page after it.
function methods:here()
  return cursor(self, self.here_at)
end

function methods:ahead()
  return not self.ended and cursor(self, self.next) or nil
end

return M

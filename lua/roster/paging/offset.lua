--- Pages that are asked for by an offset or a number, inside an envelope with a
--- total. Entries may come and go while they are walked: what moves towards the
--- start would be missed, so a smaller total leads as many steps back, and what
--- then comes a second time is left out. What the total cannot show is missed:
--- one entry that goes and another that comes between the same two pages.
local M = {}

-- ids remembered at least, so that steps back repeat nothing
local WINDOW = 1000
-- pages in a row without an item that has not come before: what is remembered,
-- one to a page, and as many again for steps back
local MOST_IDLE = 4 * WINDOW
-- steps back without getting any further
local MOST_STEPS_BACK = 1000
-- pages asked for at a time, once the total is known
local MOST_AHEAD = 3

local methods = {}
local mt = { __index = methods }

-- what an entry is recognised by
local function id_of(item)
  return type(item) == "table" and (item._id or item.id) or nil
end

--- A list like this one, without items.
local function empty_like(items)
  return setmetatable({}, getmetatable(items))
end

--- The items that have not come before; they are remembered.
local function take_fresh(self, items)
  local fresh = empty_like(items)
  if self.recent_count >= WINDOW then
    self.older, self.recent, self.recent_count = self.recent, {}, 0
  end
  local recent, older = self.recent, self.older
  for i = 1, #items do
    local id = id_of(items[i])
    if id == nil or not (recent[id] or older[id]) then
      fresh[#fresh + 1] = items[i]
    end
    if id ~= nil and not recent[id] then
      recent[id] = true
      self.recent_count = self.recent_count + 1
    end
  end
  return fresh
end

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

--- `build(override)` gives the call for a page, with these options besides the
--- caller's; `row` is the operation's `offset`; `cursor` is where an earlier
--- walk stopped.
---@param build fun(override: table): userdata?, string?, roster.Error?
---@param row table
---@param options table the caller's
---@param cursor string?
function M.new(build, row, options, cursor)
  local asked = tonumber(options[row.start])
  local self = setmetatable({
    build = build,
    row = row,
    sort = row.sort_by and not is_sorted(row, options) and row.sort_by[1] or nil,
    next = asked or row.first,
    explicit = asked ~= nil,
    page_size = 0, -- of the largest page seen: the true size, or less
    recent = {},
    older = {},
    recent_count = 0,
    repeats = 0, -- items that may well come again
    idle = 0, -- pages since one that was new in part
    furthest = 0,
    steps_back = 0,
    ended = false,
    most_ahead = MOST_AHEAD,
  }, mt)
  if cursor then
    local name, number, rest = cursor:match("^(%w+)=(%d+)(.*)$")
    local total = rest and rest:match("^,total=(%d+)$")
    -- of more digits than a number holds: none of ours
    local is_ours = name == row.start and (rest == "" or total) and tonumber(number) < 2 ^ 53
    self.next = is_ours and tonumber(number) or nil
    self.total = tonumber(total)
    self.explicit = true
  end
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

--- How many items come before the page at `number`, at the least.
local function before(self, number)
  local row = self.row
  return row.by_page and (number - row.first) * self.page_size or number
end

--- The call for the page that is `i` pages behind the one that comes next; nil
--- where nobody knows that it will be there. The pages between are taken to be
--- as large as the last; where one is not, the walk itself goes another way.
---@param i integer
---@return userdata?
function methods:upcoming(i)
  local step = self.row.by_page and 1 or self.count
  local number = self.next + i * (step or 0)
  if self.ended or not self.total or not step or step == 0 or before(self, number) >= self.total then
    return nil
  end
  return (call_at(self, number))
end

--- The total where it can be believed: it is not less than what there is.
local function read_total(value, there)
  local total = tonumber(value)
  return total and total >= there and total % 1 == 0 and total < 2 ^ 53 and total or nil
end

--- Goes back as far as the entries that left may have moved others.
local function step_back(self, gone)
  local row = self.row
  local steps = row.by_page and math.ceil(gone / math.max(self.page_size, 1)) or gone
  self.next = math.max(row.first, self.next - steps)
  self.repeats = self.repeats + (row.by_page and steps * self.page_size or gone)
  self.steps_back = self.steps_back + 1
  return self.steps_back <= MOST_STEPS_BACK
end

--- Takes note of the total; true when entries have left.
local function compare_total(self, total)
  local last = self.total
  self.total = total or last
  if total and last and total > last then
    self.repeats = self.repeats + total - last
  end
  return total ~= nil and last ~= nil and total < last and self.next > self.row.first and last - total
end

--- Could the page whose items have all come before be one of a list that
--- moved? Only a changed total, or none at all, allows for that.
local function may_repeat(self, count, total)
  if self.repeats >= count then
    return true
  end
  local first_time = not self.repeated
  self.repeated = true
  return total == nil and first_time
end

--- Takes the answer to that call; returns the page's items, or nil and what
--- is wrong with it.
---@param envelope any
---@param meta table
---@return table? items, string? fault
function methods:take(envelope, meta)
  local row = self.row
  local items = type(envelope) == "table" and envelope[row.items]
  -- an object has no mark
  if type(items) ~= "table" or getmetatable(items) == nil then
    return nil, "the page has no list of " .. row.items
  end
  local count = #items
  self.here_at = self.next
  self.count = count
  self.page_size = math.max(self.page_size, count)
  local total = read_total(envelope[row.total], count > 0 and before(self, self.next) + count or 0)
  meta.total = total
  self.idle = self.idle + 1
  if self.idle > MOST_IDLE then
    return nil, "nothing new comes any more: the list would never end"
  end
  local gone = compare_total(self, total)
  if gone then
    if not step_back(self, gone) then
      return nil, "the total keeps changing: the list would never end"
    end
    return empty_like(items)
  end
  local fresh = take_fresh(self, items)
  if count > 0 and #fresh == 0 and not may_repeat(self, count, total) then
    return nil, "the service repeats a page: the list would never end"
  elseif #fresh > 0 then
    self.repeated, self.idle = false, 0
  end
  self.repeats = math.max(0, self.repeats - (count - #fresh))
  self.next = self.next + (row.by_page and 1 or count)
  if self.next > self.furthest then
    self.furthest, self.steps_back = self.next, 0
  end
  self.ended = count == 0 or total ~= nil and before(self, self.next) >= total
  return fresh
end

--- Where `number` is, and the total it was counted with.
local function cursor(self, number)
  if not number then
    return nil
  end
  local at = ("%s=%.0f"):format(self.row.start, number)
  return self.total and ("%s,total=%.0f"):format(at, self.total) or at
end

--- A cursor to the page last taken, and one to the page after it.
function methods:here()
  return cursor(self, self.here_at)
end

function methods:ahead()
  return not self.ended and cursor(self, self.next) or nil
end

return M

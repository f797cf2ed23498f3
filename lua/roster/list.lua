--- Pages and items. A list is lazy: making one sends nothing. It ends only
--- where the service says so; whatever else happens is an error, never an end.
local core = require "roster.core"
local drive = require "roster.drive"
local errors = require "roster.error"
local json = require "roster.json"
local plain = require "roster.plain"
local prefetch = require "roster.paging.prefetch"

local M = {}

local methods = {}
local mt = { __name = "roster.list" }

function mt.__index(_, key)
  if type(key) == "number" then
    -- for ipairs this would be a list that has ended
    error("a list has no numbered items: use `for item in list do`, or list:all()", 2)
  end
  return methods[key]
end

function mt.__len()
  error("the length of a list is not known before all of it was fetched: use #list:all()", 2)
end

local function check_self(self, name)
  if getmetatable(self) ~= mt then
    error("use list:" .. name .. "(...), with a colon", 3)
  end
end

-- items between two looks at what is on its way
local PUSH_EVERY = 8

--- `new_walk()` begins a walk over the pages: see roster.paging.link. `options`:
--- prefetch (may pages be asked for before they are wanted?) and
--- max_empty_pages, where not as the client has them. `objects`: does the row
--- promise that every item is an object?
---@param state table the client's
---@param name string of the operation
---@param new_walk fun(): table
---@param options { prefetch: boolean?, max_empty_pages: number? }
---@param objects boolean?
function M.new(state, name, new_walk, options, objects)
  local list = setmetatable({
    state = state,
    name = name,
    new_walk = new_walk,
    objects = objects,
    max_empty_pages = options.max_empty_pages or state.max_empty_pages,
  }, mt)
  local ahead = options.prefetch
  if ahead == nil then
    ahead = state.prefetch
  end
  if ahead and prefetch.is_possible(state) then
    list.ahead = prefetch.new(state)
    -- the transport calls it when a page's header has come
    list.early = function(call)
      -- items that will be wanted when this page has been seen
      local more = list.want - (list.want < math.huge and list.size or 0)
      if list.walk.knows_early and more > 0 then
        list.ahead:fill(list.walk, call, math.huge)
      end
    end
  end
  list:rewind()
  return list
end

--- Goes back to where the list began. Sends nothing.
function methods:rewind()
  check_self(self, "rewind")
  if self.ahead then
    self.ahead:drop()
  end
  self.walk = self.new_walk()
  self.size = math.huge -- items of the page last taken; more than any: none was
  self.pages_taken = 0
  self.empty_pages = 0 -- in a row, up to the page last taken
  self.items = nil
  self.index = 0
  self.given = nil -- to a loop that has not asked for the next one yet
  self.repaired = 0 -- U+FFFD read for text that is not Unicode, in the pages so far
end

-- The items of the answer that came for the next page, of which none may be null
-- nor, where the row promises objects, anything else; or nil and what is wrong.
local function take(self, value, meta, more)
  local items, fault = self.walk:items(value)
  if not items then
    return nil, fault
  end
  local place, kind = core.odd_record(items, self.objects)
  if place then
    local expected = self.objects and " where an object was expected" or ""
    return nil, ("page %d, record %d is %s%s"):format(self.pages_taken + 1, place, kind, expected)
  end
  return self.walk:take(items, value, meta, more)
end

-- What is wrong with so many pages without items, or nil. Those may be asked for
-- again, so that a caller who goes on by page() goes on.
local function count_empty(self)
  self.empty_pages = self.walk.is_blank and self.empty_pages + 1 or 0
  if self.empty_pages <= self.max_empty_pages then
    return nil
  end
  local count, place = self.empty_pages, self.walk:place()
  self.empty_pages = 0
  return ("%d empty pages in a row%s, with more to come: the list may never end; max_empty_pages allows more")
    :format(count, place and ", up to " .. place or "")
end

-- Fetches the next page; `want` is how many items the caller still wants, this
-- page's included: pages for more than one are asked for ahead.
local function fetch(self, want)
  local ahead = self.ahead
  self.given = nil
  self.want = want
  local walk = self.walk
  if walk.ended then
    return nil
  end
  -- the old page must be garbage before the new one is decoded
  self.items = nil
  local call, message, detail = walk:call()
  if not call then
    return nil, message, detail
  end
  local token
  if ahead then
    call, token = ahead:take(call, self.early)
  end
  local value, meta, more = drive(call, self.state, self.early, token)
  if value == nil then
    return nil, meta, more
  end
  local page, fault = take(self, value, meta, more)
  if page then
    self.pages_taken = self.pages_taken + 1
    fault = count_empty(self)
  end
  if fault then
    detail = errors.protocol(self.state.service, self.name, fault)
    return nil, detail.text, detail
  end
  self.items = page
  self.index = #page
  self.meta = meta
  self.repaired = self.repaired + (meta.repaired or 0)
  self.size = #page
  if ahead and want > #page and not walk.knows_early then
    ahead:fill(walk, nil, math.ceil((want - #page) / math.max(#page, 1)))
    ahead:push()
  end
  return page, meta
end

--- Fetches the next page: one request. Returns the page (a list of items) and
--- its meta; nil at the end of the list; nil, message, detail on failure, and
--- then asks for the same page again next time.
---@return table? page, table|string|nil meta, roster.Error? detail
function methods:page()
  check_self(self, "page")
  return fetch(self, 0)
end

-- a function of its own, so that no dead register keeps the old page alive
local function turn(self)
  local page, message, detail = fetch(self, math.huge)
  if page == nil then
    if message ~= nil then
      error(detail, 0)
    end
    return false
  end
  self.index = 0
  return true
end

local function step(self)
  while true do
    if self.items then
      local index = self.index + 1
      local item = self.items[index]
      if item ~= nil then
        if self.ahead and index % PUSH_EVERY == 0 then
          self.ahead:push()
        end
        self.index = index
        self.given = item
        return item
      end
    end
    if not turn(self) then
      return nil
    end
  end
end

--- `for item in list do`: every item of every page, from the beginning. Raises
--- the detail on failure: a nil would end the loop as if all had been seen.
--- Called by hand, `list()` gives the next item. A list walks in one place at
--- a time: a loop whose list was used inside of it raises.
function mt.__call(self, ...)
  -- the generic for passes two arguments, and a nil control the first time
  if select("#", ...) == 2 then
    local last = select(2, ...)
    if last == nil then
      self:rewind()
    elseif not rawequal(last, self.given) then
      error("the list was also used inside of its own loop, which would miss items: make another list for that", 2)
    end
  end
  return step(self)
end

--- `for page in list:pages() do`: page by page, from the beginning. Raises the
--- detail on failure.
function methods:pages()
  check_self(self, "pages")
  self:rewind()
  return function()
    if turn(self) then
      -- handing the page out counts as having seen its items
      self.index = #self.items
      local page = self.items
      self.items = nil
      return page
    end
  end
end

local function read_max(options)
  if options == nil then
    return math.huge
  elseif type(options) ~= "table" then
    error("list:all: expected a table of options, got " .. type(options), 3)
  end
  local members, fault = plain.members(options, "options", { "max" })
  if not members then
    error("list:all: " .. fault, 3)
  end
  for name in next, members do
    if name ~= "max" then
      error('list:all: unknown option "' .. tostring(name) .. '", did you mean "max"?', 3)
    end
  end
  local max = members.max
  if max ~= nil and not (type(max) == "number" and max >= 0) then
    error('list:all: option "max" must be a number of items', 3)
  end
  return max or math.huge
end

--- Everything in one table, or the first `max` items.
---@param options { max: integer? }?
---@return table? items, string? message, roster.Error? detail
function methods:all(options)
  check_self(self, "all")
  local max = read_max(options)
  local items = json.array {}
  self:rewind()
  while #items < max do
    local page, message, detail = fetch(self, max - #items)
    if page == nil and message ~= nil then
      return nil, message, detail
    elseif page == nil then
      break
    end
    for i = 1, #page do
      if #items >= max then
        -- not all of this page was taken: a cursor must lead back to it
        self.index = i - 1
        break
      end
      items[#items + 1] = page[i]
    end
  end
  return items
end

--- The first item, or nil when there is none; nil, message, detail on failure.
---@return any item, string? message, roster.Error? detail
function methods:first()
  check_self(self, "first")
  self:rewind()
  while true do
    local page, message, detail = self:page()
    if page == nil then
      return nil, message, detail
    end
    if page[1] ~= nil then
      self.index = 1
      return page[1]
    end
  end
end

--- Where to resume later: pass it as the option `cursor` to the same operation.
--- A page that was not read to its end is delivered again from its start, so
--- items may come twice but none is missed. nil when the list has ended; nil,
--- message, detail when its arguments cannot be sent.
---@return string? cursor, string? message, roster.Error? detail
function methods:cursor()
  check_self(self, "cursor")
  if self.items and self.index < #self.items then
    return self.walk:here()
  end
  return self.walk:ahead()
end

function mt.__tostring(self)
  return "roster.list{" .. self.name .. "}"
end

-- what Tab offers at the prompt
M.methods = methods

return M

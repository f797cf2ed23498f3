--- Pages and items. A list is lazy: making one sends nothing. It ends only
--- where the service says so; whatever else happens is an error, never an end.
local core = require "roster.core"
local drive = require "roster.drive"

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

-- without the origin, which has more than one spelling
local function path_of(url)
  return (url:match("^%a+://[^/?#]*([^?#]*)"))
end

--- A copy of what the caller may change before a later page is asked for.
---@param options table
---@param depth integer? levels of tables below this one, 2 when absent: the
--- deepest that is not refused, a list of values in a query
---@return table
function M.copy_options(options, depth)
  depth = depth or 2
  local copy = {}
  for k, v in next, options do
    if type(v) == "table" and k ~= "body" and depth > 0 then
      v = M.copy_options(v, depth - 1)
    end
    copy[k] = v
  end
  return copy
end

--- `build()` gives a fresh call for the first page, or nil, message, detail;
--- `cursor` is where an earlier list of the same kind stopped.
---@param state table the client's
---@param name string of the operation
---@param build fun(): userdata?, string?, roster.Error?
---@param cursor string?
function M.new(state, name, build, cursor)
  local list = setmetatable({ state = state, name = name, build = build, start = cursor }, mt)
  list:rewind()
  return list
end

--- Goes back to where the list began. Sends nothing.
function methods:rewind()
  check_self(self, "rewind")
  self.at = self.start -- URL of the page now held or asked for; nil: the first
  self.next_url = self.start
  self.seen = {}
  self.ended = false
  self.items = nil
  self.index = 0
  self.given = nil -- to a loop that has not asked for the next one yet
end

--- The call for the page that comes next and what tells it from others; nil,
--- message, detail when there is none. What is wrong with the page's address
--- is in the call.
---@param self table list
---@return userdata? call, string url_or_message, number|roster.Error mark_or_detail
function M.call_for(self)
  local call, message, detail = self.build()
  if not call then
    return nil, message, detail
  end
  local path = path_of(call:url())
  local ok, why = true, nil
  if self.next_url then
    ok, why = call:follow(self.next_url)
  end
  local url = call:url()
  local mark = core.fingerprint(url)
  if self.next_url and next(self.seen) == nil then
    -- not a link of the service's, but what the caller gave
    if not ok then
      call:fail("argument", "the cursor " .. why)
    elseif path_of(url) ~= path then
      call:fail("argument", "the cursor belongs to another list")
    end
  elseif not ok then
    call:fail("protocol", "the link to the next page " .. why)
  elseif self.seen[mark] then
    call:fail("protocol", "the next page is one already seen: the list would never end")
  end
  return call, url, mark
end

--- Fetches the next page: one request. Returns the page (a list of items) and
--- its meta; nil at the end of the list; nil, message, detail on failure, and
--- then asks for the same page again next time.
---@return table? page, table|string|nil meta, roster.Error? detail
function methods:page()
  check_self(self, "page")
  self.given = nil
  if self.ended then
    return nil
  end
  -- the old page must be garbage before the new one is decoded
  self.items = nil
  local call, url, mark = M.call_for(self)
  if not call then
    return nil, url, mark
  end
  local page, meta, next_url = drive(call, self.state)
  if page == nil then
    return nil, meta, next_url
  end
  self.seen[mark] = true
  self.at = url
  self.next_url = next_url
  self.ended = next_url == nil
  self.items = page
  self.index = #page
  self.meta = meta
  return page, meta
end

-- a function of its own, so that no dead register keeps the old page alive
local function turn(self)
  local page, message, detail = self:page()
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
  for name in next, options do
    if name ~= "max" then
      error('list:all: unknown option "' .. tostring(name) .. '", did you mean "max"?', 3)
    end
  end
  local max = rawget(options, "max")
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
  local items = {}
  self:rewind()
  while #items < max do
    local page, message, detail = self:page()
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
    return self.at
  end
  if self.ended or self.next_url then
    return self.next_url
  end
  local call, message, detail = self.build()
  if not call then
    return nil, message, detail
  end
  return call:url()
end

function mt.__tostring(self)
  return "roster.list{" .. self.name .. "}"
end

return M

-- Where a list was left, and pages of any form: a walk ends or fails, never
-- repeats itself for ever, never leaves the service, never raises; and where
-- it says that it stands, another one goes on.
local by_link = require "roster.paging.link"
local by_offset = require "roster.paging.offset"
local core = require "roster.core"
local json = require "roster.json"

-- more pages than these without a new item are a walk that never ends: it may
-- step back 1000 times, and some pages come between two of these
local MOST_PAGES, MOST_IDLE, MOST_LINES = 10000, 6000, 4

local client = assert(core.client("okta", {
  url = "https://x.test/base", token = "t", timeout = 300, max_retries = 0, connect_timeout = 1, stall_timeout = 1,
  max_response = 65536,
}))

local ROWS = {
  { start = "skip", size = "limit", items = "results", total = "totalCount", first = 0, by_page = false,
    sort_by = { "sort" }, sort_value = "_id" },
  { start = "page", size = "size", items = "content", total = "total_elements", first = 1, by_page = true },
}

local function build(override)
  local query = {}
  for name, value in pairs(override or {}) do
    query[name] = value
  end
  return assert(core.call_free(client, { path = "/list", query = query }, true))
end

--- Why the call cannot be sent, or nil.
local function fault_of(call)
  local what, message = call:next(0, 0, 0, true)
  return what == "failed" and message or nil
end

local function same_origin(url)
  return url:find("^https://x%.test[/?#]") ~= nil or url == "https://x.test"
end

local function walk_links(cursor, links)
  local walk = by_link.new(build, cursor)
  local n = 0
  while not walk.ended do
    n = n + 1
    assert(n <= #links + 3, "a list without an end")
    local call = assert(walk:call())
    local fault = fault_of(call)
    if fault then
      return
    end
    assert(call:url():lower():find("^https://x%.test"), "left the service: " .. call:url())
    -- as the core reads it from the header
    call:answer(200, { Link = links[n] }, "[]")
    local what, page, _, next_url = call:next(0, 0, 0, true)
    if what ~= "done" then
      return
    end
    walk:take(page, nil, next_url)
    local here, ahead = walk:here(), walk:ahead()
    for _, at in pairs { here, ahead or nil } do
      local other = by_link.new(build, at)
      local again = assert(other:call())
      if again:url() ~= at then
        assert(fault_of(again) or at:sub(1, 1) == "/", "went on elsewhere: " .. again:url())
      end
    end
  end
end

local function walk_offsets(row, cursor, pages)
  local walk = by_offset.new(build, row, {}, cursor)
  local n, idle = 0, 0
  while not walk.ended and n < MOST_PAGES do
    n, idle = n + 1, idle + 1
    assert(idle <= MOST_IDLE, "a list without an end")
    local call = assert(walk:call())
    if fault_of(call) then
      return
    end
    local url = call:url()
    assert(same_origin(url), "left the service: " .. url)
    local number = url:match(row.start .. "=([^&]*)")
    assert(not number or number:find("^%d+$"), "asked for a page that is none: " .. url)
    local envelope = json.decode(pages[(n - 1) % #pages + 1])
    local meta = {}
    local items, fault = walk:take(envelope, meta)
    if not items then
      assert(type(fault) == "string" and #fault > 0)
      return
    end
    if #items > 0 then
      idle = 0
    end
    -- the first pages are as good as the others
    local ahead = n < 20 and walk:ahead()
    if ahead then
      local other = by_offset.new(build, row, {}, ahead)
      local again = assert(other:call())
      assert(not fault_of(again), "its own cursor is refused: " .. ahead)
      assert(other.next == walk.next, "the cursor stands elsewhere: " .. ahead)
    end
  end
end

--- The first byte chooses the form of the list; then lines: the cursor, and
--- what the service says of each page.
return function(data)
  local kind = data:byte(1)
  if not kind then
    return
  end
  local lines = {}
  for line in (data:sub(2) .. "\n"):gmatch("([^\n]*)\n") do
    lines[#lines + 1] = line
  end
  local cursor = table.remove(lines, 1)
  cursor = cursor ~= "" and cursor or nil
  if #lines == 0 or #lines > MOST_LINES then
    return
  elseif kind % 3 == 0 then
    walk_links(cursor, lines)
  else
    walk_offsets(ROWS[kind % 3], cursor, lines)
  end
end

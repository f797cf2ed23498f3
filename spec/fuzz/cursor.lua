-- Where a list was left, and pages of any form: a walk ends or fails, never
-- repeats itself for ever, never leaves the service, never raises; and where it
-- says that it stands, another one goes on. What it must give is for
-- spec/property/lists_spec.lua.
local by_link = require "roster.paging.link"
local by_offset = require "roster.paging.offset"
local core = require "roster.core"
local json = require "roster.json"
local repeats = require "roster.paging.repeats"

local MOST_LINES = 4

-- How far a walk may go: as far as it says itself, which takes it thousands of
-- pages, or not as far, so that it is soon seen to end. `pages` are followed at
-- the most, and the places `ahead` of the first of them are tried.
local FAR = { MOST_IDLE = 4000, MOST_STEPS_BACK = 1000, pages = 10000, ahead = 20 }
local NEAR = { MOST_IDLE = 24, MOST_STEPS_BACK = 6, pages = 40, ahead = 4 }
-- one walk of so many goes far
local SELDOM = 1024

local client = assert(core.client("okta", {
  url = "https://x.test/base", token = "t", timeout = 300, max_retries = 0, connect_timeout = 1, stall_timeout = 1,
  max_response = 65536, max_nodes = 1e6,
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

--- The function that has the upvalue `name`, below `f`, and which one it is.
local function find_upvalue(f, name, seen)
  for i = 1, debug.getinfo(f, "u").nups do
    local known, value = debug.getupvalue(f, i)
    if known == name then
      return f, i
    elseif type(value) == "function" and not seen[value] then
      seen[value] = true
      local owner, at = find_upvalue(value, name, seen)
      if owner then
        return owner, at
      end
    end
  end
end

local limits = {}
local takers = { MOST_IDLE = repeats.new(true).take, MOST_STEPS_BACK = by_offset.new(build, ROWS[1], {}).take }
for name, taker in pairs(takers) do
  local owner, at = find_upvalue(taker, name, {})
  assert(owner and select(2, debug.getupvalue(owner, at)) == FAR[name], name .. " is not what it was")
  limits[name] = function(value)
    debug.setupvalue(owner, at, value)
  end
end

local far

local function set_limits(to)
  if far ~= to then
    far = to
    for name, set in pairs(limits) do
      set(to[name])
    end
  end
end

--- Why the call cannot be sent, or nil.
local function fault_of(call)
  local what, message = call:next(0, 0, 0, true)
  return what == "failed" and message or nil
end

local function same_origin(url)
  local behind = url:lower():match("^https://x%.test(.*)$")
  behind = behind and (behind:match("^:0*443(.*)$") or behind:match("^:(%D.*)$") or behind)
  return behind ~= nil and (behind == "" or behind:find("^[/?#]") ~= nil)
end

local function walk_links(cursor, links)
  local walk = by_link.new(build, cursor)
  local n = 0
  while not walk.ended do
    n = n + 1
    -- the first page, each of the others once, and what is refused for having been there
    assert(n <= #links + 2, "a list without an end")
    local call = assert(walk:call())
    local fault = fault_of(call)
    if fault then
      return
    end
    assert(same_origin(call:url()), "left the service: " .. call:url())
    -- as the core reads it from the header
    call:answer(200, { Link = links[(n - 1) % #links + 1] }, "[]")
    local what, page, _, next_url = call:next(0, 0, 0, true)
    if what ~= "done" then
      return
    end
    if not walk:take(page, nil, nil, next_url) then
      return
    end
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

--- What kind of step the walk took to get here from the page at `before`.
local function state_of(walk, before, items)
  local way = walk.next > before and 2 or walk.next < before and 1 or 0
  local flags = (#items > 0 and 1 or 0) + (walk.repeats.idle > 0 and 2 or 0) + (walk.total and 4 or 0)
  return (math.min(walk.steps_back, 3) * 3 + way) * 8 + flags
end

--- Where the walk goes next, by itself and from its own cursor.
local function check_ahead(walk, row)
  local ahead = walk:ahead()
  if ahead then
    local other = by_offset.new(build, row, {}, ahead)
    local again = assert(other:call())
    assert(not fault_of(again), "its own cursor is refused: " .. ahead)
    assert(other.next == walk.next, "the cursor stands elsewhere: " .. ahead)
  end
end

local function walk_offsets(row, cursor, pages, is_last_for_ever, mark)
  local walk = by_offset.new(build, row, {}, cursor)
  local idle, back, furthest, envelopes, state = 0, 0, 0, {}, 0
  for n = 1, far.pages do
    local call = assert(walk:call())
    if fault_of(call) then
      return
    end
    local url = call:url()
    assert(same_origin(url), "left the service: " .. url)
    local number = url:match(row.start .. "=([^&]*)")
    assert(not number or number:find("^%d+$"), "asked for a page that is none: " .. url)
    call:close()
    local at = is_last_for_ever and math.min(n, #pages) or (n - 1) % #pages + 1
    envelopes[at] = envelopes[at] or { json.decode(pages[at]) }
    local before = walk.next
    local items, fault = walk:items(envelopes[at][1])
    if items then
      items, fault = walk:take(items, envelopes[at][1], {})
    end
    if not items then
      assert(type(fault) == "string" and #fault > 0)
      mark(#fault + 96 * 96)
      return
    end
    local last = state
    state = state_of(walk, before, items)
    mark(last * 96 + state)
    idle = #items > 0 and 0 or idle + 1
    if idle > far.MOST_IDLE then
      -- pages that are empty as they come are the list's to count
      local page = type(envelopes[at][1]) == "table" and envelopes[at][1][row.items]
      assert(type(page) == "table" and #page == 0, "a list without an end")
      return
    end
    if walk.next < before then
      back = back + 1
    elseif walk.next > furthest then
      furthest, back = walk.next, 0
    end
    assert(back <= far.MOST_STEPS_BACK, "a list that goes back for ever")
    if n <= far.ahead then
      check_ahead(walk, row)
    end
    if walk.ended then
      return
    end
  end
end

--- The first byte chooses the form of the list, and whether its pages begin
--- again or the last one comes for ever; then lines: the cursor, and what the
--- service says of each page.
return function(data, mark)
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
    set_limits(core.fingerprint(data) % SELDOM == 0 and FAR or NEAR)
    walk_offsets(ROWS[kind % 3], cursor, lines, kind % 2 == 1, mark)
  end
end

--- Pages: limits, opaque cursors, Link headers.
local fault = require "roster.sandbox.okta.fault"
local random = require "roster.sandbox.random"

local M = {}

local UNBOUNDED = 10000

-- What a cursor belongs to: used elsewhere it is worth nothing.
local function purpose(call)
  local q = call.query
  return table.concat({ call.path, q.search or "", q.filter or "",
    q.sortBy or "", q.sortOrder or "", q.scopeId or "" }, "\n")
end

local function seal(call, position)
  return random.base62(random.digest(call.org.seed, purpose(call) ..
    string.format("\n%d", position)), 6)
end

local function open(call, cursor)
  local position = #cursor == 20 and random.number(cursor:sub(-6))
  if not position or
      cursor ~= "000a" .. seal(call, position) .. "tbsx" ..
        random.base62(position, 6) then
    fault.raise("E0000029", "after")
  end
  return position
end

--- Reads the page a request asks for.
---@param call table
---@param default? integer  instead of the catalog's
---@return integer limit, integer position  0 before the first entry
function M.read(call, default)
  local row = call.row
  local max = row.page_max and row.page_max > 0 and row.page_max or
    UNBOUNDED
  local usual = row.page_default and row.page_default > 0 and
    row.page_default or 200
  local limit = tonumber(call.query.limit) or default or usual
  -- guess: too small a limit is an error, too large a one is cut.
  if limit < 1 then
    fault.raise("E0000029", "limit")
  end
  local after = call.query.after
  return math.min(limit, max), after and open(call, after) or 0
end

--- Makes the Link header lines of a page.
---@param call table
---@param position integer|nil  where the next page starts; nil on the last
---@param limit integer
---@return string[]
function M.links(call, position, limit)
  local lines = { "<" .. call.url .. '>; rel="self"' }
  if position then
    local query = {
      "after=000a" .. seal(call, position) .. "tbsx" ..
        random.base62(position, 6),
      string.format("limit=%d", limit),
    }
    for _, pair in ipairs(call.raw_query) do
      if pair[1] ~= "after" and pair[1] ~= "limit" then
        query[#query + 1] = pair[2]
      end
    end
    lines[2] = "<" .. call.base .. call.path .. "?" ..
      table.concat(query, "&") .. '>; rel="next"'
  end
  return lines
end

--- Cuts a page out of a list. Entries carry a growing `seq`, so that removing
-- some between two pages neither skips nor repeats others.
---@param call table
---@param items table[]
---@return table[] page, table headers
function M.cut(call, items)
  local limit, position = M.read(call)
  local page, more = {}, false
  for _, item in ipairs(items) do
    if item.seq > position then
      if #page == limit then
        more = true
        break
      end
      page[#page + 1] = item
    end
  end
  local last = page[#page]
  return page, { Link = M.links(call, more and last.seq or nil, limit) }
end

return M

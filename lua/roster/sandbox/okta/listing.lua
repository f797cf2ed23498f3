--- Lists of users: plain, q, filter, search.
local criteria = require "roster.sandbox.okta.criteria"
local fault = require "roster.sandbox.okta.fault"
local fold = require "roster.sandbox.okta.fold"
local json = require "roster.json"
local page = require "roster.sandbox.okta.page"

local M = {}

-- fields=id,profile:(firstName,city) -> { id = true, profile = { ... } }
local function projection(text)
  local at = 1
  local function names(closing)
    local wanted = {}
    while true do
      local name, stop = text:match("^([%w_]+)()", at)
      if not name then
        fault.raise("E0000001", { "fields: not a projection" })
      end
      at = stop
      wanted[name] = true
      if text:sub(at, at + 1) == ":(" then
        at = at + 2
        wanted[name] = names(")")
      end
      local c = text:sub(at, at)
      at = at + 1
      if c == closing then
        return wanted
      elseif c ~= "," then
        fault.raise("E0000001", { "fields: not a projection" })
      end
    end
  end
  return names("")
end

-- guess: exactly what is named comes, the id as well, since an entry without
-- one would be of no use.
local function project(value, wanted)
  local kept = {}
  for name, inner in pairs(wanted) do
    local member = value[name]
    if type(inner) == "table" and type(member) == "table" then
      member = project(member, inner)
    end
    kept[name] = member
  end
  return kept
end

local function render(call, indexes)
  local org = call.org
  local wanted = call.query.fields and call.query.fields ~= "" and
    projection(call.query.fields)
  if wanted then
    wanted.id = true
  end
  local out = {}
  for n, i in ipairs(indexes) do
    local text = org.view:entry(i, call.base, call.omit)
    if wanted then
      text = json.encode(project(json.decode(text), wanted))
    end
    out[n] = text
  end
  return "[" .. table.concat(out, ",") .. "]"
end

local function starts(value, prefix)
  return type(value) == "string" and fold(value):sub(1, #prefix) == prefix
end

-- guess: q compares without case, and never with the login.
local function chooser(call)
  local store, query = call.org.store, call.query
  local function live(i)
    local status = store:get(i, "status")
    return status and status ~= "DEPROVISIONED"
  end
  local kind = query.search and "search" or query.filter and "filter"
  if query.search and query.filter then
    fault.raise("E0000033")
  elseif kind then
    local tree = criteria.parse(query[kind], kind)
    local current
    local function get(name)
      return store:get(current, name)
    end
    return function(i)
      current = i
      return store:get(i, "status") and criteria.match(tree, get)
    end
  elseif query.q then
    local prefix = fold(query.q)
    return function(i)
      return live(i) and (starts(store:get(i, "profile.firstName"), prefix) or
        starts(store:get(i, "profile.lastName"), prefix) or
        starts(store:get(i, "profile.email"), prefix))
    end
  end
  return live
end

-- Sorts every match; a page starts at a position in the sorted list.
local function sorted(call, choose, limit, position)
  local store, query = call.org.store, call.query
  if not criteria.sortable(query.sortBy) then
    fault.raise("E0000031", "sortBy")
  end
  local found = {}
  for i = 1, store.last do
    if choose(i) then
      local key = store:get(i, query.sortBy)
      found[#found + 1] = { i, type(key) == "string" and fold(key) or key }
    end
  end
  local descending = query.sortOrder == "desc"
  -- guess: users without the property come last, ties stand by age.
  table.sort(found, function(a, b)
    local x, y = a[2], b[2]
    local ranked = { string = 1, number = 2 }
    local rx, ry = ranked[type(x)] or 3, ranked[type(y)] or 3
    if rx ~= ry then
      return rx < ry
    elseif rx == 3 or x == y then
      return a[1] < b[1]
    elseif descending then
      return x > y
    end
    return x < y
  end)
  local indexes = {}
  for n = position + 1, math.min(position + limit, #found) do
    indexes[#indexes + 1] = found[n][1]
  end
  local stop = position + #indexes
  return indexes, stop < #found and stop or nil
end

-- Goes on from a user's number, one match beyond the page, so that the last
-- page has no next link.
local function scanned(call, choose, limit, position)
  local indexes = {}
  for i = position + 1, call.org.store.last do
    if choose(i) then
      if #indexes == limit then
        return indexes, indexes[limit]
      end
      indexes[#indexes + 1] = i
    end
  end
  return indexes, nil
end

local handlers = {}

function handlers.list_users(call)
  local query = call.query
  local order = query.sortOrder
  if order and order ~= "asc" and order ~= "desc" then
    fault.raise("E0000031", "sortOrder")
  end
  local choose = chooser(call)
  local by_q = query.q and not query.search and not query.filter
  local limit, position = page.read(call, by_q and 10 or 200)
  local indexes, rest
  -- guess: sortBy without search is passed over.
  if query.search and query.sortBy then
    indexes, rest = sorted(call, choose, limit, position)
  else
    indexes, rest = scanned(call, choose, limit, by_q and 0 or position)
  end
  return 200, render(call, indexes), {
    Link = page.links(call, not by_q and rest or nil, limit),
  }
end

M.handlers = handlers

return M

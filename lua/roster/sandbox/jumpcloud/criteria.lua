--- What a v1 list is asked by: filter, search, sort and fields.
local service = require "roster.sandbox.service"

local M = {}

local fail = service.fail

local COMPARE = {
  ["$eq"] = function(a, b) return a == b end,
  ["$ne"] = function(a, b) return a ~= b end,
  ["$gt"] = function(a, b) return a ~= nil and a > b end,
  ["$gte"] = function(a, b) return a ~= nil and a >= b end,
  ["$lt"] = function(a, b) return a ~= nil and a < b end,
  ["$lte"] = function(a, b) return a ~= nil and a <= b end,
}

local function words(text)
  local list = {}
  for word in (text or ""):gmatch("%S+") do
    list[#list + 1] = word
  end
  return list
end

-- guess: only the first two colons separate, so that a value may hold some.
local function condition(text)
  local field, operator, value = text:match("^([%w_.]+):([^:]*):(.*)$")
  if not field then
    fail(400, "filter must be <field>:<operator>:<value>")
  elseif not COMPARE[operator] then
    fail(400, "filter: unknown operator " .. operator)
  end
  -- guess: a field nobody has is equal to nothing.
  return function(record)
    return COMPARE[operator](record[field], value)
  end
end

local function add_filter(all, any, name, value)
  local index = name:match("^filter%[(.*)%]$")
  -- guess: a plain filter may be repeated, and all must hold.
  if name == "filter" or index == "" or index:find("^%d+$") then
    all[#all + 1] = condition(value)
  elseif index:find("^or%]%[%d*$") then
    any[#any + 1] = condition(value)
  else
    fail(400, "filter: cannot make sense of " .. name)
  end
end

local function add_search(search, name, value)
  local part, index = name:match("^search%[(%w+)%](.*)$")
  local indexed = index == "" or index == "[]" or
    index and index:find("^%[%d+%]$")
  if part == "fields" and indexed and index ~= "" then
    search.fields[#search.fields + 1] = value
  elseif part == "searchTerm" and indexed then
    search.terms[#search.terms + 1] = value:lower()
  else
    -- guess: what is not in bracket form is an error.
    fail(400, "search must be an object of fields and searchTerm")
  end
end

-- guess: a term may stand anywhere in a field, whatever its case; of several
-- terms one is enough.
local function found(search, record)
  local fields = search.fields
  if not fields[1] then
    fields = { "displayName", "logoUrl", "_id" } -- guess: all of them
  end
  for _, field in ipairs(fields) do
    for _, term in ipairs(search.terms) do
      local value = record[field]
      if type(value) == "string" and value:lower():find(term, 1, true) then
        return true
      end
    end
  end
  return false
end

--- Reads filter and search.
---@param call table
---@return fun(record: table): boolean
function M.matcher(call)
  local all, any, search = {}, {}, { fields = {}, terms = {} }
  for _, pair in ipairs(call.pairs) do
    local name, value = pair[1], pair[3]
    if name:find("^filter") then
      add_filter(all, any, name, value)
    elseif name:find("^search") then
      add_search(search, name, value)
    end
  end
  return function(record)
    for _, holds in ipairs(all) do
      if not holds(record) then
        return false
      end
    end
    local one = not any[1]
    for _, holds in ipairs(any) do
      one = one or holds(record)
    end
    return one and (not search.terms[1] or found(search, record))
  end
end

--- Sorts a list in place by `sort` or `sortIgnoreCase`; without either, and
--- between equals, the order stays.
---@param call table
---@param list table[]
function M.sort(call, list)
  local fold = call.query.sortIgnoreCase ~= nil
  local keys = {}
  for i, word in ipairs(words(call.query.sort or
      call.query.sortIgnoreCase)) do
    local minus, field = word:match("^(%-?)(.*)$")
    keys[i] = { field = field, down = minus == "-" }
  end
  local position = {}
  for i, record in ipairs(list) do
    position[record] = i
  end
  table.sort(list, function(a, b)
    for _, key in ipairs(keys) do
      local x, y = a[key.field] or "", b[key.field] or ""
      if fold then
        x, y = x:lower(), y:lower()
      end
      if x ~= y then
        if key.down then
          return x > y
        end
        return x < y
      end
    end
    return position[a] < position[b]
  end)
end

--- Reads `fields`.
---@param call table
---@return fun(record: table): table
function M.projection(call)
  local wanted, unwanted, some = {}, {}, false
  for _, word in ipairs(words(call.query.fields)) do
    if word:sub(1, 1) == "-" then
      unwanted[word:sub(2)] = true
    else
      wanted[word], some = true, true
    end
  end
  return function(record)
    local shown = {}
    for name, value in pairs(record) do
      if name == "_id" or (not some or wanted[name]) and
          not unwanted[name] then
        shown[name] = value
      end
    end
    return shown
  end
end

return M

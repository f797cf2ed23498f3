--- Lists page by page: users with their filters, templates.
local json = require "roster.json"
local service = require "roster.sandbox.service"
local users = require "roster.sandbox.knetik.users"

local fail = service.fail

local SIZE = 25

local function number(call, name, default)
  local text = call.query[name]
  if text == nil then
    return default
  elseif not text:find("^%d+$") or #text > 15 or tonumber(text) < 1 then
    -- guess: nought is an error, as words are.
    fail(400, name .. " must be a whole number, 1 or more", { field = name })
  end
  return tonumber(text)
end

local function read_order(call, known)
  local keys = {}
  for part in ((call.query.order or "id:ASC") .. ","):gmatch("([^,]*),") do
    local name, direction = part:match("^([%w_]+):(%u+)$")
    if direction ~= "ASC" and direction ~= "DESC" or not known[name] then
      fail(400, "order must be PROPERTY:ASC or PROPERTY:DESC, with commas",
        { field = "order" })
    end
    keys[#keys + 1] = { name = name, down = direction == "DESC" }
  end
  return keys
end

-- guess: what has no value comes first, and equals stay in order of their id.
local function sort(list, keys)
  table.sort(list, function(a, b)
    for _, key in ipairs(keys) do
      local x, y = a[key.name], b[key.name]
      if key.down then
        x, y = y, x
      end
      if x ~= y then
        if x == nil or y == nil then
          return x == nil
        end
        return x < y
      end
    end
    return a.id < b.id
  end)
end

-- guess: the members besides property and direction.
local function shown_order(keys)
  local list = json.array{}
  for i, key in ipairs(keys) do
    list[i] = {
      property = key.name,
      direction = key.down and "DESC" or "ASC",
      ascending = not key.down,
      descending = key.down,
      ignore_case = false,
      null_handling = "NATIVE",
    }
  end
  return list
end

-- Cuts a page: `at(i)` is the i-th of `total` items.
local function page(call, keys, total, at)
  local size = number(call, "size", SIZE)
  local wanted = number(call, "page", 1)
  local pages = math.floor((total + size - 1) / size)
  local content = json.array{}
  for i = (wanted - 1) * size + 1, math.min(wanted * size, total) do
    content[#content + 1] = at(i)
  end
  return 200, {
    content = content,
    first = wanted == 1,
    last = wanted >= pages,
    number = wanted - 1 + call.service.number_base,
    number_of_elements = #content,
    size = size,
    sort = shown_order(keys),
    total_elements = total,
    total_pages = pages,
  }
end

local function fold(value)
  return type(value) == "string" and value:lower() or ""
end

-- guess: a prefix matches whatever its case.
local function starts(value, prefix)
  return fold(value):sub(1, #prefix) == prefix:lower()
end

local function prefix_of(field)
  return function(record, value)
    return starts(record[field], value)
  end
end

local COMPARE = {
  GT = function(a, b) return a > b end,
  LT = function(a, b) return a < b end,
  EQ = function(a, b) return a == b end,
  GOE = function(a, b) return a >= b end,
  LOE = function(a, b) return a <= b end,
}

local function has(list, wanted)
  for _, value in ipairs(list) do
    if value == wanted then
      return true
    end
  end
  return false
end

local filters = {
  filter_displayname = prefix_of("display_name"),
  filter_email = prefix_of("email"),
  filter_firstname = prefix_of("first_name"),
  filter_fullname = prefix_of("fullname"),
  filter_lastname = prefix_of("last_name"),
  filter_username = prefix_of("username"),
}

-- Filters on what only an administrator may see.
local PRIVATE = { "filter_email", "filter_firstname", "filter_fullname",
  "filter_lastname", "filter_username" }

function filters.filter_tag(record, value)
  return has(record.tags, value)
end

function filters.filter_group(record, value)
  return record.secret_groups[value] == true
end

function filters.filter_role(record, value)
  return record.secret_roles[value] == true
end

function filters.filter_search(record, value)
  return starts(record.display_name or record.username, value)
end

function filters.filter_id_list(record, value)
  return (",%s,"):format(value):find((",%d,"):format(record.id), 1, true) ~=
    nil
end

function filters.filter_last_activity(record, value)
  local operator, seconds = value:match("^(%u+),(%d+)$")
  if not COMPARE[operator] then
    fail(400, "filter_last_activity must be OP,seconds",
      { field = "filter_last_activity" })
  end
  return COMPARE[operator](record.last_activity or 0, tonumber(seconds))
end

local function read_filters(call)
  local wanted = {}
  for name, holds in pairs(filters) do
    local value = call.query[name]
    if value then
      wanted[#wanted + 1] = { holds = holds, value = value }
    end
  end
  if not (call.holder and call.holder.admin) then
    for _, name in ipairs(PRIVATE) do
      if call.query[name] then
        fail(403, "Access is denied: " .. name .. " needs USERS_ADMIN")
      end
    end
  end
  return wanted
end

local function matches(record, wanted)
  for _, filter in ipairs(wanted) do
    if not filter.holds(record, filter.value) then
      return false
    end
  end
  return true
end

local ORDERED = {}
for name in ([[display_name email first_name fullname id last_activity
    last_name last_updated member_since username]]):gmatch("%S+") do
  ORDERED[name] = true
end

local handlers = {}

function handlers.get_users(call)
  local store = call.service.store
  local keys, wanted = read_order(call, ORDERED), read_filters(call)
  local function show(record)
    return users.show(record, users.may(call, record), true)
  end
  if not wanted[1] and keys[1].name == "id" and not keys[1].down then
    return page(call, keys, store.count, function(i)
      return show(store:get(i))
    end)
  end
  local found = {}
  for id = 1, store.count do
    local record = store:get(id)
    if matches(record, wanted) then
      found[#found + 1] = record
    end
  end
  sort(found, keys)
  return page(call, keys, #found, function(i)
    return show(found[i])
  end)
end

function handlers.get_user_templates(call)
  users.need_admin(call, "TEMPLATE_ADMIN or USERS_ADMIN")
  local keys = read_order(call, { id = true, name = true,
    created_date = true, updated_date = true })
  local found = {}
  for i, template in ipairs(call.service.templates) do
    found[i] = template
  end
  sort(found, keys)
  return page(call, keys, #found, function(i)
    return found[i]
  end)
end

return { handlers = handlers }

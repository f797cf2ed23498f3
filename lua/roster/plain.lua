--- A table is read as Lua reads it: what a metatable says is in it counts
--- (Lua 5.4 manual 2.4), on every Lua alike. This is the one place where roster
--- reads it so; the core reads plain tables only, since it calls no Lua. Plain
--- tables come through as they are. Of the others:
---
--- - With __pairs, the members are those that it gives.
--- - Else they are the table's own and, where __index is a table, those of that
---   table as well, and so on along the chain. Where that is a class (it holds
---   functions, or is its own __index), its functions and what begins with "_"
---   are no members; another value of it is a fault, since nobody can tell.
--- - With a function for __index and no __pairs, names cannot be listed. Items
---   can where __len counts them; options can, by their names; else it is a fault.
---
--- A fault is one line that begins with the place: "body.profile: ...".
local core = require "roster.core"
local json = require "roster.json"

local M = {}

-- members that are read through metatables in one go, and tables inside of each
-- other: an iterator that never ends must not take the process with it
local MOST, DEEPEST = 200000, 100
-- bytes of a place and of what a metamethod raised
local LONGEST = 110

-- what `fail` raises; anything else comes from the caller's metamethods
local fault_mt = {}

local function place_of(self)
  local parts = { self.name }
  for _, key in ipairs(self.trail) do
    local word = type(key) == "string" and key:find("^[%a_][%w_]*$") and #key <= 40
    if type(key) == "number" then
      parts[#parts + 1] = ("[%s]"):format(key)
    elseif word then
      parts[#parts + 1] = (#parts > 0 and "." or "") .. key
    else
      parts[#parts + 1] = ('["%s"]'):format((tostring(key):sub(1, 40):gsub("[^\32-\126]", "?")))
    end
  end
  local place = table.concat(parts)
  return #place > LONGEST and place:sub(1, LONGEST) .. "..." or place
end

local function fail(self, text, ...)
  error(setmetatable({ place_of(self) .. ": " .. text:format(...) }, fault_mt), 0)
end

--- Calls a metamethod; `name` is said where it raises.
local function ask(self, name, method, ...)
  self.asking = name
  local a, b, c = method(...)
  self.asking = nil
  return a, b, c
end

local function count(self)
  self.left = self.left - 1
  if self.left < 0 then
    fail(self, "more than %d members to be read through metatables", MOST)
  end
end

------------------------------------------------------------------- shallow

-- What `__pairs` gives, into the table.
local function by_pairs(self, into, t, pairs_method)
  local step, state, key = ask(self, "__pairs", pairs_method, t)
  local seen = {}
  while true do
    local value
    key, value = ask(self, "__pairs", step, state, key)
    if key == nil then
      return
    end
    count(self)
    if key ~= key or seen[key] then
      fail(self, "its __pairs gives %s twice", type(key) == "string" and ('"%.40s"'):format(key) or "a key")
    end
    seen[key] = true
    if into[key] == nil then
      into[key] = value
    end
  end
end

local function is_class(t)
  if rawget(t, "__index") ~= nil then
    return true
  end
  for _, value in next, t do
    if type(value) == "function" then
      return true
    end
  end
  return false
end

local function belongs_to_class(key, value)
  return type(value) == "function" or type(key) == "string" and key:sub(1, 1) == "_"
    or type(value) == "table" and is_class(value)
end

-- The table's own keys that the one it stands before does not have. Returns
-- whether that was a class.
local function by_keys(self, into, t, inherited)
  local class = inherited and is_class(t)
  for key, value in next, t do
    if inherited then
      count(self)
    end
    if into[key] ~= nil or class and belongs_to_class(key, value) then -- luacheck: ignore 542
    elseif not class then
      into[key] = value
    elseif not self.known then
      fail(self, 'its member "%.40s" stands in a class: give the metatable __pairs, or pass a plain table',
        tostring(key))
    end
  end
end

-- Into the table what is in `t` besides. Returns whether all could be listed,
-- and whether it is marked as a list.
local function gather(self, into, t, level)
  local kind, index, pairs_method = core.view(t)
  if level > DEEPEST then
    fail(self, "its __index chain is too long")
  elseif kind == "view" and pairs_method ~= nil then
    by_pairs(self, into, t, pairs_method)
    return true, false
  end
  by_keys(self, into, t, level > 0)
  if kind == "list" or index == nil then
    return true, kind == "list"
  elseif type(index) ~= "table" then
    return false, false
  end
  return gather(self, into, index, level + 1)
end

-- The items of a list whose names cannot be listed: `count` of them.
local function by_number(self, into, t, length)
  local n = ask(self, "__len", length, t)
  if type(n) ~= "number" or n < 0 or n % 1 ~= 0 then
    fail(self, "its __len is no whole number")
  end
  for i = 1, n do
    count(self)
    into[i] = ask(self, "__index", function()
      return t[i]
    end)
  end
  return n
end

local function read_unlisted(self, into, t, length)
  if self.known or self.own and next(into) ~= nil then
    return
  end
  for key in next, into do
    if type(key) ~= "number" then
      length = nil
    end
  end
  if length == nil or by_number(self, into, t, length) == 0 then
    fail(self, "its __index is a function and it has no __pairs, so what is in it cannot be listed: "
      .. "give the metatable __pairs, or pass a plain table")
  end
end

-- A __len must agree with the items: which of them would be meant?
local function check_length(self, into, t, length)
  if into[1] == nil then
    return
  end
  local n = ask(self, "__len", length, t)
  if n ~= #into then
    fail(self, "its __len says %s, but it has %d items", tostring(n), #into)
  end
end

--- What is in the table as Lua reads it, in a new table; and whether it is
--- marked as a list.
local function shallow(self, t)
  local kind, index, pairs_method, length = core.view(t)
  local into = {}
  local listed, marked = gather(self, into, t, 0)
  if kind ~= "view" then
    return into, marked
  elseif not listed then
    read_unlisted(self, into, t, length)
  elseif length ~= nil then
    check_length(self, into, t, length)
  end
  if self.known and (pairs_method == nil or type(index) == "table") and index ~= nil then
    for _, name in ipairs(self.known) do
      if into[name] == nil then
        into[name] = ask(self, "__index", function()
          return t[name]
        end)
      end
    end
  end
  return into, marked
end

---------------------------------------------------------------------- deep

local function deep(self, value)
  if type(value) ~= "table" then
    return value
  elseif self.holders[value] then
    fail(self, "cyclic")
  elseif #self.trail > DEEPEST then
    fail(self, "nested too deep")
  end
  local copy, marked = shallow(self, value)
  self.holders[value] = true
  for key, member in next, copy do
    if type(member) == "table" then
      self.trail[#self.trail + 1] = key
      copy[key] = deep(self, member)
      self.trail[#self.trail] = nil
    end
  end
  self.holders[value] = nil
  return marked and setmetatable(copy, json.array_mt) or copy
end

-- Runs `read`; nil and the fault where it fails.
local function guarded(name, known, read, value, own)
  local self = { name = name, known = known, own = own, trail = {}, holders = {}, left = MOST }
  local ok, result = pcall(read, self, value)
  if ok then
    return result
  elseif type(result) == "table" and getmetatable(result) == fault_mt then
    return nil, result[1]
  elseif not self.asking then
    error(result, 0)
  end
  local said, text = pcall(tostring, result)
  text = said and type(text) == "string" and text:sub(1, LONGEST):gsub("[%c\127]", " ") or "something"
  return nil, ("%s: its %s raised: %s"):format(place_of(self), self.asking, text)
end

----------------------------------------------------------------------- API

--- A plain copy of the value with all tables in it.
---@param value any
---@param name string of the place, for a fault: "body"
---@return any copy, string? fault
function M.value(value, name)
  return guarded(name, nil, deep, value)
end

--- As value, for headers: those of nginx's Lua module and of lua-resty-http have a
--- function for __index that finds a name in any case, and all there is as their own.
--- So where members cannot be listed the table's own do, if there are any.
---@param value any
---@param name string
---@return any copy, string? fault
function M.headers(value, name)
  return guarded(name, nil, deep, value, true)
end

--- The table itself where it is plain; else a table of what is in it, whose
--- values are as they were. `known`: names to look up where they cannot be
--- listed, as those of options can be.
---@param t table
---@param name string of the place, for a fault: "options"
---@param known string[]?
---@return table? members, string? fault
function M.members(t, name, known)
  if core.view(t) ~= "view" then
    return t
  end
  return guarded(name, known, shallow, t)
end

return M

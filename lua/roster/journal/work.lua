--- What tells the work of one bulk run from that of another: an operation has its
--- name, and a function one that the caller gives it, or else its code.
local core = require "roster.core"
local lua = require "roster.host"
local names = require "roster.names"
local visible = require "roster.visible"

local M = {}

-- A code is known by so few digits that no guess at a password, which may be
-- written in it, can be tried out on them.
local CODES = 1000000

-- Whose code it is: that of another Lua has other words.
local function language()
  return lua.jit and lua.jit.version:match("^%S+ %d+%.%d+") or _VERSION
end

-- The names and texts in the function's code, in a fixed order. Not the code as it
-- is: with Lua 5.4 that changes with the line at which the function is, and with
-- LuaJIT the order of a table's members from one process to the next.
local function words_of(f)
  local ok, code = pcall(string.dump, f, true)
  if not ok then
    -- written in C
    return nil
  end
  local words = {}
  for word in code:gmatch("[%w_][%w_][%w_][%w_]+") do
    words[word] = true
  end
  local index, name = 1, (debug.getupvalue(f, 1))
  while name do
    words[name] = true
    index = index + 1
    name = debug.getupvalue(f, index)
  end
  return table.concat(names(words), " ")
end

--- Where the function is defined, and a text that differs from that of a function
--- which uses other names and texts. Not told apart are functions that one
--- piece of code makes with other values, and those that differ in numbers only.
---@param f function
---@return string at "offboard.lua:12"
---@return string? code nil when there is none to look at
-- usage: local at, code = work.identify(function(id, client) return client:suspend_user(id) end)
function M.identify(f)
  local about = debug.getinfo(f, "S")
  local at = visible.line(about.short_src)
  if about.linedefined > 0 then
    at = at .. ":" .. about.linedefined
  end
  local words = words_of(f)
  return at, words and ("%s %.0f"):format(language(), core.fingerprint(words) % CODES)
end

--- Are the two certainly not of one function? Those of different Luas, and what
--- is not known, are not.
---@param a any as `identify` returns it
---@param b any
---@return boolean
function M.is_other(a, b)
  if type(a) ~= "string" or type(b) ~= "string" then
    return false
  end
  return a ~= b and a:match("^(.*) ") == b:match("^(.*) ")
end

return M

--- Users, administrators and players as one line each.
local visible = require "roster.visible"

local M = {}

local function text(value)
  return type(value) == "string" and value ~= "" and value or nil
end

--- Joins what there is of them, safe to show.
local function join(...)
  local parts = {}
  for i = 1, select("#", ...) do
    local part = select(i, ...)
    parts[#parts + 1] = part and visible.line(part) or nil
  end
  return table.concat(parts, "  ")
end

local function full_name(first, last)
  first, last = text(first), text(last)
  return first and last and first .. " " .. last or first or last
end

local function okta(value)
  local profile = rawget(value, "profile")
  local id, status = text(rawget(value, "id")), text(rawget(value, "status"))
  local login = id and status and type(profile) == "table" and text(rawget(profile, "login"))
  if login then
    local name = full_name(rawget(profile, "firstName"), rawget(profile, "lastName"))
    return join("user", id, status, login, name)
  end
end

local function jumpcloud(value)
  local id, email = text(rawget(value, "_id")), text(rawget(value, "email"))
  if id and email then
    local name = full_name(rawget(value, "firstname"), rawget(value, "lastname"))
    return join("administrator", id, rawget(value, "suspended") == true and "SUSPENDED" or nil, email, name,
      text(rawget(value, "roleName")))
  end
end

local function knetik(value)
  local id = rawget(value, "id")
  local username, shown = text(rawget(value, "username")), text(rawget(value, "display_name"))
  -- on LuaJIT an id that it cannot hold is a string of digits
  if (type(id) == "number" or type(id) == "string" and id:find("^%d+$")) and (username or shown) then
    id = type(id) == "number" and ("%.0f"):format(id) or id
    return join("user", id, username, shown)
  end
end

--- The line for a table that is somebody, nil for any other.
---@param value table
---@return string?
function M.line(value)
  return okta(value) or jumpcloud(value) or knetik(value)
end

return M

--- What the caller gave a method: copied, since the caller may change it before
--- a later page is asked for, and checked where no row of the catalog does.
local config = require "roster.config"
local plain = require "roster.plain"

local M = {}

-- levels of tables inside of the outermost: the deepest that is not refused is
-- a list of values in a query
local LEVELS = 2

--- A copy of what the caller may change before a later page is asked for, as Lua
--- reads it (see roster.plain); not of the body, which the core comes to.
---@param options table
---@param name string for a fault: "options"
---@param known string[]? see roster.plain
---@param levels integer?
---@return table? copy, string? fault
function M.copy(options, name, known, levels)
  levels = levels or LEVELS
  local members, fault = plain.members(options, name, known)
  if not members then
    return nil, fault
  end
  local copy = {}
  for k, v in next, members do
    if type(v) == "table" and k == "headers" and levels == LEVELS then
      v, fault = plain.headers(v, k)
    elseif type(v) == "table" and k ~= "body" and levels > 0 then
      v, fault = M.copy(v, (levels < LEVELS and name .. "." or "") .. tostring(k), nil, levels - 1)
    end
    if fault then
      return nil, fault
    end
    copy[k] = v
  end
  return copy
end

--- What request() takes.
M.REQUEST = {
  "method", "path", "query", "body", "headers", "timeout", "deadline", "max_retries", "dry_run", "strict_text",
}
--- What list() takes.
M.LIST = {
  "path", "query", "headers", "timeout", "deadline", "max_retries", "dry_run", "links", "cursor", "prefetch",
  "strict_text", "max_empty_pages",
}
-- the core checks what goes into the request; these are the others
local TYPES = {
  timeout = "number", deadline = "number", max_retries = "number", dry_run = "boolean", cursor = "string",
  prefetch = "boolean", links = "boolean", strict_text = "boolean", max_empty_pages = "number",
}

--- A copy of the table, whose every key must be among `known`; raises at the
--- caller's caller.
---@param request table
---@param known string[]
---@param name string for the error
---@return table
function M.read(request, known, name)
  if type(request) ~= "table" then
    error(name .. ": expected a table, got " .. type(request), 3)
  end
  local fault
  request, fault = M.copy(request, "request", known)
  if not request then
    error(name .. ": " .. fault, 3)
  end
  local is_known = {}
  for _, key in ipairs(known) do
    is_known[key] = true
  end
  for key, value in next, request do
    if not is_known[key] then
      error(name .. ": " .. config.unknown("field", key, known), 3)
    elseif TYPES[key] and type(value) ~= TYPES[key] then
      error(name .. ": " .. key .. ": expected " .. TYPES[key] .. ", got " .. type(value), 3)
    end
  end
  return request
end

return M

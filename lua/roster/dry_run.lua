--- The request a call would send, for a person to read: secrets masked,
--- printed as a curl command that runs once the token is in the environment.
local names = require "roster.names"

local M = {}

local mt = { __name = "roster.dry_run" }

local function quote(s)
  return "'" .. s:gsub("'", "'\\''") .. "'"
end

function mt.__tostring(r)
  -- in a URL, curl takes these for a pattern that stands for many
  local literally = r.url:find("[%[%]{}]") and "--globoff " or ""
  local parts = { "curl " .. literally .. "-X " .. r.method .. " " .. quote(r.url) }
  for _, name in ipairs(names(r.headers)) do
    local value = r.headers[name]
    if name == r.auth_header and r.variable then
      -- double quotes, so that the shell puts the real token in
      parts[#parts + 1] = '-H "' .. name .. ": " .. value:gsub("%*%*%*", "$" .. r.variable) .. '"'
    else
      parts[#parts + 1] = "-H " .. quote(name .. ": " .. value)
    end
  end
  if r.body then
    parts[#parts + 1] = "--data-raw " .. quote(r.body)
  end
  return table.concat(parts, " \\\n  ")
end

--- `request` as call:request(true) gives it; the curl command takes the token
--- from the environment variable `variable`.
---@param request table
---@param variable string?
---@param auth_header string? the header that carries the token
---@return table
function M.new(request, variable, auth_header)
  request.variable = variable
  request.auth_header = auth_header
  return setmetatable(request, mt)
end

--- Is it what a call returns that was not sent?
---@param value any
---@return boolean
function M.is(value)
  return type(value) == "table" and getmetatable(value) == mt
end

return M

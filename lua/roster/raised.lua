--- What code of others raised: any value at all, and perhaps Ctrl-C.
local core = require "roster.core"
local visible = require "roster.visible"

local M = {}

--- Is this how the `lua` and `luajit` programs end what runs on Ctrl-C? Their
--- text alone proves nothing, for a service may write the same: they also put
--- SIGINT back to its default first, so that a second Ctrl-C ends the process.
---@param err any
---@return boolean
function M.is_interrupt(err)
  return type(err) == "string" and err:find("interrupted!%s*$") ~= nil and core.interrupted()
end

--- The value as one line for people, without a traceback; never raises.
---@param err any
---@return string
function M.text(err)
  local ok, text = pcall(tostring, err)
  if not ok or type(text) ~= "string" then
    -- LuaJIT returns whatever __tostring does
    return "an error that cannot be printed"
  end
  text = visible.message((text:gsub("\n?stack traceback:.*$", "")))
  return text ~= "" and text or "an error without a text"
end

local function unless_interrupted(ok, err, ...)
  if not ok and M.is_interrupt(err) then
    error(err, 0)
  end
  return ok, err, ...
end

--- As pcall, but Ctrl-C is raised further: it is meant for the whole program,
--- not for the function that happened to run.
---@param f function
---@return boolean ok, any ...
function M.pcall(f, ...)
  return unless_interrupted(pcall(f, ...))
end

return M

--- Where in nginx the caller stands, and whether it may wait there.
local core = require "roster.core"
local host = require "roster.host"

local M = {}

-- the phases in which nginx does not let Lua wait, and what it calls them
local STUCK = {
  init = "init_by_lua",
  init_worker = "init_worker_by_lua",
  set = "set_by_lua",
  header_filter = "header_filter_by_lua",
  body_filter = "body_filter_by_lua",
  log = "log_by_lua",
  balancer = "balancer_by_lua",
  ssl_session_store = "ssl_session_store_by_lua",
  exit_worker = "exit_worker_by_lua",
}

local WAY_OUT = {
  init = "call from a timer, which init_worker_by_lua can start: ngx.timer.at(0, ...)",
  exit_worker = "no timer runs any more either, so call earlier",
}
local TIMER = "call from a timer: ngx.timer.at(0, ...)"

--- Is this Lua nginx's own, with its event loop?
---@return boolean
function M.is_inside()
  local nginx = host.global "ngx"
  return type(nginx) == "table" and type(nginx.socket) == "table" and type(nginx.get_phase) == "function"
end

--- Why a call that has to wait cannot be made here, and what can be done about
--- it; nil where it can.
---@return string?
function M.fault()
  local phase = ngx.get_phase()
  if STUCK[phase] then
    return "nginx cannot wait in " .. STUCK[phase] .. ": " .. (WAY_OUT[phase] or TIMER)
  end
  if core.can_wait() == false then
    return "Lua cannot wait here, inside of a function that C called (string.gsub, table.sort, require): call "
      .. "outside of it"
  end
end

return M

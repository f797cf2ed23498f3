-- A service over real HTTP that holds its answers back until it is told to give
-- them, and knows who went away meanwhile. Under /hold a request waits; /counts
-- has { now = that wait, aborted = that went away }; /open lets them go on, and
-- all that come after, until /shut. /crowded refuses the first request since
-- then for too many at a time; /later each, for a second.
local nginx = require "spec.support.nginx"

local M = {}

local LOCATIONS = {
  ["= /hold"] = [[
    local gate = ngx.shared.gate
    gate:incr("now", 1, 0)
    assert(ngx.on_abort(function()
      gate:incr("now", -1)
      gate:incr("aborted", 1, 0)
      ngx.exit(499)
    end))
    while not gate:get("open") do ngx.sleep(0.01) end
    gate:incr("now", -1)
    ngx.header.content_type = "application/json"
    ngx.say('{"id":"', ngx.var.connection, '"}')
  ]],
  ["= /counts"] = [[
    local gate = ngx.shared.gate
    ngx.header.content_type = "application/json"
    ngx.say(('{"now":%d,"aborted":%d}'):format(gate:get("now") or 0, gate:get("aborted") or 0))
  ]],
  ["= /open"] = [[ ngx.shared.gate:set("open", true) ngx.exit(204) ]],
  ["= /shut"] = [[ ngx.shared.gate:flush_all() ngx.exit(204) ]],
  ["= /later"] = [[
    ngx.shared.gate:incr("now", 1, 0)
    ngx.status = 503
    ngx.header["Retry-After"] = "1"
    ngx.say("{}")
  ]],
  ["= /crowded"] = [[
    ngx.header.content_type = "application/json"
    if ngx.shared.gate:add("crowded", true) then
      ngx.status = 429
      ngx.header["X-Rate-Limit-Limit"], ngx.header["X-Rate-Limit-Remaining"] = "0", "0"
      ngx.header["X-Rate-Limit-Reset"] = ngx.time() + 60
    end
    ngx.say("{}")
  ]],
}

--- Starts it; `options.locations` are added.
---@param options table? see spec.support.nginx
function M.start(options)
  local wanted = { http = "lua_shared_dict gate 64k;", server = "lua_check_client_abort on;", locations = {} }
  for name, value in pairs(options or {}) do
    wanted[name] = value
  end
  wanted.locations = {}
  for _, locations in ipairs { LOCATIONS, options and options.locations or {} } do
    for path, code in pairs(locations) do
      wanted.locations[path] = code
    end
  end
  return nginx.start(wanted)
end

return M

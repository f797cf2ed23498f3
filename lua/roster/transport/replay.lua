--- A scripted transport: answers from a list, in order, and keeps what was
--- sent. For tests of programs that use roster.
local func = require "roster.transport.func"

local M = {}

--- Makes a transport from `script`, a list whose elements are responses
--- ({ status, headers, body }), strings (a connection lost for that reason) or
--- functions `request -> response`. A call past the end of the script is lost
--- with a message that says so. The requests are kept in `.requests`.
---@param script table
---@return table transport
function M.new(script)
  local requests = {}
  local transport = func.new(function(request)
    local n = #requests + 1
    requests[n] = request
    local entry = script[n]
    if type(entry) == "function" then
      return entry(request)
    elseif type(entry) == "string" then
      return nil, entry
    elseif entry == nil then
      return nil, "the replay script has no answer number " .. n .. " (" .. request.method .. " " .. request.url .. ")"
    end
    return entry
  end)
  transport.requests = requests
  return transport
end

return M

--- nginx's error log.
local M = {}

--- Writes the line as a warning.
---@param line string
function M.warn(line)
  ngx.log(ngx.WARN, line)
end

return M

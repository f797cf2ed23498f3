--- Files that hold settings or a key: what another user could have written is not
--- believed.
local core = require "roster.core"

local M = {}

--- Reads the regular file at `path`, of at most `max` bytes, which must belong to
--- the user who runs this or to root, and which no other user may write to.
---@param path string
---@param max integer
---@return string? text
---@return { is_readable: boolean }|string about other users may read it; or why not, a phrase to follow the path
---@return integer? errno with `why`; 0 where the system had no objection
function M.read(path, max)
  local text, about, number = core.read_file(path, max)
  if text and about.is_foreign then
    return nil, "belongs to another user, so it is not read: make root or the user who runs this its owner", 0
  elseif text and about.is_writable then
    return nil, "can be changed by other users, so it is not read: take that away with chmod go-w", 0
  end
  return text, about, number
end

return M

--- Files that only their owner may read, as journals and recordings.
local core = require "roster.core"

local M = {}

--- Opens the file at `path` for reading and appending, and makes it where there
--- is none. Only its owner may read or write a new or empty one (mode 0600), whatever
--- the umask; once the content of another is known to be the right one, `seclude`
--- does the same for that. A symbolic link is not followed; folders above may be
--- links. An existing file must be a regular one of the user who runs this, with
--- one name.
---@param path string
---@param trusted boolean? what is in it is believed: then other users must not have been able to write to it
---@return file*? file
---@return string? why a phrase to follow the path, or with is_system what the system says
---@return boolean? is_system
-- usage: local file = assert(require("roster.private_file").open("report.csv"))
function M.open(path, trusted)
  -- a file of the io library, which the core then has another one behind
  local file, why = io.open("/dev/null", "a+b")
  if not file then
    return nil, why, true
  end
  local ok, is_system
  ok, why, is_system = core.become(file, path, trusted)
  if not ok then
    file:close()
    return nil, why, is_system
  end
  return file
end

--- Takes the file away from other users.
---@param file file*
---@return boolean? ok, string? why
M.seclude = core.seclude

return M

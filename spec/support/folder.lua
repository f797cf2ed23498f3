-- A folder of a spec's own, and files in it.
local core = require "roster.core"

local M = {}

local methods = {}
local mt = { __index = methods }

--- A new, empty folder; take it away with `remove`.
---@return { path: string }
function M.new()
  local pipe = assert(io.popen "mktemp -d")
  local path = pipe:read "*l"
  pipe:close()
  assert(path and path:find "^/", "no folder")
  return setmetatable({ path = path }, mt)
end

--- Writes a file, with the folders above it; returns its path.
---@param name string
---@param text string
---@return string
function methods:write(name, text)
  local path = self.path .. "/" .. name
  if name:find("/", 1, true) then
    os.execute("mkdir -p '" .. path:match "^(.*)/" .. "'")
  end
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
  return path
end

--- As `write`, for its owner alone.
---@param name string
---@param text string
---@return string
function methods:write_private(name, text)
  local path = self:write(name, text)
  local file = assert(io.open(path, "ab"))
  assert(core.seclude(file))
  file:close()
  return path
end

--- What is in the file.
---@param name string
---@return string
function methods:read(name)
  local file = assert(io.open(self.path .. "/" .. name, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

--- What a command prints that runs in the folder; raises when it fails.
---@param command string
---@return string
function methods:run(command)
  local pipe = assert(io.popen("cd '" .. self.path .. "' && { " .. command .. "; } 2>&1 && echo ended-well"))
  local text = pipe:read "*a"
  pipe:close()
  local output = text:match "^(.*)ended%-well\n$"
  return output or error(command .. ": " .. text, 2)
end

function methods:remove()
  os.execute("rm -rf '" .. self.path .. "'")
end

return M

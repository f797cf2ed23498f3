-- The types for editors as they are checked in, read once.

local annotations = require "spec.support.annotations"
local lfs = require "lfs"

local M = { folder = "lua/roster/meta" }

--- A whole file.
function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- The names of the folder's files that end so, sorted.
function M.files(ending)
  local list = {}
  for name in lfs.dir(M.folder) do
    if name:sub(-#ending) == ending then
      list[#list + 1] = name
    end
  end
  table.sort(list)
  return list
end

--- The classes that a source declares besides its code.
local function declared(path)
  local lines = {}
  for line in io.lines(path) do
    if line:find("^%-%-%-@class ") or line:find("^%-%-%-@field ") then
      lines[#lines + 1] = line
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

local known

--- All of them, with what the sources themselves declare.
function M.all()
  if not known then
    known = annotations.new()
    for _, name in ipairs(M.files(".lua")) do
      annotations.read(known, name, M.read(M.folder .. "/" .. name))
    end
    annotations.read(known, "error.lua", declared("lua/roster/error.lua"))
    annotations.finish(known)
  end
  return known
end

return M

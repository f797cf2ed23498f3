--- A file of YAML, by lyaml where that is installed. What is wrong with one is
--- said without quoting it: it may hold secrets.
local core = require "roster.core"
local guarded = require "roster.guarded_file"

local M = {}

-- No one's settings are larger. Bytes; collections inside of each other; scalars,
-- collections and their ends; aliases.
local LONGEST, DEEPEST, MOST, MOST_ALIASES = 256 * 1024, 64, 10000, 100
-- errno of a path that leads nowhere
local ENOENT, ENOTDIR = 2, 20

-- Its C part sets a global under Lua 5.1; that lands in a table which is there
-- for as long as it takes. Returns nil when the library is not there; then the C
-- part.
local function library()
  local globals = _G
  local before = rawget(globals, "yaml")
  if before == nil then
    rawset(globals, "yaml", {})
  end
  local found, lyaml = pcall(require, "lyaml")
  local has_parts, parts = pcall(require, "yaml")
  rawset(globals, "yaml", before)
  if found and has_parts then
    return lyaml, parts
  end
end

--- Is the library there?
---@return boolean
function M.is_available()
  return library() ~= nil
end

--- Is there such a file?
---@param path string
---@return boolean
function M.exists(path)
  local text, _, number = core.read_file(path, LONGEST)
  return text ~= nil or number ~= ENOENT and number ~= ENOTDIR
end

-- Why the text is more than lyaml should be given, or nil; raises where it is not
-- YAML. The parser's time grows with the square of the depth, and lyaml's with
-- what aliases and merge keys refer to: it stops at the first too many.
local function excess(parts, text)
  local depth, count, aliases = 0, 0, 0
  for event in parts.parser(text) do
    local kind = event.type
    count = count + 1
    if kind == "ALIAS" then
      aliases = aliases + 1
    elseif kind == "MAPPING_START" or kind == "SEQUENCE_START" then
      depth = depth + 1
    elseif kind == "MAPPING_END" or kind == "SEQUENCE_END" then
      depth = depth - 1
    end
    if depth > DEEPEST then
      return ("it is nested more than %d deep"):format(DEEPEST)
    elseif aliases > MOST_ALIASES then
      return ("it has more than %d aliases"):format(MOST_ALIASES)
    elseif count > MOST then
      return "it has too many members"
    end
  end
end

-- Takes lyaml's null, which is a table, for nothing at all.
local function without_null(value, null, seen)
  if value == null then
    return nil
  elseif type(value) ~= "table" or seen[value] then
    return seen[value] or value
  end
  local copy = {}
  seen[value] = copy
  for key, member in pairs(value) do
    copy[key] = without_null(member, null, seen)
  end
  return copy
end

--- Reads the file. Returns what is in it, nil when there is no such file or
--- nothing in it, or nil and why not, to be put after the path; then whether
--- other users may read it.
---@param path string
---@return table? value, string? why, boolean? is_readable
function M.read(path)
  local text, about, number = guarded.read(path, LONGEST)
  if not text then
    return nil, number ~= ENOENT and number ~= ENOTDIR and about or nil
  end
  local lyaml, parts = library()
  local is_yaml, too_much = pcall(excess, parts, text)
  if is_yaml and too_much then
    return nil, "cannot be read: " .. too_much
  end
  local ok, value = pcall(lyaml.load, text)
  if not ok then
    -- the message may quote the text; its place does not
    local line, column = tostring(value):match("(%d+):(%d+):")
    return nil, "is not YAML" .. (line and (": see line %s, column %s"):format(line, column) or "")
  elseif value == nil or value == lyaml.null then
    return nil
  elseif type(value) ~= "table" then
    return nil, "is not a mapping"
  end
  return without_null(value, lyaml.null, {}), nil, about.is_readable
end

return M

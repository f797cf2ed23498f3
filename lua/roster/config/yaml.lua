--- A file of YAML, by lyaml where that is installed. What is wrong with one is
--- said without quoting it: it may hold secrets.
local M = {}

-- bytes; nobody's settings are larger
local LONGEST = 1024 * 1024
-- errno of a path that leads nowhere
local ENOENT, ENOTDIR = 2, 20

-- Its C part sets a global under Lua 5.1; that lands in a table which is there
-- for as long as it takes. Returns nil when the library is not there.
local function library()
  local globals = _G
  local before = rawget(globals, "yaml")
  if before == nil then
    rawset(globals, "yaml", {})
  end
  local found, lyaml = pcall(require, "lyaml")
  rawset(globals, "yaml", before)
  return found and lyaml or nil
end

--- Is the library there?
---@return boolean
function M.is_available()
  return library() ~= nil
end

-- What the file holds; nil when there is none; nil and why it cannot be read.
local function content(path)
  local file, why, number = io.open(path, "rb")
  if not file then
    if number == ENOENT or number == ENOTDIR then
      return nil
    end
    return nil, "cannot be read: " .. (why:sub(1, #path) == path and why:sub(#path + 3) or why)
  end
  local text
  text, why = file:read(LONGEST + 1)
  local is_empty = text == nil and why == nil
  file:close()
  if is_empty then
    return ""
  elseif not text then
    return nil, "cannot be read: " .. tostring(why)
  elseif #text > LONGEST then
    return nil, "cannot be read: it is too large"
  end
  return text
end

--- Is there such a file?
---@param path string
---@return boolean
function M.exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
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
--- nothing in it, or nil and why not, to be put behind the path.
---@param path string
---@return table? value, string? why
function M.read(path)
  local text, why = content(path)
  if not text then
    return nil, why
  end
  local lyaml = library()
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
  return without_null(value, lyaml.null, {})
end

return M

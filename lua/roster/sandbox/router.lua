--- Finds the catalog row a request is for.
local http = require "roster.sandbox.http"

local M = {}
M.__index = M

local function split(path)
  local segments = {}
  for segment in path:gmatch("[^/]+") do
    segments[#segments + 1] = segment
  end
  return segments
end

-- One tree of segments: `literal` children by text, one `any` child for a
-- parameter, and at a leaf the rows by method. The parameter's name belongs
-- to the row, since rows of one path name it differently.
local function insert(tree, row)
  local node, names = tree, {}
  for _, segment in ipairs(split(row.path)) do
    local name = segment:match("^{(.+)}$")
    if name then
      names[#names + 1] = name
      node.any = node.any or { literal = {} }
      node = node.any
    else
      node.literal[segment] = node.literal[segment] or { literal = {} }
      node = node.literal[segment]
    end
  end
  node.rows = node.rows or {}
  node.rows[row.method] = { row = row, names = names }
end

--- Builds a router over catalog rows.
---@param rows table[]  operations as `core.catalog` reflects them
---@param slashes? boolean  a segment may hold an encoded slash
function M.new(rows, slashes)
  local tree = { literal = {} }
  for _, row in ipairs(rows) do
    insert(tree, row)
  end
  return setmetatable({ tree = tree, slashes = slashes or false }, M)
end

local function walk(node, segments, i, values)
  local segment = segments[i]
  if not segment then
    return node.rows and node or nil
  end
  local child = node.literal[segment]
  local found = child and walk(child, segments, i + 1, values)
  if not found and node.any then
    values[#values + 1] = segment
    found = walk(node.any, segments, i + 1, values)
    if not found then
      values[#values] = nil
    end
  end
  return found
end

--- Matches a method and a raw path.
---@param method string
---@param path string  still percent-encoded
---@return table|nil row, table|string params_or_why
--- On failure `why` is "path" or "method".
function M:match(method, path)
  -- An empty segment names nothing; it must not vanish into another path.
  if path:find("//", 1, true) or path:sub(-1) == "/" then
    return nil, "path"
  end
  local segments = split(path)
  for i, segment in ipairs(segments) do
    local text = http.decode(segment)
    -- guess: at Okta an encoded slash is taken for a separator before routing,
    -- which is why a login that holds one cannot be addressed.
    if not text or text == "" or
        text:find("/", 1, true) and not self.slashes then
      return nil, "path"
    end
    segments[i] = text
  end
  local values = {}
  local leaf = walk(self.tree, segments, 1, values)
  if not leaf then
    return nil, "path"
  end
  local entry = leaf.rows[method]
  if not entry then
    return nil, "method"
  end
  local params = {}
  for i, name in ipairs(entry.names) do
    params[name] = values[i]
  end
  return entry.row, params
end

return M

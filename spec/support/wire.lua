-- What a server would make of a request: a reader of URLs that shares no code
-- with the writer under test.
local M = {}

--- Undoes percent-encoding; raises for what is not well-formed.
---@param text string
---@return string
function M.decode(text)
  local at, out = 1, {}
  while at <= #text do
    local c = text:sub(at, at)
    if c == "%" then
      local hex = text:sub(at + 1, at + 2)
      assert(hex:find("^%x%x$"), "bad percent-encoding in " .. text)
      c = string.char(tonumber(hex, 16))
      at = at + 2
    else
      -- RFC 3986: unreserved, or a delimiter that a segment may hold
      assert(c:find("[%w%-._~!$&'()*+,;=:@]"), "a bare " .. c .. " in " .. text)
    end
    out[#out + 1] = c
    at = at + 1
  end
  return table.concat(out)
end

local function split(text, separator)
  local parts = {}
  for part in (text .. separator):gmatch("(.-)" .. separator) do
    parts[#parts + 1] = part
  end
  return parts
end

--- Takes a URL apart: origin, segments (decoded), query (list of { name,
--- value }, decoded) and params (name = value).
---@param url string
---@return table
function M.parse(url)
  local origin, rest = url:match("^(%a+://[^/?#]+)(.*)$")
  assert(origin, "not an absolute URL: " .. url)
  assert(not rest:find("#", 1, true), "a fragment in " .. url)
  local path, query = rest:match("^([^?]*)%??(.*)$")
  local seen = { origin = origin, path = path, segments = {}, query = {}, params = {} }
  for i, part in ipairs(split(path:gsub("^/", ""), "/")) do
    assert(part ~= "." and part ~= "..", "a dot segment in " .. url)
    seen.segments[i] = M.decode(part)
  end
  if query ~= "" then
    for i, pair in ipairs(split(query, "&")) do
      -- what a form reader would do; a writer that leaves "+" alone loses it
      local name, value = pair:gsub("+", "%%20"):match("^([^=]*)=([^=]*)$")
      assert(name, "a bad pair in " .. url)
      seen.query[i] = { M.decode(name), M.decode(value) }
      seen.params[M.decode(name)] = M.decode(value)
    end
  end
  return seen
end

--- The value of a request's header, whatever the case of its name; raises when
--- it is there twice.
---@param request table
---@param name string
---@return string?
function M.header(request, name)
  local found
  for key, value in pairs(request.headers) do
    if key:lower() == name:lower() then
      assert(found == nil, name .. " is sent twice")
      found = value
    end
  end
  return found
end

return M

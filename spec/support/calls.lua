-- The calls of clients in a source: which method, with which tables as its
-- arguments. Reads the text, not the meaning: a client is what is called by
-- its service's name, or was made in the same source.

local M = {}

--- The source with what stands in comments and strings made blank, and every
--- byte where it was.
---@param source string
---@return string
function M.blank(source)
  local out, i = {}, 1
  local function take(to, hide)
    local part = source:sub(i, to)
    out[#out + 1] = hide and part:gsub("[^\n]", " ") or part
    i = to + 1
  end
  local function close(level)
    return (select(2, source:find("]" .. level .. "]", i, true))) or #source
  end
  while i <= #source do
    local comment, quote = source:match("^%-%-()", i), source:match("^[\"']", i)
    local level = source:match("^%[(=*)%[", comment or i)
    if comment or level then
      take(level and close(level) or (source:find("\n", i, true) or #source + 1) - 1, true)
    elseif quote then
      local to = i + 1
      while source:sub(to, to) ~= quote and to <= #source do
        to = to + (source:sub(to, to) == "\\" and 2 or 1)
      end
      -- the quotes stay, so that an argument is not empty
      out[#out + 1] = quote .. (" "):rep(to - i - 1) .. quote
      i = to + 1
    else
      take((source:find("[%-\"'%[]", i + 1) or #source + 1) - 1)
    end
  end
  return table.concat(out)
end

--- The parts of a list between its brackets, at the top level.
local function parts(inside)
  local list, depth, from = {}, 0, 1
  for at, c in inside:gmatch("()([,;%(%){}%[%]])") do
    if c == "," or c == ";" then
      if depth == 0 then
        list[#list + 1] = inside:sub(from, at - 1)
        from = at + 1
      end
    else
      depth = depth + (c:find("[%({%[]") and 1 or -1)
    end
  end
  list[#list + 1] = inside:sub(from)
  return list
end

--- A table constructor as name -> text of its value; nil for anything else.
---@param text string
---@return table<string, string>?
function M.table(text)
  local inside = text:match("^%s*{(.*)}%s*$")
  if not inside then
    return nil
  end
  local fields = {}
  for _, part in ipairs(parts(inside)) do
    local name, value = part:match("^%s*([%a_][%w_]*)%s*=([^=].*)$")
    if name then
      fields[name] = value
    end
  end
  return fields
end

local function arguments(text, at)
  local open = text:sub(at, at)
  if open == "(" then
    local all = text:match("^%b()", at)
    return parts(all:sub(2, -2)), at + #all
  elseif open == "{" then
    local all = text:match("^%b{}", at)
    return { all }, at + #all
  end
  return { text:sub(at, text:find(open, at + 1, true)) }, text:find(open, at + 1, true) + 1
end

--- Every call of a client's method in the source, and every constructor's.
---@param source string
---@param providers string[]
---@return { provider: string, method: string?, arguments: string[], after: string?, line: integer, at: integer }[]
function M.of(source, providers)
  local text = M.blank(source)
  local clients, found = {}, {}
  local function line_of(at)
    return select(2, source:sub(1, at):gsub("\n", "")) + 1
  end
  for _, provider in ipairs(providers) do
    clients[provider] = provider
    for name in text:gmatch("([%a_][%w_]*) = roster%." .. provider .. "%f[%W]") do
      clients[name] = provider
    end
    for at, open in text:gmatch("()roster%." .. provider .. "%s*()[%({]") do
      found[#found + 1] = { provider = provider, arguments = arguments(text, open), line = line_of(at) }
    end
  end
  for at, name, method, open in text:gmatch("()%f[%w_]([%a_][%w_]*):([%a_][%w_]*)%s*()[%({\"']") do
    if clients[name] then
      local list, after = arguments(text, open)
      found[#found + 1] = {
        provider = clients[name],
        method = method,
        arguments = list,
        after = text:match("^%s*:([%a_][%w_]*)", after),
        line = line_of(at),
        at = at,
      }
    end
  end
  return found
end

return M

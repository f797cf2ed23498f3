--- Reads and writes CSV (RFC 4180): fields in quotes, quotes doubled inside of
--- them, and line breaks; lines that end in LF or CRLF; a byte order mark.

local M = {}

-- The fields of one row, whose quotes are all closed.
local function split(text)
  local fields, at = {}, 1
  repeat
    local field, after = text:match('^([^",]*)()', at)
    if text:sub(after, after) == '"' and field == "" then
      local parts = {}
      local part, close = text:match('^"([^"]*)"()', at)
      while part do
        parts[#parts + 1], after = part, close
        part, close = text:match('^"([^"]*)"()', close)
      end
      field = table.concat(parts, '"')
    end
    if after <= #text and text:sub(after, after) ~= "," then
      return nil, "a quote that neither begins nor ends a field"
    end
    fields[#fields + 1] = field
    at = after + 1
  until at > #text + 1
  return fields
end

local function count_quotes(text)
  return select(2, text:gsub('"', ""))
end

--- Rows of an open file whose first line names the columns. Each step gives the
--- line it begins in and a table by column, in which empty fields are absent;
--- or the line, nil, and why that row cannot be read.
---@param file file*
---@return fun(): integer?, table<string, string>?, string?
function M.rows(file)
  local number, columns = 0, nil
  local function next_line()
    local line = file:read("*l")
    number = number + 1
    return line and line:gsub("\r$", "") or nil
  end
  local function read()
    local line = next_line()
    while line == "" do
      line = next_line()
    end
    local begin, quotes = number, count_quotes(line or "")
    while line and quotes % 2 == 1 do
      local more = next_line()
      if not more then
        return begin, nil, "a quote is never closed"
      end
      line, quotes = line .. "\n" .. more, quotes + count_quotes(more)
    end
    if not line then
      return nil
    end
    return begin, split((line:gsub(begin == 1 and "^\239\187\191" or "^$", "")))
  end
  return function()
    local line, fields, why
    if not columns then
      line, columns, why = read()
      if not columns then
        file:seek("end") -- nobody could tell what the rows mean
        return line, nil, why
      end
    end
    line, fields, why = read()
    if not fields then
      return line, nil, why
    elseif #fields ~= #columns then
      return line, nil, ("%d fields, but there are %d columns"):format(#fields, #columns)
    end
    local row = {}
    for i, name in ipairs(columns) do
      row[name] = fields[i] ~= "" and fields[i] or nil
    end
    return line, row
  end
end

--- One row, with its line break.
---@param fields any[]
---@return string
function M.line(fields)
  local words = {}
  for i, field in ipairs(fields) do
    local text = tostring(field)
    words[i] = text:find('[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
  end
  return table.concat(words, ",") .. "\r\n"
end

return M

--- CSV (RFC 4180): read strictly, written so that no spreadsheet runs it. Reads and writes no files.
---
--- What is not a table beyond doubt is an error with its line, and nothing of it is given: a text that is not UTF-8, is
--- empty or holds NUL, a quote that is never closed, or stands where none can. Lines end in LF, CRLF or CR; cells are
--- separated by commas, semicolons or tabs, of which the first line tells which, or Excel's "sep=;" before it. A byte
--- order mark is skipped, and so are empty lines and rows whose cells are all empty. Cells are never trimmed.
---
--- A spreadsheet runs a cell that begins with "=", "+", "-" or "@", also after blanks, or in full width. Such a cell is
--- written with a leading "'", which reading takes off again: what was written is read back, byte by byte.
local json = require "roster.json"

local M = {}

local NAMES = { [","] = "commas", [";"] = "semicolons", ["\t"] = "tabs" }

------------------------------------------------------------------- formulas

-- what a spreadsheet passes over at the beginning of a cell: blanks, and characters that show nothing
local PASSED_OVER = {
  "^%s+", "^\194[\128-\160\173]", "^\226\128[\128-\175]", "^\226\129[\159-\175]", "^\227\128\128", "^\239\187\191",
}

-- = + - @, those in full width, and the minus sign
local RUN = { "^[=+@-]", "^\239\188[\139\141\157\160]", "^\226\136\146" }

local function begins(text, patterns)
  for _, pattern in ipairs(patterns) do
    local _, last = text:find(pattern)
    if last then
      return last
    end
  end
end

local function is_run(cell)
  if cell:find("^[\t\r\n]") then
    return true
  end
  local last = begins(cell, PASSED_OVER)
  while last do
    cell = cell:sub(last + 1)
    last = begins(cell, PASSED_OVER)
  end
  return begins(cell, RUN) ~= nil
end

-- One that is run, perhaps after quotes: then one quote more tells it from one that had them from the beginning.
local function is_marked(cell)
  return is_run((cell:gsub("^'+", "")))
end

local function defuse(cell)
  return is_marked(cell) and "'" .. cell or cell
end

local function restore(cell)
  return cell:sub(1, 1) == "'" and is_marked(cell) and cell:sub(2) or cell
end

-------------------------------------------------------------------- reading

-- How many lines end in the text.
local function count_lines(text)
  return select(2, text:gsub("\r\n", "\n"):gsub("[\r\n]", ""))
end

local function line_at(text, at)
  return 1 + count_lines(text:sub(1, at - 1))
end

-- Why the bytes are no text, and the line; nil when they are.
local function encoding_fault(text)
  if text:find("^\255\254") or text:find("^\254\255") or text:find("^%z%z\254\255") then
    return "the file is UTF-16 or UTF-32: save it as UTF-8", 1
  end
  local nul = text:find("\0", 1, true)
  if nul then
    return "a NUL byte: the file is damaged, or UTF-16: save it as UTF-8", line_at(text, nul)
  elseif json.encode(text) then
    return nil
  end
  local at = 1
  while true do
    local ends = text:find("[\r\n]", at) or #text + 1
    if not json.encode(text:sub(at, ends - 1)) then
      return "bytes that are not UTF-8: save the file as UTF-8", line_at(text, at)
    end
    at = ends + 1
  end
end

-- The lines of the text without what is in quotes, one at a time, and without those that are empty or comments.
local function bare_lines(text, comment)
  local next_line = text:gsub('"[^"]*"', '""'):gmatch("[^\r\n]+")
  return function()
    local line = next_line()
    while line and comment and line:sub(1, #comment) == comment do
      line = next_line()
    end
    return line
  end
end

-- What separates the cells: what the first line holds of the three, else the first of them that any line holds.
local function separator_of(text, comment)
  local is_first = true
  for line in bare_lines(text, comment) do
    local found = line:match("[,;\t]")
    for other in pairs(NAMES) do
      if is_first and found and other ~= found and line:find(other, 1, true) then
        return nil, ("the first line holds %s and %s: put the cell that holds one of them in quotes")
          :format(NAMES[found], NAMES[other])
      end
    end
    if found then
      return found
    end
    is_first = false
  end
  return ","
end

-- The cell in quotes that begins at `at`, and what is after it; nil when its quote is never closed.
local function quoted(text, at)
  local parts = {}
  while true do
    local close = text:find('"', at + 1, true)
    if not close then
      return nil
    end
    parts[#parts + 1] = text:sub(at + 1, close - 1)
    if text:sub(close + 1, close + 1) ~= '"' then
      return table.concat(parts, '"'), close + 1
    end
    at = close + 1
  end
end

-- Of the row at `at`, in which a quote stands where none can: which lines may be part of it.
local function stray(text, at)
  local first = line_at(text, at)
  local last, quotes = first, 0
  for line in text:sub(at):gsub("\r\n", "\n"):gsub("\r", "\n"):gmatch("([^\n]*)\n?") do
    quotes = quotes + select(2, line:gsub('"', ""))
    if quotes % 2 == 0 then
      break
    end
    last = last + 1
  end
  last = math.min(last, line_at(text, #text))
  local where = last > first and (", so that lines %d to %d can be read in two ways"):format(first, last) or ""
  return "a quote that neither begins nor ends a cell" .. where
    .. ': put the whole cell in quotes, and write "" for each quote in it', first
end

-- The row at `at`, and where the next one begins; nil, why, line.
local function row_at(text, at, separator)
  local cells, begin = {}, at
  local ends = '[\r\n"' .. separator .. "]"
  while true do
    local cell
    if text:sub(at, at) == '"' then
      local after
      cell, after = quoted(text, at)
      if not cell then
        return nil, "a quote is never closed: is the file whole?", line_at(text, at)
      end
      at = after
    else
      local after = text:find(ends, at) or #text + 1
      cell, at = text:sub(at, after - 1), after
    end
    cells[#cells + 1] = restore(cell)
    local mark = text:sub(at, at)
    if mark == "" then
      return cells, at
    elseif mark == "\r" or mark == "\n" then
      return cells, at + #text:match("^\r?\n?", at)
    elseif mark ~= separator then
      return nil, stray(text, begin)
    end
    at = at + 1
  end
end

-- Does nothing stand in the row? `text` is the row as it is in the file: blanks are something only in quotes.
local function is_empty(cells, text, separator)
  return table.concat(cells) == "" or text:gsub(separator, ""):find("^%s*$") ~= nil
end

---@class csv.Row: string[]   its cells
---@field line integer        the line that it begins in

---@class csv.Rows: csv.Row[]
---@field separator string
---@field comments csv.Row[]  the lines that were left out as comments

--- The rows of a text; nil, why and the line where it is not CSV beyond doubt.
-- usage: local rows, why, line = csv.parse(text)
---@param text string
---@param options { comment: string? }? lines that begin with `comment`, not in quotes, are kept apart
---@return csv.Rows? rows, string? message, integer? line
function M.parse(text, options)
  local comment = options and options.comment
  local fault, line = encoding_fault(text)
  if fault then
    return nil, fault, line
  end
  local _, mark = text:find("^\239\187\191")
  local at = (mark or 0) + 1
  local separator, first = text:match("^[sS][eE][pP]=([,;\t])\r?\n?()", at)
  if first and (first > #text or text:find("^[\r\n]", first - 1)) then
    at = first
  else
    separator, fault = separator_of(text:sub(at), comment)
    if not separator then
      return nil, fault, line_at(text, text:find("[^\r\n]", at))
    end
  end
  local rows = { separator = separator, comments = {} }
  line = line_at(text, at)
  while at <= #text do
    local cells, after, where
    if comment and text:sub(at, at + #comment - 1) == comment then
      local ends = text:find("[\r\n]", at) or #text + 1
      rows.comments[#rows.comments + 1] = { text:sub(at, ends - 1), line = line }
      after = ends + #text:match("^\r?\n?", ends)
    else
      cells, after, where = row_at(text, at, separator)
      if not cells then
        return nil, after, where
      elseif not is_empty(cells, text:sub(at, after - 1), separator) then
        cells.line = line
        rows[#rows + 1] = cells
      end
    end
    line = line + count_lines(text:sub(at, after - 1))
    at = after
  end
  if #rows == 0 then
    return nil, "the file is empty", 1
  end
  return rows
end

--- Without the blanks around it.
---@param text string
---@return string
function M.trim(text)
  local last
  repeat
    last = text
    text = text:gsub("^%s+", ""):gsub("%s+$", ""):gsub("^\194\160", ""):gsub("\194\160$", "")
  until text == last
  return text
end

local function quote(text)
  return '"' .. text .. '"'
end

-- The names of the columns, trimmed; nil and why.
local function columns_of(row)
  local columns, first = {}, {}
  for i, cell in ipairs(row) do
    local name = M.trim(cell)
    local same = name ~= "" and first[name:lower()]
    if same then
      return nil, ("columns %d and %d are both called %s: rename one"):format(same, i, quote(name))
    end
    columns[i], first[name:lower()] = name, i
  end
  return columns
end

---@class csv.Record
---@field line integer
---@field values table<string, string>?  by the name of the column; empty cells are absent
---@field fault string?                  why the row cannot be read; then there are no values

---@class csv.Table: csv.Record[]
---@field columns string[]

--- The rows under the names that the first one gives. A row with more or fewer cells than that has a `fault`.
-- usage: local records, why, line = csv.named(assert(csv.parse(text)))
---@param rows csv.Rows
---@return csv.Table? records, string? message, integer? line
function M.named(rows)
  local columns, why = columns_of(rows[1])
  if not columns then
    return nil, why, rows[1].line
  end
  local records = { columns = columns }
  for i = 2, #rows do
    local row, values = rows[i], {}
    local record = { line = row.line }
    if #row ~= #columns then
      record.fault = ("%d cells, but there are %d columns"):format(#row, #columns)
    end
    for k, name in ipairs(columns) do
      if name == "" and (row[k] or "") ~= "" then
        record.fault = record.fault or ("cell %d is not empty, but its column has no name"):format(k)
      elseif name ~= "" and row[k] ~= "" then
        values[name] = row[k]
      end
    end
    record.values = not record.fault and values or nil
    records[i - 1] = record
  end
  return records
end

-------------------------------------------------------------------- writing

local function write(cell, is_first)
  local text = defuse(cell)
  local is_plain = not (text:find('[",;\t\r\n]') or text:find("^%s") or text:find("%s$"))
  if is_first and (text == "" or text:find("^#") or text:find("^\239\187\191")) then
    is_plain = false
  end
  return is_plain and text or quote((text:gsub('"', '""')))
end

--- One row, with its line break; nil and why where a cell cannot be written. No cell of it is run by a spreadsheet.
-- usage: io.write(assert(csv.line { user.id, user.profile.login }))
---@param cells any[] strings, or what tostring makes one of
---@return string? line, string? message
function M.line(cells)
  local words = {}
  for i, cell in ipairs(cells) do
    local text = tostring(cell)
    if text:find("\0", 1, true) or not json.encode(text) then
      return nil, ("cell %d holds a NUL byte or is not UTF-8"):format(i)
    end
    words[i] = write(text, i == 1)
  end
  return table.concat(words, ",") .. "\r\n"
end

return M

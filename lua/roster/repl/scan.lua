--- What is being typed: the line up to the cursor as words, and which brackets
--- are open there. No I/O, and nothing is looked up.
local M = {}

--- One word of the line.
---@class roster.repl.Word
---@field kind "name"|"string"|"number"|"symbol"
---@field text string  of a string what is in it
---@field at integer   where it begins in the line; of a string, its content
---@field open boolean? a string that is not closed before the cursor
---@field quote string? what a string began with

--- An open bracket.
---@class roster.repl.Bracket
---@field symbol "("|"{"|"["
---@field word integer   its place among the words
---@field index integer  which item is being typed, from 1
---@field first integer  the item's first word
---@field keys table<string, boolean>  that have been given a value in it

local SPACE, NAME, NUMBER = "^[ \t\r\n]+", "^[%a_][%w_]*", "^%.?%d[%w_.]*"
local SYMBOLS = { "...", "..", "==", "~=", "<=", ">=", "::", "//", "<<", ">>" }

-- Where a long bracket that opens at `at` has its content, and its closing.
local function long(line, at)
  local level = line:match("^%[(=*)%[", at)
  if level then
    return at + #level + 2, "]" .. level .. "]"
  end
end

local function read_long(line, at)
  local from, closing = long(line, at)
  if not from then
    return nil
  end
  local first, last = line:find(closing, from, true)
  local word = { kind = "string", at = from, quote = "[[", text = line:sub(from, (first or #line + 1) - 1) }
  word.open = not first
  return word, (last or #line) + 1
end

local function read_string(line, at)
  local quote, i = line:sub(at, at), at + 1
  while i <= #line and line:sub(i, i) ~= quote do
    i = i + (line:sub(i, i) == "\\" and 2 or 1)
  end
  local word = { kind = "string", at = at + 1, quote = quote, text = line:sub(at + 1, i - 1), open = i > #line }
  return word, i + 1
end

local function read_symbol(line, at)
  for _, symbol in ipairs(SYMBOLS) do
    if line:sub(at, at + #symbol - 1) == symbol then
      return { kind = "symbol", text = symbol, at = at }, at + #symbol
    end
  end
  return { kind = "symbol", text = line:sub(at, at), at = at }, at + 1
end

local function read_word(line, at)
  local c = line:sub(at, at)
  local name = line:match(NAME, at)
  if name then
    return { kind = "name", text = name, at = at }, at + #name
  elseif c == '"' or c == "'" then
    return read_string(line, at)
  elseif c == "[" then
    local word, next_at = read_long(line, at)
    if word then
      return word, next_at
    end
  end
  local number = line:match(NUMBER, at)
  if number then
    return { kind = "number", text = number, at = at }, at + #number
  end
  return read_symbol(line, at)
end

-- Behind the comment that begins at `at`; nil: the line ends in it.
local function skip_comment(line, at)
  local word, next_at = read_long(line, at + 2)
  if word and not word.open then
    return next_at
  end
end

--- The words of the line; nil when the cursor is in a comment.
---@param line string up to the cursor
---@return roster.repl.Word[]?
function M.words(line)
  local words, at = {}, 1
  while at <= #line do
    local space = line:match(SPACE, at)
    if space then
      at = at + #space
    elseif line:sub(at, at + 1) == "--" then
      at = skip_comment(line, at)
      if not at then
        return nil
      end
    else
      words[#words + 1], at = read_word(line, at)
    end
  end
  return words
end

local CLOSES = { [")"] = "(", ["}"] = "{", ["]"] = "[" }
local OPENS = { ["("] = true, ["{"] = true, ["["] = true }

local function is_symbol(word, text)
  return word ~= nil and word.kind == "symbol" and word.text == text
end

M.is_symbol = is_symbol

--- The name that the item beginning at `first` gives a value to: `name =`, or
--- `["name"] =`.
---@param words roster.repl.Word[]
---@param first integer
---@return string? key, integer? value its first word
function M.key(words, first)
  local word = words[first]
  if word and word.kind == "name" and is_symbol(words[first + 1], "=") then
    return word.text, first + 2
  elseif is_symbol(word, "[") and words[first + 1] and words[first + 1].kind == "string"
    and is_symbol(words[first + 2], "]") and is_symbol(words[first + 3], "=") then
    return words[first + 1].text, first + 4
  end
end

--- The brackets that are open at the end of the words, outermost first.
---@param words roster.repl.Word[]
---@return roster.repl.Bracket[]
function M.brackets(words)
  local open = {}
  for i, word in ipairs(words) do
    local top = open[#open]
    local text = word.kind == "symbol" and word.text
    if OPENS[text] then
      open[#open + 1] = { symbol = word.text, word = i, index = 1, first = i + 1, keys = {} }
    elseif CLOSES[text] then
      if top and top.symbol == CLOSES[text] then
        open[#open] = nil
      end
    elseif top and (text == "," or text == ";" and top.symbol == "{") then
      local key = M.key(words, top.first)
      if key then
        top.keys[key] = true
      else
        top.index = top.index + 1
      end
      top.first = i + 1
    end
  end
  return open
end

--- Where the bracket that closes at word `i` opens; nil when it does not.
---@param words roster.repl.Word[]
---@param i integer
---@return integer?
function M.opening(words, i)
  local depth = 0
  while i >= 1 do
    local word = words[i]
    if word.kind == "symbol" and CLOSES[word.text] then
      depth = depth + 1
    elseif word.kind == "symbol" and OPENS[word.text] then
      depth = depth - 1
      if depth == 0 then
        return i
      end
    end
    i = i - 1
  end
end

return M

--- What the example programs share: reading their arguments, files, writing for people, and ending.
---
---     cli.run({ name = "list.lua", operands = "FILE", options = { { "--dry-run", "only says what it would do" } } },
---       function(options, operands) ... return 0 end)
local core = require "roster.core"
local errors = require "roster.error"
local visible = require "roster.visible"

local M = {}

---@class cli.Program
---@field name string         the file's
---@field about string        what it does, for --help
---@field operands string     as in a usage line: "FILE [JOURNAL]"; those in brackets may be left out
---@field options string[][]? { "--flag", "what for" } or { "--option", "what for", "VALUE" }

local EBADF, EPIPE = 9, 32

-- what M.stop raises
local Stop = {}

--- Ends the program: one line on stderr, unless there is no message, and this exit code.
---@param message string?
---@param code integer? 1 if absent
function M.stop(message, code)
  error(setmetatable({ message = message, code = code or 1 }, Stop), 0)
end

------------------------------------------------------------------- writing

--- Writes lines for people to stderr, each of them safe to show.
function M.say(...)
  for i = 1, select("#", ...) do
    io.stderr:write(visible.line((select(i, ...))), "\n")
  end
end

--- Says what is wrong with a line of a file.
---@param path string
---@param line integer
---@param why string
function M.complain(path, line, why)
  M.say(("%s:%d: %s"):format(visible.line(path), line, why))
end

-- Ends the program when what it writes does not arrive: in silence where its reader has gone, as `head` does.
local function written(ok, why, number)
  if not ok then
    M.stop(number ~= EPIPE and "cannot write to stdout: " .. tostring(why) or nil)
  end
end

-- bytes
local AT_A_TIME = 4096
local unflushed = 0

--- Writes to stdout what is to be read by a program or a person, as it is: pass what others wrote through
--- roster.visible before.
---@param text string
function M.write(text)
  written(io.write(text))
  unflushed = unflushed + #text
  if unflushed >= AT_A_TIME then
    -- LuaJIT's io.write says nothing of a failure once it is compiled
    written(io.stdout:flush())
    unflushed = 0
  end
end

--- Rows of cells as columns that stand below each other, each cell safe to show.
---@param rows any[][]
---@return string[] lines
function M.columns(rows)
  local cells, widths, lines = {}, {}, {}
  local function width(text)
    return select(2, text:gsub("[^\128-\191]", ""))
  end
  for i, row in ipairs(rows) do
    cells[i] = {}
    for k, cell in ipairs(row) do
      cells[i][k] = visible.line(cell)
      widths[k] = math.max(widths[k] or 0, width(cells[i][k]))
    end
  end
  for i, row in ipairs(cells) do
    for k, cell in ipairs(row) do
      row[k] = cell .. (" "):rep(widths[k] - width(cell))
    end
    lines[i] = table.concat(row, "  "):gsub(" +$", "")
  end
  return lines
end

--- Has the program a person before it, who can be asked?
---@return boolean
function M.has_person()
  return core.columns(io.stdin) ~= nil and core.columns(io.stderr) ~= nil
end

--- Asks on the terminal; only "yes" is yes.
---@param question string
---@return boolean
function M.agrees(question)
  io.stderr:write(visible.line(question), " Type yes: ")
  return io.stdin:read("*l") == "yes"
end

------------------------------------------------------------------- reading

--- A file's text. Ends the program where there is none.
---@param path string
---@return string
function M.read(path)
  local file, why = io.open(path, "rb")
  if not file then
    M.stop(why)
  end
  local text
  text, why = file:read("*a")
  file:close()
  if not text then
    -- a folder can be opened, but not read
    M.stop(path .. ": " .. why)
  end
  return text
end

local function usage(program)
  local parts = { "usage: " .. program.name }
  for _, option in ipairs(program.options or {}) do
    parts[#parts + 1] = ("[%s%s]"):format(option[1], option[3] and " " .. option[3] or "")
  end
  parts[#parts + 1] = program.operands ~= "" and program.operands or nil
  return table.concat(parts, " ")
end

local function help(program)
  local rows = {}
  for _, option in ipairs(program.options or {}) do
    rows[#rows + 1] = { "  " .. option[1] .. (option[3] and " " .. option[3] or ""), option[2] }
  end
  rows[#rows + 1] = { "  -h, --help", "says this" }
  return table.concat({ usage(program), "", program.about, "", table.concat(M.columns(rows), "\n"), "" }, "\n")
end

-- The option of this name, or nil and a suggestion.
local function find(program, name)
  local known = { "--help" }
  for _, option in ipairs(program.options or {}) do
    if option[1] == name then
      return option
    end
    known[#known + 1] = option[1]
  end
  local near = core.nearest(name, known)
  return nil, ("unknown option %s%s"):format(name, near and ", did you mean " .. near .. "?" or "")
end

-- Reads one option, `at` in the arguments; returns how many it took, or nil and why.
local function take(program, given, at, options)
  local name, value = given[at]:match("^(%-%-[^=]*)=(.*)$")
  name = name or given[at]
  local option, why = find(program, name)
  if not option then
    return nil, why
  elseif options[name] then
    return nil, name .. " is given twice"
  elseif not option[3] then
    options[name] = true
    return not value and 1 or nil, name .. " takes no value"
  end
  local taken = value and 1 or 2
  value = value or given[at + 1]
  if not value or value == "" or taken == 2 and value:find("^%-%-") then
    return nil, ("%s takes a value: %s %s"):format(name, name, option[3])
  end
  options[name] = value
  return taken
end

-- How many operands there must and may be.
local function count(operands)
  local least, most = 0, 0
  for word in operands:gmatch("%S+") do
    most = most + 1
    least = least + (word:find("^%[") and 0 or 1)
  end
  return least, most
end

--- The options by name, and the operands; nil and what is wrong. `options["--help"]` stands for all the rest.
---@param program cli.Program
---@param given string[]
---@return table<string, string|true>? options, string[]|string operands
function M.arguments(program, given)
  local options, operands, at = {}, {}, 1
  while at <= #given do
    local word = given[at]
    if word == "-h" or word == "--help" then
      return { ["--help"] = true }, {}
    elseif word == "--" then
      for i = at + 1, #given do
        operands[#operands + 1] = given[i]
      end
      break
    elseif word:find("^%-.") then
      local taken, why = take(program, given, at, options)
      if not taken then
        return nil, why
      end
      at = at + taken
    else
      operands[#operands + 1] = word
      at = at + 1
    end
  end
  local least, most = count(program.operands)
  if #operands < least then
    return nil, "too few arguments"
  elseif #operands > most then
    return nil, "one argument too many: " .. operands[most + 1]
  end
  return options, operands
end

-------------------------------------------------------------------- running

-- A stream that was closed before the program began: what it opens next would take its place and be written to.
local function is_closed(stream)
  local _, _, number = stream:seek("cur")
  return number == EBADF
end

-- The exit code for what ended the program, which is said.
local function ended_by(why)
  if getmetatable(why) == Stop then
    if why.message then
      M.say(why.message)
    end
    return why.code
  elseif getmetatable(why) == errors.mt then
    M.say(tostring(why))
    return 1
  elseif type(why) == "string" and why:find("interrupted!$") then
    -- lua and luajit raise this on Ctrl-C
    M.say("interrupted")
    return 130
  end
  M.say(tostring(why))
  return 1
end

local function run(program, main)
  if is_closed(io.stdout) or is_closed(io.stderr) then
    M.stop("stdout or stderr is closed")
  end
  local options, operands = M.arguments(program, arg)
  if not options then
    M.say(usage(program), program.name .. ": " .. operands)
    return 2
  elseif options["--help"] then
    M.write(help(program))
    return 0
  end
  return main(options, operands)
end

--- Runs a program: `main(options, operands)` returns its exit code. What it raises is said in one line. Wrong arguments
--- end it with 2 before it does anything.
---@param program cli.Program
---@param main fun(options: table<string, string|true>, operands: string[]): integer
function M.run(program, main)
  local ok, code = pcall(run, program, main)
  if ok then
    ok, code = pcall(function()
      -- what is still in the buffer must arrive as well
      written(io.stdout:flush())
      return code
    end)
  end
  if not ok then
    code = ended_by(code)
  end
  os.exit(code, true)
end

return M

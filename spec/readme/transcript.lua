-- A session at the prompt, as the README shows it, typed again.
local example = require "spec.support.example"
local extract = require "spec.readme.extract"

local M = {}

-- What the interpreter prints between an entry and the next, and how it is told
-- to: an echo of the one is not the other.
local MARK, PRINT_MARK = "=mark=", 'print("=" .. "mark=")'

--- The steps of a transcript: { what was typed, what was printed }; the first is
--- the greeting, for which nothing is typed.
---@param text string
---@return string[] shell, table[] entries
local function read(text)
  local shell, entries = {}, { { typed = "", printed = "" } }
  for line in text:gmatch("([^\n]*)\n") do
    local command, entry, more = line:match("^%$ (.*)$"), line:match("^> (.*)$"), line:match("^>> (.*)$")
    if command then
      shell[#shell + 1] = command
    elseif entry then
      entries[#entries + 1] = { typed = entry, printed = "" }
    elseif more then
      entries[#entries].typed = entries[#entries].typed .. "\n" .. more
    else
      assert(shell[1], "output before anything was typed: " .. line)
      entries[#entries].printed = entries[#entries].printed .. line .. "\n"
    end
  end
  return shell, entries
end

-- What was printed, of what was seen: prompts precede it, and with readline so
-- does what was typed.
local function without_echo(seen, typed)
  local typing = {}
  for line in (typed .. "\n" .. PRINT_MARK):gmatch("[^\n]+") do
    typing[line] = true
  end
  local printed = {}
  for line in seen:gmatch("[^\n]+") do
    line = line:gsub("^[> ]+", "")
    if line == "stack traceback:" then
      break
    elseif not typing[line] and not line:find("^Lua 5%.4") then
      printed[#printed + 1] = line
    end
  end
  return table.concat(printed, "\n")
end

--- Types the transcript into the interpreter that it starts, in the built tree.
---@param text string
---@param environment string of the sandboxes
---@return { typed: string, expected: string, printed: string }[]  where the two differ
---@return integer entries
function M.differences(text, environment)
  local shell, entries = read(text)
  local start = {}
  for i, command in ipairs(shell) do
    if command:find("^eval ") then
      assert(command == 'eval "$(make -s env)"', command)
      start[i] = 'eval "$(sh .ci/env lua5.4)"'
    else
      local lua, rest = command:match("^(lua5%.4)(.*)$")
      assert(lua and i == #shell, "a transcript starts lua5.4 last, not " .. command)
      start[i] = lua .. " -i" .. (rest .. " "):gsub(" %-i ", " ")
    end
  end
  local input = {}
  for i, entry in ipairs(entries) do
    input[i] = entry.typed .. "\n" .. PRINT_MARK .. "\n"
  end
  local path = example.file(table.concat(input))
  local out = example.shell(
    "export TERM=dumb COLUMNS=9999\n" .. table.concat(start, "\n") .. " <" .. path .. " 2>&1", environment)
  os.remove(path)
  local differing, at = {}, 1
  for i, entry in ipairs(entries) do
    local till = out:find(MARK, at, true) or #out + 1
    local printed = without_echo(out:sub(at, till - 1), entry.typed)
    at = till + #MARK
    -- a greeting need not be shown
    local shown = i > 1 or entry.printed ~= ""
    if shown and not extract.agrees(entry.printed, printed) then
      differing[#differing + 1] = { typed = entry.typed, expected = entry.printed, printed = printed }
    end
  end
  return differing, #entries - 1
end

return M

--- The prompt: `lua5.4 -i -l roster.repl`, or `require "roster.repl"` at a plain
--- one. There, and only there, it sets the globals roster, help and last, and a
--- `print` that shows what it knows readably; makes Tab complete, where
--- lua-readline is installed; and has clients ask before something is taken
--- away. Loaded by a program, it does nothing by itself: `start` does it.
-- first, as it says which Luas will do
local roster = require "roster"

local complete = require "roster.repl.complete"
local core = require "roster.core"
local errors = require "roster.error"
local guard = require "roster.repl.guard"
local advice = require "roster.repl.advice"
local help = require "roster.repl.help"
local host = require "roster.host"
local last = require "roster.repl.last"
local methods = require "roster.client.methods"
local show = require "roster.repl.show"
local visible = require "roster.visible"

--- confirm: false asks nothing.
local M = guard.settings

-- the part of a call's answer that is about the answer, not of it
local function is_meta(value)
  return type(value) == "table" and getmetatable(value) == nil and type(rawget(value, "status")) == "number"
    and type(rawget(value, "headers")) == "table"
end

local function is_error(value)
  return type(value) == "table" and debug.getmetatable(value) == errors.mt
end

--- What one value is printed as. A string is one line, as what a service says must not look like two; what we make of
--- a value may have more.
local function text_of(value)
  if type(value) == "string" then
    return visible.line(value)
  end
  return visible.text(is_error(value) and advice.text(value) or show.knows(value) and show.text(value) or value)
end

--- The texts for what one `print` is given, safe to show: a failed call is its
--- error with what to do, and the table about a response is left out after a
--- value.
---@return string[]
function M.texts(...)
  local n, values = select("#", ...), { ... }
  if n >= 3 and values[1] == nil and is_error(values[3]) then
    return { text_of(values[3]) }
  elseif n == 2 and values[1] ~= nil and is_meta(values[2]) then
    n = 1
  end
  local texts = {}
  for i = 1, n do
    texts[i] = text_of(values[i])
  end
  return texts
end

local function replace_print(globals)
  local plain = globals.print
  globals.print = function(...)
    return plain(host.unpack(M.texts(...)))
  end
end

--- What Tab does; false where there is no line editor to tell.
local function bind(globals)
  local found, readline = pcall(require, "readline")
  if host.jit or not found or type(readline) ~= "table" or not readline.set_complete_function then
    -- LuaJIT's prompt has no line editor
    return false
  end
  readline.set_complete_function(function(text, from, to)
    local ok, candidates, start = pcall(complete.at, text:sub(1, to), globals)
    readline.set_completion_append_character("")
    if not ok then
      return {}
    end
    -- readline's words are not ours: it also has what is before the last dot
    local words = {}
    for i, candidate in ipairs(candidates) do
      words[i] = (text:sub(1, start - 1) .. candidate):sub(from)
    end
    return words
  end)
  return true
end

local function banner(completes)
  local text = "roster " .. core._VERSION .. ": help() tells what there is"
  if completes then
    return text .. "; Tab completes"
  elseif host.jit then
    return text .. "; =expression prints it"
  end
  return text .. "\nFor Tab: apt install lua-readline, or luarocks install readline"
end

--- Makes `globals` those of a prompt. Options: banner (true: says hello).
---@param globals table
---@param options { banner: boolean? }?
function M.start(globals, options)
  for _, provider in ipairs(core.providers()) do
    if not guard.constructs(roster[provider]) then
      roster[provider] = guard.constructor(provider, roster[provider])
    end
  end
  roster.repl = M
  for _, held in next, globals do
    -- a client that was made before this was loaded
    local provider, operation = methods.describe(held)
    if provider and not operation then
      guard.guard(provider, held)
    end
  end
  local plain = globals.print
  local function say(text)
    plain(visible.text(text))
  end
  -- raw: strict.lua refuses a new global from inside of a function
  rawset(globals, "roster", roster)
  rawset(globals, "help", function(...)
    if select("#", ...) == 0 then
      say(help.overview(globals))
    else
      say(help.of((...), globals))
    end
  end)
  rawset(globals, "last", function()
    say(last.exchange() or "nothing was sent yet")
  end)
  replace_print(globals)
  local completes = bind(globals)
  if options and options.banner then
    io.stdout:write(banner(completes), "\n")
  end
end

--- Is this a prompt? One with -i, or one without a script: then `arg` has the
--- interpreter at 0 in Lua 5.4, and nothing there in LuaJIT.
local function is_prompt()
  local line = rawget(_G, "arg")
  if type(line) ~= "table" then
    return false
  end
  local script = rawget(line, 0) ~= nil and rawget(line, -1) ~= nil
  for i = -1, -20, -1 do
    local word = rawget(line, i)
    if word == nil then
      break
    elseif word == "-i" then
      return true
    end
  end
  return not script
end

if is_prompt() then
  M.start(_G, { banner = true })
end

return M

-- Puts the README's rows into a copy of the catalog, and builds that.
local example = require "spec.support.example"

local M = {}

--- Builds a core with one more operation, and asks it for the operation's
--- request.
---@param row string the C row
---@param call string Lua: the expression whose value is to be printed
---@return string name, string printed
function M.built(row, call)
  local name = assert(row:match('%.name = "([%l_]+)"'))
  local text, at = example.read("csrc/okta.c"), nil
  for from, other in text:gmatch('()    {\n        %.name = "([%l_]+)"') do
    assert(other ~= name, name .. " is there already")
    at = at or other > name and from
  end
  local changed = example.file(text:sub(1, at - 1) .. row .. text:sub(at))
  local abi = _VERSION:match("%d%.%d")
  -- the copy is built as it comes, whatever is loaded into this process
  local out, err, code = example.shell(([[
    unset LD_PRELOAD MAKEFLAGS MAKELEVEL
    folder=$(mktemp -d) && cp -r Makefile csrc "$folder" && cp %s "$folder/csrc/okta.c" &&
      make -C "$folder" core BUILD=build ABIS=%s CFLAGS=-O0 >"$folder/log" 2>&1 || cat "$folder/log" >&2
    LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;;" LUA_CPATH="$folder/build/%s/?.so;$LUA_CPATH" $LUA -e %s
    code=$?
    rm -rf "$folder"
    (exit $code)
  ]]):format(changed, abi, abi, example.quote("print(" .. call .. ")")))
  os.remove(changed)
  assert(code == 0, out .. err)
  return name, out
end

return M

-- Runs an example in this process, against an org of this process, whose users can be put into any state.
--
--     local out, err, code = program.run("offboard.lua", { path, journal }, org)
local roster = require "roster"

local M = {}

--- Runs examples/`name` with these arguments. `org` is what `sandbox` of a client takes; or a function that makes a
--- client of the options that the program gives, by the constructor that is its second argument.
---@param name string
---@param arguments string[]
---@param org table|function
---@return string stdout, string stderr, integer code
function M.run(name, arguments, org)
  local okta, exit, args, write, stderr = roster.okta, os.exit, rawget(_G, "arg"), io.write, io.stderr
  local out, ended = {}, {}
  local path = os.tmpname()
  local function make(options)
    if type(org) == "function" then
      return org(options or {}, okta)
    end
    options = options or {}
    options.sandbox = org
    return okta(options)
  end
  roster.okta = make -- luacheck: ignore 122
  _G.arg = { [0] = "examples/" .. name, (table.unpack or unpack)(arguments) } -- luacheck: ignore 122 143
  io.write = function(...) -- luacheck: ignore 122
    for i = 1, select("#", ...) do
      out[#out + 1] = tostring((select(i, ...)))
    end
    return true
  end
  io.stderr = assert(io.open(path, "w+b")) -- luacheck: ignore 122
  os.exit = function(code) -- luacheck: ignore 122
    error(setmetatable({ code = code }, ended), 0)
  end
  local ok, why = pcall(dofile, "examples/" .. name)
  io.stderr:seek("set")
  local err = io.stderr:read("*a")
  io.stderr:close()
  os.remove(path)
  roster.okta, os.exit, io.write, io.stderr = okta, exit, write, stderr -- luacheck: ignore 122
  _G.arg = args -- luacheck: ignore 122
  if ok or getmetatable(why) ~= ended then
    error(("%s did not end by itself: %s"):format(name, tostring(why)), 0)
  end
  return table.concat(out), err, why.code
end

return M

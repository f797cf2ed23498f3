-- Variables of the environment, as a spec wants them.
local M = {}

--- Runs `f` with os.getenv answering from `variables`; returns what it returns,
--- and which variables were asked for.
---@param variables table<string, string>
---@param f function
---@return any result, table<string, boolean> asked
function M.with(variables, f)
  local original, asked = os.getenv, {}
  os.getenv = function(name) -- luacheck: ignore 122
    asked[name] = true
    return variables[name]
  end
  local ok, result = pcall(f)
  os.getenv = original -- luacheck: ignore 122
  assert(ok, result)
  return result, asked
end

--- The words before a command that give it no variables but those by which a
--- sanitizer is loaded; further ones, NAME=value, may follow.
M.bare = 'env -i PATH="$PATH" LD_PRELOAD="$LD_PRELOAD" ASAN_OPTIONS="$ASAN_OPTIONS" UBSAN_OPTIONS="$UBSAN_OPTIONS"'

return M

--- Runs an example as its reader would, under the Lua that runs the spec.
--
--     local out, err, code = example.run("list_users.lua", server.okta.environment)
local M = {}

--- The command of the Lua that runs this.
M.lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")

--- A word for the shell.
---@param text string
---@return string
function M.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- A file's text.
---@param path string
---@return string
function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- Runs a shell command in which $LUA is that Lua and finds the built tree; it
--- sees no service but what `environment` ("NAME=value ...") names.
---@param command string
---@param environment string?
---@return string stdout, string stderr, integer code
function M.shell(command, environment)
  local err = os.tmpname()
  local pipe = assert(io.popen(table.concat({
    "unset OKTA_CLIENT_ORGURL OKTA_CLIENT_TOKEN JUMPCLOUD_API_KEY JC_API_KEY KNETIK_URL;",
    "export LUA=" .. M.lua, "LUA_PATH=" .. M.quote(package.path), "LUA_CPATH=" .. M.quote(package.cpath),
    environment or "", "; {", command .. "\n} 2>" .. err .. " </dev/null; echo \" $?\"",
  }, " ")))
  local text = pipe:read("*a")
  pipe:close()
  local out, code = text:match("^(.*) (%d+)\n$")
  local said = M.read(err)
  os.remove(err)
  return out, said, tonumber(code)
end

--- Runs examples/`command`.
---@param command string file name and arguments, quoted for the shell
---@param environment string?
---@return string stdout, string stderr, integer code
function M.run(command, environment)
  return M.shell("$LUA examples/" .. command, environment)
end

--- Writes a file for an example to read; returns its path.
---@param text string
---@return string
function M.file(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

--- The lines of a text.
---@param text string
---@return string[]
function M.lines(text)
  local lines = {}
  for line in text:gmatch("([^\n]*)\n") do
    lines[#lines + 1] = line
  end
  return lines
end

return M

--- What the sources say of their public functions, so that the annotations need
--- not say it again.
local M = {}

--- The doc comments of the methods in a file: their prose and their usage line.
---@param path string
---@param owner string the table that the methods are of
---@return table<string, { prose: string[], usage: string?, params: string[] }>
function M.methods(path, owner)
  local found, prose, usage = {}, {}, nil
  for line in io.lines(path) do
    local words = line:match("^%-%-%-%s?(.*)$")
    local name, params = line:match("^function " .. owner .. ":([%w_]+)%((.-)%)")
    if words and words:sub(1, 1) ~= "@" then
      prose[#prose + 1] = words
    elseif line:find("^%-%- usage: ") then
      usage = line:match("^%-%- usage: (.*)$")
    elseif name then
      local list = {}
      for param in params:gmatch("[%w_%.]+") do
        list[#list + 1] = param
      end
      found[name] = { prose = prose, usage = usage, params = list }
    end
    if not (words or line:find("^%-%- usage: ")) then
      prose, usage = {}, nil
    end
  end
  return found
end

--- The keys of a table that a file declares as `local NAME = { ... }`.
---@param path string
---@param name string
---@return string[] in the order of the file
function M.keys(path, name)
  local file = assert(io.open(path, "rb"))
  local body = file:read("*a"):match("\nlocal " .. name .. " = (%b{})")
  file:close()
  assert(body, path .. ": no " .. name)
  local keys = {}
  for key in body:gmatch("[{,%s]([%a_][%w_]*)%s*=") do
    keys[#keys + 1] = key
  end
  return keys
end

--- The first sentence of a method's prose.
---@param method { prose: string[] }
---@return string
function M.summary(method)
  local all = table.concat(method.prose, " ")
  return all:match("^(.-%.)%f[%s%z]") or all
end

return M

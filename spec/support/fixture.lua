-- Reading the recorded facts about a service (spec/fixtures/<service>.json).
local cjson = require("cjson").new()

local M = {}

--- A member that may be null.
function M.given(value)
  if value == cjson.null then
    return nil
  end
  return value
end

--- The members of a list as keys.
function M.set(list)
  local found = {}
  for _, name in ipairs(list) do
    found[name] = true
  end
  return found
end

--- Known values in a fixed order: a reordered row still says the same.
function M.sorted(list)
  if list == nil then
    return nil
  end
  local copy = {}
  for i, value in ipairs(list) do
    copy[i] = value
  end
  table.sort(copy)
  return copy
end

--- The keys of a table as a list.
function M.names(t)
  local list = {}
  for name in pairs(t) do
    list[#list + 1] = name
  end
  return list
end

--- Not the core's rule over again: the words of a wire name, then joined.
function M.option(wire)
  local words = wire:gsub("%-", " "):gsub("(%l)(%u)", "%1 %2")
  return (words:lower():gsub(" ", "_"))
end

--- The whole document.
function M.read(name)
  local file = assert(io.open("spec/fixtures/" .. name .. ".json", "rb"))
  local text = file:read("*a")
  file:close()
  return cjson.decode(text)
end

--- What a method promises when nothing else is known.
M.retry_of = {
  GET = "safe",
  PUT = "idempotent",
  DELETE = "idempotent",
  POST = "unsafe",
}

return M

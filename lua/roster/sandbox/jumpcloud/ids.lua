--- Ids in the vendor's form: 24 hexadecimal digits, made from a number.
local random = require "roster.sandbox.random"

local M = {}

local function id(seed, kind, n)
  local a = random.hash(seed, n, kind)
  return string.format("%08x%08x%08x", a, random.hash(seed, a, kind),
    random.hash(a, n, kind))
end

for kind, name in ipairs{ "administrator", "organization", "role",
  "provider" } do
  --- Makes the id of the n-th of its kind.
  ---@param seed integer
  ---@param n integer
  ---@return string
  M[name] = function(seed, n)
    return id(seed, kind, n)
  end
end

return M

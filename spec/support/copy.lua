--- A copy of a table and of every table in it, metatables kept; to see later
--- whether the original was changed.
local function copy(value, seen)
  if type(value) ~= "table" then
    return value
  end
  seen = seen or {}
  if not seen[value] then
    local fresh = {}
    seen[value] = fresh
    for k, v in next, value do
      fresh[copy(k, seen)] = copy(v, seen)
    end
    setmetatable(fresh, getmetatable(value))
  end
  return seen[value]
end

return copy

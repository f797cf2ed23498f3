--- The names in a table, in order: what is shown to people or searched for a
--- near miss must not depend on the order of a hash.
---@param t table<string, any>
---@return string[]
return function(t)
  local list = {}
  for name in pairs(t) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

--- Keeps a client's connections its own: clients that differ in `ca` share none.
local count = 0

--- The same file under a name that no other client has, for the option `ca`; of
--- no file where plain http needs none.
---@param path string? absolute
---@return string
return function(path)
  count = count + 1
  local name, rest = path or "/none", count
  -- "/" and "/." in front of a path lead nowhere else
  while rest > 0 do
    name = (rest % 2 == 1 and "/." or "/") .. name
    rest = math.floor(rest / 2)
  end
  return name
end

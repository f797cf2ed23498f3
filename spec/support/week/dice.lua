-- Chance that a seed repeats, the same on every Lua.
local M = {}

local MODULUS = 2147483647

local methods = {}
local mt = { __index = methods }

--- From 0 up to but not 1.
function methods:roll()
  self.state = self.state * 16807 % MODULUS
  return self.state / MODULUS
end

--- True so often, 0 to 1.
function methods:chance(share)
  return self:roll() < share
end

--- One of a sequence.
function methods:pick(list)
  return list[math.floor(self:roll() * #list) + 1]
end

--- A span of time whose mean this is: mostly shorter, at times far longer.
function methods:span(mean)
  return -math.log(1 - self:roll()) * mean
end

---@param seed integer
function M.new(seed)
  local self = setmetatable({ state = (seed * 7919 + 1) % (MODULUS - 1) + 1 }, mt)
  -- small seeds are alike at first
  for _ = 1, 10 do
    self:roll()
  end
  return self
end

return M

--- Repeatable randomness: the same seed and number always give the same
-- answer, on every Lua, without touching math.random's state.
local M = {}

local floor = math.floor
local DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
local VALUE = {}
for i = 1, #DIGITS do
  VALUE[DIGITS:sub(i, i)] = i - 1
end

-- Every product stays below 2^53, so floats and integers agree.
local MODULUS = 2147483647

--- Hashes a few whole numbers to 0 .. 2^31-2.
---@param seed integer
---@param a integer
---@param b? integer
---@return integer
function M.hash(seed, a, b)
  local h = (seed * 16807 + 12345) % MODULUS
  h = ((h + a) * 48271 + 7919) % MODULUS
  h = ((h + (b or 0) * 7907) * 69621 + 104729) % MODULUS
  h = (h * 16807 + floor(h / 65536)) % MODULUS
  return (h * 48271 + floor(h / 8192)) % MODULUS
end

--- Hashes a string to 0 .. 2^31-2.
---@param seed integer
---@param text string
---@return integer
function M.digest(seed, text)
  local h = (seed * 16807 + #text) % MODULUS
  for i = 1, #text do
    h = (h * 257 + text:byte(i) + 1) % MODULUS
  end
  return M.hash(seed, h)
end

--- Makes a stream of lots: `hash` is too even for numbers that follow each
--- other.
---@param seed integer
---@return fun(): number  0 or more, less than 1
function M.stream(seed)
  local state = M.hash(seed, 1) % (MODULUS - 1) + 1
  return function()
    state = state * 48271 % MODULUS
    return state / MODULUS
  end
end

--- Picks an element of a list by a hash.
function M.pick(list, h)
  return list[floor(h / 61) % #list + 1]
end

--- Writes a whole number in base 62, padded to `width` digits.
---@param n integer
---@param width integer
---@return string
function M.base62(n, width)
  local digits = {}
  for i = width, 1, -1 do
    local d = n % 62
    digits[i] = DIGITS:sub(d + 1, d + 1)
    n = floor(n / 62)
  end
  return table.concat(digits)
end

--- Reads a base 62 number.
---@param text string
---@return integer|nil  nil when a character is not a digit
function M.number(text)
  local n = 0
  for i = 1, #text do
    local d = VALUE[text:sub(i, i)]
    if not d then
      return nil
    end
    n = n * 62 + d
  end
  return n
end

--- Makes a UUID's 36 characters of a number.
---@param seed integer
---@param n integer
---@param kind integer
---@return string
function M.uuid(seed, n, kind)
  local a, b = M.hash(seed, n, kind), M.hash(seed, kind, n)
  local c, d = M.hash(seed, a, n), M.hash(seed, b, kind)
  return string.format("%08x-%04x-4%03x-a%03x-%04x%08x", a, b % 65536,
    c % 4096, d % 4096, floor(b / 65536) % 65536, M.hash(seed, c, kind))
end

--- Makes a 20-character id in the vendor's manner: a three-letter kind, then
-- noise, then the number `n` so that `M.index` can find the record again.
---@param kind string
---@param seed integer
---@param n integer  below 62^5
---@return string
function M.id(kind, seed, n)
  local a = M.hash(seed, n, kind:byte(1) * 65536 + kind:byte(2) * 256 +
    kind:byte(3))
  return kind .. M.base62(a, 6) .. M.base62(M.hash(seed, a, n), 6) ..
    M.base62(n, 5)
end

--- Returns the number an id was made from; the caller must make the id anew
-- and compare, since any 20 characters yield one.
---@param id string
---@return integer|nil
function M.index(id)
  if #id ~= 20 then
    return nil
  end
  return M.number(id:sub(-5))
end

return M

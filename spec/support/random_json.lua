-- Random JSON texts and Lua values from a seed, the same on every Lua.

local M = {}

local Source = {}
Source.__index = Source

--- A source of random things. The same seed gives the same things.
---@param seed integer 1 to 2^31 - 2
function M.new(seed)
  return setmetatable({ state = seed }, Source)
end

--- An integer from 1 to n.
function Source:number(n)
  self.state = (self.state * 16807) % 2147483647
  return self.state % n + 1
end

function Source:pick(list)
  return list[self:number(#list)]
end

local names = {
  "id", "a", "b", "profile", "login", "_links", "href", "", "a.b", "x y",
  "Zo\195\171", "a long name that is longer than names usually are",
  "tags", "\240\159\152\128", "next", "self",
}

local pieces = {
  "plain", "a", "", "0123456789abcdef", "\195\169", "\226\130\172",
  "\240\159\152\128", "with space", "/", "\127", "'", "<>",
}

-- as written in JSON, and as it should be read
local escapes = {
  { "\\n", "\n" }, { "\\\"", "\"" }, { "\\\\", "\\" }, { "\\/", "/" },
  { "\\b\\f\\r\\t", "\b\f\r\t" }, { "\\u0000", "\0" },
  { "\\u00e9", "\195\169" }, { "\\u20AC", "\226\130\172" },
  { "\\uD83D\\uDE00", "\240\159\152\128" }, { "\\u001f", "\31" },
}

local numbers = {
  "0", "-0", "1", "-1", "42", "1.5", "-0.25", "1e3", "1E+2", "1e-2", "0.1",
  "123456789", "9007199254740990", "9007199254740991", "-9007199254740991",
  "1e300", "2.2250738585072014e-308", "5e-324", "3.141592653589793",
}

local spaces = { "", "", "", " ", "\n", "\t", "\r\n  " }

function Source:space()
  return self:pick(spaces)
end

--- A JSON string with its quotes.
function Source:string()
  local parts = {}
  for i = 1, self:number(5) - 1 do
    if self:number(3) == 1 then
      parts[i] = self:pick(escapes)[1]
    else
      parts[i] = self:pick(pieces)
    end
  end
  return '"' .. table.concat(parts) .. '"'
end

function Source:name()
  if self:number(6) == 1 then
    return self:string()
  end
  return '"' .. self:pick(names) .. '"'
end

--- A JSON text of a value that has at most `depth` levels.
function Source:text(depth)
  local kind = self:number(depth > 0 and 9 or 6)
  if kind <= 2 then
    return self:string()
  elseif kind == 3 then
    return self:pick(numbers)
  elseif kind <= 6 then
    return self:pick({ "true", "false", "null" })
  end
  local parts = {}
  local object = kind > 7
  for i = 1, self:number(7) - 1 do
    local value = self:space() .. self:text(depth - 1) .. self:space()
    if object then
      value = self:space() .. self:name() .. self:space() .. ":" .. value
    end
    parts[i] = value
  end
  local body = table.concat(parts, ",")
  return (object and "{" or "[") .. body .. self:space() ..
    (object and "}" or "]")
end

--- A JSON list of records that resemble each other, as a service sends them:
--- mostly the same members in the same order, sometimes not.
function Source:page(count)
  local members = {}
  for i = 1, 4 + self:number(20) do
    members[i] = { name = "member" .. i, kind = self:number(4) }
  end
  local records = {}
  for r = 1, count do
    local parts = {}
    for i, member in ipairs(members) do
      local chance = self:number(20)
      local value = self:text(member.kind == 1 and 3 or 0)
      local part = '"' .. member.name .. '":' .. value
      if chance == 1 then
        table.insert(parts, 1, part)
      elseif chance == 2 then
        parts[#parts + 1] = part
        parts[#parts + 1] = '"' .. members[self:number(i)].name .. '":null'
      elseif chance == 3 then
        parts[#parts + 1] = '"' .. member.name:gsub("m", "\\u006d") .. '":1'
        parts[#parts + 1] = part
      elseif chance == 4 then
        parts[#parts + 1] = self:name() .. ":" .. value
      elseif chance > 5 then
        parts[#parts + 1] = part
      end
    end
    records[r] = "{" .. table.concat(parts, ",") .. "}"
  end
  return "[" .. table.concat(records, ",") .. "]"
end

--- A Lua value that has a JSON form. `list` marks a table as a list.
function Source:value(depth, list, null)
  local kind = self:number(depth > 0 and 9 or 6)
  if kind == 1 then
    return self:pick(pieces) .. self:pick(escapes)[2] .. self:pick(pieces)
  elseif kind == 2 then
    return self:number(2000000) - 1000000
  elseif kind == 3 then
    return (self:number(2000001) - 1000000) / 64
  elseif kind == 4 then
    return self:number(2) == 1
  elseif kind == 5 then
    return null
  elseif kind == 6 then
    return self:pick(pieces)
  end
  local made = {}
  for i = 1, self:number(6) - 1 do
    local key = kind > 7 and self:pick(names) .. self:pick(pieces) or i
    made[key] = self:value(depth - 1, list, null)
  end
  return kind > 7 and made or list(made)
end

return M

-- What a JSON text means, apart from how it is written: its canonical text. Two
-- texts are the same value if and only if theirs are equal. Numbers are compared
-- by their digits, not as numbers of Lua. Takes valid JSON only.
local M = {}

local function skip(text, at)
  return text:find("[^ \t\r\n]", at)
end

local function utf8(code)
  if code < 0x80 then
    return string.char(code)
  elseif code < 0x800 then
    return string.char(0xC0 + math.floor(code / 64), 0x80 + code % 64)
  elseif code < 0x10000 then
    return string.char(0xE0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
  end
  return string.char(0xF0 + math.floor(code / 262144), 0x80 + math.floor(code / 4096) % 64,
    0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
end

local SHORT = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

-- After the opening quote: the string's bytes, and where it ends.
local function read_string(text, at)
  local parts = {}
  while true do
    local stop = text:find('["\\]', at)
    parts[#parts + 1] = text:sub(at, stop - 1)
    if text:sub(stop, stop) == '"' then
      return table.concat(parts), stop + 1
    end
    local high, low = text:match("^\\u([dD][89abAB]%x%x)\\u([dD][c-fC-F]%x%x)", stop)
    local unit = text:match("^\\u(%x%x%x%x)", stop)
    if high then
      parts[#parts + 1] = utf8(0x10000 + (tonumber(high, 16) - 0xD800) * 1024 + tonumber(low, 16) - 0xDC00)
      at = stop + 12
    elseif unit then
      parts[#parts + 1] = utf8(tonumber(unit, 16))
      at = stop + 6
    else
      local letter = text:sub(stop + 1, stop + 1)
      parts[#parts + 1] = SHORT[letter] or letter
      at = stop + 2
    end
  end
end

-- Sign, significant digits and the power of ten after them.
local function number(token)
  local sign, whole, rest = token:match("^(%-?)(%d+)(.*)$")
  local fraction = rest:match("^%.(%d+)") or ""
  local exponent = tonumber(rest:match("[eE](.*)$") or "0") - #fraction
  local digits = (whole .. fraction):gsub("^0+", "")
  local short = digits:gsub("0+$", "")
  exponent = exponent + #digits - #short
  return short == "" and "0" or ("%s%se%d"):format(sign, short, exponent)
end

local function quoted(bytes)
  return '"' .. bytes:gsub('[%c"\\]', function(c)
    return ("\\%03d"):format(c:byte())
  end) .. '"'
end

local read

local function read_object(text, at, without_null)
  local members, names, parts = {}, {}, {}
  at = skip(text, at)
  while text:sub(at, at) ~= "}" do
    local name, value
    name, at = read_string(text, at + 1)
    at = skip(text, at)
    value, at = read(text, skip(text, at + 1), without_null)
    -- the last one of a name counts
    members[name] = value
    at = skip(text, at)
    at = text:sub(at, at) == "," and skip(text, at + 1) or at
  end
  for name, value in pairs(members) do
    if not (without_null and value == "null") then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  for i, name in ipairs(names) do
    parts[i] = quoted(name) .. ":" .. members[name]
  end
  return "{" .. table.concat(parts, ",") .. "}", at + 1
end

local function read_array(text, at, without_null)
  local parts = {}
  at = skip(text, at)
  while text:sub(at, at) ~= "]" do
    parts[#parts + 1], at = read(text, at, without_null)
    at = skip(text, at)
    at = text:sub(at, at) == "," and skip(text, at + 1) or at
  end
  return "[" .. table.concat(parts, ",") .. "]", at + 1
end

function read(text, at, without_null)
  local first = text:sub(at, at)
  if first == '"' then
    local bytes
    bytes, at = read_string(text, at + 1)
    return quoted(bytes), at
  elseif first == "{" then
    return read_object(text, at + 1, without_null)
  elseif first == "[" then
    return read_array(text, at + 1, without_null)
  end
  local token = text:match("^[%w.+-]+", at)
  return token:find("^[-%d]") and number(token) or token, at + #token
end

--- The canonical text of the value. `without_null` leaves null members of objects
--- out, as a response does that is decoded.
---@param text string JSON
---@param without_null boolean?
---@return string
function M.canonical(text, without_null)
  return (read(text, skip(text, 1), without_null))
end

return M

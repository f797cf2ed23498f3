--- What a server needs of HTTP: URLs, queries, headers and dates as text.
local M = {}

local floor = math.floor
local format = string.format

--- Percent-decodes; `+` is left alone unless `plus` is true.
---@param text string
---@param plus? boolean
---@return string|nil  nil when an escape is malformed
function M.decode(text, plus)
  if plus then
    text = text:gsub("%+", " ")
  end
  if text:gsub("%%%x%x", ""):find("%", 1, true) then
    return nil
  end
  return (text:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- Percent-encodes everything but RFC 3986's unreserved characters.
---@param text string
---@return string
function M.encode(text)
  return (text:gsub("[^%w%-%._~]", function(c)
    return format("%%%02X", c:byte())
  end))
end

--- Splits a URL into origin ("" when relative), path and raw query (or nil).
---@param url string
---@return string origin, string path, string|nil query
function M.split(url)
  url = url:gsub("#.*$", "")
  local origin, rest = url:match("^(%a[%w+.-]*://[^/?]*)(.*)$")
  if not origin then
    origin, rest = "", url
  end
  local path, query = rest:match("^([^?]*)%?(.*)$")
  path = path or rest
  return origin, path == "" and "/" or path, query
end

--- Reads a query string; of a repeated name the first value counts.
---@param query string|nil
---@return table<string, string>|nil values  nil when an escape is malformed
---@return string[][] pairs  in order: the name, the whole raw pair, the value
function M.query(query)
  local values, raw = {}, {}
  for pair in (query or ""):gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=(.*)$")
    name = M.decode(name or pair, true)
    value = M.decode(value or "", true)
    if not name or not value then
      return nil, raw
    end
    raw[#raw + 1] = { name, pair, value }
    if values[name] == nil then
      values[name] = value
    end
  end
  return values, raw
end

--- Finds a header whatever its case; of several values the first.
---@param headers table<string, string|string[]>|nil
---@param name string
---@return string|nil
function M.header(headers, name)
  name = name:lower()
  for key, value in pairs(headers or {}) do
    if type(key) == "string" and key:lower() == name then
      if type(value) == "table" then
        value = value[1]
      end
      return value ~= nil and tostring(value) or nil
    end
  end
  return nil
end

-- Days since 1970-01-01 in the Gregorian calendar, March-based so that the
-- leap day comes last.
local function days(year, month, day)
  if month <= 2 then
    year = year - 1
  end
  local era = floor(year / 400)
  local of_era = year - era * 400
  local shifted = (month + 9) % 12
  local of_year = floor((153 * shifted + 2) / 5) + day - 1
  return era * 146097 + of_era * 365 + floor(of_era / 4) -
    floor(of_era / 100) + of_year - 719468
end

--- Writes seconds since 1970 as 2024-05-31T10:20:30.000Z.
---@param seconds number
---@return string
function M.iso(seconds)
  local whole = floor(seconds)
  local thousandths = floor((seconds - whole) * 1000 + 0.5)
  if thousandths == 1000 then
    whole, thousandths = whole + 1, 0
  end
  return os.date("!%Y-%m-%dT%H:%M:%S", whole) .. format(".%03dZ", thousandths)
end

--- Reads an ISO 8601 date, with or without a time.
---@param text string
---@return number|nil seconds since 1970, nil when it is no date
function M.time(text)
  local y, mo, d, rest = text:match("^(%d%d%d%d)-(%d%d)-(%d%d)(.*)$")
  if not y then
    return nil
  end
  y, mo, d = tonumber(y), tonumber(mo), tonumber(d)
  if mo < 1 or mo > 12 or d < 1 or d > 31 then
    return nil
  end
  local t = days(y, mo, d) * 86400
  if rest == "" then
    return t
  end
  local h, mi, s, zone = rest:match("^T(%d%d):(%d%d):(%d%d%.?%d*)(.*)$")
  if not h or tonumber(h) > 23 or tonumber(mi) > 59 or tonumber(s) >= 61 then
    return nil
  end
  t = t + h * 3600 + mi * 60 + tonumber(s)
  if zone == "Z" then
    return t
  end
  local sign, zh, zm = zone:match("^([+-])(%d%d):?(%d%d)$")
  if not sign then
    return nil
  end
  local offset = zh * 3600 + zm * 60
  return sign == "+" and t - offset or t + offset
end

--- Writes seconds since 1970 as an RFC 7231 date, whatever the locale.
---@param seconds number
---@return string
function M.date(seconds)
  local t = os.date("!*t", floor(seconds))
  local day = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
  local month = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    "Sep", "Oct", "Nov", "Dec" }
  return format("%s, %02d %s %04d %02d:%02d:%02d GMT", day[t.wday], t.day,
    month[t.month], t.year, t.hour, t.min, t.sec)
end

return M

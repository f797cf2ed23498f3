--- Base64, as JOSE writes it and as both of its alphabets are read (RFC 4648).
local M = {}

local URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

local VALUE = { ["+"] = 62, ["/"] = 63 }
for i = 1, 64 do
  VALUE[URL:sub(i, i)] = i - 1
end

local function letter(value)
  return URL:sub(value + 1, value + 1)
end

--- Bytes to base64url without padding.
---@param bytes string
---@return string
function M.encode(bytes)
  local out = {}
  for at = 1, #bytes, 3 do
    local a, b, c = bytes:byte(at, at + 2)
    local whole = a * 65536 + (b or 0) * 256 + (c or 0)
    out[#out + 1] = letter(math.floor(whole / 262144))
    out[#out + 1] = letter(math.floor(whole / 4096) % 64)
    out[#out + 1] = b and letter(math.floor(whole / 64) % 64) or ""
    out[#out + 1] = c and letter(whole % 64) or ""
  end
  return table.concat(out)
end

--- Base64 or base64url, padded or not, in one line or several, to bytes; nil
--- when it is neither.
---@param text string
---@return string?
function M.decode(text)
  local letters, out = text:gsub("%s+", ""):gsub("=?=$", ""), {}
  if #letters % 4 == 1 then
    return nil
  end
  for at = 1, #letters, 4 do
    local n = math.min(4, #letters - at + 1)
    local whole = 0
    for i = 0, 3 do
      local value = i < n and VALUE[letters:sub(at + i, at + i)] or i >= n and 0
      if not value then
        return nil
      end
      whole = whole * 64 + value
    end
    local a, b, c = math.floor(whole / 65536), math.floor(whole / 256) % 256, whole % 256
    out[#out + 1] = string.char(a, b, c):sub(1, n - 1)
  end
  return table.concat(out)
end

return M

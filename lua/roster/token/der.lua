--- The few forms of DER (X.690) that keys and signatures have.
local M = {}

-- OBJECT IDENTIFIER, whole: rsaEncryption, id-ecPublicKey, prime256v1
M.RSA = "\6\9\42\134\72\134\247\13\1\1\1"
M.EC = "\6\7\42\134\72\206\61\2\1"
M.P256 = "\6\8\42\134\72\206\61\3\1\7"

local function length(n)
  if n < 128 then
    return string.char(n)
  elseif n < 256 then
    return string.char(129, n)
  end
  return string.char(130, math.floor(n / 256), n % 256)
end

--- One value.
---@param tag integer
---@param content string at most 65535 bytes
---@return string
function M.value(tag, content)
  return string.char(tag) .. length(#content) .. content
end

--- An INTEGER from an unsigned number's bytes, the greatest first.
---@param bytes string
---@return string
function M.integer(bytes)
  local short = bytes:gsub("^%z+", "")
  if short == "" or short:byte() >= 128 then
    short = "\0" .. short
  end
  return M.value(2, short)
end

-- The tag of the value at `at`, where its content begins, and where what
-- follows it does; nil when it is cut short.
local function open(bytes, at)
  local tag, n = bytes:byte(at, at + 1)
  if not n then
    return nil
  end
  local from = at + 2
  if n >= 128 then
    local count = n - 128
    n = 0
    for i = 1, count do
      n = n * 256 + (bytes:byte(at + 1 + i) or math.huge)
    end
    from = from + count
  end
  if from + n - 1 > #bytes then
    return nil
  end
  return tag, from, from + n
end

--- Is it one SEQUENCE, whole, and nothing more?
---@param bytes string
---@return boolean
function M.is_sequence(bytes)
  local tag, _, ends = open(bytes, 1)
  return tag == 48 and ends == #bytes + 1
end

--- An ECDSA signature as OpenSSL makes it (SEQUENCE of r and s) in the form that
--- JWS wants (RFC 7518 3.4): r and s, 32 bytes each; nil when it is none.
---@param signature string
---@return string?
function M.raw_signature(signature)
  local tag, at = open(signature, 1)
  local halves = {}
  for i = 1, 2 do
    local kind, from, ends
    if tag == 48 then
      kind, from, ends = open(signature, at)
    end
    local number = kind == 2 and signature:sub(from, ends - 1):gsub("^%z+", "")
    if not number or #number > 32 then
      return nil
    end
    halves[i], at = ("\0"):rep(32 - #number) .. number, ends
  end
  return at == #signature + 1 and halves[1] .. halves[2] or nil
end

return M

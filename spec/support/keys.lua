-- Keys made by openssl's program, in all the forms that a user may have them in,
-- and a check of signatures by that program: none of it by the code under test.
local folder = require "spec.support.folder"

local M = {}

local function url64(dir, bytes)
  dir:write("bytes", bytes)
  return (dir:run("openssl base64 -A -in bytes"):gsub("+", "-"):gsub("/", "_"):gsub("=", ""))
end

-- "name:\n    00:ab:...\n" of openssl's -text, as bytes without leading zeros.
local function number(text, name)
  local digits = assert(text:match("\n?" .. name .. ":%s*\n([%x:%s]-)\n%a"), name):gsub("[%s:]", "")
  return (digits:gsub("^0+(%x)", "%1"):gsub("^(%x)(.*)$", function(a, b)
    return #b % 2 == 0 and "0" .. a .. b or a .. b
  end):gsub("%x%x", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

local function rsa(dir)
  local key = {
    pkcs8 = dir:run("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem && cat rsa.pem"),
    pkcs1 = dir:run("openssl rsa -in rsa.pem -traditional 2>/dev/null"),
    public = dir:run("openssl pkey -in rsa.pem -pubout"),
    encrypted = dir:run("openssl pkey -in rsa.pem -aes128 -passout pass:secret"),
    encrypted_pkcs1 = dir:run("openssl rsa -in rsa.pem -traditional -aes128 -passout pass:secret 2>/dev/null"),
  }
  local text = dir:run("openssl rsa -in rsa.pem -noout -text") .. "end"
  key.jwk = { kty = "RSA", e = "AQAB", kid = "key-1", alg = "RS256" }
  for member, name in pairs { n = "modulus", d = "privateExponent", p = "prime1", q = "prime2", dp = "exponent1",
    dq = "exponent2", qi = "coefficient" } do
    key.jwk[member] = url64(dir, number(text, name))
  end
  return key
end

local function ec(dir)
  local key = {
    pkcs8 = dir:run("openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem && cat ec.pem"),
    sec1 = dir:run("openssl ec -in ec.pem 2>/dev/null"),
    -- as `openssl ecparam -genkey` writes it
    sec1_with_parameters = dir:run("openssl ecparam -name prime256v1 && openssl ec -in ec.pem 2>/dev/null"),
    public = dir:run("openssl pkey -in ec.pem -pubout"),
    p384 = dir:run("openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
    ed25519 = dir:run("openssl genpkey -quiet -algorithm ED25519"),
  }
  key.p384_sec1 = dir:run("openssl ecparam -genkey -noout -name secp384r1")
  local text = dir:run("openssl ec -in ec.pem -noout -text 2>/dev/null")
  local function pad(bytes)
    return ("\0"):rep(32 - #bytes) .. bytes
  end
  local public = number(text, "pub")
  assert(#public == 65)
  key.jwk = { kty = "EC", crv = "P-256", kid = "key-2", d = url64(dir, pad(number(text, "priv"))),
    x = url64(dir, public:sub(2, 33)), y = url64(dir, public:sub(34)) }
  return key
end

--- Keys of both kinds; `remove` takes the files away.
---@return { rsa: table, ec: table, folder: table }
function M.make()
  local dir = folder.new()
  return { rsa = rsa(dir), ec = ec(dir), folder = dir }
end

-- One INTEGER of DER.
local function integer(bytes)
  bytes = bytes:gsub("^%z+", "")
  bytes = (bytes == "" or bytes:byte() > 127) and "\0" .. bytes or bytes
  return "\2" .. string.char(#bytes) .. bytes
end

--- Does openssl find the signature (of JWS) to be the key's?
---@param keys table from `make`
---@param public string PEM
---@param data string
---@param signature string
---@param algorithm string
---@return boolean
function M.verifies(keys, public, data, signature, algorithm)
  if algorithm == "ES256" then
    assert(#signature == 64)
    local content = integer(signature:sub(1, 32)) .. integer(signature:sub(33))
    signature = "\48" .. string.char(#content) .. content
  end
  local dir = keys.folder
  dir:write("public", public)
  dir:write("data", data)
  dir:write("signature", signature)
  local said = dir:run("openssl dgst -sha256 -verify public -signature signature data || true")
  return said:find("Verified OK", 1, true) ~= nil
end

return M

--- Private keys that sign: PEM (PKCS#1, SEC 1, PKCS#8) or JWK (RFC 7517). What is
--- wrong with one is said without quoting it.
local base64 = require "roster.token.base64"
local der = require "roster.token.der"
local guarded = require "roster.guarded_file"
local json = require "roster.json"

local M = {}

-- bytes; a path, and a file that may well be a key
local LONGEST_PATH, LONGEST_FILE = 4096, 64 * 1024

local NO_PASSPHRASE = "is encrypted with a passphrase, which roster cannot ask for: decrypt it first"

----------------------------------------------------------------------- as PEM

local KINDS = { ["RSA PRIVATE KEY"] = "RS256", ["EC PRIVATE KEY"] = "ES256", ["PRIVATE KEY"] = "PKCS#8" }

-- What the key of a PKCS#8 container signs with.
local function algorithm_in(bytes)
  if bytes:find(der.RSA, 1, true) then
    return "RS256"
  elseif not bytes:find(der.EC, 1, true) then
    return nil, "is neither an RSA nor an EC key"
  elseif not bytes:find(der.P256, 1, true) then
    return nil, "is on a curve other than P-256"
  end
  return "ES256"
end

local function read_pem(text)
  local label, body = text:match("%-%-%-%-%-BEGIN ([%u%d ]*KEY)%-%-%-%-%-(.-)%-%-%-%-%-END %1%-%-%-%-%-")
  if not label then
    return nil, "is a PEM block that does not end, or no key"
  elseif label == "ENCRYPTED PRIVATE KEY" or body:find("ENCRYPTED", 1, true) then
    return nil, NO_PASSPHRASE
  elseif label:find("PUBLIC", 1, true) then
    return nil, "is a public key"
  elseif not KINDS[label] then
    return nil, "is of a kind that is not known"
  end
  local bytes = base64.decode(body)
  if not bytes or bytes == "" then
    return nil, "is not base64 inside of its PEM block"
  elseif not der.is_sequence(bytes) then
    return nil, "is damaged: part of it is missing, or there is more than a key"
  end
  local algorithm, why = KINDS[label], nil
  if label == "PRIVATE KEY" then
    algorithm, why = algorithm_in(bytes)
  elseif algorithm == "ES256" and not bytes:find(der.P256, 1, true) then
    algorithm, why = nil, "is on a curve other than P-256"
  end
  if not algorithm then
    return nil, why
  end
  -- written anew: variables and YAML are apt to lose its line breaks
  local lines = body:gsub("%s+", ""):gsub(("."):rep(64), "%0\n"):gsub("\n$", "")
  return {
    algorithm = algorithm,
    pem = ("-----BEGIN %s-----\n%s\n-----END %s-----\n"):format(label, lines, label),
  }
end

----------------------------------------------------------------------- as JWK

local function to_pem(label, bytes)
  -- the alphabet of PEM
  local text = base64.encode(bytes):gsub("-", "+"):gsub("_", "/")
  text = text .. ("="):rep(-#text % 4)
  return (("-----BEGIN %s-----\n%s\n-----END %s-----\n"):format(label, text:gsub(("."):rep(64), "%0\n"), label)
    :gsub("\n\n", "\n"))
end

-- The members as bytes, or nil and which one is not there or no number.
local function numbers(jwk, names)
  local bytes = {}
  for i, name in ipairs(names) do
    local value = type(jwk[name]) == "string" and base64.decode(jwk[name])
    if not value or value == "" then
      return nil, 'is a JWK without "' .. name .. '"'
    end
    bytes[i] = value
  end
  return bytes
end

local readers = {}

function readers.RSA(jwk)
  local parts, why = numbers(jwk, { "n", "e", "d", "p", "q", "dp", "dq", "qi" })
  if not parts then
    return nil, why
  end
  local content = der.integer("\0")
  for _, part in ipairs(parts) do
    content = content .. der.integer(part)
  end
  return { algorithm = "RS256", pem = to_pem("RSA PRIVATE KEY", der.value(48, content)) }
end

function readers.EC(jwk)
  if jwk.crv ~= "P-256" then
    return nil, "is a JWK on a curve other than P-256"
  end
  local parts, why = numbers(jwk, { "d", "x", "y" })
  if not parts then
    return nil, why
  end
  for i, part in ipairs(parts) do
    if #part > 32 then
      return nil, "is a JWK whose numbers are too large for P-256"
    end
    parts[i] = ("\0"):rep(32 - #part) .. part
  end
  local public = der.value(3, "\0\4" .. parts[2] .. parts[3])
  local content = der.integer("\1") .. der.value(4, parts[1]) .. der.value(160, der.P256) .. der.value(161, public)
  return { algorithm = "ES256", pem = to_pem("EC PRIVATE KEY", der.value(48, content)) }
end

local function read_jwk(jwk)
  if type(jwk.keys) == "table" then
    return nil, "is a set of keys: give one of them"
  end
  local read = readers[jwk.kty]
  if not read then
    return nil, 'is a JWK whose "kty" is neither RSA nor EC'
  elseif jwk.d == nil then
    return nil, "is a public key"
  end
  local key, why = read(jwk)
  if not key then
    return nil, why
  elseif jwk.alg ~= nil and jwk.alg ~= key.algorithm then
    return nil, 'is a JWK whose "alg" is not ' .. key.algorithm
  end
  key.id = type(jwk.kid) == "string" and jwk.kid or nil
  return key
end

----------------------------------------------------------------------- reading

-- Files of variables and CI settings keep a text in one line: line breaks written as
-- \n, quotes as \", and quotes around it. Neither PEM nor a JWK has a backslash of
-- its own.
local function in_lines(text)
  text = text:match("^%s*\"({.*})\"%s*$") or text:match("^%s*'({.*})'%s*$") or text
  return (text:gsub("\\+[nr]", "\n"):gsub('\\+"', '"'))
end

-- May it be a JWK, and not a path?
local function is_object(text)
  return text:find("^%s*[\"']?%s*{") ~= nil
end

local function read_text(text)
  text = in_lines(text)
  if text:find("-----BEGIN ", 1, true) then
    return read_pem(text)
  elseif is_object(text) then
    local jwk, why = json.decode(text)
    if type(jwk) ~= "table" then
      -- without the text around the place
      return nil, "is not valid JSON, " .. (tostring(why):match("^byte %d+") or "from the beginning")
    end
    return read_jwk(jwk)
  end
  return nil, "is neither PEM nor a JWK"
end

-- What may be a path is read. The path is shown only where there is such a file:
-- it may be a key that lost its first line. Then whether others may read it.
local function read_path(path)
  if #path > LONGEST_PATH or path:find("[%c]") then
    return nil, "is neither PEM nor a JWK"
  end
  local text, about, number = guarded.read(path, LONGEST_FILE)
  if not text and number ~= 0 then
    return nil, "is neither PEM nor a JWK, nor a file that can be read: " .. about:gsub("^cannot be read: ", "")
  elseif not text then
    return nil, "is a file that cannot be used: " .. path .. " " .. about
  elseif text == "" then
    return nil, "is a file with nothing in it, or none"
  end
  local key, why = read_text(text)
  if not key then
    return nil, "is a file whose content " .. why
  end
  key.is_readable = about.is_readable
  return key
end

--- Reads a private key. `is_readable` tells that it is from a file that other users
--- may read.
---@param value string|table PEM, a JWK as text or table, or a file's path
---@return { algorithm: "RS256"|"ES256", pem: string, id: string?, is_readable: boolean? }? key
---@return string? why what is wrong with it, to be put behind its name
function M.read(value)
  if type(value) == "table" then
    return read_jwk(value)
  elseif value == "" then
    return nil, "is empty"
  elseif value:find("-----BEGIN ", 1, true) or is_object(value) then
    return read_text(value)
  end
  return read_path(value)
end

return M

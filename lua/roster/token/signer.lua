--- Signing with a private key, by whichever library is there: luaossl, or
--- lua-resty-openssl, which is looked for first inside nginx.
local der = require "roster.token.der"
local phase = require "roster.nginx.phase"
local raised = require "roster.raised"

local M = {}

-- Each gives sign(data) -> bytes for a key in PEM, or nil and why; nothing at all
-- when the library is not there.
local libraries = {}

function libraries.luaossl(pem)
  local found, pkey = pcall(require, "openssl.pkey")
  local has_digest, digest = pcall(require, "openssl.digest")
  if not (found and has_digest) then
    return nil
  end
  local ok, key = pcall(pkey.new, pem, "PEM")
  if not ok then
    return nil, "cannot be read by luaossl"
  end
  return function(data)
    return key:sign(digest.new("sha256"):update(data))
  end
end

libraries["lua-resty-openssl"] = function(pem)
  local found, pkey = pcall(require, "resty.openssl.pkey")
  local has_digest, digest = pcall(require, "resty.openssl.digest")
  if not (found and has_digest) then
    return nil
  end
  local ok, key = pcall(pkey.new, pem, { format = "PEM", type = "pr" })
  if not ok or not key then
    return nil, "cannot be read by lua-resty-openssl"
  end
  return function(data)
    local hash = assert(digest.new("sha256"))
    assert(hash:update(data))
    return assert(key:sign(hash))
  end
end

local OUTSIDE = { "luaossl", "lua-resty-openssl" }
local INSIDE = { "lua-resty-openssl", "luaossl" }

--- A signer for a key, by the first library that is there.
---@param key { pem: string } see roster.token.key
---@return fun(data: string): string|nil sign
---@return string? why to be put behind the key's name
function M.of(key)
  for _, name in ipairs(phase.is_inside() and INSIDE or OUTSIDE) do
    local sign, why = libraries[name](key.pem)
    if sign or why then
      return sign, why
    end
  end
  return nil, 'needs luaossl or lua-resty-openssl to sign with, or give "signer"'
end

--- The signature of `data` as JWS wants it, or nil and why there is none.
---@param sign fun(data: string, algorithm: string): string?, string?
---@param algorithm "RS256"|"ES256"
---@param data string
---@return string? signature, string? why
function M.sign(sign, algorithm, data)
  local ok, signature, why = raised.pcall(sign, data, algorithm)
  if not ok then
    return nil, "the signer raised: " .. raised.text(signature)
  elseif signature == nil then
    return nil, "the signer failed: " .. (why and raised.text(why) or "it returned nil")
  elseif type(signature) ~= "string" or signature == "" then
    return nil, "the signer returned " .. (signature == "" and "nothing" or type(signature)) .. ", not a signature"
  elseif algorithm == "ES256" and #signature ~= 64 then
    signature = der.raw_signature(signature)
    if not signature then
      return nil, "the signer's signature is not one of ES256"
    end
  end
  return signature
end

return M

--- The signed statement by which a client shows the token endpoint that it holds
--- its private key (RFC 7523, private_key_jwt of OpenID Connect).
local base64 = require "roster.token.base64"
local core = require "roster.core"
local json = require "roster.json"
local signer = require "roster.token.signer"

local M = {}

M.TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

-- seconds; Okta takes at most 3600
local LIFETIME = 300

-- Never the same again: an endpoint refuses an assertion that it has seen.
local function unique()
  local parts = {}
  for i = 1, 4 do
    parts[i] = ("%08x"):format(math.floor(core.random() * 2 ^ 32))
  end
  return table.concat(parts)
end

-- In a fixed order, which tables do not have. Seconds are whole.
local function claims(client_id, audience, now)
  local id = assert(json.encode(client_id))
  return ('{"iss":%s,"sub":%s,"aud":%s,"iat":%.0f,"exp":%.0f,"jti":"%s"}'):format(id, id,
    assert(json.encode(audience)), now, now + LIFETIME, unique())
end

--- Makes one, good for five minutes; or nil and why it cannot be signed.
---@param by { client_id: string, key_id: string?, algorithm: string, sign: function }
---@param audience string the token endpoint's URL
---@param now number epoch seconds
---@return string? jwt, string? why
function M.new(by, audience, now)
  local id = by.key_id and (',"kid":%s'):format(assert(json.encode(by.key_id))) or ""
  local header = ('{"alg":"%s","typ":"JWT"%s}'):format(by.algorithm, id)
  local data = base64.encode(header) .. "." .. base64.encode(claims(by.client_id, audience, math.floor(now)))
  local signature, why = signer.sign(by.sign, by.algorithm, data)
  if not signature then
    return nil, why
  end
  return data .. "." .. base64.encode(signature)
end

return M

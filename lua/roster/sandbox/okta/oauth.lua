--- The org's own authorization server, as far as service apps need it: the token
--- endpoint for signed assertions, and the check of the tokens it gave out.
local base64 = require "roster.token.base64"
local core = require "roster.core"
local der = require "roster.token.der"
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local random = require "roster.sandbox.random"

local M = {}
M.__index = M

local PATH = "/oauth2/v1/token"
local ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
-- seconds: how long an assertion may last, and what clocks may differ by
local LONGEST, LEEWAY = 3600, 300

-- Checks signatures of the public key in PEM; raises when it cannot.
local function verifier(pem)
  local key = require("openssl.pkey").new(pem, "PEM")
  local digest = require "openssl.digest"
  return function(data, signature, algorithm)
    if algorithm == "ES256" then
      signature = der.value(48, der.integer(signature:sub(1, 32)) .. der.integer(signature:sub(33)))
    end
    -- raises for what is no signature of the key's kind
    local ok, is_good = pcall(key.verify, key, signature, digest.new("sha256"):update(data))
    return ok and is_good
  end
end

local function every_scope()
  local known = {}
  for _, row in ipairs(core.catalog("okta").operations) do
    for _, scope in ipairs(row.scopes or {}) do
      known[scope] = true
    end
  end
  return known
end

--- Makes the server of an org.
---@param org table
---@param options roster.sandbox.okta.options
function M.new(org, options)
  local granted
  if options.scopes then
    granted = {}
    for _, scope in ipairs(options.scopes) do
      granted[scope] = true
    end
  end
  return setmetatable({
    org = org,
    client_id = options.client_id or "sandbox-client",
    granted = granted or every_scope(),
    lifetime = options.token_lifetime or 3600,
    dpop = options.dpop,
    verify = options.public_key and verifier(options.public_key),
    tokens = {}, -- access token -> { scopes, expires }
    seen = {},   -- jti of an assertion -> true
    requests = 0, -- asked for
    issued = 0,   -- given out
  }, M)
end

--- Makes all access tokens worthless.
function M:revoke()
  self.tokens = {}
end

--- Is this its endpoint?
function M.is_endpoint(call)
  return call.path == PATH
end

-------------------------------------------------------------------- assertion

local function part(text)
  local bytes = text and base64.decode(text)
  local value = bytes and json.decode(bytes)
  return type(value) == "table" and value or nil
end

-- Why the assertion is refused, or nil.
local function refusal(self, call, jwt)
  local data, signature = jwt:match("^([%w_-]+%.[%w_-]+)%.([%w_-]+)$")
  local head, claims
  if data then
    head, claims = part(data:match("^[^.]+")), part(data:match("[^.]+$"))
    signature = base64.decode(signature)
  end
  local now = self.org.now()
  if not (head and claims and signature) then
    return "The client_assertion token is malformed."
  elseif head.alg ~= "RS256" and head.alg ~= "ES256" then
    return "The client_assertion token has an unsupported algorithm."
  elseif claims.iss ~= self.client_id or claims.sub ~= self.client_id then
    return "The issuer and subject of the client_assertion must be the client_id."
  elseif claims.aud ~= call.base .. PATH then
    return "The audience claim for client_assertion must be the endpoint invoked for the request."
  elseif type(claims.exp) ~= "number" or now >= claims.exp + LEEWAY then
    return "The client_assertion token is expired."
  elseif claims.exp > now + LONGEST then
    return "The client_assertion token has an expiration too far into the future."
  elseif type(claims.iat) == "number" and claims.iat > now + LEEWAY then
    return "The client_assertion token was issued in the future."
  elseif claims.jti ~= nil and self.seen[claims.jti] then
    return "The client_assertion token has already been used."
  elseif head.alg == "ES256" and #signature ~= 64 or
      self.verify and not self.verify(data, signature, head.alg) then
    return "The client_assertion signature is invalid."
  end
  if claims.jti ~= nil then
    self.seen[claims.jti] = true
  end
end

local function refuse(status, code, description)
  return status, { error = code, error_description = description }, { ["Cache-Control"] = "no-cache, no-store" }
end

local function scopes_of(self, text)
  local scopes, count = {}, 0
  for scope in (text or ""):gmatch("%S+") do
    if not self.granted[scope] then
      return nil, "The client is not allowed to request the scope '" .. scope .. "'."
    end
    scopes[scope], count = true, count + 1
  end
  if count == 0 then
    return nil, "The 'scope' parameter is missing."
  end
  return scopes
end

--- Answers the token endpoint.
---@return integer status, table body, table headers
function M:answer(request, call)
  self.requests = self.requests + 1
  local kind = http.header(call.headers, "Content-Type") or ""
  local form = kind:lower():find("^application/x%-www%-form%-urlencoded") and http.query(request.body or "")
  if request.method ~= "POST" then
    fault.raise("E0000022")
  elseif not form then
    return refuse(400, "invalid_request", "The request body is not a form.")
  elseif form.grant_type ~= "client_credentials" then
    return refuse(400, "unsupported_grant_type", "The grant type is not supported.")
  elseif form.client_assertion_type ~= ASSERTION or not form.client_assertion then
    return refuse(401, "invalid_client", "No client credentials found.")
  end
  local why = refusal(self, call, form.client_assertion)
  if why then
    return refuse(401, "invalid_client", why)
  elseif self.dpop then
    return refuse(400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.")
  end
  local scopes
  scopes, why = scopes_of(self, form.scope)
  if not scopes then
    return refuse(400, "invalid_scope", why)
  end
  self.issued = self.issued + 1
  local seed = self.org.seed
  local token = "eyJ" .. random.base62(random.hash(seed, self.issued, 11), 6) ..
    random.base62(random.hash(seed, self.issued, 12), 6) .. random.base62(self.issued, 5)
  self.tokens[token] = { scopes = scopes, expires = self.org.now() + self.lifetime }
  return 200, { token_type = "Bearer", expires_in = self.lifetime, access_token = token, scope = form.scope },
    { ["Cache-Control"] = "no-cache, no-store" }
end

------------------------------------------------------------------------ check

local function challenge(call, code, description, scopes)
  call.reply["WWW-Authenticate"] = ('Bearer authorization_uri="%s/oauth2/v1/authorize", realm="%s", %serror="%s", ' ..
    'error_description="%s", resource="%s"'):format(call.base, call.base,
    scopes and 'scope="' .. table.concat(scopes, " ") .. '", ' or "", code, description, call.path)
end

--- Checks an access token for the call's operation, or ends the request.
---@param token string
function M:check(call, token)
  local held = self.tokens[token]
  if not held or self.org.now() >= held.expires then
    challenge(call, "invalid_token", held and "The token has expired." or "The access token is invalid.")
    fault.raise("E0000011")
  end
  local wanted = call.row.scopes
  for _, scope in ipairs(wanted or {}) do
    if held.scopes[scope] then
      return
    end
  end
  if wanted then
    challenge(call, "insufficient_scope", "The access token provided does not contain the required scopes.", wanted)
    fault.raise("E0000006")
  end
end

return M

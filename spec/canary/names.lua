-- Names that secrets go by, in every spelling, and names that only look so.
local M = {}

-- as words
local SECRET = {
  "password", "passwd", "pwd", "pass", "passphrase", "pass code", "secret", "token", "otp", "totp seed", "pin",
  "api key", "private key", "access key", "secret key", "answer", "security answer", "salt", "client secret",
  "device secret", "assertion", "client assertion", "session id", "session token", "bearer", "jwt", "cookie",
  "authorization", "proxy authorization", "access token", "refresh token", "id token", "activation token",
  "recovery token", "state token", "mfa code", "verification code", "code verifier", "x api key", "ssws",
  "credential", "hash value", "signing key", "encryption key", "new password", "user password", "temp password",
  "saml response", "set cookie", "csrf", "subscription key", "db pass", "id token hint",
}

-- as they are written
local ODD = {
  "APIKEY", "apikey", "APIKey", "XApiKey", "X-Api-Key", "SAMLResponse", "sid", "connect.sid", "JSESSIONID",
  "PHPSESSID",
  "unicodePwd", "userPassword2", "PassWord", "pAsSwOrD", "password_confirmation", "passwordHash", "password1",
  "IDToken", "idTOKEN", "JWTs", "accesstoken", "clientsecret", "oldPassword", "my-secret", "smtp_pass",
  "secretAccessKey",
  "credentials.password.value", "token[]", "user[password]", "passwordNew", "tokenValue", "x-amz-signature", "sig",
  "OKTA_CLIENT_TOKEN", "AWS_SECRET_ACCESS_KEY", "private_key_pem", "urn:x:User:password", "pass_word", "otpCode",
}

--- Names that must stay as they are, whatever their value.
M.visible = {
  "passwordChanged", "passwordExpiration", "password_expires_at", "passwordPolicy", "passwordLastSet", "pwdLastSet",
  "passwordless", "passwordMinLength", "passwordNeverExpires", "tokenLifetimeSeconds", "tokenWindow", "token_type",
  "token_endpoint", "tokenId", "tokenCount", "tokenEndpointAuthMethod", "tokenization", "nextPageToken",
  "continuationToken", "max_tokens", "algorithm", "workFactor", "saltOrder", "digestAlgorithm", "secretary",
  "secretaryName", "passport", "passportNumber", "passenger", "passed", "passive", "passage", "bypass", "compass",
  "boardingPass", "trespass", "pinned", "pinnedAt", "opinion", "spinning", "shipping", "captain", "keyboard", "monkey",
  "publicKey", "primaryKey", "foreignKey", "keyId", "accessKeyId", "privateKeyId", "clientId", "client_assertion_type",
  "assertionType", "code", "codes", "errorCode", "statusCode", "countryCode", "zipCode", "postalCode", "areaCode",
  "languageCode", "currencyCode", "reasonCode", "code_challenge", "question", "recoveryQuestion", "answered",
  "answerCount", "author", "authority", "authorizationServer", "authenticated", "authn", "cookieName", "cookieDomain",
  "sessionLifetime", "sessionCount", "objectSid", "basalt", "saltwater", "hashtag", "fileHash", "otpLength",
  "otpEnabled", "expires_in", "minLength", "emailSignature", "signatureMethod", "bearerMethodsSupported", "jwtId",
  "jwks_uri", "secretName", "secretVersion", "hasPassword", "isToken", "numTokens", "requirePassword",
  "credentialId", "credentialsExpire", "providerName", "name", "kind", "state", "status", "login", "email", "value",
  "id",
}

local function capital(word)
  return word:sub(1, 1):upper() .. word:sub(2)
end

-- One name in all its spellings.
local function spell(words)
  local list, parts = {}, {}
  for word in words:gmatch("%S+") do
    parts[#parts + 1] = word
  end
  local capitals = {}
  for i, word in ipairs(parts) do
    capitals[i] = capital(word)
  end
  local camel = parts[1] .. table.concat(capitals, "", 2)
  local snake, kebab = table.concat(parts, "_"), table.concat(parts, "-")
  for _, name in ipairs { camel, table.concat(capitals), snake, kebab, snake:upper(), kebab:upper(),
    table.concat(capitals, "-"), table.concat(parts, "."), "user_" .. snake, "old" .. table.concat(capitals),
    snake .. "_value" } do
    list[#list + 1] = name
  end
  if not words:find("[sr]$") and not words:find("hint$") and words ~= "csrf" then
    list[#list + 1] = camel .. "s"
  end
  return list
end

-- alone they are secrets, with a word before them they are not
local ALONE = { bearer = true }

--- Every secret name once, sorted.
function M.secret()
  local seen, list = {}, {}
  local function add(name)
    if not seen[name] then
      seen[name] = true
      list[#list + 1] = name
    end
  end
  for _, words in ipairs(SECRET) do
    for _, name in ipairs(spell(words)) do
      if not ALONE[words] or not name:find("^user_") and not name:find("^old") then
        add(name)
      end
    end
  end
  for _, name in ipairs(ODD) do
    add(name)
  end
  table.sort(list)
  return list
end

return M

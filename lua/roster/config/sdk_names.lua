--- What the services' own SDKs (Okta's for Node, Python, Go, Java and .NET,
--- JumpCloud's and Knetik's) and tools like them call the options of a constructor.
--- Only for what to say of an option that is not known.
local M = {}

-- option -> what else it is called, in small letters, without what stands between words
local COMMON = {
  url = "orgurl baseurl baseuri basepath base uri host hostname server serverurl apiurl apibase apibaseurl endpoint "
    .. "address domain site",
  timeout = "requesttimeout readtimeout connectiontimeout timeoutseconds timeoutms httptimeout",
  max_retries = "ratelimitmaxretries maxattempts retrymaxattempts retries retrycount numretries retry",
  governor = "ratelimit ratelimiter throttle maxapicapacity",
  user_agent = "useragentextra useragentsuffix useragentprefix agent",
  proxy = "proxyurl httpproxy httpsproxy proxyhost proxyserver",
  ca = "cafile cabundle cacert cacerts cainfo sslcacert certfile rootcertificates sslcontext",
  transport = "requestexecutor httpclient http fetch client adapter requester",
  insecure = "disablehttpscheck allowhttp allowinsecure",
  check = "validate validation",
}

local SERVICES = {
  okta = {
    url = "oktadomain oktaurl oktaorgurl org orgdomain issuer",
    token = "apitoken apikey ssws sswstoken oktatoken oktaapitoken key",
    access_token = "bearer bearertoken oauthtoken oauth2token oauthaccesstoken",
    client_id = "oauthclientid appid applicationid",
    private_key = "privatekeyfile privatekeypath privatekeypem pem jwk privatejwk clientprivatekey",
    key_id = "kid privatekeyid keyidentifier",
    scopes = "scope oauthscopes grantedscopes",
    signer = "sign signfunction privatekeysigner",
    profile = "profilename section",
    config_file = "configpath configfilepath configuration",
  },
  jumpcloud = {
    api_key = "xapikey token apitoken jcapikey jumpcloudapikey key accesskey accesstoken",
    org_id = "xorgid organizationid organization jcorgid jumpcloudorgid org tenant",
  },
  knetik = {
    token = "accesstoken oauthtoken apitoken bearertoken bearer apikey",
    client_id = "oauthclientid appid",
    client_secret = "secret oauthclientsecret appsecret",
    username = "user login email",
    password = "pass passwd pwd",
  },
}

-- What SDKs are told and roster finds out.
local NEEDLESS = {
  authorizationmode = 'leave it out, for the credential says it: "token", "access_token" or "private_key"',
  authmode = 'leave it out, for the credential says it: "token", "access_token" or "private_key"',
  granttype = 'leave it out, for the credentials say it: "client_secret", or "username" and "password"',
}
local CAN_BE_NEEDLESS = { okta = { "authorizationmode", "authmode" }, knetik = { "granttype" } }

local function has_word(words, word)
  return words ~= nil and (" " .. words .. " "):find(" " .. word .. " ", 1, true) ~= nil
end

--- The option that is meant by another name, or what to do instead; nil for a
--- name that is not known here either.
---@param provider string
---@param name string
---@return string? option, string? advice
function M.find(provider, name)
  local word = name:lower():gsub("[^%w]", "")
  for _, needless in ipairs(CAN_BE_NEEDLESS[provider] or {}) do
    if word == needless then
      return nil, NEEDLESS[word]
    end
  end
  for _, rows in ipairs { SERVICES[provider], COMMON } do
    for option, words in pairs(rows) do
      if has_word(words, word) then
        return option
      end
    end
  end
end

return M

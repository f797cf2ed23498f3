--- The options of the constructors, as rows.
local core = require "roster.core"
local phase = require "roster.nginx.phase"

local M = {}

--- Option name -> { type(s), what it is }. Times are seconds, sizes bytes.
local COMMON = {
  url = { "string", "base URL of the service, with its path prefix if it has one" },
  timeout = { "number", "seconds for a whole call with its waits and retries (default 300)" },
  max_retries = { "number", "further tries of one call, 0 for none (default 4)" },
  governor = { "boolean", "table", "keep within the rate limits: { capacity = 0.9 }, false for off" },
  max_wait = { "number", "seconds; a call that would wait longer fails with retry_at (default: none, in nginx 1)" },
  on_wait = { "function", "(seconds, why, bucket) -> false refuses the wait" },
  on_request = { "function", "(request) before each attempt, masked" },
  on_response = { "function", "(outcome) after each attempt" },
  on_retry = { "function", "(outcome, seconds, why) before a further attempt" },
  on_warning = { "function", "(message) takes what is else written to stderr, or in nginx to its log" },
  prefetch = { "boolean", "ask for a list's next page while its last is read (default true)" },
  max_empty_pages = { "number", "pages without items in a row after which a list is an error (default 300)" },
  scheduler = { "table", "how calls in coroutines wait: roster.loop.cqueues, roster.loop.luv" },
  store = { "boolean", "table", "where clients share token and quota: see roster.store; false for none" },
  clock = { "table", "function", "now, wall, random and sleep, for tests; a function is now" },
  check = { "boolean", "check arguments and bodies before sending (default true)" },
  transport = { "function", "table", "string", "request -> response; \"curl\": libcurl, inside nginx as well" },
  sandbox = { "boolean", "table", "answer from an in-process stand-in for the service" },
  record = { "string", "file that what is sent and what comes back is written to, without secrets" },
  replay = { "string", "such a file to answer from, strictly: the same requests in the same order" },
  proxy = { "string", "boolean", "URL of a proxy; false for none, not even one of the environment" },
  ca = { "string", "file with the certificates to trust, instead of the system's" },
  user_agent = { "string", "put behind roster's own User-Agent" },
  insecure = { "boolean", "allow plain http:// to another machine (default false)" },
  max_response = { "number", "bytes of one response's body, unpacked (default 64 MiB, inside nginx 8 MiB)" },
  strict_text = { "boolean", "text in a response that is not Unicode is an error (default: read as U+FFFD)" },
  max_nodes = { "number", "JSON values of one response, nested ones too (default 10,000,000, inside nginx 200,000)" },
}

local TOKEN = { "string", "function", "the token, or a function that returns it, asked again when one is refused" }

--- What each service takes besides: its credentials, where they may come from
--- (the first variable that is set wins), and what must be there.
M.services = {
  okta = {
    options = {
      token = { "string", "function", "an API token (SSWS), or a function that returns it" },
      access_token = { "string", "function", "an OAuth access token (Bearer), or a function that returns it" },
      client_id = { "string", "of the service app that asks for access tokens, with a private key" },
      private_key = { "string", "table", "its key: PEM, a JWK as text or table, or a file's path" },
      key_id = { "string", "the key's id at Okta (default: that of the JWK)" },
      scopes = { "string", "table", "what access tokens are to be good for: a list, or with spaces between" },
      signer = { "function", "(data, algorithm) -> signature, instead of private_key" },
      algorithm = { "string", "what the signer signs with: RS256 (default), ES256" },
      profile = { "string", "section of the configuration files, for one of several orgs" },
      config_file = { "string", "YAML to read instead of ./.okta.yaml and ~/.okta/okta.yaml, and to trust" },
    },
    -- further ones, and how all of them are read: roster.config.okta
    environment = {
      url = { "OKTA_CLIENT_ORGURL" },
      token = { "OKTA_CLIENT_TOKEN" },
      access_token = { "OKTA_CLIENT_ACCESSTOKEN" },
      client_id = { "OKTA_CLIENT_CLIENTID" },
      private_key = { "OKTA_CLIENT_PRIVATEKEY" },
      scopes = { "OKTA_CLIENT_SCOPES" },
    },
    needs = { "url" },
    kinds = true,
  },
  jumpcloud = {
    options = {
      api_key = { "string", "function", "an administrator's API key, or a function that returns it" },
      org_id = { "string", "organization, for request() and list(); operations take x_org_id per call" },
    },
    environment = {
      url = { "JUMPCLOUD_URL" },
      api_key = { "JUMPCLOUD_API_KEY", "JC_API_KEY" },
      org_id = { "JUMPCLOUD_ORG_ID", "JC_ORG_ID" },
    },
    needs = { "api_key" },
  },
  knetik = {
    options = {
      token = TOKEN,
      client_id = { "string", "of the client credentials or the password grant" },
      client_secret = { "string", "of the client credentials grant" },
      username = { "string", "of the password grant" },
      password = { "string", "of the password grant" },
    },
    environment = {
      url = { "KNETIK_URL" },
      token = { "KNETIK_TOKEN" },
      client_id = { "KNETIK_CLIENT_ID" },
      client_secret = { "KNETIK_CLIENT_SECRET" },
      username = { "KNETIK_USERNAME" },
      password = { "KNETIK_PASSWORD" },
    },
    needs = { "url" },
    grant = true,
  },
}

-- what an option is that is not given
local DEFAULTS = {
  timeout = 300,
  max_retries = 4,
  governor = true,
  prefetch = true,
  max_empty_pages = 300,
  check = true,
  insecure = false,
  max_response = 64 * 1024 * 1024,
  max_nodes = 10 * 1000 * 1000,
  -- a connection that takes longer will not come; a stall this long is a loss
  connect_timeout = 10,
  stall_timeout = 30,
}

-- one response must not hold up a worker's other requests: so much is decoded
-- in about a tenth of a second
local INSIDE_NGINX = {
  max_response = 8 * 1024 * 1024,
  max_nodes = 200 * 1000,
}

--- Fills in the options that are not given.
---@param settings table
function M.complete(settings)
  local inside = phase.is_inside() and INSIDE_NGINX or {}
  for name, value in pairs(DEFAULTS) do
    if settings[name] == nil then
      settings[name] = inside[name] or value
    end
  end
end

--- "unknown option ..., did you mean ...?"
---@param what string
---@param name any
---@param known string[]
---@param provider string? whose constructor it was given to
---@return string
function M.unknown(what, name, known, provider)
  local near, advice
  if type(name) == "string" and provider then
    near, advice = require("roster.config.sdk_names").find(provider, name)
  end
  if type(name) == "string" and not near and not advice then
    near = core.nearest(name, known)
  end
  return "unknown " .. what .. ' "' .. tostring(name) .. '"' .. (near and ', did you mean "' .. near .. '"?' or "")
    .. (advice and ": " .. advice or "")
end

--- Every option of a service's constructor.
---@param provider string
---@return table<string, table>
function M.of(provider)
  local options = {}
  for name, row in pairs(COMMON) do
    options[name] = row
  end
  for name, row in pairs(M.services[provider].options) do
    options[name] = row
  end
  return options
end

return M

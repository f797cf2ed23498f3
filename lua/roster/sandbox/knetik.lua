--- A stateful KnetikCloud app: its users API and its token endpoint.
local core = require "roster.core"
local credentials = require("roster.sandbox.credentials").knetik
local http = require "roster.sandbox.http"
local json = require "roster.json"
local random = require "roster.sandbox.random"
local router = require "roster.sandbox.router"
local seed = require "roster.sandbox.knetik.seed"
local service = require "roster.sandbox.service"
local tokens = require "roster.sandbox.knetik.tokens"
local users = require "roster.sandbox.knetik.users"

---@class roster.sandbox.knetik
---@field url string
---@field token string  one that never expires, of an administrator
---@field client_id string
---@field client_secret string
---@field username string  of the same administrator
---@field password string
local App = {
  handle = service.handle,
  mail = service.mail,
  mails = service.mails,
}
App.__index = App

local M = {
  -- The password of every user an app starts with but the administrator.
  PASSWORD = seed.PASSWORD,
}

M.handlers = {}
for _, room in ipairs{ "listing", "passwords", "tags", "templates", "tokens",
  "users" } do
  local handlers = require("roster.sandbox.knetik." .. room).handlers
  for name, handler in pairs(handlers) do
    M.handlers[name] = handler
  end
end

-- What the app answers besides the catalog's rows.
M.more_rows = {
  {
    name = "get_o_auth_token", method = "POST", path = "/oauth/token",
    params = {}, retry = "unsafe", anonymous = true, form = true,
  },
  {
    name = "get_token_details", method = "GET", path = "/me", params = {},
    retry = "safe", returns = { model = "TokenDetailsResource" },
  },
}

---@class roster.sandbox.knetik.options
---@field users? integer  60
---@field token? string  "sandbox-token"
---@field client_id? string  "sandbox-client"
---@field client_secret? string  "sandbox-secret"
---@field username? string  "admin"
---@field password? string  "sandbox-password"
---@field url? string  "https://sandbox.knetik.test"
---@field now? fun(): number  seconds since 1970; os.time
---@field token_lifetime? number  seconds; 3600
---@field expires_in? string  how an answer with a token says it: "number",
--- "string" or "absent"; "number"
---@field refresh_token? boolean  the password grant gives one; true
---@field refresh_lifetime? number  seconds; 86400
---@field refresh_single_use? boolean  true
---@field anonymous? boolean  the six operations documented so need no token;
--- false asks for one, as later versions do; true
---@field number_base? integer  what `number` counts a list's pages from; 0
---@field seed? integer  another seed, other people
local DEFAULTS = {
  users = 60,
  token = credentials.token,
  client_id = credentials.client_id,
  client_secret = credentials.client_secret,
  username = credentials.username,
  password = credentials.password,
  url = "https://sandbox.knetik.test",
  now = os.time,
  token_lifetime = 3600,
  expires_in = "number",
  refresh_token = true,
  refresh_lifetime = 86400,
  refresh_single_use = true,
  anonymous = true,
  number_base = 0, -- guess: as Spring does
  seed = 4711,
}

local EXPIRES_IN = { number = true, string = true, absent = true }

--- Makes an app. See `roster.sandbox.knetik`.
---@param options? roster.sandbox.knetik.options
---@return roster.sandbox.knetik
function M.new(options)
  local self = service.settings("knetik", DEFAULTS, options)
  if self.users < 1 then
    error("sandbox.knetik: users: expected at least 1, the administrator", 3)
  elseif not EXPIRES_IN[self.expires_in] then
    error("sandbox.knetik: expires_in: expected number, string or absent", 3)
  end
  self.handlers = M.handlers
  self.request_count, self.mail_count, self.sent = 0, 0, {}
  local rows = core.catalog("knetik").operations
  for _, row in ipairs(M.more_rows) do
    rows[#rows + 1] = row
  end
  -- Tags may hold slashes.
  self.router = router.new(rows, true)
  self.prefix = select(2, http.split(self.url)):gsub("/+$", "")
  self.templates = seed.templates(self.seed)
  self.store = users.new(self, seed.new(self))
  self.users = nil
  self.tokens = tokens.new(self)
  self.secrets = {} -- user id -> the secret last sent to them
  return setmetatable(self, App)
end

--- Makes the tokens given out so far worthless, all but the static one.
function App:revoke_tokens()
  self.tokens:revoke()
end

--- Checks the token. Without one the six anonymous operations go on.
function App:admit(call)
  local given = http.header(call.headers, "Authorization")
  if call.row.form then
    return
  elseif given then
    -- guess: a token that is no good is refused where none is needed, too.
    call.holder = self.tokens:check(given)
  elseif not call.row.anonymous or not self.anonymous then
    -- guess: the body, in the manner of the framework they use.
    service.fail(401, "Full authentication is required to access this " ..
      "resource", { oauth = "unauthorized" })
  end
end

local function request_id(app)
  return random.uuid(app.seed, app.request_count, 8)
end

--- Writes an error answer: the token endpoint's and the token check's in the
--- OAuth form, all others as a Result.
function App:problem(call, problem)
  call.failed = true
  if problem.oauth then
    local headers = { ["Cache-Control"] = "no-store" }
    if problem.status == 401 then
      headers["WWW-Authenticate"] = problem.challenge or
        'Bearer realm="knetik", error="' .. problem.oauth .. '"'
    end
    return problem.status, {
      error = problem.oauth,
      error_description = problem.message,
    }, headers
  end
  -- guess: 401, 403, 404 and the rest look like the documented 400; code is
  -- the status.
  local code = problem.code or problem.status
  return problem.status, {
    code = code,
    request_id = request_id(self),
    result = json.array{ {
      field = problem.field,
      message = problem.message,
      details = problem.details,
    } },
  }
end

--- Writes a body; the model decides what is written as a number, so that 64
--- bits stay exact where Lua holds them as digits.
function App.encode(_, call, _, body)
  local returns = call.row and call.row.returns
  if not returns or call.failed then
    return assert(json.encode(body))
  end
  return assert(core.encode(body, "knetik", returns.model, false))
end

return M

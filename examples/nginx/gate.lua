--- Lets in whom Okta calls active, and lists the users.
local json = require "cjson"
local roster = require "roster"

local M = {}

-- seconds that a verdict stands
local KEEP_ACTIVE, KEEP_OTHER = 60, 10

-- one for each worker; asks nothing before its first call
local okta = roster.okta()

local function fail(message, detail)
  ngx.log(ngx.WARN, message)
  if detail.retry_at then
    ngx.header["Retry-After"] = math.max(1, math.ceil(detail.retry_at - ngx.time()))
  end
  return ngx.exit(ngx.HTTP_SERVICE_UNAVAILABLE)
end

-- The login that a user is shown under; nil where it is not visible.
local function login_of(user)
  local login = type(user.profile) == "table" and user.profile.login
  return type(login) == "string" and login or nil
end

-- The user's status, or "NOBODY" where there is no user of exactly this login: Okta also finds others, by a login
-- without its diacritics, say.
local function verdict_on(login, user)
  local found = user and login_of(user)
  return found and found:lower() == login:lower() and user.status or "NOBODY"
end

--- In access_by_lua: 401, 403, 503, or goes on. The login comes from whatever
--- authenticates in front of this, which must not let a visitor's own header
--- through.
function M.check()
  local login = ngx.var.http_x_user
  -- "me" would be whom the token belongs to
  if not login or not login:find("@", 1, true) then
    return ngx.exit(ngx.HTTP_UNAUTHORIZED)
  end
  local verdicts = ngx.shared.verdicts
  local verdict = verdicts:get(login)
  if not verdict then
    local user, message, detail = okta:get_user(login)
    if not user and detail.status ~= 404 and detail.kind ~= "argument" then
      return fail(message, detail)
    end
    verdict = verdict_on(login, user)
    verdicts:set(login, verdict, verdict == "ACTIVE" and KEEP_ACTIVE or KEEP_OTHER)
  end
  if verdict ~= "ACTIVE" then
    return ngx.exit(ngx.HTTP_FORBIDDEN)
  end
end

--- In content_by_lua: one user a line, page by page as they come. A list that
--- broke off ends with a line that says so.
function M.list()
  ngx.header.content_type = "application/x-ndjson"
  -- what people call themselves is no page, whatever a browser guesses
  ngx.header["X-Content-Type-Options"] = "nosniff"
  local ok, detail = pcall(function()
    for page in okta:list_users():pages() do
      for _, user in ipairs(page) do
        ngx.say(json.encode { id = user.id, login = login_of(user), status = user.status })
      end
      ngx.flush(true)
    end
  end)
  if not ok then
    ngx.log(ngx.WARN, tostring(detail))
    ngx.say(json.encode { error = tostring(detail) })
  end
end

return M

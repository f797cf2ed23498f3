-- A Knetik service whose token endpoint is scripted, on a clock of its own.
--
--     local t = granted.new { client_secret = "s" }
--     t.answers[1] = granted.json(500, "{}")    -- the first question's answer
--     t.client:get_user(1)
--     t.asked[1].grant_type, t.used[1]          -- forms, tokens of calls
local http = require "roster.sandbox.http"
local json = require "roster.json"
local roster = require "roster"
local wire = require "spec.support.wire"

local M = {}

M.url = "https://app.knetik.test"

--- An answer.
function M.json(status, body, headers)
  if type(body) == "table" then
    body = assert(json.encode(body))
  end
  local fields = { ["Content-Type"] = "application/json" }
  for name, value in pairs(headers or {}) do
    fields[name] = value
  end
  return { status = status, headers = fields, body = body }
end

local function refusal()
  return M.json(401, { error = "invalid_token", error_description = "Invalid access token" })
end

local function token_answer(t, request)
  t.asked[#t.asked + 1] = assert(http.query(request.body))
  t.requests[#t.requests + 1] = request
  local number = #t.asked
  if t.yields then
    coroutine.yield()
  end
  local answer = t.answers[number]
  if type(answer) == "function" then
    return answer(request)
  elseif type(answer) == "string" then
    return nil, answer
  elseif answer == nil then
    return M.json(200, { access_token = "tok" .. number, expires_in = 3600, token_type = "bearer" })
  end
  return answer
end

local function operation_answer(t, request)
  local header = wire.header(request, "Authorization")
  local token = header and assert(header:match("^Bearer (.+)$")) or "none"
  t.used[#t.used + 1] = token
  if t.yields then
    coroutine.yield()
  end
  if t.refuses[token] then
    return refusal()
  end
  return M.json(200, { id = 1 })
end

--- `options` for the constructor; without token and client_id they are the
--- client credentials id and s3cret-value.
---@param options table?
function M.new(options)
  local t = { now = 1000, asked = {}, requests = {}, used = {}, answers = {}, refuses = {} }
  local settings = {
    url = M.url,
    clock = {
      now = function()
        return t.now
      end,
      sleep = function(seconds)
        t.now = t.now + seconds
      end,
    },
    transport = function(request)
      if request.url == M.url .. "/oauth/token" then
        return token_answer(t, request)
      end
      return operation_answer(t, request)
    end,
  }
  for name, value in pairs(options or {}) do
    settings[name] = value
  end
  if not (options and (options.token or options.client_id)) then
    settings.client_id, settings.client_secret = "id", "s3cret-value"
  end
  t.client = roster.knetik(settings)
  return t
end

return M

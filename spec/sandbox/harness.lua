--- Talks to an org in process, the way a client would.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local sandbox = require "roster.sandbox"

local M = {}

local Org = {}

--- Makes an org with a clock of its own.
---@param options? table
---@return table  with org, clock, and the methods below
function M.org(options)
  local self = setmetatable({ clock = 1700000000 }, { __index = Org })
  local wanted = { now = function()
    return self.clock
  end }
  for name, value in pairs(options or {}) do
    wanted[name] = value
  end
  self.org = sandbox.okta(wanted)
  return self
end

--- Sends a request; a table body is encoded.
---@return integer status, any value, table response
function Org:call(method, path, body, headers)
  local sent = {
    Authorization = "SSWS " .. self.org.token,
    Accept = "application/json",
  }
  if type(body) == "table" then
    body = json.encode(body)
  end
  if body then
    sent["Content-Type"] = "application/json"
  end
  for name, value in pairs(headers or {}) do
    sent[name] = value or nil
  end
  local url = path:find("^https?:") and path or self.org.url .. path
  local response = self.org:handle{
    method = method,
    url = url,
    headers = sent,
    body = body,
  }
  local value = response.body
  if value and response.headers["Content-Type"] == "application/json" then
    value = json.decode(value)
  end
  return response.status, value, response
end

--- Sends a request that must succeed.
function Org:must(method, path, body, headers)
  local status, value, response = self:call(method, path, body, headers)
  if status >= 300 then
    error(method .. " " .. path .. ": " .. response.status .. " " ..
      tostring(response.body), 2)
  end
  return value, response
end

--- The next page's URL.
---@return string|nil
function M.next(response)
  for _, line in ipairs(response.headers.Link or {}) do
    local url = line:match('^<(.-)>; rel="next"$')
    if url then
      return url
    end
  end
  return nil
end

--- Walks all pages.
---@return table[] items, integer pages
function Org:walk(path)
  local items, pages = {}, 0
  while path do
    local page, response = self:must("GET", path)
    pages = pages + 1
    for _, item in ipairs(page) do
      items[#items + 1] = item
    end
    path = M.next(response)
  end
  return items, pages
end

--- Creates an active user with a password, and returns it.
function Org:person(login, more, query)
  local body = {
    profile = { login = login, email = login, firstName = "Test",
      lastName = "Person" },
    credentials = {
      password = { value = "Correct-horse-1" },
      recovery_question = { question = "Why?", answer = "Because" },
    },
  }
  for name, value in pairs(more or {}) do
    body[name] = value or nil
  end
  return self:must("POST", "/api/v1/users" .. (query or ""), body)
end

--- Creates a user and puts it into a status.
function Org:person_in(status, login)
  local user = self:person(login or status:lower() .. "@example.net", nil,
    status == "STAGED" and "?activate=false" or nil)
  if user.status ~= status then
    assert(self.org:set_user(user.id, { status = status }))
  end
  return user
end

--- A search path.
function M.search(expression, more, kind)
  return "/api/v1/users?" .. (kind or "search") .. "=" ..
    http.encode(expression) .. (more or "")
end

return M

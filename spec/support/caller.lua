--- Talks to a stand-in in process with the right credential, on a clock of
--- its own.
--
--     local o = caller.new("knetik", { users = 5 })
--     local status, value, response = o:call("GET", "/users/1")
local json = require "roster.json"
local knetik = require "roster.sandbox.knetik"
local sandbox = require "roster.sandbox"

local M = {}

local Caller = {}
Caller.__index = Caller

local CREDENTIAL = {
  okta = function(instance)
    return { Authorization = "SSWS " .. instance.token }
  end,
  jumpcloud = function(instance)
    return { ["x-api-key"] = instance.api_key }
  end,
  knetik = function(instance)
    return { Authorization = "Bearer " .. instance.token }
  end,
}

--- Makes an instance; `clock` is its time and may be changed.
---@param service string
---@param options? table
function M.new(service, options)
  local self = setmetatable({ clock = 1700000000 }, Caller)
  local wanted = { now = function()
    return self.clock
  end }
  for name, value in pairs(options or {}) do
    wanted[name] = value
  end
  self.instance = sandbox[service](wanted)
  self.credential = CREDENTIAL[service](self.instance)
  return self
end

--- An app with what only Knetik needs: headers for a token or for none, its
--- token endpoint, and tokens of ordinary users.
---@param options? table
function M.knetik(options)
  local self = M.new("knetik", options)

  function self.bearer(token)
    return { Authorization = token and "Bearer " .. token or false }
  end
  self.nobody = self.bearer(nil)

  -- Sends a form to the token endpoint.
  function self.token(form, headers)
    local sent = {
      Authorization = false,
      ["Content-Type"] = "application/x-www-form-urlencoded",
    }
    for name, value in pairs(headers or {}) do
      sent[name] = value
    end
    return self:call("POST", "/oauth/token", form, sent)
  end

  -- A token of the user number `id`, whose password is still the first.
  function self.user_token(id)
    local user = self:must("GET", "/users/" .. id)
    local status, answer = self.token("grant_type=password" ..
      "&client_id=sandbox-client&username=" .. user.username ..
      "&password=" .. knetik.PASSWORD)
    assert(status == 200)
    return answer.access_token
  end

  return self
end

--- Sends a request. A table body is encoded; of `headers`, false takes one of
--- the usual away.
---@return integer|nil status, any value, table|string response  nil, nil and
--- why when the connection was closed
function Caller:call(method, path, body, headers)
  local sent = { Accept = "application/json" }
  for name, value in pairs(self.credential) do
    sent[name] = value
  end
  if type(body) == "table" then
    body = assert(json.encode(body))
  end
  if body then
    sent["Content-Type"] = "application/json"
  end
  for name, value in pairs(headers or {}) do
    sent[name] = value or nil
  end
  local response, why = self.instance:handle{
    method = method,
    url = self.instance.url .. path,
    headers = sent,
    body = body,
  }
  if not response then
    return nil, nil, why
  end
  local value = response.body
  if value and response.headers["Content-Type"] == "application/json" then
    value = assert(json.decode(value))
  end
  return response.status, value, response
end

--- Sends a request that must succeed.
function Caller:must(method, path, body, headers)
  local status, value, response = self:call(method, path, body, headers)
  if not status or status >= 300 then
    error(method .. " " .. path .. ": " .. tostring(status) .. " " ..
      tostring(status and response.body or response), 2)
  end
  return value, response
end

return M

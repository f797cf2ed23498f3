-- A Knetik in an nginx of its own that does only what a spec tells it: tokens
-- tok1, tok2, ... that are good for 600 s, and users.
--
--     local knetik = endpoint.start()
--     knetik:set("hold", 1)        -- the token endpoint does not answer
--     knetik:await("asked", 1)     -- it was asked once
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"

local M = {}

local Endpoint = {}
Endpoint.__index = Endpoint

local SAY = [[
  local function say(status, text)
    ngx.status = status
    ngx.header.content_type = "application/json"
    ngx.header.content_length = #text
    ngx.print(text)
  end
]]

local TOKEN = SAY .. [[
  local dict = ngx.shared.seen
  local number = dict:incr("asked", 1, 0)
  while dict:get "hold" do
    ngx.sleep(0.005)
  end
  local status = dict:get "status"
  if status then
    return say(tonumber(status), '{"error":"out of order"}')
  end
  say(200, ('{"access_token":"tok%d","expires_in":600}'):format(number))
]]

local USER = SAY .. [[
  local dict = ngx.shared.seen
  local token = (ngx.var.http_authorization or ""):match("^Bearer (.+)$") or "none"
  dict:incr("used " .. token, 1, 0)
  if dict:get("refuse " .. token) then
    return say(401, '{"error":"invalid_token"}')
  end
  say(200, '{"id":1}')
]]

-- Sets what is named in the query, to nothing when it has no value.
local SET = SAY .. [[
  local name, value = ngx.unescape_uri(ngx.var.arg_name), ngx.var.arg_value
  ngx.shared.seen:set(name, value ~= "" and value or nil)
  say(200, "{}")
]]

local GET = SAY .. [[
  say(200, tostring(ngx.shared.seen:get(ngx.unescape_uri(ngx.var.arg_name)) or ""))
]]

-- Waits until a count is there.
local AWAIT = SAY .. [[
  for _ = 1, 2000 do
    local count = tonumber(ngx.shared.seen:get(ngx.unescape_uri(ngx.var.arg_name))) or 0
    if count >= tonumber(ngx.var.arg_value) then
      return say(200, "{}")
    end
    ngx.sleep(0.01)
  end
  say(500, "{}")
]]

function M.start()
  local server = nginx.start {
    http = "lua_shared_dict seen 1m;",
    locations = {
      ["/oauth/token"] = TOKEN, ["/users"] = USER, ["/set"] = SET, ["/get"] = GET, ["/await"] = AWAIT,
    },
  }
  return setmetatable({ server = server, url = server.url }, Endpoint)
end

local function ask(self, what, name, value)
  local status, body = raw.request {
    url = ("%s/%s?name=%s&value=%s"):format(self.url, what, name:gsub(" ", "%%20"), value == nil and "" or value),
  }
  if status ~= 200 then
    error(("%s %s: %s\n%s"):format(what, name, tostring(status), self.server:log()), 3)
  end
  return body
end

--- hold: the token endpoint keeps whoever asks waiting; status: it fails with
--- that; "refuse TOKEN": the token is no good; nil ends it.
function Endpoint:set(name, value)
  ask(self, "set", name, value)
end

--- asked: how often for a token; "used TOKEN": by how many calls.
---@return integer
function Endpoint:count(name)
  return tonumber((ask(self, "get", name))) or 0
end

--- Waits until the count is so high.
function Endpoint:await(name, count)
  ask(self, "await", name, count)
end

function Endpoint:stop()
  self.server:stop()
end

return M

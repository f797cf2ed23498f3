--- One request while it is being answered.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local random = require "roster.sandbox.random"

local Call = {}
Call.__index = Call

local M = {}

local function request_id(org)
  local n = org.request_count
  return "sbx" .. random.base62(random.hash(org.seed, n, 3), 6) ..
    random.base62(random.hash(org.seed, n, 4), 6) .. random.base62(n, 5) ..
    "Req"
end

--- Starts answering a request.
---@param org table
---@param request table
function M.new(org, request)
  return setmetatable({
    org = org,
    headers = request.headers or {},
    params = {},
    query = {},
    reply = {
      Date = http.date(org.now()),
      ["Cache-Control"] = "no-cache, no-store",
      ["X-Okta-Request-Id"] = request_id(org),
    },
  }, Call)
end

--- Reads a boolean query parameter.
---@param name string
---@param default boolean
---@return boolean
function Call:flag(name, default)
  local value = self.query[name]
  if value == nil then
    return default
  end
  return value == "true"
end

--- Tells whether the client asked for work behind its back.
---@return boolean
function Call:prefers_async()
  local prefer = http.header(self.headers, "Prefer")
  return prefer ~= nil and prefer:find("respond-async", 1, true) ~= nil
end

--- Writes an error answer.
---@param fault table
---@return integer status, table|string body
function Call:fault(fault)
  if fault.html then
    self.reply["Content-Type"] = "text/html"
    return fault.status, fault.html
  end
  local causes = {}
  for i, cause in ipairs(fault.causes) do
    causes[i] = { errorSummary = cause }
  end
  return fault.status, {
    errorCode = fault.code,
    errorSummary = fault.summary,
    errorLink = fault.code,
    errorId = "oae" .. self.reply["X-Okta-Request-Id"]:sub(4, -4),
    errorCauses = json.array(causes),
  }
end

return M

--- The lines of a cassette:
---
---     {"roster":"cassette","version":1,"service":"okta","url":"https://...","credential":"token","renews":false}
---     {"request":{"method":"GET","url":"https://...","headers":{}},"response":{"status":200,"headers":[],"json":[]}}
---     {"request":{...,"json":{}},"lost":{"kind":"timeout","reason":"...","sent":true}}
---
--- A body is in `json` as it is where it is JSON, in `text` where it is UTF-8, and
--- else in `base64`. Members come in a fixed order.
local base64 = require "roster.token.base64"
local json = require "roster.json"
local names = require "roster.names"
local tree = require "roster.cassette.tree"

local M = {}

M.VERSION = 1

local function text_of(value)
  return assert(json.encode(value))
end

-- Any bytes as a JSON string; nil when they are not UTF-8.
local function safe_text(value)
  return (json.encode(value))
end

--- The first line.
---@param head { service: string, url: string, credential: string, renews: boolean }
---@return string
function M.head(head)
  return ('{"roster":"cassette","version":%d,"service":%s,"url":%s,"credential":%s,"renews":%s}\n'):format(M.VERSION,
    text_of(head.service), text_of(head.url), text_of(head.credential), tostring(head.renews))
end

local function body(part)
  if part.json then
    return ',"json":' .. tree.write(part.json)
  elseif part.text then
    local text = safe_text(part.text)
    return text and ',"text":' .. text or ',"base64":"' .. base64.encode(part.text) .. '"'
  end
  return ""
end

-- Header values may be Latin-1 (RFC 9110 5.5).
local function value_text(value)
  return safe_text(value) or text_of((value:gsub("[\128-\255]", "?")))
end

local function request_text(request)
  local headers = {}
  for i, name in ipairs(names(request.headers)) do
    headers[i] = text_of(name) .. ":" .. value_text(request.headers[name])
  end
  return ('{"method":%s,"url":%s,"headers":{%s}%s}'):format(text_of(request.method), text_of(request.url),
    table.concat(headers, ","), body(request))
end

local function response_text(response)
  local headers = {}
  for i, field in ipairs(response.headers) do
    headers[i] = "[" .. value_text(field[1]) .. "," .. value_text(field[2]) .. "]"
  end
  return ('{"status":%d,"headers":[%s]%s}'):format(response.status, table.concat(headers, ","), body(response))
end

--- One exchange, from what roster.cassette.redact gives.
---@param request table
---@param answer table
---@param is_lost boolean?
---@return string
function M.exchange(request, answer, is_lost)
  local rest = is_lost and ('"lost":{"kind":%s,"reason":%s,"sent":%s}'):format(text_of(answer.kind),
    value_text(answer.reason), tostring(answer.sent)) or '"response":' .. response_text(answer)
  return '{"request":' .. request_text(request) .. "," .. rest .. "}\n"
end

--- Reads the first line; nil and what is wrong with it.
---@param text string
---@return table? head, string? why
function M.read_head(text)
  local head = json.decode(text)
  if type(head) ~= "table" or head.roster ~= "cassette" then
    return nil, "is not a cassette"
  elseif head.version ~= M.VERSION then
    return nil, ("has version %s, not %d"):format(tostring(head.version), M.VERSION)
  elseif type(head.service) ~= "string" or type(head.url) ~= "string" or type(head.credential) ~= "string" then
    return nil, "is not a cassette"
  end
  return { service = head.service, url = head.url, credential = head.credential, renews = head.renews == true }
end

local function is_part(part)
  return type(part) == "table" and (part.text == nil or type(part.text) == "string")
    and (part.base64 == nil or type(part.base64) == "string" and base64.decode(part.base64) ~= nil)
end

local KINDS = { transport = true, lasting = true, timeout = true, protocol = true }

--- Is this a line of an exchange?
---@param text string
---@return boolean
function M.is_exchange(text)
  local line = json.decode(text)
  if type(line) ~= "table" or not is_part(line.request) then
    return false
  end
  local request, response, lost = line.request, line.response, line.lost
  if type(request.method) ~= "string" or type(request.url) ~= "string" then
    return false
  elseif type(lost) == "table" then
    return KINDS[lost.kind] ~= nil and type(lost.reason) == "string"
  elseif not is_part(response) or type(response.status) ~= "number" or type(response.headers) ~= "table" then
    return false
  end
  for _, field in ipairs(response.headers) do
    if type(field) ~= "table" or type(field[1]) ~= "string" or type(field[2]) ~= "string" then
      return false
    end
  end
  return true
end

-- The part with its JSON as a tree.
local function part(line, decoded, name)
  local of = decoded[name]
  if of then
    of.json = tree.member(tree.member(line, name), "json")
    of.text = of.text or of.base64 and base64.decode(of.base64)
  end
  return of
end

--- Reads the line of an exchange, which `is_exchange` has found to be one.
---@param text string
---@return { request: table, response: table?, lost: table? }
function M.read_exchange(text)
  local line, decoded = tree.read(text), json.decode(text)
  return { request = part(line, decoded, "request"), response = part(line, decoded, "response"), lost = decoded.lost }
end

return M

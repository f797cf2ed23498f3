-- Services and transports that say again what they were sent, everywhere where a
-- person may come to read it.
local json = require "roster.json"
local search = require "spec.canary.search"

local M = {}

local function escaped(text)
  return json.encode(text)
end

-- What of JSON strings are secrets, as bytes.
local function strings_of(body)
  local list = {}
  local function collect(value)
    if type(value) == "string" then
      list[#list + 1] = value
    elseif type(value) == "table" then
      for _, inner in pairs(value) do
        collect(inner)
      end
    end
  end
  local ok, value = pcall(json.decode, body or "")
  collect(ok and value or nil)
  return list
end

local function unescape_form(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- Everything that went out, as one text: as it was sent, and out of its escapes.
---@param request table
---@return string
function M.everything(request)
  local body = request.body or ""
  local parts = { body, not body:find("^[{%[\"]") and unescape_form(body) or nil }
  for name, value in pairs(request.headers) do
    parts[#parts + 1] = name .. ": " .. value
  end
  for _, text in ipairs(strings_of(body)) do
    parts[#parts + 1] = text
  end
  return table.concat(parts, " | ")
end

--- One of the secrets in the request's body, as a person would write it.
---@param request table
---@param number integer
---@return string
function M.secret(request, number)
  for _, text in ipairs(strings_of(request.body)) do
    if text:find(search.MARK, 1, true) then
      number = number - 1
      if number == 0 then
        return text
      end
    end
  end
  error("no such secret in the request")
end

local everything = M.everything

local function one_line(text)
  return (text:gsub("[%c]", " "))
end

-- Each gives status, headers, body.
M.services = {
  { "an error summary", function(r)
    return 400, nil, ('{"errorCode":"E1","errorSummary":%s}'):format(escaped(everything(r)))
  end },
  { "the code and the id of an error", function(r)
    return 400, nil, ('{"errorCode":%s,"errorId":%s,"errorSummary":"S"}'):format(escaped(everything(r)),
      escaped(everything(r)))
  end },
  { "causes", function(r)
    return 400, nil, ('{"errorSummary":"S","errorCauses":[{"errorSummary":%s},%s]}'):format(
      escaped(r.body or ""), escaped(everything(r)))
  end },
  { "a Result", function(r)
    return 400, nil, ('{"code":%s,"request_id":%s,"result":[{"field":%s,"message":%s,"details":%s}]}'):format(
      escaped(everything(r)), escaped(everything(r)), escaped(everything(r)), escaped(everything(r)),
      escaped(everything(r)))
  end },
  { "a message", function(r)
    return 404, nil, ('{"message":%s,"error":%s}'):format(escaped(everything(r)), escaped(everything(r)))
  end },
  { "an OAuth error", function(r)
    return 401, nil, ('{"error":%s,"error_description":%s}'):format(escaped(everything(r)), escaped(everything(r)))
  end },
  { "a title", function(r)
    return 502, nil, "<html><title>" .. everything(r) .. "</title></html>"
  end },
  { "plain text", function(r) return 500, nil, everything(r) end },
  { "a challenge", function(r)
    return 401, { ["WWW-Authenticate"] = 'Bearer error_description="'
      .. one_line(everything(r)):gsub('["\\]', "\\%0") .. '"' }
  end },
  { "a challenge that is not quoted", function(r)
    return 401, { ["WWW-Authenticate"] = 'Bearer error_description="' .. one_line(everything(r)) .. '"' }
  end },
  { "a long wait", function(r)
    return 429, { ["Retry-After"] = "9999", ["X-Echo"] = one_line(everything(r)) }, ('{"errorSummary":%s}'):format(
      escaped(everything(r)))
  end },
  { "headers", function(r)
    return 403, { ["X-Echo"] = one_line(everything(r)), ["X-Okta-Request-Id"] = r.headers.Authorization,
      ["X-Lines"] = { one_line(everything(r)), one_line(r.body or "x") } }, "{}"
  end },
  { "a content type", function(r)
    return 200, { ["Content-Type"] = ("x"):rep(60) .. one_line(everything(r)) }, "not JSON"
  end },
  { "a success that cannot be read", function(r) return 200, nil, everything(r) end },
  { "a success cut short", function(r) return 200, nil, (r.body or "{}") .. "}" end },
  { "JSON in a string in a string", function(r)
    return 400, nil, ('{"errorSummary":%s}'):format(escaped(escaped(escaped(everything(r)))))
  end },
  { "an HTML title that is escaped", function(r)
    local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }
    return 500, nil, "<title>" .. everything(r):gsub("[&<>\"']", entities) .. "</title>"
  end },
  { "a title that is percent-encoded", function(r)
    return 500, nil, "<title>" .. everything(r):gsub("[^%w._~-]", function(c)
      return ("%%%02X"):format(c:byte())
    end) .. "</title>"
  end },
  { "the same thing very often", function(r)
    return 400, nil, ('{"errorSummary":%s}'):format(escaped(everything(r):rep(50)))
  end },
  { "a secret at every place where text may be cut", function(r)
    return 400, nil, ('{"errorSummary":%s,"errorCauses":[{"errorSummary":%s}]}'):format(
      escaped(("y"):rep(590) .. everything(r)), escaped(("z"):rep(2390) .. everything(r)))
  end },
}

-- Each quotes one text without any care. What makes a line or a quoted string of
-- it is for whoever reads it.
M.one = {
  { "a line", function(s)
    return 400, { ["Content-Type"] = "text/plain" }, "not allowed: " .. s .. " is too short"
  end },
  { "a title", function(s) return 502, nil, "<title>not allowed: " .. s .. "</title>" end },
  { "a challenge", function(s)
    return 401, { ["WWW-Authenticate"] = 'Bearer error_description="not allowed: ' .. s .. '"' }
  end },
  { "a header", function(s) return 400, { ["X-Reason"] = s, ["Content-Type"] = s }, "" end },
  { "a summary", function(s)
    return 400, nil, ('{"errorSummary":%s,"message":%s}'):format(escaped("no: " .. s), escaped("no: " .. s))
  end },
  { "a word of JSON", function(s) return 400, nil, escaped(s) end },
  { "a member's name", function(s)
    return 400, nil, ('{%s:1,"errorCauses":[{%s:2}]}'):format(escaped(s), escaped(s))
  end },
  { "JSON that is cut short", function(s) return 400, nil, ('{"errorSummary":%s'):format(escaped(s)) end },
  { "a reason", function(s) return nil, s end },
}

--- The echo as a transport: a function of the request.
---@param echo function
function M.transport(echo)
  return function(request)
    local status, headers, body = echo(request)
    if not status then
      return nil, headers
    end
    return { status = status, headers = headers, body = body }
  end
end

-- Transports that lose the answer and quote the request, as functions of it.
M.losses = {
  { "that gives it as a reason", function(r) return nil, everything(r) end },
  { "that raises it", function(r) error(everything(r), 0) end },
  { "whose reason is cut inside of it", function(r) return nil, ("x"):rep(250) .. everything(r) end },
  { "whose reason is cut in all places", function(r) return nil, everything(r):rep(50) end },
  { "that returns it as its status", function(r) return { status = everything(r) } end },
}

--- A transport that loses the call in one of three ways, with the request as its
--- reason.
---@param kind "transport"|"timeout"|"protocol"
function M.losing(kind)
  return { exchange = function(_, call)
    call:lost(kind, everything(call:request()))
  end }
end

return M

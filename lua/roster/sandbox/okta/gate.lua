--- What every request passes before its operation sees it.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local json = require "roster.json"

local M = {}

--- Splits the URL. Links name the origin the client used, as the vendor's do.
function M.url(org, request, call)
  local origin, path, query = http.split(request.url)
  local prefix = org.prefix
  if prefix ~= "" and path:sub(1, #prefix + 1) == prefix .. "/" then
    path = path:sub(#prefix + 1)
  elseif prefix ~= "" then
    fault.raise("E0000008")
  end
  call.base = origin == "" and org.url or origin .. prefix
  call.path = path
  call.url = call.base .. path .. (query and "?" .. query or "")
  call.raw_search = query
end

--- Finds the row.
function M.route(org, request, call)
  local row, params = org.router:match(request.method, call.path)
  if not row then
    -- guess: these two come before the credential is looked at.
    fault.raise(params == "method" and "E0000022" or "E0000008")
  end
  call.row, call.params = row, params
end

local function bucket(row)
  if row.path == "/api/v1/users" then
    return "users"
  elseif row.path:find("^/api/v1/users/{%w+}$") then
    return row.method == "GET" and "get" or "user"
  end
  return "other"
end

--- Counts the request against its bucket.
function M.rate(org, call)
  local admitted, limit, remaining, reset = org.limit:take(bucket(call.row))
  if limit then
    call.reply["X-Rate-Limit-Limit"] = string.format("%d", limit)
    call.reply["X-Rate-Limit-Remaining"] = string.format("%d", remaining)
    call.reply["X-Rate-Limit-Reset"] = string.format("%d", reset)
  end
  if not admitted then
    fault.raise("E0000047")
  end
end

--- Refuses more requests at a time than the org allows.
function M.concurrency(org, call)
  if org.in_flight <= org.concurrency then
    return
  end
  call.reply["X-Rate-Limit-Limit"] = "0"
  call.reply["X-Rate-Limit-Remaining"] = "0"
  call.reply["X-Rate-Limit-Reset"] = string.format("%d",
    math.floor(org.now()) + 60)
  fault.raise("E0000047")
end

--- Checks what the web server in front checks.
function M.framing(request, call)
  for _, value in pairs(call.headers) do
    for _, text in ipairs(type(value) == "table" and value or { value }) do
      if tostring(text):find("[%z\r\n]") then
        fault.page(400, "Bad Request")
      end
    end
  end
  if request.framed and
      (request.method == "POST" or request.method == "PUT") and
      not http.header(call.headers, "Content-Length") and
      not http.header(call.headers, "Transfer-Encoding") then
    fault.page(411, "Length Required") -- guess: as HTML
  end
end

--- Checks the token, which dies with its owner; or the access token of an app.
function M.credential(org, call)
  local given = http.header(call.headers, "Authorization")
  local bearer = given and given:match("^[Bb]earer (%S+)$")
  if bearer then
    call.by_app = true
    return org.tokens:check(call, bearer)
  end
  local owner = org.store:get(1, "status")
  if given ~= "SSWS " .. org.token or not owner or
      owner == "DEPROVISIONED" or owner == "SUSPENDED" then
    fault.raise("E0000011")
  end
end

local function acceptable(accept)
  for range in accept:gmatch("[^,]+") do
    local kind = range:match("^%s*([^;%s]+)")
    if kind == "*/*" or kind == "application/*" or
        kind == "application/json" then
      return true
    end
  end
  return false
end

--- Checks Accept and Content-Type, and reads the okta-response words that
--- ride in the Content-Type of a GET.
function M.media(call)
  local accept = http.header(call.headers, "Accept")
  if not accept then
    fault.raise("E0000018")
  elseif not acceptable(accept) then
    fault.raise("E0000019")
  end
  call.content_type = http.header(call.headers, "Content-Type")
  call.omit = {}
  local words = call.content_type and
    call.content_type:match('[Oo]kta%-[Rr]esponse%s*=%s*"?([%w,%s]+)')
  for word in (words or ""):gmatch("%w+") do
    call.omit[word] = true
  end
end

--- Reads the query and checks what the row knows of its parameters.
function M.values(call)
  local values, raw = http.query(call.raw_search)
  if not values then
    fault.raise("E0000002", "the query is not percent-encoded")
  end
  call.query, call.raw_query = values, raw
  for _, param in ipairs(call.row.params) do
    local value = param.place == "query" and values[param.name]
    -- guess: which error a value of the wrong type gives.
    if value and param.type == "boolean" and value ~= "true" and
        value ~= "false" then
      fault.raise("E0000037", param.name)
    elseif value and param.type == "integer" and
        not value:find("^-?%d+$") then
      fault.raise("E0000037", param.name)
    end
  end
end

--- Reads the body of an operation that takes one.
function M.body(request, call)
  local wanted, body = call.row.body, request.body
  if body == nil or body == "" then
    if wanted and wanted.required then
      fault.raise("E0000003")
    end
    return
  end
  -- guess: without a body Content-Type is not asked for.
  if not call.content_type then
    fault.raise("E0000018")
  elseif not call.content_type:lower():find("^%s*application/json") then
    fault.raise("E0000021")
  end
  if not wanted then
    return
  end
  local ok, value = pcall(json.decode, body)
  if not ok or type(value) ~= "table" or
      not body:find("^%s*{") then
    fault.raise("E0000003")
  end
  call.body = value
end

return M

--- What the stand-ins with few operations have in common: a request is
-- checked, routed and handed to its handler, and what the handler returns or
-- raises becomes the answer.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local names = require "roster.names"
local plain = require "roster.plain"

local M = {}

local Problem = {}
Problem.__index = Problem

local MAILS = 1000 -- kept for `mails`; all are counted

M.phrases = {
  [400] = "Bad Request", [401] = "Unauthorized", [403] = "Forbidden",
  [404] = "Not Found", [405] = "Method Not Allowed", [409] = "Conflict",
  [411] = "Length Required", [412] = "Precondition Failed",
  [415] = "Unsupported Media Type", [500] = "Internal Server Error",
  [501] = "Not Implemented",
}

--- Ends the current request with an error.
---@param status integer
---@param message string
---@param more? table  what else the service's `problem` makes use of
function M.fail(status, message, more)
  local problem = { status = status, message = message }
  for name, value in pairs(more or {}) do
    problem[name] = value
  end
  error(setmetatable(problem, Problem), 0)
end

--- Completes options with defaults; raises, three levels up, for one that is
--- unknown or not of its default's type.
---@param name string  of the service
---@param defaults table
---@param options? table
---@return table
function M.settings(name, defaults, options)
  local settings = {}
  for key, value in pairs(defaults) do
    settings[key] = value
  end
  local members, fault = plain.members(options or {}, "sandbox." .. name, names(defaults))
  if not members then
    error(fault, 4)
  end
  for key, value in next, members do
    if defaults[key] == nil then
      error("sandbox." .. name .. ": unknown option " .. tostring(key), 4)
    elseif type(value) ~= type(defaults[key]) then
      error("sandbox." .. name .. ": " .. key .. ": expected " ..
        type(defaults[key]) .. ", got " .. type(value), 4)
    end
    settings[key] = value
  end
  settings.url = settings.url:gsub("/+$", "")
  return settings
end

-- What the web server in front checks, whatever the service.
local function framing(request, call)
  for _, value in pairs(call.headers) do
    for _, text in ipairs(type(value) == "table" and value or { value }) do
      if tostring(text):find("[%z\r\n]") then
        M.fail(400, "Bad Request", { page = true })
      end
    end
  end
  if request.framed and
      (request.method == "POST" or request.method == "PUT") and
      not http.header(call.headers, "Content-Length") and
      not http.header(call.headers, "Transfer-Encoding") then
    M.fail(411, "Length Required", { page = true }) -- guess: as HTML
  end
end

local function route(self, request, call)
  local _, path, query = http.split(request.url)
  local prefix = self.prefix
  if prefix ~= "" and path:sub(1, #prefix + 1) ~= prefix .. "/" then
    M.fail(404, "Not Found")
  end
  call.path = path:sub(#prefix + 1)
  call.query, call.pairs = http.query(query)
  if not call.query then
    M.fail(400, "the query is not percent-encoded")
  end
  local row, params = self.router:match(request.method, call.path)
  if not row then
    -- guess: these two come before the credential is looked at.
    M.fail(params == "method" and 405 or 404,
      M.phrases[params == "method" and 405 or 404])
  end
  call.row, call.params = row, params
end

local function read_body(request, call)
  local wanted, body = call.row.body, request.body
  if not wanted then
    return
  elseif body == nil or body == "" then
    if wanted.required then
      M.fail(400, "a body is required")
    end
    return
  end
  local kind = http.header(call.headers, "Content-Type") or ""
  if not kind:lower():find("^%s*application/json") then
    M.fail(415, "Content-Type must be application/json") -- guess
  end
  local value = json.decode(body)
  if type(value) ~= "table" or not body:find("^%s*{") then
    M.fail(400, "the body is not a JSON object")
  end
  call.body = value
end

local function answer(self, request, call)
  framing(request, call)
  route(self, request, call)
  self:admit(call)
  if call.row.form then
    call.raw_body = request.body
  else
    read_body(request, call)
  end
  local handler = self.handlers[call.row.name]
  if not handler then
    -- A row the sandbox knows nothing of yet: visible, not a plain 404.
    M.fail(501, "the sandbox has no handler for " .. call.row.name)
  end
  return handler(call)
end

-- The page a web server puts up before the service is asked.
local function page(problem)
  local text = string.format("%d %s", problem.status, problem.message)
  return problem.status, "<html><head><title>" .. text ..
    "</title></head><body><h1>" .. text .. "</h1></body></html>\n",
    { ["Content-Type"] = "text/html" }
end

--- Answers one request. The service has url, prefix, now, router, handlers
--- (name -> function(call) -> status, body, headers; a string body is text),
--- and the methods `admit(call)` (raises what is not allowed),
--- `problem(call, problem)` -> status, body, headers, and
--- `encode(call, status, body)` -> text.
---@param self table
---@param request table  as for every instance's `handle`
---@return table response  status, headers, body
function M.handle(self, request)
  self.request_count = self.request_count + 1
  local call = {
    service = self,
    headers = request.headers or {},
    reply = { Date = http.date(self.now()) },
  }
  local ok, status, body, headers = pcall(answer, self, request, call)
  if not ok then
    local problem = status
    if getmetatable(problem) ~= Problem then
      error(problem, 0)
    elseif problem.page then
      status, body, headers = page(problem)
    else
      status, body, headers = self:problem(call, problem)
    end
  end
  for name, value in pairs(headers or {}) do
    call.reply[name] = value
  end
  if type(body) == "table" then
    body = self:encode(call, status, body)
    call.reply["Content-Type"] = call.reply["Content-Type"] or
      "application/json"
  elseif body then
    call.reply["Content-Type"] = call.reply["Content-Type"] or "text/plain"
  end
  return { status = status, headers = call.reply, body = body }
end

--- Sends a mail, that is, remembers it for `mails` and counts it.
---@param self table
---@param mail table  kind, to, and what it says
function M.mail(self, mail)
  self.mail_count = self.mail_count + 1
  local sent = self.sent
  sent[#sent + 1] = mail
  if #sent > MAILS then
    table.remove(sent, 1)
  end
end

--- Lists the last thousand mails, oldest first.
---@param self table
---@return table[]
function M.mails(self)
  local list = {}
  for i, mail in ipairs(self.sent) do
    list[i] = mail
  end
  return list
end

return M

--- Scripted faults, and counts, laid around the `handle` of any stand-in.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local random = require "roster.sandbox.random"

local M = {}

---@class roster.sandbox.fault
---@field method? string  of the requests it is for; any
---@field path? string  below the base URL, still percent-encoded, without the
--- query: as it is, or a Lua pattern for the whole of it; any
---@field operation? string  the catalog's name; any
---@field status? integer  answered instead of the service's own answer
---@field headers? table<string, string|string[]|false>  added to the answer;
--- false takes one away. "@now+5" becomes the sandbox's clock in seconds,
--- "@date-5" the same as an HTTP date
---@field body? string|table  a table is encoded as JSON
---@field delay? number  seconds before the answer; in process it is only
--- noted in response.delay
---@field close? string  "before" the answer, "reset" (before it, with a TCP
--- reset), "after_headers" or "mid_body"
---@field apply? boolean  the service does what was asked before the fault
--- strikes. As a rule only where its own answer is wanted: without status,
--- and unless closed before
---@field skip? integer  let so many matching requests pass first; 0
---@field times? integer|"forever"  strike so often; 1, with rate forever
---@field rate? number  strike this share of the matching requests, 0 to 1
---@field seed? integer  of the lots that rate draws; 1

local KINDS = {
  method = "string", path = "string", operation = "string",
  status = "number", headers = "table", delay = "number", close = "string",
  apply = "boolean", skip = "number", rate = "number", seed = "number",
}

-- What a transport in process is told.
local LOST = {
  before = "closed before the answer",
  reset = "closed with a reset before the answer",
  after_headers = "closed after the headers",
  mid_body = "closed in the middle of the body",
}

local function is_whole(value, least)
  return type(value) == "number" and value % 1 == 0 and value >= least
end

-- Lua itself finds fault with a pattern only where a subject leads it.
local function is_malformed(pattern)
  local rest = pattern:gsub("%%.", ""):gsub("%[%^?%]?[^%]]*%]", "")
  local _, opened = rest:gsub("%(", "")
  local _, closed = rest:gsub("%)", "")
  return rest:find("[%%%[]") ~= nil or opened ~= closed
end

-- What is wrong with the types of a fault's fields, or nil.
local function wrong_kind(spec)
  for name, value in pairs(spec) do
    local kind = KINDS[name]
    if kind and type(value) ~= kind then
      return name .. ": expected " .. kind .. ", got " .. type(value)
    elseif not kind and name ~= "body" and name ~= "times" then
      return "unknown field " .. tostring(name)
    end
  end
  return nil
end

-- What is wrong with a fault, or nil.
local function wrong(spec)
  local kind = wrong_kind(spec)
  local status, times, body = spec.status, spec.times, spec.body
  if kind then
    return kind
  elseif status and not (is_whole(status, 200) and status <= 599) then
    return "status: expected 200 to 599"
  elseif spec.close and not LOST[spec.close] then
    return "close: expected before, reset, after_headers or mid_body"
  elseif spec.delay and not (spec.delay >= 0 and spec.delay < 3600) then
    return "delay: expected seconds"
  elseif not is_whole(spec.skip or 0, 0) then
    return "skip: expected a whole number, 0 or more"
  elseif times and times ~= "forever" and times ~= math.huge and
      not is_whole(times, 1) then
    return "times: expected a whole number, 1 or more, or forever"
  elseif spec.rate and not (spec.rate >= 0 and spec.rate <= 1) then
    return "rate: expected 0 to 1"
  elseif body and type(body) ~= "string" and type(body) ~= "table" then
    return "body: expected string or table, got " .. type(body)
  elseif spec.path and is_malformed(spec.path) then
    return "path: malformed pattern"
  end
  return nil
end

local function copy(headers)
  local copied = {}
  for name, value in pairs(headers or {}) do
    copied[name] = value
  end
  return copied
end

local function compile(spec)
  local why = wrong(spec)
  if why then
    return nil, why
  end
  local body = spec.body
  if type(body) == "table" then
    body, why = json.encode(body)
    if not body then
      return nil, "body: " .. why
    end
  end
  local apply = spec.apply
  if apply == nil then
    apply = spec.status == nil and spec.close ~= "before" and
      spec.close ~= "reset"
  end
  local times = spec.times or spec.rate and "forever" or 1
  return {
    method = spec.method and spec.method:upper(),
    path = spec.path,
    operation = spec.operation,
    status = spec.status,
    headers = copy(spec.headers),
    body = body,
    delay = spec.delay,
    close = spec.close,
    apply = apply,
    skip = spec.skip or 0,
    left = times == "forever" and math.huge or times,
    rate = spec.rate,
    draw = random.stream(spec.seed or 1),
  }
end

local function matches(fault, method, path, operation)
  return (not fault.method or fault.method == method) and
    (not fault.operation or fault.operation == operation) and
    (not fault.path or fault.path == path or
      path:find("^" .. fault.path .. "$") ~= nil)
end

-- Whether the fault strikes the matching request it is shown.
local function strikes(fault)
  if fault.skip > 0 then
    fault.skip = fault.skip - 1
    return false
  elseif fault.rate and fault.draw() >= fault.rate then
    return false
  end
  fault.left = fault.left - 1
  return true
end

-- The first fault, in order of scripting, that strikes; spent ones go.
local function due(script, method, path, operation)
  for i, fault in ipairs(script) do
    if matches(fault, method, path, operation) and strikes(fault) then
      if fault.left <= 0 then
        table.remove(script, i)
      end
      return fault
    end
  end
  return nil
end

-- Clock words of a header value.
local function spell(value, now)
  if type(value) == "table" then
    local list = {}
    for i, one in ipairs(value) do
      list[i] = spell(one, now)
    end
    return list
  end
  return (tostring(value):gsub("@(%l+)([+-]?%d*)", function(word, offset)
    local seconds = math.floor(now) + (tonumber(offset) or 0)
    if word == "now" then
      return string.format("%d", seconds)
    elseif word == "date" then
      return http.date(seconds)
    end
  end))
end

local function media_type(body)
  local first = body:match("^%s*(.)")
  if first == "{" or first == "[" then
    return "application/json"
  end
  return first == "<" and "text/html" or "text/plain"
end

local function set(headers, name, value)
  for known in pairs(headers) do
    if known:lower() == name:lower() then
      headers[known] = nil
    end
  end
  headers[name] = value
end

-- The answer a fault makes of the service's own, or without it.
local function distort(self, fault, own)
  local now = self.now()
  local response
  if fault.status or not own then
    response = {
      status = fault.status or 200,
      headers = { Date = http.date(now) },
      body = fault.body,
    }
    if fault.body then
      response.headers["Content-Type"] = media_type(fault.body)
    end
  else
    response = {
      status = own.status,
      headers = copy(own.headers),
      body = fault.body or own.body,
    }
  end
  for name, value in pairs(fault.headers) do
    set(response.headers, name, value and spell(value, now) or nil)
  end
  response.delay, response.close = fault.delay, fault.close
  return response
end

local function count(counter, name)
  counter[name] = (counter[name] or 0) + 1
end

local function no_counts()
  return { requests = {}, effects = {}, targets = {}, statuses = {},
    closed = 0, faults = 0 }
end

-- The request's path below the base URL, and its row.
local function place(self, request)
  local _, path = http.split(request.url)
  if self.prefix ~= "" and
      path:sub(1, #self.prefix + 1) == self.prefix .. "/" then
    path = path:sub(#self.prefix + 1)
  end
  return path, (self.router:match(request.method, path))
end

---@class roster.sandbox.faults
local methods = {}

--- Scripts a fault. Faults are asked in the order they were scripted; the
--- first that strikes is the only one. Raises for a field that is unknown or
--- wrong.
-- usage: org:fault{ path = "/api/v1/users", status = 502, times = 3 }
---@param spec roster.sandbox.fault
function methods:fault(spec)
  local fault, why = compile(spec)
  if not fault then
    error("fault: " .. why, 2)
  end
  table.insert(self.script, fault)
end

--- Forgets all faults.
function methods:clear_faults()
  self.script = {}
end

--- Answers one request and says what is to become of the answer.
---@param request table
---@return table response  as `handle`'s, with delay (seconds) and close where
--- a fault wants that
function methods:perform(request)
  local path, row = place(self, request)
  local operation = row and row.name or "unknown"
  local counted = self.counted
  count(counted.requests, operation)
  local fault = due(self.script, request.method, path, operation)
  local own
  if not fault or fault.apply then
    own = self:serve(request)
    if own.status < 300 and row and row.retry ~= "safe" then
      count(counted.effects, operation)
      count(counted.targets, request.method .. " " .. path)
    end
  end
  local response = own
  if fault then
    counted.faults = counted.faults + 1
    response = distort(self, fault, own)
  end
  if response.close then
    counted.closed = counted.closed + 1
  else
    count(counted.statuses, string.format("%d", response.status))
  end
  return response
end

--- Answers one request in process.
---@param request table  method, url, headers, body
---@return table|nil response  status, headers, body, delay; nil when a fault
--- closed the connection
---@return string|nil why  "closed before the answer"
---@return table|nil cut  the answer that was not seen
function methods:handle(request)
  local response = self:perform(request)
  if response.close then
    return nil, LOST[response.close], response
  end
  return response
end

--- Tells what came and what was done, since the start or `clear_counts`.
---@param options? table  targets = true adds the effects by method and path
---@return table  requests and effects (by operation; reading has none;
--- "unknown" is what no row is for), statuses (answered, by status), closed,
--- faults (that struck), token_requests, token_fetches (tokens given out),
--- mails, targets
function methods:counts(options)
  local counted, tokens = self.counted, self.tokens or {}
  return {
    requests = copy(counted.requests),
    effects = copy(counted.effects),
    statuses = copy(counted.statuses),
    targets = options and options.targets and copy(counted.targets) or nil,
    closed = counted.closed,
    faults = counted.faults,
    token_requests = (tokens.requests or 0) - counted.token_requests,
    token_fetches = (tokens.issued or 0) - counted.token_fetches,
    mails = self.mail_count - counted.mails,
  }
end

--- Starts all counts anew.
function methods:clear_counts()
  local tokens, counted = self.tokens or {}, no_counts()
  counted.token_requests = tokens.requests or 0
  counted.token_fetches = tokens.issued or 0
  counted.mails = self.mail_count
  self.counted = counted
end

--- Lays faults and counts around an instance.
---@generic T
---@param instance T  has handle, router, prefix, now, mail_count
---@return T
function M.wrap(instance)
  instance.serve = instance.handle
  for name, method in pairs(methods) do
    instance[name] = method
  end
  instance.script = {}
  instance:clear_counts()
  return instance
end

return M

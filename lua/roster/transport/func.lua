--- A transport from a plain function `request -> response`: the caller's own,
--- the sandbox, a replay.
local raised = require "roster.raised"

local M = {}

local PARTS = { "status", "headers", "body" }

--- Hands a response to the call; one that the core cannot read is read by Lua.
local function answer(call, response)
  if getmetatable(response) == nil
    and call:answer(response.status, response.headers, response.body, true) ~= "view" then
    return
  end
  local plain = require "roster.plain"
  local parts, fault = plain.members(response, "response", PARTS)
  local headers = parts and parts.headers
  if type(headers) == "table" then
    headers, fault = plain.headers(headers, "response.headers")
  end
  if fault then
    return call:lost("protocol", "the transport's " .. fault)
  end
  call:answer(parts.status, headers, parts.body)
end

local methods = {}
local mt = { __index = methods, __name = "roster.transport.func" }

--- Hands the request to the function and its answer to the call. A function
--- that raises or returns nil, why is a lost answer, never a crash.
---@param call userdata
function methods:exchange(call)
  local ok, response, why = raised.pcall(self.send, call:request())
  if not ok then
    call:lost("transport", "the transport raised: " .. raised.text(response))
  elseif type(response) == "table" then
    answer(call, response)
  else
    call:lost("transport", why and raised.text(why) or "the transport returned " .. type(response))
  end
end

function methods:close() end -- luacheck: no self

--- May this coroutine, if it is one, yield?
local function can_yield()
  local ask = rawget(coroutine, "isyieldable")
  if ask then
    return ask()
  end
  return coroutine.running() ~= nil
end

--- Lets other coroutines go on, for a call that waits for what another is
--- doing. Returns false where that is impossible.
---@return boolean
function M.pause()
  if not can_yield() then
    return false
  end
  coroutine.yield()
  return true
end

--- `send(request)` gets { method, url, headers, body } and returns
--- { status, headers, body }, or nil and why there is no answer.
---@param send fun(request: table): table?, string?
function M.new(send)
  return setmetatable({ send = send }, mt)
end

return M

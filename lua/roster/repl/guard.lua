--- Clients as the prompt has them: what takes something away asks before it is
--- sent, and what goes over the wire is noted. A script's clients know nothing
--- of this.
local core = require "roster.core"
local describe = require "roster.describe"
local errors = require "roster.error"
local given = require "roster.client.given"
local host = require "roster.host"
local last = require "roster.repl.last"
local plain = require "roster.plain"
local raised = require "roster.raised"
local states = require "roster.client.state"
local visible = require "roster.visible"

local M = {
  --- `confirm = false`: nothing is asked.
  settings = { confirm = true },
}

-- what stands before a method here -> the method
local originals = setmetatable({}, { __mode = "k" })
-- constructor -> provider
local constructors = setmetatable({}, { __mode = "k" })

--- The method behind one that asks; anything else is returned as it is.
---@param held any
---@return any
function M.original(held)
  return held ~= nil and originals[held] or held
end

--- The provider whose clients the function makes, nil for any other value.
---@param held any
---@return string?
function M.constructs(held)
  return held ~= nil and constructors[held] or nil
end

--- Is there somebody who sees the question and can answer it?
local function somebody_is_there()
  local ok, _, code = os.execute("test -t 0 && test -t 1")
  return ok == 0 or ok == true and code == 0
end

--- Puts the question on the terminal. Only "yes" is yes.
---@param question string
---@return boolean agreed
---@return string? why not, where nobody could be asked
function M.ask(question)
  if not somebody_is_there() then
    return false, "there is no terminal to ask at (roster.repl.confirm = false asks nothing)"
  end
  io.stdout:write(visible.line(question), " - type yes: ")
  io.stdout:flush()
  return io.stdin:read("*l") == "yes"
end

--- Asks, unless told not to. Returns true, or what the call returns instead.
local function agree(state, name, question)
  if M.settings.confirm == false then
    return true
  end
  local agreed, why = M.ask(core.redact(question))
  if agreed then
    return true
  end
  local text = state.service .. " " .. name .. ": not confirmed" .. (why and ", for " .. why or "")
    .. ": nothing was sent"
  local detail = errors.argument(state.service, name, text)
  detail.unconfirmed = true
  return nil, detail.text, detail
end

--- The request that the call would send; nil when it will not send any, as one
--- that is written wrongly.
local function request_of(method, options_at, client, ...)
  local n = math.max(select("#", ...), options_at)
  local args = { ... }
  local options = {}
  if type(args[options_at]) == "table" then
    for name, value in next, args[options_at] do
      options[name] = value
    end
  elseif args[options_at] ~= nil then
    return nil
  end
  args[options_at], options.dry_run = options, true
  -- Ctrl-C is raised here: it is no leave to send
  local ok, request = raised.pcall(method, client, host.unpack(args, 1, n))
  return ok and type(request) == "table" and request or nil
end

-- "ada@example.com", "00u1 oar1": the path's arguments
local function subject(op, ...)
  local parts, at = {}, 0
  for _, param in ipairs(op.params) do
    if param.place == "path" then
      at = at + 1
      parts[at] = tostring((select(at, ...)))
    end
  end
  return #parts > 0 and " of " .. table.concat(parts, " ") or ""
end

-- The arguments with options that are read once, and not again when the call is
-- sent: the question is about these.
local function read_once(op, options_at, provider, ...)
  local options = select(options_at, ...)
  local members = type(options) == "table"
    and plain.members(options, "options", describe.options(provider, op.name)) or options
  if rawequal(members, options) then
    return ...
  end
  local args, n = { ... }, select("#", ...)
  args[options_at] = members
  return host.unpack(args, 1, n)
end

local function with_question(op, why, options_at, method)
  local function ask(client, ...)
    local state = states.get(client)
    local options = select(options_at, ...)
    local shown = type(options) == "table" and rawget(options, "dry_run")
    if state and not state.closed and not shown and request_of(method, options_at, client, ...) then
      local question = op.name .. subject(op, ...) .. " at " .. state.core:url()
      local ok, message, detail = agree(state, op.name, question .. (why:find("^erases") and " " .. why or ""))
      if not ok then
        return nil, message, detail
      end
    end
    -- in place of this, so that what is written wrongly is raised at its line
    return method(client, ...)
  end

  return function(client, ...)
    local state = states.get(client)
    if not state then
      return method(client, ...)
    end
    return ask(client, read_once(op, options_at, state.service, ...))
  end
end

--- `each` asks once for all of its items, where it is told an operation.
local function each_with_question(ask, shadow, method)
  return function(client, source, work, ...)
    local state = states.get(client)
    local op = state and type(work) == "string" and describe.operation(state.service, work)
    if not op or not ask[op.name] then
      return method(client, source, work, ...)
    end
    local ok, message, detail = agree(state, "each", op.name .. " of every item at " .. state.core:url())
    if not ok then
      return nil, message, detail
    end
    return method(shadow, source, work, ...)
  end
end

local function request_with_question(method)
  return function(client, request, ...)
    local state = states.get(client)
    if type(request) == "table" then
      request = plain.members(request, "request", given.REQUEST) or request
    end
    local verb = type(request) == "table" and rawget(request, "method")
    if state and type(verb) == "string" and verb:upper() == "DELETE" and not rawget(request, "dry_run") then
      local question = "DELETE " .. tostring(rawget(request, "path")) .. " at " .. state.core:url()
      local ok, message, detail = agree(state, "request", question)
      if not ok then
        return nil, message, detail
      end
    end
    return method(client, request, ...)
  end
end

--- A client with the same state whose methods do not ask.
local function shadow_of(client)
  local shadow = {}
  for name, method in next, client do
    shadow[name] = method
  end
  states.put(shadow, states.get(client))
  return setmetatable(shadow, getmetatable(client))
end

local function replace(client, name, method)
  originals[method], client[name] = client[name], method
end

--- Makes the client one of the prompt, if it is not yet.
---@param provider string
---@param client table
---@return table client the same one
function M.guard(provider, client)
  if originals[client.each] then
    return client
  end
  last.watch(states.get(client))
  local shadow, ask = shadow_of(client), {}
  for _, row in ipairs(core.methods(provider).operations) do
    local op = describe.operation(provider, row.name)
    local why = describe.destroys(provider, op)
    if why then
      ask[op.name] = true
      local method = with_question(op, why, row.options_at, shadow[op.name])
      replace(client, op.name, method)
      for _, alias in ipairs(op.aliases or {}) do
        client[alias] = method
      end
    end
  end
  replace(client, "each", each_with_question(ask, shadow, shadow.each))
  replace(client, "request", request_with_question(shadow.request))
  return client
end

--- A constructor whose clients are of the prompt.
---@param provider string
---@param make function
---@return function
function M.constructor(provider, make)
  local function construct(options)
    local ok, client = pcall(make, options)
    if not ok then
      error(client, 2)
    end
    return M.guard(provider, client)
  end
  constructors[construct] = provider
  return construct
end

return M

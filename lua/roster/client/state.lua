--- What a client is made of, and what its methods do with it. It is not in the
--- client, so that printing one cannot show it.
local core = require "roster.core"
local drive = require "roster.drive"
local errors = require "roster.error"
local host = require "roster.host"

local M = {}

-- client -> state
local states = setmetatable({}, { __mode = "k" })

--- Puts the state behind the client.
---@param client table
---@param state table
function M.put(client, state)
  states[client] = state
end

--- The state behind `value`, or nil when that is no client.
---@param value any
---@return table?
function M.get(value)
  return states[value]
end

--- The state behind `client`, or an error at the caller's caller.
---@param client table
---@param name string the method that was called
---@return table
function M.of(client, name)
  local state = states[client]
  if not state then
    error("use client:" .. name .. "(...), with a colon", 3)
  end
  return state
end

--- What the call would send: see roster.dry_run.
---@param state table
---@param call userdata
---@return table
function M.show(state, call)
  return require("roster.dry_run").new(call:request(true), state.token_variable, state.auth_header)
end

-- A plain copy of options, or nil and why it cannot be made.
local function options_of(state, name, options)
  local plain = require "roster.plain"
  local members, fault = plain.members(options, "options", require("roster.describe").options(state.service, name))
  local copy = {}
  for key, value in next, members or {} do
    local read = key == "headers" and plain.headers or plain.value
    copy[key], fault = read(value, "options." .. tostring(key))
    if fault then
      break
    end
  end
  return not fault and copy or nil, fault
end

-- As prepare, for arguments that the core left to Lua: reads them through their
-- metatables, and asks the core again. Of a request without a row, all but the
-- body has been read.
local function plainly(state, name, arguments)
  local plain = require "roster.plain"
  local row, fault = state.rows[name], nil
  if type(arguments[1]) == "table" then
    local request = arguments[1]
    request.body, fault = plain.value(request.body, "body")
    if fault then
      return nil, true, ("%s %s: %s"):format(state.service, name, fault)
    end
    return core.call_free(state.core, request, arguments[2])
  end
  for i = 2, arguments.n do
    local is_options, value = i == row.options_at + 1, arguments[i]
    if type(value) == "table" and is_options then
      value, fault = options_of(state, name, value)
    elseif type(value) == "table" and i > row.ids + 1 then
      value, fault = plain.value(value, "body")
    end
    if fault then
      return nil, true, ("%s %s: %s"):format(state.service, name, fault)
    end
    arguments[i] = value
  end
  local call, misuse, message = core.call(state.core, host.unpack(arguments, 1, arguments.n))
  return call, misuse, message, { host.unpack(arguments, 2, arguments.n) }
end

--- What the core made of a call's arguments: the call, or nil, message, detail
--- for data that cannot be sent. A call that is written wrongly raises where
--- it stands. `arguments`: a plain copy, where the caller's own had to be read
--- through a metatable.
---@param state table
---@param name string operation
---@return userdata? call, string? message, roster.Error? detail, table? arguments
function M.prepare(state, name, call, misuse, message)
  local arguments
  if misuse == "view" then
    call, misuse, message, arguments = plainly(state, name, message)
  end
  if not call then
    if misuse then
      error(message, 3)
    end
    return nil, message, errors.argument(state.service, name, message), arguments
  end
  if state.closed then
    call:fail("closed", "the client is closed")
  end
  return call, nil, nil, arguments
end

--- Runs the call, or shows it.
---@param state table
---@param call userdata
---@param options table?
---@return any value, table|string|nil meta, roster.Error? detail
function M.run(state, call, options)
  if options and rawget(options, "dry_run") then
    return M.show(state, call)
  end
  local value, meta, detail = drive(call, state)
  if value == nil then
    return nil, meta, detail
  end
  return value, meta
end

return M

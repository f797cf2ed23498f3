--- What a client is made of, and what its methods do with it. It is not in the
--- client, so that printing one cannot show it.
local drive = require "roster.drive"
local errors = require "roster.error"

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

--- What the core made of a call's arguments: the call, or nil, message, detail
--- for data that cannot be sent. A call that is written wrongly raises where
--- it stands.
---@param state table
---@param name string operation
---@return userdata? call, string? message, roster.Error? detail
function M.prepare(state, name, call, misuse, message)
  if not call then
    if misuse then
      error(message, 3)
    end
    return nil, message, errors.argument(state.service, name, message)
  end
  if state.closed then
    call:fail("closed", "the client is closed")
  end
  return call
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

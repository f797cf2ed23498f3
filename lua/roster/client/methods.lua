--- The methods of a service's clients: one for each row of its catalog.
local common = require "roster.client.common"
local core = require "roster.core"
local states = require "roster.client.state"

local M = {}

local function method_for(op)
  local name, options_at = op.name, op.options_at

  return function(self, ...)
    local state = states.of(self, name)
    local call, message, detail, plain = states.prepare(state, name, core.call(state.core, name, ...))
    if not call then
      return nil, message, detail
    elseif plain then
      return states.run(state, call, plain[options_at])
    end
    return states.run(state, call, (select(options_at, ...)))
  end
end

local function list_method_for(op)
  return function(self, ...)
    -- loaded when the first list is made
    return require("roster.client.lists").of_operation(states.of(self, op.name), op, ...)
  end
end

-- provider -> what `of` returns, made once and shared by its clients
local shared = {}
-- method -> { provider, its row }
local origin = {}

--- What a service's clients have in common: `methods` by name, aliases too,
--- auth_header, credential, and `offset` (how its lists are paged, where not by
--- link). `rows` by the same names: see core.methods.
---@param provider string
---@return { methods: table, rows: table, auth_header: string, credential: string, offset: table? }
function M.of(provider)
  local class = shared[provider]
  if class then
    return class
  end
  local rows = core.methods(provider)
  class = { methods = {}, rows = {}, auth_header = rows.auth_header, credential = rows.credential }
  for name, method in pairs(common) do
    class.methods[name] = method
  end
  for _, op in ipairs(rows.operations) do
    local method = (op.list and list_method_for or method_for)(op)
    class.methods[op.name], class.rows[op.name] = method, op
    for _, alias in ipairs(op.aliases or {}) do
      class.methods[alias], class.rows[alias] = method, op
    end
    origin[method] = { provider, op }
    class.offset = class.offset or op.offset
  end
  shared[provider] = class
  return class
end

--- Which service a client is of, or which operation a method is for.
---@param value any
---@return string? provider, string? operation nil, nil for anything else
function M.describe(value)
  local state = states.get(value)
  if state then
    return state.service
  end
  local from = origin[value]
  if from then
    return from[1], from[2].name
  end
end

return M

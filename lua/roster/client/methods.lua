--- The methods of a service's clients: one for each row of its catalog.
local by_link = require "roster.paging.link"
local by_offset = require "roster.paging.offset"
local common = require "roster.client.common"
local core = require "roster.core"
local list = require "roster.list"
local states = require "roster.client.state"
local walk = require "roster.client.walk"

local M = {}

local function method_for(op, options_at)
  local name = op.name

  return function(self, ...)
    local state = states.of(self, name)
    local call, message, detail = states.prepare(state, name, core.call(state.core, name, ...))
    if not call then
      return nil, message, detail
    end
    return states.run(state, call, (select(options_at, ...)))
  end
end

local function list_method_for(op, options_at)
  local name, offset = op.name, op.offset
  local unpack = table.unpack or unpack -- luacheck: ignore 143

  return function(self, ...)
    local state = states.of(self, name)
    -- checked now, so that misuse raises here and not where the list is walked
    local call = states.prepare(state, name, core.call(state.core, name, ...))
    local args = { n = select("#", ...), ... }
    local options = type(args[options_at]) == "table" and list.copy_options(args[options_at]) or {}
    if call then
      call:close()
    end

    local function build(override)
      args[options_at] = walk.with(options, override)
      return states.prepare(state, name, core.call(state.core, name, unpack(args, 1, options_at)))
    end

    local function new_walk()
      local build_page = walk.within(state, options.timeout, build)
      if offset then
        return by_offset.new(build_page, offset, options, options.cursor)
      end
      return by_link.new(build_page, options.cursor)
    end
    return walk.new(state, name, new_walk, options)
  end
end

--- Which argument of the operation its options are.
local function options_position(op)
  local position = op.body and 2 or 1
  for _, param in ipairs(op.params) do
    position = position + (param.place == "path" and 1 or 0)
  end
  return position
end

-- provider -> what `of` returns, made once and shared by its clients
local shared = {}
-- method -> { provider, name of its operation }
local origin = {}

--- What a service's clients have in common: `methods` by name, aliases too,
--- auth_header, credential, and `offset` (how its lists are paged, where not by
--- link).
---@param provider string
---@return { methods: table<string, function>, auth_header: string, credential: string, offset: table? }
function M.of(provider)
  local class = shared[provider]
  if class then
    return class
  end
  local catalog = core.catalog(provider)
  class = { methods = {}, auth_header = catalog.auth_header, credential = catalog.credential }
  for name, method in pairs(common) do
    class.methods[name] = method
  end
  for _, op in ipairs(catalog.operations) do
    local is_list = op.offset or op.returns and op.returns.list
    local make = is_list and list_method_for or method_for
    local method = make(op, options_position(op))
    class.methods[op.name] = method
    for _, alias in ipairs(op.aliases or {}) do
      class.methods[alias] = method
    end
    origin[method] = { provider, op.name }
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
    return from[1], from[2]
  end
end

return M

--- A client: the methods of its service, and the state behind them.
require "roster.json" -- what marks lists
local clock = require "roster.clock"
local config = require "roster.config"
local core = require "roster.core"
local governor = require "roster.governor"
local hooks = require "roster.hooks"
local loop = require "roster.loop"
local methods = require "roster.client.methods"
local names = require "roster.names"
local phase = require "roster.nginx.phase"
local states = require "roster.client.state"
local transport = require "roster.client.transport"

local M = {}

-- seconds: whoever asked nginx is waiting for the answer
local LONGEST_IN_NGINX = 1

local metatables = {}

local function metatable_of(provider, class)
  if metatables[provider] then
    return metatables[provider]
  end
  local known = names(class.methods)
  metatables[provider] = {
    __name = "roster.client",
    __tostring = function(self)
      local state = states.get(self)
      return "roster." .. provider .. "{" .. state.core:url() .. (state.closed and ", closed" or "") .. "}"
    end,
    -- methods are fields of the client; what is not there was misspelt
    __index = function(_, name)
      if type(name) == "string" then
        error(provider .. ": " .. config.unknown("operation", name, known), 2)
      end
    end,
  }
  return metatables[provider]
end

--- Makes a client; what is wrong with the options is raised where the
--- constructor that tail-calls this was called.
---@param provider string
---@param options table?
---@return table client
function M.new(provider, options)
  if options ~= nil and type(options) ~= "table" then
    error("roster." .. provider .. ": expected a table of options, got " .. type(options), 2)
  end
  local settings, message, source = config.read(provider, options)
  local class = methods.of(provider)
  local state = { service = provider }
  state.clock = clock.new(settings and settings.clock)
  state.loop = settings and settings.scheduler or loop.new(state.clock)
  local credential = settings and settings.bearer and "access_token" or class.credential
  if settings then
    if type(settings[credential]) == "function" then
      state.source = require("roster.token").from_function(settings[credential])
      settings[credential] = nil
    end
    settings.asks = state.source ~= nil or settings.client_id ~= nil
    state.timeout = settings.timeout
    state.core, message = core.client(provider, settings)
  end
  if not state.core then
    local variable = source and source[message:match("^[%w_]+")]
    error(core.visible("roster." .. provider .. ": " .. (variable and variable .. ": " or "") .. message, "message"), 2)
  end
  local may_share = settings.store or phase.is_inside()
  local share = may_share and require("roster.store").new(provider, state.core:url(), settings, credential) or nil
  if settings.client_id and not state.source then
    state.source = require("roster.token").from_grant(state, settings, share)
  end
  state.transport, message = transport.new(settings, {
    service = provider, url = state.core:url(), credential = credential, renews = state.source ~= nil,
  })
  if not state.transport then
    error(core.visible("roster." .. provider .. ": " .. message, "message"), 2)
  end
  state.prefetch, state.max_empty_pages = settings.prefetch, settings.max_empty_pages
  state.max_wait = settings.max_wait or phase.is_inside() and LONGEST_IN_NGINX or math.huge
  state.cannot_wait = phase.is_inside() and phase.fault or nil
  state.hooks, state.on_wait = hooks.new(settings), settings.on_wait
  if settings.governor then
    state.governor = governor.new(settings.governor ~= true and settings.governor or nil, share, state.clock)
  end
  state.token_variable = config.services[provider].environment[class.credential][1]
  state.auth_header = class.auth_header
  state.offset = class.offset
  state.rows = class.rows
  local client = {}
  for name, method in pairs(class.methods) do
    client[name] = method
  end
  states.put(client, state)
  return setmetatable(client, metatable_of(provider, class))
end

return M

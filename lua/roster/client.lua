--- A client: one method per catalog row, and what every client can do.
local bulk = require "roster.bulk"
local clock = require "roster.clock"
local config = require "roster.config"
local by_link = require "roster.paging.link"
local by_offset = require "roster.paging.offset"
local core = require "roster.core"
local drive = require "roster.drive"
local dry_run = require "roster.dry_run"
local errors = require "roster.error"
local governor = require "roster.governor"
local hooks = require "roster.hooks"
local list = require "roster.list"
local loop = require "roster.loop"
local names = require "roster.names"
local phase = require "roster.nginx.phase"
local token = require "roster.token"

local M = {}

-- seconds: whoever asked nginx is waiting for the answer
local LONGEST_IN_NGINX = 1

-- what a client is made of; not in the client, so that printing one cannot
-- show it
local states = setmetatable({}, { __mode = "k" })

--- The state behind `client`, or an error at the caller's caller.
local function state_of(client, name)
  local state = states[client]
  if not state then
    error("use client:" .. name .. "(...), with a colon", 3)
  end
  return state
end

local function show(state, call)
  return dry_run.new(call:request(true), state.token_variable, state.auth_header)
end

--- What the core made of a call's arguments: the call, or nil, message, detail
--- for data that cannot be sent. A call that is written wrongly raises where
--- it stands.
local function prepare(state, name, call, misuse, message)
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
local function run(state, call, options)
  if options and rawget(options, "dry_run") then
    return show(state, call)
  end
  local value, meta, detail = drive(call, state)
  if value == nil then
    return nil, meta, detail
  end
  return value, meta
end

local function method_for(op, options_at)
  local name = op.name

  return function(self, ...)
    local state = state_of(self, name)
    local call, message, detail = prepare(state, name, core.call(state.core, name, ...))
    if not call then
      return nil, message, detail
    end
    return run(state, call, (select(options_at, ...)))
  end
end

--- The list that `new_walk` walks, or what its first request would be.
local function list_of(state, name, new_walk, options)
  if not options.dry_run then
    return list.new(state, name, new_walk, options.prefetch)
  end
  local call, message, detail = new_walk():call()
  if not call then
    return nil, message, detail
  end
  local what
  what, message, detail = call:next()
  if what == "failed" then
    return nil, message, errors.new(detail)
  end
  return show(state, call)
end

--- The options with others put in.
local function with(options, override)
  local all = {}
  for name, value in pairs(options) do
    all[name] = value
  end
  for name, value in pairs(override or {}) do
    all[name] = value
  end
  return all
end

-- the core refuses a timeout of nothing
local LEAST_TIMEOUT = 1e-6

--- `build` for the pages of one walk. A timeout that the caller gave is for all
--- of them, with what the caller does in between, from when the first one is
--- asked for; the client's own is for each page, so that it does not cut off a
--- long list.
---@param state table
---@param seconds number? the caller's timeout
---@param build fun(override: table?): userdata?, string?, roster.Error?
local function within(state, seconds, build)
  if not seconds then
    return build
  end
  local now, ends = state.clock.now, nil
  return function(override)
    ends = ends or now() + seconds
    local left = ends - now()
    local call, message, detail = build(with(override or {}, { timeout = math.max(left, LEAST_TIMEOUT) }))
    if call and left <= 0 then
      call:fail("timeout", "the list's time was over before this page was asked for")
    end
    return call, message, detail
  end
end

local function list_method_for(op, options_at)
  local name, offset = op.name, op.offset
  local unpack = table.unpack or unpack -- luacheck: ignore 143

  return function(self, ...)
    local state = state_of(self, name)
    -- checked now, so that misuse raises here and not where the list is walked
    local call = prepare(state, name, core.call(state.core, name, ...))
    local args = { n = select("#", ...), ... }
    local options = type(args[options_at]) == "table" and list.copy_options(args[options_at]) or {}
    if call then
      call:close()
    end

    local function build(override)
      args[options_at] = with(options, override)
      return prepare(state, name, core.call(state.core, name, unpack(args, 1, options_at)))
    end

    local function new_walk()
      local build_page = within(state, options.timeout, build)
      if offset then
        return by_offset.new(build_page, offset, options, options.cursor)
      end
      return by_link.new(build_page, options.cursor)
    end
    return list_of(state, name, new_walk, options)
  end
end

local FREE = { "method", "path", "query", "body", "headers", "timeout", "deadline", "max_retries", "dry_run" }
local FREE_LIST = {
  "path", "query", "headers", "timeout", "deadline", "max_retries", "dry_run", "cursor", "prefetch",
}
-- the core checks what goes into the request; these are the others
local FREE_TYPES = {
  timeout = "number", deadline = "number", max_retries = "number", dry_run = "boolean", cursor = "string",
  prefetch = "boolean",
}

--- A copy of the table, whose every key must be among `known`.
local function read_free(request, known, name)
  if type(request) ~= "table" then
    error(name .. ": expected a table, got " .. type(request), 3)
  end
  local is_known = {}
  for _, key in ipairs(known) do
    is_known[key] = true
  end
  for key, value in next, request do
    if not is_known[key] then
      error(name .. ": " .. config.unknown("field", key, known), 3)
    elseif FREE_TYPES[key] and type(value) ~= FREE_TYPES[key] then
      error(name .. ": " .. key .. ": expected " .. FREE_TYPES[key] .. ", got " .. type(value), 3)
    end
  end
  return list.copy_options(request)
end

local common = {}

--- Sends what has no row, with the same credential, errors and decoding.
--- `request`: method (default GET), path (below the base URL, percent-encoded
--- by the caller), query (name = value or a list of values), body, headers,
--- timeout (seconds), deadline (epoch seconds), max_retries, dry_run. Returns as
--- every operation does.
---@param request table
---@return any value, table|string|nil meta, roster.Error? detail
function common:request(request)
  local state = state_of(self, "request")
  local free = read_free(request, FREE, state.service .. " request")
  local call, message, detail = prepare(state, "request", core.call_free(state.core, free, false))
  if not call then
    return nil, message, detail
  end
  return run(state, call, free)
end

--- The request with what a walk wants for its page; what tells the page goes
--- into the query.
local function for_page(free, override, offset)
  local request, query = with(free), with(free.query or {})
  for name, value in pairs(override or {}) do
    local place = offset and name ~= "timeout" and query or request
    place[name] = value
  end
  request.query = query
  return request
end

--- A list of what has no row: path, query, headers, timeout, deadline,
--- max_retries and dry_run as above, but for all of its pages; cursor. The
--- pages are found as the service's own lists find them.
---@param request table
---@return table list
function common:list(request)
  local state = state_of(self, "list")
  local free = read_free(request, FREE_LIST, state.service .. " list")
  local offset = state.offset
  local call = prepare(state, "list", core.call_free(state.core, free, not offset))
  if call then
    call:close()
  end

  local function build(override)
    return prepare(state, "list", core.call_free(state.core, for_page(free, override, offset), not offset))
  end

  local function new_walk()
    local build_page = within(state, free.timeout, build)
    if offset then
      return by_offset.new(build_page, offset, free.query or {}, free.cursor)
    end
    return by_link.new(build_page, free.cursor)
  end
  return list_of(state, "list", new_walk, free)
end

--- Closes the connections and forgets the token. May be called again; a call
--- on a closed client fails with kind "closed".
function common:close()
  local state = state_of(self, "close")
  if not state.closed then
    state.closed = true
    state.core:forget()
    if state.source then
      state.source:close()
    end
    if state.transport.close then
      state.transport:close()
    end
  end
end

--- Does something to each item of a source, a few at a time, and waits until
--- all is done. `source`: a table (a sequence); a function that returns the
--- next item, nil at the end; or a list, from where it stands. `work`: the name
--- of an operation, whose first argument the item is (a sequence is all of its
--- arguments, another table with an `id` stands for that); or a function
--- `(item, client, again)` whose calls look as they do elsewhere, but let other
--- items go on. A call that returns nil, message fails its item, and so does
--- what the function raises.
---
--- Options: concurrency (items at a time, 8: fewer where the service allows
--- fewer); on_error ("continue", or "stop": no further item is begun);
--- on_result (called with { item, key, outcome = "done"|"failed"|"ambiguous",
--- value, meta | message, detail, attempts = requests sent, repeated }: results
--- are not kept; raising ends the run); progress (true: one line on stderr
--- where that is a terminal); journal (path of a file from which a run that
--- did not end is taken up again) and with it key (names an item; else it is
--- the item itself, its `id` or its first argument; must differ from item to
--- item), name (tells one function's journals from another's), ambiguous.
---
--- With a journal an item is on the disk as begun before its request goes out.
--- A later run skips what is done and does again what failed. What was begun
--- and has no known outcome is done again, since nothing may be left out
--- (result.repeated); with ambiguous = "report" it is not, and its result says
--- "ambiguous". Safe and idempotent operations are always done again. `again`
--- tells a function that an earlier run has begun the item, and may have done
--- some of it: time to look first. The keys of the journal are held in memory.
---
--- Returns counts: done, failed, ambiguous, skipped, repeated, requests; and
--- failures, the first 100 of these results. Returns nil, message, detail,
--- counts for a source that fails, a journal that is of no use, and the first
--- failure with on_error = "stop". Ctrl-C is raised after all calls on their
--- way were dropped and the journal closed.
-- usage: okta:each(okta:list_users{ search = s }, "suspend_user", { journal = "offboard.jsonl" })
---@param source table|function
---@param work string|fun(item: any, client: table, again: boolean): any, any, any
---@param options table?
---@return table? counts, string? message, roster.Error? detail, table? counts
function common:each(source, work, options)
  return bulk.run(self, state_of(self, "each"), source, work, options)
end

--- What is known of the service's rate limits: a list of { bucket, limit,
--- remaining, resets_in (seconds), in_flight }. Sends nothing.
---@return table[]
function common:limits()
  local state = state_of(self, "limits")
  return state.governor and state.governor:limits(state.clock.now()) or {}
end

local function metatable_of(provider, known)
  return {
    __name = "roster.client",
    __tostring = function(self)
      local state = states[self]
      return "roster." .. provider .. "{" .. state.core:url() .. (state.closed and ", closed" or "") .. "}"
    end,
    -- methods are fields of the client; what is not there was misspelt
    __index = function(_, name)
      if type(name) == "string" then
        error(provider .. ": " .. config.unknown("operation", name, known), 2)
      end
    end,
  }
end

--- Which argument of the operation its options are.
local function options_position(op)
  local position = op.body and 2 or 1
  for _, param in ipairs(op.params) do
    position = position + (param.place == "path" and 1 or 0)
  end
  return position
end

--- The methods of one provider's clients, made once and shared by them.
local shared = {}

local function methods_of(provider)
  if shared[provider] then
    return shared[provider]
  end
  local methods = {}
  for name, method in pairs(common) do
    methods[name] = method
  end
  local catalog = core.catalog(provider)
  for _, op in ipairs(catalog.operations) do
    local is_list = op.offset or op.returns and op.returns.list
    local make = is_list and list_method_for or method_for
    local method = make(op, options_position(op))
    methods[op.name] = method
    for _, alias in ipairs(op.aliases or {}) do
      methods[alias] = method
    end
  end
  local offset
  for _, op in ipairs(catalog.operations) do
    offset = offset or op.offset
  end
  shared[provider] = {
    methods = methods,
    mt = metatable_of(provider, names(methods)),
    auth_header = catalog.auth_header,
    offset = offset,
    credential = catalog.credential,
  }
  return shared[provider]
end

local function transport_for(settings)
  local transport = settings.transport
  if settings.sandbox then
    local org = settings.sandbox
    return require("roster.transport.func").new(function(request)
      return org:handle(request)
    end)
  elseif type(transport) == "function" then
    return require("roster.transport.func").new(transport)
  elseif transport then
    return transport
  elseif phase.is_inside() then
    return require("roster.transport.nginx").new()
  end
  local scheduler = settings.scheduler
  return require("roster.transport.curl").new {
    ca = settings.ca,
    proxy = settings.proxy,
    pollable = scheduler ~= nil,
    closing = scheduler and scheduler.closing and function(multi)
      return scheduler:closing(multi)
    end,
  }
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
  local class = methods_of(provider)
  local state = { service = provider }
  state.clock = clock.new(settings and settings.clock)
  state.loop = settings and settings.scheduler or loop.new(state.clock)
  if settings then
    local credential = class.credential
    if type(settings[credential]) == "function" then
      state.source = token.from_function(settings[credential])
      settings[credential] = nil
    elseif settings.client_id then
      state.source = token.from_grant(state, settings, state.clock.now)
    end
    settings.asks = state.source ~= nil
    state.timeout = settings.timeout
    state.core, message = core.client(provider, settings)
  end
  if not state.core then
    local variable = source and source[message:match("^[%w_]+")]
    error("roster." .. provider .. ": " .. (variable and variable .. ": " or "") .. message, 2)
  end
  state.transport = transport_for(settings)
  state.prefetch = settings.prefetch
  state.max_wait = settings.max_wait or phase.is_inside() and LONGEST_IN_NGINX or math.huge
  state.cannot_wait = phase.is_inside() and phase.fault or nil
  state.hooks, state.on_wait = hooks.new(settings), settings.on_wait
  if settings.governor then
    state.governor = governor.new(settings.governor ~= true and settings.governor or nil)
  end
  state.token_variable = config.services[provider].environment[class.credential][1]
  state.auth_header = class.auth_header
  state.offset = class.offset
  local client = {}
  for name, method in pairs(class.methods) do
    client[name] = method
  end
  states[client] = state
  return setmetatable(client, class.mt)
end

return M

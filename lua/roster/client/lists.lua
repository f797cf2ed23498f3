--- Lists as a client's methods make them.
local by_link = require "roster.paging.link"
local by_offset = require "roster.paging.offset"
local core = require "roster.core"
local errors = require "roster.error"
local given = require "roster.client.given"
local host = require "roster.host"
local list = require "roster.list"
local states = require "roster.client.state"

local M = {}

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

--- Raises at the caller's caller for a bound that no count can keep.
local function check_bound(name, bound)
  if bound ~= nil and (bound < 0 or bound ~= bound) then
    error(name .. ': option "max_empty_pages" must be 0 or more', 3)
  end
end

--- The list whose pages `build` asks for, or what its first request would be.
--- `offset`: see roster.paging.offset; `position`: where an offset begins; `op`:
--- the row, where there is one.
local function list_over(state, name, build, options, offset, position, op)
  local function new_walk()
    local build_page = within(state, options.timeout, build)
    if offset then
      return by_offset.new(build_page, offset, position, options.cursor, op == nil)
    end
    return by_link.new(build_page, options.cursor)
  end

  if not options.dry_run then
    return list.new(state, name, new_walk, options, op and op.objects)
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
  return states.show(state, call)
end

--- The list of an operation, from its method's arguments; or, with dry_run,
--- its first request. Raises where the method was called.
---@param state table
---@param op table row of core.methods
---@return table? list, string? message, roster.Error? detail
function M.of_operation(state, op, ...)
  local name, options_at = op.name, op.options_at
  -- checked now, so that misuse raises here and not where the list is walked
  local call, _, _, plain = states.prepare(state, name, core.call(state.core, name, ...))
  local args = plain or { ... }
  local options = type(args[options_at]) == "table" and assert(given.copy(args[options_at], "options")) or {}
  if call then
    call:close()
  end
  check_bound(state.service .. " " .. name, options.max_empty_pages)

  local function build(override)
    args[options_at] = with(options, override)
    return states.prepare(state, name, core.call(state.core, name, host.unpack(args, 1, options_at)))
  end

  return list_over(state, name, build, options, op.offset, options, op)
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

--- The list of what has no row: see list() of a client. Raises where that was
--- called.
---@param state table
---@param request table
---@return table? list, string? message, roster.Error? detail
function M.of_request(state, request)
  local free = given.read(request, given.LIST, state.service .. " list")
  local offset = state.offset
  check_bound(state.service .. " list", free.max_empty_pages)
  local call = states.prepare(state, "list", core.call_free(state.core, free, not offset))
  if call then
    call:close()
  end

  local function build(override)
    return states.prepare(state, "list", core.call_free(state.core, for_page(free, override, offset), not offset))
  end

  return list_over(state, "list", build, free, offset, free.query or {}, nil)
end

return M

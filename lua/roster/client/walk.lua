--- Lists as a client's methods make them: what walks the pages, and the time
--- that one walk may take.
local errors = require "roster.error"
local list = require "roster.list"
local states = require "roster.client.state"

local M = {}

--- The list that `new_walk` walks, or what its first request would be.
---@param state table
---@param name string operation
---@param new_walk fun(): table
---@param options table
---@return table? list, string? message, roster.Error? detail
function M.new(state, name, new_walk, options)
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
  return states.show(state, call)
end

--- The options with others put in.
---@param options table
---@param override table?
---@return table
function M.with(options, override)
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
---@return fun(override: table?): userdata?, string?, roster.Error?
function M.within(state, seconds, build)
  if not seconds then
    return build
  end
  local now, ends = state.clock.now, nil
  return function(override)
    ends = ends or now() + seconds
    local left = ends - now()
    local call, message, detail = build(M.with(override or {}, { timeout = math.max(left, LEAST_TIMEOUT) }))
    if call and left <= 0 then
      call:fail("timeout", "the list's time was over before this page was asked for")
    end
    return call, message, detail
  end
end

return M

--- A store in this process, for clients that are to share what they know: give
--- each of them the same one.
--
--     local store = require("roster.store.memory").new()
--     local a = roster.knetik { store = store, ... }
--     local b = roster.knetik { store = store, ... }
local core = require "roster.core"

local M = {}

-- what has run out is cleared away after so many new keys
local SWEEP = 64

local methods = { is_local = true }
local mt = { __index = methods, __name = "roster.store.memory" }

--- The entry, unless its time is over, or it is a lock of the process that this
--- one was forked from: nothing here would ever give it back.
local function alive(self, key)
  local entry = self.entries[key]
  if not entry or self.now() >= entry.ends or entry.locks and entry.locks ~= core.process() then
    return nil
  end
  return entry
end

local function sweep(self)
  local now = self.now()
  for key, entry in pairs(self.entries) do
    if now >= entry.ends then
      self.entries[key] = nil
    end
  end
  self.added = 0
end

local function put(self, key, value, seconds, is_lock)
  if not self.entries[key] then
    self.added = self.added + 1
    if self.added >= SWEEP then
      sweep(self)
    end
  end
  self.entries[key] = {
    value = value,
    ends = seconds and self.now() + seconds or math.huge,
    locks = is_lock and core.process() or nil,
  }
end

--- See roster.store.
function methods:get(key)
  local entry = alive(self, key)
  return entry and entry.value
end

function methods:set(key, value, seconds, only_if_absent)
  if only_if_absent and alive(self, key) then
    return false
  elseif value == nil then
    self.entries[key] = nil
  else
    -- what is set for a time, and only once, is a lock
    put(self, key, value, seconds, only_if_absent and seconds ~= nil)
  end
  return true
end

function methods:incr(key, by, seconds)
  local entry = alive(self, key)
  if entry then
    entry.value = entry.value + by
    return entry.value
  elseif not seconds then
    return nil, "not found"
  end
  put(self, key, by, seconds)
  return by
end

---@param now fun(): number|nil seconds, for tests
---@return table store
function M.new(now)
  return setmetatable({ entries = {}, added = 0, now = now or core.clock }, mt)
end

return M

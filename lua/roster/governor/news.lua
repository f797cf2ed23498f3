--- What an answer tells of its bucket, and what all buckets go by.
local M = {
  -- up to this share of what may be used of a window's quota goes out at once,
  -- the rest is spread over the window
  BURST = 0.7,
  -- seconds that Okta's windows last
  WINDOW = 60,
}

--- What the answer's headers say; nothing where the numbers cannot be.
---@param call userdata
---@param wall number epoch seconds, for an answer without a date
---@return integer? limit, integer? remaining, integer? reset epoch seconds by
--- the service's clock, number? left seconds until then
function M.of(call, wall)
  local limit, remaining, reset, date = call:rate()
  if not (limit and remaining and reset) or limit <= 0 or remaining > limit then
    return nil
  end
  local left = reset - (date or wall)
  if left <= 0 or left > 2 * M.WINDOW then
    return nil
  end
  return limit, remaining, reset, left
end

--- A set of calls that counts only those somebody still holds: a coroutine may
--- be dropped in the middle of its call.
---@return table
function M.new_set()
  return setmetatable({}, { __mode = "k" })
end

--- How many are in the set.
---@param set table
---@return integer
function M.size(set)
  local n = 0
  for _ in pairs(set) do
    n = n + 1
  end
  return n
end

local counted = {}
local counted_mt = { __index = counted, __name = "roster.counted" }

-- Holds something until garbage is collected.
local function new_mark()
  return setmetatable({ {} }, { __mode = "v" })
end

--- A set as new_set makes it, that knows how many are in it. They are counted
--- again only when garbage has been collected, which is when dropped calls leave:
--- with hundreds on their way, to count them for each answer would cost more than
--- all the rest of the governor's work.
---@return table
function M.new_counted_set()
  return setmetatable({ calls = M.new_set(), count = 0, mark = new_mark() }, counted_mt)
end

---@param call userdata
function counted:add(call)
  if not self.calls[call] then
    self.calls[call] = true
    self.count = self.count + 1
  end
end

---@param call userdata
function counted:remove(call)
  if self.calls[call] then
    self.calls[call] = nil
    self.count = self.count - 1
  end
end

--- How many are in it.
---@return integer
function counted:size()
  if not self.mark[1] then
    self.mark = new_mark()
    self.count = M.size(self.calls)
  end
  return self.count
end

return M

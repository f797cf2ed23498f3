--- The users: made from their number while untouched, kept once changed.
local fold = require "roster.sandbox.okta.fold"
local http = require "roster.sandbox.http"
local random = require "roster.sandbox.random"

local M = {}
M.__index = M

--- Makes a store over a generator.
---@param seed table
---@param now fun(): number
function M.new(seed, now)
  return setmetatable({
    seed = seed,
    now = now,
    last = seed.count,
    kept = {},    -- index -> record, or false when erased
    logins = {},  -- folded login of a kept record -> index
    shorts = {},  -- folded short name -> { [index] = true }
  }, M)
end

-- A transition that was begun ends when its time has come, whoever looks.
local function settle(self, record)
  local transition = record.transition
  if transition and self.now() >= transition.at then
    record.transition = nil
    transition.finish(record)
    record.version = record.version + 1
  end
  return self.kept[record.index]
end

--- Returns a user's record; changes count only after `save`.
---@param i integer
---@return table|nil
function M:load(i)
  local record = self.kept[i]
  if record then
    return settle(self, record) or nil
  elseif record == false or i < 1 or i > self.seed.count then
    return nil
  end
  return self.seed:record(i)
end

--- Tells whether a user is as the org started with it.
function M:untouched(i)
  return self.kept[i] == nil and i >= 1 and i <= self.seed.count
end

--- Reads one property of a user that exists, cheaply where possible.
---@param i integer
---@param name string  `status`, `profile.city`, `type.id`
function M:get(i, name)
  if self:untouched(i) then
    return self.seed:get(i, name)
  end
  local record = self:load(i)
  if not record then
    return nil
  elseif name == "type.id" then
    return record.type
  end
  local attribute = name:match("^profile%.(.+)$")
  if attribute then
    return record.profile[attribute]
  end
  return record[name]
end

local function forget(self, record)
  if record.login_key then
    self.logins[record.login_key] = nil
    local same = self.shorts[record.short_key]
    if same then
      same[record.index] = nil
    end
  end
end

--- Keeps a changed record.
---@param record table
function M:save(record)
  forget(self, record)
  record.login_key = fold(record.profile.login)
  record.short_key = record.login_key:match("^([^@]*)")
  self.logins[record.login_key] = record.index
  local same = self.shorts[record.short_key] or {}
  same[record.index] = true
  self.shorts[record.short_key] = same
  record.version = record.version + 1
  record.lastUpdated = http.iso(self.now())
  self.kept[record.index] = record
end

--- Gives a new record its number and id, and keeps it.
---@param record table
function M:add(record)
  self.last = self.last + 1
  record.index = self.last
  record.id = random.id("00u", self.seed.seed, self.last)
  record.version = 0
  self:save(record)
end

--- Erases a record for good.
---@param record table
function M:erase(record)
  forget(self, record)
  self.kept[record.index] = false
end

--- Finds a user by login, ignoring case and diacritics.
---@param login string
---@return integer|nil
function M:by_login(login)
  local key = fold(login)
  local i = self.logins[key]
  if i then
    return self:load(i) and i
  end
  i = self.seed:owner(key:match("^([^@]*)"))
  if i and self:untouched(i) and
      fold(self.seed:get(i, "profile.login")) == key then
    return i
  end
  return nil
end

--- Finds a user by the part of the login before "@".
---@param short string
---@return integer|nil  nil also when more than one user has it
function M:by_short(short)
  local key = fold(short)
  local found
  local i = self.seed:owner(key)
  if i and self:untouched(i) then
    found = i
  end
  for index in pairs(self.shorts[key] or {}) do
    if self:load(index) then
      if found then
        return nil
      end
      found = index
    end
  end
  return found
end

--- Finds a user by id.
---@param id string
---@return integer|nil
function M:by_id(id)
  local i = id:sub(1, 3) == "00u" and random.index(id)
  if i and i >= 1 and i <= self.last and self.kept[i] ~= false and
      random.id("00u", self.seed.seed, i) == id then
    return self:load(i) and i
  end
  return nil
end

return M

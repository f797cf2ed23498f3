-- A service whose list moves at random between two requests, and which writes
-- down what it said: records come and go, share ids, change their order; totals
-- are right, late, missing or of another type; pages are empty or short.
local json = require "roster.json"
local roster = require "roster"
local wire = require "spec.support.wire"

local M = {}

-- requests after which the list comes to rest
local RESTLESS = 30

local Service = {}
Service.__index = Service

local FORMS = {
  jumpcloud = {
    operation = "organization_list", path = "/organizations", items = "results", total = "totalCount", size = "limit",
    id = "_id", options = { api_key = "k" },
  },
  knetik = {
    operation = "get_users", path = "/users", items = "content", total = "total_elements", size = "size", id = "id",
    options = { url = "https://app.knetik.test", token = "t" },
  },
}

--- What may happen between two requests; each kind of service does some of it.
local CHANGES = {
  add = function(self, source)
    for _ = 1, source:number(4) do
      table.insert(self.records, source:number(#self.records + 1), self:record())
    end
  end,
  remove = function(self, source)
    for _ = 1, math.min(source:number(4), #self.records) do
      table.remove(self.records, source:number(#self.records))
    end
  end,
  shuffle = function(self, source)
    local records = self.records
    for i = #records, 2, -1 do
      local j = source:number(i)
      records[i], records[j] = records[j], records[i]
    end
  end,
  change = function(self, source)
    if #self.records > 0 then
      -- the same id, but another record
      local at = source:number(#self.records)
      self.records[at] = self:record(self.records[at].id)
    end
  end,
}

--- A new record: its serial number is its own, its id perhaps another's as well.
function Service:record(id)
  self.serial = self.serial + 1
  if id == nil and self.ids ~= "none" then
    id = self.ids == "shared" and self.source:number(6) or self.serial
  end
  return { serial = self.serial, id = id }
end

-- The total as the service tells it.
local TOTALS = {
  right = function(_, n) return n end,
  text = function(_, n) return tostring(n) end,
  missing = function() return nil end,
  sometimes = function(self, n) return self.source:number(3) > 1 and n or nil end,
  late = function(self, n)
    local last = self.last_count or n
    self.last_count = n
    return last
  end,
}

local function position(self, params, size)
  if self.name == "jumpcloud" then
    return tonumber(params.skip) or 0
  end
  return ((tonumber(params.page) or 1) - 1) * size
end

function Service:answer(request)
  local source, form = self.source, self.form
  local params = wire.parse(request.url).params
  self.requests = self.requests + 1
  -- a list that grows by a page with each page has no end
  if self.requests > 1 and self.requests < RESTLESS and #self.changes > 0 and source:number(self.chance) == 1 then
    CHANGES[source:pick(self.changes)](self, source)
  end
  local size = math.min(tonumber(params[form.size]) or 10, self.most)
  local from = position(self, params, size)
  local items, serials = json.array {}, {}
  local is_blank = self.blank > 0 and source:number(self.blank) == 1
  for i = from + 1, is_blank and from or math.min(from + size, #self.records) do
    local record = self.records[i]
    items[#items + 1] = { [form.id] = record.id, serial = record.serial }
    serials[#serials + 1] = record.serial
  end
  local total = TOTALS[self.total](self, #self.records)
  self.pages[#self.pages + 1] = serials
  -- of a list whose pages were all empty, nothing but what was asked for is known
  self.seen = self.seen or #items > 0
  local step = self.seen and size or tonumber(params[form.size])
  self.said[#self.said + 1] = { from = from, step = step, total = tonumber(total), count = #items }
  local envelope = { [form.items] = items, [form.total] = total }
  if self.name == "knetik" then
    envelope.size = size
    envelope.last = from + size >= #self.records
  end
  return { status = 200, headers = { ["Content-Type"] = "application/json" }, body = assert(json.encode(envelope)) }
end

--- The list of its records; without a row with `is_free`.
function Service:list(options, is_free)
  if is_free then
    local cursor = options.cursor
    options.cursor = nil
    return self.client:list { path = self.form.path, query = options, cursor = cursor }
  end
  return self.client[self.form.operation](self.client, options)
end

--- The serial numbers of the records that it gave, one list for each page.
function Service:received()
  local all = {}
  for _, serials in ipairs(self.pages) do
    for _, serial in ipairs(serials) do
      all[#all + 1] = serial
    end
  end
  return all
end

--- Did the total that it told ever change?
function Service:changed_total()
  local last
  for _, said in ipairs(self.said) do
    if said.total and last and said.total ~= last then
      return true
    end
    last = said.total or last
  end
  return false
end

--- `kind`: changes (names of CHANGES), total (a name of TOTALS), ids ("own",
--- "shared" or "none"), blank (one page in so many is empty, 0 for none).
---@param name string "jumpcloud" or "knetik"
---@param source table see spec.support.random_json
---@param kind table
function M.new(name, source, kind)
  local self = setmetatable({
    name = name, form = FORMS[name], source = source, records = {}, serial = 0, requests = 0, pages = {}, said = {},
    changes = kind.changes or {}, total = kind.total or "right", ids = kind.ids or "own", blank = kind.blank or 0,
    chance = source:number(4), most = source:number(9),
  }, Service)
  for i = 1, source:number(40) - 1 do
    self.records[i] = self:record()
  end
  local options = { transport = function(request)
    return self:answer(request)
  end }
  for key, value in pairs(self.form.options) do
    options[key] = value
  end
  self.client = roster[name](options)
  return self
end

return M

-- A service whose list has an envelope, an offset or page numbers, and entries
-- that come and go between two pages.
--
--     local s = shelf.new("jumpcloud", 25)
--     s.before = function(n) if n == 2 then s:remove(1) end end
--     s:list{ limit = 5 }:all()
local json = require "roster.json"
local roster = require "roster"
local wire = require "spec.support.wire"

local M = {}

local Shelf = {}
Shelf.__index = Shelf

--- How each service spells it.
local FORMS = {
  jumpcloud = {
    operation = "organization_list", id = "_id", size = "limit", default = 10, most = 100,
    envelope = function(items, total)
      return { results = items, totalCount = total }
    end,
    offset = function(params)
      return tonumber(params.skip) or 0
    end,
    options = { api_key = "k" },
  },
  knetik = {
    operation = "get_users", id = "id", size = "size", default = 25, most = 1000,
    envelope = function(items, total, size)
      return { content = items, total_elements = total, size = size, number_of_elements = #items }
    end,
    offset = function(params, size)
      return ((tonumber(params.page) or 1) - 1) * size
    end,
    options = { url = "https://app.knetik.test", token = "t" },
  },
}

--- An entry's id by its number, in ascending order.
function Shelf:id(number)
  return self.form.id == "_id" and ("%024x"):format(number) or number
end

--- Adds entries by number; `at` is the position, the end when absent.
function Shelf:add(number, at)
  table.insert(self.entries, at or #self.entries + 1, number)
end

--- Removes the entry at a position.
function Shelf:remove(at)
  table.remove(self.entries, at)
end

function Shelf:answer(request)
  local asked = self.asked
  local params = wire.parse(request.url).params
  asked[#asked + 1] = params
  if self.before then
    self.before(#asked)
  end
  local form = self.form
  local size = math.min(tonumber(params[form.size]) or form.default, self.most or form.most)
  local offset = form.offset(params, size)
  local items = json.array {}
  for i = offset + 1, math.min(offset + size, #self.entries) do
    items[#items + 1] = { [form.id] = self:id(self.entries[i]) }
  end
  local envelope = form.envelope(items, #self.entries, size)
  if self.change then
    envelope = self.change(envelope, #asked) or envelope
  end
  return {
    status = 200,
    headers = { ["Content-Type"] = "application/json" },
    body = type(envelope) == "string" and envelope or assert(json.encode(envelope)),
  }
end

--- The list of the service's entries.
function Shelf:list(options)
  return self.client[self.form.operation](self.client, options)
end

--- The numbers of entries, in order.
function Shelf:numbers(items)
  local numbers = {}
  for i, item in ipairs(items) do
    local id = item[self.form.id]
    numbers[i] = self.form.id == "_id" and tonumber(id, 16) or id
  end
  return numbers
end

--- The numbers of everything that a loop over the list sees.
function Shelf:walk(options)
  local items = {}
  for item in self:list(options) do
    items[#items + 1] = item
  end
  return self:numbers(items)
end

--- A service with the entries 1 to `count`.
---@param service string "jumpcloud" or "knetik"
---@param count integer
function M.new(service, count)
  local self = setmetatable({ form = FORMS[service], service = service, entries = {}, asked = {} }, Shelf)
  for i = 1, count do
    self.entries[i] = i
  end
  local options = { transport = function(request)
    return self:answer(request)
  end }
  for name, value in pairs(self.form.options) do
    options[name] = value
  end
  self.client = roster[service](options)
  return self
end

--- 1 to n.
function M.count(n, from)
  local numbers = {}
  for i = from or 1, n do
    numbers[#numbers + 1] = i
  end
  return numbers
end

return M

-- Whatever is deleted between two pages: an entry that was there from the first
-- page to the last comes out of the list.
local random_json = require "spec.support.random_json"
local shelf = require "spec.support.shelf"

local ROUNDS = 400

--- One list, split and thinned out at random; what was lost, in words.
local function round(service, seed)
  local source = random_json.new(seed)
  local total = source:number(60) - 1
  local s = shelf.new(service, total)
  local size = source:number(9)
  s.most = source:number(9)
  local chance = source:number(4)
  local log = {}
  s.before = function(n)
    if n == 1 or #s.entries == 0 or source:number(chance) ~= 1 then
      return
    end
    for _ = 1, source:number(source:number(12)) do
      if #s.entries > 0 then
        -- more often in front: that is what moves the others
        local at = source:number(source:number(#s.entries))
        log[#log + 1] = n .. ":" .. s.entries[at]
        s:remove(at)
      end
    end
  end
  local seen, twice = {}, 0
  for _, number in ipairs(s:walk { [s.form.size] = size }) do
    twice = twice + (seen[number] and 1 or 0)
    seen[number] = true
  end
  for _, number in ipairs(s.entries) do
    if not seen[number] then
      return ("%d is lost: seed %d, %d entries, pages of %d (%d), deleted %s"):format(number, seed, total, size, s.most,
        table.concat(log, " "))
    end
  end
  if twice > 0 then
    return ("%d came twice: seed %d"):format(twice, seed)
  end
  assert.is_true(#s.asked < 2000)
end

--- The same, but the walk is broken off and resumed by its cursor.
local function resumed(service, seed)
  local source = random_json.new(seed)
  local s = shelf.new(service, source:number(40))
  local size = source:number(7)
  local options = { [s.form.size] = size }
  local seen = {}
  for _ = 1, 200 do
    local list = s:list(options)
    local taken = {}
    for i = 1, source:number(3 * size) do
      taken[i] = list()
    end
    for _, number in ipairs(s:numbers(taken)) do
      seen[number] = true
    end
    options = { [s.form.size] = size, cursor = list:cursor() }
    if not options.cursor then
      break
    end
    if source:number(3) == 1 then
      for _ = 1, math.min(source:number(5), #s.entries) do
        s:remove(source:number(#s.entries))
      end
    end
  end
  assert.is_nil(options.cursor)
  for _, number in ipairs(s.entries) do
    if not seen[number] then
      return ("%d is lost: seed %d"):format(number, seed)
    end
  end
end

for _, service in ipairs { "jumpcloud", "knetik" } do
  describe("entries of " .. service .. " that survive", function()
    it("are never lost, and come once", function()
      for seed = 1, ROUNDS do
        assert.is_nil(round(service, seed * 7919))
      end
    end)

    it("are never lost across cursors", function()
      for seed = 1, ROUNDS do
        assert.is_nil(resumed(service, seed * 104729))
      end
    end)
  end)
end

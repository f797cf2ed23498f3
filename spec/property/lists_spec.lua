-- Whatever a service does with its list: a record that was received is given, and
-- none is left out that a step back over a changed list did not repeat.
local moving = require "spec.support.moving"
local random_json = require "spec.support.random_json"

local ROUNDS = 30

-- what changes between two requests, how the service tells its total, whose ids
-- the records have, and how many pages are empty
local KINDS = {
  still = {},
  ["still, with shared ids"] = { ids = "shared" },
  ["still, without ids"] = { ids = "none" },
  ["still, without a total"] = { ids = "shared", total = "missing" },
  ["still, with its total as text"] = { ids = "shared", total = "text" },
  ["with empty pages"] = { ids = "shared", blank = 4 },
  ["with empty pages and no total"] = { ids = "shared", blank = 4, total = "missing" },
  shrinking = { changes = { "remove" } },
  ["shrinking, with shared ids"] = { changes = { "remove" }, ids = "shared" },
  ["shrinking, without ids"] = { changes = { "remove" }, ids = "none" },
  growing = { changes = { "add" }, ids = "shared" },
  moving = { changes = { "add", "remove" }, ids = "shared", total = "sometimes" },
  ["moving, with a late total"] = { changes = { "add", "remove" }, ids = "shared", total = "late" },
  unordered = { changes = { "shuffle" } },
  ["unordered and moving"] = { changes = { "shuffle", "add", "remove", "change" }, ids = "shared" },
  ["of everything"] = { changes = { "shuffle", "add", "remove", "change" }, ids = "shared", total = "sometimes",
    blank = 6 },
}

local function tally(list)
  local counts = {}
  for _, serial in ipairs(list) do
    counts[serial] = (counts[serial] or 0) + 1
  end
  return counts
end

--- Walks by a loop, by pages or by all(); returns what was given and what was
--- raised.
local function walk(list, how)
  local given = {}
  local ok, detail = pcall(function()
    if how == 1 then
      for item in list do
        given[#given + 1] = item.serial
      end
    elseif how == 2 then
      for page in list:pages() do
        for _, item in ipairs(page) do
          given[#given + 1] = item.serial
        end
      end
    else
      local page, message, why = list:page()
      while page do
        for _, item in ipairs(page) do
          given[#given + 1] = item.serial
        end
        page, message, why = list:page()
      end
      if message then
        error(why, 0)
      end
    end
  end)
  return given, not ok and detail or nil
end

-- What the service did where the walk says so.
local IS_SO = {
  { "no page after item %d+ has any, but the total is (%d+)", function(s, total)
    local last = s.said[#s.said]
    return last.count == 0 and last.from < tonumber(total) and last.from + last.step >= tonumber(total)
  end },
  { "the service repeats a page", function(s)
    local last = table.concat(s.pages[#s.pages], " ")
    for i = 1, #s.pages - 1 do
      if table.concat(s.pages[i], " ") == last then
        return true
      end
    end
    return false
  end },
  { "the total keeps changing", function(s)
    return #s.said > 1000 and s:changed_total()
  end },
}

local function is_so(s, detail)
  for _, row in ipairs(IS_SO) do
    local captured = tostring(detail):match(row[1])
    if captured then
      return row[2](s, captured)
    end
  end
  return false
end

--- What is wrong with one walk over one service, in words.
local function round(name, kind, seed, is_free)
  local source = random_json.new(seed)
  local s = moving.new(name, source, kind)
  local list = s:list({ [s.form.size] = source:number(9) }, is_free)
  local given, detail = walk(list, source:number(3))
  if detail then
    return not is_so(s, detail) and ("%s, which is not so"):format(tostring(detail)) or nil, #s.pages
  end
  local received = s:received()
  local came, went = tally(received), tally(given)
  local is_still = not s:changed_total()
  for serial, times in pairs(came) do
    local got = went[serial] or 0
    if got == 0 then
      return serial .. " is lost", #s.pages
    elseif got ~= times and (is_free or is_still) then
      return ("%d came %d times and was given %d times"):format(serial, times, got), #s.pages
    end
  end
  for serial, times in pairs(went) do
    if times > (came[serial] or 0) then
      return serial .. " was given more often than it came", #s.pages
    end
  end
  if is_still and table.concat(received, " ") ~= table.concat(given, " ") then
    return "the order is another", #s.pages
  end
  if #s.changes == 0 and s.blank == 0 and #received ~= #s.records then
    return ("%d of %d came"):format(#received, #s.records), #s.pages
  end
  return nil, #s.pages
end

--- The same by two lists, of which the second goes on from the first's cursor: what
--- both received both gave.
local function resumed(name, kind, seed, is_free)
  local source = random_json.new(seed)
  local s = moving.new(name, source, kind)
  local size = source:number(9)
  local list = s:list({ [s.form.size] = size }, is_free)
  local given = {}
  local ok = pcall(function()
    for _ = 1, source:number(30) do
      given[#given + 1] = (list() or {}).serial
    end
  end)
  local cursor = ok and list:cursor()
  if not cursor then
    return nil, #s.pages
  end
  local rest, detail = walk(s:list({ [s.form.size] = size, cursor = cursor }, is_free), source:number(3))
  if detail then
    return not is_so(s, detail) and ("%s, which is not so"):format(tostring(detail)) or nil, #s.pages
  end
  for _, serial in ipairs(rest) do
    given[#given + 1] = serial
  end
  local went = tally(given)
  for _, record in ipairs(#s.changes == 0 and s.blank == 0 and s.records or {}) do
    if not went[record.serial] then
      return record.serial .. " is lost", #s.pages
    end
  end
  return nil, #s.pages
end

local walks, pages = 0, 0

for _, name in ipairs { "jumpcloud", "knetik" } do
  for what, kind in pairs(KINDS) do
    describe("a list of " .. name .. " that is " .. what, function()
      for _, is_free in ipairs { false, true } do
        for way, turn in pairs { ["in one go"] = round, ["resumed by a cursor"] = resumed } do
          it("loses nothing " .. way .. (is_free and ", without a row" or ""), function()
            for seed = 1, ROUNDS do
              local fault, count = turn(name, kind, seed * 7919 + #what, is_free)
              walks, pages = walks + 1, pages + count
              assert.is_nil(fault and fault .. ": seed " .. seed)
            end
          end)
        end
      end
    end)
  end
end

describe("the walks above", function()
  it("are thousands", function()
    assert.is_true(walks >= 3840 and pages >= 5 * walks, walks .. " walks, " .. pages .. " pages")
  end)
end)

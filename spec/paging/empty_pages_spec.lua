-- Empty pages of a list with a total: the place tells whether the list ends there.
local json = require "roster.json"
local shelf = require "spec.support.shelf"

local count = shelf.count

for _, service in ipairs { "jumpcloud", "knetik" } do
  local is_jumpcloud = service == "jumpcloud"
  local size = is_jumpcloud and "limit" or "size"
  local items = is_jumpcloud and "results" or "content"
  local total_name = is_jumpcloud and "totalCount" or "total_elements"

  --- A shelf whose n-th answers are empty, with the totals that `total` gives.
  local function emptied(entries, empty, total)
    local s = shelf.new(service, entries)
    s.change = function(envelope, n)
      if empty[n] then
        envelope[items] = json.array {}
      end
      if total then
        envelope[total_name] = total(n)
      end
    end
    return s
  end

  local function raised(s, options)
    local ok, detail = pcall(s.walk, s, options)
    assert.is_false(ok, "nothing was raised")
    assert.equal("protocol", detail.kind)
    return tostring(detail)
  end

  describe("an empty page of " .. service, function()
    it("before the total goes on by the size of a page", function()
      local s = emptied(12, { [2] = true })
      assert.same({ 1, 2, 3, 7, 8, 9, 10, 11, 12 }, s:walk { [size] = 3 })
      assert.equal(4, #s.asked)
    end)

    it("goes on where it is the first, or one of several", function()
      assert.same({ 7, 8, 9, 10, 11, 12 }, emptied(12, { true, true }):walk { [size] = 3 })
      assert.same({ 1, 2, 3, 10, 11, 12 }, emptied(12, { [2] = true, [3] = true }):walk { [size] = 3 })
    end)

    it("goes on by the last total where it has none", function()
      local s = emptied(9, { [2] = true }, function(n)
        return n ~= 2 and 9 or nil
      end)
      assert.same({ 1, 2, 3, 7, 8, 9 }, s:walk { [size] = 3 })
    end)

    for _, total in ipairs { 7, 8, 9, 10, 100 } do
      it(("is an error with both numbers where nothing more comes before the total, %d"):format(total), function()
        local s = emptied(6, {}, function() return total end)
        assert.matches(("no page after item 6 has any, but the total is %d"):format(total), raised(s, { [size] = 3 }))
        assert.equal(2 + math.ceil((total - 6) / 3), #s.asked)
      end)
    end

    it("is an error where the list has a total but no record", function()
      local s = emptied(0, {}, function() return 5 end)
      assert.matches("no page after item 0 has any, but the total is 5", raised(s, { [size] = 3 }))
    end)

    it("is an error where the last one is empty, also from a cursor", function()
      local s = emptied(9, { [3] = true })
      assert.matches("no page after item 6 has any, but the total is 9", raised(s, { [size] = 3 }))
      local list = emptied(9, {}):list { [size] = 3 }
      list:page()
      list:page()
      s = emptied(9, { true })
      assert.matches("but the total is 9", raised(s, { [size] = 3, cursor = list:cursor() }))
    end)

    it("is the end at or after the total", function()
      local s = emptied(6, {}, function() return nil end)
      assert.same(count(6), s:walk { [size] = 3 })
      assert.equal(3, #s.asked)
      s = emptied(6, {})
      assert.same({}, s:walk { [size] = 3, [is_jumpcloud and "skip" or "page"] = is_jumpcloud and 6 or 3 })
      assert.equal(1, #s.asked)
    end)

    it("is the end where the total has shrunk to its place", function()
      local s = shelf.new(service, 9)
      s.before = function(n)
        for _ = 1, n == 3 and 3 or 0 do
          s:remove(#s.entries)
        end
      end
      assert.same(count(6), s:walk { [size] = 3 })
    end)
  end)
end

describe("a page of knetik that says whether it is the last", function()
  local function saying(last, total, empty)
    local s = shelf.new("knetik", 9)
    s.change = function(envelope, n)
      envelope.last, envelope.total_elements = last(n), total
      if empty and empty[n] then
        envelope.content = json.array {}
      end
    end
    return s
  end

  it("goes on without a total, until it says so", function()
    local s = saying(function(n) return n >= 4 end, nil, { [2] = true })
    assert.same({ 1, 2, 3, 7, 8, 9 }, s:walk { size = 3 })
    assert.equal(4, #s.asked)
  end)

  it("goes on after the total where it says that it is not the last", function()
    local s = saying(function(n) return n >= 3 end, 9)
    s.change = function(envelope, n)
      envelope.last, envelope.total_elements = n >= 3, math.min(9, 3 * n)
    end
    assert.same(count(9), s:walk { size = 3 })
  end)

  it("does not go on for ever", function()
    local s = saying(function() return false end, nil)
    local ok, detail = pcall(s.walk, s, { size = 3, max_empty_pages = 5 })
    assert.is_false(ok)
    assert.matches("6 empty pages in a row", tostring(detail))
    assert.equal(9, #s.asked)
    s = saying(function() return false end, 9)
    assert.same(count(9), s:walk { size = 3 })
    assert.equal(4, #s.asked)
  end)
end)

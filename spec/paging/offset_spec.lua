-- Lists with an offset or page numbers: every entry, whatever happens meanwhile.
local shelf = require "spec.support.shelf"

local count = shelf.count

--- What the list raises.
local function raised(s, options)
  local ok, detail = pcall(s.walk, s, options)
  assert.is_false(ok, "nothing was raised")
  assert.equal("protocol", detail.kind, tostring(detail))
  return tostring(detail)
end

local function field(asked, name)
  local values = {}
  for i, params in ipairs(asked) do
    values[i] = params[name] or "-"
  end
  return table.concat(values, " ")
end

for _, service in ipairs { "jumpcloud", "knetik" } do
  local is_jumpcloud = service == "jumpcloud"
  local size = is_jumpcloud and "limit" or "size"
  local start = is_jumpcloud and "skip" or "page"

  describe("a list of " .. service, function()
    it("asks for nothing when it is made", function()
      local s = shelf.new(service, 5)
      s:list()
      assert.equal(0, #s.asked)
    end)

    for _, total in ipairs { 0, 1, 2, 3, 4, 5, 6, 7, 10, 11 } do
      it(("of %d gives all of them, three at a time, and asks no more than needed"):format(total), function()
        local s = shelf.new(service, total)
        assert.same(count(total), s:walk { [size] = 3 })
        assert.equal(math.max(1, math.ceil(total / 3)), #s.asked)
      end)
    end

    it("gives all of thousands", function()
      local s = shelf.new(service, 2345)
      assert.same(count(2345), s:walk { [size] = 100 })
      assert.equal(24, #s.asked)
    end)

    it("advances by what came", function()
      local s = shelf.new(service, 8)
      s:walk { [size] = 3 }
      assert.equal(is_jumpcloud and "- 3 6" or "- 2 3", field(s.asked, start))
      assert.equal("3 3 3", field(s.asked, size))
    end)

    it("gives pages, their meta and the total", function()
      local s = shelf.new(service, 5)
      local list = s:list { [size] = 3 }
      local page, meta = list:page()
      assert.same({ 1, 2, 3 }, s:numbers(page))
      assert.equal(5, meta.total)
      assert.equal(200, meta.status)
      assert.same({ 4, 5 }, s:numbers((list:page())))
      assert.is_nil((list:page()))
      assert.equal(2, #s.asked)
    end)

    it("goes on when pages are shorter than what was asked for", function()
      local s = shelf.new(service, 23)
      s.most = 4
      assert.same(count(23), s:walk { [size] = 10 })
      s = shelf.new(service, 23)
      s.most = 4
      local from = is_jumpcloud and 8 or 3
      assert.same(count(23, 9), s:walk { [size] = 10, [start] = from })
    end)

    it("begins where it is told to", function()
      local s = shelf.new(service, 10)
      assert.same(count(10, 7), s:walk { [size] = 3, [start] = is_jumpcloud and 6 or 3 })
      assert.same({}, s:walk { [size] = 3, [start] = 90 })
      s = shelf.new(service, 10)
      assert.same(count(10, 7), s:walk { [size] = "3", [start] = is_jumpcloud and "6" or "3" })
    end)

    it("can be walked twice, and by all, first and pages", function()
      local s = shelf.new(service, 7)
      local list = s:list { [size] = 3 }
      assert.equal(7, #list:all())
      assert.equal(7, #list:all())
      assert.same({ 1 }, s:numbers { list:first() })
      assert.same(count(4), s:numbers(list:all { max = 4 }))
      local pages = {}
      for page in list:pages() do
        pages[#pages + 1] = #page
      end
      assert.same({ 3, 3, 1 }, pages)
    end)

    local TOTALS = {
      { "is missing", function() return nil end },
      { "is null", function() return require("roster").null end },
      { "is a string", function(n) return tostring(n) end },
      { "is negative", function() return -1 end },
      { "is a fraction", function(n) return n - 0.5 end },
      { "is too large", function() return 1e300 end },
      { "is a word", function() return "many" end },
      { "is a list", function(n) return { n } end },
      { "is less than what is there", function() return 2 end },
    }
    for _, row in ipairs(TOTALS) do
      it("whose total " .. row[1] .. " still gives everything", function()
        local s = shelf.new(service, 8)
        s.change = function(envelope)
          local name = is_jumpcloud and "totalCount" or "total_elements"
          envelope[name] = row[2](#s.entries)
        end
        assert.same(count(8), s:walk { [size] = 3 })
      end)
    end

    it("leaves out what has moved to the next page", function()
      local s = shelf.new(service, 9)
      s.before = function(n)
        if n == 2 then
          s:add(100, 1) -- in front of everything
        end
      end
      assert.same(count(9), s:walk { [size] = 3 })
    end)

    it("goes on when a whole page has moved to the next", function()
      local s = shelf.new(service, 9)
      s.before = function(n)
        if n == 2 then
          for i = 1, 3 do
            s:add(100 + i, 1)
          end
        end
      end
      assert.same(count(9), s:walk { [size] = 3 })
    end)

    it("gives what was added behind", function()
      local s = shelf.new(service, 6)
      s.before = function(n)
        if n == 2 then
          s:add(7)
          s:add(8)
        end
      end
      assert.same(count(8), s:walk { [size] = 3 })
    end)

    it("misses nothing when entries are deleted", function()
      for gone = 1, 6 do
        local s = shelf.new(service, 20)
        s.before = function(n)
          for _ = 1, n == 3 and gone or 0 do
            s:remove(1)
          end
        end
        assert.same(count(20), s:walk { [size] = 3 }, gone .. " gone")
      end
    end)

    it("does not repeat what it gave when entries behind are deleted", function()
      local s = shelf.new(service, 20)
      s.before = function(n)
        for _ = 1, n == 4 and 8 or 0 do
          s:remove(#s.entries)
        end
      end
      assert.same(count(12), s:walk { [size] = 3 })
    end)

    it("gives what is left when all that it gave is deleted", function()
      local s = shelf.new(service, 12)
      s.before = function(n)
        for _ = 1, n == 4 and 9 or 0 do
          s:remove(1)
        end
      end
      assert.same(count(12), s:walk { [size] = 3 })
    end)

    it("ends when everything is deleted", function()
      local s = shelf.new(service, 12)
      s.before = function(n)
        if n == 3 then
          s.entries = {}
        end
      end
      assert.same(count(6), s:walk { [size] = 3 })
    end)

    local ENVELOPES = {
      { "nothing", "" }, { "null", "null" }, { "true", "true" }, { "a string", '"x"' }, { "a number", "5" },
      { "a list", "[]" }, { "a list of entries", '[{"id":1}]' }, { "an object without the list", "{}" },
      { "an error in a 200", '{"message":"no"}' }, { "null for the list", '{"results":null,"content":null}' },
      { "an object for the list", '{"results":{},"content":{}}' },
      { "a string for the list", '{"results":"x","content":"x"}' }, { "HTML", "<html></html>" },
      { "half of it", '{"results":[{"_id":"1"}' },
    }
    for _, row in ipairs(ENVELOPES) do
      it("is an error, not an end, when a page is " .. row[1], function()
        for _, bad in ipairs { 1, 2 } do
          local s = shelf.new(service, 6)
          s.change = function(_, n)
            return n == bad and row[2] or nil
          end
          raised(s, { [size] = 3 })
          assert.equal(bad, #s.asked)
        end
      end)
    end

    it("asks for the same page again after an error", function()
      local s = shelf.new(service, 6)
      s.change = function(_, n)
        return n == 2 and "{}" or nil
      end
      local list = s:list { [size] = 3 }
      assert.same({ 1, 2, 3 }, s:numbers((list:page())))
      local page, message = list:page()
      assert.is_nil(page)
      assert.matches("the page has no list of", message)
      assert.same({ 4, 5, 6 }, s:numbers((list:page())))
    end)

    for _, total in ipairs { 3, 6, 7, 30 } do
      it(("raises when the service gives one page for ever, and says there are %d"):format(total), function()
        local s = shelf.new(service, 3)
        local name = is_jumpcloud and "totalCount" or "total_elements"
        s.answer = (function(answer)
          return function(self, request)
            return answer(self, { url = request.url:gsub(start .. "=%d+", start .. "=" .. (is_jumpcloud and 0 or 1)) })
          end
        end)(s.answer)
        s.change = function(envelope)
          envelope[name] = total
        end
        if total == 3 then
          assert.same(count(3), s:walk { [size] = 3 })
        else
          assert.matches("the service repeats a page", raised(s, { [size] = 3 }))
        end
        s.change = function(envelope)
          envelope[name] = nil
        end
        assert.matches("the service repeats a page", raised(s, { [size] = 3 }))
      end)
    end

    it("raises when the total never rests", function()
      local s = shelf.new(service, 40)
      s.change = function(envelope, n)
        envelope[is_jumpcloud and "totalCount" or "total_elements"] = n % 2 == 0 and 40 or 1000000
      end
      assert.matches("the total keeps changing", raised(s, { [size] = 3, [start] = is_jumpcloud and 30 or 11 }))
    end)
  end)

  describe("a cursor of " .. service, function()
    it("leads on from every place, and everything comes once", function()
      for stop = 0, 9 do
        local s = shelf.new(service, 10)
        local list = s:list { [size] = 3 }
        local seen = {}
        for _ = 1, stop do
          seen[#seen + 1] = assert(list())
        end
        local numbers, known = s:numbers(seen), {}
        for _, number in ipairs(numbers) do
          known[number] = true
        end
        local cursor = assert(list:cursor(), "no cursor after " .. stop)
        for _, number in ipairs(s:walk { [size] = 3, cursor = cursor }) do
          -- a page not read to its end comes again
          if not known[number] then
            numbers[#numbers + 1] = number
          end
        end
        assert.same(count(10), numbers)
      end
    end)

    it("is nil at the end", function()
      local s = shelf.new(service, 4)
      local list = s:list { [size] = 3 }
      list:all()
      assert.is_nil((list:cursor()))
    end)

    it("misses nothing that moved while nobody looked", function()
      local s = shelf.new(service, 12)
      local list = s:list { [size] = 3 }
      list:page()
      list:page()
      local cursor = list:cursor()
      for _ = 1, 4 do
        s:remove(2)
      end
      local found = {}
      for _, number in ipairs(s:walk { [size] = 3, cursor = cursor }) do
        found[number] = true
      end
      for number = 7, 12 do
        assert.is_true(found[number], number .. " is missing")
      end
    end)

    it("of a list that is not there is refused, and nothing is asked", function()
      for _, cursor in ipairs { "", "x", start, start .. "=", start .. "=-1", start .. "=1.5", "after=3",
        start .. "=3&" .. size .. "=5", start .. "=1,total=x", start .. "=1,total=", (is_jumpcloud and "page" or "skip")
        .. "=1", "https://app.knetik.test/users?page=2" } do
        local s = shelf.new(service, 5)
        local page, message, detail = s:list({ cursor = cursor }):page()
        assert.is_nil(page)
        assert.matches("the cursor belongs to another list", message)
        assert.equal("argument", detail.kind)
        assert.equal(0, #s.asked)
      end
    end)
  end)
end

describe("the order of JumpCloud's lists", function()
  local function sorts(options)
    local s = shelf.new("jumpcloud", 25)
    s:walk(options)
    return field(s.asked, "sort"), field(s.asked, "sortIgnoreCase")
  end

  it("is by _id on every page, unless the caller says how", function()
    assert.equal("_id _id _id", (sorts()))
    assert.equal("_id _id _id", (sorts { filter = "a:$eq:b", fields = "displayName" }))
    local sort, folded = sorts { sort = "-displayName" }
    assert.equal("-displayName -displayName -displayName", sort)
    assert.equal("- - -", folded)
    for _, name in ipairs { "sort_ignore_case", "sortIgnoreCase" } do
      sort, folded = sorts { [name] = "displayName" }
      assert.equal("- - -", sort)
      assert.equal("displayName displayName displayName", folded)
    end
  end)

  it("shows in a dry run", function()
    local s = shelf.new("jumpcloud", 1)
    local shown = assert(s:list { dry_run = true, limit = 5 })
    assert.equal("https://console.jumpcloud.com/api/organizations?limit=5&sort=_id", shown.url)
    assert.equal(0, #s.asked)
  end)

  it("is the caller's business at Knetik", function()
    local s = shelf.new("knetik", 30)
    s:walk()
    assert.equal("- -", field(s.asked, "order"))
    s:walk { order = "username:ASC" }
    assert.equal("- - username:ASC username:ASC", field(s.asked, "order"))
  end)
end)

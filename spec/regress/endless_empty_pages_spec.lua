-- A list whose every page was empty and had a link to another was walked for
-- ever, as Okta's log without "until" has it.
local pages = require "spec.support.pages"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local shelf = require "spec.support.shelf"

--- A client whose log has `full` pages of one event, then empty ones for ever.
local function endless(options, full)
  local asked = { n = 0 }
  return replayed.client(nil, {
    max_empty_pages = options and options.max_empty_pages,
    transport = function()
      asked.n = asked.n + 1
      assert(asked.n < 2000, "asked for ever")
      return replayed.json(asked.n <= (full or 1) and '[{"id":"1"}]' or "[]", 200,
        { Link = ('<%s/api/v1/logs?after=%d>; rel="next"'):format(replayed.url, asked.n) })
    end,
  }), asked
end

local WAYS = {
  ["a loop"] = function(list)
    return select(2, pcall(function() for _ in list do end end)) -- luacheck: ignore 542
  end,
  ["pages()"] = function(list)
    return select(2, pcall(function() for _ in list:pages() do end end)) -- luacheck: ignore 542
  end,
  ["all()"] = function(list) return select(3, list:all()) end,
  ["page()"] = function(list)
    local page, _, detail
    repeat
      page, _, detail = list:page()
    until not page
    return detail
  end,
}

for name, walk in pairs(WAYS) do
  describe("empty pages without end", function()
    it("are an error of " .. name .. " after so many", function()
      local okta, asked = endless()
      local detail = walk(okta:list { path = "/api/v1/logs" })
      assert.equal("protocol", detail.kind)
      assert.equal("okta list: 301 empty pages in a row, with more to come: the list may never end; max_empty_pages"
        .. " allows more", tostring(detail))
      assert.equal(302, asked.n)
    end)

    it("are an error of " .. name .. " after as many as the client or the list says", function()
      for most, options in pairs { [0] = { 0 }, [7] = { 7 }, [2] = { 900, 2 }, [400] = { 5, 400 } } do
        local okta, asked = endless({ max_empty_pages = options[1] }, 3)
        local detail = walk(okta:list { path = "/api/v1/logs", max_empty_pages = options[2] })
        assert.matches(("%d empty pages in a row"):format(most + 1), tostring(detail))
        assert.equal(3 + most + 1, asked.n)
        local users
        okta, asked = endless({ max_empty_pages = options[1] }, 3)
        users = okta:list_users { max_empty_pages = options[2] }
        assert.matches(("%d empty pages in a row"):format(most + 1), tostring(walk(users)))
        assert.equal(3 + most + 1, asked.n)
      end
    end)
  end)
end

describe("empty pages", function()
  it("are an error of first()", function()
    local okta, asked = endless({ max_empty_pages = 20 }, 0)
    local item, message = okta:list_users():first()
    assert.is_nil(item)
    assert.matches("21 empty pages in a row", message)
    assert.equal(21, asked.n)
  end)

  it("are counted anew after each page with items, and by each walk", function()
    local script = {}
    for i = 1, 30 do
      script[i] = i % 4 == 0 and { tostring(i) } or {}
    end
    local okta = pages.client(script)
    local list = okta:list_users { max_empty_pages = 3 }
    assert.equal(7, #assert(list:all()))
    assert.equal(7, #assert(list:all()))
    local items, message = okta:list_users({ max_empty_pages = 2 }):all()
    assert.is_nil(items)
    assert.matches("3 empty pages in a row", message)
  end)

  it("lead on after the error, by page() or a cursor", function()
    local script = {}
    for i = 1, 11 do
      script[i] = i == 11 and { "last" } or {}
    end
    local okta = pages.client(script)
    local list = okta:list_users { max_empty_pages = 5 }
    local page, message
    repeat
      page, message = list:page()
    until not page
    assert.matches("6 empty pages in a row", message)
    assert.same({ "last" }, pages.walk(okta:list_users { cursor = list:cursor() }))
    repeat
      page = assert(list:page())
    until #page > 0
    assert.same({ "last" }, pages.ids(page))
  end)

  it("may be as many as wanted", function()
    local script = {}
    for i = 1, 500 do
      script[i] = i == 500 and { "last" } or {}
    end
    local okta = pages.client(script)
    assert.is_nil((okta:list_users():all()))
    assert.same({ "last" }, pages.walk(okta:list_users { max_empty_pages = math.huge }))
  end)

  for _, service in ipairs { "jumpcloud", "knetik" } do
    it("before a far total of " .. service .. " are an error that says where", function()
      local s = shelf.new(service, 6)
      s.change = function(envelope)
        envelope[service == "jumpcloud" and "totalCount" or "total_elements"] = 100000
      end
      local ok, detail = pcall(s.walk, s, { [s.form.size] = 3, max_empty_pages = 10 })
      assert.is_false(ok)
      assert.matches("11 empty pages in a row, up to item 39 of 100000, with more to come", tostring(detail))
      assert.equal(13, #s.asked)
    end)
  end
end)

describe("max_empty_pages", function()
  it("is a number, and not below 0", function()
    local okta = replayed.client()
    for _, bad in ipairs { -1, 0 / 0, -math.huge } do
      assert.equal('okta list_users: option "max_empty_pages" must be 0 or more',
        raised.here(function() okta:list_users { max_empty_pages = bad } end))
      assert.equal('okta list: option "max_empty_pages" must be 0 or more',
        raised.here(function() okta:list { path = "/x", max_empty_pages = bad } end))
      assert.equal('roster.okta: option "max_empty_pages" must be 0 or more',
        raised.here(function() roster.okta { url = replayed.url, token = "t", max_empty_pages = bad } end))
    end
    assert.matches('option "max_empty_pages": expected number, got string',
      raised.here(function() okta:list_users { max_empty_pages = "9" } end))
    assert.matches("max_empty_pages: expected number, got string",
      raised.here(function() okta:list { path = "/x", max_empty_pages = "9" } end))
  end)

  it("is no option of what is no list", function()
    assert.matches('unknown option "max_empty_pages"',
      raised.here(function() replayed.client():get_user("x", { max_empty_pages = 9 }) end))
  end)
end)

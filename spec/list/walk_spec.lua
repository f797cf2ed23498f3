-- Walking a list: every item, no request too many, and where it ends.
local core = require "roster.core"
local pages = require "spec.support.pages"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local wire = require "spec.support.wire"
local unpack = table.unpack or unpack

local THREE = { { "1", "2" }, { "3", "4" }, { "5" } }

describe("a loop over a list", function()
  it("sees every item of every page", function()
    local okta, asked = pages.client(THREE)
    assert.same({ "1", "2", "3", "4", "5" }, pages.walk(okta:list_users()))
    assert.same({ 1, 2, 3 }, asked)
  end)

  it("sends nothing before it begins", function()
    local okta, asked = pages.client(THREE)
    local list = okta:list_users { limit = 2 }
    assert.equal("roster.list{list_users}", tostring(list))
    assert.equal(0, #asked)
    local iterate = list:pages()
    assert.equal(0, #asked)
    assert.equal(2, #iterate())
    assert.equal(1, #asked)
  end)

  it("asks for a page only when an item of it is wanted", function()
    local okta, asked = pages.client(THREE)
    local counts = {}
    for user in okta:list_users() do
      counts[user.id] = #asked
    end
    assert.same({ ["1"] = 1, ["2"] = 1, ["3"] = 2, ["4"] = 2, ["5"] = 3 }, counts)
    assert.equal(3, #asked)
  end)

  it("goes on behind an empty page that has a next one", function()
    local okta, asked = pages.client { {}, { "1" }, {}, {}, { "2" }, {} }
    assert.same({ "1", "2" }, pages.walk(okta:list_users()))
    assert.same({ 1, 2, 3, 4, 5, 6 }, asked)
  end)

  it("ends at once when there is nothing", function()
    local okta, asked = pages.client { {} }
    assert.same({}, pages.walk(okta:list_users()))
    assert.same({ 1 }, asked)
  end)

  it("begins anew each time", function()
    local okta, asked = pages.client(THREE)
    local list = okta:list_users()
    assert.same({ "1", "2", "3", "4", "5" }, pages.walk(list))
    assert.same({ "1", "2", "3", "4", "5" }, pages.walk(list))
    assert.same({ 1, 2, 3, 1, 2, 3 }, asked)
  end)

  it("begins anew after a break", function()
    local okta, asked = pages.client(THREE)
    local list = okta:list_users()
    for user in list do
      if user.id == "3" then
        break
      end
    end
    assert.same({ 1, 2 }, asked)
    assert.same({ "1", "2", "3", "4", "5" }, pages.walk(list))
    assert.same({ 1, 2, 1, 2, 3 }, asked)
  end)

  it("sends the query with the first page, then what the links say", function()
    local okta, sent = replayed.client {
      replayed.json("[{}]", 200, { Link = "<" .. replayed.url .. '/api/v1/users?limit=2&after=%2Bx>; rel="next"' }),
      replayed.json "[{}]",
    }
    assert.equal(2, #okta:list_users({ search = 'a eq "b"', limit = 2, headers = { ["X-A"] = "b" } }):all())
    assert.same({ search = 'a eq "b"', limit = "2" }, wire.parse(sent[1].url).params)
    assert.equal(replayed.url .. "/api/v1/users?limit=2&after=%2Bx", sent[2].url)
    for _, request in ipairs(sent) do
      assert.equal("GET", request.method)
      assert.equal("SSWS " .. replayed.token, wire.header(request, "Authorization"))
      assert.equal("b", wire.header(request, "X-A"))
    end
  end)

  it("does not mind what becomes of the caller's options", function()
    local okta, sent = replayed.client {
      replayed.json("[{}]", 200, { Link = "<" .. replayed.url .. '/api/v1/users?after=x>; rel="next"' }),
      replayed.json "[{}]",
    }
    local options = { search = "mine", headers = { ["X-A"] = "b" } }
    local list = okta:list_users(options)
    options.search, options.nonsense, options.headers["X-A"], options.headers.Host = "yours", true, "c", "evil"
    assert.equal(2, #list:all())
    assert.same({ search = "mine" }, wire.parse(sent[1].url).params)
    assert.equal("b", wire.header(sent[2], "X-A"))
  end)

  for _, op in ipairs(core.catalog("okta").operations) do
    if op.returns and op.returns.list then
      it("works for " .. op.name, function()
        local args = {}
        for _, param in ipairs(op.params) do
          args[#args + 1] = param.place == "path" and "x" or nil
        end
        local next_url
        local okta, sent = replayed.always(function(request)
          next_url = next_url or request.url .. "?after=2"
          local more = request.url ~= next_url and "<" .. next_url .. ">; rel=next" or nil
          return replayed.json('[{"id":"1"}]', 200, { Link = more })
        end)
        assert.same({ "1", "1" }, pages.walk(okta[op.name](okta, unpack(args))))
        assert.equal(2, #sent)
      end)
    end
  end
end)

describe("a list used in two places at once", function()
  it("raises at the outer loop instead of missing items", function()
    local okta = pages.client(THREE)
    local list = okta:list_users()
    local turns = 0
    local function nested(_)
      for _ in list do
        turns = turns + 1
        assert.is_true(turns < 10)
        assert.is_table(list(nil, nil))
      end
    end
    assert.matches("also used inside of its own loop", raised.here(nested))
  end)

  local INSIDE = {
    first = function(list) return list:first() end,
    all = function(list) return list:all() end,
    page = function(list) return list:page() end,
    pages = function(list) return list:pages() end,
    ["a call by hand"] = function(list) return list() end,
  }
  for name, use in pairs(INSIDE) do
    it("raises for " .. name, function()
      local okta = pages.client(THREE)
      local list = okta:list_users()
      local turns = 0
      local function nested(_)
        for _ in list do
          turns = turns + 1
          assert.is_true(turns < 10)
          use(list)
        end
      end
      assert.matches("also used inside of its own loop", raised.here(nested))
    end)
  end

  it("is fine with cursor(), which does not move it", function()
    local okta = pages.client(THREE)
    local list = okta:list_users()
    local count = 0
    for _ in list do
      count = count + 1
      list:cursor()
    end
    assert.equal(5, count)
  end)
end)

describe("a list called by hand", function()
  it("gives item after item, then nil for good", function()
    local okta, asked = pages.client(THREE)
    local list = okta:list_users()
    local ids = {}
    for i = 1, 5 do
      ids[i] = list().id
    end
    assert.same({ "1", "2", "3", "4", "5" }, ids)
    assert.is_nil(list())
    assert.is_nil(list())
    assert.same({ 1, 2, 3 }, asked)
  end)
end)

describe("list:pages()", function()
  it("gives page after page, empty ones too", function()
    local okta, asked = pages.client { { "1" }, {}, { "2", "3" } }
    local seen = {}
    for page in okta:list_users():pages() do
      seen[#seen + 1] = pages.ids(page)
    end
    assert.same({ { "1" }, {}, { "2", "3" } }, seen)
    assert.same({ 1, 2, 3 }, asked)
  end)
end)

describe("list:page()", function()
  it("is one request, and tells what came with it", function()
    local okta, asked = pages.client(THREE)
    local list = okta:list_users()
    local page, meta = list:page()
    assert.same({ "1", "2" }, pages.ids(page))
    assert.equal(200, meta.status)
    assert.matches("after=c2", meta.headers["link"])
    assert.same({ 1 }, asked)
    assert.same({ "3", "4" }, pages.ids((list:page())))
    assert.same({ "5" }, pages.ids((list:page())))
    assert.is_nil((list:page()))
    assert.equal(0, select("#", list:page()) - 1)
    assert.same({ 1, 2, 3 }, asked)
  end)
end)

describe("list:all()", function()
  it("is everything in one table", function()
    local okta = pages.client(THREE)
    assert.same({ "1", "2", "3", "4", "5" }, pages.ids(okta:list_users():all()))
  end)

  local ROWS = {
    { 0, {}, {} }, { 1, { "1" }, { 1 } }, { 2, { "1", "2" }, { 1 } }, { 3, { "1", "2", "3" }, { 1, 2 } },
    { 5, { "1", "2", "3", "4", "5" }, { 1, 2, 3 } }, { 100, { "1", "2", "3", "4", "5" }, { 1, 2, 3 } },
    { math.huge, { "1", "2", "3", "4", "5" }, { 1, 2, 3 } },
  }
  for _, row in ipairs(ROWS) do
    it("stops after max = " .. row[1] .. " items, and asks for no page more", function()
      local okta, asked = pages.client(THREE)
      assert.same(row[2], pages.ids(okta:list_users():all { max = row[1] }))
      assert.same(row[3], asked)
    end)
  end

  local list = pages.client(THREE):list_users()
  local MISUSE = {
    { function() list:all(5) end, "list:all: expected a table of options, got number" },
    { function() list:all { maximum = 5 } end, 'list:all: unknown option "maximum", did you mean "max"?' },
    { function() list:all { max = "5" } end, 'list:all: option "max" must be a number of items' },
    { function() list:all { max = -1 } end, 'list:all: option "max" must be a number of items' },
    { function() list:all { max = 0 / 0 } end, 'list:all: option "max" must be a number of items' },
  }
  for _, row in ipairs(MISUSE) do
    it("raises at the caller's line: " .. row[2], function()
      assert.equal(row[2], raised.here(row[1]))
    end)
  end
end)

describe("list:first()", function()
  it("is the first item, from one request", function()
    local okta, asked = pages.client(THREE)
    assert.equal("1", okta:list_users():first().id)
    assert.same({ 1 }, asked)
  end)

  it("may be on a later page", function()
    local okta, asked = pages.client { {}, {}, { "7" } }
    assert.equal("7", okta:list_users():first().id)
    assert.same({ 1, 2, 3 }, asked)
  end)

  it("is nil and no message when there is none", function()
    local okta = pages.client { {}, {} }
    local item, message = okta:list_users():first()
    assert.is_nil(item)
    assert.is_nil(message)
  end)
end)

describe("a list taken for a table", function()
  local list = pages.client(THREE):list_users()

  it("raises for a numbered item", function()
    assert.matches("a list has no numbered items", raised.here(function() print(list[1]) end))
  end)

  if _VERSION ~= "Lua 5.1" then
    -- 5.1 asks no metamethod here
    it("raises for its length and for ipairs", function()
      assert.matches("not known", raised.here(function() print(#list) end))
      assert.has_error(function() for _ in ipairs(list) do print() end end)
    end)
  end

  for _, name in ipairs { "page", "pages", "all", "first", "cursor", "rewind" } do
    it("raises for " .. name .. " called by a dot", function()
      assert.equal("use list:" .. name .. "(...), with a colon", raised.here(function() list[name]() end))
      assert.equal("use list:" .. name .. "(...), with a colon", raised.here(function() list[name]({}) end))
    end)
  end
end)

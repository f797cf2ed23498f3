-- Stopping and going on later: nothing may be missed.
local pages = require "spec.support.pages"
local replayed = require "spec.support.replayed"

local FIVE = { { "1", "2" }, { "3", "4" }, { "5" } }

--- What a new list finds that goes on from the cursor.
local function resumed(cursor)
  local okta, asked = pages.client(FIVE)
  return pages.walk(okta:list_users { cursor = cursor }), asked
end

--- The cursor after a loop has been left at the item with this id.
local function left_at(id)
  local okta = pages.client(FIVE)
  local list = okta:list_users()
  for user in list do
    if user.id == id then
      break
    end
  end
  return list:cursor()
end

describe("a cursor", function()
  it("of a list that has not begun is its beginning, and sends nothing", function()
    local okta, asked = pages.client(FIVE)
    local cursor = okta:list_users():cursor()
    assert.equal(pages.url(1), cursor)
    assert.equal(0, #asked)
    assert.same({ "1", "2", "3", "4", "5" }, (resumed(cursor)))
  end)

  it("keeps the query of a list that has not begun", function()
    local okta = pages.client(FIVE)
    assert.equal(replayed.url .. "/api/v1/users?search=a%20b", okta:list_users({ search = "a b" }):cursor())
  end)

  it("in the middle of a page leads back to the page", function()
    assert.equal(pages.url(1), left_at("1"))
    assert.same({ "1", "2", "3", "4", "5" }, (resumed(left_at("1"))))
    assert.equal(pages.url(2), left_at("3"))
    assert.same({ "3", "4", "5" }, (resumed(left_at("3"))))
  end)

  it("at the end of a page leads to the next one", function()
    assert.equal(pages.url(2), left_at("2"))
    local ids, asked = resumed(left_at("4"))
    assert.same({ "5" }, ids)
    assert.same({ 3 }, asked)
  end)

  it("at the end of the list is nil", function()
    assert.is_nil(left_at("5"))
    assert.is_nil(left_at("no such"))
  end)

  it("after page() leads behind that page", function()
    local okta = pages.client(FIVE)
    local list = okta:list_users()
    list:page()
    assert.equal(pages.url(2), list:cursor())
    list:page()
    assert.equal(pages.url(3), list:cursor())
    list:page()
    assert.is_nil(list:cursor())
  end)

  it("after pages() leads behind the page that was handed out", function()
    local okta = pages.client(FIVE)
    local list = okta:list_users()
    assert.is_table(list:pages()())
    assert.equal(pages.url(2), list:cursor())
  end)

  it("after first() leads back to its page, unless that was all of it", function()
    local okta = pages.client(FIVE)
    local list = okta:list_users()
    list:first()
    assert.equal(pages.url(1), list:cursor())
    local single = pages.client({ { "1" }, { "2" } }):list_users()
    single:first()
    assert.equal(pages.url(2), single:cursor())
  end)

  it("after all{max} leads to what was not taken", function()
    for max, url in pairs { [1] = pages.url(1), [2] = pages.url(2), [3] = pages.url(2), [4] = pages.url(3) } do
      local list = pages.client(FIVE):list_users()
      list:all { max = max }
      assert.equal(url, list:cursor())
    end
    local list = pages.client(FIVE):list_users()
    list:all { max = 5 }
    assert.is_nil(list:cursor())
  end)

  it("after a failure leads to the page that failed", function()
    local okta = pages.client { { "1" }, function() return nil, "reset" end, { "2" } }
    local list = okta:list_users()
    assert.is_false((pcall(pages.walk, list)))
    assert.equal(pages.url(2), list:cursor())
  end)

  it("of a list that goes on from another's is that one's, until it begins", function()
    local okta = pages.client(FIVE)
    local list = okta:list_users { cursor = pages.url(2) }
    assert.equal(pages.url(2), list:cursor())
    assert.same({ "3", "4" }, pages.ids((list:page())))
    assert.equal(pages.url(3), list:cursor())
    list:rewind()
    assert.equal(pages.url(2), list:cursor())
    assert.same({ "3", "4", "5" }, pages.walk(list))
  end)

  it("taken after every single item loses none, whatever is walked again", function()
    for stop = 1, 5 do
      local okta = pages.client(FIVE)
      local list, seen = okta:list_users(), {}
      for user in list do
        seen[user.id] = true
        if user.id == tostring(stop) then
          break
        end
      end
      local cursor = list:cursor()
      for _, id in ipairs(cursor and (resumed(cursor)) or {}) do
        seen[id] = true
      end
      for id = 1, 5 do
        assert.is_true(seen[tostring(id)], ("stopped at %d, missed %d"):format(stop, id))
      end
    end
  end)

  it("is found whatever spelling the base URL has", function()
    local transport = pages.serve(FIVE)
    for _, url in ipairs { "https://ORG.okta.test", "https://org.okta.test:443/", "HTTPS://org.okta.test" } do
      local okta = replayed.client(nil, { url = url, transport = transport })
      assert.same({ "3", "4", "5" }, pages.walk(okta:list_users { cursor = pages.url(2) }))
    end
  end)

  it("whose page links to itself is an error, too", function()
    local okta, asked = pages.client { {}, function()
      return replayed.json(pages.body { "1" }, 200, { Link = "<" .. pages.url(2) .. '>; rel="next"' })
    end }
    local list = okta:list_users { cursor = pages.url(2) }
    local ok, detail = pcall(pages.walk, list)
    assert.is_false(ok)
    assert.matches("already seen", tostring(detail))
    assert.same({ 2 }, asked)
  end)
end)

describe("a cursor that does not belong here", function()
  local ROWS = {
    { "of another list", replayed.url .. "/api/v1/users/u/groups?after=x", "the cursor belongs to another list" },
    { "of a longer path", pages.url(1) .. "/x", "the cursor belongs to another list" },
    { "of another origin", "https://evil.test/api/v1/users?after=x", "the cursor points to another origin" },
    { "in plain http", "http://org.okta.test/api/v1/users?after=x", "the cursor points to another origin" },
    { "that is no URL", "c2", "the cursor is not a URL that can be followed" },
    { "that is empty", "", "the cursor is not a URL that can be followed" },
    { "with a line break", pages.url(2) .. "\r\nX: y", "the cursor is not a URL that can be followed" },
    { "without end", pages.url(2) .. ("x"):rep(70000), "the cursor is too long" },
  }
  for _, row in ipairs(ROWS) do
    it("is refused and sends nothing: " .. row[1], function()
      local okta, asked = pages.client(FIVE)
      local page, message, detail = okta:list_users({ cursor = row[2] }):page()
      assert.is_nil(page)
      assert.matches("^okta list_users: " .. row[3], message)
      assert.equal("argument", detail.kind)
      assert.same({}, asked)
    end)
  end

  it("cannot be asked for when the list's arguments cannot be sent", function()
    local okta = pages.client(FIVE)
    local cursor, message, detail = okta:list_user_groups(".."):cursor()
    assert.is_nil(cursor)
    assert.matches("argument 1 %(userId%)", message)
    assert.equal("argument", detail.kind)
  end)
end)

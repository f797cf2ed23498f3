-- Where clients of such lists have lost users, or never come to an end; over
-- real HTTP.
local control = require "spec.support.control"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"

local USERS, ORGANIZATIONS = 1000, 250

describe("trap: #nginx", function()
  local server, okta

  setup(function()
    server = serve.start { users = USERS, rate_limit = false, jumpcloud = { organizations = ORGANIZATIONS } }
  end)
  teardown(function()
    server:stop()
  end)
  before_each(function()
    served.fresh(server)
    okta = served.client(server)
  end)
  after_each(function()
    okta:close()
  end)

  --- Walks a list; returns how many items, how many of them differ, the error.
  local function walk(list)
    local count, distinct, seen = 0, 0, {}
    local ok, err = pcall(function()
      for item in list do
        assert(item ~= nil and type(item.id or item._id) == "string")
        count = count + 1
        local id = item.id or item._id
        distinct = distinct + (seen[id] and 0 or 1)
        seen[id] = true
      end
    end)
    return count, distinct, not ok and err or nil
  end

  local function fault(spec)
    spec.operation = spec.operation or "list_users"
    control.fault(server.okta, spec)
  end

  --- The URL of page `n`.
  local function url_of(n)
    local list = okta:list_users { prefetch = false }
    for _ = 1, n - 1 do
      assert(list:page())
    end
    local url = assert(list:cursor())
    served.fresh(server)
    return url
  end

  it("\"list all users\" gives the first 200 only", function()
    local count, distinct, err = walk(okta:list_users())
    assert.is_nil(err)
    assert.equal(USERS, count)
    assert.equal(USERS, distinct)
    assert.equal(USERS / 200, served.requests(server, "list_users"))
    assert.equal(USERS, #assert(okta:list_users():all()))
  end)

  it("users are missing because only page 1 was searched", function()
    local last
    for user in okta:list_users() do
      last = user
    end
    local found
    for user in okta:list_users() do
      found = found or user.id == last.id and user
    end
    assert.equal(last.profile.login, found.profile.login)
  end)

  it("the loop stops at an empty page in the middle", function()
    fault { skip = 1, body = "[]" }
    local count, distinct, err = walk(okta:list_users())
    assert.is_nil(err)
    assert.equal(USERS - 200, count)
    assert.equal(USERS - 200, distinct)
    assert.equal(USERS / 200, served.requests(server, "list_users"))
  end)

  it("an empty page in the middle gives the program a user that is nil", function()
    fault { skip = 1, body = "[]" }
    local next_item, given = okta:list_users(), 0
    local user = next_item()
    while user ~= nil do
      assert.is_string(user.id)
      given = given + 1
      user = next_item()
    end
    assert.equal(USERS - 200, given)
  end)

  it("several empty pages, the first and the last among them, end the list", function()
    fault { body = "[]", times = 2 }
    fault { skip = 2, body = "[]" }
    local count, _, err = walk(okta:list_users())
    assert.is_nil(err)
    assert.equal(USERS - 600, count)
  end)

  it("an error on page 2 ends the loop as if all had been seen", function()
    for _, spec in ipairs { { status = 500 }, { status = 403, body = '{"errorCode":"E0000006","errorSummary":"no"}' },
      { status = 404 }, { status = 302, headers = { Location = "/login" } }, { status = 200,
        body = "<html>login</html>" },
      { status = 200, body = "{}" }, { status = 200, body = "" }, { status = 204 } } do
      served.fresh(server)
      spec.skip, spec.times = 1, "forever"
      fault(spec)
      local count, _, err = walk(okta:list_users())
      assert.equal(200, count)
      assert.is_table(err)
      assert.equal("list_users", err.operation)
      -- nor is what there is handed out as if it were everything
      local users, message, detail = okta:list_users():all()
      assert.is_nil(users)
      assert.is_string(message)
      assert.is_table(detail)
    end
  end)

  it("a connection that drops on page 2 ends the loop, or loses items", function()
    for _, close in ipairs { "before", "reset", "after_headers", "mid_body" } do
      served.fresh(server)
      fault { skip = 1, times = 1, close = close }
      local hasty = served.client(server, { clock = (served.hasty()) })
      local count, distinct, err = walk(hasty:list_users())
      assert.is_nil(err)
      assert.equal(USERS, count)
      assert.equal(USERS, distinct)
      hasty:close()
    end
    served.fresh(server)
    fault { skip = 1, times = "forever", close = "mid_body" }
    local strict = served.client(server, { max_retries = 0 })
    local count, _, err = walk(strict:list_users())
    assert.equal(200, count)
    assert.equal("transport", err.kind)
    strict:close()
  end)

  it("the list never ends because there always is a next page", function()
    local again = url_of(2)
    fault { skip = 1, times = "forever", headers = { Link = "<" .. again .. '>; rel="next"' } }
    local count, _, err = walk(okta:list_users())
    assert.equal(400, count)
    assert.equal("protocol", err.kind)
    assert.matches("would never end", err.text, 1, true)
    assert.equal(2, served.requests(server, "list_users"))
  end)

  it("two pages that lead to each other go on for ever", function()
    local second, third = url_of(2), url_of(3)
    fault { path = "/api/v1/users", skip = 2, times = "forever", headers = { Link = "<" .. second .. '>; rel="next"' } }
    local count, distinct, err = walk(okta:list_users())
    assert.is_true(second ~= third)
    assert.equal(600, count)
    assert.equal(600, distinct)
    assert.equal("protocol", err.kind)
  end)

  it("later pages hold things of another kind than the first", function()
    local shapes, pages = {}, 0
    for page in okta:list_users():pages() do
      pages = pages + 1
      local user = page[1]
      local shape = { tostring(getmetatable(page)), tostring(getmetatable(user)), type(user.profile),
        type(user.profile.login),
        tostring(getmetatable(user.profile)) }
      shapes[table.concat(shape, " ")] = true
    end
    assert.equal(USERS / 200, pages)
    local kinds = 0
    for _ in pairs(shapes) do
      kinds = kinds + 1
    end
    assert.equal(1, kinds)
  end)

  it("the first user costs the whole list", function()
    assert.is_string(okta:list_users()().id)
    -- the page, and perhaps the one behind it
    assert.is_true(served.requests(server, "list_users") <= 2)
    served.fresh(server)
    assert(okta:list_users { prefetch = false }:first())
    assert.equal(1, served.requests(server, "list_users"))
    served.fresh(server)
    okta:list_users()
    assert.equal(0, served.requests(server, "list_users"))
  end)

  it("a walk keeps all the pages it has seen", function()
    local kept = setmetatable({}, { __mode = "k" })
    for page in okta:list_users():pages() do
      kept[page] = true
      page = nil -- luacheck: ignore 311
      collectgarbage()
      local alive = 0
      for _ in pairs(kept) do
        alive = alive + 1
      end
      assert.is_true(alive <= 2, alive .. " pages")
    end
  end)

  it("hours of listing are lost when it fails midway", function()
    local seen, count = {}, 0
    fault { skip = 3, times = "forever", status = 500 }
    local list = okta:list_users()
    assert.has_error(function()
      for user in list do
        seen[user.id] = true
        count = count + 1
      end
    end)
    assert.equal(600, count)
    local cursor = assert(list:cursor())
    control.clear_faults(server.okta)
    local later = served.client(server)
    for user in later:list_users { cursor = cursor } do
      assert.is_nil(seen[user.id])
      seen[user.id] = true
      count = count + 1
    end
    assert.equal(USERS, count)
    later:close()
  end)

  it("of two Link headers the wrong one is taken", function()
    local second = url_of(2)
    local next_link, self_link = "<" .. second .. '>; rel="next"',
      "<" .. server.okta.url .. '/api/v1/users>; rel="self"'
    for _, links in ipairs { { self_link, next_link }, { next_link, self_link }, { self_link .. ", " .. next_link },
      { next_link .. ", " .. self_link }, { '<https://other.test/x>; rel="prev"; title="rel=\\"next\\""',
        next_link } } do
      served.fresh(server)
      fault { headers = { Link = links } }
      local count, distinct, err = walk(okta:list_users())
      assert.is_nil(err)
      assert.equal(USERS, count)
      assert.equal(USERS, distinct)
    end
  end)

  it("a comma in the next page's URL, or rel=next without quotes, is the end", function()
    local second = url_of(2)
    for _, link in ipairs { "<" .. second .. "&x=a,b>; rel=next", "<" .. second .. '&x=a,b;c>; rel="next"',
      "<" .. second .. ">;rel=next",
      "<" .. second .. '>; rel="last next"', "<" .. second .. '>; REL="NEXT"; title="a, b"' } do
      served.fresh(server)
      fault { headers = { Link = link } }
      local count, distinct, err = walk(okta:list_users())
      assert.is_nil(err)
      assert.equal(USERS, count, link)
      assert.equal(USERS, distinct)
    end
  end)

  it("the page size cannot be said, or makes the list slow", function()
    local count = walk(okta:list_users { limit = 50, prefetch = false })
    assert.equal(USERS, count)
    assert.equal(USERS / 50, served.requests(server, "list_users"))
    served.fresh(server)
    -- the service finds 10 for q unless told otherwise
    assert.equal(10, (walk(okta:list_users { q = "a" })))
    assert.is_true(walk(okta:list_users { q = "a", limit = 200 }) > 10)
    assert.equal(2, served.requests(server, "list_users"))
  end)

  it("at most 100 entries come, without a hint how to get the rest", function()
    local jumpcloud = served.client(server, nil, "jumpcloud")
    local count, distinct, err = walk(jumpcloud:organization_list { limit = 100 })
    assert.is_nil(err)
    assert.equal(ORGANIZATIONS, count)
    assert.equal(ORGANIZATIONS, distinct)
    jumpcloud:close()
  end)

  --- Walks JumpCloud's organizations after this fault.
  local function walk_organizations(spec, options)
    local jumpcloud = served.client(server, nil, "jumpcloud")
    if spec then
      spec.operation = "organization_list"
      control.fault(server.jumpcloud, spec)
    end
    local count, distinct, err = walk(jumpcloud:organization_list(options))
    jumpcloud:close()
    return count, distinct, err
  end

  it("an empty page in the middle of a list with a total ends it", function()
    for _, prefetch in ipairs { true, false } do
      served.fresh(server)
      local count, distinct, err = walk_organizations({ skip = 1, body = '{"results":[],"totalCount":250}' },
        { limit = 50, prefetch = prefetch })
      assert.is_nil(err)
      assert.equal(ORGANIZATIONS - 50, count)
      assert.equal(ORGANIZATIONS - 50, distinct)
    end
  end)

  it("a list with a total ends where nothing more comes, as if that were all", function()
    local count, _, err = walk_organizations({ skip = 1, times = "forever", body = '{"results":[],"totalCount":250}' },
      { limit = 50 })
    assert.equal(50, count)
    assert.equal("protocol", err.kind)
    assert.matches("no page after item 50 has any, but the total is 250", err.text, 1, true)
  end)

  it("two records of one id are one", function()
    local jumpcloud = served.client(server, nil, "jumpcloud")
    for _, times in ipairs { 1, 2 } do
      control.fault(server.jumpcloud, { operation = "organization_list",
        body = '{"results":[{"_id":"a","n":1},{"_id":"a","n":2},{"_id":"b","n":3}],"totalCount":3}' })
      local list = times == 1 and jumpcloud:organization_list() or jumpcloud:list { path = "/organizations" }
      local seen = {}
      for item in list do
        seen[#seen + 1] = item._id .. item.n
      end
      assert.equal("a1 a2 b3", table.concat(seen, " "))
    end
    jumpcloud:close()
  end)

  it("a record that is null ends the program, or the list", function()
    fault { skip = 1, body = '[{"id":"x"},null]' }
    local count, _, err = walk(okta:list_users())
    assert.equal(200, count)
    assert.equal("protocol", err.kind)
    assert.matches("page 2, record 2 is null", err.text, 1, true)
  end)

  it("empty pages with a link to the next come for ever", function()
    -- each page of one user, but nothing in it
    fault { skip = 1, times = "forever", body = "[]" }
    local count, _, err = walk(okta:list_users { limit = 1, max_empty_pages = 40 })
    assert.equal(1, count)
    assert.equal("protocol", err.kind)
    assert.matches("41 empty pages in a row", err.text, 1, true)
    -- the page, those that are empty, and perhaps one more that was asked for ahead
    assert.is_true(served.requests(server, "list_users") <= 43)
  end)

  it("an empty result is written as an object", function()
    local json = require "roster.json"
    fault { body = "[]", headers = { Link = '<' .. server.okta.url .. '/api/v1/users>; rel="self"' } }
    assert.equal("[]", json.encode(assert(okta:list_users():all())))
  end)
end)

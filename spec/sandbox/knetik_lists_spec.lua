local caller = require "spec.support.caller"
local http = require "roster.sandbox.http"
local json = require "roster.json"

local function ids(page)
  local list = {}
  for i, item in ipairs(page.content) do
    list[i] = string.format("%s", item.id)
  end
  return table.concat(list, " ")
end

describe("Knetik's lists", function()
  local o
  before_each(function()
    o = caller.knetik{ users = 57 }
  end)

  -- query, ids or how many, number, first, last
  local pages = {
    { "", 25, 0, true, false }, { "?page=1", 25, 0, true, false },
    { "?page=3", 7, 2, false, true }, { "?page=4", 0, 3, false, true },
    { "?size=57", 57, 0, true, true }, { "?size=58", 57, 0, true, true },
    { "?size=3&page=2", "4 5 6", 1, false, false },
    { "?size=56&page=2", "57", 1, false, true },
    { "?size=1000&page=1", 57, 0, true, true },
  }
  for _, row in ipairs(pages) do
    it("come in pages: " .. row[1], function()
      local page = o:must("GET", "/users" .. row[1])
      local size = tonumber(row[1]:match("size=(%d+)")) or 25
      if type(row[2]) == "string" then
        assert.equal(row[2], ids(page))
      else
        assert.equal(row[2], #page.content)
      end
      assert.equal(#page.content, page.number_of_elements)
      assert.equal(json.array_mt, getmetatable(page.content))
      assert.equal(57, page.total_elements)
      assert.equal(math.ceil(57 / size), page.total_pages)
      assert.equal(size, page.size)
      assert.equal(row[3], page.number)
      assert.equal(row[4], page.first)
      assert.equal(row[5], page.last)
      assert.same("id", page.sort[1].property)
      assert.same("ASC", page.sort[1].direction)
    end)
  end

  it("may count their pages from one", function()
    o = caller.knetik{ number_base = 1 }
    assert.equal(1, o:must("GET", "/users").number)
  end)

  for _, query in ipairs{ "page=0", "page=-1", "page=x", "size=0", "size=x",
    "order=id", "order=id:UP", "order=password:ASC", "order=", "order=id:ASC,",
    "filter_last_activity=GT", "filter_last_activity=GTE,5",
    "filter_last_activity=GT,%205" } do
    it("refuse " .. query, function()
      assert.equal(400, (o:call("GET", "/users?" .. query)))
    end)
  end

  it("are walked, each user once", function()
    local seen, n, page = {}, 1
    repeat
      page = o:must("GET", "/users?size=10&page=" .. n)
      for _, user in ipairs(page.content) do
        assert.is_nil(seen[user.id])
        seen[user.id] = true
      end
      n = n + 1
    until page.last
    assert.equal(7, n)
    assert.equal(57, #seen)
  end)

  it("are in the order asked for", function()
    assert.equal("57 56 55", ids(o:must("GET",
      "/users?size=3&order=id:DESC")))
    local page = o:must("GET", "/users?size=57&order=last_name:ASC,id:DESC")
    assert.equal("last_name", page.sort[1].property)
    assert.equal("DESC", page.sort[2].direction)
    local last
    for _, item in ipairs(page.content) do
      local user = o:must("GET", string.format("/users/%d", item.id))
      assert.is_true(not last or last.last_name < user.last_name or
        last.last_name == user.last_name and last.id > user.id)
      last = user
    end
  end)

  it("have those first, or last, that lack what is asked for", function()
    local ada = o:must("POST", "/users", { username = "ada", email = "ada@example.com", password = "Correct-horse-1" })
    assert.is_nil(o:must("GET", string.format("/users/%d", ada.id)).last_name)
    assert.equal(ids({ content = { ada } }), ids(o:must("GET", "/users?size=1&order=last_name:ASC")))
    assert.equal(ids({ content = { ada } }), ids(o:must("GET", "/users?size=1&page=58&order=last_name:DESC")))
  end)

  -- filter -> the same said of a whole user, given the user number 12
  local function starts(field)
    return function(user, value)
      return user[field]:lower():sub(1, #value) == value:lower()
    end
  end
  local function has(user, value)
    for _, tag in ipairs(user.tags) do
      if tag == value then
        return true
      end
    end
    return false
  end
  local function active(test)
    return function(user, value)
      return test(user.last_activity, tonumber(value:match("%d+")))
    end
  end
  local filters = {
    { "filter_displayname", "display_name", starts("display_name") },
    { "filter_email", "email", starts("email"), true },
    { "filter_firstname", "first_name", starts("first_name"), true },
    { "filter_fullname", "fullname", starts("fullname"), true },
    { "filter_lastname", "last_name", starts("last_name"), true },
    { "filter_username", "username", starts("username"), true },
    { "filter_search", "display_name", starts("display_name") },
    { "filter_tag", "=vip", has },
    { "filter_tag", "=a/b", has },
    { "filter_tag", "=vi", has },
    { "filter_group", "=founders", function(user)
      return user.id % 5 == 0
    end },
    { "filter_group", "=founder", function()
      return false
    end },
    { "filter_role", "=ADMIN", function(user)
      return user.id == 1
    end },
    { "filter_role", "=USER", function()
      return true
    end },
    { "filter_id_list", "=3,12,99", function(user)
      return user.id == 3 or user.id == 12
    end },
    { "filter_last_activity", "=GT,1540000000", active(function(a, b)
      return a > b
    end) },
    { "filter_last_activity", "=LT,1540000000", active(function(a, b)
      return a < b
    end) },
    { "filter_last_activity", "@EQ,", active(function(a, b)
      return a == b
    end) },
    { "filter_last_activity", "@GOE,", active(function(a, b)
      return a >= b
    end) },
    { "filter_last_activity", "@LOE,", active(function(a, b)
      return a <= b
    end) },
  }
  for _, row in ipairs(filters) do
    it("are cut down by " .. row[1] .. " " .. row[2], function()
      local twelve = o:must("GET", "/users/12")
      local value = row[2]:match("^=(.*)$")
      if row[2]:sub(1, 1) == "@" then
        value = row[2]:sub(2) .. string.format("%d", twelve.last_activity)
      elseif not value then
        value = twelve[row[2]]:sub(1, 3):upper()
        if value:find("[\128-\255]") then
          value = twelve[row[2]]:sub(1, 3)
        end
      end
      local expected = {}
      for id = 1, 57 do
        if row[3](o:must("GET", "/users/" .. id), value) then
          expected[#expected + 1] = tostring(id)
        end
      end
      local path = "/users?size=100&" .. row[1] .. "=" ..
        http.encode(value)
      local page = o:must("GET", path)
      assert.equal(table.concat(expected, " "), ids(page))
      assert.equal(#expected, page.total_elements)
      local status = o:call("GET", path, nil, o.nobody)
      assert.equal(row[4] and 403 or 200, status)
    end)
  end

  it("are cut down by all filters at once", function()
    assert.equal("20 40", ids(o:must("GET", "/users?filter_group=founders" ..
      "&filter_tag=vip&filter_id_list=10,20,40,41")))
  end)
end)

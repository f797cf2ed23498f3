local harness = require "spec.sandbox.harness"
local json = require "roster.json"

local USERS = "/api/v1/users"
local search = harness.search

local function ids(list)
  local set, n = {}, 0
  for _, item in ipairs(list) do
    assert.is_nil(set[item.id])
    set[item.id] = true
    n = n + 1
  end
  return n, set
end

describe("listing users", function()
  local o = harness.org{ users = 450, deprovisioned = 9, rate_limit = false }

  it("pages by 200 and has every live user once", function()
    local items, pages = o:walk(USERS)
    assert.equal(450, (ids(items)))
    assert.equal(3, pages)
  end)

  it("takes a limit, cuts it at 200 and repeats it in the next link",
    function()
      local page, response = o:must("GET", USERS .. "?limit=7")
      assert.equal(7, #page)
      assert.is_truthy(harness.next(response):find("limit=7", 1, true))
      page, response = o:must("GET", USERS .. "?limit=500")
      assert.equal(200, #page)
      assert.is_truthy(harness.next(response):find("limit=200", 1, true))
      assert.equal(65, select(2, o:walk(USERS .. "?limit=7")))
    end)

  it("has no next link on the last page, though it be full", function()
    local items, pages = o:walk(USERS .. "?limit=150")
    assert.equal(450, #items)
    assert.equal(3, pages)
  end)

  it("names itself in two header lines", function()
    local _, response = o:must("GET", USERS .. "?limit=3")
    assert.equal(2, #response.headers.Link)
    assert.equal("<" .. o.org.url .. USERS .. '?limit=3>; rel="self"',
      response.headers.Link[1])
  end)

  it("takes a cursor only for the list it came from", function()
    local _, response = o:must("GET", USERS .. "?limit=3")
    local after = harness.next(response):match("after=([^&]+)")
    assert.equal(200, (o:call("GET", USERS .. "?limit=9&after=" .. after)))
    local status, value = o:call("GET",
      search('status eq "ACTIVE"', "&after=" .. after))
    assert.equal(400, status)
    assert.equal("E0000029", value.errorCode)
    assert.equal(400, (o:call("GET", USERS .. "?after=" .. after:sub(1, -2) ..
      "z")))
  end)

  it("leaves nobody out when users go between two pages", function()
    local p = harness.org{ users = 30 }
    local page, response = p:must("GET", USERS .. "?limit=10")
    p:must("DELETE", USERS .. "/" .. page[3].id)
    p:must("DELETE", USERS .. "/" .. page[3].id)
    p:person("late@example.net")
    local rest = p:walk(harness.next(response))
    assert.equal(21, #rest)
    assert.equal("late@example.net", rest[21].profile.login)
  end)

  it("shows DEPROVISIONED users to search and filter alone", function()
    for _, row in ipairs{
      { USERS, 450 },
      { search('status eq "DEPROVISIONED"'), 9 },
      { search('status eq "DEPROVISIONED"', "", "filter"), 9 },
      { search('created gt "2000-01-01T00:00:00.000Z"'), 459 },
    } do
      assert.equal(row[2], #o:walk(row[1]), row[1])
    end
    local gone = o:must("GET", search('status eq "DEPROVISIONED"'))[1]
    for _, found in ipairs(o:must("GET", USERS .. "?limit=200&q=" ..
      gone.profile.email)) do
      assert.are_not.equal(gone.id, found.id)
    end
  end)

  it("matches q as a prefix of names and email, ten at most, unpaged",
    function()
      local page, response = o:must("GET", USERS .. "?q=AD")
      assert.equal(10, #page)
      assert.is_nil(harness.next(response))
      local all = o:must("GET", USERS .. "?q=ad&limit=200")
      assert.is_true(#all > 10)
      for _, user in ipairs(all) do
        local p = user.profile
        assert.is_true(p.firstName:lower():sub(1, 2) == "ad" or
          p.lastName:lower():sub(1, 2) == "ad" or
          p.email:lower():sub(1, 2) == "ad")
      end
      assert.equal(0, #o:must("GET", USERS .. "?q=dam"))
    end)

  it("sees changed users as they are now", function()
    local p = harness.org{ users = 10 }
    local user = p:must("GET", USERS)[5]
    p:must("POST", USERS .. "/" .. user.id,
      { profile = { city = "Atlantis" } })
    local found = p:must("GET", search('profile.city eq "atlantis"'))
    assert.equal(1, #found)
    assert.equal(user.id, found[1].id)
    assert.equal(#p:must("GET", USERS), #p:must("GET", search('type.id eq "' .. user.type.id .. '"')))
  end)

  it("projects fields", function()
    local list = o:must("GET", USERS ..
      "?limit=2&fields=status,profile:(firstName,city)")
    for _, user in ipairs(list) do
      local names = {}
      for name in pairs(user) do
        names[#names + 1] = name
      end
      table.sort(names)
      assert.same({ "id", "profile", "status" }, names)
      names = {}
      for name in pairs(user.profile) do
        names[#names + 1] = name
      end
      table.sort(names)
      assert.same({ "city", "firstName" }, names)
    end
    for _, wrong in ipairs{ "profile:(", "a,,b", "a)", "(a)" } do
      assert.equal(400, (o:call("GET", USERS .. "?fields=" .. wrong)))
    end
  end)

  it("passes over the older format and expand", function()
    assert.equal(3, #o:must("GET", USERS .. "?limit=3&format=x&expand=y"))
  end)

  it("writes an empty list as one", function()
    local _, _, response = o:call("GET", search('id eq "nobody"'))
    assert.equal("[]", response.body)
  end)
end)

describe("search", function()
  local o = harness.org{ users = 200, rate_limit = false }
  local all = o:must("GET", USERS)

  local function matches(keep)
    local set, n = {}, 0
    for _, user in ipairs(all) do
      if keep(user, user.profile) then
        set[user.id] = true
        n = n + 1
      end
    end
    return n, set
  end

  local function count(keep)
    return (matches(keep))
  end

  local target = all[42]
  local mid = "2021-06-01T00:00:00.000Z"

  -- expression, what it must agree with
  local cases = {
    { 'status eq "ACTIVE"', function(u)
      return u.status == "ACTIVE"
    end },
    { 'status eq "active"', function(u)
      return u.status == "ACTIVE"
    end },
    { 'id eq "' .. target.id .. '"', function(u)
      return u == target
    end },
    { 'profile.login eq "' .. target.profile.login:upper() .. '"',
      function(u)
        return u == target
      end },
    { 'profile.department eq "sales"', function(_, p)
      return p.department == "Sales"
    end },
    { 'profile.department EQ "Sales" AND status eq "ACTIVE"',
      function(u, p)
        return p.department == "Sales" and u.status == "ACTIVE"
      end },
    { 'profile.city eq "Berlin" or profile.city eq "London"',
      function(_, p)
        return p.city == "Berlin" or p.city == "London"
      end },
    { 'status eq "STAGED" or status eq "ACTIVE" and profile.city eq "Lyon"',
      function(u, p)
        return u.status == "STAGED" or u.status == "ACTIVE" and
          p.city == "Lyon"
      end },
    { '(status eq "STAGED" or status eq "ACTIVE") and profile.city eq "Lyon"',
      function(u, p)
        return (u.status == "STAGED" or u.status == "ACTIVE") and
          p.city == "Lyon"
      end },
    { 'profile.lastName sw "b"', function(_, p)
      return p.lastName:lower():sub(1, 1) == "b"
    end },
    { 'profile.email co ".4"', function(_, p)
      return p.email:find(".4", 1, true) ~= nil
    end },
    { 'profile.employeeLevel gt 5', function(_, p)
      return p.employeeLevel > 5
    end },
    { 'profile.employeeLevel le 5', function(_, p)
      return p.employeeLevel <= 5
    end },
    { 'profile.workingShare eq 0.75', function(_, p)
      return p.workingShare == 0.75
    end },
    { 'profile.workingShare lt 1', function(_, p)
      return p.workingShare < 1
    end },
    { 'profile.remote eq true', function(_, p)
      return p.remote
    end },
    { 'profile.remote eq false', function(_, p)
      return not p.remote
    end },
    { 'profile.skills eq "Linux"', function(_, p)
      for _, skill in ipairs(p.skills) do
        if skill == "linux" then
          return true
        end
      end
      return false
    end },
    { 'created gt "' .. mid .. '"', function(u)
      return u.created > mid
    end },
    { 'created ge "' .. target.created .. '" and created le "' ..
      target.created .. '"', function(u)
        return u.created == target.created
      end },
    { 'lastUpdated lt "2021-06-01"', function(u)
      return u.lastUpdated < mid
    end },
    { 'statusChanged ge "2021-06-01T02:00:00.000+02:00"', function(u)
      return u.statusChanged ~= json.null and u.statusChanged >= mid
    end },
    { 'profile.lastName ge "m" and profile.lastName lt "n"',
      function(_, p)
        local first = p.lastName:lower()
        return first >= "m" and first < "n" or p.lastName == "Müller"
      end },
    { 'type.id eq "' .. target.type.id .. '"', function()
      return true
    end },
    { 'profile.employeeLevel gt "a"', function()
      return false
    end },
    { 'created sw "2021-06-01"', function()
      return false
    end },
    { 'profile.unheardOf eq "x"', function()
      return false
    end },
    { 'profile.firstName eq "sorén"', function(_, p)
      return p.firstName == "Søren"
    end },
  }
  for _, row in ipairs(cases) do
    it("agrees with " .. row[1], function()
      local expected, set = matches(row[2])
      local found = o:walk(search(row[1], "&limit=31"))
      assert.equal(expected, (ids(found)))
      for _, user in ipairs(found) do
        assert.is_true(set[user.id], user.profile.login)
      end
    end)
  end

  it("understands escapes in strings", function()
    o:person("quote@example.net", { profile = { login = "quote@example.net",
      email = "quote@example.net", firstName = 'A "B" \\', lastName = "C" } })
    assert.equal(1, #o:must("GET",
      search('profile.firstName eq "a \\"b\\" \\\\"')))
  end)

  it("sorts, both ways, over pages", function()
    for _, order in ipairs{ "asc", "desc" } do
      local items = o:walk(search('created gt "2000-01-01"',
        "&limit=17&sortBy=profile.employeeNumber&sortOrder=" .. order))
      assert.is_true(#items >= 200)
      for i = 2, 200 do
        local a = items[i - 1].profile.employeeNumber
        local b = items[i].profile.employeeNumber
        assert.is_true(order == "asc" and a < b or order == "desc" and a > b)
      end
    end
    local by_level = o:walk(search('status eq "ACTIVE"',
      "&sortBy=profile.employeeLevel"))
    local levels = {}
    for i, user in ipairs(by_level) do
      levels[i] = user.profile.employeeLevel
    end
    for i = 2, #levels do
      assert.is_true(levels[i - 1] <= levels[i])
    end
    assert.equal(count(function(u)
      return u.status == "ACTIVE"
    end), #levels)
  end)

  local bad = {
    "", " ", "status", "status eq", 'status ne "ACTIVE"',
    'status eq ACTIVE', 'status eq "ACTIVE', 'Status eq "ACTIVE"',
    'status eq "ACTIVE" and', 'and status eq "ACTIVE"',
    '(status eq "ACTIVE"', 'status eq "ACTIVE")',
    'status eq "ACTIVE" status eq "ACTIVE"', 'not status eq "ACTIVE"',
    'profile.city co "er"', 'profile.login pr', 'shoeSize eq 43',
    'profile.remote gt true', 'profile.employeeLevel sw 5',
    'profile.city eq null', 'profile.city ew "n"',
    'profile.firstName eq "\\x"',
  }
  for _, expression in ipairs(bad) do
    it("refuses <" .. expression .. ">", function()
      local status, value = o:call("GET", search(expression))
      assert.equal(400, status)
      assert.equal("E0000031", value.errorCode)
    end)
  end

  it("refuses a bad date, sort key or sort order", function()
    local status, value = o:call("GET", search('created gt "yesterday"'))
    assert.equal("400 E0000030", status .. " " .. value.errorCode)
    status, value = o:call("GET", search('created gt 5'))
    assert.equal("400 E0000030", status .. " " .. value.errorCode)
    status, value = o:call("GET",
      search('status eq "ACTIVE"', "&sortBy=shoeSize"))
    assert.equal("400 E0000031", status .. " " .. value.errorCode)
    status, value = o:call("GET",
      search('status eq "ACTIVE"', "&sortBy=id&sortOrder=up"))
    assert.equal("400 E0000031", status .. " " .. value.errorCode)
  end)

  it("does not go with filter", function()
    local status, value = o:call("GET",
      search('status eq "ACTIVE"', "&filter=status%20eq%20%22ACTIVE%22"))
    assert.equal("400 E0000033", status .. " " .. value.errorCode)
  end)

  it("takes + for a space, and %2B for a plus", function()
    local found = o:must("GET", USERS .. "?search=profile.city+eq+%22Lyon%22")
    assert.equal(count(function(_, p)
      return p.city == "Lyon"
    end), #found)
    o:person("plus+tag@example.net")
    assert.equal(1, #o:must("GET",
      search('profile.login eq "plus+tag@example.net"')))
    assert.equal(0, #o:must("GET", USERS ..
      '?search=profile.login%20eq%20%22plus+tag@example.net%22'))
  end)
end)

describe("filter", function()
  local o = harness.org{ users = 100, rate_limit = false }
  local all = o:must("GET", USERS)
  local one = all[17]

  local function found(expression)
    return #o:walk(search(expression, "", "filter"))
  end

  it("compares a few properties, with regard to case", function()
    assert.equal(1, found('id eq "' .. one.id .. '"'))
    assert.equal(1, found('profile.login eq "' .. one.profile.login .. '"'))
    assert.equal(0, found('profile.login eq "' ..
      one.profile.login:upper() .. '"'))
    assert.equal(1, found('profile.email eq "' .. one.profile.email .. '"'))
    assert.is_true(found('profile.lastName eq "' .. one.profile.lastName ..
      '" and profile.firstName eq "' .. one.profile.firstName .. '"') >= 1)
    assert.equal(0, found('status eq "active"'))
    local staged = found('status eq "STAGED"')
    assert.is_true(staged > 0)
    assert.equal(staged + found('status eq "RECOVERY"'),
      found('status eq "STAGED" or status eq "RECOVERY"'))
  end)

  it("has ranges for lastUpdated", function()
    local early = found('lastUpdated lt "2022-01-01T00:00:00.000Z"')
    local late = found('lastUpdated ge "2022-01-01T00:00:00.000Z"')
    assert.equal(100, early + late)
    assert.is_true(early > 0 and late > 0)
  end)

  for _, expression in ipairs{ 'profile.city eq "Lyon"', 'status gt "A"',
    'id sw "00u"', 'profile.login co "a"', 'created gt "2020-01-01"',
    'not status eq "ACTIVE"', 'status ne "ACTIVE"' } do
    it("refuses <" .. expression .. ">", function()
      local status, value = o:call("GET", search(expression, "", "filter"))
      assert.equal("400 E0000031", status .. " " .. value.errorCode)
    end)
  end
end)

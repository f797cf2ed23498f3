local caller = require "spec.support.caller"
local core = require "roster.core"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local router = require "roster.sandbox.router"
local sandbox = require "roster.sandbox"

local rows = core.catalog("jumpcloud").operations
local NOBODY = ("0"):rep(24)

local function new(options)
  local o = caller.new("jumpcloud", options)
  o.user = "/users/" .. o.instance.administrator
  return o
end

local function names(list)
  local out = {}
  for i, item in ipairs(list.results) do
    out[i] = item.displayName
  end
  return out
end

describe("the JumpCloud sandbox", function()
  it("refuses options it does not know or of the wrong type", function()
    for _, options in ipairs{ { users = 3 }, { organizations = "3" },
      { organizations = 0 }, { administrators = 0 }, { api_key = 1 } } do
      assert.has_error(function()
        sandbox.jumpcloud(options)
      end)
    end
  end)

  it("has a handler for every row, and none besides", function()
    local handlers, known = require("roster.sandbox.jumpcloud").handlers, {}
    for _, row in ipairs(rows) do
      known[row.name] = true
      assert.equal("function", type(handlers[row.name]), row.name)
    end
    for name in pairs(handlers) do
      assert.is_true(known[name], name)
    end
  end)

  it("answers 501 to a row without a handler", function()
    local o = new()
    local more = core.catalog("jumpcloud").operations
    more[#more + 1] = { name = "users_list", method = "GET", path = "/users",
      params = {}, retry = "safe" }
    o.instance.router = router.new(more)
    local status, value = o:call("GET", "/users")
    assert.equal(501, status)
    assert.is_truthy(value.message:find("users_list", 1, true))
  end)

  it("is the same for the same options, another for another seed", function()
    local _, _, one = new():call("GET", "/organizations")
    local _, _, same = new():call("GET", "/organizations")
    local _, _, other = new{ seed = 1 }:call("GET", "/organizations")
    assert.equal(one.body, same.body)
    assert.are_not.equal(one.body, other.body)
    -- On every Lua: what serves it is not what talks to it.
    assert.equal("2bbe5a0a1e5be37d2ae51def", new().instance.administrator)
  end)

  it("does not change the request", function()
    local o = new()
    local function request()
      return { method = "PUT", url = o.instance.url .. o.user,
        headers = { ["X-API-KEY"] = "sandbox-api-key",
          ["content-type"] = "application/json" },
        body = '{"firstname":"A"}' }
    end
    local sent = request()
    assert.equal(200, o.instance:handle(sent).status)
    assert.same(request(), sent)
  end)

  it("lists its administrators' ids, all different", function()
    local o, seen = new{ administrators = 500 }, {}
    for _, id in ipairs(o.instance:administrator_ids()) do
      assert.is_truthy(#id == 24 and id:find("^%x+$"))
      assert.is_nil(seen[id])
      seen[id] = true
    end
    assert.is_true(seen[o.instance.administrator])
  end)
end)

describe("JumpCloud's gate", function()
  local o
  before_each(function()
    o = new()
  end)

  -- name, method, path (%s: the administrator's id), body, headers, status,
  -- message, whether there is more than the message
  local refusals = {
    { "no key", "GET", "/organizations", nil, { ["x-api-key"] = false }, 401,
      "Unauthorized" },
    { "a wrong key", "GET", "/organizations", nil, { ["x-api-key"] = "x" },
      401, "Unauthorized" },
    { "a bearer token", "GET", "/organizations", nil, { ["x-api-key"] = false,
      Authorization = "Bearer sandbox-api-key" }, 401, "Unauthorized" },
    { "an unknown path", "GET", "/systemusers", nil, nil, 404, "Not Found" },
    { "an empty id", "PUT", "/users/", "{}", nil, 404, "Not Found" },
    { "a wrong method", "DELETE", "/organizations", nil, nil, 405,
      "Method Not Allowed", true },
    { "another Content-Type", "PUT", "/users/%s", "{}",
      { ["Content-Type"] = "text/plain" }, 415,
      "Content-Type must be application/json", true },
    { "broken JSON", "PUT", "/users/%s", "{", nil, 400,
      "the body is not a JSON object", true },
    { "a list for a body", "PUT", "/users/%s", "[]", nil, 400,
      "the body is not a JSON object", true },
    { "a broken escape", "GET", "/organizations?sort=%zz", nil, nil, 400,
      "the query is not percent-encoded", true },
    { "a malformed organization", "PUT", "/users/%s", "{}",
      { ["x-org-id"] = "5f" }, 400, "x-org-id is malformed", true },
    { "an empty organization", "PUT", "/users/%s", "{}",
      { ["x-org-id"] = "" }, 400, "x-org-id is malformed", true },
    { "an unknown organization", "PUT", "/users/%s", "{}",
      { ["x-org-id"] = NOBODY }, 404, "Organization not found" },
    { "an organization where none is taken", "GET", "/organizations", nil,
      { ["x-org-id"] = NOBODY }, 403,
      "x-org-id is not accepted on this route", true },
    { "one there, too", "GET", "/users/reactivate/%s", nil,
      { ["x-org-id"] = NOBODY }, 403,
      "x-org-id is not accepted on this route", true },
    { "nobody to change", "PUT", "/users/" .. NOBODY, "{}", nil, 404,
      "Administrator not found" },
    { "nobody to mail", "GET", "/users/reactivate/nobody", nil, nil, 404,
      "Administrator not found" },
    { "nobody to reset", "POST", "/users/resettotp/" .. NOBODY, nil, nil,
      404, "Administrator not found" },
  }
  for _, row in ipairs(refusals) do
    it("refuses " .. row[1], function()
      local path = row[3]:gsub("%%s", o.instance.administrator)
      local status, value = o:call(row[2], path, row[4], row[5])
      assert.equal(row[6], status)
      assert.equal(row[7], value.message)
      assert.equal(row[8] and row[6] or nil, value.code)
      assert.equal(row[8] and "string" or "nil", type(value.status))
      assert.same({}, o.instance:counts().effects)
    end)
  end

  it("answers under its prefix only", function()
    local response = o.instance:handle{ method = "GET",
      url = "https://sandbox.jumpcloud.test/organizations",
      headers = { ["x-api-key"] = o.instance.api_key } }
    assert.equal(404, response.status)
  end)

  it("wants a length for a POST that came over HTTP", function()
    local function framed(headers)
      headers["x-api-key"] = o.instance.api_key
      return o.instance:handle{ method = "POST", framed = true,
        url = o.instance.url .. "/users/resettotp/" ..
          o.instance.administrator, headers = headers }
    end
    local refused = framed{}
    assert.equal(411, refused.status)
    assert.equal("text/html", refused.headers["Content-Type"])
    assert.equal(200, framed{ ["Content-Length"] = "0" }.status)
    assert.equal(400, framed{ ["Content-Length"] = "0", A = "b\r\nc" }.status)
  end)

  it("knows keys that may only read", function()
    local p = new{ read_only = true }
    assert.equal(200, (p:call("GET", "/organizations")))
    for _, request in ipairs{ { "PUT", "/users/" },
      { "GET", "/users/reactivate/" }, { "POST", "/users/resettotp/" } } do
      local status, value = p:call(request[1], request[2] ..
        p.instance.administrator)
      assert.equal(403, status)
      assert.equal("Forbidden", value.status)
    end
    assert.equal(0, p.instance:counts().mails)
  end)

  it("takes an organization that is the administrator's", function()
    local p = new{ multi_tenant = true }
    local status, value = p:call("PUT", p.user, "{}")
    assert.equal(401, status)
    assert.is_truthy(value.message:find("x-org-id", 1, true))
    assert.equal(200, (p:call("PUT", p.user, "{}",
      { ["x-org-id"] = p.instance.organization })))
    local ids = p.instance:administrator_ids()
    assert.equal(404, (p:call("PUT", "/users/" .. ids[2], "{}",
      { ["x-org-id"] = p.instance.organization })))
    assert.equal(200, (p:call("GET", "/organizations")))
  end)
end)

describe("JumpCloud's administrators", function()
  local o
  before_each(function()
    o = new()
  end)

  -- body, then what the answer and the next answer show
  local changes = {
    { '{"firstname":"Zoë"}', { firstname = "Zoë" } },
    { '{"firstname":""}', { firstname = "" } },
    { '{"firstname":null}', { firstname = "nil" } },
    { '{"enableMultiFactor":false}', { enableMultiFactor = false } },
    { '{"enableMultiFactor":true}', { enableMultiFactor = true } },
    { '{"apiKeyAllowed":false}', { apiKeyAllowed = false } },
    { '{"email":"new@example.com"}', { email = "new@example.com" } },
    { '{"roleName":"Read Only"}', { roleName = "Read Only",
      roleNames = { "Read Only" } } },
    { '{"roleNames":["Manager","Help Desk"]}', { roleName = "Manager",
      roleNames = { "Manager", "Help Desk" } } },
    { '{"lastWhatsNewChecked":"2024-02-29"}',
      { lastWhatsNewChecked = "2024-02-29T00:00:00.000Z" } },
    { '{"lastWhatsNewChecked":null}', { lastWhatsNewChecked = "nil" } },
    { '{"growthData":{"a":[]}}', { growthData = { a = {} } } },
    { '{"_id":"x","sessionCount":1,"favourite":2}', {} },
    { '{}', {} },
    { nil, {} },
  }
  for _, row in ipairs(changes) do
    it("take " .. tostring(row[1]), function()
      local before = o:must("PUT", o.user)
      local expected = {}
      for name, value in pairs(before) do
        expected[name] = value
      end
      for name, value in pairs(row[2]) do
        expected[name] = value ~= "nil" and value or nil
        if value == false then
          expected[name] = false
        end
      end
      local after = o:must("PUT", o.user, row[1])
      expected.role, expected.roles = after.role, after.roles
      assert.same(expected, after)
      assert.same(after, (o:must("PUT", o.user)))
    end)
  end

  local refusals = {
    '{"email":"nobody"}', '{"email":""}', '{"email":null}', '{"email":1}',
    '{"email":"' .. ("x"):rep(1024) .. '@example.com"}',
    '{"firstname":1}', '{"lastname":[]}', '{"enableMultiFactor":"false"}',
    '{"enableMultiFactor":null}', '{"apiKeyAllowed":0}',
    '{"roleName":"Emperor"}', '{"roleName":null}', '{"roleNames":[]}',
    '{"roleNames":"Manager"}', '{"roleNames":["Emperor"]}',
    '{"growthData":[]}', '{"growthData":"x"}',
    '{"lastWhatsNewChecked":"yesterday"}', '{"lastWhatsNewChecked":1}',
  }
  for _, body in ipairs(refusals) do
    it("refuse " .. body:sub(1, 60), function()
      local before = o:must("PUT", o.user)
      local status, value = o:call("PUT", o.user,
        '{"lastname":"Changed",' .. body:sub(2))
      assert.equal(400, status)
      assert.equal("Bad Request", value.status)
      assert.same(before, (o:must("PUT", o.user)))
    end)
  end

  it("have addresses of their own", function()
    local other = o.instance:administrator_ids()[2]
    local email = o:must("PUT", "/users/" .. other).email
    assert.equal(400, (o:call("PUT", o.user, { email = email:upper() })))
    assert.equal(200, (o:call("PUT", "/users/" .. other,
      { email = email:upper() })))
  end)

  it("have the id of the role with its name", function()
    local one = o:must("PUT", o.user, { roleName = "Manager" })
    local two = o:must("PUT", o.user, { roleName = "Help Desk" })
    assert.are_not.equal(one.role, two.role)
    assert.same({ two.role }, two.roles)
    assert.equal(one.role, o:must("PUT", o.user,
      { roleName = "Manager" }).role)
  end)

  it("are mailed each time, and the answer is plain text", function()
    local path = "/users/reactivate/" .. o.instance.administrator
    local email = o:must("PUT", o.user).email
    for n = 1, 2 do
      local value, response = o:must("GET", path)
      assert.equal("OK", value)
      assert.equal("text/plain", response.headers["Content-Type"])
      assert.equal(n, o.instance:counts().mails)
      assert.equal(n, o.instance:counts().effects.users_reactivate_get)
    end
    assert.same({ kind = "reactivation", to = email,
      administrator = o.instance.administrator }, o.instance:mails()[2])
  end)

  it("keep the last thousand mails and count all", function()
    for _ = 1, 1005 do
      o:must("GET", "/users/reactivate/" .. o.instance.administrator)
    end
    assert.equal(1005, o.instance:counts().mails)
    assert.equal(1000, #o.instance:mails())
  end)

  it("lose their second factor, or had none to lose", function()
    local path = "/users/resettotp/" .. o.instance.administrator
    assert.is_true(o:must("PUT", o.user).totpEnrolled)
    local value, response = o:must("POST", path)
    assert.is_nil(value)
    assert.is_nil(response.headers["Content-Type"])
    local shown = o:must("PUT", o.user, { enableMultiFactor = false })
    assert.is_false(shown.totpEnrolled)
    assert.equal(http.iso(o.clock), shown.totpUpdatedAt)
    local status
    status, value = o:call("POST", path)
    assert.equal(412, status)
    assert.is_nil(value.message)
    assert.equal("Precondition Failed", value.error)
  end)

  it("can be put into a state no request leads to", function()
    assert.is_true(o.instance:set_administrator(o.instance.administrator,
      { suspended = true }))
    assert.is_true(o:must("PUT", o.user).suspended)
    assert.is_false(o.instance:set_administrator(NOBODY, {}))
  end)
end)

describe("JumpCloud's organizations", function()
  local o
  before_each(function()
    o = new{ organizations = 230 }
  end)

  local function list(query)
    return o:must("GET", "/organizations" .. query)
  end

  -- query, results, the first's number
  local pages = {
    { "", 10, 1 }, { "?limit=3", 3, 1 }, { "?limit=100", 100, 1 },
    { "?limit=101", 100, 1 }, { "?limit=0", 10, 1 },
    { "?limit=7&skip=7", 7, 8 }, { "?limit=100&skip=200", 30, 201 },
    { "?skip=229", 1, 230 }, { "?skip=230", 0 }, { "?skip=100000", 0 },
    { "?limit=&skip=", 10, 1 },
  }
  for _, row in ipairs(pages) do
    it("come in pages: " .. row[1], function()
      local page = list(row[1])
      assert.equal(230, page.totalCount)
      assert.equal(row[2], #page.results)
      assert.equal(json.array_mt, getmetatable(page.results))
      if row[3] then
        assert.is_truthy(page.results[1].displayName:find(" " .. row[3] ..
          "$"))
      end
    end)
  end

  for _, query in ipairs{ "?limit=-1", "?limit=many", "?skip=-1",
    "?skip=1.5", "?filter=displayName", "?filter=displayName:eq:x",
    "?filter=displayName:$in:x", "?filter[x]=displayName:$eq:x",
    "?filter[or]=displayName:$eq:x", "?search=ber", "?search[fields]=x",
    "?search[nothing]=x", "?search[searchTerm][x]=x" } do
    it("refuse " .. query, function()
      local status, value = o:call("GET", "/organizations" .. query)
      assert.equal(400, status)
      assert.equal(400, value.code)
    end)
  end

  it("are walked by what was received, each once", function()
    local seen, skip, total = {}, 0
    repeat
      local page = list("?sort=_id&limit=33&skip=" .. skip)
      for i, item in ipairs(page.results) do
        assert.is_nil(seen[item._id])
        seen[item._id] = true
        assert.is_true(i == 1 or page.results[i - 1]._id < item._id)
      end
      skip, total = skip + #page.results, page.totalCount
    until #page.results == 0
    assert.equal(total, skip)
  end)

  it("have no order of their own that can be relied on", function()
    local function first_two(query)
      return names(list(query .. "&limit=1"))[1],
        names(list(query .. "&limit=1"))[1]
    end
    o = new{ organizations = 25, shuffle = true }
    local a, b = first_two("?skip=0")
    assert.are_not.equal(a, b)
    a, b = first_two("?sort=_id")
    assert.equal(a, b)
  end)

  it("sort by several fields, down and up", function()
    o = new{ organizations = 1 }
    o.instance:remove_organization(o.instance.organization)
    for _, pair in ipairs{ { "b", "1" }, { "A", "1" }, { "a", "2" },
      { "B", "2" } } do
      o.instance:add_organization{ displayName = pair[1], logoUrl = pair[2] }
    end
    for _, row in ipairs{
      { "?sort=displayName", "ABab" }, { "?sort=-displayName", "baBA" },
      { "?sort=logoUrl%20-displayName", "bAaB" },
      { "?sort=-logoUrl+displayName", "BaAb" },
      { "?sortIgnoreCase=displayName", "AabB" },
      { "?sort=nothing", "bAaB" },
    } do
      assert.equal(row[2], table.concat(names(list(row[1]))), row[1])
    end
  end)

  -- query, expected displayNames
  local filters = {
    { "?filter=displayName:$eq:b:1", "b:1" },
    { "?filter=displayName%3A%24eq%3Ab%3A1", "b:1" },
    { "?filter=displayName:$ne:b:1", "A B a" },
    { "?filter=displayName:$gt:A", "B a b:1" },
    { "?filter=displayName:$gte:B", "B a b:1" },
    { "?filter=displayName:$lt:B", "A" },
    { "?filter=displayName:$lte:B", "A B" },
    { "?filter=displayName:$eq:a", "a" },
    { "?filter[0]=displayName:$gt:A&filter[1]=displayName:$lt:b", "B a" },
    { "?filter%5B0%5D=displayName:$gt:A&filter%5B1%5D=displayName:$lt:b",
      "B a" },
    { "?filter=displayName:$gt:A&filter=displayName:$lt:b", "B a" },
    { "?filter[or][0]=displayName:$eq:A&filter[or][1]=displayName:$eq:a",
      "A a" },
    { "?filter[or][]=displayName:$eq:A&filter[or][]=displayName:$eq:a",
      "A a" },
    { "?filter[or][0]=displayName:$eq:A&filter[or][1]=displayName:$eq:a" ..
      "&filter[0]=logoUrl:$eq:x", "a" },
    { "?filter=nothing:$eq:x", "" }, { "?filter=nothing:$ne:x", "A B a b:1" },
    { "?filter=nothing:$gt:x", "" },
    { "?search[fields][]=displayName&search[searchTerm]=B", "B b:1" },
    { "?search[fields][0]=displayName&search[searchTerm]=b", "B b:1" },
    { "?search%5Bfields%5D%5B%5D=displayName&search%5BsearchTerm%5D=b",
      "B b:1" },
    { "?search[fields][]=displayName&search[fields][]=logoUrl" ..
      "&search[searchTerm]=x", "B a" },
    { "?search[fields][]=displayName&search[searchTerm][]=B" ..
      "&search[searchTerm][]=a", "A B a b:1" },
    { "?search[searchTerm]=x", "B a" },
    { "?search[fields][]=logoUrl&search[searchTerm]=B", "" },
    { "?search[fields][]=displayName", "A B a b:1" },
    { "?search[fields][]=displayName&search[searchTerm]=b" ..
      "&filter=displayName:$ne:B", "b:1" },
  }
  for _, row in ipairs(filters) do
    it("are found by " .. row[1], function()
      o = new{ organizations = 1 }
      o.instance:remove_organization(o.instance.organization)
      for _, pair in ipairs{ { "b:1", "y" }, { "A", "y" }, { "a", "x" },
        { "B", "x" } } do
        o.instance:add_organization{ displayName = pair[1],
          logoUrl = pair[2] }
      end
      local page = list(row[1] .. "&sort=displayName")
      assert.equal(row[2], table.concat(names(page), " "))
      assert.equal(#page.results, page.totalCount)
    end)
  end

  for _, row in ipairs{ { "", "_id displayName logoUrl" },
    { "?fields=displayName", "_id displayName" },
    { "?fields=displayName+logoUrl", "_id displayName logoUrl" },
    { "?fields=-logoUrl", "_id displayName" },
    { "?fields=-_id", "_id displayName logoUrl" },
    { "?fields=nothing", "_id" } } do
    it("show the fields asked for: " .. row[1], function()
      local shown = {}
      for name in pairs(list(row[1]).results[1]) do
        shown[#shown + 1] = name
      end
      table.sort(shown)
      assert.equal(row[2], table.concat(shown, " "))
    end)
  end

  it("come and go between two pages", function()
    local before = list("?limit=1").totalCount
    local id = o.instance:add_organization{ displayName = "New" }
    assert.equal(before + 1, list("?limit=1").totalCount)
    assert.same({ "New" }, names(list("?filter=_id:$eq:" .. id)))
    assert.equal(200, (o:call("PUT", o.user, "{}",
      { ["x-org-id"] = o.instance.organization })))
    assert.is_true(o.instance:remove_organization(id))
    assert.is_false(o.instance:remove_organization(id))
    assert.equal(before, list("?limit=1").totalCount)
  end)
end)

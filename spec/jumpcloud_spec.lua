-- What is JumpCloud's alone: filters, search, the tenant's header, an odd GET.
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local services = require "spec.support.services"
local wire = require "spec.support.wire"

local ADMIN = "5f0c1e2d3a4b5c6d7e8f9a0b"
local NONE = replayed.json '{"totalCount":0,"results":[]}'

--- The query that the options become, as sorted lines.
local function query_of(options)
  local client, sent = services.jumpcloud(NONE)
  local page, message = client:organization_list(options):page()
  assert.is_not_nil(page, message)
  local lines = {}
  for i, pair in ipairs(wire.parse(sent[1].url).query) do
    lines[i] = pair[1] .. "=" .. pair[2]
  end
  table.sort(lines)
  return lines
end

--- What is said to data that cannot be sent, or to a call written wrongly;
--- nothing may be sent.
local function refusal(options)
  local client, sent = services.jumpcloud(NONE)
  local ok, page, message, detail = pcall(function()
    return client:organization_list(options):page()
  end)
  assert.equal(0, #sent)
  if not ok then
    return (page:gsub("^[^ ]+ ", "")), "raised"
  end
  assert.is_nil(page)
  assert.equal("argument", detail.kind)
  return message, "returned"
end

describe("a filter", function()
  local GOOD = {
    { "a:$eq:b", { "filter=a:$eq:b" } },
    { "a:$eq:", { "filter=a:$eq:" } },
    { "created:$gte:2020-01-01T10:20:30Z", { "filter=created:$gte:2020-01-01T10:20:30Z" } },
    { "name:$ne:a+b &c=%20 \195\169", { "filter=name:$ne:a+b &c=%20 \195\169" } },
    { { "a:$lt:1" }, { "filter[0]=a:$lt:1" } },
    { { "a:$lte:1", "b:$gt:2" }, { "filter[0]=a:$lte:1", "filter[1]=b:$gt:2" } },
    { { any = { "a:$eq:1", "b:$eq:2" } }, { "filter[or][0]=a:$eq:1", "filter[or][1]=b:$eq:2" } },
    { { any = { "a:$eq:1" } }, { "filter[or][0]=a:$eq:1" } },
    { roster.array { "a:$eq:1" }, { "filter[0]=a:$eq:1" } },
  }
  for i, row in ipairs(GOOD) do
    it("of a good form is sent: " .. i, function()
      row[2][#row[2] + 1] = "sort=_id"
      assert.same(row[2], query_of { filter = row[1] })
    end)
  end

  local BAD = {
    { "without its $", "a:eq:b", 'option "filter": "a:eq:b" lacks the $ before the operator: field:$op:value' },
    { "without its $ in a list", { "a:$eq:b", "a:gte:b" }, '"a:gte:b" lacks the $' },
    { "without its $ in any", { any = { "a:lt:b" } }, '"a:lt:b" lacks the $' },
    { "with another operator", "a:$like:b", "has an operator that is none of $eq $ne $gt $gte $lt $lte" },
    { "with an operator of v2", "a:ge:b", "has an operator that is none of" },
    { "with half an operator", "a:$:b", "has an operator that is none of" },
    { "of a field alone", "a", "must be field:$op:value" },
    { "without a value's colon", "a:$eq", "must be field:$op:value" },
    { "without a field", ":$eq:b", "must be field:$op:value" },
    { "that is empty", "", "must be field:$op:value" },
    { "that is an empty list", {}, "has no condition" },
    { "that is an empty any", { any = {} }, "has no condition" },
    { "that is not UTF-8", "a:$eq:\255", "is not valid UTF-8" },
    { "that is a boolean", true, "expected string, got boolean" },
    { "that is null", roster.null, "expected string, got null" },
    { "with a number in it", { 5 }, "must be field:$op:value" },
    { "with a list in it", { { "a:$eq:b" } }, "expected string, got table" },
    { "with a name in it", { a = "b" }, "expected a condition, a list of them or { any = list }" },
    { "with a list and a name", { "a:$eq:b", all = true }, "expected a condition, a list of them" },
    { "with a gap in it", { [1] = "a:$eq:b", [3] = "a:$eq:b" }, "option \"filter\": expected" },
    { "with any and more", { any = { "a:$eq:b" }, "a:$eq:b" }, 'beside "any" there can be nothing else' },
    { "with any and all", { any = { "a:$eq:b" }, all = { "a:$eq:b" } }, 'beside "any" there can be nothing else' },
    { "with any that is a string", { any = "a:$eq:b" }, "expected { any = { conditions } }, got string" },
  }
  for _, row in ipairs(BAD) do
    it(row[1] .. " is refused", function()
      local message = refusal { filter = row[2] }
      assert.is_truthy(message:find(row[3], 1, true), message)
      assert.matches("^jumpcloud organization_list: ", message)
    end)
  end

  it("is sent as it is when checks are off", function()
    local client, sent = services.jumpcloud(NONE, { check = false })
    assert(client:organization_list({ filter = "a:search:b" }):page())
    assert.equal("a:search:b", wire.parse(sent[1].url).params.filter)
  end)

  it("that the caller changes afterwards stays as it was, on every page", function()
    local filter = { any = { "a:$eq:1" } }
    local client, sent = services.jumpcloud(function(_, n)
      return replayed.json(('{"totalCount":2,"results":[{"_id":"%d"}]}'):format(n))
    end)
    local list = client:organization_list { filter = filter, limit = 1 }
    filter.any[1], filter.any[2] = "b:$eq:2", "c:$eq:3"
    assert.equal(2, #list:all())
    assert.equal("a:$eq:1", wire.parse(sent[2].url).params["filter[or][0]"])
    assert.is_nil(wire.parse(sent[2].url).params["filter[or][1]"])
  end)
end)

describe("fields and sort", function()
  it("are a string or a list, with spaces between", function()
    assert.same({ "fields=a b", "sort=-a b" }, query_of { fields = "a b", sort = "-a b" })
    assert.same({ "fields=a b", "sort=-a b" }, query_of { fields = { "a", "b" }, sort = { "-a", "b" } })
    assert.same({ "fields=a", "sortIgnoreCase=a b" }, query_of { fields = { "a" }, sort_ignore_case = { "a", "b" } })
  end)

  local BAD = {
    { {}, "is an empty list" },
    { { "a b" }, 'element 1: is empty or holds " "' },
    { { "a", "" }, "element 2: is empty or holds" },
    { { a = true }, "expected a value or a list" },
    { { "a", { "b" } }, "expected string, got table" },
    { { "a", true }, "expected string, got boolean" },
    { { "a", roster.null }, "expected string, got null" },
    { true, "expected string, got boolean" },
    { { "\255" }, "is not valid UTF-8" },
  }
  for _, name in ipairs { "fields", "sort", "sort_ignore_case" } do
    for i, row in ipairs(BAD) do
      it(("are refused otherwise: %s %d"):format(name, i), function()
        local message = refusal { [name] = row[1] }
        assert.is_truthy(message:find('option "' .. name .. '"', 1, true), message)
        assert.is_truthy(message:find(row[2], 1, true), message)
      end)
    end
  end
end)

describe("search", function()
  it("is a table in bracket form, or text", function()
    assert.same({ "search[fields][]=email", "search[fields][]=name", "search[searchTerm]=a b", "sort=_id" },
      query_of { search = { fields = { "name", "email" }, searchTerm = "a b" } })
    assert.same({ "search[searchTerm][]=a", "search[searchTerm][]=b", "sort=_id" },
      query_of { search = { searchTerm = { "a", "b" } } })
    assert.same({ "search[deep]=7", "search[yes]=false", "sort=_id" },
      query_of { search = { deep = 7, yes = false }, check = false })
    assert.same({ "search=x", "sort=_id" }, query_of { search = "x" })
  end)

  it("has its brackets encoded, and nothing of a name escapes them", function()
    local client, sent = services.jumpcloud(NONE)
    assert(client:organization_list({ search = { ["a]&b"] = "c" }, check = false }):page())
    assert.is_truthy(sent[1].url:find("?search%5Ba%5D%26b%5D=c&sort=_id", 1, true), sent[1].url)
  end)

  local BAD = {
    { {}, "is empty" },
    { { "a" }, "a name must be a string" },
    { { fields = {} }, "expected values or lists of values" },
    { { fields = { a = 1 } }, "expected values or lists of values" },
    { { fields = { { "a" } } }, "expected string, number or boolean, got table" },
    { { searchTerm = roster.null }, "expected string, number or boolean, got null" },
    { { searchTerm = print }, "got function" },
    { { searchTerm = "\255" }, "is not valid UTF-8" },
    { { [""] = "a" }, "a name cannot be sent" },
    { { ["a\0b"] = "a" }, "a name cannot be sent" },
    { { ["\255"] = "a" }, "a name cannot be sent" },
    { { [("x"):rep(200)] = "a" }, "a name cannot be sent" },
    { { searchTerm = 0 / 0 }, "expected a whole number" },
    { { searchterm = "a" }, 'unknown name "searchterm", did you mean "searchTerm"?' },
    { { search_term = "a" }, 'did you mean "searchTerm"?' },
    { { field = { "a" } }, 'did you mean "fields"?' },
    { { term = "a" }, 'unknown name "term"' },
    { true, "expected string, got boolean" },
  }
  for i, row in ipairs(BAD) do
    it("is refused otherwise: " .. i, function()
      local message = refusal { search = row[1] }
      assert.is_truthy(message:find('option "search"', 1, true), message)
      assert.is_truthy(message:find(row[2], 1, true), message)
    end)
  end
end)

describe("the tenant's header", function()
  local ORG = "5f0c1e2d3a4b5c6d7e8f9a0c"

  it("goes with users_put when the call says so, and only then", function()
    local client, sent = services.jumpcloud(nil, { org_id = ORG })
    assert(client:users_put(ADMIN, {}))
    assert(client:users_put(ADMIN, {}, { x_org_id = "aaa" }))
    assert(client:users_put(ADMIN, {}, { ["x-org-id"] = "bbb" }))
    assert.is_nil(wire.header(sent[1], "x-org-id"))
    assert.equal("aaa", wire.header(sent[2], "x-org-id"))
    assert.equal("bbb", wire.header(sent[3], "x-org-id"))
  end)

  it("is not among the options of the others", function()
    local client, sent = services.jumpcloud(nil, { org_id = ORG })
    for _, name in ipairs { "admin_totpreset_begin", "users_reactivate_get" } do
      assert(client[name](client, ADMIN))
      assert.is_nil(wire.header(sent[#sent], "x-org-id"))
      assert.matches('unknown option "x_org_id"', raised.here(function()
        local _ = client[name](client, ADMIN, { x_org_id = ORG })
      end), 1, true)
    end
    client, sent = services.jumpcloud(NONE, { org_id = ORG })
    assert(client:organization_list():page())
    assert.is_nil(wire.header(sent[1], "x-org-id"))
  end)

  local TAKES = {
    ["/systemusers"] = true, ["/systemusers/a/unlock"] = true, ["/search/systemusers"] = true,
    ["/v2/usergroups"] = true, ["/v2/users/a/memberof"] = true, ["/v2/bulk/users"] = true,
    ["/userstates"] = true, ["/usersx"] = true, ["/organizationsx"] = true,
    ["/users"] = false, ["/users/a"] = false, ["/users/reactivate/a"] = false, ["/organizations"] = false,
    ["/organizations/a"] = false, ["/search/organizations"] = false, ["/v2/organizations"] = false,
    ["/v2/administrators/a/organizationlinks"] = false, ["/v2/providers/a"] = false, ["/v2/integrations/x"] = false,
  }
  for path, takes in pairs(TAKES) do
    it((takes and "goes" or "does not go") .. " to " .. path .. " where there is no row", function()
      local client, sent = services.jumpcloud(NONE, { org_id = ORG })
      assert(client:request { path = path, query = { limit = 1 } })
      assert(client:list({ path = path }):page())
      assert(client:request { path = path, headers = { ["X-Org-Id"] = "own" } })
      assert.equal(takes and ORG or nil, wire.header(sent[1], "x-org-id"))
      assert.equal(takes and ORG or nil, wire.header(sent[2], "x-org-id"))
      assert.equal("own", wire.header(sent[3], "x-org-id"))
    end)
  end

  it("goes by the version that the base URL names", function()
    local client, sent = services.jumpcloud(nil,
      { org_id = ORG, url = "https://console.eu.jumpcloud.com/api/v2/" })
    assert(client:request { path = "/users/a/memberof" })
    assert(client:request { path = "/organizations" })
    assert.equal(ORG, wire.header(sent[1], "x-org-id"))
    assert.is_nil(wire.header(sent[2], "x-org-id"))
    assert.equal("https://console.eu.jumpcloud.com/api/v2/users/a/memberof", sent[1].url)
  end)

  it("is not there without the option, and shows in a dry run", function()
    local client, sent = services.jumpcloud()
    assert(client:request { path = "/systemusers" })
    assert.is_nil(wire.header(sent[1], "x-org-id"))
    client = services.jumpcloud(nil, { org_id = ORG })
    assert.equal(ORG, assert(client:request { path = "/systemusers", dry_run = true }).headers["x-org-id"])
  end)

  it("that cannot be sent is refused", function()
    for value, why in pairs { ["a\nb"] = "holds a line break", ["a\0"] = "holds a control character" } do
      local client, sent = services.jumpcloud()
      local done, message = client:users_put(ADMIN, {}, { x_org_id = value })
      assert.is_nil(done)
      assert.is_truthy(message:find('option "x_org_id" ' .. why, 1, true), message)
      assert.equal(0, #sent)
      assert.is_truthy(raised.here(function()
        local _ = roster.jumpcloud { api_key = "k", org_id = value }
      end):find("roster.jumpcloud: org_id " .. why, 1, true))
    end
    assert.equal("roster.jumpcloud: org_id is empty", raised.here(function()
      local _ = roster.jumpcloud { api_key = "k", org_id = "" }
    end))
  end)
end)

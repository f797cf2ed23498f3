-- links = false: the items of a list without their _links.
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"

local PAGE = '[{"id":"1","_links":{"self":{"href":"https://x"}},"profile":{"_links":["kept"]}},{"_links":{},"id":"2"}]'

local function page(link)
  return { status = 200, headers = { ["Content-Type"] = "application/json", Link = link }, body = PAGE }
end

local function without()
  return { { id = "1", profile = { _links = { "kept" } } }, { id = "2" } }
end

local function both()
  return {
    page('<' .. replayed.url .. '/api/v1/users?after=2>; rel="next"'),
    page(),
  }
end

describe("links = false", function()
  it("leaves out the items' own, on every page, and sends nothing of it", function()
    local okta, sent = replayed.client(both())
    local users = okta:list_users({ links = false }):all()
    assert.same({ without()[1], without()[2], without()[1], without()[2] }, users)
    assert.equal(replayed.url .. "/api/v1/users", sent[1].url)
    assert.equal(replayed.url .. "/api/v1/users?after=2", sent[2].url)
  end)

  it("does so for a list without a row", function()
    local okta, sent = replayed.client(both())
    assert.same(without()[1], okta:list({ path = "/api/v1/users", links = false }):first())
    assert.equal(replayed.url .. "/api/v1/users", sent[1].url)
  end)

  it("keeps them when true or absent", function()
    for _, options in ipairs { { links = true }, {} } do
      local okta = replayed.client { page() }
      local user = okta:list_users(options):first()
      assert.equal("https://x", user._links.self.href)
    end
  end)

  it("is still read to its end: what is broken inside is an error", function()
    for _, body in ipairs { '[{"id":"1","_links":{"self":}}]', '[{"id":"1","_links":' } do
      local okta = replayed.client { { status = 200, body = body } }
      local all, message, detail = okta:list_users({ links = false }):all()
      assert.is_nil(all)
      assert.equal("protocol", detail.kind)
      assert.truthy(message:find("not JSON", 1, true))
    end
  end)

  it("is refused where it is no boolean, and where there is no list", function()
    local okta = replayed.client()
    local function refused(words, f)
      local message = raised.here(f)
      assert.truthy(message:find(words, 1, true), message)
    end
    refused('"links": expected boolean', function() okta:list_users { links = "no" } end)
    refused('unknown option "links"', function() okta:get_user("1", { links = false }) end)
    refused("links", function() okta:request { path = "/x", links = false } end)
    refused("links: expected boolean", function() okta:list { path = "/x", links = 1 } end)
  end)
end)

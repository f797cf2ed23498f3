-- Whatever goes wrong in a list is an error where it is walked, never an end.
local pages = require "spec.support.pages"
local replayed = require "spec.support.replayed"

--- Walks until the error; returns what was seen before it, and the error.
local function walk_until_error(list)
  local ids = {}
  local ok, detail = pcall(function()
    for user in list do
      ids[#ids + 1] = user.id
    end
  end)
  assert.is_false(ok, "the loop ended as if all had been seen")
  assert.equal("table", type(detail))
  return ids, detail
end

local FAULTS = {
  { "an error status", { status = 500 }, "http" },
  { "an expired token", { status = 401, body = '{"errorCode":"E0000011","errorSummary":"Invalid token"}' }, "auth" },
  { "the rate limit", { status = 429 }, "rate_limited" },
  { "a redirect to a login page", { status = 302, headers = { Location = "/login" } }, "http" },
  { "a lost connection", "reset by peer", "transport" },
  { "an object", replayed.json "{}", "protocol" },
  { "a list in an object", replayed.json '{"data":[{"id":"2"}]}', "protocol" },
  { "null", replayed.json "null", "protocol" },
  { "true", replayed.json "true", "protocol" },
  { "no body", { status = 200 }, "protocol" },
  { "no content", { status = 204 }, "protocol" },
  { "HTML", { status = 200, headers = { ["Content-Type"] = "text/html" }, body = "<html>[]</html>" }, "protocol" },
  { "a list cut short", replayed.json '[{"id":"2"},{"id":', "protocol" },
  { "a list cut between items", replayed.json '[{"id":"2"}', "protocol" },
  { "a list and more", replayed.json '[{"id":"2"}] [', "protocol" },
  { "a list with a NUL", replayed.json "[{\"id\":\"2\"}\0]", "protocol" },
}

for _, row in ipairs(FAULTS) do
  describe("a second page that is " .. row[1], function()
    local function failing()
      local times = 0
      return pages.client { { "1" }, function()
        times = times + 1
        if times > 1 then
          return replayed.json(pages.body { "2" })
        elseif type(row[2]) == "string" then
          return nil, row[2]
        end
        return row[2]
      end }
    end

    it("raises the detail from the loop, behind the first page", function()
      local okta, asked = failing()
      local ids, detail = walk_until_error(okta:list_users())
      assert.same({ "1" }, ids)
      assert.equal(row[3], detail.kind)
      assert.equal("list_users", detail.operation)
      assert.matches("^okta list_users: ", tostring(detail))
      assert.same({ 1, 2 }, asked)
    end)

    it("is returned by page(), which asks for it again the next time", function()
      local okta, asked = failing()
      local list = okta:list_users()
      assert.same({ "1" }, pages.ids((list:page())))
      local page, message, detail = list:page()
      assert.is_nil(page)
      assert.equal(tostring(detail), message)
      assert.equal(row[3], detail.kind)
      assert.same({ "2" }, pages.ids((list:page())))
      assert.is_nil((list:page()))
      assert.same({ 1, 2, 2 }, asked)
    end)

    it("is returned by all(), and nothing with it", function()
      local okta = failing()
      local items, message, detail = okta:list_users():all()
      assert.is_nil(items)
      assert.equal(tostring(detail), message)
      assert.equal(row[3], detail.kind)
    end)

    it("raises the detail from pages()", function()
      local okta = failing()
      local seen = 0
      local ok, detail = pcall(function()
        for _ in okta:list_users():pages() do
          seen = seen + 1
        end
      end)
      assert.is_false(ok)
      assert.equal(1, seen)
      assert.equal(row[3], detail.kind)
    end)

    it("does not matter to first()", function()
      local okta, asked = failing()
      assert.equal("1", okta:list_users():first().id)
      assert.same({ 1 }, asked)
    end)
  end)
end

describe("a first page that fails", function()
  it("is returned by first()", function()
    local okta = replayed.always { status = 403 }
    local item, message, detail = okta:list_users():first()
    assert.is_nil(item)
    assert.equal("okta list_users: 403: Forbidden", message)
    assert.equal("http", detail.kind)
  end)

  it("raises from a call by hand", function()
    local list = replayed.always({ status = 403 }):list_users()
    local ok, detail = pcall(list)
    assert.is_false(ok)
    assert.equal(403, detail.status)
  end)
end)

describe("a list whose arguments cannot be sent", function()
  it("fails where it is walked, and sends nothing", function()
    for _, id in ipairs { "", "..", "a/b", "\0", "\255" } do
      local okta, sent = replayed.always(replayed.json "[]")
      local list = okta:list_user_groups(id)
      local _, detail = walk_until_error(list)
      assert.equal("argument", detail.kind)
      assert.matches("^okta list_user_groups: argument 1 %(userId%)", tostring(detail))
      local page, message = list:page()
      assert.is_nil(page)
      assert.equal(tostring(detail), message)
      assert.is_nil((list:all()))
      assert.equal(0, #sent)
    end
  end)
end)

describe("a list of a client that is closed", function()
  it("fails, before it begins and in the middle", function()
    local okta, asked = pages.client { { "1" }, { "2" } }
    local fresh, begun = okta:list_users(), okta:list_users()
    begun:page()
    okta:close()
    for _, list in ipairs { fresh, begun } do
      local page, message, detail = list:page()
      assert.is_nil(page)
      assert.equal("okta list_users: the client is closed", message)
      assert.equal("closed", detail.kind)
    end
    assert.same({ 1 }, asked)
  end)
end)

describe("a token that stops working in the middle", function()
  it("is an error at that page", function()
    local calls = 0
    local transport = pages.serve { { "1" }, { "2" } }
    local okta = replayed.client(nil, { transport = transport, token = function()
      calls = calls + 1
      if calls > 1 then
        return nil, "the vault is sealed"
      end
      return "tok1"
    end })
    local ids, detail = walk_until_error(okta:list_users())
    assert.same({ "1" }, ids)
    assert.equal("auth", detail.kind)
    assert.matches("the vault is sealed", tostring(detail))
  end)
end)

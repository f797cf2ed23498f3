-- What a page holds that is no record: an error that names the page and the place.
local pages = require "spec.support.pages"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local shelf = require "spec.support.shelf"

--- What the loop over the list raises, and how many items came before.
local function raised(list)
  local count = 0
  local ok, detail = pcall(function()
    for _ in list do
      count = count + 1
    end
  end)
  assert.is_false(ok, "nothing was raised")
  assert.equal("protocol", detail.kind)
  assert.is_false(detail.ambiguous)
  return tostring(detail), count
end

-- of a list whose row promises objects
local ODD = {
  { "null", "null" }, { "true", "a boolean" }, { "false", "a boolean" }, { "7", "a number" },
  { "99999999999999999999", "a string" }, { '"x"', "a string" }, { '""', "a string" }, { "[]", "a list" },
  { '[{"id":"1"}]', "a list" },
}

describe("a record that is no object", function()
  for _, row in ipairs(ODD) do
    it("is an error that names the page and the place: " .. row[1], function()
      for place, body in ipairs { "[%s]", '[{"id":"2"},%s]', '[{"id":"2"},{},%s,{"id":"3"}]' } do
        local okta, asked = pages.client { { "1" }, {}, function()
          return replayed.json((body:gsub("%%s", function() return row[1] end)))
        end }
        local message, count = raised(okta:list_users())
        assert.equal(("okta list_users: page 3, record %d is %s where an object was expected"):format(place, row[2]),
          message)
        assert.equal(1, count)
        assert.same({ 1, 2, 3 }, asked)
      end
    end)

    for _, service in ipairs { "jumpcloud", "knetik" } do
      it("is one in the envelope of " .. service .. ": " .. row[1], function()
        local s = shelf.new(service, 8)
        local name = service == "jumpcloud" and "results" or "content"
        s.change = function(_, n)
          if n ~= 2 then
            return nil
          end
          local id = service == "jumpcloud" and ('"_id":"%024x"'):format(4) or '"id":4'
          return ('{"%s":[{%s},%s],"totalCount":8,"total_elements":8}'):format(name, id, row[1])
        end
        local message, count = raised(s:list { [s.form.size] = 3 })
        assert.matches(("page 2, record 2 is %s where an object was expected"):format(row[2]), message, 1, true)
        assert.equal(3, count)
      end)
    end
  end

  it("leaves the same page to be asked for again", function()
    local times = 0
    local okta, asked = pages.client { { "1" }, function()
      times = times + 1
      return replayed.json(times == 1 and '[{"id":"2"},null]' or '[{"id":"2"},{"id":"3"}]')
    end }
    local list = okta:list_users()
    assert.same({ "1" }, pages.ids((list:page())))
    local page, message, detail = list:page()
    assert.is_nil(page)
    assert.matches("page 2, record 2 is null", message, 1, true)
    assert.equal("protocol", detail.kind)
    assert.equal(pages.url(2), list:cursor())
    assert.same({ "2", "3" }, pages.ids((list:page())))
    assert.same({ 1, 2, 2 }, asked)
  end)

  it("is returned by all() and first(), and counted anew after rewind()", function()
    local okta = replayed.always(replayed.json '[null,{"id":"1"}]')
    local list = okta:list_users()
    for _ = 1, 2 do
      local items, message = list:all()
      assert.is_nil(items)
      assert.matches("page 1, record 1 is null", message, 1, true)
      assert.is_nil((list:first()))
    end
  end)
end)

describe("a record of a list without a row", function()
  it("may be of any kind, but null", function()
    local okta = replayed.always(replayed.json '[1,"a",true,[],{"id":"1"},{}]')
    local items = assert(okta:list({ path = "/api/v1/things" }):all())
    assert.equal(6, #items)
    assert.equal(1, items[1])
    local list = replayed.always(replayed.json '[1,null]'):list { path = "/api/v1/things" }
    local message, count = raised(list)
    assert.equal("okta list: page 1, record 2 is null", message)
    assert.equal(0, count)
  end)

  it("may be of any kind in an envelope", function()
    local jumpcloud = roster.jumpcloud { api_key = "k", transport = function()
      return replayed.json '{"results":[1,"a",true,[],{"id":"1"},{}],"totalCount":6}'
    end }
    assert.equal(6, #assert(jumpcloud:list({ path = "/things" }):all()))
  end)
end)

describe("a list of strings", function()
  it("may hold strings, but no null", function()
    local function knetik(body)
      return roster.knetik { url = "https://k.test", token = "t", max_retries = 0, transport = function()
        return replayed.json(body)
      end }
    end
    assert.same({ "a", "b" }, setmetatable(assert(knetik('["a","b"]'):get_user_tags(1):all()), nil))
    assert.equal("knetik get_user_tags: page 1, record 2 is null", (raised(knetik('["a",null]'):get_user_tags(1))))
  end)
end)

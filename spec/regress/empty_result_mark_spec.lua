-- What all() returned had no list mark: an empty result was written as {}, that
-- of page() and pages() as [].
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local function answering(...)
  local bodies, n = { ... }, 0
  return function()
    n = n + 1
    return replayed.json(bodies[n] or bodies[#bodies])
  end
end

local LISTS = {
  okta = function(...)
    return replayed.client(nil, { transport = answering(...) }):list_users()
  end,
  ["okta, without a row"] = function(...)
    return replayed.client(nil, { transport = answering(...) }):list { path = "/x" }
  end,
  jumpcloud = function(...)
    return roster.jumpcloud({ api_key = "k", transport = answering(...) }):organization_list()
  end,
  knetik = function(...)
    return roster.knetik({ url = "https://k.test", token = "t", transport = answering(...) }):get_users()
  end,
}

local EMPTY = {
  okta = "[]", ["okta, without a row"] = "[]", jumpcloud = '{"results":[],"totalCount":0}',
  knetik = '{"content":[],"total_elements":0}',
}

describe("what a list gives", function()
  for name, new in pairs(LISTS) do
    it("is written as [] where it is empty: " .. name, function()
      local list = new(EMPTY[name])
      assert.equal("[]", json.encode((list:page())))
      assert.equal("[]", json.encode(assert(list:all())))
      assert.equal("[]", json.encode(assert(list:all { max = 0 })))
      assert.equal('{"users":[]}', json.encode { users = list:all() })
      for page in list:pages() do
        assert.equal("[]", json.encode(page))
      end
    end)
  end

  it("has the mark with items, too, and where a step back left all of them out", function()
    local list = LISTS.okta '[{"id":"1"}]'
    local all = list:all()
    list:rewind()
    for _, items in ipairs { all, (list:page()) } do
      assert.equal(json.array_mt, getmetatable(items))
      assert.equal('[{"id":"1"}]', json.encode(items))
    end
    local moved = LISTS.jumpcloud('{"results":[{"_id":"1"}],"totalCount":3}',
      '{"results":[{"_id":"3"}],"totalCount":2}',
      '{"results":[{"_id":"1"}],"totalCount":2}', '{"results":[{"_id":"3"}],"totalCount":2}')
    local written = {}
    for page in moved:pages() do
      written[#written + 1] = json.encode(page)
    end
    assert.equal('[{"_id":"1"}] [] [] [{"_id":"3"}]', table.concat(written, " "))
  end)
end)

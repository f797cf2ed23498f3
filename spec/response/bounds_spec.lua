-- Small bytes can be a large tree: 60 MB of [{},{},...] became 1.8 GB and held an
-- nginx worker for 8 s. A response has at most max_nodes values.
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local function list_of(item, n)
  return "[" .. (item .. ","):rep(n - 1) .. item .. "]"
end

local function get(body, max, status)
  local okta = replayed.always(replayed.json(body, status), { max_nodes = max })
  return okta:request { path = "/api/v1/things" }
end

-- what is just as large as `max_nodes` = 100 lets through, and one more
local DOCUMENTS = {
  { "numbers", list_of("1", 99), list_of("1", 100) },
  { "empty objects", list_of("{}", 99), list_of("{}", 100) },
  { "empty lists", list_of("[]", 99), list_of("[]", 100) },
  { "literals", list_of("null", 99), list_of("true", 100) },
  { "members, whose names count", '{"l":' .. list_of('{"a":1}', 32) .. "}", '{"l":' .. list_of('{"a":1}', 33) .. "}" },
  { "what is nested", ("[[" .. list_of("[1]", 48) .. "]]"), ("[[" .. list_of("[1]", 49) .. "]]") },
  { "strings with escapes, which count twice", list_of('"a\\n"', 49), list_of('"a\\n"', 50) },
  { "numbers that take long, which count eight times", list_of("1e-300", 12), list_of("1e-300", 13) },
  { "links that are dropped", '{"_links":' .. list_of("1", 97) .. "}", '{"_links":' .. list_of("1", 98) .. "}" },
  { "spaces between", "[ " .. ("1 , "):rep(98) .. "1 ]", "[ " .. ("1 , "):rep(99) .. "1 ]" },
}

describe("max_nodes", function()
  for _, row in ipairs(DOCUMENTS) do
    it("bounds " .. row[1], function()
      assert.is_table((assert(get(row[2], 100))))
      local value, message, detail = get(row[3], 100)
      assert.is_nil(value)
      assert.equal("protocol", detail.kind)
      assert.is_truthy(message:find("a body of more than 100 values: set max_nodes to allow more", 1, true), message)
      assert.is_false(detail.retryable)
      assert.is_table((assert(get(row[3], 200))))
    end)
  end

  it("bounds what links = false leaves out", function()
    local body = '[{"id":"1","_links":' .. list_of("1", 200) .. "}]"
    local okta = replayed.always(replayed.json(body), { max_nodes = 100 })
    local value, message = okta:list_users({ links = false }):all()
    assert.is_nil(value)
    assert.is_truthy(message:find("max_nodes", 1, true))
  end)

  it("leaves a large number that takes very long to read no way in", function()
    local value, message = get("[0." .. ("7"):rep(100000) .. "]", 1000)
    assert.is_nil(value)
    assert.is_truthy(message:find("max_nodes", 1, true))
  end)

  it("makes the success of an unsafe call ambiguous", function()
    local okta = replayed.always(replayed.json('{"id":"1","l":' .. list_of("1", 100) .. "}"), { max_nodes = 100 })
    local value, _, detail = okta:create_user { profile = { login = "a" } }
    assert.is_nil(value)
    assert.is_true(detail.ambiguous)
    local counts = assert(okta:each({ "a", "b" }, function(_, client)
      return client:create_user { profile = { login = "a" } }
    end))
    assert.equal(2, counts.ambiguous)
  end)

  it("leaves an error what its status says", function()
    local value, message, detail = get('{"errorCode":"E1","l":' .. list_of("1", 100) .. "}", 100, 404)
    assert.is_nil(value)
    assert.equal(404, detail.status)
    assert.equal("http", detail.kind)
    assert.is_nil(detail.code)
    assert.is_truthy(message:find("404", 1, true))
  end)

  it("is 10,000,000 outside of nginx", function()
    local million = list_of("1", 1000000)
    assert.equal(1000000, #assert(replayed.always(replayed.json(million)):request { path = "/x" }))
    local options = require "roster.config.options"
    local settings = {}
    options.complete(settings)
    assert.equal(10000000, settings.max_nodes)
    assert.equal(64 * 1024 * 1024, settings.max_response)
  end)

  it("must be a number above 0", function()
    for _, bad in ipairs { 0, -1, 0 / 0, math.huge } do
      local text = raised.here(function()
        roster.okta { url = "https://org.okta.test", token = "t", max_nodes = bad }
      end)
      assert.equal('roster.okta: option "max_nodes" must be above 0', text)
    end
    assert.is_truthy(raised.here(function()
      roster.okta { url = "https://org.okta.test", token = "t", max_nodes = "many" }
    end):find('option "max_nodes": expected number, got string', 1, true))
  end)
end)

describe("max_response", function()
  it("is named by the error", function()
    local okta = replayed.always(replayed.json('{"a":"' .. ("x"):rep(2000) .. '"}'), { max_response = 1000 })
    local _, message = okta:get_user("a")
    assert.is_truthy(message:find("larger than 1000 bytes: set max_response to allow more", 1, true), message)
  end)
end)

describe("memory that runs out after an unsafe request went out", function()
  it("makes an item of a bulk run ambiguous", function()
    local okta = replayed.always({ status = 204 })
    local function act(id, client)
      if id ~= "unsent" then
        assert(client:suspend_user(id))
      end
      error("not enough memory", 0)
    end
    local counts = assert(okta:each({ "a", "unsent" }, act))
    assert.equal(1, counts.ambiguous)
    assert.equal(1, counts.failed)
  end)
end)

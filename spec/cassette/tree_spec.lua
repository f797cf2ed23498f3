-- JSON that is read and written again without losing a digit.
local json = require "roster.json"
local random_json = require "spec.support.random_json"
local tree = require "roster.cassette.tree"

describe("a tree of JSON", function()
  it("writes what it has read, but for blanks", function()
    for _, text in ipairs {
      "{}", "[]", "null", "true", "0", "-1.50e+10", '""', '"a\\"b\\\\"', '[1,[2,[3]],{"a":{}}]',
      '{"a":12345678901234567890,"b":1.0,"a\\u0041":[{},[]],"":null}', '"\\u00e4\195\164\\/"',
    } do
      assert.equal(text, tree.write(tree.read(text)))
      assert.equal(text, tree.write(tree.read(" \n\t" .. text .. "\r\n ")))
    end
    assert.equal('{"a":[1,2],"b":{"c":null}}', tree.write(tree.read ' { "a" : [ 1 , 2 ] , "b" : { "c" : null } } '))
  end)

  it("reads nothing that is not JSON", function()
    for _, text in ipairs { "", " ", "{", "[1,]", "{a:1}", "nul", "01", '"\1"', "[1] 2", '"a', "{}}", "\255" } do
      assert.is_nil(tree.read(text), text)
    end
  end)

  it("is the same value, whatever the document", function()
    local source = random_json.new(4711)
    local read = 0
    for i = 1, 500 do
      local text = source:text(5)
      local value = json.decode(text)
      local node = tree.read(text)
      if value ~= nil then
        read = read + 1
        assert.same(value, json.decode(tree.write(node)), text)
        local sorted = tree.read(text)
        tree.sort(sorted)
        assert.is_nil(tree.difference(node, sorted, "it"), i .. ": " .. text)
      end
    end
    assert.is_true(read > 400)
  end)

  it("tells where another one differs first", function()
    local ROWS = {
      { '{"a":1}', '{"a":2}', "it.a differs: expected 1, got 2" },
      { '{"a":1}', '{"a":"1"}', 'it.a differs: expected 1, got "1"' },
      { '{"a":1}', "{}", "it.a differs: expected 1, got nothing" },
      { "{}", '{"a":null}', "it.a differs: expected nothing, got null" },
      { "[]", "{}", "it differs: expected [], got {}" },
      { "[1,[2,3]]", "[1,[2,4]]", "it[2][2] differs: expected 3, got 4" },
      { "[1]", "[1,2]", "it[2] differs: expected nothing, got 2" },
      { "null", "false", "it differs: expected null, got false" },
      { "9007199254740993", "9007199254740992", "it differs: expected 9007199254740993, got 9007199254740992" },
    }
    for _, row in ipairs(ROWS) do
      assert.equal(row[3], tree.difference(tree.read(row[1]), tree.read(row[2]), "it"))
    end
    for _, row in ipairs { { '"\\u0041"', '"A"' }, { '{"a":1,"b":2}', '{"b":2,"a":1}' }, { "1.0", "1" } } do
      assert.is_nil(tree.difference(tree.read(row[1]), tree.read(row[2]), "it"))
    end
  end)
end)

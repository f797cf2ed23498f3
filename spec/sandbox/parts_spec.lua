local fold = require "roster.sandbox.okta.fold"
local http = require "roster.sandbox.http"
local random = require "roster.sandbox.random"

describe("sandbox http", function()
  it("decodes what it encodes", function()
    local bytes = {}
    for i = 0, 255 do
      bytes[#bytes + 1] = string.char(i)
    end
    local text = table.concat(bytes)
    local encoded = http.encode(text)
    assert.is_nil(encoded:find("[^%w%%%-%._~]"))
    assert.equal(text, http.decode(encoded))
    assert.equal("a b+c", http.decode("a+b%2Bc", true))
    assert.equal("a+b", http.decode("a+b"))
    for _, broken in ipairs{ "%", "%4", "%zz", "a%2" } do
      assert.is_nil((http.decode(broken)))
    end
  end)

  it("finds the first of a header's values", function()
    assert.equal("one", http.header({ Other = "x", ["x-a"] = { "one", "two" } }, "X-A"))
    assert.is_nil(http.header({ ["x-a"] = {} }, "X-A"))
  end)

  it("splits URLs", function()
    assert.same({ "https://h:1", "/p", "q=/?" },
      { http.split("https://h:1/p?q=/?#f") })
    assert.same({ "http://h", "/" }, { http.split("http://h") })
    assert.same({ "", "/p", "" }, { http.split("/p?") })
  end)

  it("reads and writes dates", function()
    for _, row in ipairs{
      { "1970-01-01T00:00:00.000Z", 0 },
      { "2000-02-29T23:59:59.000Z", 951868799 },
      { "2023-11-14T22:13:20.000Z", 1700000000 },
      { "2100-03-01T00:00:00.000Z", 4107542400 },
    } do
      assert.equal(row[2], http.time(row[1]))
      assert.equal(row[1], http.iso(row[2]))
    end
    assert.equal(1700000000, http.time("2023-11-15T00:13:20+02:00"))
    assert.equal("2023-11-14T22:13:20.250Z", http.iso(1700000000.25))
    assert.equal("2023-11-14T22:13:21.000Z", http.iso(1700000000.9999))
    for _, wrong in ipairs{ "", "now", "2023-13-01", "2023-11-14T25:00:00Z",
      "2023-11-14T22:13:20", "2023-11-14 22:13:20Z" } do
      assert.is_nil(http.time(wrong), wrong)
    end
    assert.equal("Tue, 14 Nov 2023 22:13:20 GMT", http.date(1700000000))
  end)
end)

describe("sandbox ids", function()
  it("are twenty characters, unique, and lead back to their number",
    function()
      local seen = {}
      for n = 1, 20000 do
        local id = random.id("00u", 4711, n)
        assert.is_nil(seen[id])
        seen[id] = true
        if #id ~= 20 or random.index(id) ~= n or not id:find("^00u%w+$") then
          error(id)
        end
      end
      assert.is_nil(random.index("00u"))
      assert.is_nil(random.index("00u1234567890123-567"))
    end)

  it("are the same on every Lua", function()
    assert.equal("00u053piD2FKMKM003D7", random.id("00u", 4711, 12345))
  end)
end)

describe("sandbox fold", function()
  it("takes case and diacritics away", function()
    assert.equal("soren.muller@x.org", fold("Søren.MÜLLER@x.org"))
    assert.equal("лев", (fold("лев")))
  end)
end)

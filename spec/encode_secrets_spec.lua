-- core.encode: where a body's secrets are, and values there and back again.

local core = require "roster.core"
local cjson = require("cjson").new()
local json = require "roster.json"
local random_json = require "spec.support.random_json"

local null, array = json.null, json.array

local function as(model, check)
  return function(value)
    return core.encode(value, "okta", model, check ~= false)
  end
end

local user = as("User")

describe("encode", function()
  describe("of secrets", function()
    -- What the ranges cut out of the bytes.
    local function cut(text, ranges)
      local found = {}
      for i = 1, #ranges, 2 do
        found[#found + 1] = text:sub(ranges[i], ranges[i + 1])
      end
      table.sort(found)
      return found
    end

    it("says where they are", function()
      local text, ranges = user({
        profile = { login = "ann" },
        credentials = {
          password = { value = "pa\"ss", hash = { salt = "sa", value = "ha", workFactor = 1 } },
          recovery_question = { question = "who?", answer = "m\195\169" },
        },
      })
      assert.same({ '"ha"', '"m\195\169"', '"pa\\"ss"', '"sa"' }, cut(text, ranges))
    end)

    it("marks whatever form they have, but not null", function()
      local loose = as("PasswordCredential", false)
      assert.same({ '{"a":[1,2]}' }, cut(loose({ value = { a = { 1, 2 } } })))
      assert.same({ "12345" }, cut(loose({ value = 12345 })))
      local _, ranges = loose({ value = null })
      assert.is_nil(ranges)
      _, ranges = user({ profile = { login = "a" } })
      assert.is_nil(ranges)
    end)

    it("never tells one in a message", function()
      local _, message = user({ credentials = { password = { value = "canary\255" } } })
      assert.equal("body.credentials.password.value: string is not UTF-8", message)
    end)
  end)

  describe("there and back", function()
    local function equal(a, b)
      if type(a) ~= "table" or type(b) ~= "table" then
        return a == b
      end
      for key, value in pairs(a) do
        if not equal(value, b[key]) then
          return false
        end
      end
      for key in pairs(b) do
        if a[key] == nil then
          return false
        end
      end
      return true
    end

    it("is the same value, for lua-cjson and for us", function()
      local source = random_json.new(2024)
      for _ = 1, 3000 do
        local value = source:value(5, array, null)
        local text = assert(core.encode(value))
        assert.is_true(equal(value, cjson.decode(text)), text)
        local back = json.decode(text)
        assert.is_true(equal(value, back), text)
        -- and lists are lists again, so a second time says the same
        assert.is_true(equal(back, json.decode(core.encode(back))))
      end
    end)

    it("keeps lists and integers of what was decoded", function()
      local text = '{"a":[[],{},[{}],12345678901234567,1.5,true,"x"]}'
      local expected = math.type and text or
        text:gsub("12345678901234567", '"%0"')
      assert.equal(expected, core.encode(core.decode(text)))
    end)
  end)
end)

-- core.encode: a body's secrets, and values there and back again.

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
    local function shown(value, model, check)
      return core.redact(assert(as(model or "User", check)(value)), "okta", model or "User")
    end

    it("masks them by the catalog", function()
      local value = json.decode(shown {
        profile = { login = "ann" },
        credentials = {
          password = { value = "pa\"ss", hash = { salt = "sa", value = "ha", workFactor = 1 } },
          recovery_question = { question = "who?", answer = "m\195\169" },
        },
      })
      assert.same({
        profile = { login = "ann" },
        credentials = {
          password = { value = "***", hash = { salt = "***", value = "***", workFactor = 1 } },
          recovery_question = { question = "who?", answer = "***" },
        },
      }, value)
    end)

    it("masks whatever form they have, but not null", function()
      assert.equal('{"value":{"a":["***","***"]}}', shown({ value = { a = { 1, 2 } } }, "PasswordCredential", false))
      assert.equal('{"value":"***"}', shown({ value = 12345 }, "PasswordCredential", false))
      assert.equal('{"value":null}', shown({ value = null }, "PasswordCredential", false))
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

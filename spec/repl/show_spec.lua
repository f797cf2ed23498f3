-- What values print as at the prompt.
local replayed = require "spec.support.replayed"
local roster = require "roster"
local show = require "roster.repl.show"

local USER = { id = "00u1", status = "ACTIVE", profile = { login = "ada@example.com", firstName = "Ada",
  lastName = "Lovelace", city = "London" } }

describe("a printed value", function()
  it("is one line for a person of each service", function()
    assert.equal("user  00u1  ACTIVE  ada@example.com  Ada Lovelace", show.text(USER))
    assert.equal("administrator  5f0c  ada@example.com  Ada Lovelace  Manager", show.text { _id = "5f0c",
      email = "ada@example.com", firstname = "Ada", lastname = "Lovelace", roleName = "Manager" })
    assert.equal("administrator  5f0c  SUSPENDED  ada@example.com", show.text { _id = "5f0c",
      email = "ada@example.com", suspended = true })
    assert.equal("user  42  ada  Ada", show.text { id = 42, username = "ada", display_name = "Ada" })
    assert.equal("user  9007199254740993  ada", show.text { id = "9007199254740993", username = "ada" })
  end)

  it("of several people is a line for each, and an end to it", function()
    assert.equal("user  00u1  ACTIVE  ada@example.com  Ada Lovelace\n"
      .. "user  00u1  ACTIVE  ada@example.com  Ada Lovelace", show.text { USER, USER })
    local many = {}
    for i = 1, 200 do
      many[i] = USER
    end
    local text = show.text(many)
    assert.equal(51, select(2, text:gsub("[^\n]+", "")))
    assert.is_truthy(text:find("\n... and 150 more", 1, true))
  end)

  it("of a person is a whole table where that is asked for", function()
    local text = show.text(USER, true)
    assert.is_truthy(text:find('city = "London"', 1, true))
    assert.is_truthy(text:find('status = "ACTIVE"', 1, true))
  end)

  it("has the keys of a table in order", function()
    assert.equal('{ 1, 2, [10] = 3, a = true, b = "x" }', show.text { 1, 2, [10] = 3, b = "x", a = true })
    assert.equal('{ ["a b"] = 1, [true] = 2 }', show.text { ["a b"] = 1, [true] = 2 })
    assert.equal("{}", show.text {})
    assert.equal("{ null }", show.text { roster.null })
    assert.equal("{ [false] = 2, [true] = 1 }", show.text { [true] = 1, [false] = 2 })
    assert.equal("null", show.text(roster.null))
    assert.is_true(show.knows(roster.null))
  end)

  it("is on lines of its own when it is long", function()
    local text = show.text { first = ("a"):rep(60), second = ("b"):rep(60) }
    assert.equal('{\n  first = "' .. ("a"):rep(60) .. '",\n  second = "' .. ("b"):rep(60) .. '",\n}', text)
  end)

  it("goes only so deep, so wide and so far", function()
    assert.equal("{ a = { b = { c = { d = {...}, e = {} } } } }",
      show.text { a = { b = { c = { d = { deep = 1 }, e = {} } } } })
    local wide = {}
    for i = 1, 1000 do
      wide[i] = i
    end
    assert.is_truthy(show.text(wide):find("... and 950 more", 1, true))
    for _, first in ipairs { "", "x" } do
      local long = show.text { first .. ("é"):rep(1000) }
      assert.is_true(#long < 400)
      -- whole characters
      assert.is_nil(long:find("\195[^\128-\191]"))
    end
    local circle = {}
    circle.self = circle
    assert.equal("{ self = { ... which this is in } }", show.text(circle))
  end)

  it("writes nothing to the terminal but text", function()
    assert.equal('{ "\\027[2J\\n\\"q\\"\\\\" }', show.text { '\27[2J\n"q"\\' })
    local person = show.text { id = "00u1", status = "ACTIVE", profile = { login = "a\27]0;x\7" } }
    assert.is_nil(person:find("%c"))
  end)

  it("is what a list is, and nothing is fetched for it", function()
    local pages = { replayed.json('[{"id":"1"},{"id":"2"}]', 200, {
      Link = '<https://org.okta.test/api/v1/users?after=x>; rel="next"',
    }), replayed.json('[{"id":"3"}]') }
    local okta, sent = replayed.client(pages, { prefetch = false })
    local list = okta:list_users()
    assert.equal("roster.list(okta list_users, not begun)", show.text(list))
    assert.equal(0, #sent)
    list()
    assert.equal("roster.list(okta list_users, at item 1 of a page of 2)", show.text(list))
    assert.equal(1, #sent)
    while list() do end -- luacheck: ignore 542
    assert.equal("roster.list(okta list_users, at its end)", show.text(list))
    assert.equal(2, #sent)

    list = replayed.client(pages, { prefetch = false }):list_users()
    assert(list:pages()())
    assert.equal("roster.list(okta list_users, between two pages)", show.text(list))
  end)

  it("is what a client says of itself", function()
    assert.equal("roster.okta{https://org.okta.test}", show.text((replayed.client())))
  end)

  it("runs no metamethod but __tostring", function()
    local function forbidden()
      error("called")
    end
    local trap = setmetatable({ a = 1 }, { __index = forbidden, __pairs = forbidden, __len = forbidden,
      __call = forbidden, __metatable = false })
    assert.equal("{ a = 1 }", show.text(trap))
    assert.equal("mine", show.text(setmetatable({}, { __tostring = function() return "mine" end })))
  end)
end)

describe("a secret", function()
  local MARK = "CANARY"

  it("is not printed, wherever a model has one", function()
    local values = {
      { credentials = { password = { value = MARK }, recovery_question = { question = "q", answer = MARK } } },
      { credentials = { password = { hash = { algorithm = "BCRYPT", value = MARK, salt = MARK } } } },
      { oldPassword = { value = MARK }, newPassword = { value = MARK } },
      { value = MARK },
      { tempPassword = MARK },
      { activationToken = MARK, activationUrl = MARK },
      { resetPasswordUrl = MARK },
      { username = "ada", password = MARK },
      { password = MARK, secret = MARK },
      { access_token = MARK, refresh_token = MARK, token_type = "bearer" },
      { protocol = { credentials = { client = { client_id = "c", client_secret = MARK } } } },
      { headers = { Authorization = MARK, ["x-api-key"] = MARK, Cookie = MARK } },
      { token = MARK, api_key = MARK, client_secret = MARK, private_key = MARK, access_token = MARK },
      { { { tempPassword = MARK } } },
    }
    for i, value in ipairs(values) do
      for _, whole in ipairs { false, true } do
        local text = show.text(value, whole)
        assert.is_nil(text:find(MARK, 1, true), i .. ": " .. text)
        assert.is_truthy(text:find('"***"', 1, true), text)
      end
    end
  end)

  it("is not taken for what only has its name", function()
    assert.equal('{ emails = { { status = "VERIFIED", type = "PRIMARY", value = "a@b" } } }',
      show.text { emails = { { status = "VERIFIED", type = "PRIMARY", value = "a@b" } } })
    assert.equal('{ type = "text", value = "shown" }', show.text { type = "text", value = "shown" })
    assert.equal('{ password = { hook = { type = "default" } } }',
      show.text { password = { hook = { type = "default" } } })
  end)
end)

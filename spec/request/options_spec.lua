-- Options: the query, and what goes along with every call.
local replayed = require "spec.support.replayed"
local wire = require "spec.support.wire"

--- What list_users{...} sends.
local function listed(options)
  local okta, sent = replayed.always(replayed.json "[]")
  local page, message, detail = okta:list_users(options):page()
  assert.is_true(page ~= nil or #sent == 0)
  return sent[1] and wire.parse(sent[1].url), message, detail
end

describe("a query parameter", function()
  local VALUES = {
    { "a plus sign", "a+b" },
    { "a space", 'profile.lastName eq "de la Cruz"' },
    { "an ampersand", "a&b" },
    { "an equals sign", "a=b" },
    { "what is encoded already", "%22a%22+eq+%22b%22" },
    { "a percent sign", "100%" },
    { "a number sign", "a#b" },
    { "a question mark and a slash", "a/b?c" },
    { "a semicolon", "a;b" },
    { "a line break", "a\r\nb" },
    { "NUL", "a\0b" },
    { "non-ASCII", "J\195\188rgen" },
    { "nothing", "" },
  }
  for _, row in ipairs(VALUES) do
    it("arrives as it was written: " .. row[1], function()
      assert.same({ { "search", row[2] } }, listed({ search = row[2] }).query)
    end)
  end

  for byte = 0x20, 0x7E do
    local char = string.char(byte)
    it("arrives as it was written: the character " .. char, function()
      assert.same({ { "q", char } }, listed({ q = char }).query)
    end)
  end

  it("that is not UTF-8 is a fault of the data", function()
    local seen, message, detail = listed { search = "J\252rgen" }
    assert.is_nil(seen)
    assert.equal('okta list_users: option "search" is not valid UTF-8', message)
    assert.equal("argument", detail.kind)
  end)

  it("goes out under its wire name, whichever was written", function()
    assert.same({ sortOrder = "asc" }, listed({ sort_order = "asc" }).params)
    assert.same({ sortOrder = "asc" }, listed({ sortOrder = "asc" }).params)
  end)

  it("that is false goes out: absent and false differ", function()
    local okta, sent = replayed.always()
    okta:create_user({ profile = {} }, { activate = false })
    okta:create_user({ profile = {} }, {})
    okta:create_user({ profile = {} })
    assert.same({ activate = "false" }, wire.parse(sent[1].url).params)
    assert.same({}, wire.parse(sent[2].url).params)
    assert.same({}, wire.parse(sent[3].url).params)
  end)

  it("with a value that no document lists passes", function()
    assert.same({ sortOrder = "sideways" }, listed({ sort_order = "sideways" }).params)
  end)

  local INTEGERS = {
    { 200, "200" }, { 200.0, "200" }, { "200", "200" }, { 0, "0" }, { -1, "-1" }, { "-1", "-1" },
    { 9007199254740991, "9007199254740991" }, { "9007199254740993", "9007199254740993" },
  }
  for _, row in ipairs(INTEGERS) do
    it("of type integer may be " .. type(row[1]) .. " " .. tostring(row[1]), function()
      assert.equal(row[2], listed({ limit = row[1] }).params.limit)
    end)
  end

  it("that a document requires may be left out where the service has it optional", function()
    local okta, sent = replayed.always()
    for _, method in ipairs { "activate_user", "reset_password" } do
      assert(okta[method](okta, "u"))
      assert(okta[method](okta, "u", { send_email = false }))
      assert.same({}, wire.parse(sent[#sent - 1].url).params)
      assert.same({ sendEmail = "false" }, wire.parse(sent[#sent].url).params)
    end
  end)

  it("as anything else that a document requires may be left out with check = false", function()
    local okta, sent = replayed.always()
    assert(okta:create_user(nil, { check = false }))
    assert.is_nil(sent[1].body)
    okta = replayed.always(nil, { check = false })
    assert(okta:create_user())
    assert(okta:change_password("u", {}))
    assert.is_nil((okta:get_user("")), "an id is no matter of documents")
    assert.has_error(function() okta:create_user(nil, { check = true }) end)
    local knetik = require("spec.support.services").knetik
    local client, requests = knetik()
    assert(client:add_user_tag("abc", nil, { check = false }))
    assert.is_truthy(requests[1].url:find("/users/abc/tags", 1, true))
    assert.has_error(function() client:add_user_tag("abc", "tag") end)
    assert.has_error(function() client:add_user_tag({}, nil, { check = false }) end)
  end)

  it("of type string may be a number, written without an exponent", function()
    assert.equal("1000000000000000", listed({ q = 1e15 }).params.q)
    assert.equal("0.5", listed({ q = 0.5 }).params.q)
  end)

  it("is not checked with check = false, but must be a scalar", function()
    local okta, sent = replayed.always(replayed.json "[]", { check = false })
    okta:list_users({ limit = "all", search = true }):page()
    assert.same({ limit = "all", search = "true" }, wire.parse(sent[1].url).params)
    assert.has_error(function()
      okta:list_users { search = {} }
    end)
  end)
end)

describe("the option headers", function()
  local function sent_with(headers)
    local okta, sent = replayed.always()
    local value, message, detail = okta:get_user("u", { headers = headers })
    assert.is_true(value ~= nil or #sent == 0)
    return sent[1], message, detail
  end

  it("adds header fields", function()
    local request = sent_with { ["X-Trace"] = "abc", ["X-Count"] = 3, ["X-Flag"] = true }
    assert.equal("abc", wire.header(request, "X-Trace"))
    assert.equal("3", wire.header(request, "X-Count"))
    assert.equal("true", wire.header(request, "X-Flag"))
  end)

  it("replaces Accept and User-Agent instead of doubling them", function()
    local request = sent_with { accept = "text/plain", ["user-agent"] = "mine" }
    assert.equal("text/plain", wire.header(request, "Accept"))
    assert.equal("mine", wire.header(request, "User-Agent"))
  end)

  local FAULTS = {
    { "a line feed in a value", { ["X-A"] = "a\nb" }, 'headers%["X%-A"%] holds a line break' },
    { "a line feed at the end", { ["X-A"] = "a\n" }, 'headers%["X%-A"%] ends with a line break' },
    { "a carriage return in a value", { ["X-A"] = "a\rEvil: 1" }, "holds a line break" },
    { "NUL in a value", { ["X-A"] = "a\0b" }, "holds a control character" },
    { "an escape in a value", { ["X-A"] = "\27[2J" }, "holds a control character" },
    { "an empty name", { [""] = "a" }, "not a header name" },
    { "a space in a name", { ["X A"] = "a" }, "not a header name" },
    { "a colon in a name", { ["X:"] = "a" }, "not a header name" },
    { "a line break in a name", { ["X\r\nY"] = "a" }, "not a header name" },
    { "NUL in a name", { ["X\0Y"] = "a" }, "not a header name" },
    { "a non-ASCII name", { ["\195\188"] = "a" }, "not a header name" },
  }
  for _, row in ipairs(FAULTS) do
    it("refuses " .. row[1], function()
      local request, message, detail = sent_with(row[2])
      assert.is_nil(request)
      assert.matches(row[3], message)
      assert.is_nil(message:find("%c"))
      assert.equal("argument", detail.kind)
    end)
  end
end)

describe("a header parameter", function()
  it("is an option in snake_case", function()
    local okta, sent = replayed.always()
    okta:update_user("u", { profile = {} }, { if_match = 'W/"1"' })
    assert.equal('W/"1"', wire.header(sent[1], "If-Match"))
  end)

  it("refuses what a header cannot carry", function()
    local okta, sent = replayed.always()
    local value, message, detail = okta:update_user("u", { profile = {} }, { if_match = "a\r\nX: y" })
    assert.is_nil(value)
    assert.equal('okta update_user: option "if_match" holds a line break', message)
    assert.equal("argument", detail.kind)
    assert.equal(0, #sent)
  end)

  it("may replace the content type of a body", function()
    local okta, sent = replayed.always()
    local type = "application/json; okta-response=omitCredentials"
    okta:list_users({ content_type = type }):page()
    assert.equal(type, wire.header(sent[1], "Content-Type"))
  end)
end)

describe("the User-Agent", function()
  it("names roster and its version", function()
    local okta, sent = replayed.always()
    okta:get_user("u")
    assert.equal("roster/" .. require("roster")._VERSION, wire.header(sent[1], "User-Agent"))
  end)

  it("takes a suffix", function()
    local okta, sent = replayed.always(nil, { user_agent = "payroll/2.1 (nightly)" })
    okta:get_user("u")
    assert.matches("^roster/%S+ payroll/2%.1 %(nightly%)$", wire.header(sent[1], "User-Agent"))
  end)
end)

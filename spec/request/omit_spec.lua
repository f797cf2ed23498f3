-- What Okta may leave out of users: the option "omit", and the header it becomes.
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local wire = require "spec.support.wire"

local ALL = "application/json; okta-response=omitCredentials,omitCredentialsLinks,omitTransitioningToStatus"

local function type_of(options, client)
  local okta, sent = replayed.always(replayed.json "[]", client)
  local items, message = okta:list_users(options):all()
  assert(items, message)
  okta:get_user("u", options)
  local first = wire.header(sent[1], "Content-Type")
  assert.equal(first, wire.header(sent[2], "Content-Type"))
  return first
end

describe("omit", function()
  local TAKEN = {
    { "credentials", "application/json; okta-response=omitCredentials" },
    { { "links" }, "application/json; okta-response=omitCredentialsLinks" },
    { { "transitioning", "credentials" }, "application/json; okta-response=omitTransitioningToStatus,omitCredentials" },
    { { "credentials", "links", "transitioning" }, ALL },
    { { "omitCredentials", "omitCredentialsLinks", "omitTransitioningToStatus" }, ALL },
    { { "credentials", "omitCredentialsLinks", "transitioning" }, ALL },
    { setmetatable({}, { __index = { "links" }, __len = function() return 1 end }),
      "application/json; okta-response=omitCredentialsLinks" },
  }
  for i, row in ipairs(TAKEN) do
    it("becomes the parameter of the media type: " .. i, function()
      assert.equal(row[2], type_of { omit = row[1] })
    end)
  end

  it("is asked for page by page, and sends nothing by itself", function()
    local okta, sent = replayed.client {
      replayed.json('[{"id":"1"}]', 200, { Link = '<https://org.okta.test/api/v1/users?after=2>; rel="next"' }),
      replayed.json "[]",
    }
    assert.equal(1, #assert(okta:list_users({ omit = { "credentials", "links", "transitioning" } }):all()))
    assert.equal(ALL, wire.header(sent[1], "Content-Type"))
    assert.equal(ALL, wire.header(sent[2], "Content-Type"))
    assert.is_nil(type_of(nil))
  end)

  it("is what the sandbox understands", function()
    local okta = roster.okta { sandbox = true }
    local user = assert(okta:list_users { omit = { "credentials", "links" } }:first())
    assert.is_nil(user.credentials)
    assert.is_table(okta:get_user(user.id).credentials)
    assert.is_nil(okta:get_user(user.id, { omit = "credentials" }).credentials)
  end)

  local REFUSED = {
    { { omit = { "credential" } }, 'option "omit": unknown word "credential", did you mean "credentials"?' },
    { { omit = "link" }, 'option "omit": unknown word "link", did you mean "links"?' },
    { { omit = "omit_credentials" }, 'option "omit": unknown word "omit_credentials"' },
    { { omit = "zzz" }, 'option "omit": unknown word "zzz"' },
    { { omit = "" }, 'option "omit": unknown word ""' },
    { { omit = "credentials,links" }, 'option "omit": unknown word "credentials,links"' },
    { { omit = {} }, 'option "omit": expected a word or a list of words' },
    { { omit = { credentials = true } }, 'option "omit": expected a word or a list of words' },
    { { omit = { "links", nil, "credentials" } }, 'option "omit": ' },
    { { omit = { "links", 7 } }, 'option "omit": expected a word or a list of words, got number' },
    { { omit = true }, 'option "omit": expected a word or a list of words, got boolean' },
    { { omit = 7 }, 'option "omit": expected a word or a list of words, got number' },
    { { omit = "links", content_type = "application/json" }, 'give "omit" or "content_type", not both' },
    { { omit = "links", headers = { ["content-type"] = "a/b" } }, 'headers: "content-type" is given twice' },
  }
  for i, row in ipairs(REFUSED) do
    it("is refused where it says nothing, by the name of the option: " .. i, function()
      local okta, sent = replayed.always()
      for _, call in ipairs { function() okta:list_users(row[1]) end, function() okta:get_user("u", row[1]) end } do
        local message = raised.here(call)
        assert.is_truthy(message:find(row[2], 1, true), message)
      end
      assert.equal(0, #sent)
    end)
  end

  it("is what the words are for that content_type takes only within a media type", function()
    local okta, sent = replayed.always()
    local options = { content_type = "omitCredentials,omitCredentialsLinks,omitTransitioningToStatus" }
    for _, call in ipairs { function() return okta:list_users(options):all() end,
      function() return okta:get_user("u", options) end } do
      local value, message, detail = call()
      assert.is_nil(value)
      assert.matches('option "content_type": expected a media type; name what to leave out in "omit"', message, 1, true)
      assert.equal("argument", detail.kind)
    end
    assert.equal(0, #sent)
  end)

  it("sends a word that no document has with check = false", function()
    assert.equal("application/json; okta-response=omitNew", type_of { omit = "omitNew", check = false })
    assert.equal("application/json; okta-response=omitNew,omitCredentials",
      type_of({ omit = { "omitNew", "credentials" } }, { check = false }))
    local okta = replayed.always(nil, { check = false })
    assert.matches('option "omit": unknown word', raised.here(function()
      okta:get_user("u", { omit = "a\r\nb" })
    end))
    assert.equal("omitCredentials", type_of { content_type = "omitCredentials", check = false })
  end)
end)

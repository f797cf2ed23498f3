-- What was written got lost without a word: a table that Lua reads through its
-- metatable was taken for empty, and a misspelt member of a body was sent, which
-- the services ignore and answer 200.
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"

--- The request that `body` makes, without sending it.
local function shown(okta, body)
  return json.decode(okta:update_user("00u1", body, { dry_run = true }).body)
end

describe("a read-only table", function()
  local okta = roster.okta { url = "https://x.okta.com", token = "t" }
  local real = { login = "a@b.c", email = "a@b.c", firstName = "Ada", lastName = "L" }
  local profile = setmetatable({}, {
    __index = real, __newindex = function() error "read only" end, __pairs = function() return next, real, nil end,
    __len = function() return 0 end,
  })

  it("is sent with what is in it", function()
    assert.same({ profile = real }, shown(okta, { profile = profile }))
    local list = setmetatable({}, { __index = { "a", "b" }, __len = function() return 2 end })
    assert.same({ profile = { skills = { "a", "b" } } }, shown(okta, { profile = { skills = list } }))
  end)

  it("says what a list asks for", function()
    local options = setmetatable({}, { __index = { search = 'status eq "ACTIVE"', dry_run = true } })
    assert.is_truthy(okta:list_users(options).url:find("search=status%20eq%20%22ACTIVE%22", 1, true))
  end)

  it("makes a client", function()
    local client = roster.okta(setmetatable({}, { __index = { url = "https://y.okta.com", token = "t" } }))
    assert.equal("roster.okta{https://y.okta.com}", tostring(client))
  end)
end)

describe("a misspelt body", function()
  local okta, sent = replayed.always()
  local CASES = {
    function() okta:create_user { profile = { login = "a" }, group_ids = { "00g1" } } end,
    function() okta:create_user { profile = { login = "a" },
      credentials = { recoveryQuestion = { question = "q" } } } end,
    function() okta:partial_update_user("00u1", { title = "Boss" }) end,
    function() okta:partial_update_user("00u1", { status = "SUSPENDED" }) end,
    function() okta:partial_update_user("00u1", {}) end,
  }
  for i, call in ipairs(CASES) do
    it("is not sent: " .. i, function()
      raised.here(call)
      assert.equal(0, #sent)
    end)
  end
end)

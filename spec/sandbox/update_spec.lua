local harness = require "spec.sandbox.harness"
local json = require "roster.json"

local USERS = "/api/v1/users"

local function profile(login, more)
  local p = { login = login, email = login, firstName = "A", lastName = "B" }
  for name, value in pairs(more or {}) do
    p[name] = value
  end
  return p
end

local function unset(value)
  return value == nil or value == json.null
end

describe("updating a user", function()
  local o, user, path
  before_each(function()
    o = harness.org{ users = 5 }
    user = o:person("up@example.net", { profile = profile("up@example.net",
      { city = "Oslo", title = "Boss", level = 3 }) })
    path = USERS .. "/" .. user.id
  end)

  it("merges with POST", function()
    local after = o:must("POST", path, { profile = { city = "Bergen" } })
    assert.equal("Bergen", after.profile.city)
    assert.equal("Boss", after.profile.title)
    assert.equal(3, after.profile.level)
  end)

  it("clears with an explicit null, and only then", function()
    local after = o:must("POST", path,
      { profile = { title = json.null, city = "" } })
    assert.is_true(unset(after.profile.title))
    assert.equal("", after.profile.city)
    after = o:must("GET", path)
    assert.is_true(unset(after.profile.title))
    assert.equal(3, after.profile.level)
  end)

  it("replaces with PUT", function()
    local after = o:must("PUT", path,
      { profile = profile("up@example.net", { city = "Bergen" }) })
    assert.equal("Bergen", after.profile.city)
    assert.is_nil(after.profile.title)
    assert.is_nil(after.profile.level)
  end)

  it("wants the mandatory attributes with PUT", function()
    local status, value = o:call("PUT", path,
      { profile = { login = "up@example.net" } })
    assert.equal(400, status)
    assert.equal(3, #value.errorCauses)
    assert.equal("Boss", o:must("GET", path).profile.title)
  end)

  it("does not clear a mandatory attribute", function()
    local status, value = o:call("POST", path,
      { profile = { email = json.null } })
    assert.equal(400, status)
    assert.is_truthy(value.errorCauses[1].errorSummary:find("^email:"))
  end)

  it("changes nothing when it refuses", function()
    local _, _, before = o:call("GET", path)
    o.clock = o.clock + 5
    assert.equal(400, (o:call("POST", path,
      { profile = { city = "Rome", login = "bad" } })))
    local taken = o:must("GET", USERS .. "?limit=1")[1].profile.login
    assert.equal(400, (o:call("POST", path,
      { profile = { city = "Rome", login = taken } })))
    assert.equal(400, (o:call("POST", path, { profile = { city = "Rome" },
      credentials = { password = { value = "x" } } })))
    local _, _, after = o:call("GET", path)
    assert.same(json.decode(before.body), json.decode(after.body))
    assert.equal(before.headers.ETag, after.headers.ETag)
  end)

  it("passes over what is read-only", function()
    local after = o:must("POST", path, { id = "x", status = "SUSPENDED",
      created = "1999-01-01T00:00:00.000Z", profile = { city = "Rome" } })
    assert.equal(user.id, after.id)
    assert.equal("ACTIVE", after.status)
    assert.equal(user.created, after.created)
  end)

  it("honours If-Match", function()
    local _, response = o:must("GET", path)
    local tag = response.headers.ETag
    local after, changed = o:must("POST", path,
      { profile = { city = "Rome" } }, { ["If-Match"] = tag })
    assert.equal("Rome", after.profile.city)
    assert.are_not.equal(tag, changed.headers.ETag)
    assert.equal(412, (o:call("POST", path, { profile = { city = "Pisa" } },
      { ["If-Match"] = tag })))
    assert.equal("Rome", o:must("GET", path).profile.city)
    assert.equal(200, (o:call("PUT", path,
      { profile = profile("up@example.net") }, { ["If-Match"] = "*" })))
  end)

  it("changes the type by PUT only", function()
    local other = o.org.world.types[2].id
    assert.equal(400, (o:call("POST", path, { type = { id = other } })))
    assert.equal(200, (o:call("POST", path,
      { type = { id = user.type.id } })))
    local after = o:must("PUT", path, { type = { id = other },
      profile = profile("up@example.net") })
    assert.equal(other, after.type.id)
  end)

  it("sets a password without asking for the old one", function()
    o:must("POST", path, { credentials = {
      password = { value = "Battery-staple-2" } } })
    assert.equal(200, (o:call("POST",
      path .. "/credentials/change_password", {
        oldPassword = { value = "Battery-staple-2" },
        newPassword = { value = "Third-word-3" } })))
    assert.equal("Oslo", o:must("GET", path).profile.city)
  end)

  it("checks the history only when strict", function()
    local function set(value, query)
      return (o:call("POST", path .. query, { credentials = {
        password = { value = value } } }))
    end
    assert.equal(200, set("Battery-staple-2", "?strict=true"))
    assert.equal(400, set("Correct-horse-1", "?strict=true"))
    assert.equal(400, set("Battery-staple-2", "?strict=true"))
    assert.equal(200, set("Correct-horse-1", ""))
  end)

  it("takes a hash only while STAGED", function()
    local body = { credentials = { password = { hash = {
      algorithm = "SHA-1", value = "aGFzaA==" } } } }
    assert.equal(400, (o:call("POST", path, body)))
    local staged = o:person("st@example.net", nil, "?activate=false")
    local after = o:must("POST", USERS .. "/" .. staged.id, body)
    assert.equal("IMPORT", after.credentials.provider.type)
  end)

  it("refuses a profile that is no object, and one of a user who is gone", function()
    local status, value = o:call("POST", path, { profile = "x" })
    assert.equal(400, status)
    assert.equal("E0000001", value.errorCode)
    o:must("DELETE", path)
    status, value = o:call("POST", path, { profile = { city = "Bergen" } })
    assert.equal(403, status)
    assert.equal("E0000038", value.errorCode)
    assert.equal("Oslo", o:must("GET", path).profile.city)
  end)

  it("works as me", function()
    local after = o:must("POST", USERS .. "/me",
      { profile = { city = "Here" } })
    assert.equal("Here", after.profile.city)
    assert.equal("Here", o:must("GET", USERS .. "/me").profile.city)
  end)
end)

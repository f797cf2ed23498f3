local harness = require "spec.sandbox.harness"
local http = require "roster.sandbox.http"
local json = require "roster.json"

local USERS = "/api/v1/users"

local function profile(login, more)
  local p = { login = login, email = login, firstName = "A", lastName = "B" }
  for name, value in pairs(more or {}) do
    p[name] = value
  end
  return p
end

describe("creating a user", function()
  local o
  before_each(function()
    o = harness.org{ users = 5 }
  end)

  local password = { password = { value = "Correct-horse-1" } }
  local federation = { provider = { type = "FEDERATION",
    name = "FEDERATION" } }
  local statuses = {
    { "", nil, "PROVISIONED" },
    { "?activate=true", nil, "PROVISIONED" },
    { "?activate=false", nil, "STAGED" },
    { "", password, "ACTIVE" },
    { "?activate=false", password, "STAGED" },
    { "?activate=true&nextLogin=changePassword", password,
      "PASSWORD_EXPIRED" },
    { "?provider=true", federation, "ACTIVE" },
    { "?provider=true&activate=false", federation, "STAGED" },
    { "?provider=true", { provider = { type = "SOCIAL", name = "x" } },
      "ACTIVE" },
  }
  for _, row in ipairs(statuses) do
    it("gives " .. row[3] .. " for '" .. row[1] .. "'" ..
      (row[2] and " with credentials" or ""), function()
        local user = o:must("POST", USERS .. row[1], {
          profile = profile("new@example.net"),
          credentials = row[2],
        })
        assert.equal(row[3], user.status)
        assert.equal(user.status,
          o:must("GET", USERS .. "/" .. user.id).status)
        assert.equal(20, #user.id)
      end)
  end

  it("makes passwords optional when told so", function()
    local p = harness.org{ users = 2, password_optional = true }
    assert.equal("ACTIVE", p:must("POST", USERS,
      { profile = profile("n@example.net") }).status)
  end)

  local hash = { algorithm = "SHA-256", value = "aGFzaA==", salt = "c2FsdA==",
    saltOrder = "PREFIX" }
  local refusals = {
    { "no profile", "", {}, "E0000001", "profile" },
    { "an empty profile", "", { profile = {} }, "E0000001", "login" },
    { "a blank first name", "",
      { profile = profile("n@example.net", { firstName = "" }) },
      "E0000001", "firstName" },
    { "a null last name", "",
      { profile = profile("n@example.net", { lastName = json.null }) },
      "E0000001", "lastName" },
    { "a login that is no address", "", { profile = profile("nobody") },
      "E0000001", "email" },
    { "a short login", "", { profile = profile("a@b") }, "E0000001",
      "email" },
    { "a long name", "",
      { profile = profile("n@example.net",
        { firstName = ("x"):rep(51) }) }, "E0000001", "firstName" },
    { "a number for a name", "",
      { profile = profile("n@example.net", { firstName = 3 }) }, "E0000001",
      "firstName" },
    { "an object in the profile", "",
      { profile = profile("n@example.net", { car = { make = "x" } }) },
      "E0000001", "car" },
    { "an expired password without activation",
      "?activate=false&nextLogin=changePassword",
      { profile = profile("n@example.net"), credentials = password },
      "E0000125" },
    { "an expired password without a password", "?nextLogin=changePassword",
      { profile = profile("n@example.net") }, "E0000124" },
    { "a federated user without provider=true", "",
      { profile = profile("n@example.net"), credentials = federation },
      "E0000001", "credentials.provider" },
    { "a federated user with a password", "?provider=true",
      { profile = profile("n@example.net"),
        credentials = { provider = federation.provider,
          password = password.password } }, "E0000041" },
    { "a short password", "", { profile = profile("n@example.net"),
      credentials = { password = { value = "short" } } }, "E0000001",
      "password" },
    { "a password of 73 bytes", "", { profile = profile("n@example.net"),
      credentials = { password = { value = ("x"):rep(73) } } }, "E0000001",
      "password" },
    { "a password with the login in it", "",
      { profile = profile("somebody@example.net"),
        credentials = { password = { value = "xSomebody1" } } }, "E0000001",
      "password" },
    { "a recovery question without an answer", "",
      { profile = profile("n@example.net"), credentials = {
        recovery_question = { question = "Why?" } } }, "E0000001",
      "recovery_question.answer" },
    { "a recovery question of 101 characters", "",
      { profile = profile("n@example.net"), credentials = {
        recovery_question = { question = ("x"):rep(101), answer = "y" } } },
      "E0000001", "recovery_question.question" },
    { "a hash without saltOrder", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "MD5",
        value = "aGFzaA==", salt = "c2FsdA==" } } } }, "E0000001",
      "credentials.password.hash.saltOrder" },
    { "an unknown hash", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "CRC32",
        value = "x" } } } }, "E0000001",
      "credentials.password.hash.algorithm" },
    { "a BCRYPT factor of 21", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "BCRYPT",
        workFactor = 21, salt = ("s"):rep(22), value = ("v"):rep(31) } } } },
      "E0000001", "credentials.password.hash.workFactor" },
    { "a BCRYPT salt of 21", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "BCRYPT",
        workFactor = 10, salt = ("s"):rep(21), value = ("v"):rep(31) } } } },
      "E0000001", "credentials.password.hash.salt" },
    { "a BCRYPT value beyond radix 64", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "BCRYPT",
        workFactor = 10, salt = ("s"):rep(22), value = "v+v" } } } },
      "E0000001", "credentials.password.hash.value" },
    { "a hash without a value", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "MD5", value = "" } } } },
      "E0000001", "credentials.password.hash.value" },
    { "a hash beyond base64", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "MD5", value = "a*" } } } },
      "E0000001", "credentials.password.hash" },
    { "PBKDF2 of few iterations", "", { profile = profile("n@example.net"),
      credentials = { password = { hash = { algorithm = "PBKDF2", salt = "c2FsdA==",
        value = "aGFzaA==", iterationCount = 4095 } } } },
      "E0000001", "credentials.password.hash.iterationCount" },
    { "a hook of another type", "", { profile = profile("n@example.net"),
      credentials = { password = { hook = { type = "own" } } } },
      "E0000001", "credentials.password.hook.type" },
    { "an unknown provider", "", { profile = profile("n@example.net"),
      credentials = { provider = { type = "NIS" } } }, "E0000001",
      "credentials.provider.type" },
    { "credentials that are no object", "",
      { profile = profile("n@example.net"), credentials = "x" }, "E0000001",
      "credentials" },
    { "a password that is no text", "", { profile = profile("n@example.net"),
      credentials = { password = { value = 3 } } }, "E0000001",
      "password.value" },
    { "an unknown type", "", { profile = profile("n@example.net"),
      type = { id = "otyNone" } }, "E0000001", "type" },
    { "an unknown nextLogin", "?nextLogin=now",
      { profile = profile("n@example.net"), credentials = password },
      "E0000001", "nextLogin" },
  }
  for _, row in ipairs(refusals) do
    it("refuses " .. row[1], function()
      local status, value = o:call("POST", USERS .. row[2], row[3])
      assert.equal(400, status)
      assert.equal(row[4], value.errorCode)
      if row[5] then
        local named = {}
        for _, cause in ipairs(value.errorCauses) do
          named[cause.errorSummary:match("^[^:]+")] = true
        end
        assert.is_true(named[row[5]], row[5])
      end
      assert.equal(5, #o:must("GET", USERS))
    end)
  end

  it("names every missing attribute", function()
    local _, value = o:call("POST", USERS, { profile = { city = "x" } })
    assert.equal(4, #value.errorCauses)
  end)

  it("imports hashes and hooks", function()
    for i, given in ipairs{
      { hash = hash },
      { hash = { algorithm = "BCRYPT", workFactor = 10,
        salt = ("s"):rep(22), value = ("v"):rep(31) } },
      { hash = { algorithm = "PBKDF2", iterationCount = 4096,
        keySize = 32, digestAlgorithm = "SHA256_HMAC", salt = "c2FsdA==",
        value = "aGFzaA==" } },
      { hook = { type = "default" } },
    } do
      local user, response = o:must("POST", USERS, {
        profile = profile("hash" .. i .. "@example.net"),
        credentials = { password = given },
      })
      assert.equal("ACTIVE", user.status)
      assert.equal("IMPORT", user.credentials.provider.type)
      assert.is_nil(response.body:find("aGFzaA", 1, true))
    end
  end)

  it("keeps logins unique without regard to case and diacritics", function()
    o:person("jose.maria@example.net")
    for _, login in ipairs{ "jose.maria@example.net",
      "JOSE.MARIA@EXAMPLE.NET", "josé.maría@example.net" } do
      local status, value = o:call("POST", USERS,
        { profile = profile(login) })
      assert.equal(400, status, login)
      assert.equal("E0000001", value.errorCode)
    end
    local seeded = o:must("GET", USERS .. "?limit=1")[1].profile.login
    assert.equal(400, (o:call("POST", USERS,
      { profile = profile(seeded:upper()) })))
  end)

  it("puts the user into groups, at most twenty", function()
    local groups = o.org.world.groups
    local user = o:person("grouped@example.net",
      { groupIds = json.array{ groups[3].id, groups[5].id } })
    local mine = o:must("GET", USERS .. "/" .. user.id .. "/groups")
    assert.equal(3, #mine) -- and Everyone
    local many = {}
    for i = 1, 21 do
      many[i] = groups[i].id
    end
    local status, value = o:call("POST", USERS,
      { profile = profile("n@example.net"), groupIds = json.array(many) })
    assert.equal(400, status)
    assert.equal("E0000001", value.errorCode)
    assert.equal(404, (o:call("POST", USERS, {
      profile = profile("n@example.net"),
      groupIds = json.array{ "00gNobody" },
    })))
  end)

  it("never shows a secret", function()
    local _, response = o:must("POST", USERS, {
      profile = profile("s@example.net"),
      credentials = { password = { value = "Canary-pass-1" },
        recovery_question = { question = "Q?", answer = "Canary-answer" } },
    })
    assert.is_nil(response.body:find("Canary", 1, true))
    assert.is_truthy(response.body:find('"password":{}', 1, true))
  end)

  it("keeps custom attributes of every type", function()
    local given = profile("c@example.net", { a = "x", b = true, c = 3,
      d = 2.5, e = json.array{ "p", "q" }, f = json.array{}, g = false,
      h = "" })
    local user = o:must("POST", USERS, { profile = given })
    local _, _, response = o:call("GET", USERS .. "/" .. user.id)
    local p = json.decode(response.body).profile
    assert.equal("x", p.a)
    assert.is_true(p.b)
    assert.equal(3, p.c)
    assert.equal(2.5, p.d)
    assert.equal("q", p.e[2])
    assert.is_false(p.g)
    assert.equal("", p.h)
    assert.is_truthy(response.body:find('"f":[]', 1, true))
  end)
end)

describe("finding a user", function()
  local o, user
  before_each(function()
    o = harness.org{ users = 60 }
    user = o:person("find.me@example.net")
  end)

  it("takes id, login, short name and me", function()
    for _, ref in ipairs{ user.id, "find.me@example.net",
      "FIND.ME@Example.net", "find.me" } do
      assert.equal(user.id, o:must("GET", USERS .. "/" ..
        http.encode(ref)).id)
    end
    assert.equal(o:must("GET", USERS .. "?limit=1")[1].id,
      o:must("GET", USERS .. "/me").id)
  end)

  it("embeds what is asked for", function()
    local function embedded(expand)
      return o:must("GET", USERS .. "/" .. user.id .. "?expand=" .. expand)._embedded
    end
    assert.same({ blocks = {} }, embedded("blocks"))
    assert.equal("STANDARD", embedded("classification").classification.type)
  end)

  it("finds every user the org started with, each way", function()
    for i, entry in ipairs(o:must("GET", USERS)) do
      if i <= 60 then
        local login = entry.profile.login
        assert.equal(entry.id, o:must("GET", USERS .. "/" .. login).id)
        assert.equal(entry.id, o:must("GET", USERS .. "/" ..
          login:match("^[^@]+")).id)
        assert.equal(entry.id, o:must("GET", USERS .. "/" .. entry.id).id)
      end
    end
  end)

  it("does not take a short name two users have", function()
    o:person("find.me@example.org")
    assert.equal(404, (o:call("GET", USERS .. "/find.me")))
    assert.equal(200, (o:call("GET", USERS .. "/find.me@example.org")))
  end)

  it("does not take a short name one of the first users has too", function()
    local seeded = o:must("GET", USERS .. "/me").profile.login
    local short = seeded:match("^[^@]+")
    assert.equal(200, (o:call("GET", USERS .. "/" .. short)))
    o:person(short .. "@example.org")
    assert.equal(404, (o:call("GET", USERS .. "/" .. short)))
  end)

  it("finds a changed user by the short name, an erased one not", function()
    local seeded = o:must("GET", USERS .. "?limit=4")[4]
    local short = USERS .. "/" .. seeded.profile.login:match("^[^@]+")
    o:must("POST", USERS .. "/" .. seeded.id, { profile = { city = "Rome" } })
    assert.equal("Rome", o:must("GET", short).profile.city)
    o:must("DELETE", short)
    assert.equal("DEPROVISIONED", o:must("GET", short).status)
    o:must("DELETE", short)
    assert.equal(404, (o:call("GET", short)))
  end)

  it("takes an id only where only an id is documented", function()
    for _, path in ipairs{ "/roles", "/clients", "/grants" } do
      assert.equal(200, (o:call("GET", USERS .. "/" .. user.id .. path)))
      local status, value = o:call("GET",
        USERS .. "/find.me@example.net" .. path)
      assert.equal(404, status)
      assert.equal("E0000007", value.errorCode)
    end
  end)

  it("follows a login that changes", function()
    o:must("POST", USERS .. "/" .. user.id,
      { profile = { login = "moved@example.net" } })
    assert.equal(404, (o:call("GET", USERS .. "/find.me@example.net")))
    assert.equal(404, (o:call("GET", USERS .. "/find.me")))
    assert.equal(user.id, o:must("GET", USERS .. "/moved@example.net").id)
    local seeded = o:must("GET", USERS .. "?limit=3")[3]
    o:must("POST", USERS .. "/" .. seeded.id,
      { profile = { login = "renamed@example.net" } })
    assert.equal(404, (o:call("GET", USERS .. "/" .. seeded.profile.login)))
    o:person(seeded.profile.login)
  end)

  it("shows self alone in lists and the lifecycle in single answers",
    function()
      local entry = o:must("GET", USERS .. "?limit=1")[1]
      local names = {}
      for name in pairs(entry._links) do
        names[#names + 1] = name
      end
      assert.same({ "self" }, names)
      local single = o:must("GET", USERS .. "/" .. entry.id)
      assert.is_truthy(single._links.suspend.href:find("/lifecycle/suspend$"))
      assert.equal("POST", single._links.suspend.method)
    end)

  it("leaves out what okta-response names", function()
    local function get(words)
      return o:must("GET", USERS .. "/" .. user.id, nil, { ["Content-Type"] =
        "application/json; okta-response=" .. words })
    end
    local lean = get('"omitCredentials,omitCredentialsLinks,' ..
      'omitTransitioningToStatus"')
    assert.is_nil(lean.credentials)
    assert.is_nil(lean.transitioningToStatus)
    assert.is_nil(lean._links.changePassword)
    assert.is_truthy(lean._links.suspend)
    local full = get("omitCredentials")
    assert.is_nil(full.credentials)
    assert.is_truthy(full._links.changePassword)
    local list = o:must("GET", USERS .. "?limit=1", nil,
      { ["Content-Type"] = "application/json; okta-response=omitCredentials" })
    assert.is_nil(list[1].credentials)
  end)

  it("renders an untouched list entry and a kept one alike", function()
    local p = harness.org{ users = 60 }
    local before = p:must("GET", USERS)
    for i = 1, 60 do
      p.org.store:save(p.org.store:load(i))
    end
    for i, entry in ipairs(p:must("GET", USERS)) do
      entry.lastUpdated = before[i].lastUpdated
      assert.same(before[i], entry)
    end
  end)

  it("makes users of about two kilobytes", function()
    local _, _, response = o:call("GET", USERS .. "?limit=50")
    local each = #response.body / 50
    assert.is_true(each > 1800 and each < 2300, tostring(each))
  end)

  it("has users of every live status", function()
    local seen = {}
    for _, entry in ipairs(o:must("GET", USERS)) do
      seen[entry.status] = (seen[entry.status] or 0) + 1
    end
    for _, status in ipairs{ "ACTIVE", "STAGED", "PROVISIONED", "SUSPENDED",
      "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY" } do
      assert.is_truthy(seen[status], status)
    end
    assert.is_nil(seen.DEPROVISIONED)
  end)
end)

-- The example that creates the users of a file, against the served sandbox.
local control = require "spec.support.control"
local example = require "spec.support.example"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

describe("examples/onboard.lua #nginx", function()
  local server, okta, path

  setup(function()
    server = serve.start { users = 5, rate_limit = false }
    okta = roster.okta { url = server.okta.url, token = server.okta.token }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  before_each(function()
    control.clear_faults(server.okta)
    control.clear_counts(server.okta)
  end)

  after_each(function()
    if path then
      os.remove(path)
    end
    path = nil
  end)

  local function run(text)
    path = path or example.file(text)
    return example.run("onboard.lua " .. path, server.okta.environment)
  end

  -- The rows of so many newcomers whose logins begin with `word`.
  local function newcomers(word, count)
    local lines = { "login,email,firstName,lastName" }
    for i = 1, count do
      local login = ("%s.%d@example.com"):format(word, i)
      lines[#lines + 1] = table.concat({ login, login, "New", "Comer" }, ",")
    end
    return table.concat(lines, "\n") .. "\n"
  end

  it("creates and activates, and says in which lines nobody could be made of a row", function()
    local out, err, code = run(table.concat({
      "login,email,firstName,lastName,department,costCenter",
      'ada@example.com,ada@example.com,Ada,Lovelace,"Engines, ""analytical""",',
      "short@example.com,short@example.com",
      ",none@example.com,No,Login,,",
      "ADA@example.com,ada@example.com,Ada,Again,,",
      "mail@example.com,this is no address,Bad,Mail,,",
      "grace@example.com,grace@example.com,Grace,Hopper,,7",
    }, "\n"))
    assert.equal(1, code)
    local lines = example.lines(out)
    table.sort(lines)
    assert.same({ "ada@example.com activated", "grace@example.com activated" }, lines)
    for _, complaint in ipairs {
      ":3: 2 cells, but there are 6 columns\n",
      ":4: no login, or none with an @\n",
      ":5: the same login as in line 2, with other values\n",
      ":6: okta create_user: 400 E0000001: ",
    } do
      assert.is_truthy(err:find(path .. complaint, 1, true), err)
    end
    assert.matches("\n2 users are there, 4 rows failed\n$", err)
    local ada = assert(okta:get_user("ada@example.com"))
    assert.equal("PROVISIONED", ada.status)
    assert.equal('Engines, "analytical"', ada.profile.department)
    assert.is_nil(ada.profile.costCenter)
    assert.equal("7", assert(okta:get_user("grace@example.com")).profile.costCenter)
  end)

  it("does nothing twice when it is run again", function()
    local text = newcomers("again", 10)
    control.fault(server.okta, { operation = "create_user", status = 403, skip = 4, times = 3 })
    local _, err, code = run(text)
    assert.equal(1, code)
    assert.matches("7 users are there, 3 rows failed\n$", err)
    local out
    out, err, code = run(text)
    assert.equal(0, code, err)
    assert.equal(7, select(2, out:gsub("was there, PROVISIONED\n", "")))
    assert.equal(3, select(2, out:gsub("activated\n", "")))
    local effects = control.counts(server.okta).effects
    assert.equal(10, effects.create_user)
    assert.equal(10, effects.activate_user)
  end)

  it("looks again where an answer was lost", function()
    control.fault(server.okta, { operation = "create_user", close = "reset", apply = true, skip = 1 })
    control.fault(server.okta, { operation = "activate_user", status = 502, apply = true, skip = 2 })
    local out, err, code = run(newcomers("lost", 6))
    assert.equal(0, code, err)
    assert.equal(6, select(2, out:gsub("activated\n", "")))
    local effects = control.counts(server.okta).effects
    assert.equal(6, effects.create_user)
    assert.equal(6, effects.activate_user)
  end)

  it("activates whom an earlier run left staged, and leaves others as they are", function()
    local function user(login)
      return { profile = { login = login, email = login, firstName = "F", lastName = "L" } }
    end
    assert(okta:create_user(user "left.1@example.com", { activate = false }))
    local active = assert(okta:list_users { filter = 'status eq "ACTIVE"' }:all())[2]
    local out, err, code = run(newcomers("left", 1) .. active.profile.login .. ",x@example.com,X,Y\n")
    assert.equal(0, code, err)
    local lines = example.lines(out)
    table.sort(lines)
    local expected = { "left.1@example.com activated", active.profile.login .. " was there, ACTIVE" }
    table.sort(expected)
    assert.same(expected, lines)
    assert.equal(active.profile.firstName, assert(okta:get_user(active.id)).profile.firstName)
  end)

  -- A user of this login who came and went.
  local function former(login, status)
    local user = assert(okta:create_user({
      profile = { login = login, email = login, firstName = "F", lastName = "L" },
      credentials = { password = { value = "Abcd1234!x" } },
    }, { activate = true }))
    if status == "SUSPENDED" then
      assert(okta:suspend_user(user.id))
    else
      assert(okta:deactivate_user(user.id))
    end
    return user.id
  end

  it("takes no account that nobody can get in with for a newcomer's", function()
    local gone, suspended = former("gone.1@example.com"), former("gone.2@example.com", "SUSPENDED")
    local out, err, code = run(newcomers("gone", 3))
    assert.equal(1, code)
    assert.equal("gone.3@example.com activated\n", out)
    assert.matches(":2: gone.1@example.com is DEPROVISIONED, and cannot get in: --reactivate", err, 1, true)
    assert.matches(":3: gone.2@example.com is SUSPENDED, and cannot get in: ", err, 1, true)
    assert.matches("\n1 users are there, 0 rows failed, 2 not done\n$", err)
    assert.equal("DEPROVISIONED", assert(okta:get_user(gone)).status)
    assert.equal("SUSPENDED", assert(okta:get_user(suspended)).status)
  end)

  it("brings those back who are deprovisioned, when told to", function()
    local gone = former("back.1@example.com")
    local suspended = former("back.2@example.com", "SUSPENDED")
    path = example.file(newcomers("back", 2))
    local out, err, code = example.run("onboard.lua --reactivate " .. path, server.okta.environment)
    assert.equal(1, code)
    assert.equal("back.1@example.com reactivated, with the profile and the groups of before\n", out)
    assert.matches("1 users are there, 0 rows failed, 1 not done\n$", err)
    assert.equal("ACTIVE", assert(okta:get_user(gone)).status)
    assert.equal("SUSPENDED", assert(okta:get_user(suspended)).status)
  end)

  it("takes the user of no other login for the one of a row", function()
    local twin = former("jose@example.com")
    local out, err, code = run("login,email,firstName,lastName\njos\195\169@example.com,j@example.com,J,E\n")
    assert.equal(1, code)
    assert.equal("", out)
    assert.matches(":2: Okta returned another user, jose@example.com (" .. twin .. "): nothing is done", err, 1, true)
  end)

  it("counts a row that is there twice once, and says so", function()
    local text = newcomers("twice", 2)
    local _, err, code = run(text .. "TWICE.1@example.com,twice.1@example.com,New,Comer\n")
    assert.equal(0, code, err)
    assert.matches(":4: the same row as line 2, and counted once\n2 users are there, 0 rows failed\n$", err)
    assert.equal(2, control.counts(server.okta).effects.create_user)
  end)

  it("does nothing under a heading that is none", function()
    for heading, why in pairs {
      ["login,email,department,Department"] = 'columns 3 and 4 are both called "Department": rename one',
      ["Login,email"] = '"Login" is called "login" at Okta',
      ["login,firstname"] = '"firstname" is called "firstName" at Okta',
      ["email,lastName"] = 'there is no column "login"; the columns are "email", "lastName"',
      ["login|email"] = '"login|email" cannot be the name of an attribute',
      ["login,first name"] = '"first name" cannot be the name of an attribute',
    } do
      local out, err, code = run(heading .. "\nada@example.com,x\n")
      assert.equal(1, code)
      assert.equal("", out)
      assert.equal(path .. ":1: " .. why .. "\n", err)
      os.remove(path)
      path = nil
    end
    assert.is_nil(control.counts(server.okta).requests.get_user)
  end)

  it("says what it wants", function()
    local _, err, code = example.run("onboard.lua", server.okta.environment)
    assert.equal(2, code)
    assert.equal("usage: onboard.lua [--reactivate] FILE\nonboard.lua: too few arguments\n", err)
    _, err, code = example.run("onboard.lua /nowhere/at/all.csv", server.okta.environment)
    assert.equal(1, code)
    assert.equal("/nowhere/at/all.csv: No such file or directory\n", err)
  end)
end)

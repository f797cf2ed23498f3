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
      ":3: 2 fields, but there are 6 columns\n",
      ":4: no login, or none with an @\n",
      ":5: the same login as in line 2\n",
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
    local suspended = assert(okta:list_users { filter = 'status eq "ACTIVE"' }:all())[2]
    assert(okta:suspend_user(suspended.id))
    local out, err, code = run(newcomers("left", 1) .. suspended.profile.login .. ",x@example.com,X,Y\n")
    assert.equal(0, code, err)
    local lines = example.lines(out)
    table.sort(lines)
    local expected = { "left.1@example.com activated", suspended.profile.login .. " was there, SUSPENDED" }
    table.sort(expected)
    assert.same(expected, lines)
    assert.equal(suspended.profile.firstName, assert(okta:get_user(suspended.id)).profile.firstName)
  end)

  it("says what it wants", function()
    local _, err, code = example.run("onboard.lua", server.okta.environment)
    assert.equal(2, code)
    assert.equal("usage: onboard.lua FILE\n", err)
    _, err, code = example.run("onboard.lua /nowhere/at/all.csv", server.okta.environment)
    assert.equal(1, code)
    assert.equal("/nowhere/at/all.csv: No such file or directory\n", err)
  end)
end)

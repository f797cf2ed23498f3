-- The example that offboards the people of a file.
local control = require "spec.support.control"
local example = require "spec.support.example"
local program = require "spec.support.program"
local roster = require "roster"
local sandbox = require "roster.sandbox"
local serve = require "roster.sandbox.serve"

local function summary(done, already, failed, left)
  return ("%d offboarded, %d were already, %d failed, %d not done; %d rows\n"):format(done, already, failed, left,
    done + already + failed + left)
end

describe("examples/offboard.lua #nginx", function()
  local server, okta, path

  setup(function()
    server = serve.start { users = 60, rate_limit = false }
    okta = roster.okta { url = server.okta.url, token = server.okta.token }
    path = os.tmpname()
  end)

  teardown(function()
    okta:close()
    server:stop()
    os.remove(path)
    os.remove(path .. ".journal")
  end)

  local function run()
    local out, err = example.run(("offboard.lua %s %s.journal"):format(path, path), server.okta.environment)
    return out .. err
  end

  it("suspends each once, says who failed, and does the rest when run again", function()
    local users = {}
    local file = assert(io.open(path, "w"))
    file:write("login,department\n# left in March\n\n")
    for user in okta:list_users { filter = 'status eq "ACTIVE"' } do
      users[#users + 1] = user
    end
    table.remove(users, 1) -- the token's owner
    for i, user in ipairs(users) do
      file:write(i % 2 == 0 and user.id or '"' .. user.profile.login .. '"', ",Sales\n")
    end
    file:write("nobody@example.com,Sales\n")
    file:close()
    control.fault(server.okta, { operation = "suspend_user", close = "reset", skip = 3 })
    control.fault(server.okta, { operation = "suspend_user", status = 502, apply = true, skip = 7 })

    local text = run()
    assert.is_truthy(text:find("nobody@example.com: failed: okta get_user: 404 E0000007", 1, true), text)
    assert.is_truthy(text:find(summary(#users, 0, 1, 0), 1, true), text)
    assert.is_truthy(text:find(path .. ":2: left out, as it begins with #: # left in March\n", 1, true), text)
    for _, user in ipairs(users) do
      assert.are.equal("SUSPENDED", okta:get_user(user.id).status)
    end
    local effects = control.counts(server.okta).effects
    assert.are.equal(#users, effects.suspend_user)
    assert.are.equal(#users, effects.clear_user_sessions)

    text = run()
    assert.is_truthy(text:find(summary(0, #users, 1, 0), 1, true), text)
    assert.are.same(effects, control.counts(server.okta).effects)
  end)
end)

describe("examples/offboard.lua", function()
  local org, okta, files

  before_each(function()
    org, files = sandbox.okta { users = 3, rate_limit = false }, {}
    okta = roster.okta { sandbox = org }
  end)

  after_each(function()
    okta:close()
    for _, path in ipairs(files) do
      os.remove(path)
    end
  end)

  local function file(text)
    files[#files + 1] = example.file(text)
    return files[#files]
  end

  --- A new user of this status; its id.
  local function user(login, status)
    local made = assert(okta:create_user({
      profile = { login = login, email = "x@example.com", firstName = "F", lastName = "L" },
      credentials = { password = { value = "Abcd1234!x" } },
    }, { activate = true }))
    if status then
      assert(org:set_user(made.id, { status = status }))
    end
    return made.id
  end

  local function status(id)
    return assert(okta:get_user(id)).status
  end

  --- Offboards the people of this text; the journal, which may be left out, is a new one.
  local function run(text, journal, ...)
    local path = file(text)
    if not journal then
      journal = path .. ".journal"
      files[#files + 1] = journal
    end
    local arguments = { ... }
    arguments[#arguments + 1] = path
    arguments[#arguments + 1] = journal
    local out, err, code = program.run("offboard.lua", arguments, org)
    return out, err:gsub(path:gsub("%p", "%%%0"), "FILE"), code
  end

  describe("of each of Okta's states", function()
    for _, row in ipairs {
      { "ACTIVE", "done", "SUSPENDED" },
      { "SUSPENDED", "already", "SUSPENDED" },
      { "DEPROVISIONED", "already", "DEPROVISIONED" },
      { "LOCKED_OUT", "not done", "LOCKED_OUT", "is LOCKED_OUT, and gets in again once unlocked: Okta suspends only" },
      { "PASSWORD_EXPIRED", "not done", "PASSWORD_EXPIRED", "is PASSWORD_EXPIRED, and gets in with a new password: " },
      { "RECOVERY", "not done", "RECOVERY", "is RECOVERY, and gets in with a new password: " },
      { "STAGED", "not done", "STAGED", "is STAGED, and can still be activated: " },
      { "PROVISIONED", "not done", "PROVISIONED", "is PROVISIONED, and gets in with the activation mail: " },
      { "FROZEN", "not done", "FROZEN", "is FROZEN, a status that this program does not know: " },
    } do
      local before, outcome, after, why = row[1], row[2], row[3], row[4]

      it("says what it does: " .. before, function()
        local id = user("leaver@example.com", before)
        local out, err, code = run "login\nleaver@example.com\n"
        assert.equal(summary(outcome == "done" and 1 or 0, outcome == "already" and 1 or 0, 0,
          outcome == "not done" and 1 or 0), out)
        assert.equal(outcome == "not done" and 1 or 0, code)
        assert.equal(after, status(id))
        if why then
          assert.is_truthy(err:find("FILE:2: leaver@example.com: not done: " .. why, 1, true), err)
        else
          assert.equal("", err)
        end
      end)

      it("says what it would do: " .. before, function()
        local id = user("leaver@example.com", before)
        local out, _, code = run("login\nleaver@example.com\n", nil, "--dry-run")
        local missed = outcome == "not done" and 1 or 0
        assert.equal(missed, code)
        assert.equal(before, status(id))
        assert.is_truthy(out:find("leaver@example.com", 1, true), out)
        assert.is_truthy(out:find(why or outcome == "done" and "suspend, end sessions" or "already", 1, true), out)
        assert.is_truthy(out:find(("1 rows, of which %d cannot be offboarded; nothing was changed"):format(missed), 1,
          true), out)
      end)
    end

    it("waits for no change that is under way", function()
      org = sandbox.okta { users = 3, rate_limit = false, transition = 1000 }
      okta = roster.okta { sandbox = org }
      local made = assert(okta:create_user({
        profile = { login = "x@example.com", email = "x@example.com", firstName = "F", lastName = "L" },
      }, { activate = false }))
      assert(okta:activate_user(made.id, { send_email = false }))
      local out, err, code = run "x@example.com\n"
      assert.equal(summary(0, 0, 0, 1), out)
      assert.equal(1, code)
      assert.is_truthy(err:find("becomes PROVISIONED: run this again when it is", 1, true), err)
    end)
  end)

  it("reads back what Okta says it has done", function()
    user("leaver@example.com")
    local out, err, code = program.run("offboard.lua", { file "leaver@example.com\n", file "" }, function(options, make)
      options.sandbox = org
      local client = make(options)
      client.suspend_user = function()
        return true
      end
      return client
    end)
    assert.equal(summary(0, 0, 0, 1), out)
    assert.equal(1, code)
    assert.is_truthy(err:find("is still ACTIVE, though Okta has accepted the suspension", 1, true), err)
  end)

  describe("takes nobody for somebody else:", function()
    it("a login with a blank", function()
      local tony = user "tony@example.com"
      local out, _, code = run "login\ntony stark@example.com\n"
      assert.equal(summary(0, 0, 1, 0), out)
      assert.equal(1, code)
      assert.equal("ACTIVE", status(tony))
    end)

    it("short names, me, pieces of a cell", function()
      local tony = user "tony@example.com"
      for _, cell in ipairs {
        "tony", "me", "ME", "00utony", "tony@example.com;eve@example.com", '"tony@example.com,eve@example.com"',
        '"tony@example.com\nx"', "@example.com", "tony@", '"Tony <tony@example.com>"', "mailto:tony@example.com",
        "tony@example.com\226\128\139",
      } do
        local out, err, code = run("login\n" .. cell .. "\n")
        assert.equal(summary(0, 0, 1, 0), out, cell .. err)
        assert.equal(1, code)
        assert.is_nil(err:find("\226\128\139", 1, true))
      end
      assert.equal("ACTIVE", status(tony))
    end)

    it("a login that Okta reads as another", function()
      local jose = user "jose@example.com"
      local out, err, code = run "login\njos\195\169@example.com\n"
      assert.equal(summary(0, 0, 1, 0), out)
      assert.equal(1, code)
      assert.is_truthy(err:find("Okta returned another user, jose@example.com (" .. jose .. "): nothing is done", 1,
        true), err)
      assert.equal("ACTIVE", status(jose))
    end)

    it("a row whose login and id are not the same person's", function()
      local ada, eve = user "ada@example.com", user "eve@example.com"
      local out, err, code = run("id,login\n" .. ada .. ",ada@example.com\n" .. eve .. ",tony@example.com\n")
      assert.equal(summary(1, 0, 1, 0), out)
      assert.equal(1, code)
      assert.is_truthy(err:find("FILE:3: " .. eve .. ": failed: Okta returned another user", 1, true), err)
      assert.equal("SUSPENDED", status(ada))
      assert.equal("ACTIVE", status(eve))
    end)

    it("the owner of the token", function()
      local owner = assert(okta:get_user "me")
      local out, err, code = run(owner.profile.login .. "\n")
      assert.equal(summary(0, 0, 1, 0), out)
      assert.equal(1, code)
      assert.is_truthy(err:find("is the owner of the token, who is never suspended with it", 1, true), err)
      assert.equal("ACTIVE", status(owner.id))
    end)

    it("a token that belongs to no user, which is said", function()
      local ada = user "ada@example.com"
      local out, err, code = program.run("offboard.lua", { file "ada@example.com\n", file "" }, function(options, make)
        options.sandbox = org
        local client = make(options)
        local get_user = client.get_user
        client.get_user = function(self, id, ...)
          return get_user(self, id == "me" and "00u00000000000000000" or id, ...)
        end
        return client
      end)
      assert.equal(summary(1, 0, 0, 0), out)
      assert.equal(0, code)
      assert.is_truthy(err:find("the token belongs to no user: its owner is not looked for: ", 1, true), err)
      assert.equal("SUSPENDED", status(ada))
    end)
  end)

  describe("reads", function()
    it("what spreadsheets write", function()
      for _, text in ipairs {
        "\239\187\191%s\r\n", "\239\187\191login\r\n%s\r\n", "Login ;Department\r\n%s;Sales\r\n",
        "name\tlogin\r\rx\t%s\r",
        'sep=;\nlogin;b\n"%s";""\n;\n\n', " ID ,x\n%s,\n", "# leavers\nlogin\n%s\n",
      } do
        local id = user "ada@example.com"
        local out, err, code = run(text:format("ada@example.com"))
        assert.equal(0, code, err)
        assert.equal(summary(1, 0, 0, 0), out)
        assert.equal("SUSPENDED", status(id))
        assert(okta:deactivate_user(id) and okta:deactivate_or_delete_user(id))
      end
    end)

    it("the column that is named", function()
      local id = user "ada@example.com"
      local out, err, code = run("login,Mail\nx@example.com,ada@example.com\n", nil, "--column", "mail")
      assert.equal(0, code, err)
      assert.equal(summary(1, 0, 0, 0), out)
      assert.equal("SUSPENDED", status(id))
    end)

    it("nothing of a file that leaves open whom it means", function()
      local id = user "ada@example.com"
      for text, why in pairs {
        ["ada@example.com,Sales\n"] = 'FILE:1: there is no column "login" or "id"; the columns are "ada@example.com", '
          .. '"Sales": name the column with --column\n',
        ["email\nada@example.com\n"] = 'FILE:1: there is no column "login" or "id"; the one column is "email": name '
          .. "the column with --column\n",
        ["login,LOGIN\nada@example.com,x\n"] = 'FILE:1: columns 1 and 2 are both called "LOGIN": rename one\n',
        ['login\nada@example.com\n"eve'] = "FILE:3: a quote is never closed: is the file whole?\n",
        ["login\nada@example.com\n\252@example.com\n"] = "FILE:3: bytes that are not UTF-8: save the file as UTF-8\n",
        ["\255\254l\0"] = "FILE:1: the file is UTF-16 or UTF-32: save it as UTF-8\n",
        [""] = "FILE:1: the file is empty\n",
        ["# ada@example.com\n"] = "FILE:1: the file is empty\n",
      } do
        local out, err, code = run(text)
        assert.equal(1, code)
        assert.equal("", out)
        assert.equal(why, err)
      end
      assert.equal("ACTIVE", status(id))
    end)

    it("the rows around one that does not fit", function()
      local id = user "ada@example.com"
      local out, err, code = run "login,department\nada@example.com\nada@example.com,Sales\n,Sales\n"
      assert.equal(summary(1, 0, 2, 0), out)
      assert.equal(1, code)
      assert.is_truthy(err:find("FILE:2: 1 cells, but there are 2 columns\n", 1, true), err)
      assert.is_truthy(err:find("FILE:4: the row has no login and no id\n", 1, true), err)
      assert.equal("SUSPENDED", status(id))
    end)

    it("each person once, and says who is there twice", function()
      local id = user "ada@example.com"
      local out, err, code = run("login\nada@example.com\nADA@example.com\n" .. id .. "\n")
      assert.equal(0, code, err)
      assert.equal(summary(1, 0, 0, 0), out)
      assert.equal("FILE:3: the same person as in line 2, and counted once\n"
        .. "FILE:4: the same person as in line 2, and counted once\n", err)
    end)
  end)

  describe("with a journal", function()
    -- One that 0.1.0 has left.
    local function journal(...)
      local lines = { ('{"roster":"journal","version":1,"service":"okta","url":"%s","operation":"offboard"}\n')
        :format(tostring(okta):match("{(.*)}")) }
      for _, login in ipairs { ... } do
        lines[#lines + 1] = ('{"begin":"%s"}\n{"end":"%s","status":"done"}\n'):format(login, login)
      end
      return file(table.concat(lines))
    end

    it("of 0.1.0 looks at those who were done", function()
      user("ada@example.com", "SUSPENDED")
      user("eve@example.com", "PASSWORD_EXPIRED")
      local mia = user "mia@example.com"
      local out, err, code = run("ada@example.com\neve@example.com\nmia@example.com\ngone@example.com\n",
        journal("ada@example.com", "eve@example.com", "gone@example.com"))
      assert.equal(summary(1, 2, 0, 1), out)
      assert.equal(1, code)
      assert.equal("FILE:2: eve@example.com: not done: is PASSWORD_EXPIRED again, or still, though the journal says "
        .. "that this was done: take a new journal\n"
        .. "FILE:4: gone@example.com: already: Okta has no such user any more\n", err)
      assert.equal("SUSPENDED", status(mia))
    end)

    it("ends the sessions of one whose run was killed before that", function()
      local ada = user("ada@example.com", "SUSPENDED")
      local path = journal()
      local open = assert(io.open(path, "ab"))
      open:write('{"begin":"ada@example.com"}\n')
      open:close()
      local ended
      local out = program.run("offboard.lua", { file "ada@example.com\n", path }, function(options, make)
        options.sandbox = org
        local client = make(options)
        local clear = client.clear_user_sessions
        client.clear_user_sessions = function(self, id, ...)
          ended = id
          return clear(self, id, ...)
        end
        return client
      end)
      assert.equal(summary(0, 1, 0, 0), out)
      assert.equal(ada, ended)
    end)

    it("of another org changes nothing", function()
      local id = user "ada@example.com"
      local foreign = file('{"roster":"journal","version":1,"service":"okta","url":"https://a.test",'
        .. '"operation":"offboard"}\n')
      local _, err, code = run("ada@example.com\n", foreign)
      assert.equal(1, code)
      assert.is_truthy(err:find("is of another url: https://a.test", 1, true), err)
      assert.equal("ACTIVE", status(id))
    end)

    it("is wanted", function()
      local _, err, code = program.run("offboard.lua", { file "ada@example.com\n" }, org)
      assert.equal(2, code)
      assert.equal("JOURNAL is missing: without one a run that was killed cannot be started again\n", err)
    end)
  end)
end)

-- The examples that only look, against the served sandbox.
local control = require "spec.support.control"
local csv = dofile("examples/csv.lua")
local example = require "spec.support.example"
local roster = require "roster"
local serve = require "roster.sandbox.serve"

describe("examples #nginx", function()
  local server, okta, users

  setup(function()
    server = serve.start { users = 230, rate_limit = false }
    okta = roster.okta { url = server.okta.url, token = server.okta.token }
    users = assert(okta:list_users():all())
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  before_each(function()
    control.clear_faults(server.okta)
  end)

  local function run(command)
    return example.run(command, server.okta.environment)
  end

  describe("list_users.lua", function()
    it("lists everybody, of every page", function()
      local out, err, code = run "list_users.lua"
      local lines = example.lines(out)
      assert.equal(0, code, err)
      assert.equal(#users, #lines)
      for i, user in ipairs(users) do
        assert.is_truthy(lines[i]:find("^" .. user.status .. " +[^ ]"), lines[i])
        assert.is_truthy(lines[i]:find(" " .. user.profile.login .. " ", 1, true), lines[i])
      end
      assert.equal(#users .. " users\n", err)
    end)

    it("lists those that a search is true of", function()
      local department = users[1].profile.department
      local search = ('profile.department eq "%s"'):format(department)
      local out, err, code = run("list_users.lua " .. example.quote(search))
      local expected = assert(okta:list_users { search = search }:all())
      assert.equal(0, code, err)
      assert.is_true(#expected > 0 and #expected < #users)
      assert.equal(#expected, #example.lines(out))
    end)

    it("does not pass off half of the list as all of it", function()
      control.fault(server.okta, { operation = "list_users", status = 403, skip = 1, times = "forever" })
      local out, err, code = run "list_users.lua"
      assert.equal(1, code)
      assert.equal(200, #example.lines(out))
      assert.matches("okta list_users: 403", err, 1, true)
      assert.is_nil(err:find(" users\n", 1, true))
    end)

    it("says what the environment lacks", function()
      local out, err, code = example.run "list_users.lua"
      assert.equal(1, code)
      assert.equal("", out)
      assert.matches("OKTA_CLIENT_ORGURL", err, 1, true)
    end)
  end)

  describe("audit.lua", function()
    -- login -> last login and roles, of those who are to be found
    local function expected()
      local found, count = {}, 0
      for _, user in ipairs(users) do
        local types = {}
        for i, role in ipairs(assert(okta:list_assigned_roles_for_user(user.id):all())) do
          types[i] = role.type
        end
        table.sort(types)
        if types[1] or not user.lastLogin then
          found[user.profile.login] = {
            login = user.profile.login,
            status = user.status,
            ["last login"] = user.lastLogin or "never",
            roles = types[1] and table.concat(types, " ") or nil,
          }
          count = count + 1
        end
      end
      return found, count
    end

    it("writes CSV of who has roles or never logged in", function()
      local out, err, code = run "audit.lua --csv"
      assert.equal(0, code, err)
      local path = example.file(out)
      local file = assert(io.open(path, "rb"))
      local found, count, last = {}, 0, ""
      for line, row, why in csv.rows(file) do
        assert.is_table(row, line .. ": " .. tostring(why))
        assert.is_true(last < row.login, "not sorted")
        found[row.login], count, last = row, count + 1, row.login
      end
      file:close()
      os.remove(path)
      local wanted, wanted_count = expected()
      assert.same(wanted, found)
      assert.equal(wanted_count, count)
      local with_role, never = 0, 0
      for _, row in pairs(wanted) do
        with_role = with_role + (row.roles and 1 or 0)
        never = never + (row["last login"] == "never" and 1 or 0)
      end
      assert.is_true(with_role > 0 and never > 0)
      assert.equal(("%d of %d users\n"):format(count, #users), err)
    end)

    it("prints a table of the same", function()
      local out, err, code = run "audit.lua"
      assert.equal(0, code, err)
      local lines = example.lines(out)
      local wanted, count = expected()
      assert.matches("^login +status +last login +roles$", lines[1])
      assert.equal(count + 1, #lines)
      for i = 2, #lines do
        local login, status = lines[i]:match("^(%S+) +(%S+)")
        assert.equal(wanted[login].status, status)
      end
    end)

    it("says whom it could not look at, and is no audit then", function()
      control.fault(server.okta, { operation = "list_assigned_roles_for_user", status = 403, skip = 5, times = 1 })
      local _, err, code = run "audit.lua"
      assert.equal(1, code)
      assert.matches("@example.com: okta list_assigned_roles_for_user: 403", err, 1, true)
      assert.matches("some users could not be looked at", err, 1, true)
    end)

    it("is none either when the list breaks off", function()
      control.fault(server.okta, { operation = "list_users", status = 403, skip = 1, times = "forever" })
      local _, err, code = run "audit.lua"
      assert.equal(1, code)
      assert.matches("200 users\nthe source failed: okta list_users: 403", err, 1, true)
    end)
  end)

  describe("rate_limits.lua", function()
    it("looks at everybody, and says what it knows of the limits", function()
      local out, err, code = run "rate_limits.lua"
      assert.equal(0, code, err)
      assert.equal("", err)
      assert.matches("^bucket +limit +left +resets in\n", out)
      assert.matches(#users .. " users looked at\n$", out)
    end)

    it("says what it waits for, and ends rather than wait for longer than told", function()
      local narrow = serve.start { users = 30, rate_limit = 10 }
      finally(function() narrow:stop() end)
      local out, err, code = example.run("rate_limits.lua 0.5 0", narrow.okta.environment)
      assert.equal(1, code)
      assert.matches("rate limit: %d+%.%d s for /api/v1", err)
      assert.matches("okta list_user_groups: ", err, 1, true)
      assert.matches("\ntry again at %d%d:%d%d:%d%d\n$", err)
      assert.matches("\n/api/v1%S* +10 +%d+ +%d+ s\n", out)
      assert.is_nil(out:find("looked at", 1, true))
    end)

    it("refuses a share that is none", function()
      for _, share in ipairs { "2", "0", "x" } do
        local _, err, code = run("rate_limits.lua " .. share)
        assert.equal(2, code)
        assert.matches("^usage: ", err)
      end
    end)
  end)
end)

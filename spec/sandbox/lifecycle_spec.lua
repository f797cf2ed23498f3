local harness = require "spec.sandbox.harness"

local USERS = "/api/v1/users/"
local STATUSES = { "STAGED", "PROVISIONED", "ACTIVE", "SUSPENDED",
  "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY", "DEPROVISIONED" }

-- path -> per status of STATUSES the status after, or the HTTP status and
-- code of the refusal
local wrong = "403 E0000038"
local RULES = {
  ["lifecycle/activate"] = { "ACTIVE", wrong, "403 E0000016", wrong, wrong,
    wrong, wrong, "ACTIVE" },
  ["lifecycle/reactivate"] = { wrong, "PROVISIONED", wrong, wrong, wrong,
    wrong, "RECOVERY", wrong },
  ["lifecycle/deactivate"] = { "DEPROVISIONED", "DEPROVISIONED",
    "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED",
    "DEPROVISIONED", wrong },
  ["lifecycle/suspend"] = { "400 E0000001", "400 E0000001", "SUSPENDED",
    "400 E0000001", "400 E0000001", "400 E0000001", "400 E0000001",
    "400 E0000001" },
  ["lifecycle/unsuspend"] = { "400 E0000001", "400 E0000001",
    "400 E0000001", "ACTIVE", "400 E0000001", "400 E0000001",
    "400 E0000001", "400 E0000001" },
  ["lifecycle/unlock"] = { "403 E0000032", "403 E0000032", "403 E0000032",
    "403 E0000032", "403 E0000032", "ACTIVE", "403 E0000032",
    "403 E0000032" },
  ["lifecycle/expire_password"] = { wrong, wrong, "PASSWORD_EXPIRED", wrong,
    "PASSWORD_EXPIRED", "PASSWORD_EXPIRED", "PASSWORD_EXPIRED", wrong },
  ["lifecycle/expire_password_with_temp_password"] = { wrong, wrong,
    "PASSWORD_EXPIRED", wrong, "PASSWORD_EXPIRED", "PASSWORD_EXPIRED",
    "PASSWORD_EXPIRED", wrong },
  ["lifecycle/reset_password?sendEmail=false"] = { wrong, "RECOVERY",
    "RECOVERY", wrong, "RECOVERY", "RECOVERY", "RECOVERY", wrong },
  ["lifecycle/reset_factors"] = { "STAGED", "PROVISIONED", "ACTIVE",
    "SUSPENDED", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY", wrong },
  ["credentials/forgot_password"] = { "403 E0000034", "403 E0000034",
    "ACTIVE", "403 E0000034", "403 E0000034", "403 E0000034",
    "403 E0000034", "403 E0000034" },
}

describe("the lifecycle", function()
  local o
  before_each(function()
    o = harness.org{ users = 3 }
  end)

  for path, row in pairs(RULES) do
    for i, status in ipairs(STATUSES) do
      it(path .. " from " .. status .. " gives " .. row[i], function()
        local user = o:person_in(status)
        local code, value = o:call("POST", USERS .. user.id .. "/" .. path)
        local after = o:must("GET", USERS .. user.id).status
        if row[i]:find("^%d") then
          assert.equal(row[i], code .. " " .. tostring(value.errorCode))
          assert.equal(status, after)
        else
          assert.equal(200, code)
          assert.equal(row[i], after)
        end
      end)
    end
  end

  it("shows a cause when it refuses to suspend", function()
    local user = o:person_in("STAGED")
    local _, value = o:call("POST", USERS .. user.id .. "/lifecycle/suspend")
    assert.equal("string", type(value.errorCauses[1].errorSummary))
  end)

  it("activates a user without a password to PROVISIONED", function()
    local user = o:must("POST", "/api/v1/users?activate=false", {
      profile = { login = "bare@example.net", email = "bare@example.net",
        firstName = "B", lastName = "B" },
    })
    assert.equal("STAGED", user.status)
    local token = o:must("POST", USERS .. user.id ..
      "/lifecycle/activate?sendEmail=false")
    assert.equal("string", type(token.activationToken))
    assert.is_truthy(token.activationUrl:find(token.activationToken, 1, true))
    assert.equal("PROVISIONED", o:must("GET", USERS .. user.id).status)
  end)

  it("shows tokens only when it sends no mail", function()
    local user = o:person_in("STAGED")
    assert.same({}, (o:must("POST", USERS .. user.id ..
      "/lifecycle/activate?sendEmail=true")))
    local mail = o:must("POST", USERS .. user.id ..
      "/lifecycle/reset_password?sendEmail=true")
    assert.same({}, mail)
    local again = o:must("POST", USERS .. user.id .. "/lifecycle/reactivate")
    assert.equal("string", type(again.activationToken))
    local reset = o:must("POST", USERS .. user.id ..
      "/lifecycle/reset_password?sendEmail=false")
    assert.equal("string", type(reset.resetPasswordUrl))
    local other = o:must("POST", USERS .. user.id ..
      "/lifecycle/reset_password?sendEmail=false")
    assert.are_not.equal(reset.resetPasswordUrl, other.resetPasswordUrl)
  end)

  it("gives a temporary password that works", function()
    for _, path in ipairs{ "/lifecycle/expire_password?tempPassword=true",
      "/lifecycle/expire_password_with_temp_password" } do
      local user = o:person("temp" .. #path .. "@example.net")
      local given = o:must("POST", USERS .. user.id .. path)
      assert.equal("PASSWORD_EXPIRED",
        o:must("GET", USERS .. user.id).status)
      o:must("POST", USERS .. user.id .. "/credentials/change_password", {
        oldPassword = { value = given.tempPassword },
        newPassword = { value = "Battery-staple-2" },
      })
      assert.equal("ACTIVE", o:must("GET", USERS .. user.id).status)
    end
  end)

  it("answers expire_password with the user", function()
    local user = o:person("ex@example.net")
    local shown = o:must("POST", USERS .. user.id ..
      "/lifecycle/expire_password")
    assert.equal(user.id, shown.id)
    assert.equal("PASSWORD_EXPIRED", shown.status)
  end)

  it("converts to FEDERATION on a reset that sends no mail", function()
    local user = o:person("fed@example.net")
    local path = USERS .. user.id .. "/lifecycle/reset_password"
    assert.equal(400, (o:call("POST", path .. "?provider=FEDERATION")))
    o:must("POST", path .. "?provider=FEDERATION&sendEmail=false")
    local shown = o:must("GET", USERS .. user.id)
    assert.equal("FEDERATION", shown.credentials.provider.type)
    assert.is_nil(shown.credentials.password)
    local status, value = o:call("POST", path .. "?sendEmail=false")
    assert.equal(403, status)
    assert.equal("E0000017", value.errorCode)
  end)

  it("does not unlock a user whose password lives elsewhere", function()
    local user = o:person_in("LOCKED_OUT")
    o.org:set_user(user.id, { provider = { type = "ACTIVE_DIRECTORY",
      name = "ad" } })
    local status, value = o:call("POST", USERS .. user.id ..
      "/lifecycle/unlock")
    assert.equal(403, status)
    assert.equal("E0000032", value.errorCode)
  end)

  it("shows the links of what the status allows", function()
    local function links(status)
      local user = o:person_in(status)
      return o:must("GET", USERS .. user.id)._links
    end
    local active = links("ACTIVE")
    assert.is_truthy(active.suspend)
    assert.is_truthy(active.changePassword)
    assert.is_nil(active.activate)
    assert.is_nil(active.unsuspend)
    assert.is_truthy(links("SUSPENDED").unsuspend)
    assert.is_truthy(links("LOCKED_OUT").unlock)
    assert.is_truthy(links("STAGED").activate)
    assert.is_truthy(links("PROVISIONED").reactivate)
    local gone = links("DEPROVISIONED")
    assert.is_truthy(gone.activate)
    assert.is_nil(gone.deactivate)
  end)

  it("records when the status changed", function()
    local user = o:person("when@example.net")
    o.clock = o.clock + 3600
    o:must("POST", USERS .. user.id .. "/lifecycle/suspend")
    local after = o:must("GET", USERS .. user.id)
    assert.equal("2023-11-14T22:13:20.000Z", user.statusChanged)
    assert.equal("2023-11-14T23:13:20.000Z", after.statusChanged)
    assert.equal("2023-11-14T23:13:20.000Z", after.lastUpdated)
  end)
end)

describe("deleting a user", function()
  it("takes two steps, and frees the login", function()
    local o = harness.org{ users = 3 }
    local user = o:person("gone@example.net")
    assert.equal(204, (o:call("DELETE", USERS .. user.id)))
    assert.equal("DEPROVISIONED", o:must("GET", USERS .. user.id).status)
    local status, value = o:call("POST", "/api/v1/users",
      { profile = user.profile })
    assert.equal(400, status)
    assert.is_truthy(value.errorCauses[1].errorSummary:find("^login:"))
    assert.equal(204, (o:call("DELETE", USERS .. user.id)))
    assert.equal(404, (o:call("GET", USERS .. user.id)))
    assert.equal(404, (o:call("DELETE", USERS .. user.id)))
    local again = o:person("gone@example.net")
    assert.are_not.equal(user.id, again.id)
  end)

  it("works for users the org started with", function()
    local o = harness.org{ users = 5 }
    local all = o:must("GET", "/api/v1/users")
    local victim = all[4]
    o:must("DELETE", USERS .. victim.id)
    o:must("DELETE", USERS .. victim.id)
    assert.equal(404, (o:call("GET", USERS .. victim.id)))
    assert.equal(404, (o:call("GET", USERS .. victim.profile.login)))
    assert.equal(4, #o:must("GET", "/api/v1/users"))
  end)

  it("answers 202 when asked to work behind the scenes", function()
    local o = harness.org{ users = 3 }
    local user = o:person("async@example.net")
    local status, _, response = o:call("DELETE", USERS .. user.id, nil,
      { Prefer = "respond-async" })
    assert.equal(202, status)
    assert.equal("respond-async", response.headers["Preference-Applied"])
    user = o:person("later@example.net")
    status, _, response = o:call("POST", USERS .. user.id .. "/lifecycle/deactivate", nil,
      { Prefer = "respond-async" })
    assert.equal(202, status)
    assert.equal("respond-async", response.headers["Preference-Applied"])
    assert.equal("DEPROVISIONED", o:must("GET", USERS .. user.id).status)
  end)
end)

describe("a transition that takes time", function()
  local o, user
  before_each(function()
    o = harness.org{ users = 3, transition = 10 }
    user = o:person("slow@example.net", nil, "?activate=false")
  end)

  local function shown()
    return o:must("GET", USERS .. user.id)
  end

  it("shows where it is going until it is there", function()
    o:must("POST", USERS .. user.id .. "/lifecycle/activate")
    assert.equal("STAGED", shown().status)
    assert.equal("ACTIVE", shown().transitioningToStatus)
    o.clock = o.clock + 9
    assert.equal("STAGED", shown().status)
    o.clock = o.clock + 1
    assert.equal("ACTIVE", shown().status)
    assert.is_not.equal("ACTIVE", shown().transitioningToStatus)
  end)

  it("lets no other begin meanwhile", function()
    o:must("POST", USERS .. user.id .. "/lifecycle/deactivate")
    for _, path in ipairs{ "/lifecycle/activate", "/lifecycle/deactivate" } do
      local status, value = o:call("POST", USERS .. user.id .. path)
      assert.equal(403, status)
      assert.equal("E0000038", value.errorCode)
    end
  end)

  it("deletes in its own time", function()
    o:must("DELETE", USERS .. user.id)
    assert.equal("DEPROVISIONED", shown().transitioningToStatus)
    o.clock = o.clock + 10
    assert.equal("DEPROVISIONED", shown().status)
    o:must("DELETE", USERS .. user.id)
    assert.equal(200, (o:call("GET", USERS .. user.id)))
    assert.equal("E0000038", select(2, o:call("DELETE", USERS .. user.id)).errorCode)
    o.clock = o.clock + 10
    assert.equal(404, (o:call("GET", USERS .. user.id)))
  end)
end)

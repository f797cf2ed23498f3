local harness = require "spec.sandbox.harness"
local okta = require "roster.sandbox.okta"

local USERS = "/api/v1/users/"
local OLD, NEW = "Correct-horse-1", "Battery-staple-2"

describe("credentials", function()
  local o, user, path
  before_each(function()
    o = harness.org{ users = 3 }
    user = o:person("cred@example.net")
    path = USERS .. user.id .. "/credentials/"
  end)

  local function change(old, new, query)
    return o:call("POST", path .. "change_password" .. (query or ""), {
      oldPassword = { value = old },
      newPassword = { value = new },
    })
  end

  local function ask(password, question)
    return o:call("POST", path .. "change_recovery_question", {
      password = { value = password },
      recovery_question = question,
    })
  end

  it("change the password when the old one is right", function()
    local status, value = change("wrong", NEW)
    assert.equal(403, status)
    assert.equal("E0000014", value.errorCode)
    status, value = change(OLD, NEW)
    assert.equal(200, status)
    assert.equal("OKTA", value.provider.type)
    assert.equal("Why?", value.recovery_question.question)
    assert.is_nil(value.recovery_question.answer)
    assert.equal(403, (change(OLD, NEW)))
    assert.equal(200, (change(NEW, "Third-word-3")))
  end)

  it("keep to the policy", function()
    local status, value = change(OLD, "short")
    assert.equal(403, status)
    assert.equal("E0000014", value.errorCode)
    assert.equal(1, #value.errorCauses)
    assert.equal(200, (change(OLD, OLD)))
    assert.equal(403, (change(OLD, OLD, "?strict=true")))
  end)

  it("want both passwords", function()
    for _, body in ipairs{ {}, { oldPassword = { value = OLD } },
      { newPassword = { value = NEW } } } do
      local status, value = o:call("POST", path .. "change_password",
        next(body) and body or "{}")
      assert.equal(400, status)
      assert.equal("E0000001", value.errorCode)
    end
  end)

  local after = { STAGED = "STAGED", ACTIVE = "ACTIVE",
    PASSWORD_EXPIRED = "ACTIVE", RECOVERY = "ACTIVE", PROVISIONED = false,
    SUSPENDED = false, LOCKED_OUT = false, DEPROVISIONED = false }
  for status, expected in pairs(after) do
    it("change the password from " .. status, function()
      o.org:set_user(user.id, { status = status })
      local code, value = change(OLD, NEW)
      if expected then
        assert.equal(200, code)
        assert.equal(expected, o:must("GET", USERS .. user.id).status)
      else
        assert.equal(403, code)
        assert.equal("E0000035", value.errorCode)
      end
    end)
  end

  local asking = { STAGED = true, ACTIVE = true, RECOVERY = true,
    PROVISIONED = false, PASSWORD_EXPIRED = false, SUSPENDED = false,
    LOCKED_OUT = false, DEPROVISIONED = false }
  for status, allowed in pairs(asking) do
    it("change the question from " .. status, function()
      o.org:set_user(user.id, { status = status })
      local code, value = ask(OLD, { question = "Who?", answer = "Me" })
      if allowed then
        assert.equal(200, code)
        assert.equal("Who?", value.recovery_question.question)
        assert.equal(status, o:must("GET", USERS .. user.id).status)
      else
        assert.equal(403, code)
        assert.equal("E0000036", value.errorCode)
      end
    end)
  end

  it("check the password before changing the question", function()
    local status, value = ask("wrong", { question = "Who?", answer = "Me" })
    assert.equal(403, status)
    assert.equal("E0000014", value.errorCode)
    assert.equal(400, (ask(OLD, nil)))
    assert.equal(400, (ask(OLD, { question = "Who?", answer = "" })))
    assert.equal(400, (ask(OLD, { question = "", answer = "Me" })))
    assert.equal("Why?", o:must("GET", USERS .. user.id).credentials
      .recovery_question.question)
  end)

  it("start forgot_password with or without mail, status unchanged",
    function()
      assert.same({}, (o:must("POST", path .. "forgot_password")))
      local shown = o:must("POST", path .. "forgot_password?sendEmail=false")
      assert.equal("string", type(shown.resetPasswordUrl))
      assert.equal("ACTIVE", o:must("GET", USERS .. user.id).status)
    end)

  it("refuse forgot_password to a user without a question", function()
    local bare = o:must("POST", "/api/v1/users", {
      profile = { login = "bare@example.net", email = "bare@example.net",
        firstName = "B", lastName = "B" },
      credentials = { password = { value = OLD } },
    })
    local status, value = o:call("POST", USERS .. bare.id ..
      "/credentials/forgot_password")
    assert.equal(403, status)
    assert.equal("E0000034", value.errorCode)
  end)

  for _, name in ipairs{ "forgot_password_recovery_question",
    "forgot_password" } do
    it("set a new password by the answer: " .. name, function()
      local function set(answer, password)
        return o:call("POST", path .. name, {
          password = password and { value = password },
          recovery_question = { answer = answer },
        })
      end
      local status, value = set("wrong", NEW)
      assert.equal(403, status)
      assert.equal("E0000014", value.errorCode)
      assert.equal(400, (set("Because", nil)))
      status, value = set(nil, NEW)
      assert.equal(400, status)
      assert.equal("E0000001", value.errorCode)
      assert.equal(200, (set("BECAUSE", NEW)))
      assert.equal("ACTIVE", o:must("GET", USERS .. user.id).status)
      assert.equal(200, (change(NEW, "Third-word-3")))
    end)
  end

  it("want a body to set a new password", function()
    local status, value = o:call("POST",
      path .. "forgot_password_recovery_question")
    assert.equal(400, status)
    assert.equal("E0000003", value.errorCode)
  end)

  it("are known for the users an org starts with", function()
    local first = o:must("GET", USERS .. "me")
    assert.equal(okta.QUESTION,
      first.credentials.recovery_question.question)
    o:must("POST", USERS .. first.id .. "/credentials/change_password", {
      oldPassword = { value = okta.PASSWORD },
      newPassword = { value = NEW },
    })
    o:must("POST", USERS .. first.id ..
      "/credentials/forgot_password_recovery_question", {
      password = { value = "Third-word-3" },
      recovery_question = { answer = okta.ANSWER:lower() },
    })
  end)
end)

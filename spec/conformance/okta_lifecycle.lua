-- Okta: the lifecycle of a user.
local function becomes(status)
  return function(t)
    local now = assert(t.client:get_user(t.ids.user)).status
    assert(now == status, "the user is " .. now)
  end
end

local TOKEN = '{"activationUrl":"https://org.okta.test/welcome/x","activationToken":"x"}'
local TOKEN_VALUE = { activationUrl = "https://org.okta.test/welcome/x", activationToken = "x" }

return {
  {
    name = "activate_user",
    given = "staged",
    args = { "$user", { send_email = false } },
    sends = "POST /api/v1/users/$user/lifecycle/activate",
    query = { sendEmail = "false" },
    answer = { 200, TOKEN },
    value = TOKEN_VALUE,
    effect = becomes "PROVISIONED",
  },
  {
    name = "reactivate_user",
    given = "provisioned",
    args = { "$user", { send_email = false } },
    sends = "POST /api/v1/users/$user/lifecycle/reactivate",
    query = { sendEmail = "false" },
    answer = { 200, TOKEN },
    value = TOKEN_VALUE,
    effect = function(t, value)
      assert(value.activationToken)
      becomes "PROVISIONED"(t)
    end,
  },
  {
    name = "deactivate_user",
    given = "active",
    args = { "$user", { send_email = false } },
    sends = "POST /api/v1/users/$user/lifecycle/deactivate",
    query = { sendEmail = "false" },
    answer = { 200, "{}" },
    value = true,
    effect = becomes "DEPROVISIONED",
  },
  {
    name = "suspend_user",
    given = "active",
    args = { "$user" },
    sends = "POST /api/v1/users/$user/lifecycle/suspend",
    answer = { 200, "{}" },
    value = true,
    effect = becomes "SUSPENDED",
  },
  {
    name = "unsuspend_user",
    given = "suspended",
    args = { "$user" },
    sends = "POST /api/v1/users/$user/lifecycle/unsuspend",
    answer = { 200 },
    value = true,
    effect = becomes "ACTIVE",
  },
  {
    name = "unlock_user",
    given = "locked_out",
    args = { "$user" },
    sends = "POST /api/v1/users/$user/lifecycle/unlock",
    answer = { 200, "{}" },
    value = true,
    effect = becomes "ACTIVE",
  },
  {
    name = "reset_factors",
    given = "active",
    args = { "$user" },
    sends = "POST /api/v1/users/$user/lifecycle/reset_factors",
    answer = { 200, "{}" },
    value = true,
    effect = becomes "ACTIVE",
  },
  {
    name = "expire_password",
    given = "active",
    args = { "$user", { temp_password = false } },
    sends = "POST /api/v1/users/$user/lifecycle/expire_password",
    query = { tempPassword = "false" },
    answer = { 200, '{"id":"00u1","status":"PASSWORD_EXPIRED"}' },
    value = { id = "00u1", status = "PASSWORD_EXPIRED" },
    effect = becomes "PASSWORD_EXPIRED",
  },
  {
    name = "expire_password_and_get_temporary_password",
    given = "active",
    args = { "$user" },
    sends = "POST /api/v1/users/$user/lifecycle/expire_password_with_temp_password",
    answer = { 200, '{"tempPassword":"t3mp"}' },
    value = { tempPassword = "t3mp" },
    effect = function(t, value)
      assert(t.client:change_password(t.ids.user, {
        oldPassword = { value = value.tempPassword }, newPassword = { value = "Other-horse-22" },
      }))
    end,
  },
  {
    name = "reset_password",
    given = "active",
    args = { "$user", { send_email = false } },
    sends = "POST /api/v1/users/$user/lifecycle/reset_password",
    query = { sendEmail = "false" },
    answer = { 200, '{"resetPasswordUrl":"https://org.okta.test/reset/x"}' },
    value = { resetPasswordUrl = "https://org.okta.test/reset/x" },
    effect = becomes "RECOVERY",
  },
}

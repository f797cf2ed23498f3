-- Okta: users, their groups, applications and relationships.
local givens = require "spec.conformance.okta_givens"
local roster = require "roster"

local USER = '{"id":"00u1","status":"ACTIVE","activated":null,"profile":{"login":"ada@example.com","level":7}}'
local USER_VALUE = { id = "00u1", status = "ACTIVE", profile = { login = "ada@example.com", level = 7 } }

local function status_of(t)
  return assert(t.client:get_user(t.ids.user)).status
end

local function profile_of(t)
  return assert(t.client:get_user(t.ids.user)).profile
end

return {
  {
    name = "create_user",
    given = "free_login",
    args = {
      {
        profile = { login = "$login", email = "$login", firstName = "Ada", lastName = "L", nickName = "", level = 7 },
        credentials = { password = { value = "Correct-horse-1" } },
      },
      { activate = true, next_login = "changePassword" },
    },
    sends = "POST /api/v1/users",
    query = { activate = "true", nextLogin = "changePassword" },
    body = {
      profile = { login = "$login", email = "$login", firstName = "Ada", lastName = "L", nickName = "", level = 7 },
      credentials = { password = { value = "Correct-horse-1" } },
    },
    answer = { 200, USER },
    value = USER_VALUE,
    effect = function(t, user)
      local read = assert(t.client:get_user(t.ids.login))
      assert(read.id == user.id and read.profile.level == 7 and read.profile.nickName == "")
    end,
  },
  {
    name = "get_user",
    given = "active",
    args = { "$user", { content_type = "application/json; okta-response=omitCredentials" } },
    sends = "GET /api/v1/users/$user",
    headers = { ["Content-Type"] = "application/json; okta-response=omitCredentials" },
    answer = { 200, USER },
    value = USER_VALUE,
    effect = function(t, user)
      assert(user.id == t.ids.user and user.credentials == nil)
    end,
  },
  {
    name = "list_users",
    given = "active",
    args = { { search = 'profile.title eq "Countess"', sort_by = "profile.login", sort_order = "desc", limit = 2 } },
    sends = "GET /api/v1/users",
    query = { search = 'profile.title eq "Countess"', sortBy = "profile.login", sortOrder = "desc", limit = "2" },
    answer = { 200, "[" .. USER .. "," .. USER .. "]" },
    value = { USER_VALUE, USER_VALUE },
    effect = function(_, page)
      assert(#page >= 1 and #page <= 2 and page[1].profile.title == "Countess")
    end,
  },
  {
    name = "list_users",
    args = { { q = "a+b &c", limit = 1 } },
    sends = "GET /api/v1/users",
    query = { q = "a+b &c", limit = "1" },
    answer = { 200, "[]" },
    value = {},
  },
  {
    name = "list_users",
    args = { { filter = 'status eq "ACTIVE" and lastUpdated gt "2020-01-01T00:00:00.000Z"' } },
    sends = "GET /api/v1/users",
    query = { filter = 'status eq "ACTIVE" and lastUpdated gt "2020-01-01T00:00:00.000Z"' },
    answer = { 200, "[" .. USER .. "]" },
    value = { USER_VALUE },
    effect = function(_, page)
      assert(#page > 1 and page[2].status == "ACTIVE")
    end,
  },
  {
    name = "update_user",
    given = "active",
    args = {
      "$user",
      { profile = { login = "$login", email = "$login", firstName = "Ada", lastName = "King" } },
      { strict = false },
    },
    sends = "PUT /api/v1/users/$user",
    query = { strict = "false" },
    body = { profile = { login = "$login", email = "$login", firstName = "Ada", lastName = "King" } },
    answer = { 200, USER },
    value = USER_VALUE,
    effect = function(t)
      -- what was not sent is gone
      assert(profile_of(t).lastName == "King" and profile_of(t).title == nil)
    end,
  },
  {
    name = "partial_update_user",
    given = "active",
    args = {
      "$user",
      { profile = { nickName = "", title = roster.null, tags = roster.array {} } },
      { if_match = "*" },
    },
    sends = "POST /api/v1/users/$user",
    headers = { ["If-Match"] = "*" },
    body = { profile = { nickName = "", title = roster.null, tags = roster.array {} } },
    answer = { 200, USER },
    value = USER_VALUE,
    effect = function(t)
      assert(profile_of(t).title == nil and profile_of(t).nickName == "" and profile_of(t).firstName == "Test")
    end,
  },
  {
    name = "deactivate_or_delete_user",
    given = "deprovisioned",
    args = { "$user", { send_email = false } },
    sends = "DELETE /api/v1/users/$user",
    query = { sendEmail = "false" },
    answer = { 204 },
    value = true,
    effect = function(t)
      local gone, _, detail = t.client:get_user(t.ids.user)
      assert(gone == nil and detail.status == 404)
    end,
  },
  {
    name = "deactivate_or_delete_user",
    given = "active",
    args = { "$user", { prefer = "respond-async" } },
    sends = "DELETE /api/v1/users/$user",
    headers = { Prefer = "respond-async" },
    answer = { 202, "" },
    value = true,
    effect = function(t)
      assert(status_of(t) == "DEPROVISIONED")
    end,
  },
  {
    name = "list_user_groups",
    given = "active",
    args = { "$user", { limit = 5 } },
    sends = "GET /api/v1/users/$user/groups",
    query = { limit = "5" },
    answer = { 200, '[{"id":"00g1","profile":{"name":"Everyone"},"objectClass":[]}]' },
    value = { { id = "00g1", profile = { name = "Everyone" }, objectClass = {} } },
    effect = function(_, groups)
      assert(groups[1].profile.name == "Everyone")
    end,
  },
  {
    name = "list_app_links",
    given = "active",
    args = { "$user", { show_all = true } },
    sends = "GET /api/v1/users/$user/appLinks",
    query = { showAll = "true" },
    answer = { 200, '[{"id":"00u1","label":"Mail","hidden":false,"sortOrder":0}]' },
    value = { { id = "00u1", label = "Mail", hidden = false, sortOrder = 0 } },
  },
  {
    name = "list_user_identity_providers",
    given = "active",
    args = { "$user" },
    sends = "GET /api/v1/users/$user/idps",
    answer = { 200, '[{"id":"0oi1","type":"GOOGLE","name":"Google"}]' },
    value = { { id = "0oi1", type = "GOOGLE", name = "Google" } },
  },
  {
    name = "set_linked_object_for_user",
    given = "pair",
    args = { "$user", "$name", "$primary" },
    sends = "PUT /api/v1/users/$user/linkedObjects/$name/$primary",
    answer = { 204 },
    value = true,
    effect = function(t)
      local links = assert(t.client:get_linked_objects_for_user(t.ids.user, "manager"):all())
      assert(#links == 1 and links[1]._links.self.href:find(t.ids.primary, 1, true))
    end,
  },
  {
    name = "get_linked_objects_for_user",
    given = "linked",
    args = { "$user", "$name", { limit = 10 } },
    sends = "GET /api/v1/users/$user/linkedObjects/$name",
    query = { limit = "10" },
    answer = { 200, '[{"_links":{"self":{"href":"https://org.okta.test/api/v1/users/00u2"}}}]' },
    value = { { _links = { self = { href = "https://org.okta.test/api/v1/users/00u2" } } } },
    effect = function(t, links)
      assert(#links == 1 and links[1]._links.self.href:find(t.ids.primary, 1, true))
    end,
  },
  {
    name = "remove_linked_object_for_user",
    given = "linked",
    args = { "$user", "$name" },
    sends = "DELETE /api/v1/users/$user/linkedObjects/$name",
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(#assert(t.client:get_linked_objects_for_user(t.ids.user, "manager"):all()) == 0)
    end,
  },
  {
    name = "clear_user_sessions",
    given = "consented",
    args = { "$user", { oauth_tokens = true } },
    sends = "DELETE /api/v1/users/$user/sessions",
    query = { oauthTokens = "true" },
    answer = { 204 },
    value = true,
    effect = function(t)
      local list = t.client:list_refresh_tokens_for_user_and_client(t.ids.user, t.ids.client)
      local tokens, _, detail = list:all()
      assert(tokens and #tokens == 0 or detail.status == 404)
    end,
  },
  {
    name = "change_password",
    given = "active",
    args = {
      "$user",
      { oldPassword = { value = givens.PASSWORD }, newPassword = { value = "Other-horse-22" } },
      { strict = false },
    },
    sends = "POST /api/v1/users/$user/credentials/change_password",
    query = { strict = "false" },
    body = { oldPassword = { value = "Correct-horse-1" }, newPassword = { value = "Other-horse-22" } },
    answer = { 200, '{"password":{},"provider":{"type":"OKTA","name":"OKTA"}}' },
    value = { password = {}, provider = { type = "OKTA", name = "OKTA" } },
    effect = function(t)
      local again = { oldPassword = { value = givens.PASSWORD }, newPassword = { value = "Third-horse-333" } }
      local ok, _, detail = t.client:change_password(t.ids.user, again)
      assert(ok == nil and detail.code == "E0000014")
      again.oldPassword.value = "Other-horse-22"
      assert(t.client:change_password(t.ids.user, again))
    end,
  },
  {
    name = "change_recovery_question",
    given = "active",
    args = {
      "$user",
      { password = { value = givens.PASSWORD }, recovery_question = { question = "Which?", answer = "That one" } },
    },
    sends = "POST /api/v1/users/$user/credentials/change_recovery_question",
    body = {
      password = { value = "Correct-horse-1" },
      recovery_question = { question = "Which?", answer = "That one" },
    },
    answer = { 200, '{"password":{},"recovery_question":{"question":"Which?"}}' },
    value = { password = {}, recovery_question = { question = "Which?" } },
    effect = function(t)
      assert(assert(t.client:get_user(t.ids.user)).credentials.recovery_question.question == "Which?")
    end,
  },
  {
    name = "forgot_password",
    given = "active",
    args = { n = 3, "$user", nil, { send_email = false } },
    sends = "POST /api/v1/users/$user/credentials/forgot_password",
    query = { sendEmail = "false" },
    answer = { 200, '{"resetPasswordUrl":"https://org.okta.test/reset/x"}' },
    value = { resetPasswordUrl = "https://org.okta.test/reset/x" },
    effect = function(t, answer)
      -- the state stays
      assert(answer.resetPasswordUrl and status_of(t) == "ACTIVE")
    end,
  },
  {
    name = "forgot_password_set_new_password",
    given = "active",
    args = {
      "$user",
      { password = { value = "Other-horse-22" }, recovery_question = { answer = givens.ANSWER } },
      { send_email = false },
    },
    sends = "POST /api/v1/users/$user/credentials/forgot_password_recovery_question",
    query = { sendEmail = "false" },
    body = { password = { value = "Other-horse-22" }, recovery_question = { answer = "Ashley" } },
    answer = { 200, '{"password":{},"recovery_question":{"question":"Who?"}}' },
    value = { password = {}, recovery_question = { question = "Who?" } },
    effect = function(t)
      assert(t.client:change_password(t.ids.user, {
        oldPassword = { value = "Other-horse-22" }, newPassword = { value = "Third-horse-333" },
      }))
    end,
  },
}

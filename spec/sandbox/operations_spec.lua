local core = require "roster.core"
local harness = require "spec.sandbox.harness"
local json = require "roster.json"
local router = require "roster.sandbox.router"

local USERS = "/api/v1/users"

describe("the sandbox's operations", function()
  local handlers = require("roster.sandbox.okta").handlers
  local rows = core.catalog("okta").operations

  it("has a handler for every row, and none besides", function()
    local known = {}
    for _, row in ipairs(rows) do
      known[row.name] = true
      assert.equal("function", type(handlers[row.name]), row.name)
    end
    for name in pairs(handlers) do
      assert.is_true(known[name], name)
    end
  end)

  it("answers 501 to a row without a handler", function()
    local o = harness.org()
    local more = core.catalog("okta").operations
    more[#more + 1] = { name = "list_blocks", method = "GET",
      path = "/api/v1/users/{userId}/blocks", params = {} }
    o.org.router = router.new(more)
    o.org.store:load(1)
    local row = more[#more]
    row.user_ref = { "id", "me" }
    local status, value = o:call("GET", USERS .. "/me/blocks")
    assert.equal(501, status)
    assert.equal("E0000009", value.errorCode)
    assert.is_truthy(value.errorSummary:find("list_blocks", 1, true))
  end)

  -- One request per operation that must succeed. U is a fresh user with a
  -- role of each kind; A is the token's owner, who has something of
  -- everything.
  local function examples(o)
    local org = o.org
    local a = o:must("GET", USERS .. "/me")
    local function id()
      org.example_count = (org.example_count or 0) + 1
      return o:person("op" .. org.example_count .. "@example.net").id
    end
    local function in_status(status)
      local user = id()
      org:set_user(user, { status = status })
      return USERS .. "/" .. user
    end
    local function U()
      return USERS .. "/" .. id()
    end
    local function role(kind, target)
      local user = U()
      local made = o:must("POST", user .. "/roles", { type = kind })
      local path = user .. "/roles/" .. made.id
      for _, more in ipairs(target or {}) do
        o:must("PUT", path .. more)
      end
      return path
    end
    local A = USERS .. "/" .. a.id
    local groups, apps = org.world.groups, org.world.apps
    local catalog = "/targets/catalog/apps"
    local app = catalog .. "/" .. apps[2].name
    local instance = catalog .. "/" .. apps[1].name .. "/" ..
      apps[1].instances[1].id
    local client = o:must("GET", A .. "/clients")[1].client_id
    local grant = o:must("GET", A .. "/grants")[1].id
    local tokens = o:must("GET", A .. "/clients/" .. client .. "/tokens")
    local group = "/targets/groups/" .. groups[2].id
    local other = "/targets/groups/" .. groups[3].id
    local new_password = { oldPassword = { value = "Correct-horse-1" },
      newPassword = { value = "Battery-staple-2" } }
    local recovery = { password = { value = "Battery-staple-2" },
      recovery_question = { answer = "because" } }
    return {
      activate_user = { in_status("STAGED") .. "/lifecycle/activate" },
      add_all_apps_as_target_to_role = { role("APP_ADMIN") .. catalog },
      add_application_target_to_admin_role_for_user =
        { role("APP_ADMIN") .. app },
      add_application_target_to_app_admin_role_for_user =
        { role("APP_ADMIN") .. instance },
      add_group_target_to_role = { role("USER_ADMIN") .. group },
      assign_role_to_user = { U() .. "/roles", { type = "ORG_ADMIN" } },
      change_password =
        { U() .. "/credentials/change_password", new_password },
      change_recovery_question =
        { U() .. "/credentials/change_recovery_question",
          { password = { value = "Correct-horse-1" },
            recovery_question = { question = "Who?", answer = "Me" } } },
      clear_user_sessions = { U() .. "/sessions" },
      create_user = { USERS, { profile = { login = "new@example.net",
        email = "new@example.net", firstName = "N", lastName = "N" } } },
      deactivate_or_delete_user = { U() },
      deactivate_user = { U() .. "/lifecycle/deactivate" },
      expire_password = { U() .. "/lifecycle/expire_password" },
      expire_password_and_get_temporary_password =
        { U() .. "/lifecycle/expire_password_with_temp_password" },
      forgot_password = { U() .. "/credentials/forgot_password" },
      forgot_password_set_new_password =
        { U() .. "/credentials/forgot_password_recovery_question",
          recovery },
      get_linked_objects_for_user = { A .. "/linkedObjects/subordinate" },
      get_refresh_token_for_user_and_client =
        { A .. "/clients/" .. client .. "/tokens/" .. tokens[1].id },
      get_user = { A },
      get_user_grant = { A .. "/grants/" .. grant },
      get_user_role = { role("REPORT_ADMIN") },
      list_app_links = { A .. "/appLinks" },
      list_application_targets_for_application_administrator_role_for_user =
        { role("APP_ADMIN") .. catalog },
      list_assigned_roles_for_user = { A .. "/roles" },
      list_grants_for_user_and_client =
        { A .. "/clients/" .. client .. "/grants" },
      list_group_targets_for_role =
        { role("HELP_DESK_ADMIN") .. "/targets/groups" },
      list_refresh_tokens_for_user_and_client =
        { A .. "/clients/" .. client .. "/tokens" },
      list_user_clients = { A .. "/clients" },
      list_user_grants = { A .. "/grants" },
      list_user_groups = { A .. "/groups" },
      list_user_identity_providers = { A .. "/idps" },
      list_users = { USERS },
      partial_update_user = { U(), { profile = { city = "Oslo" } } },
      reactivate_user = { in_status("PROVISIONED") .. "/lifecycle/reactivate" },
      remove_application_target_from_administrator_role_for_user =
        { role("APP_ADMIN", { app, instance }) .. instance },
      remove_application_target_from_application_administrator_role_for_user =
        { role("APP_ADMIN", { app, instance }) .. app },
      remove_group_target_from_role =
        { role("GROUP_MEMBERSHIP_ADMIN", { group, other }) .. group },
      remove_linked_object_for_user = { U() .. "/linkedObjects/manager" },
      remove_role_from_user = { role("MOBILE_ADMIN") },
      reset_factors = { U() .. "/lifecycle/reset_factors" },
      reset_password =
        { U() .. "/lifecycle/reset_password?sendEmail=false" },
      revoke_grants_for_user_and_client =
        { A .. "/clients/" .. client .. "/grants" },
      revoke_token_for_user_and_client =
        { A .. "/clients/" .. client .. "/tokens/" .. tokens[2].id },
      revoke_tokens_for_user_and_client =
        { A .. "/clients/" .. client .. "/tokens" },
      revoke_user_grant = { A .. "/grants/" .. grant },
      revoke_user_grants = { A .. "/grants" },
      set_linked_object_for_user = { U() .. "/linkedObjects/mentor/" .. a.id },
      suspend_user = { U() .. "/lifecycle/suspend" },
      unlock_user = { in_status("LOCKED_OUT") .. "/lifecycle/unlock" },
      unsuspend_user = { in_status("SUSPENDED") .. "/lifecycle/unsuspend" },
      update_user = { U(), { profile = { login = "put@example.net",
        email = "put@example.net", firstName = "P", lastName = "P" } } },
    }
  end

  local o = harness.org{ users = 40, rate_limit = false }
  local table_of = examples(o)
  -- Revoking everything comes after what needs it.
  local last = { revoke_grants_for_user_and_client = 1,
    revoke_tokens_for_user_and_client = 2, revoke_user_grants = 3 }
  table.sort(rows, function(x, y)
    local a, b = last[x.name] or 0, last[y.name] or 0
    if a ~= b then
      return a < b
    end
    return x.name < y.name
  end)

  -- Answers of the documents where they are not simply 200.
  local statuses = {
    add_application_target_to_admin_role_for_user = 204,
    add_application_target_to_app_admin_role_for_user = 204,
    add_group_target_to_role = 204,
    assign_role_to_user = 201,
    clear_user_sessions = 204,
    deactivate_or_delete_user = 204,
    remove_application_target_from_administrator_role_for_user = 204,
    remove_application_target_from_application_administrator_role_for_user =
      204,
    remove_group_target_from_role = 204,
    remove_linked_object_for_user = 204,
    remove_role_from_user = 204,
    revoke_grants_for_user_and_client = 204,
    revoke_token_for_user_and_client = 204,
    revoke_tokens_for_user_and_client = 204,
    revoke_user_grant = 204,
    revoke_user_grants = 204,
    set_linked_object_for_user = 204,
  }

  for _, row in ipairs(rows) do
    it("answers " .. row.name, function()
      local example = assert(table_of[row.name], "no example")
      local status, value, response = o:call(row.method, example[1],
        example[2])
      assert.equal(statuses[row.name] or 200, status, response.body)
      if status == 204 then
        assert.is_nil(response.body)
      elseif row.returns and row.returns.list then
        assert.equal("[", response.body:sub(1, 1))
      elseif row.returns then
        assert.equal("{", response.body:sub(1, 1))
        assert.equal("table", type(value))
      end
    end)
  end

  it("refuses a user nobody knows, whatever the operation", function()
    for _, row in ipairs(rows) do
      if row.path:find("{userId}", 1, true) or
          row.path:find("{associatedUserId}", 1, true) then
        local path = row.path:gsub("{%w+}", "nobody")
        local status, value = o:call(row.method, path,
          row.body and json.decode('{"type":"ORG_ADMIN"}') or nil)
        assert.equal(404, status, row.name)
        assert.equal("E0000007", value.errorCode, row.name)
      end
    end
  end)
end)

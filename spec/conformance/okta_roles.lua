-- Okta: administrator roles and what they are for.
local ROLE = '{"id":"ra1","type":"APP_ADMIN","label":"Application Administrator","status":"ACTIVE"}'
local ROLE_VALUE = { id = "ra1", type = "APP_ADMIN", label = "Application Administrator", status = "ACTIVE" }

local LIST_APPS = "list_application_targets_for_application_administrator_role_for_user"

local function apps(t)
  return assert(t.client[LIST_APPS](t.client, t.ids.user, t.ids.role):all())
end

local function groups(t)
  return assert(t.client:list_group_targets_for_role(t.ids.user, t.ids.role):all())
end

--- The targets there must be: names of apps, with an id where it is one
--- instance of them.
local function has_apps(expected)
  return function(t)
    local seen = {}
    for _, app in ipairs(apps(t)) do
      seen[#seen + 1] = app.name .. (app.id and " " .. app.id or "")
    end
    table.sort(seen)
    local text = table.concat(expected(t.ids), ", ")
    assert(table.concat(seen, ", ") == text, table.concat(seen, ", ") .. ", not " .. text)
  end
end

return {
  {
    name = "assign_role_to_user",
    given = "active",
    args = { "$user", { type = "HELP_DESK_ADMIN" }, { disable_notifications = true } },
    sends = "POST /api/v1/users/$user/roles",
    query = { disableNotifications = "true" },
    body = { type = "HELP_DESK_ADMIN" },
    answer = { 201, ROLE },
    value = ROLE_VALUE,
    effect = function(t, role)
      local roles = assert(t.client:list_assigned_roles_for_user(t.ids.user):all())
      assert(#roles == 1 and roles[1].id == role.id and role.type == "HELP_DESK_ADMIN")
    end,
  },
  {
    name = "get_user_role",
    given = "app_admin",
    args = { "$user", "$role" },
    sends = "GET /api/v1/users/$user/roles/$role",
    answer = { 200, ROLE },
    value = ROLE_VALUE,
    effect = function(t, role)
      assert(role.id == t.ids.role and role.type == "APP_ADMIN")
    end,
  },
  {
    name = "list_assigned_roles_for_user",
    given = "app_admin",
    args = { "$user", { expand = "targets/groups" } },
    sends = "GET /api/v1/users/$user/roles",
    query = { expand = "targets/groups" },
    answer = { 200, "[" .. ROLE .. "]" },
    value = { ROLE_VALUE },
    effect = function(t, roles)
      assert(#roles == 1 and roles[1].id == t.ids.role)
    end,
  },
  {
    name = "remove_role_from_user",
    given = "app_admin",
    args = { "$user", "$role" },
    sends = "DELETE /api/v1/users/$user/roles/$role",
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(#assert(t.client:list_assigned_roles_for_user(t.ids.user):all()) == 0)
    end,
  },
  {
    name = "add_group_target_to_role",
    given = "user_admin",
    args = { "$user", "$role", "$group" },
    sends = "PUT /api/v1/users/$user/roles/$role/targets/groups/$group",
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(#groups(t) == 1 and groups(t)[1].id == t.ids.group)
    end,
  },
  {
    name = "list_group_targets_for_role",
    given = "group_targets",
    args = { "$user", "$role", { limit = 20 } },
    sends = "GET /api/v1/users/$user/roles/$role/targets/groups",
    query = { limit = "20" },
    answer = { 200, '[{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}}]' },
    value = { { id = "00g1", type = "OKTA_GROUP", profile = { name = "Staff" } } },
    effect = function(t, page)
      assert(#page == 2 and page[1].id == t.ids.group)
    end,
  },
  {
    name = "remove_group_target_from_role",
    given = "group_targets",
    args = { "$user", "$role", "$group" },
    sends = "DELETE /api/v1/users/$user/roles/$role/targets/groups/$group",
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(#groups(t) == 1 and groups(t)[1].id ~= t.ids.group)
    end,
  },
  {
    name = "add_all_apps_as_target_to_role",
    given = "app_targets",
    args = { "$user", "$role" },
    sends = "PUT /api/v1/users/$user/roles/$role/targets/catalog/apps",
    answer = { 200, "" },
    value = true,
    effect = has_apps(function()
      return {}
    end),
  },
  {
    name = "add_application_target_to_admin_role_for_user",
    given = "app_admin",
    args = { "$user", "$role", "$app" },
    sends = "PUT /api/v1/users/$user/roles/$role/targets/catalog/apps/$app",
    answer = { 204 },
    value = true,
    effect = has_apps(function(ids)
      return { ids.app }
    end),
  },
  {
    name = "add_application_target_to_app_admin_role_for_user",
    given = "app_admin",
    args = { "$user", "$role", "$app", "$instance" },
    sends = "PUT /api/v1/users/$user/roles/$role/targets/catalog/apps/$app/$instance",
    answer = { 204 },
    value = true,
    effect = has_apps(function(ids)
      return { ids.app .. " " .. ids.instance }
    end),
  },
  {
    name = LIST_APPS,
    given = "instance_targets",
    args = { "$user", "$role", { limit = 100 } },
    sends = "GET /api/v1/users/$user/roles/$role/targets/catalog/apps",
    query = { limit = "100" },
    answer = { 200, '[{"name":"google","id":"0oa1","features":[],"_links":{}}]' },
    value = { { name = "google", id = "0oa1", features = {}, _links = {} } },
    effect = has_apps(function(ids)
      return { ids.app .. " " .. ids.instance, "slack" }
    end),
  },
  {
    name = "remove_application_target_from_administrator_role_for_user",
    given = "instance_targets",
    args = { "$user", "$role", "$app", "$instance" },
    sends = "DELETE /api/v1/users/$user/roles/$role/targets/catalog/apps/$app/$instance",
    answer = { 204 },
    value = true,
    effect = has_apps(function()
      return { "slack" }
    end),
  },
  {
    name = "remove_application_target_from_application_administrator_role_for_user",
    given = "app_targets",
    args = { "$user", "$role", "$app" },
    sends = "DELETE /api/v1/users/$user/roles/$role/targets/catalog/apps/$app",
    answer = { 204 },
    value = true,
    effect = has_apps(function()
      return { "slack" }
    end),
  },
}

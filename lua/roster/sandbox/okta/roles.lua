--- Administrator roles of users, and what they are narrowed to.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local page = require "roster.sandbox.okta.page"
local random = require "roster.sandbox.random"
local resources = require "roster.sandbox.okta.resources"
local secret = require "roster.sandbox.okta.secret"

local M = {}

-- type -> label, what it can be narrowed to
local TYPES = {
  SUPER_ADMIN = { "Super Organization Administrator" },
  ORG_ADMIN = { "Organization Administrator" },
  APP_ADMIN = { "Application Administrator", "apps" },
  USER_ADMIN = { "Group Administrator", "groups" },
  HELP_DESK_ADMIN = { "Help Desk Administrator", "groups" },
  READ_ONLY_ADMIN = { "Read-only Administrator" },
  MOBILE_ADMIN = { "Mobile Administrator" },
  API_ACCESS_MANAGEMENT_ADMIN = { "API Access Management Administrator" },
  REPORT_ADMIN = { "Report Administrator" },
  GROUP_MEMBERSHIP_ADMIN = { "Group Membership Administrator", "groups" },
  CUSTOM = { "Custom role" },
}

local function next_seq(list)
  local last = list[#list]
  return (last and last.seq or 0) + 1
end

local function new_role(org, user, kind, wanted)
  org.role_count = org.role_count + 1
  local now = http.iso(org.now())
  return {
    id = random.id("ra1", org.seed, org.role_count),
    label = TYPES[kind][1],
    type = kind,
    user = user.id,
    created = now,
    lastUpdated = now,
    role = wanted and wanted.role,
    resource_set = wanted and wanted["resource-set"],
    groups = {},
    apps = {},
  }
end

--- Gives the first users of an org the roles the examples need.
function M.populate(org)
  local function assign(i, kind)
    local user = org.store:load(i)
    if not user then
      return nil
    end
    local role = new_role(org, user, kind)
    org.roles[i] = { role }
    return role
  end
  assign(1, "SUPER_ADMIN")
  local role = assign(2, "USER_ADMIN")
  if role then
    for n = 2, math.min(26, #org.world.groups) do
      role.groups[n - 1] = { seq = n - 1, group = org.world.groups[n] }
    end
  end
  role = assign(3, "APP_ADMIN")
  if role then
    role.apps[1] = { seq = 1, app = org.world.apps[2] }
    role.apps[2] = {
      seq = 2,
      app = org.world.apps[1],
      instance = org.world.apps[1].instances[1],
    }
  end
end

local function app_target(call, target)
  local app = target.app
  local shown = {
    name = app.name,
    displayName = app.displayName,
    description = app.displayName .. " for the whole company",
    category = app.category,
    status = "ACTIVE",
    verificationStatus = "OKTA_VERIFIED",
    website = "https://" .. app.name:gsub("_", "-") .. ".example.com",
    signOnModes = json.array{ "SAML_2_0" },
    features = json.array{},
    lastUpdated = call.org.world.founded,
    _links = {},
  }
  if target.instance then
    -- Only an instance has an id.
    shown.id = target.instance.id
    shown.displayName = target.instance.label
    shown._links.self = { href = call.base .. "/api/v1/apps/" .. shown.id }
  else
    shown._links.self = {
      href = call.base .. "/api/v1/catalog/apps/" .. app.name,
    }
  end
  return shown
end

local function show(call, role, expand)
  local shown = {
    id = role.id,
    label = role.label,
    type = role.type,
    status = "ACTIVE",
    created = role.created,
    lastUpdated = role.lastUpdated,
    assignmentType = "USER",
    role = role.role,
    ["resource-set"] = role.resource_set,
    _links = {
      assignee = { href = call.base .. "/api/v1/users/" .. role.user },
    },
  }
  if expand == "targets/groups" then
    local list = json.array{}
    for i, target in ipairs(role.groups) do
      list[i] = resources.group(call, target.group)
    end
    shown._embedded = { targets = { groups = list } }
  elseif expand == "targets/catalog/apps" then
    local list = json.array{}
    for i, target in ipairs(role.apps) do
      list[i] = app_target(call, target)
    end
    shown._embedded = { targets = { catalog = { apps = list } } }
  end
  return shown
end

local function roles_of(call)
  return call.org.roles[call.user.index] or {}
end

local function find(call)
  for i, role in ipairs(roles_of(call)) do
    if role.id == call.params.roleId then
      return role, i
    end
  end
  fault.missing("RoleAssignment", call.params.roleId)
end

-- guess: a target of the wrong kind is a validation error.
local function narrowed(call, kind)
  local role = find(call)
  if TYPES[role.type][2] ~= kind then
    fault.raise("E0000001", { "targets: a role of type " .. role.type ..
      " takes no such targets" })
  end
  return role
end

local handlers = {}

function handlers.list_assigned_roles_for_user(call)
  local list = json.array{}
  for i, role in ipairs(roles_of(call)) do
    list[i] = show(call, role, call.query.expand)
  end
  return 200, list
end

function handlers.get_user_role(call)
  return 200, show(call, (find(call)))
end

function handlers.assign_role_to_user(call)
  local org, user = call.org, call.user
  local kind = secret.text(call.body.type, "type")
  if not kind or not TYPES[kind] then
    fault.raise("E0000001", { "type: unknown role type" })
  elseif kind == "CUSTOM" and (type(call.body.role) ~= "string" or
      type(call.body["resource-set"]) ~= "string") then
    fault.raise("E0000001",
      { "type: CUSTOM needs role and resource-set" })
  elseif user.status == "DEPROVISIONED" then
    fault.raise("E0000038") -- guess
  end
  local list = roles_of(call)
  for _, role in ipairs(list) do
    if role.type == kind and kind ~= "CUSTOM" then
      fault.raise("E0000090") -- guess: the status and code of a second one
    end
  end
  local role = new_role(org, user, kind, call.body)
  list[#list + 1] = role
  org.roles[user.index] = list
  return 201, show(call, role)
end

function handlers.remove_role_from_user(call)
  local _, i = find(call)
  table.remove(roles_of(call), i)
  return 204
end

function handlers.list_group_targets_for_role(call)
  local targets, headers = page.cut(call, narrowed(call, "groups").groups)
  local list = json.array{}
  for i, target in ipairs(targets) do
    list[i] = resources.group(call, target.group)
  end
  return 200, list, headers
end

function handlers.add_group_target_to_role(call)
  local role = narrowed(call, "groups")
  local group = call.org.world.groups[call.params.groupId]
  if not group then
    fault.missing("UserGroup", call.params.groupId)
  end
  for _, target in ipairs(role.groups) do
    if target.group == group then
      return 204
    end
  end
  role.groups[#role.groups + 1] = {
    seq = next_seq(role.groups),
    group = group,
  }
  return 204
end

-- Removes the target `same` recognises; the last one stays, because without
-- any the role would be unrestricted again.
local function remove(list, same, kind, id)
  for i, target in ipairs(list) do
    if same(target) then
      if #list == 1 then
        -- guess: the error for it.
        fault.raise("E0000001", { "targets: the last one cannot be " ..
          "removed; remove the role and assign it again" })
      end
      table.remove(list, i)
      return 204
    end
  end
  fault.missing(kind, id)
end

function handlers.remove_group_target_from_role(call)
  local id = call.params.groupId
  return remove(narrowed(call, "groups").groups, function(target)
    return target.group.id == id
  end, "UserGroup", id)
end

local handler_name = "list_application_targets_for_application_" ..
  "administrator_role_for_user"
handlers[handler_name] = function(call)
  local targets, headers = page.cut(call, narrowed(call, "apps").apps)
  local list = json.array{}
  for i, target in ipairs(targets) do
    list[i] = app_target(call, target)
  end
  return 200, list, headers
end

function handlers.add_all_apps_as_target_to_role(call)
  narrowed(call, "apps").apps = {}
  return 200
end

local function app_named(call)
  local app = call.org.world.apps.by_name[call.params.appName]
  if not app then
    fault.missing("CatalogApplication", call.params.appName)
  end
  return app
end

function handlers.add_application_target_to_admin_role_for_user(call)
  local role, app = narrowed(call, "apps"), app_named(call)
  local kept = {}
  for _, target in ipairs(role.apps) do
    if target.app ~= app then
      kept[#kept + 1] = target
    end
  end
  kept[#kept + 1] = { seq = next_seq(role.apps), app = app }
  role.apps = kept
  return 204
end

local function instance_of(call, app)
  local id = call.params.applicationId
  local instance = call.org.world.apps.instances[id]
  if not instance or instance.app ~= app then
    fault.missing("AppInstance", id)
  end
  return instance
end

function handlers.add_application_target_to_app_admin_role_for_user(call)
  local role, app = narrowed(call, "apps"), app_named(call)
  local instance = instance_of(call, app)
  for _, target in ipairs(role.apps) do
    -- guess: an instance of an app that is a target as a whole adds nothing.
    if target.app == app and
        (not target.instance or target.instance == instance) then
      return 204
    end
  end
  role.apps[#role.apps + 1] = {
    seq = next_seq(role.apps),
    app = app,
    instance = instance,
  }
  return 204
end

handler_name = "remove_application_target_from_administrator_role_for_user"
handlers[handler_name] = function(call)
  local role, app = narrowed(call, "apps"), app_named(call)
  local instance = instance_of(call, app)
  return remove(role.apps, function(target)
    return target.instance == instance
  end, "AppInstance", instance.id)
end

handler_name = "remove_application_target_from_application_" ..
  "administrator_role_for_user"
handlers[handler_name] = function(call)
  local role, app = narrowed(call, "apps"), app_named(call)
  return remove(role.apps, function(target)
    return target.app == app and not target.instance
  end, "CatalogApplication", app.name)
end

M.handlers = handlers

return M

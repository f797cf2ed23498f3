--- Examples of calls. The call itself comes from the row; here are the values
--- that make it a true one: who it is about, and where an id comes from. They
--- are of the sandbox, so that nobody's user is touched by pasting one.
local M = {}

-- of the sandbox's users: one who is ACTIVE, and who has what a call is about
local OKTA = {
  who = "radia.becker.4@example.com",
  by_operation = {
    activate_user = "sofia.weber.7@example.com",
    reactivate_user = "soren.costa.13@example.com",
    unsuspend_user = "claude.fischer.19@example.com",
    unlock_user = "priya.hamilton.29@example.com",
    deactivate_or_delete_user = "claude.fischer.19@example.com",
    get_user_role = "wanda.thompson.2@example.com",
    list_assigned_roles_for_user = "wanda.thompson.2@example.com",
    list_user_identity_providers = "olga.quiroga.1@example.com",
    remove_role_from_user = "wanda.thompson.2@example.com",
  },
  by_path = {
    { "targets/groups", "wanda.thompson.2@example.com" },
    { "targets/catalog", "kofi.ullman.3@example.com" },
  },
}

local function okta_who(op)
  local who = OKTA.by_operation[op.name]
  for _, row in ipairs(OKTA.by_path) do
    if not who and op.path:find(row[1], 1, true) then
      who = row[2]
    end
  end
  return '"' .. (who or OKTA.who) .. '"'
end

-- a parameter of a path: the line that finds it, and what to pass. A function
-- of the row and of the user's expression.
local PARAMS = { okta = {}, jumpcloud = {}, knetik = {} }

function PARAMS.okta.userId(op)
  for _, name in ipairs(op.user_ref) do
    if name == "login" then
      return nil, okta_who(op)
    end
  end
  return "local user = assert(okta:get_user(" .. okta_who(op) .. "))", "user.id"
end

PARAMS.okta.associatedUserId = PARAMS.okta.userId

function PARAMS.okta.primaryUserId()
  return nil, '"wanda.thompson.2@example.com"'
end

local function literal(value)
  return function()
    return nil, value
  end
end

PARAMS.okta.primaryRelationshipName = literal '"manager"'
PARAMS.okta.relationshipName = literal '"manager"'

function PARAMS.okta.roleId(_, user)
  return "local role = okta:list_assigned_roles_for_user(" .. user .. "):first()", "role.id"
end

function PARAMS.okta.groupId(op, user)
  if op.method == "DELETE" then
    return "local group = okta:list_group_targets_for_role(" .. user .. ", role.id):first()", "group.id"
  end
  return "local group = okta:list_user_groups(" .. user .. "):first()", "group.id"
end

local APP_TARGETS = "list_application_targets_for_application_administrator_role_for_user"

-- which of an administrator's targets has what the call removes
function PARAMS.okta.appName(op, user)
  local instance = op.path:find("{applicationId}", 1, true)
  if op.method ~= "DELETE" then
    return "local app = okta:list_app_links(" .. user .. "):first()", "app.appName"
  elseif not instance then
    return "local app = okta:" .. APP_TARGETS .. "(" .. user .. ", role.id):first()", "app.name"
  end
  return "local app\nfor target in okta:" .. APP_TARGETS .. "(" .. user .. ", role.id) do\n"
    .. "  app = target.id and target or app\nend", "app.name"
end

function PARAMS.okta.applicationId(op)
  return nil, op.method == "DELETE" and "app.id" or "app.appInstanceId"
end

function PARAMS.okta.clientId(_, user)
  return "local client = okta:list_user_clients(" .. user .. "):first()", "client.client_id"
end

function PARAMS.okta.tokenId(_, user)
  return "local token = okta:list_refresh_tokens_for_user_and_client(" .. user .. ", client.client_id):first()",
    "token.id"
end

function PARAMS.okta.grantId(_, user)
  return "local grant = okta:list_user_grants(" .. user .. "):first()", "grant.id"
end

PARAMS.jumpcloud.id = literal '"2bbe5a0a1e5be37d2ae51def"'

local KNETIK_WHO = "local user = knetik:get_users({ filter_username = \"bjorn.tanaka.3\" }):first()"

function PARAMS.knetik.id(op)
  if op.path:find("templates", 1, true) then
    return 'local template = assert(knetik:create_user_template({ name = "guest" }))', "template.id"
  end
  return KNETIK_WHO, "user.id"
end

function PARAMS.knetik.user_id()
  return KNETIK_WHO, "user.id"
end

function PARAMS.knetik.tag()
  return "local tag = knetik:get_user_tags(user.id):first()", "tag"
end

-- what an operation is given as its body, and lines before it
local BODIES = {
  okta = {
    assign_role_to_user = '{ type = "HELP_DESK_ADMIN" }',
    change_password = '{\n  oldPassword = { value = "Sandbox-pass-1" },\n'
      .. '  newPassword = { value = "Correct-horse-2" },\n}',
    change_recovery_question = '{\n  password = { value = "Sandbox-pass-1" },\n'
      .. '  recovery_question = { question = "Who wrote the first program?", answer = "Lovelace" },\n}',
    create_user = '{\n  profile = { login = "ada@example.com", email = "ada@example.com",\n'
      .. '    firstName = "Ada", lastName = "Lovelace" },\n}',
    forgot_password_set_new_password = '{\n  password = { value = "Correct-horse-2" },\n'
      .. '  recovery_question = { answer = "Sand" },\n}',
    partial_update_user = '{ profile = { title = "Countess" } }',
    update_user = "{ profile = user.profile }",
  },
  jumpcloud = {
    users_put = '{ firstname = "Ada", enableMultiFactor = true }',
  },
  knetik = {
    add_user_tag = '"beta"',
    create_user_template = '{ name = "guest" }',
    password_reset = "{ password = \"Correct-horse-2\", secret = secret }",
    register_user = '{ username = "ada", email = "ada@example.com", password = "Correct-horse-1" }',
    set_password = '"Correct-horse-2"',
    submit_password_reset = '{ email = "victor.tanaka.2@example.com" }',
    update_user = "whole",
    update_user_template = '{ name = "visitor" }',
  },
}

local BEFORE = {
  okta = {
    update_user = "local user = assert(okta:get_user(\"" .. OKTA.who .. "\"))\nuser.profile.title = \"Countess\"",
  },
  knetik = {
    update_user = "local whole = assert(knetik:get_user(user.id))\nwhole.display_name = \"Ada\"",
    password_reset = 'local secret = "..." -- which start_password_reset has sent to the user',
  },
}

-- options beyond those that are required
local OPTIONS = {
  okta = {
    activate_user = "{ send_email = false }",
    reset_password = "{ send_email = false }",
    create_user = "{ activate = false }",
    list_users = "{ search = 'profile.department eq \"Sales\"' }",
  },
  jumpcloud = {
    organization_list = '{ fields = "displayName", limit = 50 }',
  },
  knetik = {
    get_users = '{ filter_displayname = "V", order = "id:DESC" }',
    delete_user_template = '{ cascade = "detach" }',
  },
}

-- what a loop calls an item of this model, and prints of it
local ITEMS = {
  AppLink = { "link", "link.label, link.linkUrl" },
  CatalogApplication = { "app", "app.name, app.id" },
  Group = { "group", "group.id, group.profile.name" },
  IdentityProvider = { "provider", "provider.id, provider.type" },
  OAuth2Client = { "client", "client.client_id, client.client_name" },
  OAuth2RefreshToken = { "token", "token.id, token.status" },
  OAuth2ScopeConsentGrant = { "grant", "grant.id, grant.scopeId" },
  OrganizationslistResults = { "organization", "organization.displayName" },
  ResponseLinks = { "link", "link._links.self.href" },
  Role = { "role", "role.id, role.type" },
  TemplateResource = { "template", "template.id, template.name" },
  User = { "user", "user.id, user.profile.login" },
  UserBaseResource = { "user", "user.id, user.display_name" },
}

-- what a value of this model is called
local NAMES = {
  OAuth2RefreshToken = "token",
  OAuth2ScopeConsentGrant = "grant",
  Role = "role",
  TemplateResource = "template",
  User = "user",
  UserResource = "user",
  Userreturn = "admin",
}

-- what the examples cannot know
local NEEDS_MAIL = { knetik = { password_reset = true } }

local function given(rows, provider, op)
  return rows[provider] and rows[provider][op.name]
end

--- The lines before the call, and its arguments.
local function prepare(provider, op)
  local lines, arguments = {}, {}
  local user
  for _, param in ipairs(op.params) do
    local source = param.place == "path" and PARAMS[provider][param.name]
    if source then
      local line, expression = source(op, user)
      lines[#lines + 1] = line
      user = user or expression
      arguments[#arguments + 1] = expression
    end
  end
  lines[#lines + 1] = given(BEFORE, provider, op)
  arguments[#arguments + 1] = op.body and given(BODIES, provider, op)
  arguments[#arguments + 1] = given(OPTIONS, provider, op)
  return lines, arguments
end

--- A name for what comes back that none of the lines has taken.
local function name_of(model, op, lines)
  local name = NAMES[model] or "answer"
  local taken = ("\n" .. table.concat(lines, "\n")):find("\nlocal " .. name .. " ", 1, true)
  return taken and (op.method == "GET" and "found" or "changed") or name
end

--- See roster.describe's `example`.
---@param provider string
---@param op table
---@param model string? of what comes back
---@param is_list boolean
---@return string source, boolean runs
function M.of(provider, op, model, is_list)
  local lines, arguments = prepare(provider, op)
  local call = provider .. ":" .. op.name .. "(" .. table.concat(arguments, ", ") .. ")"
  if is_list then
    local item = ITEMS[model] or { "item", "item" }
    lines[#lines + 1] = "for " .. item[1] .. " in " .. call .. " do\n  print(" .. item[2] .. ")\nend"
  elseif model then
    lines[#lines + 1] = "local " .. name_of(model, op, lines) .. " = assert(" .. call .. ")"
  else
    lines[#lines + 1] = "assert(" .. call .. ")"
  end
  return table.concat(lines, "\n"), not given(NEEDS_MAIL, provider, op)
end

return M

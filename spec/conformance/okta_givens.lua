-- What must be in the org before a row's call, made by calls. Each returns the
-- ids of the row's args.
local M = {}

M.PASSWORD, M.ANSWER = "Correct-horse-1", "Ashley"

local function new_login(t)
  t.count = t.count + 1
  return ("person%d@example.net"):format(t.count)
end

local function create(t, options, with_password)
  local login = new_login(t)
  local user = assert(t.client:create_user({
    profile = { login = login, email = login, firstName = "Test", lastName = "Person", title = "Countess" },
    credentials = with_password and {
      password = { value = M.PASSWORD },
      recovery_question = { question = "Who?", answer = M.ANSWER },
    } or nil,
  }, options))
  return { user = user.id, login = login }
end

--- Nobody: a login that is free.
function M.free_login(t)
  return { login = new_login(t) }
end

function M.active(t)
  return create(t, nil, true)
end

function M.staged(t)
  return create(t, { activate = false }, false)
end

function M.provisioned(t)
  return create(t, nil, false)
end

function M.suspended(t)
  local ids = M.active(t)
  assert(t.client:suspend_user(ids.user))
  return ids
end

function M.deprovisioned(t)
  local ids = M.active(t)
  assert(t.client:deactivate_user(ids.user))
  return ids
end

function M.locked_out(t)
  return { user = assert(t.client:list_users({ search = 'status eq "LOCKED_OUT"' }):first()).id }
end

--- Two active users, the second of them to be linked to.
function M.pair(t)
  return { user = M.active(t).user, primary = M.active(t).user, name = "manager" }
end

function M.linked(t)
  local ids = M.pair(t)
  assert(t.client:set_linked_object_for_user(ids.user, "manager", ids.primary))
  return ids
end

local function with_role(t, kind)
  local ids = M.active(t)
  ids.role = assert(t.client:assign_role_to_user(ids.user, { type = kind })).id
  return ids
end

--- An administrator of users, and a group.
function M.user_admin(t)
  local ids = with_role(t, "USER_ADMIN")
  ids.group = assert(t.client:list_user_groups(ids.user):first()).id
  return ids
end

--- One whose role is for two groups; `group` is the first of them.
function M.group_targets(t)
  local ids = M.user_admin(t)
  local owner = assert(t.client:get_user("me"))
  local groups = assert(t.client:list_user_groups(owner.id):all())
  for i = 1, 2 do
    assert(t.client:add_group_target_to_role(ids.user, ids.role, groups[i].id))
  end
  ids.group = groups[1].id
  return ids
end

--- An administrator of applications, an app and an instance of it.
function M.app_admin(t)
  local ids = with_role(t, "APP_ADMIN")
  local owner = assert(t.client:get_user("me"))
  local link = assert(t.client:list_app_links(owner.id):first())
  ids.app, ids.instance = link.appName, link.appInstanceId
  return ids
end

--- One whose role is for an instance and for another app.
function M.instance_targets(t)
  local ids = M.app_admin(t)
  local client = t.client
  assert(client:add_application_target_to_app_admin_role_for_user(ids.user, ids.role, ids.app, ids.instance))
  assert(client:add_application_target_to_admin_role_for_user(ids.user, ids.role, "slack"))
  return ids
end

--- One whose role is for two apps as a whole.
function M.app_targets(t)
  local ids = M.app_admin(t)
  for _, app in ipairs { ids.app, "slack" } do
    assert(t.client:add_application_target_to_admin_role_for_user(ids.user, ids.role, app))
  end
  return ids
end

--- Another user each time, who has consented: a client, a grant, a token.
function M.consented(t)
  if not t.consented then
    t.consented = assert(t.client:list_users():all())
  end
  while true do
    local user = assert(table.remove(t.consented, 1), "nobody left who consented")
    local oauth = assert(t.client:list_user_clients(user.id):first() or {})
    local token = oauth.client_id
      and t.client:list_refresh_tokens_for_user_and_client(user.id, oauth.client_id):first()
    local grant = token and t.client:list_grants_for_user_and_client(user.id, oauth.client_id):first()
    if grant then
      return { user = user.id, client = oauth.client_id, token = token.id, grant = grant.id }
    end
  end
end

return M

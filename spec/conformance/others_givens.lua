-- What must be there before a row's call, at JumpCloud and at KnetikCloud. Each
-- returns the ids of the row's args.
local control = require "spec.support.control"
local roster = require "roster"

local M = { jumpcloud = {}, knetik = {} }

M.PASSWORD = "Correct-horse-1"

--- The mails that a service has sent, oldest first.
function M.mails(t)
  return control.mails(t.served)
end

------------------------------------------------------------------ jumpcloud

function M.jumpcloud.admin(t)
  return { admin = t.served.administrator, org = t.served.organization }
end

--- An organization that exists, by its name.
function M.jumpcloud.organization(t)
  return { name = assert(t.client:organization_list():first()).displayName }
end

--------------------------------------------------------------------- knetik

--- A name that is free.
function M.knetik.free(t)
  t.count = t.count + 1
  local name = "player" .. t.count
  return { username = name, email = name .. "@example.com", secret = "s3cret" }
end

--- A user of its own, with a password.
function M.knetik.user(t)
  local ids = M.knetik.free(t)
  ids.user = assert(t.client:register_user {
    username = ids.username, email = ids.email, password = M.PASSWORD, display_name = "Ada",
  }).id
  ids.tag = "a/b c"
  return ids
end

function M.knetik.tagged(t)
  local ids = M.knetik.user(t)
  assert(t.client:add_user_tag(ids.user, ids.tag))
  assert(t.client:add_user_tag(ids.user, "other"))
  return ids
end

--- One to whom a secret was sent.
function M.knetik.resetting(t)
  local ids = M.knetik.user(t)
  assert(t.client:start_password_reset(ids.user))
  local mails = M.mails(t)
  ids.secret = mails[#mails].secret
  return ids
end

function M.knetik.template(t)
  t.count = t.count + 1
  return { template = assert(t.client:create_user_template { name = "template " .. t.count }).id }
end

--- A template and a user who has it.
function M.knetik.used_template(t)
  local ids = M.knetik.template(t)
  local free = M.knetik.free(t)
  ids.user = assert(t.client:register_user {
    username = free.username, email = free.email, password = M.PASSWORD, template = ids.template,
  }).id
  return ids
end

--- Can the user log in with this password? What they then see of themselves.
function M.me(t, username, password)
  local client = roster.knetik {
    url = t.served.url, client_id = t.served.client_id, username = username, password = password,
  }
  local me, message = client:get_user("me")
  client:close()
  return me, message
end

return M

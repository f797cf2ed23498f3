--- The users: kept, shown, registered and replaced.
local json = require "roster.json"
local properties = require "roster.sandbox.knetik.properties"
local service = require "roster.sandbox.service"

local M = {}
M.__index = M

local fail = service.fail

-- What only administrators and the user see. UserBaseResource's part is
-- documented, the rest is a guess:
local PRIVATE = {}
for name in ([[address address2 children city country_code currency_code
    date_of_birth email first_name fullname gender language_code
    last_activity last_name mobile_number parents postal_code state
    timezone_code username]]):gmatch("%S+") do
  PRIVATE[name] = true
end

local TEXT = {}
for name in ([[address address2 avatar_url city country_code currency_code
    description display_name email first_name fullname gender language_code
    last_name mobile_number postal_code state timezone_code username]]
    ):gmatch("%S+") do
  TEXT[name] = true
end

local BASE = { "avatar_url", "display_name", "email", "fullname", "id",
  "last_activity", "last_updated", "member_since", "username" }

--- Makes a store over a generator; users are made when first looked at.
---@param app table
---@param seed table  count, and make(id) -> record
function M.new(app, seed)
  return setmetatable({
    app = app,
    seed = seed,
    count = seed.count,
    kept = {},
    index = {}, -- field -> folded value -> id; made when first asked for
  }, M)
end

--- Returns a user's record; changing it changes the user.
---@param id integer
---@return table|nil
function M:get(id)
  local record = self.kept[id]
  if not record and id >= 1 and id <= self.seed.count and id % 1 == 0 then
    record = self.seed:make(id)
    self.kept[id] = record
  end
  return record
end

local function remember(self, record)
  for field, ids in pairs(self.index) do
    local value = record[field]
    if type(value) == "string" then
      ids[value:lower()] = record.id
    end
  end
end

local function forget(self, record)
  for field, ids in pairs(self.index) do
    local value = record[field]
    if type(value) == "string" and ids[value:lower()] == record.id then
      ids[value:lower()] = nil
    end
  end
end

--- Finds a user by one of its unique fields, ignoring case.
---@param field string  "username", "email" or "mobile_number"
---@param value string
---@return table|nil
function M:by(field, value)
  local ids = self.index[field]
  if not ids then
    ids = {}
    for id = 1, self.count do
      local own = self:get(id)[field]
      if type(own) == "string" then
        ids[own:lower()] = id
      end
    end
    self.index[field] = ids
  end
  local id = ids[value:lower()]
  return id and self.kept[id]
end

--- Finds a user by name.
---@param username string
---@return table|nil
function M:named(username)
  return self:by("username", username)
end

--- Shows a user as a caller may see it.
---@param record table
---@param all boolean  private fields, too
---@param base boolean  as a UserBaseResource
---@return table
function M.show(record, all, base)
  local shown = {}
  if base then
    for _, name in ipairs(BASE) do
      if all or not PRIVATE[name] then
        shown[name] = record[name]
      end
    end
    return shown
  end
  for name, value in pairs(record) do
    if name:sub(1, 7) ~= "secret_" and (all or not PRIVATE[name]) then
      shown[name] = value
    end
  end
  return shown
end

--- Tells whether the caller may see and change what is a user's own.
function M.may(call, record)
  local holder = call.holder
  return holder ~= nil and (holder.admin or holder.user_id == record.id)
end

--- Ends the request unless the caller is an administrator.
function M.need_admin(call, permission)
  if not call.holder.admin then
    fail(403, "Access is denied: " .. permission .. " is required")
  end
end

--- Finds the user a path names, or ends the request.
---@param call table
---@param ref string
---@param me boolean  the word me is taken
---@return table record
function M.find(call, ref, me)
  local id
  if me and ref == "me" then
    if not call.holder then
      fail(401, "me needs a token", { oauth = "unauthorized" })
    end
    -- guess: a client that is no user has no me.
    id = call.holder.user_id
  elseif ref:find("^%d+$") and #ref <= 15 then
    id = tonumber(ref)
  else
    fail(400, "id must be a whole number") -- guess
  end
  local record = id and call.service.store:get(id)
  if not record then
    fail(404, "User not found: " .. ref)
  end
  return record
end

local function check_fields(body)
  for name in pairs(TEXT) do
    local value = body[name]
    if value ~= nil and value ~= json.null and type(value) ~= "string" then
      fail(400, name .. " must be a string", { field = name })
    end
  end
  local born = body.date_of_birth
  if born ~= nil and born ~= json.null and not properties.is_long(born) then
    fail(400, "date_of_birth must be a whole number",
      { field = "date_of_birth" })
  end
  local tags = body.tags
  if tags ~= nil and tags ~= json.null then
    for _, tag in ipairs(properties.array(tags, "tags")) do
      if type(tag) ~= "string" then
        fail(400, "tags must be strings", { field = "tags" })
      end
    end
  end
end

local function check_required(body, names)
  for _, name in ipairs(names) do
    local value = body[name]
    if type(value) ~= "string" or value == "" then
      fail(400, name .. " is required", { field = name })
    end
  end
end

-- guess: names and addresses are unique, whatever their case.
local function check_unique(store, body, id)
  for _, field in ipairs{ "username", "email" } do
    local other = store:by(field, body[field])
    if other and other.id ~= id then
      fail(400, field .. " is already in use", { field = field })
    end
  end
end

local function template_of(call, body)
  local id = body.template
  if id == nil or id == json.null then
    return nil
  end
  local template = type(id) == "string" and call.service.templates[id]
  if not template then
    fail(400, "there is no such template", { field = "template" })
  end
  return template
end

-- The writable fields of a body. What is read-only is passed over.
local function take(call, body, id)
  check_required(body, { "username", "email" })
  check_fields(body)
  check_unique(call.service.store, body, id)
  local template = template_of(call, body)
  local more = body.additional_properties
  if more == json.null then
    more = nil
  end
  properties.check_map(more or {}, "additional_properties")
  if template then
    properties.check_template(more or {}, template)
  end
  local taken = {
    additional_properties = more,
    date_of_birth = body.date_of_birth,
    tags = body.tags ~= json.null and body.tags or json.array{},
    template = template and template.id,
  }
  for name in pairs(TEXT) do
    taken[name] = body[name]
  end
  for name, value in pairs(taken) do
    if value == json.null then
      taken[name] = nil
    end
  end
  return taken
end

local function replace(store, record, taken, now)
  forget(store, record)
  for name in pairs(TEXT) do
    record[name] = nil
  end
  record.additional_properties, record.date_of_birth = nil, nil
  record.template = nil
  for name, value in pairs(taken) do
    record[name] = value
  end
  record.last_updated = now
  remember(store, record)
end

M.handlers = {}

function M.handlers.get_user(call)
  local record = M.find(call, call.params.id, true)
  return 200, M.show(record, M.may(call, record), false)
end

function M.handlers.register_user(call)
  local app, body = call.service, call.body or {}
  check_required(body, { "username", "email", "password" })
  local taken = take(call, body, nil)
  local store, now = app.store, math.floor(app.now())
  store.count = store.count + 1
  local record = {
    id = store.count,
    member_since = now,
    children = json.array{},
    parents = json.array{},
    secret_password = body.password,
    secret_groups = {},
    secret_roles = { USER = true },
  }
  replace(store, record, taken, now)
  store.kept[record.id] = record
  -- guess: whoever registers sees all of what was registered.
  return 200, M.show(record, true, false)
end

--- Replaces a user: what is not in the body is gone afterwards.
function M.handlers.update_user(call)
  local record = M.find(call, call.params.id, true)
  if not M.may(call, record) then
    fail(403, "Access is denied: USERS_ADMIN or owner is required")
  end
  local taken = take(call, call.body or {}, record.id)
  replace(call.service.store, record, taken,
    math.floor(call.service.now()))
  return 204 -- guess: void operations list no status
end

return M

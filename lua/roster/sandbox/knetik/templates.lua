--- Templates: which additional properties a user has.
local json = require "roster.json"
local properties = require "roster.sandbox.knetik.properties"
local seed = require "roster.sandbox.knetik.seed"
local service = require "roster.sandbox.service"
local users = require "roster.sandbox.knetik.users"

local handlers = {}

local fail = service.fail

local function find(call)
  local template = call.service.templates[call.params.id]
  if not template then
    fail(404, "Template not found: " .. call.params.id)
  end
  return template
end

local function given(value)
  return value ~= json.null and value or nil
end

local function take(template, body, now)
  body = body or {}
  if type(body.name) ~= "string" or body.name == "" then
    fail(400, "name is required", { field = "name" })
  end
  local list = given(body.properties)
  if list then
    properties.check_definitions(list, "properties")
  end
  local additional = body.allow_additional
  if additional ~= nil and type(additional) ~= "boolean" then
    fail(400, "allow_additional must be a boolean",
      { field = "allow_additional" })
  end
  template.name = body.name
  template.properties = list or json.array{}
  template.allow_additional = additional or false -- guess: the default
  template.updated_date = now
end

function handlers.get_user_template(call)
  users.need_admin(call, "TEMPLATE_ADMIN or USERS_ADMIN")
  return 200, find(call)
end

function handlers.create_user_template(call)
  users.need_admin(call, "TEMPLATE_ADMIN")
  local app = call.service
  local now = math.floor(app.now())
  local template = { created_date = now }
  take(template, call.body, now)
  local templates = app.templates
  templates.made = templates.made + 1
  template.id = seed.template_id(app.seed, templates.made)
  templates[#templates + 1] = template
  templates[template.id] = template
  return 201, template
end

function handlers.update_user_template(call)
  users.need_admin(call, "TEMPLATE_ADMIN")
  take(find(call), call.body, math.floor(call.service.now()))
  -- The documents pair 204 with a body, which HTTP has no room for.
  return 204
end

function handlers.delete_user_template(call)
  users.need_admin(call, "TEMPLATE_ADMIN")
  local app, template = call.service, find(call)
  local cascade = call.query.cascade
  if cascade ~= nil and cascade ~= "detach" then
    fail(400, "cascade: unknown value", { field = "cascade" }) -- guess
  end
  local store = app.store
  for id = 1, store.count do
    local record = store:get(id)
    if record.template == template.id then
      if not cascade then
        fail(400, "the template is in use") -- guess: the status
      end
      record.template = nil
    end
  end
  app.templates[template.id] = nil
  for i, one in ipairs(app.templates) do
    if one == template then
      table.remove(app.templates, i)
      break
    end
  end
  return 204 -- guess: void operations list no status
end

return { handlers = handlers }

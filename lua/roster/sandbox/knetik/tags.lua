--- A user's tags.
local json = require "roster.json"
local service = require "roster.sandbox.service"
local users = require "roster.sandbox.knetik.users"

local handlers = {}

local function find(call)
  users.need_admin(call, "USERS_ADMIN")
  return users.find(call, call.params.user_id, false)
end

local function position(tags, tag)
  for i, own in ipairs(tags) do
    if own == tag then
      return i
    end
  end
  return nil
end

function handlers.get_user_tags(call)
  local tags = json.array{}
  for i, tag in ipairs(find(call).tags) do
    tags[i] = tag
  end
  return 200, tags
end

function handlers.add_user_tag(call)
  local record = find(call)
  local tag = call.body.value
  if type(tag) ~= "string" or tag == "" then
    service.fail(400, "value is required", { field = "value" })
  end
  -- guess: a tag the user has already is no error.
  if not position(record.tags, tag) then
    table.insert(record.tags, tag)
  end
  return 200 -- guess: void operations list no status
end

function handlers.remove_user_tag(call)
  local record = find(call)
  local i = position(record.tags, call.params.tag)
  -- guess: a tag the user has not is no error.
  if i then
    table.remove(record.tags, i)
  end
  return 204 -- guess
end

return { handlers = handlers }

--- Links between users: one primary, any number of associated ones.
local fault = require "roster.sandbox.okta.fault"
local json = require "roster.json"

local M = {}
M.__index = M

--- Makes the store of links.
---@param relations table<string, string>  primary name -> associated name
function M.new(relations)
  local self = setmetatable({ primaries = {}, associated = {} }, M)
  for primary, associated in pairs(relations) do
    -- associated user's number -> primary user's number
    self.primaries[primary] = {}
    self.associated[associated] = primary
  end
  return self
end

--- Sets a link, replacing an earlier primary.
---@param relation string  the primary's name
---@param associated integer
---@param primary integer
function M:set(relation, associated, primary)
  self.primaries[relation][associated] = primary
end

--- Forgets every link of a user.
---@param index integer
function M:forget(index)
  for _, links in pairs(self.primaries) do
    links[index] = nil
    for associated, primary in pairs(links) do
      if primary == index then
        links[associated] = nil
      end
    end
  end
end

local function unknown(name)
  fault.missing("LinkedObject", name)
end

local handlers = {}

function handlers.set_linked_object_for_user(call)
  local org, name = call.org, call.params.primaryRelationshipName
  if not org.linked.primaries[name] then
    unknown(name)
  end
  local primary = org:find(call, call.params.primaryUserId)
  if primary.index == call.user.index then
    -- guess: nobody is linked to themselves.
    fault.raise("E0000001", { "primaryUserId: the associated user itself" })
  end
  org.linked:set(name, call.user.index, primary.index)
  return 204
end

function handlers.get_linked_objects_for_user(call)
  local org, name = call.org, call.params.relationshipName
  local linked, found = org.linked, {}
  if linked.primaries[name] then
    found[1] = linked.primaries[name][call.user.index]
  elseif linked.associated[name] then
    local links = linked.primaries[linked.associated[name]]
    for associated, primary in pairs(links) do
      if primary == call.user.index then
        found[#found + 1] = associated
      end
    end
    table.sort(found)
  else
    unknown(name)
  end
  -- guess: one answer holds them all; after and limit are passed over.
  local list = json.array{}
  for i, index in ipairs(found) do
    list[i] = { _links = { self = {
      href = call.base .. "/api/v1/users/" .. org.store:load(index).id,
    } } }
  end
  return 200, list
end

-- Succeeds without a link too; takes the primary's name only.
function handlers.remove_linked_object_for_user(call)
  local links = call.org.linked.primaries[call.params.relationshipName]
  if not links then
    unknown(call.params.relationshipName)
  end
  links[call.user.index] = nil
  return 204
end

M.handlers = handlers

return M

--- The list of organizations.
local criteria = require "roster.sandbox.jumpcloud.criteria"
local json = require "roster.json"
local service = require "roster.sandbox.service"

local LIMIT, LIMIT_MAX = 10, 100

local handlers = {}

local function number(call, name, default)
  local text = call.query[name]
  if text == nil or text == "" then
    return default
  elseif not text:find("^%d+$") then
    service.fail(400, name .. " must be a whole number, 0 or more")
  end
  return tonumber(text)
end

-- Where to start reading the list: it wanders when nothing fixes the order.
local function rotation(account)
  return account.shuffle and account.request_count * 7 or 0
end

function handlers.organization_list(call)
  local account = call.service
  local limit = number(call, "limit", LIMIT)
  local skip = number(call, "skip", 0)
  -- guess: nought asks for the usual size, too many get the most there are.
  limit = limit == 0 and LIMIT or math.min(limit, LIMIT_MAX)
  local matches = criteria.matcher(call)
  local all, found = account.tenants, {}
  local start = rotation(account)
  for i = 1, #all do
    local tenant = all[(start + i - 1) % #all + 1]
    if matches(tenant) then
      found[#found + 1] = tenant
    end
  end
  criteria.sort(call, found)
  local project = criteria.projection(call)
  local results = json.array{}
  for i = skip + 1, math.min(skip + limit, #found) do
    results[#results + 1] = project(found[i])
  end
  return 200, { results = results, totalCount = #found }
end

return { handlers = handlers }

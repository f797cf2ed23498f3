--- A stateful JumpCloud account, seen through API v1: its administrators and
-- its organizations.
local core = require "roster.core"
local credentials = require("roster.sandbox.credentials").jumpcloud
local http = require "roster.sandbox.http"
local json = require "roster.json"
local router = require "roster.sandbox.router"
local seed = require "roster.sandbox.jumpcloud.seed"
local service = require "roster.sandbox.service"

---@class roster.sandbox.jumpcloud
---@field api_key string
---@field url string  ends with /api
---@field administrator string  the id of one
---@field organization string  the id of the one it belongs to
local Account = {
  handle = service.handle,
  mails = service.mails,
}
Account.__index = Account

local M = {}

M.handlers = {}
for _, room in ipairs{ "administrators", "organizations" } do
  local handlers = require("roster.sandbox.jumpcloud." .. room).handlers
  for name, handler in pairs(handlers) do
    M.handlers[name] = handler
  end
end

---@class roster.sandbox.jumpcloud.options
---@field administrators? integer  12
---@field organizations? integer  25
---@field api_key? string  "sandbox-api-key"
---@field url? string  "https://sandbox.jumpcloud.test/api"
---@field now? fun(): number  seconds since 1970; os.time
---@field multi_tenant? boolean  administrators are spread over the
--- organizations, and x-org-id is wanted where it is taken; false
---@field read_only? boolean  the key may only read; false
---@field shuffle? boolean  without sort the order of a list changes from
--- request to request; false
---@field seed? integer  another seed, other ids
local DEFAULTS = {
  administrators = 12,
  organizations = 25,
  api_key = credentials.api_key,
  url = "https://sandbox.jumpcloud.test/api",
  now = os.time,
  multi_tenant = false,
  read_only = false,
  shuffle = false,
  seed = 4711,
}

--- Makes an account. See `roster.sandbox.jumpcloud`.
---@param options? roster.sandbox.jumpcloud.options
---@return roster.sandbox.jumpcloud
function M.new(options)
  local self = service.settings("jumpcloud", DEFAULTS, options)
  if self.administrators < 1 or self.organizations < 1 then
    error("sandbox.jumpcloud: at least one administrator and one organization",
      3)
  end
  self.handlers = M.handlers
  self.request_count, self.mail_count, self.sent = 0, 0, {}
  self.router = router.new(core.catalog("jumpcloud").operations)
  self.prefix = select(2, http.split(self.url)):gsub("/+$", "")
  self.roles = seed.roles(self.seed)
  self.tenants = seed.organizations(self.seed, self.organizations)
  self.people = seed.administrators(self)
  self.administrators, self.organizations = nil, nil
  self.administrator = self.people[1]._id
  self.organization = self.people[1].organization
  return setmetatable(self, Account)
end

--- Sends a mail; see `mails`.
Account.mail = service.mail

--- Lists the ids of the administrators, which no operation does.
---@return string[]
function Account:administrator_ids()
  local ids = {}
  for i, person in ipairs(self.people) do
    ids[i] = person._id
  end
  return ids
end

--- Puts an administrator into a state no request leads to, for tests.
---@param id string
---@param fields table  enableMultiFactor, totpEnrolled, suspended, ...
---@return boolean  false when there is no such administrator
function Account:set_administrator(id, fields)
  local person = self.people[id]
  if not person then
    return false
  end
  for name, value in pairs(fields) do
    person[name] = value
  end
  return true
end

--- Adds an organization, as another administrator might between two pages.
---@param fields? table  displayName, logoUrl
---@return string id
function Account:add_organization(fields)
  local tenants = self.tenants
  tenants.made = tenants.made + 1
  local tenant = seed.organization(self.seed, tenants.made)
  for name, value in pairs(fields or {}) do
    tenant[name] = value
  end
  tenants[#tenants + 1] = tenant
  tenants[tenant._id] = tenant
  return tenant._id
end

--- Removes an organization.
---@param id string
---@return boolean  false when there is no such organization
function Account:remove_organization(id)
  for i, tenant in ipairs(self.tenants) do
    if tenant._id == id then
      table.remove(self.tenants, i)
      self.tenants[id] = nil
      return true
    end
  end
  return false
end

local function takes_organization(row)
  for _, param in ipairs(row.params) do
    if param.place == "header" and param.name == "x-org-id" then
      return true
    end
  end
  return false
end

-- guess: the statuses are documented, which routes take the header is not.
local function check_organization(self, call)
  local id = http.header(call.headers, "x-org-id")
  local taken = takes_organization(call.row)
  if not id then
    if taken and self.multi_tenant then
      service.fail(401, "x-org-id is required for multi-tenant administrators")
    end
  elseif not taken then
    service.fail(403, "x-org-id is not accepted on this route")
  elseif #id ~= 24 or not id:find("^%x+$") then
    service.fail(400, "x-org-id is malformed")
  elseif not self.tenants[id] then
    service.fail(404, "Organization not found")
  else
    call.organization = id
  end
end

--- Checks the key, and what it may do.
function Account:admit(call)
  if http.header(call.headers, "x-api-key") ~= self.api_key then
    service.fail(401, "Unauthorized", { short = true })
  end
  check_organization(self, call)
  if self.read_only and call.row.retry ~= "safe" then
    service.fail(403, "Forbidden: the key may only read")
  end
end

--- Writes an error answer.
function Account.problem(_, _, problem)
  if problem.object then
    return problem.status, problem.object
  elseif problem.short or problem.status == 404 then
    -- Often there is nothing but the message.
    return problem.status, { message = problem.message }
  end
  return problem.status, {
    code = problem.status,
    message = problem.message,
    status = service.phrases[problem.status],
  }
end

function Account.encode(_, _, _, body)
  return assert(json.encode(body))
end

return M

--- What an org holds besides users: groups, applications, OAuth clients,
-- identity providers, relationships. Made once, never changed.
local http = require "roster.sandbox.http"
local json = require "roster.json"
local names = require "roster.sandbox.okta.names"
local random = require "roster.sandbox.random"

local M = {}

local FOUNDED = http.iso(1577836800)

-- name, label, category, hidden from the dashboard
local APPS = {
  { "google", "Google Workspace", "COLLABORATION" },
  { "slack", "Slack", "COLLABORATION" },
  { "github_enterprise", "GitHub Enterprise", "DEVELOPER" },
  { "salesforce", "Salesforce", "CRM" },
  { "workday", "Workday", "HR" },
  { "zoomus", "Zoom", "COLLABORATION" },
  { "office365", "Microsoft Office 365", "COLLABORATION" },
  { "example_vpn", "Example VPN", "SECURITY", true },
}

local CLIENTS = {
  { "Payroll Portal", "https://payroll.example.com" },
  { "Field Mobile App" },
  { "Reporting Service", "https://reports.example.com" },
}

local SCOPES = {
  "openid", "profile", "email", "address", "phone", "offline_access",
  "okta.users.read", "okta.users.manage", "okta.groups.read",
  "okta.groups.manage", "okta.apps.read", "okta.apps.manage",
  "okta.logs.read", "okta.roles.read", "okta.roles.manage",
}

local function indexed(list)
  for position, item in ipairs(list) do
    item.seq = position
    list[item.id] = item
  end
  return list
end

local function groups(seed, count)
  local list = {}
  for i = 1, count do
    local name, description, kind
    if i == 1 then
      name, description = "Everyone", "All users in the org"
      kind = "BUILT_IN"
    elseif i <= 1 + #names.departments then
      name = names.departments[i - 1]
      description = "People of " .. name
      kind = "OKTA_GROUP"
    else
      name = string.format("Project %03d", i)
      description = "Members of project " .. i
      kind = i % 5 == 0 and "APP_GROUP" or "OKTA_GROUP"
    end
    list[i] = {
      id = random.id("00g", seed, i),
      created = FOUNDED,
      lastUpdated = FOUNDED,
      lastMembershipUpdated = FOUNDED,
      objectClass = json.array{ kind == "APP_GROUP" and
        "okta:windows_security_principal" or "okta:user_group" },
      type = kind,
      profile = { name = name, description = description },
    }
  end
  return indexed(list)
end

local function apps(seed)
  local list = { by_name = {}, instances = {} }
  for i, row in ipairs(APPS) do
    local app = {
      name = row[1],
      displayName = row[2],
      category = row[3],
      hidden = row[4] or false,
      instances = {},
    }
    -- The first has two instances, so that targets can tell them apart.
    for n = 1, i == 1 and 2 or 1 do
      local instance = {
        id = random.id("0oa", seed, i * 10 + n),
        app = app,
        label = n == 1 and row[2] or row[2] .. " (sandbox)",
      }
      app.instances[n] = instance
      list.instances[#list.instances + 1] = instance
      list.instances[instance.id] = instance
    end
    list[i] = app
    list.by_name[app.name] = app
  end
  return list
end

local function clients(seed)
  local list = {}
  for i, row in ipairs(CLIENTS) do
    list[i] = {
      id = random.id("0oc", seed, i),
      name = row[1],
      uri = row[2],
    }
  end
  return indexed(list)
end

local function scopes(seed)
  local list = {}
  for i, name in ipairs(SCOPES) do
    list[i] = { id = name, key = random.id("scp", seed, i) }
  end
  return indexed(list)
end

--- Makes everything.
---@param seed integer
---@param group_count integer
function M.new(seed, group_count)
  return {
    founded = FOUNDED,
    groups = groups(seed, group_count),
    apps = apps(seed),
    clients = clients(seed),
    scopes = scopes(seed),
    idps = { random.id("0oi", seed, 1), random.id("0oi", seed, 2) },
    types = indexed{
      { id = random.id("oty", seed, 1), name = "user" },
      { id = random.id("oty", seed, 2), name = "contractor" },
    },
    -- primary name -> associated name
    relations = { manager = "subordinate", mentor = "mentee" },
  }
end

return M

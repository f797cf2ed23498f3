--- What a user belongs to and may open: groups, applications, identity
--- providers, sessions.
local json = require "roster.json"
local page = require "roster.sandbox.okta.page"
local random = require "roster.sandbox.random"

local M = {}

--- A group as JSON.
function M.group(call, group)
  local url = call.base .. "/api/v1/groups/" .. group.id
  local logo = call.base .. "/img/logos/groups/okta-"
  return {
    id = group.id,
    created = group.created,
    lastUpdated = group.lastUpdated,
    lastMembershipUpdated = group.lastMembershipUpdated,
    objectClass = group.objectClass,
    type = group.type,
    profile = {
      name = group.profile.name,
      description = group.profile.description,
    },
    _links = {
      logo = json.array{
        { name = "medium", href = logo .. "medium.png", type = "image/png" },
        { name = "large", href = logo .. "large.png", type = "image/png" },
      },
      users = { href = url .. "/users" },
      apps = { href = url .. "/apps" },
    },
  }
end

-- Everyone is in Everyone; the first user is in every group; a user the org
-- started with is in the group of the department; a new one where the
-- request put it.
local function member(call, group)
  local user = call.user
  if group.type == "BUILT_IN" then
    return true
  elseif user.groups then
    for _, id in ipairs(user.groups) do
      if id == group.id then
        return true
      end
    end
    return false
  end
  return user.index == 1 or
    group.profile.name == user.profile.department
end

local handlers = {}

function handlers.list_user_groups(call)
  local mine = {}
  for _, group in ipairs(call.org.world.groups) do
    if member(call, group) then
      mine[#mine + 1] = group
    end
  end
  local groups, headers = page.cut(call, mine)
  local list = json.array{}
  for i, group in ipairs(groups) do
    list[i] = M.group(call, group)
  end
  return 200, list, headers
end

function handlers.list_app_links(call)
  local org, user = call.org, call.user
  local list = json.array{}
  if user.status == "DEPROVISIONED" then
    return 200, list
  end
  for n, instance in ipairs(org.world.apps.instances) do
    local app = instance.app
    local hash = random.hash(org.seed, user.index, 300 + n)
    -- guess: showAll adds the links hidden from the dashboard.
    if (user.index == 1 or n == 1 or hash % 3 == 0) and
        (not app.hidden or call:flag("showAll", false)) then
      list[#list + 1] = {
        id = random.id("00u", hash, n),
        label = instance.label,
        linkUrl = call.base .. "/home/" .. app.name .. "/" .. instance.id,
        logoUrl = call.base .. "/img/logos/" .. app.name .. ".png",
        appName = app.name,
        appInstanceId = instance.id,
        appAssignmentId = random.id("0ua", hash, n),
        credentialsSetup = false,
        hidden = app.hidden,
        sortOrder = #list,
      }
    end
  end
  return 200, list
end

local function provider(call, n)
  local world = call.org.world
  local id = world.idps[n]
  local url = call.base .. "/api/v1/idps/" .. id
  local social = n == 1
  return {
    id = id,
    type = social and "GOOGLE" or "SAML2",
    name = social and "Google" or "Partner directory",
    status = "ACTIVE",
    created = world.founded,
    lastUpdated = world.founded,
    issuerMode = "ORG_URL",
    protocol = social and {
      type = "OIDC",
      endpoints = {
        authorization = {
          url = "https://accounts.example.com/authorize",
          binding = "HTTP-REDIRECT",
        },
        token = {
          url = "https://accounts.example.com/token",
          binding = "HTTP-POST",
        },
      },
      scopes = json.array{ "email", "openid", "profile" },
      credentials = {
        client = {
          client_id = "sandbox-client",
          client_secret = "sandbox-client-secret",
        },
      },
    } or {
      type = "SAML2",
      endpoints = {
        sso = {
          url = "https://partner.example.net/sso",
          binding = "HTTP-POST",
          destination = "https://partner.example.net/sso",
        },
        acs = { binding = "HTTP-POST", type = "INSTANCE" },
      },
      algorithms = {
        request = { signature = { algorithm = "SHA-256",
          scope = "REQUEST" } },
        response = { signature = { algorithm = "SHA-256",
          scope = "ANY" } },
      },
      settings = {
        nameFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
      },
      credentials = {
        trust = {
          issuer = "urn:partner",
          audience = "urn:sandbox",
          kid = "sandbox-key",
          revocationCacheLifetime = 0,
        },
      },
    },
    policy = {
      accountLink = { action = "AUTO", filter = json.null },
      provisioning = {
        action = "AUTO",
        profileMaster = false,
        groups = { action = "NONE" },
        conditions = {
          deprovisioned = { action = "NONE" },
          suspended = { action = "NONE" },
        },
      },
      maxClockSkew = 0,
      subject = {
        userNameTemplate = { template = "idpuser.email" },
        filter = json.null,
        matchType = "USERNAME",
      },
    },
    _links = {
      self = { href = url },
      users = {
        href = url .. "/users",
        hints = { allow = json.array{ "GET" } },
      },
    },
  }
end

function handlers.list_user_identity_providers(call)
  local user = call.user
  local list = json.array{}
  if user.index == 1 then
    list[1], list[2] = provider(call, 1), provider(call, 2)
  elseif user.provider.type == "SOCIAL" or
      call.org.store:untouched(user.index) and user.index % 25 == 0 then
    list[1] = provider(call, 1)
  elseif user.provider.type == "FEDERATION" then
    list[1] = provider(call, 2)
  end
  return 200, list
end

function handlers.clear_user_sessions(call)
  if call:flag("oauthTokens", false) then
    call.org.consent:clear_tokens(call.user)
  end
  return 204
end

M.handlers = handlers

return M

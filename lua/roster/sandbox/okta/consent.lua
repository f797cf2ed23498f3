--- What users granted to OAuth clients: clients, grants, refresh tokens.
local fault = require "roster.sandbox.okta.fault"
local http = require "roster.sandbox.http"
local json = require "roster.json"
local page = require "roster.sandbox.okta.page"
local random = require "roster.sandbox.random"

local M = {}
M.__index = M

local BASE = 1640995200 -- 2022-01-01, when the first consent was given
local WEEK = 604800

--- Makes the store of consents.
function M.new(org)
  return setmetatable({ org = org, kept = {} }, M)
end

-- The clients a user the org started with has consented to.
local function client_count(index, all)
  return index == 1 and #all or index % 3
end

local function entry(org, user, kind, seq, client, extra)
  local at = BASE + (user.index * 13 + seq) % 500 * 3600
  extra.id = random.id(kind, org.seed, user.index * 97 % 900000000 + seq)
  extra.seq = seq
  extra.client = client
  extra.created, extra.lastUpdated = http.iso(at), http.iso(at)
  extra.expires = http.iso(at + WEEK)
  return extra
end

-- Made when first asked for, so that users nobody asks about cost nothing.
local function of(self, user)
  local mine = self.kept[user.index]
  if mine then
    return mine
  end
  local org = self.org
  mine = { grants = {}, tokens = {} }
  self.kept[user.index] = mine
  if user.index > org.store.seed.count then
    return mine
  end
  for c = 1, client_count(user.index, org.world.clients) do
    local client = org.world.clients[c]
    -- The first user has more than a page of both.
    for s = 1, user.index == 1 and #org.world.scopes or 3 do
      mine.grants[#mine.grants + 1] = entry(org, user, "oag",
        #mine.grants + 1, client, { scope = org.world.scopes[s] })
    end
    for _ = 1, user.index == 1 and 25 or 2 do
      mine.tokens[#mine.tokens + 1] = entry(org, user, "oar",
        #mine.tokens + 1, client, {
          scopes = { org.world.scopes[1], org.world.scopes[6] },
        })
    end
  end
  return mine
end

local function keep(list, wanted)
  local kept = {}
  for _, item in ipairs(list) do
    if wanted(item) then
      kept[#kept + 1] = item
    end
  end
  return kept
end

--- Revokes all refresh tokens of a user.
function M:clear_tokens(user)
  of(self, user).tokens = {}
end

--- Revokes everything; what is left when a user is gone.
function M:clear(user)
  self.kept[user.index] = { grants = {}, tokens = {} }
end

local function clients_of(call)
  local mine, list = of(call.org.consent, call.user), {}
  for _, client in ipairs(call.org.world.clients) do
    local function held(item)
      return item.client == client
    end
    if keep(mine.grants, held)[1] or keep(mine.tokens, held)[1] then
      list[#list + 1] = client
    end
  end
  return list
end

-- The client in the path; guess: one the user has nothing with is missing.
local function client(call)
  for _, known in ipairs(call.org.world.clients) do
    if known.id == call.params.clientId then
      return known
    end
  end
  fault.missing("OAuth2Client", call.params.clientId)
end

local function at_client(call)
  local wanted = client(call)
  return function(item)
    return item.client == wanted
  end
end

local function pick(list, id, kind)
  for i, item in ipairs(list) do
    if item.id == id then
      return item, i
    end
  end
  fault.missing(kind, id)
end

local function scope(call, known)
  return {
    id = known.key,
    name = known.id,
    description = "Access to " .. known.id,
    _links = {
      scope = { href = call.base .. "/oauth2/v1/scopes/" .. known.id },
    },
  }
end

local function links(call, item, path)
  local user_url = call.base .. "/api/v1/users/" .. call.user.id
  return {
    self = {
      href = user_url .. path .. item.id,
      hints = { allow = json.array{ "GET", "DELETE" } },
    },
    user = { href = user_url, title = call.user.profile.login },
    client = {
      href = call.base .. "/oauth2/v1/clients/" .. item.client.id,
      title = item.client.name,
    },
    app = {
      href = call.base .. "/api/v1/apps/" .. item.client.id,
      title = item.client.name,
    },
    authorizationServer = {
      href = call.base .. "/oauth2/v1",
      title = "Org authorization server",
    },
  }
end

local function shared(call, item, path)
  return {
    id = item.id,
    status = "ACTIVE",
    created = item.created,
    lastUpdated = item.lastUpdated,
    issuer = call.base,
    clientId = item.client.id,
    userId = call.user.id,
    createdBy = { id = call.user.id, type = "User" },
    _links = links(call, item, path),
  }
end

local function grant(call, item)
  local shown = shared(call, item, "/grants/")
  shown.scopeId = item.scope.id
  shown.source = "END_USER"
  if call.query.expand == "scope" then
    shown._embedded = { scope = scope(call, item.scope) }
  end
  return shown
end

local function token(call, item)
  local shown = shared(call, item, "/clients/" .. item.client.id ..
    "/tokens/")
  shown.expiresAt = item.expires
  shown.scopes = json.array{}
  for i, known in ipairs(item.scopes) do
    shown.scopes[i] = known.id
  end
  if call.query.expand == "scope" then
    local list = json.array{}
    for i, known in ipairs(item.scopes) do
      list[i] = scope(call, known)
    end
    shown._embedded = { scopes = list }
  end
  return shown
end

local function listed(call, items, render)
  local cut, headers = page.cut(call, items)
  local list = json.array{}
  for i, item in ipairs(cut) do
    list[i] = render(call, item)
  end
  return 200, list, headers
end

local handlers = {}

function handlers.list_user_clients(call)
  local list = json.array{}
  for i, known in ipairs(clients_of(call)) do
    local url = call.base .. "/api/v1/users/" .. call.user.id ..
      "/clients/" .. known.id
    list[i] = {
      client_id = known.id,
      client_name = known.name,
      client_uri = known.uri or json.null,
      logo_uri = json.null,
      _links = {
        grants = { href = url .. "/grants" },
        tokens = { href = url .. "/tokens" },
      },
    }
  end
  return 200, list
end

function handlers.list_user_grants(call)
  local id = call.query.scopeId
  return listed(call, keep(of(call.org.consent, call.user).grants,
    function(item)
      return not id or item.scope.id == id or item.scope.key == id
    end), grant)
end

function handlers.get_user_grant(call)
  return 200, grant(call, (pick(of(call.org.consent, call.user).grants,
    call.params.grantId, "OAuth2ScopeConsentGrant")))
end

-- guess: what is revoked is gone at once, not shown as REVOKED.
function handlers.revoke_user_grant(call)
  local grants = of(call.org.consent, call.user).grants
  local _, i = pick(grants, call.params.grantId, "OAuth2ScopeConsentGrant")
  table.remove(grants, i)
  return 204
end

function handlers.revoke_user_grants(call)
  of(call.org.consent, call.user).grants = {}
  return 204
end

function handlers.list_grants_for_user_and_client(call)
  return listed(call, keep(of(call.org.consent, call.user).grants,
    at_client(call)), grant)
end

local function drop(call, name)
  local theirs = at_client(call)
  local mine = of(call.org.consent, call.user)
  mine[name] = keep(mine[name], function(item)
    return not theirs(item)
  end)
  return 204
end

function handlers.revoke_grants_for_user_and_client(call)
  return drop(call, "grants")
end

function handlers.list_refresh_tokens_for_user_and_client(call)
  return listed(call, keep(of(call.org.consent, call.user).tokens,
    at_client(call)), token)
end

local function one_token(call)
  local tokens = of(call.org.consent, call.user).tokens
  local theirs = at_client(call)
  local item, i = pick(tokens, call.params.tokenId, "OAuth2RefreshToken")
  if not theirs(item) then
    fault.missing("OAuth2RefreshToken", call.params.tokenId)
  end
  return item, i, tokens
end

function handlers.get_refresh_token_for_user_and_client(call)
  return 200, token(call, (one_token(call)))
end

function handlers.revoke_token_for_user_and_client(call)
  local _, i, tokens = one_token(call)
  table.remove(tokens, i)
  return 204
end

function handlers.revoke_tokens_for_user_and_client(call)
  return drop(call, "tokens")
end

M.handlers = handlers

return M

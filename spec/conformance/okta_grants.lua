-- Okta: consents that users gave to OAuth clients, and their refresh tokens.
local GRANT = '{"id":"oag1","status":"ACTIVE","scopeId":"openid","clientId":"0oc1"}'
local GRANT_VALUE = { id = "oag1", status = "ACTIVE", scopeId = "openid", clientId = "0oc1" }
local TOKEN = '{"id":"oar1","status":"ACTIVE","scopes":["openid","offline_access"],"userId":"00u1"}'
local TOKEN_VALUE = { id = "oar1", status = "ACTIVE", scopes = { "openid", "offline_access" }, userId = "00u1" }

local function missing(value, detail)
  assert(value == nil and detail.status == 404)
end

return {
  {
    name = "list_user_clients",
    given = "consented",
    args = { "$user" },
    sends = "GET /api/v1/users/$user/clients",
    answer = { 200, '[{"client_id":"0oc1","client_name":"Payroll"}]' },
    value = { { client_id = "0oc1", client_name = "Payroll" } },
    effect = function(t, clients)
      assert(clients[1].client_id == t.ids.client)
    end,
  },
  {
    name = "list_user_grants",
    given = "consented",
    args = { "$user", { scope_id = "openid", expand = "scope", limit = 20 } },
    sends = "GET /api/v1/users/$user/grants",
    query = { scopeId = "openid", expand = "scope", limit = "20" },
    answer = { 200, "[" .. GRANT .. "]" },
    value = { GRANT_VALUE },
    effect = function(_, grants)
      for _, grant in ipairs(grants) do
        assert(grant.scopeId == "openid")
      end
    end,
  },
  {
    name = "get_user_grant",
    given = "consented",
    args = { "$user", "$grant", { expand = "scope" } },
    sends = "GET /api/v1/users/$user/grants/$grant",
    query = { expand = "scope" },
    answer = { 200, GRANT },
    value = GRANT_VALUE,
    effect = function(t, grant)
      assert(grant.id == t.ids.grant)
    end,
  },
  {
    name = "revoke_user_grant",
    given = "consented",
    args = { "$user", "$grant" },
    sends = "DELETE /api/v1/users/$user/grants/$grant",
    answer = { 204 },
    value = true,
    effect = function(t)
      local value, _, detail = t.client:get_user_grant(t.ids.user, t.ids.grant)
      missing(value, detail)
    end,
  },
  {
    name = "revoke_user_grants",
    given = "consented",
    args = { "$user" },
    sends = "DELETE /api/v1/users/$user/grants",
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(#assert(t.client:list_user_grants(t.ids.user):all()) == 0)
    end,
  },
  {
    name = "list_grants_for_user_and_client",
    given = "consented",
    args = { "$user", "$client", { expand = "scope", limit = 20 } },
    sends = "GET /api/v1/users/$user/clients/$client/grants",
    query = { expand = "scope", limit = "20" },
    answer = { 200, "[" .. GRANT .. "]" },
    value = { GRANT_VALUE },
    effect = function(t, grants)
      assert(grants[1].clientId == t.ids.client)
    end,
  },
  {
    name = "revoke_grants_for_user_and_client",
    given = "consented",
    args = { "$user", "$client" },
    sends = "DELETE /api/v1/users/$user/clients/$client/grants",
    answer = { 204 },
    value = true,
    effect = function(t)
      for grant in t.client:list_user_grants(t.ids.user) do
        assert(grant.clientId ~= t.ids.client)
      end
    end,
  },
  {
    name = "list_refresh_tokens_for_user_and_client",
    given = "consented",
    args = { "$user", "$client", { expand = "scope", limit = 20 } },
    sends = "GET /api/v1/users/$user/clients/$client/tokens",
    query = { expand = "scope", limit = "20" },
    answer = { 200, "[" .. TOKEN .. "]" },
    value = { TOKEN_VALUE },
    effect = function(t, tokens)
      assert(tokens[1].clientId == t.ids.client)
    end,
  },
  {
    name = "get_refresh_token_for_user_and_client",
    given = "consented",
    args = { "$user", "$client", "$token", { expand = "scope" } },
    sends = "GET /api/v1/users/$user/clients/$client/tokens/$token",
    query = { expand = "scope" },
    answer = { 200, TOKEN },
    value = TOKEN_VALUE,
    effect = function(t, token)
      assert(token.id == t.ids.token)
    end,
  },
  {
    name = "revoke_token_for_user_and_client",
    given = "consented",
    args = { "$user", "$client", "$token" },
    sends = "DELETE /api/v1/users/$user/clients/$client/tokens/$token",
    answer = { 204 },
    value = true,
    effect = function(t)
      local ids = t.ids
      local value, _, detail = t.client:get_refresh_token_for_user_and_client(ids.user, ids.client, ids.token)
      missing(value, detail)
    end,
  },
  {
    name = "revoke_tokens_for_user_and_client",
    given = "consented",
    args = { "$user", "$client" },
    sends = "DELETE /api/v1/users/$user/clients/$client/tokens",
    answer = { 204 },
    value = true,
    effect = function(t)
      local list = t.client:list_refresh_tokens_for_user_and_client(t.ids.user, t.ids.client)
      local tokens, _, detail = list:all()
      assert(tokens and #tokens == 0 or detail.status == 404)
    end,
  },
}

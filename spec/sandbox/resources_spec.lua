local harness = require "spec.sandbox.harness"

local USERS = "/api/v1/users/"

describe("what a user has:", function()
  local o, me
  before_each(function()
    o = harness.org{ users = 60, groups = 250, rate_limit = false }
    me = USERS .. o:must("GET", USERS .. "me").id
  end)

  it("groups, in pages of 200", function()
    local items, pages = o:walk(me .. "/groups")
    assert.equal(250, #items)
    assert.equal(2, pages)
    assert.equal(25, select(2, o:walk(me .. "/groups?limit=10")))
    assert.equal("BUILT_IN", items[1].type)
    assert.equal("Everyone", items[1].profile.name)
    assert.equal("okta:user_group", items[1].objectClass[1])
    assert.equal(2, #items[1]._links.logo)
    local other = o:must("GET", "/api/v1/users?limit=9")[9]
    local mine = o:must("GET", USERS .. other.profile.login .. "/groups")
    assert.equal(2, #mine)
    assert.equal(other.profile.department, mine[2].profile.name)
  end)

  it("application links, hidden ones on request, none when gone", function()
    local links = o:must("GET", me .. "/appLinks")
    assert.equal(8, #links)
    local all = o:must("GET", me .. "/appLinks?showAll=true")
    assert.equal(9, #all)
    assert.is_true(all[9].hidden)
    for _, name in ipairs{ "id", "label", "linkUrl", "logoUrl", "appName",
      "appInstanceId", "appAssignmentId" } do
      assert.equal("string", type(links[1][name]), name)
    end
    assert.is_false(links[1].credentialsSetup)
    local user = o:person("leaver@example.net")
    assert.is_true(#o:must("GET", USERS .. user.id .. "/appLinks") > 0)
    o:must("DELETE", USERS .. user.id)
    local _, _, response = o:call("GET", USERS .. user.id .. "/appLinks")
    assert.equal("[]", response.body)
  end)

  it("identity providers", function()
    local mine = o:must("GET", me .. "/idps")
    assert.equal(2, #mine)
    assert.equal("GOOGLE", mine[1].type)
    assert.equal("OIDC", mine[1].protocol.type)
    assert.equal("SAML2", mine[2].type)
    local plain = o:person("plain@example.net")
    assert.equal(0, #o:must("GET", USERS .. plain.id .. "/idps"))
    for kind, idp in pairs { SOCIAL = "GOOGLE", FEDERATION = "SAML2" } do
      local login = kind:lower() .. "@example.net"
      local foreign = o:must("POST", "/api/v1/users?provider=true", {
        profile = { login = login, email = login, firstName = "S", lastName = "S" },
        credentials = { provider = { type = kind, name = "x" } },
      })
      assert.equal(idp, o:must("GET", USERS .. foreign.id .. "/idps")[1].type)
    end
  end)

  it("clients, grants and tokens", function()
    local clients = o:must("GET", me .. "/clients")
    assert.equal(3, #clients)
    local client = me .. "/clients/" .. clients[2].client_id
    local grants, pages = o:walk(me .. "/grants")
    assert.equal(45, #grants)
    assert.equal(3, pages)
    assert.equal(15, #o:walk(client .. "/grants"))
    local tokens
    tokens, pages = o:walk(client .. "/tokens")
    assert.equal(25, #tokens)
    assert.equal(2, pages)
    assert.equal(clients[2].client_id, tokens[1].clientId)
    assert.equal("openid", tokens[1].scopes[1])
    local token = o:must("GET", client .. "/tokens/" .. tokens[1].id)
    assert.same(tokens[1], token)
    assert.is_nil(token._embedded)
    local wide = o:must("GET", client .. "/tokens/" .. tokens[1].id ..
      "?expand=scope")
    assert.equal("openid", wide._embedded.scopes[1].name)
    local grant = o:must("GET", me .. "/grants/" .. grants[4].id ..
      "?expand=scope")
    assert.equal(grant.scopeId, grant._embedded.scope.name)
    local ones = o:walk(me .. "/grants?scopeId=openid")
    assert.equal(3, #ones)
  end)

  it("ids that are unique", function()
    local seen = {}
    for _, user in ipairs(o:must("GET", "/api/v1/users?limit=6")) do
      for _, grant in ipairs(o:walk(USERS .. user.id .. "/grants")) do
        assert.is_nil(seen[grant.id])
        seen[grant.id] = true
      end
    end
  end)

  it("no client to speak of when new", function()
    local user = o:person("new@example.net")
    assert.equal(0, #o:must("GET", USERS .. user.id .. "/clients"))
    assert.equal(0, #o:must("GET", USERS .. user.id .. "/grants"))
  end)

  it("grants and tokens until they are revoked", function()
    local client_id = o:must("GET", me .. "/clients")[1].client_id
    local client = me .. "/clients/" .. client_id
    local function count(path)
      return #o:walk(path)
    end
    local function revoke(path)
      assert.equal(204, (o:call("DELETE", path)))
    end
    local grant = me .. "/grants/" .. o:must("GET", me .. "/grants")[1].id
    revoke(grant)
    assert.equal(404, (o:call("GET", grant)))
    assert.equal(404, (o:call("DELETE", grant)))
    assert.equal(44, count(me .. "/grants"))
    revoke(client .. "/grants")
    assert.equal(30, count(me .. "/grants"))
    assert.equal(0, count(client .. "/grants"))
    local tokens = o:must("GET", client .. "/tokens")
    revoke(client .. "/tokens/" .. tokens[1].id)
    assert.equal(404, (o:call("GET", client .. "/tokens/" .. tokens[1].id)))
    assert.equal(24, count(client .. "/tokens"))
    revoke(client .. "/tokens")
    assert.equal(0, count(client .. "/tokens"))
    assert.equal(2, #o:must("GET", me .. "/clients"))
    revoke(me .. "/grants")
    assert.equal(0, count(me .. "/grants"))
    assert.equal(2, #o:must("GET", me .. "/clients"))
    revoke(me .. "/sessions")
    assert.equal(2, #o:must("GET", me .. "/clients"))
    revoke(me .. "/sessions?oauthTokens=true")
    assert.equal(0, #o:must("GET", me .. "/clients"))
    assert.equal(404, (o:call("GET", me .. "/clients/0ocNobody/tokens")))
  end)

  it("a token only at its own client", function()
    local clients = o:must("GET", me .. "/clients")
    local token = o:must("GET", me .. "/clients/" .. clients[1].client_id ..
      "/tokens")[1].id
    assert.equal(404, (o:call("GET", me .. "/clients/" ..
      clients[2].client_id .. "/tokens/" .. token)))
    assert.equal(404, (o:call("DELETE", me .. "/clients/" ..
      clients[2].client_id .. "/tokens/" .. token)))
  end)
end)

describe("linked objects", function()
  local o, boss, worker, other
  before_each(function()
    o = harness.org{ users = 2, rate_limit = false }
    boss = o:person("boss@example.net")
    worker = o:person("worker@example.net")
    other = o:person("other@example.net")
  end)

  local function set(associated, name, primary)
    return (o:call("PUT", USERS .. associated .. "/linkedObjects/" .. name ..
      "/" .. primary))
  end

  local function get(ref, name)
    local found = {}
    for i, link in ipairs(o:must("GET", USERS .. ref .. "/linkedObjects/" ..
      name)) do
      found[i] = link._links.self.href:match("[^/]+$")
    end
    return found
  end

  it("link both ways, and a new primary replaces the old", function()
    assert.equal(204, set(worker.id, "manager", boss.id))
    assert.equal(204, set("other@example.net", "manager", boss.id))
    assert.same({ boss.id }, get(worker.id, "manager"))
    assert.same({ worker.id, other.id },
      get("boss@example.net", "subordinate"))
    assert.equal(204, set(worker.id, "manager", "other@example.net"))
    assert.same({ other.id }, get(worker.id, "manager"))
    assert.same({ other.id }, get(boss.id, "subordinate"))
    assert.same({}, get(worker.id, "mentor"))
  end)

  it("take me", function()
    local me = o:must("GET", USERS .. "me")
    assert.equal(204, set("me", "mentor", boss.id))
    assert.same({ boss.id }, get("me", "mentor"))
    assert.same({ me.id }, get(boss.id, "mentee"))
  end)

  it("are removed by the primary's name, even without a link", function()
    set(worker.id, "manager", boss.id)
    local path = USERS .. worker.id .. "/linkedObjects/"
    assert.equal(404, (o:call("DELETE", path .. "subordinate")))
    assert.equal(204, (o:call("DELETE", path .. "manager")))
    assert.equal(204, (o:call("DELETE", path .. "manager")))
    assert.same({}, get(worker.id, "manager"))
  end)

  it("know their names and their users", function()
    assert.equal(404, set(worker.id, "friend", boss.id))
    assert.equal(404, set(worker.id, "subordinate", boss.id))
    assert.equal(404, set(worker.id, "manager", "nobody"))
    assert.equal(404, set("nobody", "manager", boss.id))
    assert.equal(400, set(boss.id, "manager", boss.id))
    assert.equal(404, (o:call("GET", USERS .. boss.id ..
      "/linkedObjects/friend")))
  end)

  it("go with the user", function()
    set(worker.id, "manager", boss.id)
    o:must("DELETE", USERS .. boss.id)
    assert.same({ boss.id }, get(worker.id, "manager"))
    o:must("DELETE", USERS .. boss.id)
    local _, _, response = o:call("GET", USERS .. worker.id ..
      "/linkedObjects/manager")
    assert.equal("[]", response.body)
  end)

  it("need the token", function()
    local status, value = o:call("PUT", USERS .. worker.id ..
      "/linkedObjects/manager/" .. boss.id, nil, { Authorization = false })
    assert.equal(401, status)
    assert.equal("E0000011", value.errorCode)
  end)
end)

local harness = require "spec.sandbox.harness"

local USERS = "/api/v1/users/"
local APPS = "/targets/catalog/apps"

describe("roles", function()
  local o, user, path, groups, apps
  before_each(function()
    o = harness.org{ users = 5, rate_limit = false }
    user = o:person("admin@example.net")
    path = USERS .. user.id .. "/roles"
    groups, apps = o.org.world.groups, o.org.world.apps
  end)

  local function assign(kind)
    return path .. "/" .. o:must("POST", path, { type = kind }).id
  end

  local function refused(status, code, method, where, body)
    local got, value = o:call(method, where, body)
    assert.equal(status .. " " .. code,
      got .. " " .. tostring(value and value.errorCode))
  end

  for _, kind in ipairs{ "SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN",
    "USER_ADMIN", "HELP_DESK_ADMIN", "READ_ONLY_ADMIN", "MOBILE_ADMIN",
    "API_ACCESS_MANAGEMENT_ADMIN", "REPORT_ADMIN",
    "GROUP_MEMBERSHIP_ADMIN" } do
    it("assign, show, list and remove " .. kind, function()
      local status, role = o:call("POST", path, { type = kind,
        label = "is passed over" })
      assert.equal(201, status)
      assert.equal(kind, role.type)
      assert.equal("USER", role.assignmentType)
      assert.equal("ACTIVE", role.status)
      assert.are_not.equal("is passed over", role.label)
      assert.same(role, (o:must("GET", path .. "/" .. role.id)))
      assert.same({ role }, (o:must("GET", path)))
      refused(409, "E0000090", "POST", path, { type = kind })
      assert.equal(204, (o:call("DELETE", path .. "/" .. role.id)))
      refused(404, "E0000007", "GET", path .. "/" .. role.id)
      refused(404, "E0000007", "DELETE", path .. "/" .. role.id)
      local _, _, response = o:call("GET", path)
      assert.equal("[]", response.body)
    end)
  end

  it("take the assignment's id, not the type", function()
    assign("ORG_ADMIN")
    refused(404, "E0000007", "GET", path .. "/ORG_ADMIN")
  end)

  it("refuse a type nobody knows", function()
    refused(400, "E0000001", "POST", path, { type = "KING" })
    refused(400, "E0000001", "POST", path, "{}")
    refused(400, "E0000001", "POST", path, { type = "CUSTOM" })
    assert.equal(201, (o:call("POST", path, { type = "CUSTOM",
      role = "cr0", ["resource-set"] = "iam0" })))
  end)

  it("end with the user", function()
    assign("ORG_ADMIN")
    o:must("DELETE", USERS .. user.id)
    assert.equal(0, #o:must("GET", path))
    refused(403, "E0000038", "POST", path, { type = "ORG_ADMIN" })
  end)

  it("belong to the token's owner from the start", function()
    local me = o:must("GET", USERS .. "me")
    assert.equal("SUPER_ADMIN",
      o:must("GET", USERS .. me.id .. "/roles")[1].type)
  end)

  for _, kind in ipairs{ "USER_ADMIN", "HELP_DESK_ADMIN",
    "GROUP_MEMBERSHIP_ADMIN" } do
    it("of type " .. kind .. " narrow to groups", function()
      local role = assign(kind)
      local targets = role .. "/targets/groups"
      assert.equal(0, #o:must("GET", targets))
      assert.equal(204, (o:call("PUT", targets .. "/" .. groups[2].id)))
      assert.equal(204, (o:call("PUT", targets .. "/" .. groups[2].id)))
      assert.equal(204, (o:call("PUT", targets .. "/" .. groups[3].id)))
      local list = o:must("GET", targets)
      assert.equal(2, #list)
      assert.equal(groups[2].id, list[1].id)
      assert.equal(groups[2].profile.name, list[1].profile.name)
      refused(404, "E0000007", "PUT", targets .. "/00gNobody")
      refused(404, "E0000007", "DELETE", targets .. "/" .. groups[5].id)
      refused(400, "E0000001", "GET", role .. APPS)
      assert.equal(204, (o:call("DELETE", targets .. "/" .. groups[2].id)))
      refused(400, "E0000001", "DELETE", targets .. "/" .. groups[3].id)
      assert.equal(1, #o:must("GET", targets))
    end)
  end

  it("page their group targets by twenty", function()
    local second = o:must("GET", "/api/v1/users?limit=2")[2]
    local role = o:must("GET", USERS .. second.id .. "/roles")[1]
    local targets = USERS .. second.id .. "/roles/" .. role.id ..
      "/targets/groups"
    local page, response = o:must("GET", targets)
    assert.equal(20, #page)
    -- What goes between two pages neither hides nor repeats the rest.
    o:must("DELETE", targets .. "/" .. page[1].id)
    local rest = o:walk(harness.next(response))
    assert.equal(5, #rest)
    assert.equal(24, #o:walk(targets .. "?limit=7"))
    assert.equal(24, #o:must("GET", targets .. "?limit=200"))
  end)

  it("embed their targets", function()
    local role = assign("USER_ADMIN")
    local list = o:must("GET", path .. "?expand=targets/groups")
    assert.same({}, list[1]._embedded.targets.groups)
    o:must("PUT", role .. "/targets/groups/" .. groups[2].id)
    list = o:must("GET", path .. "?expand=targets%2Fgroups")
    assert.equal(groups[2].id, list[1]._embedded.targets.groups[1].id)
    local app_role = assign("APP_ADMIN")
    o:must("PUT", app_role .. APPS .. "/slack")
    list = o:must("GET", path .. "?expand=targets/catalog/apps")
    assert.equal("slack", list[2]._embedded.targets.catalog.apps[1].name)
  end)

  it("of type APP_ADMIN narrow to apps", function()
    local role = assign("APP_ADMIN")
    local targets = role .. APPS
    local google = apps.by_name.google
    local one, two = google.instances[1].id, google.instances[2].id
    assert.equal(0, #o:must("GET", targets))
    assert.equal(204, (o:call("PUT", targets .. "/google/" .. one)))
    assert.equal(204, (o:call("PUT", targets .. "/google/" .. two)))
    assert.equal(204, (o:call("PUT", targets .. "/slack")))
    local list = o:must("GET", targets)
    assert.equal(3, #list)
    assert.equal(one, list[1].id)
    assert.equal("google", list[1].name)
    assert.is_nil(list[3].id)
    -- The whole app takes the place of its instances.
    assert.equal(204, (o:call("PUT", targets .. "/google")))
    list = o:must("GET", targets)
    assert.equal(2, #list)
    assert.equal("slack", list[1].name)
    assert.equal("google", list[2].name)
    assert.is_nil(list[2].id)
    refused(404, "E0000007", "DELETE", targets .. "/google/" .. one)
    assert.equal(204, (o:call("DELETE", targets .. "/slack")))
    refused(400, "E0000001", "DELETE", targets .. "/google")
    assert.equal(200, (o:call("PUT", targets)))
    assert.equal(0, #o:must("GET", targets))
  end)

  it("know their apps", function()
    local targets = assign("APP_ADMIN") .. APPS
    local google = apps.by_name.google.instances[1].id
    refused(404, "E0000007", "PUT", targets .. "/none")
    refused(404, "E0000007", "PUT", targets .. "/slack/" .. google)
    refused(404, "E0000007", "PUT", targets .. "/google/0oaNobody")
    refused(404, "E0000007", "DELETE", targets .. "/slack")
    refused(400, "E0000001", "PUT", assign("USER_ADMIN") .. APPS .. "/slack")
    refused(400, "E0000001", "PUT", assign("ORG_ADMIN") .. APPS)
  end)

  it("page their app targets", function()
    local targets = assign("APP_ADMIN") .. APPS
    for _, app in ipairs(apps) do
      o:must("PUT", targets .. "/" .. app.name)
    end
    local items, pages = o:walk(targets .. "?limit=3")
    assert.equal(#apps, #items)
    assert.equal(3, pages)
  end)
end)

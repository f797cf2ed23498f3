-- Views and closed models inside nginx.
local inside = require "spec.support.inside"

describe("inside nginx", function()
  local host

  setup(function()
    host = inside.start()
  end)

  teardown(function()
    host:stop()
  end)

  it("a read-only table is sent with what is in it, and a misspelt member is not", function()
    local body, message, headers = host:run [[
      local function view(t) return setmetatable({}, { __index = t, __metatable = false }) end
      local okta = roster.okta { url = "https://x.okta.test", token = "t", transport = function(request)
        -- as lua-resty-http has them
        local headers = setmetatable({ ["X-A"] = "b" }, { __index = function() end })
        return { status = 200, headers = headers, body = request.body }
      end }
      local user, meta = okta:create_user(view { profile = view { login = "a" }, groupIds = view { "g" } })
      local ok, message = pcall(okta.create_user, okta, { profile = {}, group_ids = {} })
      return user.profile.login .. user.groupIds[1], message, meta.headers["x-a"]
    ]]
    assert.equal("ag", body)
    assert.matches('okta create_user: body.group_ids: unknown member, did you mean "groupIds"', message)
    assert.equal("b", headers)
  end)
end)

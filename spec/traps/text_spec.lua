-- One user whose name was stored wrongly must not take the list with it
-- (TRAPS R11): over libcurl and over cosockets.
local inside = require "spec.support.inside"
local roster = require "roster"

local PAGE = [==[
  ngx.header.content_type = "application/json"
  if ngx.var.arg_after then
    ngx.print('[{"id":"5","profile":{"login":"e"}}]')
    return
  end
  ngx.header.link = '<http://' .. ngx.var.http_host .. '/api/v1/users?after=4>; rel="next"'
  ngx.print('[{"id":"1","profile":{"login":"a"}},{"id":"2","profile":{"login":"b\\ud83d"}},',
    '{"id":"3","profile":{"login":"M\252ller"}},{"id":"4","profile":{"d\195":"d"}}]')
]==]

local R = "\239\191\189"
local LOGINS = { "a", "b" .. R, "M" .. R .. "ller", "d", "e" }

describe("trap: one odd user takes the whole list", function()
  local host

  setup(function()
    host = inside.start { locations = { ["/api/v1/users"] = PAGE } }
  end)

  teardown(function()
    host:stop()
  end)

  it("over libcurl #nginx", function()
    local okta = roster.okta { url = host.server.url, token = "t" }
    local list, logins = okta:list_users(), {}
    for user in list do
      logins[#logins + 1] = user.profile.login or user.profile["d" .. R]
    end
    assert.same(LOGINS, logins)
    assert.equal(3, list.repaired)
    local page, message = okta:list_users({ strict_text = true }):page()
    assert.is_nil(page)
    assert.matches("byte 68: unpaired surrogate", message)
    okta:close()
  end)

  it("over cosockets #nginx", function()
    local logins, repaired, why = host:run([[
      local okta = roster.okta { url = arg, token = "t" }
      local list, logins = okta:list_users(), {}
      for user in list do
        logins[#logins + 1] = user.profile.login or user.profile["d\239\191\189"]
      end
      local _, message = okta:list_users({ strict_text = true }):page()
      return logins, list.repaired, message
    ]], host.server.url)
    assert.same(LOGINS, { logins[1], logins[2], logins[3], logins[4], logins[5] })
    assert.equal(3, repaired)
    assert.matches("byte 68: unpaired surrogate", why)
  end)
end)

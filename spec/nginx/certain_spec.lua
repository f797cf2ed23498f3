-- Certainty over cosockets: as spec/http/certain_spec.lua has it over libcurl.
local authority = require "spec.support.authority"
local fickle = require "spec.support.fickle"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"

describe("certainty inside nginx", function()
  local host

  setup(function()
    host = inside.start()
  end)

  teardown(function()
    host:stop()
  end)

  for seed = 1, 2 do
    it("no call of 200 that was acted on is called certain: " .. seed, function()
      local service = fickle.start(seed)
      finally(function() service:stop() end)
      local outcomes = host:run([[
        local okta = roster.okta { url = arg, token = "tok", max_retries = 0 }
        local outcomes = {}
        for i = 1, 200 do
          local path = "/race/" .. i
          local value, _, detail = okta:request { method = "POST", path = path }
          outcomes[path] = value and "done" or detail.ambiguous and "ambiguous" or "certain"
        end
        return outcomes
      ]], service.url)
      local faults, count = service:judge(outcomes)
      assert.same({}, faults)
      assert.is_true(count.done > 40 and count.ambiguous > 10, count.done .. " done, " .. count.ambiguous)
    end)
  end

  it("an early answer to a large body is read", function()
    local service = fickle.start(0)
    finally(function() service:stop() end)
    local status, ambiguous = host:run([[
      local okta = roster.okta { url = arg, token = "tok", max_retries = 0 }
      local _, message, detail = okta:request { method = "POST", path = "/early/1", body = { s = ("x"):rep(8e6) } }
      return detail.status or message, detail.ambiguous
    ]], service.url)
    assert.equal(413, status)
    assert.is_false(ambiguous)
  end)

  it("a connection that ended while the worker was busy is replaced", function()
    local service = fickle.start(0)
    finally(function() service:stop() end)
    local done = host:run([[
      local okta = roster.okta { url = arg.url, token = "tok", max_retries = 0 }
      local function is_closed(path)
        local file = io.open(arg.log)
        local text = "\n" .. file:read("*a")
        file:close()
        return text:find("\n" .. path .. "\n", 1, true)
      end
      local done = 0
      for i = 1, 20 do
        local path = "/after/" .. i
        done = done + (okta:request { method = "POST", path = path } and 1 or 0)
        -- nginx sees nothing of its sockets meanwhile
        while not is_closed(path) do end
      end
      return done
    ]], { url = service.url, log = service.log })
    assert.equal(20, done)
  end)

  it("what cannot heal is asked for once", function()
    local server = authority.start()
    local trusting = inside.start {
      http = "lua_ssl_trusted_certificate " .. server.root .. "; lua_ssl_verify_depth 5;",
    }
    finally(function()
      server:stop()
      trusting:stop()
    end)
    for _, kind in ipairs(authority.kinds) do
      if kind ~= "good" then
        local detail = trusting:run([[
          local _, _, detail = roster.okta { url = arg, token = "tok" }:get_user("1")
          local tried = #detail.attempts
          return { kind = detail.kind, retryable = detail.retryable, retry_at = detail.retry_at, tried = tried }
        ]], server:url(kind))
        assert.same({ kind = "transport", retryable = false, tried = 1 }, detail)
      end
    end
  end)

  it("a service that is gone is called so, and costs no quota", function()
    local upstream = nginx.start {
      locations = {
        ["/"] = [[
          ngx.header["X-Rate-Limit-Limit"], ngx.header["X-Rate-Limit-Remaining"] = 20, 19
          ngx.header["X-Rate-Limit-Reset"] = ngx.time() + 60
          ngx.header.content_type = "application/json" ngx.print("{}")
        ]],
      },
    }
    -- with the dictionary, workers share what they know of the limits
    local hosts = { inside.start(), inside.start { http = "lua_shared_dict roster 1m;" } }
    finally(function()
      upstream:stop()
      for _, each in ipairs(hosts) do
        each:stop()
      end
    end)
    for _, each in ipairs(hosts) do
      assert.is_true(each:run([[
        package.loaded.kept = roster.okta { url = arg, token = "tok", max_retries = 0, max_wait = 0.5 }
        return package.loaded.kept:get_user("1") ~= nil
      ]], upstream.url))
    end
    upstream:stop()
    for _, each in ipairs(hosts) do
      local kinds, left = each:run [[
        local okta, kinds = package.loaded.kept, {}
        for _ = 1, 80 do
          local _, _, detail = okta:get_user("1")
          kinds[detail.kind] = (kinds[detail.kind] or 0) + 1
        end
        return kinds, okta:limits()[1].remaining
      ]]
      assert.same({ transport = 80 }, kinds)
      assert.is_true(left >= 18, "left: " .. tostring(left))
    end
  end)
end)

-- What a client tells its owner: how often, in what order, and never a secret.
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local timeline = require "spec.support.timeline"
local wire = require "spec.support.wire"

local OK = { status = 200, headers = { ["X-Okta-Request-Id"] = "req-ok" }, body = '{"id":"u"}' }

--- Hooks that keep what they see, as { name, view, ... }.
local function hooks(seen)
  local options = {}
  for _, name in ipairs { "on_request", "on_response", "on_retry" } do
    options[name] = function(...)
      seen[#seen + 1] = { name, ... }
    end
  end
  return options
end

local function names(seen)
  local list = {}
  for i, entry in ipairs(seen) do
    list[i] = entry[1]:match("^on_(.*)$")
  end
  return table.concat(list, " ")
end

--- Everything that can be printed of a value.
local function dump(value, into, done)
  into, done = into or {}, done or {}
  if type(value) == "table" and not done[value] then
    done[value] = true
    for k, v in pairs(value) do
      dump(k, into, done)
      dump(v, into, done)
    end
  end
  into[#into + 1] = tostring(value)
  return table.concat(into, "\n")
end

describe("hooks", function()
  local v, seen

  local function client(answers, options)
    local settings = hooks(seen)
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    local requests
    settings.transport, requests = timeline.script(answers)
    return v:client(settings), requests
  end

  before_each(function()
    v, seen = timeline.new { chance = 0.5 }, {}
  end)

  it("are called once for each attempt, and before each further one", function()
    local okta = client { { status = 502, headers = { ["X-Okta-Request-Id"] = "req-1" } }, "reset by peer", OK }
    assert(okta:get_user "u")
    assert.equal("request response retry request response retry request response", names(seen))
    local url = "https://service.test/api/v1/users/u"
    assert.same({ operation = "get_user", method = "GET", url = url, attempt = 1, status = 502,
      request_id = "req-1" }, seen[2][2])
    assert.same({ "on_retry", seen[2][2], 0.25, "gateway failure" }, seen[3])
    assert.same({ operation = "get_user", method = "GET", url = url, attempt = 2, reason = "reset by peer" },
      seen[5][2])
    assert.same({ "on_retry", seen[5][2], 0.5, "lost connection" }, seen[6])
    assert.same({ operation = "get_user", method = "GET", url = url, attempt = 3, status = 200,
      request_id = "req-ok" }, seen[8][2])
  end)

  it("see the request that goes out, with its retry lines", function()
    local okta, requests = client { { status = 503, headers = { ["X-Okta-Request-Id"] = "req-1" } }, OK }
    assert(okta:update_user("u", { profile = { nickName = "N" } }))
    for i, at in ipairs { 1, 4 } do
      local view = seen[at][2]
      assert.equal("PUT", view.method)
      assert.equal(requests[i].url, view.url)
      assert.same(json.decode(requests[i].body), json.decode(view.body))
      for name, value in pairs(requests[i].headers) do
        assert.equal(name == "Authorization" and "SSWS ***" or value, view.headers[name])
      end
    end
    assert.equal("1", wire.header(seen[4][2], "X-Okta-Retry-Count"))
    assert.equal("req-1", wire.header(seen[4][2], "X-Okta-Retry-For"))
  end)

  it("are not told of a retry that is refused or cannot be", function()
    local okta = client({ { status = 502 } }, { on_wait = function() return false end })
    okta:get_user "u"
    assert.equal("request response", names(seen))
    seen = {}
    okta = client({ { status = 502 } }, { max_retries = 1 })
    okta:get_user "u"
    assert.equal("request response retry request response", names(seen))
    seen = {}
    okta = client { { status = 404 } }
    okta:get_user "u"
    assert.equal("request response", names(seen))
  end)

  it("are not called for what is not sent", function()
    local okta = client { OK }
    assert.is_nil((okta:get_user "a/b"))
    assert(okta:get_user("u", { dry_run = true }))
    assert.is_nil((okta:get_user("u", { deadline = 1 })))
    okta:close()
    assert.is_nil((okta:get_user "u"))
    assert.equal("", names(seen))
  end)

  it("see a renewed token's second attempt, without a retry", function()
    local n = 0
    local okta = client({ { status = 401 }, OK }, { token = function()
      n = n + 1
      return "canary-token-" .. n
    end })
    assert(okta:get_user "u")
    assert.equal("request response request response", names(seen))
    assert.is_nil(dump(seen):find("canary", 1, true))
  end)

  it("see every page of a list, and the calls for a token", function()
    local next_page = { Link = '<https://service.test/api/v1/users?after=2>; rel="next"' }
    local okta = client { replayed.json('[{"id":"1"}]', 200, next_page), replayed.json '[{"id":"2"}]' }
    assert.equal(2, #assert(okta:list_users():all()))
    assert.equal("request response request response", names(seen))
    assert.equal("https://service.test/api/v1/users?after=2", seen[4][2].url)
    seen = {}
    local knetik = client({ replayed.json '{"access_token":"canary-1","refresh_token":"canary-2","expires_in":60}',
      replayed.json '{"id":1}' }, { service = "knetik", client_id = "c", client_secret = "canary-3" })
    assert(knetik:get_user(1))
    assert.equal("request response request response", names(seen))
    assert.equal("***", seen[1][2].body)
    assert.equal("token", seen[2][2].operation)
    assert.is_nil(dump(seen):find("canary", 1, true))
  end)

  it("may raise anything without breaking the call", function()
    for _, value in ipairs { "an error", { 1 }, 42, false } do
      local function bug()
        error(value)
      end
      local okta = client({ { status = 502 }, OK }, { on_request = bug, on_response = bug, on_retry = bug,
        on_wait = bug })
      local user, meta = okta:get_user "u"
      assert.equal("u", user.id)
      assert.equal(2, meta.attempts)
    end
    local function nothing()
      error()
    end
    local okta = client({ { status = 502 }, OK }, { on_request = nothing, on_response = nothing, on_retry = nothing })
    assert(okta:get_user "u")
  end)

  it("may change their view without changing the call", function()
    local okta, requests = client({ { status = 502 }, OK }, { on_request = function(view)
      view.url, view.method, view.body = "https://evil.test", "DELETE", "x"
      for name in pairs(view.headers) do
        view.headers[name] = nil
      end
      view.headers.Evil = "1"
    end, on_response = function(view)
      view.status = 200
    end })
    assert(okta:get_user "u")
    for _, request in ipairs(requests) do
      assert.equal("GET", request.method)
      assert.equal("https://service.test/api/v1/users/u", request.url)
      assert.is_nil(request.headers.Evil)
      assert.equal("SSWS 00token-of-the-spec", request.headers.Authorization)
    end
  end)

  it("may yield where the call runs in a coroutine", function()
    local function pause(...)
      coroutine.yield((...))
    end
    local okta = client({ { status = 502 }, OK }, { on_request = pause, on_response = pause, on_retry = pause,
      on_wait = pause })
    local user
    local thread = coroutine.create(function()
      user = okta:get_user "u"
    end)
    local stops = 0
    while coroutine.status(thread) ~= "dead" do
      assert(coroutine.resume(thread))
      stops = stops + 1
    end
    -- 2 requests, 2 responses, a retry and a wait, and the end
    assert.equal(7, stops)
    assert.equal("u", user.id)
  end)

  it("may make calls of their own", function()
    local inner = v:client { transport = timeline.script { OK } }
    local okta = client({ OK }, { on_request = function()
      assert(inner:get_user "other")
    end })
    assert(okta:get_user "u")
  end)

  it("never see a secret", function()
    local answers = {
      -- a service that quotes what it was sent, wherever it can
      function(request)
        local quoted = request.headers.Authorization .. " " .. (request.body or "")
        return { status = 502, headers = { ["X-Okta-Request-Id"] = quoted, ["X-Quoted"] = quoted }, body = quoted }
      end,
      function(request)
        return nil, "lost while sending " .. request.headers.Authorization .. " " .. request.body
      end,
      OK,
    }
    local okta = client(answers, { token = "canary-token" })
    local body = { profile = { login = "a@b.test" }, credentials = { password = { value = "canary-password" },
      recovery_question = { question = "q", answer = "canary-answer" } } }
    okta:update_user("u", body, { headers = { Cookie = "canary-cookie", ["X-Api-Key"] = "canary-key" } })
    assert.equal("request response retry request response retry request response", names(seen))
    local text = dump(seen)
    assert.is_nil(text:find("canary", 1, true), text)
    assert.matches("***", text, 1, true)
    -- and none for whoever is asked to wait
    seen = {}
    okta = client({ answers[1], OK }, { token = "canary-token", on_wait = function(...)
      seen[#seen + 1] = { ... }
    end })
    okta:update_user("u", body)
    assert.is_nil(dump(seen):find("canary", 1, true))
  end)
end)

local control = require "spec.support.control"
local json = require "roster.json"
local raw = require "spec.support.raw"
local serve = require "roster.sandbox.serve"

describe("three services over HTTP #nginx", function()
  local server, okta, jumpcloud, knetik
  setup(function()
    server = serve.start{
      users = 5,
      rate_limit = false,
      jumpcloud = { organizations = 7, api_key = "it's $ecret" },
      knetik = { users = 9, token_lifetime = 60 },
    }
    okta, jumpcloud, knetik = server.okta, server.jumpcloud, server.knetik
  end)
  teardown(function()
    server:stop()
  end)
  before_each(function()
    for _, service in ipairs{ okta, jumpcloud, knetik } do
      control.clear_faults(service)
      control.clear_counts(service)
    end
  end)

  local function me(more)
    local request = { url = okta.url .. "/api/v1/users/me",
      headers = { Authorization = "SSWS " .. okta.token } }
    for name, value in pairs(more or {}) do
      request[name] = value
    end
    return request
  end

  local function get(service, path)
    local headers = service == jumpcloud and
      { ["x-api-key"] = jumpcloud.api_key } or
      { Authorization = "Bearer " .. service.token }
    local status, body = raw.request{ url = service.url .. path,
      headers = headers }
    return status, json.decode(body)
  end

  it("are each at an address of their own", function()
    assert.equal(server.url, okta.url)
    assert.equal(server.token, okta.token)
    assert.equal(200, (raw.request(me())))
    local status, list = get(jumpcloud, "/organizations")
    assert.equal(200, status)
    assert.equal(7, list.totalCount)
    local user
    status, user = get(knetik, "/users/me")
    assert.equal(200, status)
    assert.equal(knetik.username, user.username)
    -- No one's paths lead to another.
    assert.equal(404, (get(jumpcloud, "/v1/users/me")))
    assert.equal(404, (get(knetik, "/api/organizations")))
    assert.equal(404, (raw.request(me{ url = okta.url .. "/users/me" })))
  end)

  it("are opened with what the server says", function()
    assert.equal("it's $ecret", jumpcloud.api_key)
    local status, body, headers = raw.request{ method = "PUT",
      url = jumpcloud.url .. "/users/" .. jumpcloud.administrator,
      headers = { ["x-api-key"] = jumpcloud.api_key,
        ["x-org-id"] = jumpcloud.organization,
        ["Content-Type"] = "application/json" },
      body = '{"firstname":""}' }
    assert.equal(200, status)
    assert.equal("", json.decode(body).firstname)
    assert.equal("application/json", headers["content-type"][1])
    local form = "grant_type=client_credentials&client_id=" ..
      knetik.client_id .. "&client_secret=" .. knetik.client_secret
    status, body = raw.request{ method = "POST",
      url = knetik.url .. "/oauth/token", body = form, headers = {
        ["Content-Type"] = "application/x-www-form-urlencoded" } }
    assert.equal(200, status)
    local answer = json.decode(body)
    assert.equal(60, answer.expires_in)
    local function tags()
      return (raw.request{ url = knetik.url .. "/users/1/tags",
        headers = { Authorization = "Bearer " .. answer.access_token } })
    end
    assert.equal(200, tags())
    control.revoke_tokens(knetik)
    assert.equal(401, tags())
    assert.equal(1, control.counts(knetik).token_fetches)
  end)

  it("say how a shell is to say so", function()
    for _, service in ipairs{ okta, jumpcloud, knetik } do
      local pipe = io.popen(service.environment .. " env")
      local seen = pipe:read("*a")
      pipe:close()
      assert.is_truthy(seen:find("=" .. service.url .. "\n", 1, true))
      for _, name in ipairs{ "api_key", "client_id", "client_secret" } do
        assert.is_truthy(seen:find("=" .. (service[name] or "") .. "\n", 1,
          true) or not service[name], name)
      end
    end
  end)

  -- fault, whether the head comes, bytes of the body promised and sent
  local USER = { status = 200, body = ("x"):rep(1000) }
  local function with(more)
    local spec = { close = more }
    for name, value in pairs(USER) do
      spec[name] = value
    end
    return spec
  end
  for _, row in ipairs{
    { "before", with("before") }, { "reset", with("reset") },
    { "after the headers", with("after_headers"), 1000, 0 },
    { "in the body", with("mid_body"), 1000, 500 },
    { "after the headers of nothing", { status = 204,
      close = "after_headers" }, 1034, 0 },
    { "in the body of nothing", { status = 200, close = "mid_body" }, 1034,
      517 },
  } do
    it("close " .. row[1], function()
      control.fault(okta, row[2])
      local text, reset = raw.exchange(okta.port, (raw.bytes(me())))
      local status, body, headers = raw.answer(text)
      assert.equal(row[2].close == "reset", reset)
      if row[3] then
        assert.equal(200, status)
        assert.equal(row[3], tonumber(headers["content-length"][1]))
        assert.equal(row[4], #body)
      else
        assert.equal("", text)
      end
      assert.equal(200, (raw.request(me())))
      local counts = control.counts(okta)
      assert.equal(1, counts.closed)
      assert.equal(2, counts.requests.get_user)
    end)
  end

  it("close a connection that was good before", function()
    control.fault(okta, { close = "before", skip = 1 })
    local kept = raw.bytes(me{ close = false })
    local text, reset = raw.exchange(okta.port, kept .. kept .. kept)
    assert.is_false(reset)
    assert.equal(1, select(2, text:gsub("HTTP/1%.1 200", "")))
    local _, body, headers = raw.answer(text)
    assert.equal(tonumber(headers["content-length"][1]), #body)
  end)

  it("lose answers to what was done, and refuse what was not", function()
    local function tag(value)
      return (raw.request{ method = "POST", url = knetik.url ..
        "/users/9/tags", body = '{"value":"' .. value .. '"}', headers = {
          Authorization = "Bearer " .. knetik.token,
          ["Content-Type"] = "application/json" } })
    end
    local path = "/users/9/tags"
    control.fault(knetik, { path = path, method = "POST", close = "before",
      apply = true })
    control.fault(knetik, { path = path, method = "POST", status = 503 })
    assert.is_nil(tag("lost"))
    assert.equal(503, tag("refused"))
    assert.equal(200, tag("done"))
    assert.same({ "beta", "lost", "done" }, select(2, get(knetik, path)))
    local counts = control.counts(knetik, true)
    assert.equal(3, counts.requests.add_user_tag)
    assert.equal(2, counts.effects.add_user_tag)
    assert.equal(2, counts.targets["POST " .. path])
    assert.is_nil(control.counts(knetik).targets)
  end)

  it("are slow when told so", function()
    control.fault(jumpcloud, { delay = 0.6 })
    local pipe = io.popen("date +%s.%N")
    local from = tonumber(pipe:read("*l"))
    pipe:close()
    assert.equal(200, (get(jumpcloud, "/organizations")))
    pipe = io.popen("date +%s.%N")
    local to = tonumber(pipe:read("*l"))
    pipe:close()
    assert.is_true(to - from >= 0.6)
  end)

  it("answer with the headers of a fault", function()
    control.fault(okta, { status = 429, body = { errorCode = "E0000047" },
      headers = { ["X-Rate-Limit-Reset"] = { "@now+5", "1" },
        ["Retry-After"] = "@date+5" } })
    local status, body, headers = raw.request(me())
    assert.equal(429, status)
    assert.equal("E0000047", json.decode(body).errorCode)
    assert.equal(2, #headers["x-rate-limit-reset"])
    assert.equal("1", headers["x-rate-limit-reset"][2])
    assert.is_true(math.abs(os.time() + 5 -
      tonumber(headers["x-rate-limit-reset"][1])) < 5)
    assert.is_truthy(headers["retry-after"][1]:find("GMT$"))
  end)

  it("strike at random alike in process and over HTTP", function()
    local instance = require("roster.sandbox").knetik{ users = 9 }
    local spec = { rate = 0.3, seed = 5, status = 502 }
    instance:fault(spec)
    control.fault(knetik, spec)
    local url = "/users/1"
    for i = 1, 25 do
      local expected = instance:handle{ method = "GET",
        url = instance.url .. url, headers = {} }.status
      assert.equal(expected, (get(knetik, url)), "request " .. i)
    end
  end)

  it("tell of their mails", function()
    assert.equal(200, (raw.request{ url = jumpcloud.url ..
      "/users/reactivate/" .. jumpcloud.administrator,
      headers = { ["x-api-key"] = jumpcloud.api_key } }))
    local mails = control.mails(jumpcloud)
    assert.equal(jumpcloud.administrator, mails[#mails].administrator)
    assert.equal(1, control.counts(jumpcloud).mails)
  end)

  for _, row in ipairs{
    { "POST", "faults", "{", 400 }, { "POST", "faults", "", 400 },
    { "POST", "faults", "5", 400 }, { "POST", "faults", '{"x":1}', 400 },
    { "POST", "faults", '{"status":null}', 400 },
    { "PUT", "faults", "{}", 404 }, { "GET", "faults", nil, 404 },
    { "GET", "nothing", nil, 404 },
    { "DELETE", "../jumpcloud/tokens", nil, 404 },
    { "GET", "../okta/counts", nil, 200 },
  } do
    it("are scripted carefully: " .. row[1] .. " " .. row[2] .. " " ..
      (row[3] or ""), function()
        assert.equal(row[4], (control.send(okta, row[1], row[2], row[3])))
        assert.equal(200, (raw.request(me())))
      end)
  end

  it("cannot be scripted by their clients", function()
    for _, path in ipairs{ "/okta/faults", "/okta/counts", "/_sandbox/faults",
      "/knetik/counts", "/jumpcloud/mails", "/" } do
      for _, service in ipairs{ okta, jumpcloud, knetik } do
        for _, method in ipairs{ "GET", "POST", "DELETE" } do
          local status = raw.request{ method = method, body = "{}",
            url = "http://127.0.0.1:" .. service.port .. path }
          assert.equal(404, status)
        end
      end
    end
    assert.is_nil(control.counts(okta).requests.get_user)
  end)

  it("log no error", function()
    for line in server:log():gmatch("[^\n]+") do
      assert.is_truthy(line:find("[warn]", 1, true), line)
    end
  end)
end)

describe("the options of served services #nginx", function()
  it("are refused when unknown, wrong, or no data", function()
    for _, row in ipairs{
      { { jumpcloud = { organisations = 3 } }, "organisations" },
      { { knetik = { users = "3" } }, "users" },
      { { knetik = { now = os.time } }, "function" },
      { { okta = { users = 3 } }, "okta" },
    } do
      local ok, why = pcall(serve.start, row[1])
      assert.is_false(ok)
      assert.is_truthy(tostring(why):find(row[2], 1, true), why)
    end
  end)

  it("of TLS give each service a port for it", function()
    local server = serve.start{ users = 2, tls = true }
    finally(function()
      server:stop()
    end)
    local seen = {}
    for _, name in ipairs{ "okta", "jumpcloud", "knetik" } do
      local url = server[name].tls_url
      local port = url:match("^https://127%.0%.0%.1:(%d+)")
      assert.is_nil(seen[port])
      seen[port] = true
      local pipe = io.popen("printf 'GET / HTTP/1.1\\r\\nHost: localhost" ..
        "\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -quiet " ..
        "-verify_return_error -servername localhost -CAfile " .. server.ca ..
        " -connect 127.0.0.1:" .. port .. " 2>/dev/null")
      local text = pipe:read("*a")
      pipe:close()
      assert.is_truthy(text:find("^HTTP/1%.1 404"), text)
    end
    assert.equal(server.okta.tls_url, server.tls_url)
  end)

  it("of a port give the others those behind it", function()
    local probe = serve.start{ users = 2 }
    local port = probe.port
    probe:stop()
    -- Somebody else may take one of the four meanwhile; then try further on.
    local ok, server
    for step = 0, 5 do
      ok, server = pcall(serve.start, { users = 2, port = port + step * 10 })
      if ok then
        break
      end
    end
    assert.is_true(ok, server)
    finally(function()
      server:stop()
    end)
    assert.equal(server.okta.port + 1, server.jumpcloud.port)
    assert.equal(server.okta.port + 2, server.knetik.port)
    assert.equal("http://127.0.0.1:" .. server.okta.port + 3,
      server.control)
  end)
end)

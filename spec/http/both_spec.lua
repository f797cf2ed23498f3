-- The two transports on the same bytes: one table, one outcome.
local alone = require "spec.support.alone"
local cases = require "spec.support.wire_cases"
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local LIST = "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n"

describe("an answer, byte by byte,", function()
  local upstream, host

  setup(function()
    upstream = nginx.start {
      server = "reset_timedout_connection off;",
      locations = {
        ["/"] = cases.location,
        ["= /api/v1/users"] = ([[
          ngx.req.read_body()
          local sock = assert(ngx.req.socket(true))
          if ngx.var.arg_after then
            sock:send("%sContent-Length: 10\r\n\r\n[{\"id\":2}]")
          else
            sock:send("%sTransfer-Encoding: chunked\r\n\r\na\r\n[{\"id\":1}]\r\n0\r\n"
              .. "Link: <http://127.0.0.1:" .. ngx.var.server_port .. "/api/v1/users?after=x>; rel=\"next\"\r\n"
              .. "X-Rate-Limit-Limit: 600\r\nX-Rate-Limit-Remaining: 0\r\nX-Rate-Limit-Reset: 9999999999\r\n"
              .. "X-Okta-Request-Id: trailer\r\nRetry-After: 99\r\n\r\n")
          end
          ngx.exit(444)
        ]]):format(LIST, LIST),
      },
    }
    host = inside.start { http = "lua_socket_log_errors off;" }
  end)

  teardown(function()
    host:stop()
    upstream:stop()
  end)

  local function compare(outcomes)
    local wrong = {}
    for i, case in ipairs(cases.cases) do
      if outcomes[i] ~= case[3] then
        wrong[#wrong + 1] = case[1] .. ": " .. tostring(outcomes[i]) .. " instead of " .. case[3]
      end
    end
    assert.same({}, wrong)
  end

  it("means the same over libcurl, on a new handle and on one that was used", function()
    local settings = { url = upstream.url, ca = alone(), token = "t", max_retries = 0, governor = false, timeout = 20,
      max_response = 1024 * 1024 }
    local kept = roster.okta(settings)
    local outcomes, on_new = {}, {}
    for i in ipairs(cases.cases) do
      local value, _, detail = kept:get_user(tostring(i))
      outcomes[i] = cases.outcome(value, detail)
      settings.ca = alone()
      local fresh = roster.okta(settings)
      value, _, detail = fresh:get_user(tostring(i))
      on_new[i] = cases.outcome(value, detail)
      fresh:close()
    end
    kept:close()
    compare(outcomes)
    compare(on_new)
  end)

  for _, transport in ipairs { "cosockets", "libcurl" } do
    it("means the same inside nginx over " .. transport, function()
      compare((host:run([[
        local cases = require "spec.support.wire_cases"
        local okta = roster.okta { url = arg.url, token = "t", max_retries = 0, governor = false, timeout = 20,
          max_response = 1048576, transport = arg.transport }
        local outcomes = {}
        for i in ipairs(cases.cases) do
          local value, _, detail = okta:get_user(tostring(i))
          outcomes[i] = cases.outcome(value, detail)
        end
        return outcomes
      ]], { url = upstream.url, transport = transport == "libcurl" and "curl" or nil })))
    end)
  end

  it("leaves an unsafe call ambiguous unless it is a value or an error of the service's, over both", function()
    local code = [[
      local cases = require "spec.support.wire_cases"
      local okta = roster.okta { url = arg.url, token = "t", max_retries = 0, governor = false, timeout = 20,
        max_response = 1048576, transport = arg.transport }
      local wrong = {}
      for i, case in ipairs(cases.cases) do
        -- the connection of the case before may be closed by now, or be in a moment
        assert(okta:get_user "good")
        local value, _, detail = okta:partial_update_user(tostring(i), { profile = { a = 1 } })
        local lost = case[3] == "protocol" or case[3] == "transport"
        if (value == nil and detail.ambiguous) ~= lost then wrong[#wrong + 1] = case[1] end
      end
      return wrong
    ]]
    for _, transport in ipairs { false, "curl" } do
      assert.same({}, (host:run(code, { url = upstream.url, transport = transport or nil })))
    end
    local chunk = assert((rawget(_G, "loadstring") or load)("local roster, arg = ...\n" .. code))
    assert.same({}, chunk(roster, { url = upstream.url }))
  end)

  it("says nothing in its trailers: neither a next page nor a limit, over both", function()
    local code = [[
      local okta = roster.okta { url = arg.url, token = "t", max_retries = 0, timeout = 20, transport = arg.transport }
      local list = okta:list_users()
      local page, meta = list:page()
      local limits = okta:limits()["/api/v1/users"]
      return { #page, #list:all(), meta.request_id or "none", meta.headers["retry-after"] or "none",
        limits and limits.remaining or "none", meta.rate and meta.rate.remaining or "none" }
    ]]
    local expected = { 1, 1, "none", "none", "none", "none" }
    assert.same(expected, (host:run(code, { url = upstream.url })))
    assert.same(expected, (host:run(code, { url = upstream.url, transport = "curl" })))
    local chunk = assert((rawget(_G, "loadstring") or load)("local roster, arg = ...\n" .. code))
    assert.same(expected, chunk(roster, { url = upstream.url }))
  end)
end)

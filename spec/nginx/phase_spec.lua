-- Every phase of nginx: a call works, or says at once where it would.
local control = require "spec.support.control"
local inside = require "spec.support.inside"
local json = require "roster.json"
local serve = require "roster.sandbox.serve"

-- Keeps what a call came to in the shared dict, under the phase's name.
local SETUP = [[
  local roster = require "roster"
  local json = require "roster.json"
  -- the constructor works here, where nothing can be asked
  package.loaded.spec_client = roster.okta { url = "%s", token = "%s" }
  package.loaded.spec_note = function(name)
    local ok, user, message, detail = pcall(function()
      return package.loaded.spec_client:request { path = "/api/v1/users", query = { limit = 1 } }
    end)
    local said = not ok and "raised: " .. tostring(user) or user and "ok" or detail.kind .. ": " .. message
    ngx.shared.notes:set(name, said)
  end
]]

local function note(name)
  return 'package.loaded.spec_note("' .. name .. '")'
end


describe("in the phase", function()
  local services, host

  setup(function()
    services = serve.start { users = 5, rate_limit = false }
    local setup_code = SETUP:format(services.okta.url, services.okta.token)
    host = inside.start {
      http = "lua_shared_dict notes 64k; init_by_lua_block {\n" .. setup_code .. note("init") .. "\n}\n"
        .. "exit_worker_by_lua_block { " .. note("exit_worker") .. ' ngx.log(ngx.WARN, "exit_worker said: ", '
        .. 'ngx.shared.notes:get("exit_worker")) }'
        .. [[ upstream balanced { server 0.0.0.1; balancer_by_lua_block { ]] .. note("balancer")
        .. [[ ngx.exit(500) } } ]],
      worker_init = note("init_worker") .. [[
        ngx.timer.at(0, function() ]] .. note("timer") .. [[ end)
      ]],
      tls = true,
      server = "ssl_certificate_by_lua_block { " .. note("ssl_certificate") .. [[ }
        location /rewrite { rewrite_by_lua_block { ]] .. note("rewrite") .. [[ ngx.exit(204) } }
        location /access { access_by_lua_block { ]] .. note("access") .. [[ ngx.exit(204) } }
        location /set { set_by_lua_block $x { ]] .. note("set") .. [[ return 1 } return 204; }
        location /header_filter { header_filter_by_lua_block { ]] .. note("header_filter") .. [[ } return 204; }
        location /body_filter { body_filter_by_lua_block { ]] .. note("body_filter") .. [[ }
          return 200 "a body"; }
        location /log { log_by_lua_block { ]] .. note("log") .. [[ } return 204; }
        location /balancer { proxy_pass http://balanced; }
      ]],
      locations = {
        ["/content"] = note("content") .. " ngx.exit(204)",
        ["/coroutine"] = "coroutine.wrap(function() " .. note("coroutine") .. " end)() ngx.exit(204)",
        ["/thread"] = "ngx.thread.wait(ngx.thread.spawn(function() " .. note("thread") .. " end)) ngx.exit(204)",
        ["/notes"] = [[
          local all = {}
          for _, name in ipairs(ngx.shared.notes:get_keys()) do all[name] = ngx.shared.notes:get(name) end
          ngx.print(require("roster.json").encode(all))
        ]],
      },
    }
  end)

  teardown(function()
    host:stop()
    services:stop()
  end)

  local function noted(name)
    host:get("/" .. name)
    -- a log phase comes after the answer
    for _ = 1, 40 do
      local text = host:get("/notes"):match("{.*}")
      local said = assert(json.decode(text))[name]
      if said then
        return said
      end
      os.execute("sleep 0.05")
    end
  end

  for _, name in ipairs { "rewrite", "access", "content", "coroutine", "thread", "timer" } do
    it(name .. " a call works", function()
      assert.equal("ok", noted(name))
    end)
  end

  it("ssl_certificate a call works", function()
    os.execute("openssl s_client -connect 127.0.0.1:" .. host.server.tls_url:match("%d+$")
      .. " -servername localhost </dev/null >/dev/null 2>&1")
    assert.equal("ok", noted("ssl_certificate"))
  end)

  local REFUSED = {
    init = "init_by_lua: call from a timer, which init_worker_by_lua can start: ngx.timer.at(0, ...)",
    init_worker = "init_worker_by_lua: call from a timer: ngx.timer.at(0, ...)",
    set = "set_by_lua: call from a timer: ngx.timer.at(0, ...)",
    header_filter = "header_filter_by_lua: call from a timer: ngx.timer.at(0, ...)",
    body_filter = "body_filter_by_lua: call from a timer: ngx.timer.at(0, ...)",
    log = "log_by_lua: call from a timer: ngx.timer.at(0, ...)",
    balancer = "balancer_by_lua: call from a timer: ngx.timer.at(0, ...)",
  }
  for name, words in pairs(REFUSED) do
    it(name .. " a call says where it would work", function()
      assert.equal("transport: okta request: nginx cannot wait in " .. words, noted(name))
    end)
  end

  it("exit_worker a call says that it is too late", function()
    host.server:signal("HUP")
    local found
    for _ = 1, 60 do
      found = host.server:log():match("exit_worker said: ([^\n]*)")
      if found then
        break
      end
      os.execute("sleep 0.05")
    end
    assert.matches("^transport: okta request: nginx cannot wait in exit_worker_by_lua: no timer runs", found)
  end)

  it("that cannot wait nothing was sent", function()
    control.clear_counts(services.okta)
    for name in pairs(REFUSED) do
      noted(name)
    end
    assert.same({}, control.counts(services.okta).requests)
  end)
end)

describe("where nginx cannot wait,", function()
  local host

  setup(function()
    host = inside.start()
  end)

  teardown(function()
    host:stop()
  end)

  it("a token is asked for rather than waited for, by a transport that does not wait", function()
    local inner, asked, outer = host:run [[
      local asked, over, inner = 0, false, nil
      local knetik = roster.knetik { url = "https://app.knetik.test", client_id = "id", client_secret = "s3cret",
        transport = function(request)
          if not request.url:find("/oauth/token", 1, true) then
            return { status = 200, body = '{"id":1}' }
          end
          asked = asked + 1
          if asked == 1 then
            repeat ngx.sleep(0.001) until over
          end
          return { status = 200, body = '{"access_token":"t' .. asked .. '","expires_in":3600}' }
        end }
      local thread = ngx.thread.spawn(function() return knetik:get_user(1) end)
      local _ = ("x"):gsub("x", function() inner = assert(knetik:get_user(1)).id end)
      over = true
      return inner, asked, assert(select(2, ngx.thread.wait(thread))).id
    ]]
    assert.same({ 1, 2, 1 }, { inner, asked, outer })
  end)

  it("what a light thread raises is raised", function()
    local run, within, later = host:run [[
      local thread = require "roster.nginx.thread"
      local function fail() error("at once", 0) end
      local function fail_later() ngx.sleep(0.001) error("later", 0) end
      return select(2, pcall(thread.run, fail)), select(2, pcall(thread.within, 10, fail)),
        select(2, pcall(thread.within, 10, fail_later))
    ]]
    assert.same({ "at once", "at once", "later" }, { run, within, later })
  end)
end)

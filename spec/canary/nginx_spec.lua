-- What nginx writes to its log of calls that fail, over real connections, with
-- everything logged that is not for debugging nginx.
local inside = require "spec.support.inside"
local search = require "spec.canary.search"

-- Says again what it was sent, in the way that the first word below it names.
local ECHO = [[
  local json = require "roster.json"
  ngx.req.read_body()
  local sent = ngx.req.raw_header() .. (ngx.req.get_body_data() or "")
  local line = sent:gsub("%c", " ")
  local way = ngx.var.uri:match("^/echo/(%w+)")
  if way == "summary" then
    ngx.status = 400
    ngx.header.content_type = "application/json"
    ngx.print(json.encode { errorSummary = sent, message = sent, error = sent, error_description = sent })
  elseif way == "title" then
    ngx.status = 502
    ngx.header.content_type = "text/html"
    ngx.print("<title>", sent, "</title>")
  elseif way == "headers" then
    ngx.status = 401
    ngx.header["WWW-Authenticate"] = 'Bearer error_description="' .. line .. '"'
    ngx.header["X-Echo"] = line
    ngx.header["Set-Cookie"] = "CANARY-cookie"
  elseif way == "limited" then
    ngx.status = 429
    ngx.header["Retry-After"] = "7000"
    ngx.print(sent)
  elseif way == "slow" then
    ngx.sleep(2)
  else
    local sock = assert(ngx.req.socket(true))
    local text = ({ garbage = sent, short = "HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" .. sent,
      chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" .. sent,
      field = "HTTP/1.1 200 OK\r\n" .. line .. "\r\n\r\n", nothing = "" })[way]
    sock:send(text)
    ngx.exit(444)
  end
]]

-- Calls every operation of every service in this way; logs what it is told.
local CALLS = [[
  package.path = arg.root .. "/?.lua;" .. package.path
  local plant = require "spec.canary.plant"
  local made = { calls = 0, failed = 0, kinds = {} }
  for _, service in ipairs(plant.services) do
    for _, kind in ipairs(plant.kinds(service)) do
      local client, seen = plant.client(service, kind, nil, { url = arg.url, max_retries = 0, timeout = arg.timeout,
        governor = false })
      for _, op in ipairs(plant.operations(service)) do
        if op.secrets > 0 or not arg.timeout or op.name == "get_user" then
          local value, message, detail = op.run(client)
          made.calls = made.calls + 1
          if value == nil then
            made.failed = made.failed + 1
            made.kinds[detail.kind] = true
            ngx.log(ngx.ERR, message)
            ngx.log(ngx.WARN, tostring(detail))
          end
        end
      end
      for _, view in ipairs(seen) do
        for i = 2, #view do
          ngx.log(ngx.NOTICE, type(view[i]) == "table" and json.encode(view[i]) or tostring(view[i]))
        end
      end
    end
  end
  return made
]]

-- The same of names that no catalog knows, in every place; logs what is shown.
local NAMES = [[
  package.path = arg.root .. "/?.lua;" .. package.path
  local names, places, plant = require "spec.canary.names", require "spec.canary.places", require "spec.canary.plant"
  local search = require "spec.canary.search"
  local client, seen = plant.client("okta", nil, nil, { url = arg.url, max_retries = 0, governor = false })
  local made = { calls = 0, failed = 0, visible = 0 }
  local function log(name, dry_run, _, message, detail)
    made.calls = made.calls + 1
    made.failed = made.failed + (message and 1 or 0)
    ngx.log(ngx.ERR, tostring(message), tostring(detail), tostring(dry_run))
    for i = #seen, 1, -1 do
      ngx.log(ngx.NOTICE, type(seen[i][2]) == "table" and json.encode(seen[i][2]) or "")
      seen[i] = nil
    end
  end
  for i, name in ipairs(names.secret()) do
    -- each name in one of the places: all of them take too long
    local free = places.free[i % #places.free + 1][2]
    local modelled = places.modelled[i % #places.modelled + 1][2]
    local shown = free(name, plant.secret(1))
    shown.dry_run = true
    log(name, client:request(shown), client:request(free(name, plant.secret(1))))
    local body = modelled(name, plant.secret(1))
    log(name, client:create_user(body, { dry_run = true, check = false }),
      client:create_user(body, { check = false }))
  end
  for _, name in ipairs(names.visible) do
    local shown = client:request { method = "POST", path = "/x", body = { [name] = "is-shown-1" }, dry_run = true }
    made.visible = made.visible + (tostring(shown):find("is-shown-1", 1, true) and 1 or 0)
  end
  made.names, made.all_visible = #names.secret(), #names.visible
  return made
]]

-- Lets an error go to nginx as it is.
local RAISE = [[
  package.path = "$ROOT/?.lua;" .. package.path
  local plant = require "spec.canary.plant"
  local numbers = { change_password = 0 }
  for _, op in ipairs(plant.operations "okta") do
    if op.name == ngx.var.arg_op then
      local client = plant.client("okta", "token", nil, { url = ngx.var.arg_url, max_retries = 0 })
      if ngx.var.arg_how == "assert" then
        assert(op.run(client))
      end
      local _, message, detail = op.run(client)
      error(ngx.var.arg_how == "detail" and detail or message)
    end
  end
]]

describe("nginx's log", function()
  local host, root

  setup(function()
    local pipe = io.popen "pwd"
    root = pipe:read "*l"
    pipe:close()
    host = inside.start { log_level = "info", http = "lua_socket_log_errors on;",
      locations = { ["/echo"] = ECHO, ["/raise"] = (RAISE:gsub("%$ROOT", root)) } }
  end)

  teardown(function()
    host:stop()
  end)

  for way, kinds in pairs {
    summary = { "http", "auth" }, title = { "http", "auth" }, headers = { "auth" },
    limited = { "rate_limited", "auth" }, garbage = { "protocol", "auth" }, short = { "transport", "auth" },
    chunked = { "protocol", "auth" },
    field = { "auth" }, nothing = { "transport", "auth" }, slow = { "timeout" }, closed = { "transport" },
  } do
    it("holds no secret of calls to a service that answers: " .. way, function()
      local url = way == "closed" and "http://127.0.0.1:1" or host.server.url .. "/echo/" .. way
      local made = host:run(CALLS, { root = root, url = url, timeout = way == "slow" and 0.05 or nil })
      assert.is_true(made.calls > (way == "slow" and 30 or 200), made.calls)
      assert.equal(made.calls, made.failed)
      for _, kind in ipairs(kinds) do
        assert.is_true(made.kinds[kind], kind)
      end
      local log = host.server:log()
      assert.is_truthy(log:find("okta change_password", 1, true))
      search.value(log, "the log")
    end)
  end

  for _, way in ipairs { "summary", "title", "headers", "garbage" } do
    it("holds none by a name that no catalog knows, from a service that answers: " .. way, function()
      local made = host:run(NAMES, { root = root, url = host.server.url .. "/echo/" .. way })
      assert.equal(2 * made.names, made.calls)
      assert.is_true(made.failed > 0.9 * made.calls)
      assert.equal(made.all_visible, made.visible)
      local log = host.server:log()
      assert.is_truthy(log:find("okta create_user", 1, true))
      search.value(log, "the log")
    end)
  end

  it("holds none of an error that a handler raises", function()
    for _, how in ipairs { "assert", "detail", "message" } do
      for _, op in ipairs { "change_password", "create_user", "get_user" } do
        local _, status = host:get(("/raise?op=%s&how=%s&url=%s/echo/summary"):format(op, how, host.server.url))
        assert.equal(500, status)
      end
    end
    local log = host.server:log()
    assert.is_truthy(log:find("lua entry thread aborted", 1, true))
    search.value(log, "the log")
  end)

  it("shows one that is logged", function()
    host:run("ngx.log(ngx.INFO, arg) return 1", search.MARK)
    assert.has_error(function() search.value(host.server:log(), "the log") end)
  end)
end)

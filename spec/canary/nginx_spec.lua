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

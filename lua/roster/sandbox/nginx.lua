--- Serves the stand-ins over HTTP inside nginx: one worker, one of each.
--
--     init_by_lua_block {
--       require("roster.sandbox.nginx").setup{ users = 2000 }
--     }
--     location / {
--       content_by_lua_block { require("roster.sandbox.nginx").serve("okta") }
--     }
--
-- On a server of its own, which no client of the services is shown:
--
--     location / {
--       content_by_lua_block { require("roster.sandbox.nginx").control() }
--     }
local json = require "roster.json"

local M = {}

local instances, latencies = {}, {}

local FILLER = '{"cut":"' .. ("."):rep(1024) .. '"}'

local function make(service, options)
  local rest = {}
  for name, value in pairs(options or {}) do
    rest[name] = value
  end
  latencies[service], rest.latency = rest.latency, nil
  if not rest.now then
    -- nginx's cached clock has milliseconds; os.time has not.
    rest.now = function()
      return ngx.now()
    end
  end
  instances[service] = require("roster.sandbox")[service](rest)
end

--- Makes the instances; in init_by_lua, so that a mistake stops nginx from
-- starting instead of failing every request.
---@param options? table  of `sandbox.okta`; jumpcloud, knetik: tables of
--- options of those. All three know latency: seconds before each answer,
--- during which a request counts against the concurrency
function M.setup(options)
  local okta = {}
  for name, value in pairs(options or {}) do
    if name ~= "jumpcloud" and name ~= "knetik" then
      okta[name] = value
    end
  end
  make("okta", okta)
  make("jumpcloud", options and options.jumpcloud)
  make("knetik", options and options.knetik)
end

local function read_body()
  ngx.req.read_body()
  local data = ngx.req.get_body_data()
  local path = not data and ngx.req.get_body_file()
  if path then
    local file = assert(io.open(path, "rb"))
    data = file:read("*a")
    file:close()
  end
  return data
end

local function wait(instance, seconds)
  if instance.enter then
    instance:enter()
  end
  ngx.sleep(seconds)
  if instance.leave then
    instance:leave()
  end
end

-- Sends the head, and no or half a body. A body is promised even where there
-- is none, since nothing would be missing otherwise.
local function cut(response)
  local body = response.body
  if not body or #body < 2 then
    body = FILLER
  end
  ngx.status = response.status == 204 and 200 or response.status
  ngx.header["Content-Length"] = #body
  if response.close == "mid_body" then
    ngx.print(body:sub(1, math.floor(#body / 2)))
  else
    ngx.send_headers()
  end
  ngx.flush(true)
  return ngx.exit(ngx.ERROR)
end

local function write(response)
  if response.close == "before" then
    return ngx.exit(ngx.ERROR)
  elseif response.close == "reset" then
    return ngx.exit(444) -- with reset_timedout_connection
  end
  for name, value in pairs(response.headers) do
    ngx.header[name] = value
  end
  if response.close then
    return cut(response)
  end
  ngx.status = response.status
  if response.body then
    ngx.header["Content-Length"] = #response.body
    ngx.print(response.body)
  elseif response.status ~= 204 then
    ngx.header["Content-Length"] = 0
  end
  return ngx.exit(ngx.OK)
end

--- Answers the current request.
---@param service? string  "okta"
function M.serve(service)
  service = service or "okta"
  local instance = instances[service]
  local headers = ngx.req.get_headers(0, true)
  -- nginx would judge these itself, by the ETag of the answer.
  for _, name in ipairs{ "If-Match", "If-None-Match", "If-Modified-Since",
    "If-Unmodified-Since", "Range" } do
    ngx.req.clear_header(name)
  end
  local host = ngx.var.http_host or
    ngx.var.server_addr .. ":" .. ngx.var.server_port
  local response = instance:perform{
    method = ngx.req.get_method(),
    url = ngx.var.scheme .. "://" .. host .. ngx.var.request_uri,
    headers = headers,
    body = read_body(),
    framed = true,
  }
  local seconds = (response.delay or 0) + (latencies[service] or 0)
  if seconds > 0 then
    wait(instance, seconds)
  end
  return write(response)
end

local function reply(status, value)
  local body = value and json.encode(value) or nil
  return write{
    status = status,
    headers = { ["Content-Type"] = body and "application/json" },
    body = body,
  }
end

local controls = {}

controls["POST faults"] = function(instance)
  local spec, why = json.decode(read_body() or "")
  if type(spec) ~= "table" then
    return reply(400, { message = why or "not an object" })
  end
  local ok, message = pcall(instance.fault, instance, spec)
  if not ok then
    return reply(400, { message = tostring(message) })
  end
  return reply(204)
end

controls["DELETE faults"] = function(instance)
  instance:clear_faults()
  return reply(204)
end

controls["GET counts"] = function(instance)
  return reply(200, instance:counts{
    targets = ngx.var.arg_targets ~= nil,
  })
end

controls["DELETE counts"] = function(instance)
  instance:clear_counts()
  return reply(204)
end

controls["GET mails"] = function(instance)
  return reply(200, json.array(instance:mails()))
end

controls["DELETE tokens"] = function(instance)
  if not instance.revoke_tokens then
    return reply(404, { message = "the service has no token endpoint" })
  end
  instance:revoke_tokens()
  return reply(204)
end

--- Answers a request that scripts or asks a sandbox: /<service>/ and
--- POST faults (JSON, one of `fault`'s tables), DELETE faults, GET counts
--- (?targets), DELETE counts, GET mails, DELETE tokens.
function M.control()
  local service, what = ngx.var.uri:match("^/(%l+)/(%l+)$")
  local act = controls[ngx.req.get_method() .. " " .. (what or "")]
  if not act or not instances[service] then
    return reply(404, { message = "no such control" })
  end
  return act(instances[service])
end

return M

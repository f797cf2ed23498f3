-- Run by spec/bench/shared: luajit shared_run.lua [seconds [seconds]]
local control = require "spec.support.control"
local inside = require "spec.support.inside"
local json = require "roster.json"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"

local TOKEN_SECONDS, QUOTA_SECONDS = tonumber(arg[1]) or 10, tonumber(arg[2]) or 75
local WORKERS, LIFETIME, LIMIT = 4, 3, 600
-- seconds that the token endpoint takes
local FETCH = 0.2

local bad = false

local function row(ok, what, figures)
  bad = bad or not ok
  print(("  %-44s %s%s"):format(what, figures, ok and "" or "   <- not as it should be"))
end

-- Runs wrk; more to be told to it may be given.
local function load(host, path, connections, seconds, more)
  -- each request on a connection of its own, so that it comes to any worker
  local command = ("wrk -t1 -c%d -d%d -H 'Connection: close' %s %s%s 2>&1"):format(connections, seconds, more or "",
    host.server.url, path)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  assert(text:find("requests in", 1, true), text)
  -- those that wrk leaves in the middle
  os.execute("sleep 0.5")
end

local function start(make)
  return inside.start {
    workers = WORKERS,
    http = ([[
      lua_shared_dict roster 1m;
      lua_shared_dict seen 1m;
      lua_max_running_timers 1024;
      init_by_lua_block { client = %s }
    ]]):format(make),
    locations = {
      ["/call"] = [[
        local seen = ngx.shared.seen
        seen:incr("asked by " .. ngx.worker.pid(), 1, 0)
        local user, meta, detail = client:get_user(arg_id)
        if user then
          seen:incr("done", 1, 0)
          local rate = meta.rate
          if rate then
            seen:incr("window " .. rate.reset, 1, 0)
          end
        else
          seen:incr("failed: " .. detail.kind .. " " .. tostring(detail.status), 1, 0)
        end
        ngx.exit(200)
      ]],
      ["/seen"] = [[
        local json = require "roster.json"
        local all = {}
        for _, key in ipairs(ngx.shared.seen:get_keys(0)) do
          all[key] = ngx.shared.seen:get(key)
        end
        local text = assert(json.encode(all))
        ngx.header.content_length = #text
        ngx.print(text)
      ]],
    },
  }
end

-- What the workers have counted: by name, and failures by kind in one text.
local function seen(host)
  local body, status = host:get "/seen"
  assert(status == 200, tostring(body) .. host.server:log())
  local all, failures, workers = assert(json.decode(body)), {}, 0
  for name, count in pairs(all) do
    if name:find("^failed: ") then
      failures[#failures + 1] = ("%s %d times"):format(name:sub(9), count)
    elseif name:find("^asked by ") then
      workers = workers + 1
    end
  end
  table.sort(failures)
  return all, table.concat(failures, ", "), workers
end

local function complaints(host)
  local text = host:complaints()
  row(text == "", "nginx has logged", text == "" and "nothing" or text:sub(1, 1000))
end

local function tokens()
  local server = serve.start { users = 5, knetik = { token_lifetime = LIFETIME } }
  local knetik = server.knetik
  control.fault(knetik, { path = "/oauth/token", delay = FETCH, times = "forever" })
  local host = start(([[require("roster").knetik { url = %q, client_id = %q, client_secret = %q } arg_id = 1]]):format(
    knetik.url, knetik.client_id, knetik.client_secret))
  print(("tokens of %d s, %d workers, 64 connections, %d s"):format(LIFETIME, WORKERS, TOKEN_SECONDS))
  load(host, "/call", 64, TOKEN_SECONDS)
  local counts, all, failures, workers = control.counts(knetik), seen(host)
  -- each is renewed a tenth of its life before its end
  local most = math.floor((TOKEN_SECONDS + 0.5) / (LIFETIME * 0.9)) + 1
  row(workers == WORKERS and (all.done or 0) > 0, "calls", ("%d, by %d workers"):format(all.done or 0, workers))
  row(counts.token_requests <= most, "token requests", ("%d, at most %d"):format(counts.token_requests, most))
  row(failures == "", "failures", failures == "" and "0" or failures)
  row((counts.statuses["401"] or 0) == 0, "tokens refused", ("%d"):format(counts.statuses["401"] or 0))
  complaints(host)
  host:stop()
  server:stop()
end

local function quota()
  local server = serve.start { users = 5, rate_limit = LIMIT, concurrency = 100000 }
  local okta = server.okta
  local user = served.client(server):list_users():first()
  local host = start(([[require("roster").okta { url = %q, token = %q } arg_id = %q]]):format(okta.url, okta.token,
    user.id))
  print(("%d calls a minute, %d workers, 64 connections, %d s"):format(LIMIT, WORKERS, QUOTA_SECONDS))
  load(host, "/call", 64, QUOTA_SECONDS, "-s spec/bench/nginx_pause.lua")
  local counts, all, failures, workers = control.counts(okta), seen(host)
  row(workers == WORKERS, "workers", ("%d"):format(workers))
  local windows = {}
  for name, count in pairs(all) do
    local reset = name:match("^window (%d+)")
    if reset then
      windows[#windows + 1] = { reset = tonumber(reset), count = count }
    end
  end
  table.sort(windows, function(a, b)
    return a.reset < b.reset
  end)
  for i, window in ipairs(windows) do
    row(window.count <= LIMIT, ("window %d"):format(i), ("%d calls, at most %d"):format(window.count, LIMIT))
  end
  row(#windows >= 1, "calls that reached the service", ("%d"):format(counts.requests.get_user or 0))
  row((counts.statuses["429"] or 0) == 0, "429", ("%d"):format(counts.statuses["429"] or 0))
  print(("  %-44s %s"):format("told to come back later, without being sent", failures))
  complaints(host)
  host:stop()
  server:stop()
end

tokens()
quota()
os.exit(bad and 1 or 0)

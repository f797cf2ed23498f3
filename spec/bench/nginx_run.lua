-- Run by spec/bench/nginx: luajit nginx_run.lua [rounds [seconds]]
local dns = require "spec.support.dns"
local nginx = require "spec.support.nginx"

local ROUNDS, SECONDS = tonumber(arg[1]) or 5, tonumber(arg[2]) or 4
local LATENCY = 0.05
-- connections of the unrelated requests, each some milliseconds after the last
local UNRELATED = 4

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

---------------------------------------------------------------- the servers

-- one of the users of 2 KB that the other figures are about
local document = shell("luajit spec/bench/decode_page.lua 1"):match("^%[(.*)%]$")

local function start_upstream(folder)
  -- from a file: a long string is more than the reader of nginx.conf always takes
  local file = assert(io.open(folder .. "/user", "wb"))
  file:write(document)
  file:close()
  return nginx.start {
    http = ('init_by_lua_block { bench_user = io.open("%s/user", "rb"):read("*a") }'):format(folder),
    locations = {
      ["/api/v1/users/"] = ([[
        ngx.sleep(%g)
        local header = ngx.header
        header.content_type = "application/json"
        header.content_length = %d
        header.x_okta_request_id = "Y2VydGlmaWNhdGU6MTIzNA"
        -- more than any run uses up
        header.x_rate_limit_limit = 10000000
        header.x_rate_limit_remaining = 9900000
        header.x_rate_limit_reset = ngx.time() + 60
        header.cache_control = "no-cache, no-store"
        header.strict_transport_security = "max-age=315360000; includeSubDomains"
        ngx.print(bench_user)
      ]]):format(LATENCY, #document),
    },
  }
end

local TOKEN = "00" .. ("QmVuY2hNYXJr"):rep(4):sub(1, 40)

-- All in one worker; what is measured is the only thing that differs.
local HOST = [[
$main
worker_processes 1;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 4096; }
http {
$http
  access_log off;
  keepalive_requests 1000000;
  lua_socket_buffer_size 64k;
  lua_socket_pool_size 1024;
  resolver $resolver ipv6=off;
  $directives
  init_by_lua_block {
    local roster = require "roster"
    users = {
      hand = require("spec.bench.nginx_by_hand").new("localhost", $upstream, "$token"),
      roster = roster.okta { url = "$url", token = "$token" },
      curl = roster.okta { url = "$url", token = "$token", transport = "curl" },
    }
  }
  server {
    listen 127.0.0.1:$port;
    location = /unrelated { content_by_lua_block { ngx.say("pong") } }
    location ~ ^/(?<by>hand|roster|curl)$ {
      content_by_lua_block {
        local user, message = users[ngx.var.by]:get_user("00u0000000000000001")
        if not user then
          ngx.log(ngx.ERR, message)
          return ngx.exit(500)
        end
        ngx.say(user.profile.login)
      }
    }
  }
}
]]

-- The service has a name, as services do.
local function start_host(upstream, names, directives)
  return nginx.start {
    config = function(place)
      return (HOST:gsub("%$(%l+)", {
        main = place.main, http = place.http, port = ("%d"):format(place.port),
        url = ("http://localhost:%d"):format(upstream.port), upstream = ("%d"):format(upstream.port), token = TOKEN,
        resolver = names.address, directives = directives,
      }))
    end,
  }
end

----------------------------------------------------------------- the runs

local last = tonumber(shell("nproc")) - 1

-- The server's only worker, from now on on that processor.
local function pin(server, processor)
  for _ = 1, 100 do
    local worker = shell(("cat /proc/%s/task/%s/children"):format(server.pid, server.pid)):match("%d+")
    if worker then
      shell(("taskset -acp %d %s"):format(processor, worker))
      return worker
    end
    -- it is about to be forked
    os.execute("sleep 0.05")
  end
  error("nginx has no worker: " .. server:log(), 0)
end

--- Seconds of processor time; finer than the ticks of /proc/PID/stat where the
--- kernel counts them.
local function processor_time(pid)
  local ok, text = pcall(read, "/proc/" .. pid .. "/schedstat")
  local nanoseconds = ok and tonumber(text:match("^%d+")) or 0
  if nanoseconds > 0 then
    return nanoseconds / 1e9
  end
  local user, system = read("/proc/" .. pid .. "/stat"):match("%) " .. ("%S+ "):rep(11) .. "(%d+) (%d+)")
  return (user + system) / tonumber(shell("getconf CLK_TCK"))
end

local UNITS = { us = 1e-3, ms = 1, s = 1e3 }

-- What a wrk has said: requests, rps, and p99 in milliseconds.
local function report(path, host)
  local text = read(path)
  local number, unit = text:match("99%%%s+([%d.]+)(%a+)")
  if not number or text:find("Non%-2xx") or text:find("Socket errors") then
    error(text .. host:log(), 0)
  end
  return {
    requests = tonumber(text:match("(%d+) requests in")),
    rps = tonumber(text:match("Requests/sec:%s+([%d.]+)")),
    p99 = tonumber(number) * UNITS[unit],
  }
end

local has_perf = shell("perf stat -x, -e instructions true 2>&1"):find("^%d+,") ~= nil

--- One run; without a path only the unrelated requests come. Returns what wrk
--- says of either, and what the worker has spent.
local function run(host, folder, path, connections)
  local before = processor_time(host.worker)
  local wrk = ("taskset -c %d wrk -t1 -d%d --timeout 10s --latency "):format(last, SECONDS)
  local command = ("%s -c%d -s spec/bench/nginx_pause.lua %s/unrelated >%s/unrelated"):format(wrk, UNRELATED, host.url,
    folder)
  if path then
    command = ("%s & %s -c%d %s%s >%s/load; wait"):format(command, wrk, connections, host.url, path, folder)
  end
  shell((has_perf and "perf stat -x, -e instructions -p " .. host.worker .. " -o " .. folder .. "/perf " or "")
    .. "sh -c '" .. command .. "'")
  return {
    unrelated = report(folder .. "/unrelated", host),
    load = path and report(folder .. "/load", host),
    seconds = processor_time(host.worker) - before,
    instructions = has_perf and tonumber(read(folder .. "/perf"):match("\n(%d+),")) or 0,
  }
end

--- The figures of one run, by name; of `alone` what an unrelated request costs.
local function measure(host, folder, path, connections, alone)
  local it = run(host, folder, path, connections)
  local function each(name)
    local of_others = it.unrelated.requests * alone[name] / alone.unrelated.requests
    return (it[name] - of_others) / it.load.requests
  end
  return {
    rps = it.load.rps,
    cpu = each("seconds") * 1e6,
    instructions = each("instructions") / 1e3,
    own = it.load.p99,
    unrelated = it.unrelated.p99,
  }
end

-------------------------------------------------------------------- the table

local FIGURES = {
  { "rps", "requests a second", "%.0f", at_least = 0.95 },
  { "cpu", "CPU, us a request", "%.1f", at_most = 1.15 },
  { "instructions", "instructions, 1000s a request", "%.1f" },
  { "own", "p99, ms", "%.1f" },
  { "unrelated", "p99 of an unrelated one, ms", "%.2f", at_most = 1 },
}

local function median(list)
  table.sort(list)
  return (list[math.floor((#list + 1) / 2)] + list[math.ceil((#list + 1) / 2)]) / 2
end

local function gather(rounds, of)
  local list = {}
  for i, round in ipairs(rounds) do
    list[i] = of(round)
  end
  return list
end

-- What the ratio should be, and whether it is, as far as the rounds can tell.
local function judge(figure, ratio, least, greatest)
  local low, high = figure.at_least or 0, figure.at_most or math.huge
  local target = figure.at_least and (">= %.2f"):format(low) or figure.at_most and ("<= %.2f"):format(high) or ""
  if target == "" then
    return "", ""
  elseif ratio >= low and ratio <= high then
    return target, "reached"
  end
  return target, greatest >= low and least <= high and "missed, but within the spread" or "missed"
end

local function line(...)
  print((("%-6s %-30s %9s %9s  %-20s %-8s %s"):format(...):gsub("%s+$", "")))
end

-- A row for each figure of the variant. Only what it is held to is judged.
local function show(connections, rounds, variant, judged)
  for i, figure in ipairs(FIGURES) do
    local name, form = figure[1], figure[3]
    local ratios = gather(rounds, function(round) return round[variant][name] / round.hand[name] end)
    local ratio = median(ratios)
    local target, verdict = "", ""
    if judged then
      target, verdict = judge(figure, ratio, ratios[1], ratios[#ratios])
    end
    -- without perf there are no instructions
    if ratio == ratio then
      line(i == 1 and connections or "", figure[2],
        form:format(median(gather(rounds, function(round) return round.hand[name] end))),
        form:format(median(gather(rounds, function(round) return round[variant][name] end))),
        ("%.3f (%.2f-%.2f)"):format(ratio, ratios[1], ratios[#ratios]), target, verdict)
    end
  end
end

local function compare(host, folder, connections, variants, alone)
  local rounds = {}
  for n = 0, ROUNDS do
    local round = {}
    for i = 1, #variants do
      -- each is first as often as the others
      local variant = variants[(i + n) % #variants + 1]
      round[variant] = measure(host, folder, "/" .. variant, connections, alone)
    end
    -- the first warms up
    rounds[n] = round
  end
  return rounds
end

local folder = shell("mktemp -d"):match("%S+")
local names, upstream, host

-- One nginx, and what is compared in it; `tables` are { variant, title, judged }.
local function section(directives, tables)
  host = start_host(upstream, names, directives)
  host.worker = pin(host, 0)
  local variants = { "hand" }
  for i, it in ipairs(tables) do
    variants[i + 1] = it[1]
  end
  local alone = run(host, folder)
  local seen = {}
  for _, connections in ipairs { 64, 512 } do
    seen[connections] = compare(host, folder, connections, variants, alone)
  end
  host:stop()
  for _, it in ipairs(tables) do
    print("\n" .. it[2])
    line("conns", "", "by hand", "roster", "ratio", it[3] and "target" or "", it[3] and "verdict" or "")
    for _, connections in ipairs { 64, 512 } do
      show(connections, seen[connections], it[1], it[3])
    end
  end
end

local ok, err = pcall(function()
  names = dns.start { "localhost" }
  upstream = start_upstream(folder)
  pin(upstream, last)
  print(("okta:get_user, a user of %d bytes, upstream %g ms; %d rounds of %g s each"):format(#document,
    LATENCY * 1e3, ROUNDS, SECONDS))
  section("", {
    { "roster", "cosockets", true },
    { "curl", 'transport = "curl"' },
  })
  section("lua_shared_dict roster 1m;", { { "roster", "cosockets, with lua_shared_dict roster 1m", true } })
end)
for _, server in ipairs { host or false, upstream or false, names or false } do
  if server then
    server:stop()
  end
end
os.execute("rm -rf " .. folder)
if not ok then
  io.stderr:write(tostring(err), "\n")
end
os.exit(ok and 0 or 1, true)

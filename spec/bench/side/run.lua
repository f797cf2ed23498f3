-- Runs every task with every peer, interleaved, and prints the ratios.
-- usage: lua run.lua folder lua, from the project's root; see spec/bench/side_by_side
local folder, lua = arg[1], arg[2]
local ROUNDS = tonumber(os.getenv "ROUNDS") or 5
local WANTED = os.getenv "FIGURES" or "12345"

local report = require "spec.bench.side.report"
local upstream = require "spec.bench.side.upstream"

local HUNDRED_THOUSAND, TEN_THOUSAND, SLOW, MILLION = 1, 2, 3, 4
local server, urls = upstream.start(folder, {
  { pages = 500, wait = 0 },
  { pages = 50, wait = 0 },
  { pages = 50, wait = 0.05 },
  { pages = 5000, wait = 0 },
})
-- the service on one core, the client on the other
os.execute("for p in $(pgrep -P " .. server.pid .. ") " .. server.pid .. "; do taskset -pc 1 $p; done >/dev/null 2>&1")

local peers = {
  roster = lua .. " spec/bench/side/roster.lua",
  floor = lua .. " spec/bench/side/floor.lua",
  handmade = lua .. " spec/bench/side/handmade.lua",
  okta6 = "env NODE_PATH=" .. folder .. "/okta-6.6.0/node_modules node spec/bench/side/okta.js",
  okta7 = "env NODE_PATH=" .. folder .. "/okta-7.0.1/node_modules node spec/bench/side/okta.js",
  requests = "/usr/bin/python3 spec/bench/side/requests.py",
  multi = folder .. "/multi",
}

local function read(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- wall seconds, CPU seconds, peak KB
local function measure(command)
  local text = read("taskset -c 0 " .. folder .. "/measure " .. command)
  local wall, cpu, rss = text:match("^([%d.]+) ([%d.]+) (%d+)")
  assert(wall, "failed: " .. command)
  return { wall = tonumber(wall), cpu = tonumber(cpu), rss = tonumber(rss) }
end

local function instructions(command)
  local out = folder .. "/callgrind.out"
  local code = os.execute("valgrind --tool=callgrind --callgrind-out-file=" .. out .. " " .. command .. " 2>" .. folder
    .. "/callgrind.log")
  assert(code == true or code == 0, "failed: " .. command)
  local total
  for line in io.lines(out) do
    total = line:match("^totals: (%d+)") or line:match("^summary: (%d+)") or total
  end
  return tonumber(total)
end

local function command(name, task, shape, n, more)
  local url = urls[shape].plain
  return ("%s %s %s '' %d %s"):format(peers[name], task, url, n, more or "")
end

--- Every peer's rounds, interleaved: name -> field -> list.
local function rounds(names, task, shape, n, more)
  local all = {}
  for _ = 1, ROUNDS do
    for _, name in ipairs(names) do
      all[name] = all[name] or { wall = {}, cpu = {}, rss = {} }
      for field, value in pairs(measure(command(name, task, shape, n, more))) do
        table.insert(all[name][field], value)
      end
    end
  end
  return all
end

local function extra(ours, theirs)
  local list = {}
  for i, value in ipairs(ours) do
    list[i] = value - theirs[i]
  end
  return report.median(list)
end

local figures = {}

figures["1"] = function()
  local ours, floor, bare = command("roster", "list", TEN_THOUSAND, 10000),
    command("floor", "list", TEN_THOUSAND, 10000), command("roster", "bare", TEN_THOUSAND, 10000)
  local base = instructions(floor)
  report.row("1 list 10,000: instructions against the floor", instructions(ours) / base, 0.60, "exact")
  report.row("1 ... with links = false", instructions(bare) / base, 0.40, "exact")
  local names = { "roster", "floor", "okta6", "okta7", "handmade", "requests" }
  local all = rounds(names, "list", HUNDRED_THOUSAND, 100000)
  report.ratio("1 list 100,000: CPU against the floor", all.roster.cpu, all.floor.cpu)
  report.ratio("1 ... against okta-sdk-nodejs 6.6.0", all.roster.cpu, all.okta6.cpu, 0.40)
  report.ratio("1 ... against okta-sdk-nodejs 7.0.1", all.roster.cpu, all.okta7.cpu, 0.30)
  report.ratio("1 ... against hand-written Lua with LuaSocket", all.roster.cpu, all.handmade.cpu)
  report.ratio("1 ... against Python requests", all.roster.cpu, all.requests.cpu)
  report.row("1 peak memory over the floor's, MiB", extra(all.roster.rss, all.floor.rss) / 1024, 4, "median")
  report.ratio("1 peak memory against okta-sdk-nodejs 7.0.1", all.roster.rss, all.okta7.rss)
  local small = rounds({ "roster" }, "list", TEN_THOUSAND, 10000)
  report.ratio("1 peak memory, 100,000 against 10,000", all.roster.rss, small.roster.rss, 1.05)
  local large = measure(command("roster", "list", MILLION, 1000000))
  report.ratio("1 peak memory, 1,000,000 against 10,000", { large.rss }, { report.median(small.roster.rss) }, 1.05)
end

figures["2"] = function()
  local names = { "roster", "okta6", "okta7", "handmade", "requests" }
  local all = rounds(names, "work", SLOW, 10000)
  local longer = {}
  for i = 1, ROUNDS do
    longer[i] = 50 * 0.05
  end
  report.ratio("2 list 10,000, 50 ms a page and 30 ms of work: wall against the longer", all.roster.wall, longer, 1.04)
  report.ratio("2 ... against okta-sdk-nodejs 6.6.0", all.roster.wall, all.okta6.wall)
  report.ratio("2 ... against okta-sdk-nodejs 7.0.1", all.roster.wall, all.okta7.wall)
  report.ratio("2 ... against hand-written Lua with LuaSocket", all.roster.wall, all.handmade.wall)
  report.ratio("2 ... against Python requests", all.roster.wall, all.requests.wall)
end

figures["3"] = function()
  for _, over in ipairs { "plain", "tls" } do
    local function per_call(name)
      local ca = over == "tls" and server.ca or "''"
      local url = urls[TEN_THOUSAND][over]
      local function run(n)
        return instructions(("%s get %s %s %d"):format(peers[name], url, ca, n))
      end
      return (run(2100) - run(100)) / 2000
    end
    report.row("3 get_user over " .. (over == "tls" and "TLS" or "HTTP") .. ": instructions a call against the floor",
      per_call("roster") / per_call("floor"), 0.90, "exact")
  end
  local all = rounds({ "roster", "floor", "okta7", "handmade", "requests" }, "get", TEN_THOUSAND, 10000)
  report.ratio("3 10,000 get_user: CPU against the floor", all.roster.cpu, all.floor.cpu)
  report.ratio("3 ... against okta-sdk-nodejs 7.0.1", all.roster.cpu, all.okta7.cpu, 0.20)
  report.ratio("3 ... against hand-written Lua with LuaSocket", all.roster.cpu, all.handmade.cpu)
  report.ratio("3 ... against Python requests", all.roster.cpu, all.requests.cpu)
end

figures["4"] = function()
  for _, concurrency in ipairs { 8, 20 } do
    local all = rounds({ "roster", "multi", "okta7", "requests" }, "life", SLOW, 1000, concurrency)
    local what = ("4 1,000 lifecycle calls of 50 ms, %d at a time: "):format(concurrency)
    report.ratio(what .. "wall against a bare multi loop", all.roster.wall, all.multi.wall, 1.01)
    report.ratio("4 ... CPU against it", all.roster.cpu, all.multi.cpu, 2.5)
    report.ratio("4 ... wall against okta-sdk-nodejs 7.0.1", all.roster.wall, all.okta7.wall)
    report.ratio("4 ... CPU against it", all.roster.cpu, all.okta7.cpu)
    report.ratio("4 ... wall against Python requests", all.roster.wall, all.requests.wall)
  end
end

figures["5"] = function()
  local file = folder .. "/start.lua"

  local function loop(times)
    return ("sh -c 'i=0; while [ $i -lt %d ]; do %s %s; i=$((i+1)); done'"):format(times, lua, file)
  end

  local function write(code)
    local f = assert(io.open(file, "w"))
    f:write(code)
    f:close()
  end

  local function wall_of(code, times)
    write(code)
    return measure(loop(times)).wall / times
  end

  -- by the program's own clock, which counts in microseconds, of which
  -- lua-cjson takes fifty: its start takes five times as long
  local function cpu_of(code, times)
    write(("local t = os.clock() %s print(os.clock() - t)"):format(code))
    local list = {}
    for seconds in read("taskset -c 0 " .. loop(times)):gmatch "%S+" do
      list[#list + 1] = assert(tonumber(seconds))
    end
    assert(#list == times)
    return report.middle(list)
  end

  local url = urls[TEN_THOUSAND].plain
  -- what a client of a real service reads of certificates, and the server's own
  local bundle, tls = folder .. "/bundle.pem", urls[TEN_THOUSAND].tls
  assert(os.execute(("cat /etc/ssl/certs/ca-certificates.crt %s >%s"):format(server.ca, bundle)))
  local cjson, ours, first, bare, first_tls, bare_tls = {}, {}, {}, {}, {}, {}
  for i = 1, ROUNDS do
    cjson[i] = cpu_of('require "cjson"', 300)
    ours[i] = cpu_of('require "roster"', 300)
    first[i] = wall_of(('require("roster").okta{url=%q,token="t"}:get_user("1")'):format(url), 50)
    bare[i] = wall_of(('require("floor").open():get(%q)'):format(url .. "/api/v1/users/1"), 50)
    first_tls[i] = wall_of(('require("roster").okta{url=%q,token="t",ca=%q}:get_user("1")'):format(tls, bundle), 50)
    bare_tls[i] = wall_of(('require("floor").open(%q):get(%q)'):format(bundle, tls .. "/api/v1/users/1"), 50)
  end
  report.ratio('5 require "roster" against require "cjson": CPU', ours, cjson, 2)
  report.ratio("5 start, require and first call against the same with the floor: wall", first, bare, 1.5)
  report.ratio("5 ... over TLS", first_tls, bare_tls, 1.15)
  local strip = "for s in core curl; do strip -o %s/stripped $BUILD/%s/roster/$s.so; cat %s/stripped; done | wc -c"
  local size = tonumber(read(strip:format(folder, _VERSION:match("%d.%d"), folder)))
  report.row("5 both shared objects stripped, KB", size / 1000, 250, "exact")
end

local ok, err = pcall(function()
  for figure in WANTED:gmatch("%d") do
    figures[figure]()
  end
end)
server:stop()
assert(ok, err)

local results = os.getenv "RESULTS"
if results then
  local f = assert(io.open(results, "w"))
  f:write("# Side by side\n\nWritten by `RESULTS=spec/bench/RESULTS.md spec/bench/side_by_side`: ", lua, ", ", ROUNDS,
    " interleaved rounds, the median of their ratios; below 1 is less than the peer needs.\n\n", report.markdown())
  f:close()
end

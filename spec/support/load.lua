-- Programs that send much, against the in-process Okta, in no time at all.
local sandbox = require "roster.sandbox"
local timeline = require "spec.support.timeline"

local M = {}

local function body(n)
  local profile = { login = "u@example.net", email = "u@example.net", firstName = "U", lastName = ("n%d"):format(n) }
  return { profile = profile }
end

--- `count` writes by `workers` at a time (1), each taking `latency` seconds (0).
--- `foreign`: requests a second that others send meanwhile, evenly. Of
--- `options` the rest is the client's. Returns seconds, the sandbox's counts,
--- the client and the timeline.
function M.writes(count, options)
  options = options or {}
  local v = timeline.new()
  v.sleep(options.phase or 1e-3)
  local began = v.now()
  local org = sandbox.okta { users = 3, rate_limit = options.rate_limit or 600, now = v.epoch }
  local settings = options.client or {}
  settings.transport = function(request)
    if options.latency then
      v.sleep(options.latency / 2)
    end
    local response = org:handle(request)
    if options.latency then
      v.sleep(options.latency / 2)
    end
    return response
  end
  settings.url, settings.token = org.url, org.token
  local okta = v:client(settings)
  local id = org.store:load(2).id
  local done, failed, ended, refused = 0, 0, nil, 0
  for _ = 1, options.workers or 1 do
    v:spawn(function()
      while done + failed < count do
        done = done + 1
        local user = okta:update_user(id, body(done))
        if not user then
          done, failed = done - 1, failed + 1
        end
      end
      ended = v.now()
    end)
  end
  if options.foreign then
    v:spawn(function()
      while not ended do
        v.sleep(1 / options.foreign)
        local answer = org:handle { method = "POST", url = org.url .. "/api/v1/users/" .. id,
          body = '{"profile":{"nickName":"f"}}',
          headers = { Authorization = "SSWS " .. org.token, Accept = "application/json",
            ["Content-Type"] = "application/json" } }
        assert(answer.status == 200 or answer.status == 429, answer.status)
        refused = refused + (answer.status == 429 and 1 or 0)
      end
    end)
  end
  v:run()
  return { seconds = ended - began, failed = failed, limited = (org:counts().statuses["429"] or 0) - refused,
    refused_to_others = refused, effects = org:counts().effects.update_user, okta = okta, timeline = v, org = org }
end

--- `count` calls at the same time against an org that lets `concurrency` in;
--- each takes `latency` seconds. Returns the longest that one waited (all its
--- waits together), failures, seconds, and how many were refused on the way.
function M.parallel(count, concurrency, latency, options)
  options = options or {}
  local v = timeline.new()
  local org = sandbox.okta { users = 3, rate_limit = false, concurrency = concurrency, now = v.epoch }
  local settings = { url = org.url, token = org.token, governor = options.governor }
  settings.transport = function(request)
    local response = org:handle(request)
    if response.status ~= 429 then
      org:enter()
      v.sleep(latency)
      org:leave()
    else
      v.sleep(0.005)
    end
    return response
  end
  local waited = {}
  settings.clock = { now = v.now, wall = v.wall, random = v.random, sleep = function(seconds)
    waited[v.current] = (waited[v.current] or 0) + seconds
    v.sleep(seconds)
  end }
  local okta = v:client(settings)
  local id = org.store:load(2).id
  local failed, longest = 0, 0
  for _ = 1, count do
    v:spawn(function()
      for _ = 1, options.each or 1 do
        waited[v.current] = nil
        if not okta:get_user(id) then
          failed = failed + 1
        end
        longest = math.max(longest, waited[v.current] or 0)
      end
    end)
  end
  v:run()
  return { failed = failed, longest = longest, seconds = v:passed(), refused = org:counts().statuses["429"] or 0 }
end

return M

-- An Okta org and a Knetik app in bad weather, in virtual time, each with two
-- clients that share what they know, and a ledger of all that happens.
local core = require "roster.core"
local dice = require "spec.support.week.dice"
local http = require "roster.sandbox.http"
local ledger = require "spec.support.week.ledger"
local memory = require "roster.store.memory"
local roster = require "roster"
local sandbox = require "roster.sandbox"
local states = require "roster.client.state"
local timeline = require "spec.support.timeline"
local weather = require "spec.support.week.weather"

local M = {}

local pack = table.pack or function(...) -- luacheck: ignore 143
  return { n = select("#", ...), ... }
end
local unpack = table.unpack or unpack -- luacheck: ignore 143

local LIMITS = { users = 30, user = 60, get = 60, other = 60 }
local CONCURRENCY = 4
local LIFETIME = 3600

local methods = {}
local mt = { __index = methods }

------------------------------------------------------------------- services

--- Notes each window of the org's limits: how many it let in, and whether it
--- turned away one of ours that nobody else's use explains.
local function watch_limits(self, org)
  local take = org.limit.take
  function org.limit.take(limit, bucket)
    local admitted, most, remaining, reset = take(limit, bucket)
    if self.foreign then
      self.crowded_until[bucket] = reset
    elseif not admitted and reset ~= self.crowded_until[bucket] and self.t.now() > self.trusted_from then
      self.overdrawn = self.overdrawn + 1
      self.ledger:fault("more than %d of %s in a minute", most, bucket)
    end
    self.windows = self.windows + (most and remaining == most - 1 and 1 or 0)
    return admitted, most, remaining, reset
  end
end

--- Others use up what is left of a bucket's minute.
function methods:exhaust(bucket)
  self.foreign = true
  repeat
    local admitted = self.okta.org.limit:take(bucket)
  until not admitted
  self.foreign = false
end

local function crowded_headers(now)
  return { ["X-Rate-Limit-Limit"] = "0", ["X-Rate-Limit-Remaining"] = "0",
    ["X-Rate-Limit-Reset"] = ("%d"):format(math.floor(now) + 60), Date = http.date(now) }
end

--- How many requests the service is at work on.
local function at_work(service, now)
  local n = 0
  for request, ends in pairs(service.open) do
    if ends <= now then
      service.open[request] = nil
    else
      n = n + 1
    end
  end
  return n
end

--- The service gets the request: what it answers, and whether it has done
--- something.
local function serve(service, request, row, seconds)
  local now = service.now()
  service.org.in_flight = at_work(service, now)
  local response = service.org:serve(request)
  service.served = service.served + 1
  if response.status ~= 429 then
    service.open[request] = now + seconds
  elseif response.headers["X-Rate-Limit-Limit"] == "0" then
    service.crowded = service.crowded + 1
  end
  return response, response.status < 300 and row ~= nil and row.retry ~= "safe"
end

local function answer_of(fate, service)
  local headers = { Date = http.date(service.now()) }
  for name, value in pairs(fate.crowded and crowded_headers(service.now()) or fate.headers or {}) do
    headers[name] = value
  end
  return { status = fate.status, headers = headers }
end

--------------------------------------------------------------------- mishaps

-- As if nobody held the coroutine any more.
local function forget(self, thread)
  for i, sleeper in ipairs(self.t.sleepers) do
    if sleeper.thread == thread then
      table.remove(self.t.sleepers, i)
      break
    end
  end
  self.ledger.active[thread] = nil
  for _, client in ipairs(self.clients) do
    client.flying[thread] = nil
  end
  self.killed = self.killed + 1
end

--- The coroutine will not come back from a call that it makes; then `after` is
--- called. It does not happen to one that holds something of the spec's own.
function methods:doom(thread, after)
  self.doomed[thread] = after
end

--- Lets what is doomed end at some time while its request is on its way.
local function meet_doom(self, client, thread)
  local after, t = self.doomed[thread], self.t
  if not after or self.walked or self.at_templates > 0 then
    return
  end
  self.doomed[thread] = nil
  -- held by the program alone
  local held = setmetatable({ thread = thread }, { __mode = "v" })
  t:spawn(function()
    t.sleep(1e-3 + self.dice:span(0.05))
    if not client.flying[held.thread] then
      self.doomed[held.thread] = after
      return
    end
    forget(self, held.thread)
    -- what has a finalizer leaves weak tables in the cycle after
    collectgarbage()
    collectgarbage()
    after()
  end)
end

------------------------------------------------------------------ transport

--- Lets the request fly; returns the answer, or nil, kind of loss, and whether
--- the service may have got it; then what the service has done.
local function fly(self, service, request, row, left, loop)
  local fate, latency = service.weather:fate(self.t.now()), service.weather:latency()
  left = self.sabotage == "late" and math.huge or left
  local there, back = latency / 2, latency / 2
  if fate and fate.sent == false then
    loop:sleep(math.min(there, left))
    return nil, there >= left and "timeout" or "transport", false
  end
  loop:sleep(math.min(there, left))
  local response, done
  if not fate or fate.applied then
    -- it gets there all the same when nobody waits for it any more
    response, done = serve(service, request, row, back)
  end
  if there >= left then
    return nil, "timeout", true, done
  end
  loop:sleep(math.min(back, left - there))
  if latency >= left then
    return nil, "timeout", true, done
  elseif not fate then
    return response, nil, true, done
  elseif fate.status then
    return answer_of(fate, service), nil, true, done
  end
  return nil, fate.loss or "transport", true, done
end

local function check_places(self, client)
  local governor = client.state.governor
  self.ledger:check(ledger.size(client.flying) <= math.max(1, math.floor(governor.most_in_flight)),
    "%s: %d at a time, where it has learnt that %.1f may be", client.name, ledger.size(client.flying),
    governor.most_in_flight)
end

local function is_token_request(request)
  return request.url:find("/oauth2?/[%w/]*token$") ~= nil
end

local function ask_token(self, client, request, loop, left)
  local issuer, asked_at = client.service.issuer, self.t.now()
  self.ledger:asks_token(issuer)
  issuer.asking[request] = asked_at + left
  local response, loss, reached = fly(self, client.service, request, nil, left, loop)
  issuer.asking[request] = nil
  if response and response.status == 200 then
    self.ledger:gives_token(issuer, asked_at)
  end
  return response, loss, reached
end

local function operate(self, client, request, loop, left)
  local _, path = http.split(request.url)
  local row = client.service.org.router:match(request.method, path)
  local attempt = self.ledger:sends(row and row.retry)
  local response, loss, reached, done = fly(self, client.service, request, row, left, loop)
  if attempt then
    attempt.status, attempt.loss, attempt.reached = response and response.status, loss, reached
    attempt.call.effects = attempt.call.effects + (done and 1 or 0)
  end
  if response and response.status == 401 then
    self.ledger:refuses_token(client.service.issuer)
  end
  return response, loss, reached
end

local function new_transport(self, client)
  local transport = {}
  function transport.exchange(_, call, loop)
    local request, left = call:request(), call:left(self.t.now())
    local thread = coroutine.running() or "main"
    client.flying[thread] = true
    meet_doom(self, client, thread)
    check_places(self, client)
    local act = is_token_request(request) and ask_token or operate
    local ok, response, loss, reached = pcall(act, self, client, request, loop, left)
    client.flying[thread] = nil
    if not ok then
      error(response, 0)
    elseif response then
      call:answer(response.status, response.headers, response.body)
    else
      call:lost(loss, "bad weather", reached and self.sabotage ~= "lying")
    end
  end
  return transport
end

--------------------------------------------------------------------- clients

--- One more client of the service.
local function new_client(self, service, number, options)
  local client = { name = ("%s %d"):format(service.name, number), service = service, flying = {},
    max_retries = options.max_retries }
  options.store, options.clock = self.sabotage ~= "apart" and service.store, self.clock
  options.url, options.transport = service.org.url, new_transport(self, client)
  -- refused now and then by whoever waits for it
  function options.on_wait(_, why)
    self.waits[why] = (self.waits[why] or 0) + 1
    return not self.dice:chance(0.02)
  end
  client.api = roster[service.name](options)
  client.state = states.get(client.api)
  if self.sabotage == "leak" then
    client.state.governor.in_flight[client] = true
  elseif self.sabotage == "deaf" then
    function client.state.governor.crowded() end
  elseif self.sabotage == "greedy" then
    client.state.governor.capacity = 2
  end
  self.clients[#self.clients + 1] = client
  return client
end

local function new_service(self, name, org)
  local rows = {}
  for _, row in ipairs(core.catalog(name).operations) do
    rows[row.name] = row
  end
  return { name = name, org = org, rows = rows, open = {}, now = self.t.epoch, store = memory.new(self.t.now),
    weather = weather.new(self.dice, self.t.now()), served = 0, crowded = 0,
    issuer = { name = name, lifetime = LIFETIME, asking = setmetatable({}, { __mode = "k" }) } }
end

--- Calls an operation, of which the ledger takes note. The options are the last
--- argument, and there is always one.
function methods:call(client, operation, ...)
  local arguments = pack(...)
  local options = arguments[arguments.n]
  local seconds = options.timeout or client.state.timeout
  if options.deadline then
    seconds = math.min(seconds, options.deadline - self.clock.wall())
  end
  local noted = self.ledger:begin(client, client.service.rows[operation], seconds, true)
  local results = pack(client.api[operation](client.api, unpack(arguments, 1, arguments.n)))
  self.ledger:finish(noted, unpack(results, 1, 3))
  return unpack(results, 1, results.n)
end

--- The next page of a list, of which the ledger takes note.
function methods:page(client, operation, list)
  local noted = self.ledger:begin(client, client.service.rows[operation], client.state.timeout, true)
  local page, message, detail = list:page()
  if page == nil and message == nil then
    -- the end, for which nothing was sent
    self.ledger:check(#noted.sent == 0, "%s: the end was asked for", operation)
    self.ledger.active[coroutine.running() or "main"] = nil
    self.ledger.calls = self.ledger.calls - 1
    return nil
  end
  self.ledger:finish(noted, page, message, detail)
  return page, message, detail
end

-- of the requests of a week in which workers are away for hours; who learns how
-- many may run at a time still tries for more
local MOST_CROWDED = 0.08

--- What can only be told at the end.
function methods:finish()
  local crowded, served = self.okta.crowded, self.okta.served
  self.ledger:check(crowded <= MOST_CROWDED * served, "okta: %d of %d requests were too many at a time",
    crowded, served)
  if not self.sabotage then
    self.ledger:idle(self.clients)
  end
end

--- Is the week over, or has enough gone wrong?
function methods:is_over()
  return self.t.now() >= self.ends or #self.ledger.faults >= 10
end

--- The clients' clock is put right by so many seconds. By a clock that ran ahead
--- windows end and tokens expire early.
function methods:put_right(seconds)
  self.ahead = self.ahead + seconds
  if seconds > 0 then
    self.trusted_from = self.t.now() + 120
    self.okta.issuer.held, self.knetik.issuer.held = nil, nil
  end
end

--- Between two days, when the last garbage is gone: kilobytes in use, and how many
--- entries the stores hold.
function methods:weigh()
  if jit then
    -- what was compiled is garbage as well
    jit.flush()
  end
  collectgarbage()
  collectgarbage()
  local entries = 0
  for _, service in ipairs { self.okta, self.knetik } do
    entries = entries + ledger.size(service.store.entries)
  end
  self.weights[#self.weights + 1] = { kilobytes = collectgarbage "count", entries = entries }
end

--- `options`: days; sabotage, so that the ledger has something to find: "apart" (the
--- clients share nothing), "greedy" (they take twice the quota), "lying" (the
--- transport says of what is lost that it was never sent), "late" (it waits for as
--- long as it takes), "leak" (the governors count one call too many), "deaf" (they do not hear
--- that too many run at a time).
function M.new(seed, options)
  local t = timeline.new()
  local self = setmetatable({ t = t, dice = dice.new(seed), clients = {}, killed = 0, windows = 0, overdrawn = 0,
    crowded_until = {}, doomed = {}, waits = {}, weights = {}, sabotage = options.sabotage, began = t.now(),
    ends = t.now() + options.days * 86400, ahead = 37.5, trusted_from = t.now() }, mt)

  -- ahead of the services'
  local function wall()
    return t.epoch() + self.ahead
  end

  self.ledger = ledger.new(seed, t, wall)
  local sleep = t.sleep
  function t.sleep(seconds)
    self.ledger:step(self.clients)
    sleep(seconds)
  end
  self.clock = { now = t.now, wall = wall, random = function()
    return self.dice:roll()
  end, sleep = function(seconds)
    t.sleep(seconds)
  end }

  self.okta = new_service(self, "okta", sandbox.okta { users = 25, now = t.epoch, rate_limit = LIMITS,
    concurrency = CONCURRENCY, token_lifetime = LIFETIME })
  self.knetik = new_service(self, "knetik", sandbox.knetik { users = 25, now = t.epoch, token_lifetime = LIFETIME })
  watch_limits(self, self.okta.org)
  for i = 1, 2 do
    new_client(self, self.okta, i, { client_id = "sandbox-client", scopes = "okta.users.manage okta.users.read",
      key_id = "key-1", algorithm = "ES256", signer = function()
        return ("s"):rep(64)
      end, timeout = i == 1 and 300 or 40, max_retries = i == 1 and 4 or 8 })
    local app = self.knetik.org
    new_client(self, self.knetik, i, { client_id = app.client_id, client_secret = app.client_secret,
      username = app.username, password = app.password, timeout = 120, max_retries = 3 })
  end
  return self
end

return M

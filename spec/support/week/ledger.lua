-- Everything that was asked, sent, done and answered, and what must be true of
-- it at any time. What is not is kept as a fault, with the seed and the time.
local M = {}

local methods = {}
local mt = { __index = methods }

-- enough to see what is wrong
local MOST_FAULTS = 10
-- seconds by which sums of numbers differ
local EPSILON = 1e-6
-- how many attempts a failure tells of
local ATTEMPTS_KEPT = 16
-- seconds that a renewal may take, of which only the end is seen
local RENEWAL = 10
-- seconds: no advice when to try again looks further ahead
local FURTHEST = 122

local KINDS = { http = true, auth = true, rate_limited = true, transport = true, timeout = true, protocol = true }

--- Notes what must not be.
function methods:fault(text, ...)
  if #self.faults < MOST_FAULTS then
    local passed = self.now() - self.began
    self.faults[#self.faults + 1] = ("seed %d, day %.4f: " .. text):format(self.seed, passed / 86400, ...)
  end
end

--- True, or a fault.
function methods:check(holds, text, ...)
  self.checks = self.checks + 1
  if not holds then
    self:fault(text, ...)
  end
  return holds
end

------------------------------------------------------------------- one call

local function thread()
  return coroutine.running() or "main"
end

--- A call begins; everything that its coroutine sends belongs to it.
function methods:begin(client, op, seconds, can_renew)
  self.calls = self.calls + 1
  local call = { client = client, op = op, began = self.now(), seconds = seconds, sent = {}, effects = 0,
    can_renew = can_renew }
  self.active[thread()] = call
  return call
end

local function name_of(call)
  return call.client.name .. " " .. call.op.name
end

--- May a call of this class be sent again after an attempt that ended so?
local function may_repeat(call, attempt)
  if attempt.status == 429 or attempt.reached == false then
    return true
  elseif attempt.status == 401 then
    return call.can_renew
  elseif call.op.retry == "unsafe" then
    return false
  end
  return attempt.status == nil and attempt.loss ~= "protocol" or attempt.status == 502 or attempt.status == 503
    or attempt.status == 504
end

--- A request of the running call goes out. Returns the attempt, or nil when it
--- is one of no call: one for a token.
function methods:sends(retry)
  local call = self.active[thread()]
  self.requests = self.requests + 1
  if not call then
    self:fault("a request was sent that nobody asked for")
    return nil
  end
  self:check(self.now() - call.began <= call.seconds + EPSILON, "%s: sent after its time", name_of(call))
  self:check(retry == call.op.retry, "%s: the request is another operation's", name_of(call))
  local before = call.sent[#call.sent]
  if before then
    self:check(may_repeat(call, before), "%s (%s): sent again after %s", name_of(call), call.op.retry,
      before.status or before.loss or "no outcome")
  end
  local attempt = { call = call }
  call.sent[#call.sent + 1] = attempt
  return attempt
end

local function check_success(self, call, meta)
  local last = call.sent[#call.sent]
  self:check(last ~= nil and last.status and last.status < 300, "%s: a success that no answer told of", name_of(call))
  self:check(meta == nil or meta.attempts == #call.sent, "%s: sent %d times, says %s", name_of(call), #call.sent,
    tostring(meta and meta.attempts))
  if call.op.retry == "unsafe" then
    self:check(call.effects == 1, "%s: a success that was done %d times", name_of(call), call.effects)
  elseif call.op.retry == "idempotent" then
    self:check(call.effects >= 1, "%s: a success that was never done", name_of(call))
  end
end

--- Is it sure that the service has done nothing of the attempt?
local function is_definite(attempt)
  return attempt == nil or attempt.reached == false
    or attempt.status ~= nil and attempt.status ~= 502 and attempt.status ~= 504
end

local function check_failure(self, call, message, detail)
  local name, last = name_of(call), call.sent[#call.sent]
  if not self:check(type(detail) == "table", "%s: a failure without a detail", name) then
    return
  end
  self:check(type(message) == "string" and not message:find("[%c]"), "%s: not a line: %q", name, tostring(message))
  self:check(KINDS[detail.kind], "%s: of the kind %s", name, tostring(detail.kind))
  self:check(detail.operation == call.op.name, "%s: the error of %s", name, tostring(detail.operation))
  self:check(not (detail.retryable and detail.ambiguous), "%s: may be repeated, and must not be", name)
  self:check(not detail.ambiguous or call.op.retry == "unsafe", "%s: ambiguous, but of no harm", name)
  self:check(call.effects == 0 or call.op.retry ~= "unsafe" or detail.ambiguous == true,
    "%s: was done, and a failure says nothing of that: %s", name, message)
  self:check(not (detail.ambiguous and is_definite(last)), "%s: ambiguous after a plain answer: %s", name, message)
  self:check(#(detail.attempts or {}) == math.min(#call.sent, ATTEMPTS_KEPT), "%s: sent %d times, tells of %d", name,
    #call.sent, #(detail.attempts or {}))
  if detail.retry_at then
    local ahead = detail.retry_at - self.wall()
    self:check(ahead > -2 and ahead <= FURTHEST, "%s: to be tried again in %s s", name, ahead)
  end
  if detail.ambiguous then
    self.ambiguous = self.ambiguous + 1
  end
  self.kinds[detail.kind] = (self.kinds[detail.kind] or 0) + 1
end

--- The call has returned this.
function methods:finish(call, value, message, detail)
  self.active[thread()] = nil
  local took, name = self.now() - call.began, name_of(call)
  self:check(took <= call.seconds + EPSILON, "%s: took %.3f s of %.3f", name, took, call.seconds)
  self.longest = math.max(self.longest, took)
  self:check(#call.sent <= 1 + call.client.max_retries + (call.can_renew and 1 or 0), "%s: sent %d times", name,
    #call.sent)
  if call.op.retry == "unsafe" then
    self:check(call.effects <= 1, "%s: done %d times", name, call.effects)
  end
  if value ~= nil then
    self.successes = self.successes + 1
    check_success(self, call, type(message) == "table" and message or nil)
  else
    self.failures = self.failures + 1
    check_failure(self, call, message, detail)
  end
end

---------------------------------------------------------------------- tokens

--- A request for a token goes out. One is due when there is none, when the last
--- is about to run out, and when it was refused.
function methods:asks_token(issuer)
  local now, held = self.now(), issuer.held
  self.token_requests = self.token_requests + 1
  self:check(not held or now >= held.renew_at - EPSILON, "%s: asked for a token %.1f s before one was due", issuer.name,
    held and held.renew_at - now or 0)
  local asking = 0
  for _, ends in pairs(issuer.asking) do
    asking = asking + (now < ends and 1 or 0)
  end
  self:check(asking == 0, "%s: %d others ask for a token as well", issuer.name, asking)
end

--- The token was given to whoever asked at `asked_at`.
function methods:gives_token(issuer, asked_at)
  local margin = math.min(30, issuer.lifetime / 10)
  local due = math.max(asked_at - RENEWAL + issuer.lifetime - margin, self.now() + issuer.lifetime / 2)
  issuer.held = { renew_at = due }
  self.tokens = self.tokens + 1
end

--- The service says that the token is no good.
function methods:refuses_token(issuer)
  issuer.held = nil
  self.refusals = self.refusals + 1
end

--------------------------------------------------------------------- at any time

local function size(set)
  local n = 0
  for _ in pairs(set) do
    n = n + 1
  end
  return n
end

local function check_governor(self, client)
  local governor, flying = client.state.governor, size(client.flying)
  self:check(size(governor.in_flight) == flying, "%s: %d in flight, the governor counts %d", client.name, flying,
    size(governor.in_flight))
  local pending = 0
  for _, bucket in pairs(governor.buckets) do
    pending = pending + (bucket.alone or bucket).pending:size()
  end
  self:check(pending == flying, "%s: %d in flight, the buckets count %d", client.name, flying, pending)
  self:check(governor.most_in_flight >= 1, "%s: may send %s at a time", client.name, governor.most_in_flight)
  local budget = client.state.budget
  self:check(budget == nil or budget >= 0 and budget <= 20, "%s: a retry budget of %s", client.name, tostring(budget))
end

--- Everything that must be true between any two steps of the program.
function methods:step(clients)
  self.steps = self.steps + 1
  local now = self.now()
  for _, call in pairs(self.active) do
    self:check(now - call.began <= call.seconds + EPSILON, "%s: stuck", name_of(call))
  end
  for _, client in ipairs(clients) do
    check_governor(self, client)
  end
end

--- Everything that must be true when nobody calls.
function methods:idle(clients)
  self:check(next(self.active) == nil, "calls have not come back")
  for _, client in ipairs(clients) do
    check_governor(self, client)
    self:check(size(client.flying) == 0, "%s: %d still in flight", client.name, size(client.flying))
    self:check(size(client.state.governor.waiting) == 0, "%s: some wait for a place", client.name)
    for _, bucket in ipairs(client.api:limits()) do
      self:check(bucket.in_flight == 0, "%s: %d in flight in %s", client.name, bucket.in_flight, bucket.bucket)
    end
  end
end

--- `t`: a timeline; `wall`: the clients' clock.
function M.new(seed, t, wall)
  return setmetatable({ seed = seed, now = t.now, wall = wall, began = t.now(), faults = {}, active = {}, kinds = {},
    calls = 0, requests = 0, checks = 0, steps = 0, successes = 0, failures = 0, ambiguous = 0, tokens = 0,
    token_requests = 0, refusals = 0, longest = 0 }, mt)
end

M.size = size

return M

--- Pages that are asked for before they are wanted, so that the service is at
--- work while the caller is. What was asked for stays undecoded bytes until its
--- page's turn comes; a list that is dropped takes it along.
local core = require "roster.core"
local host = require "roster.host"

local M = {}

local methods = {}
local mt = { __index = methods }

-- a failure that lay about for longer says nothing of now (seconds)
local STALE = 1

-- What a process that this one was forked from has asked for is its own.
local function forget_inherited(self)
  if self.process ~= core.process() then
    self.process = core.process()
    self:drop()
  end
end

--- Sends the call if that can be done at once; false when not, which is no
--- failure: its page is then asked for when its turn comes.
local function begin(self, call)
  local state = self.state
  local clock, hooks, governor = state.clock, state.hooks, state.governor
  local token
  local what = call:next(clock.now(), clock.wall(), clock.random(), true)
  if what == "token" then
    token = state.source:get(nil, call:left(clock.now()))
    if token then
      call:authorize(token)
      what = call:next(clock.now(), clock.wall(), clock.random(), true)
    end
  end
  local bucket = call:bucket()
  if what == "send" and governor and governor:admit(bucket, call, clock.now()) > 0 then
    governor:withdraw(call)
    what = "wait"
  end
  if what ~= "send" then
    call:close()
    return false
  end
  if governor then
    governor:ahead(call)
  end
  if hooks then
    hooks:request(call)
  end
  if state.loop.sent then
    state.loop:sent()
  end
  state.transport:begin(call)
  self.queue[#self.queue + 1] = {
    call = call,
    url = call:url(),
    bucket = bucket,
    begun_at = clock.now(),
    -- out of reach: a printed list must not show it
    token = function()
      return token
    end,
  }
  return true
end

--- The entry's call has its outcome, or will get none.
local function settle(self, entry)
  local state = self.state
  if state.governor then
    state.governor:settled(entry.bucket, entry.call, state.clock.now(), state.clock.wall())
  end
  if state.hooks then
    state.hooks:response(entry.call)
  end
end

--- Cancels what is on its way.
function methods:drop()
  local queue = self.queue
  self.queue = {}
  for _, entry in ipairs(queue) do
    self.state.transport:cancel(entry.call)
    settle(self, entry)
    entry.call:close()
  end
end

--- Moves bytes of what is on its way, while the caller is at work.
function methods:push()
  forget_inherited(self)
  for _, entry in ipairs(self.queue) do
    if not entry.call:settled() then
      self.state.transport:push()
      return
    end
  end
end

--- What to run for the page whose call `fresh` is: that, or the one like it
--- that was sent before and has its outcome now; then with which token.
---@param fresh userdata
---@param early fun(call: userdata)? see roster.transport.curl
---@return userdata call, string? token
function methods:take(fresh, early)
  forget_inherited(self)
  local state, entry = self.state, self.queue[1]
  if not entry then
    return fresh
  elseif entry.url ~= fresh:url() or not entry.call:stand_in(fresh) then
    -- the walk took another way
    self:drop()
    return fresh
  end
  table.remove(self.queue, 1)
  local call = entry.call
  local ok, err = pcall(state.transport.exchange, state.transport, call, state.loop, early)
  settle(self, entry)
  if not ok then
    call:close()
    error(err, 0)
  end
  if not call:succeeded() and state.clock.now() - entry.begun_at > STALE then
    -- lost, perhaps, only because nobody looked
    call:close()
    return fresh
  end
  fresh:close()
  return call, entry.token()
end

--- Asks for the pages that come next, as far as `walk` knows them.
---@param walk table
---@param call userdata? the page's whose header has come; nil: it was taken
---@param pages number that will be asked for, at most
function methods:fill(walk, call, pages)
  forget_inherited(self)
  local most = math.min(walk.most_ahead, pages)
  local first = self.queue[1]
  if first and not call then
    local expected = walk:upcoming(0)
    local url = expected and expected:url()
    if expected then
      expected:close()
    end
    if url ~= first.url then
      self:drop()
    end
  end
  for i = #self.queue, most - 1 do
    local next_call = walk:upcoming(i, call)
    if not next_call then
      return
    elseif not next_call:is_safe() then
      next_call:close()
      return
    elseif not begin(self, next_call) then
      return
    end
  end
end

--- Can pages be asked for ahead? Only where the transport can go on without
--- anybody waiting, and never inside nginx.
---@param state table the client's
---@return boolean
function M.is_possible(state)
  return type(state.transport.begin) == "function" and host.global "ngx" == nil
end

---@param state table the client's
function M.new(state)
  return setmetatable({ state = state, queue = {}, process = core.process() }, mt)
end

return M

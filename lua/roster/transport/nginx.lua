--- The transport inside nginx: its own sockets, so that no other request on the
--- worker waits. The framing is the core's; bytes are moved here.
local advice = require "roster.nginx.advice"
local core = require "roster.core"
local thread = require "roster.nginx.thread"

local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.transport.nginx" }

-- seconds: load balancers hang up on a connection that was idle for 60
local IDLE = 50
-- seconds in which nginx has looked at all its sockets; with 0 it may go on
-- without a look
local LOOK = 0.001
-- bytes asked for at a time; nginx gives what is there, lua_socket_buffer_size
-- at most
local PIECE = 64 * 1024
local LONGEST_MS = 2 ^ 31 - 1
-- what localhost stands for, in the order in which they are tried
local LOOPBACK = { "127.0.0.1", "[::1]" }

local LOST = "the connection was lost before an answer came"

--- Seconds as nginx takes them: in milliseconds, at least one.
local function milliseconds(seconds)
  return math.max(1, math.min(math.ceil(seconds * 1000), LONGEST_MS))
end

--- Lets the socket wait so long for a connection, and for the next bytes.
local function set_timeouts(sock, connect, move)
  sock:settimeouts(milliseconds(connect), milliseconds(move), milliseconds(move))
end

--- What is constant for one exchange.
local function plan_of(call)
  local scheme, host, port = call:endpoint()
  local whole, connect, stall = call:timeouts()
  local started = core.clock()
  return {
    call = call,
    tls = scheme == "https",
    host = host,
    port = port,
    -- what is verified and what is not must never meet in one pool
    pool = ("roster:%s:%s:%d:%s"):format(scheme, host:lower(), port, scheme == "https" and "verified" or "plain"),
    started = started,
    ends = started + whole,
    connect = connect,
    stall = stall,
  }
end

--- How long the next step may take, of at most `seconds`; 0: the call's time is
--- over.
local function left(plan, seconds)
  return math.max(0, math.min(seconds, plan.ends - core.clock()))
end

--- The call is lost; `kind` as userdata:lost takes it. Returns nil.
local function lose(plan, reason, sent, kind)
  plan.call:lost(kind or "transport", reason, sent)
end

--- As lose: nothing happened for so many seconds.
local function time_out(plan, seconds, where, sent)
  plan.call:lost("timeout", ("timed out after %.3g s %s"):format(seconds, where), sent)
end

--- TLS over the new connection; returns nil when the call is lost.
local function handshake(self, plan, sock, seconds)
  set_timeouts(sock, seconds, seconds)
  -- never without the name: nginx would verify the chain, but not for whom
  local name = plan.host:gsub("^%[(.*)%]$", "%1")
  local ok, session, err = pcall(sock.sslhandshake, sock, self.sessions[plan.pool], name, true)
  if not ok then
    session, err = nil, advice.raised(session)
  end
  self.sessions[plan.pool] = session or nil
  if session then
    return sock
  end
  sock:close()
  if err == "timeout" then
    return time_out(plan, seconds, "in the TLS handshake", false)
  end
  local reason, kind = advice.handshake(err, plan.host)
  return lose(plan, reason, false, kind)
end

--- As sock:connect, but within `seconds` for names as well, which nginx looks up
--- for as long as "resolver_timeout" says. No resolver is asked for localhost
--- (RFC 6761 6.3): plain http goes there, because it stays on this machine.
local function connect_within(sock, plan, seconds)
  local pool = { pool = plan.pool }
  if plan.host:lower() == "localhost" then
    local connected, err = sock:connect(LOOPBACK[1], plan.port, pool)
    if not connected and err ~= "timeout" then
      connected = sock:connect(LOOPBACK[2], plan.port, pool)
    end
    return connected, err
  elseif advice.is_address(plan.host) then
    return sock:connect(plan.host, plan.port, pool)
  end
  local is_over, connected, err = thread.within(seconds, function()
    return sock:connect(plan.host, plan.port, pool)
  end)
  return connected, is_over and err or not is_over and "timeout" or nil
end

--- A socket with a connection that stands, and whether it has served before;
--- nil when the call is lost.
local function connect(self, plan)
  local ok, sock = pcall(ngx.socket.tcp)
  if not ok then
    -- a phase that nginx has got since
    return lose(plan, "nginx cannot wait here: " .. tostring(sock), false)
  end
  local seconds = left(plan, plan.connect)
  local ends = core.clock() + seconds
  set_timeouts(sock, seconds, seconds)
  local connected, err = connect_within(sock, plan, seconds)
  if err == "timeout" then
    return time_out(plan, seconds, advice.is_address(plan.host) and "without a connection"
      or "without the name's address or a connection", false)
  elseif not connected then
    local reason, kind = advice.connect(err, plan.host, plan.port)
    return lose(plan, reason, false, kind)
  end
  local reused = sock:getreusedtimes() > 0
  if plan.tls and not reused then
    sock = handshake(self, plan, sock, math.max(0, ends - core.clock()))
  end
  plan.connected = plan.connected or core.clock()
  return sock, reused
end

--- Reads until the exchange has its outcome. Returns "over", or "keep" when the
--- connection is good for another; nil and why when the connection died before
--- a byte came.
local function receive(plan, sock)
  local call = plan.call
  while true do
    local seconds = left(plan, plan.stall)
    set_timeouts(sock, seconds, seconds)
    local bytes, err = sock:receiveany(PIECE)
    if err == "timeout" then
      time_out(plan, seconds, plan.first and "inside of the answer" or "without an answer", true)
      return "over"
    elseif not bytes and not plan.first then
      return nil, err
    elseif not bytes and err ~= "closed" then
      lose(plan, "the connection was lost inside of the answer: " .. err, true)
      return "over"
    end
    plan.first = plan.first or core.clock()
    local over, keep = call:feed(bytes)
    if over then
      return keep and "keep" or "over"
    end
  end
end

--- Sends the request and reads the answer on this connection. Returns as
--- `receive`.
local function converse(plan, sock)
  local head, body = plan.call:bytes()
  local seconds = left(plan, plan.stall)
  set_timeouts(sock, seconds, seconds)
  local sent, err = sock:send(body and { head, body } or head)
  if not sent and err == "timeout" then
    time_out(plan, seconds, "while the request was sent", true)
    return "over"
  end
  -- who hangs up before the whole body came may have answered before that
  local how, why = receive(plan, sock)
  return how, err or why
end

--- One attempt on one connection. Returns false when one that had served before
--- was found dead, else true, and the exchange has its outcome.
local function attempt(self, plan)
  local sock, reused = connect(self, plan)
  if not sock then
    return true
  end
  local how, err = converse(plan, sock)
  -- refused where something was left unread: then it is no good
  if how ~= "keep" or not sock:setkeepalive(milliseconds(IDLE)) then
    sock:close()
  end
  if not how and not reused then
    lose(plan, LOST .. (err ~= "closed" and ": " .. tostring(err) or ""), true)
  end
  return how ~= nil or not reused
end

--- Sends the call's request and waits until it has its outcome. A connection of
--- the pool that turns out to be dead is replaced once, at once, where sending
--- the request twice does no harm.
---@param call userdata
function methods:exchange(call)
  if not call:is_repeatable() then
    -- nginx takes those connections out of its pool that were closed meanwhile
    thread.sleep(LOOK)
  end
  local plan = plan_of(call)
  -- the second may be dead as well
  if not attempt(self, plan) and not (call:is_repeatable() and attempt(self, plan)) then
    lose(plan, LOST, true)
  end
  local started = plan.started
  call:timed(plan.connected and plan.connected - started, plan.first and plan.first - started, core.clock() - started)
end

--- Forgets the TLS sessions; the connections end by themselves.
function methods:close()
  self.sessions = {}
end

--- Connections wait in nginx's pools, never here: a socket belongs to the
--- request that opened it.
function M.new()
  return setmetatable({ sessions = {}, waits = true }, mt)
end

return M

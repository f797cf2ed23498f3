-- Several processes, as clients with one store, and a Knetik whose token
-- endpoint they all ask, in virtual time.
--
--     local s = sharing.new()
--     local a, b = s.client(), s.client()
--     s.spawn(function() s.call(a) end)
--     s.run()               -- s.asked, s.used, s.failures
local granted = require "spec.support.granted"
local http = require "roster.sandbox.http"
local memory = require "roster.store.memory"
local timeline = require "spec.support.timeline"
local wire = require "spec.support.wire"

local M = {}

--- `options`: latency (seconds of the endpoint, 0.2), lifetime (of tokens, 600),
--- refresh (do tokens come with a refresh token, which is good once?), store.
function M.new(options)
  options = options or {}
  local t = timeline.new()
  local self = { t = t, asked = {}, used = {}, refuses = {}, answers = {}, failures = {}, done = 0, asking = 0,
    most_asking = 0, latency = options.latency or 0.2, lifetime = options.lifetime or 600 }
  self.store = options.store or memory.new(t.now)
  local refresh_tokens = {}

  local function issue(number)
    local answer = { access_token = "tok" .. number, expires_in = self.lifetime }
    if options.refresh then
      answer.refresh_token = "ref" .. number
      refresh_tokens["ref" .. number] = true
    end
    return granted.json(200, answer)
  end

  local function endpoint(request)
    local form = assert(http.query(request.body))
    local number = #self.asked + 1
    self.asked[number] = form
    self.asking = self.asking + 1
    self.most_asking = math.max(self.most_asking, self.asking)
    t.sleep(self.latency)
    self.asking = self.asking - 1
    if self.answers[number] then
      return self.answers[number]
    elseif self.is_down then
      return granted.json(503, "down")
    elseif form.grant_type == "refresh_token" then
      if not refresh_tokens[form.refresh_token] then
        return granted.json(400, { error = "invalid_grant" })
      end
      refresh_tokens[form.refresh_token] = nil
    end
    return issue(number)
  end

  local function transport(request)
    if request.url:find("/oauth/token", 1, true) then
      return endpoint(request)
    end
    local token = wire.header(request, "Authorization"):match("^Bearer (.+)$")
    self.used[#self.used + 1] = token
    t.sleep(0.01)
    if self.refuses[token] then
      return granted.json(401, { error = "invalid_token" })
    end
    return granted.json(200, { id = 1 })
  end

  --- A client in a process of its own; an option of false is none.
  function self.client(more)
    local settings = { service = "knetik", url = granted.url, client_id = "id", client_secret = "s3cret-value",
      transport = transport, store = self.store, max_retries = 0, timeout = 60 }
    for name, value in pairs(more or {}) do
      settings[name] = value or nil
    end
    return t:client(settings)
  end

  --- One call; what comes of it is counted.
  function self.call(client)
    local ok, message = client:get_user(1)
    if ok then
      self.done = self.done + 1
    else
      self.failures[#self.failures + 1] = message
    end
    return ok, message
  end

  function self.spawn(f)
    t:spawn(f)
  end

  function self.run()
    t:run()
  end

  --- A call of each client, all at the same time.
  function self.all(clients, each)
    for _, client in ipairs(clients) do
      for _ = 1, each or 1 do
        t:spawn(function()
          self.call(client)
        end)
      end
    end
    t:run()
  end

  --- So many clients.
  function self.clients(count, more)
    local list = {}
    for i = 1, count do
      list[i] = self.client(more)
    end
    return list
  end

  return self
end

return M

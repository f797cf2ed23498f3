-- What the torture does with the whole module, over a transport of its own.
local common = require "spec.torture.common"
local core = require "roster.core"
local roster = require "roster"

local SECRET, TYPE, URL, USER = common.SECRET, common.TYPE, common.URL, common.USER

local list, add = common.list()

local function page(request)
  if request.url:find("after=2", 1, true) then
    return { status = 200, headers = TYPE, body = "[" .. USER .. "]" }
  end
  return {
    status = 200,
    headers = {
      ["Content-Type"] = "application/json",
      Link = { "<" .. URL .. '/api/v1/users>; rel="self"', "<" .. URL .. '/api/v1/users?after=2>; rel="next"' },
      ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "599", ["X-Rate-Limit-Reset"] = "1700000060",
      ["X-Okta-Request-Id"] = "req1", Date = "Tue, 14 Nov 2023 22:13:20 GMT",
    },
    body = "[" .. USER .. "," .. USER .. "]",
  }
end

local ERROR = {
  status = 400,
  headers = { ["Content-Type"] = "application/json", ["X-Okta-Request-Id"] = "req2" },
  body = '{"errorCode":"E0000001","errorSummary":"Api validation failed: login","errorId":"oae1",' ..
    '"errorCauses":[{"errorSummary":"login: taken, said you with ' .. SECRET .. '"},{"errorSummary":"more"}]}',
}

local clock
do
  local now = 0
  clock = {
    now = function()
      return now
    end,
    wall = function()
      return 1700000000
    end,
    random = function()
      return 0.5
    end,
    sleep = function(seconds)
      now = now + seconds
    end,
  }
end

local function okta(transport, more)
  local options = { url = URL, token = "00tok", transport = transport, clock = clock, governor = false }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return roster.okta(options)
end

local shared = okta(function(request)
  local answer = page(request)
  if request.url:find("/users/", 1, true) then
    answer.body = USER
  end
  return answer
end)

add("create", function()
  local client = okta(function(request)
    return { status = 200, headers = TYPE, body = request.body and USER or "{}" }
  end)
  local user, meta, detail = client:create_user({ profile = { login = "a@x" } }, { activate = true })
  client:close()
  return user, meta, detail
end)

add("a client that lives on", function()
  return shared:get_user("a b\195\169", { headers = { ["X-B"] = "2" } })
end)

add("a list", function()
  local logins = {}
  for user in shared:list_users { limit = 2 } do
    logins[#logins + 1] = user.profile.login
  end
  return logins
end)

add("a page", function()
  local one = shared:list_users { filter = 'status eq "ACTIVE"' }
  local items, message, detail = one:page()
  if not items then
    return nil, message, detail
  end
  return items, one:cursor()
end)

add("an error", function()
  local client = okta(function()
    return ERROR
  end)
  return client:create_user { profile = { login = "a" }, credentials = { password = { value = SECRET } } }
end, { never = SECRET })

add("retries", function()
  local n = 0
  local client = okta(function(request)
    n = n + 1
    -- what is sent again has all of its fields, or is not sent
    assert(n == 1 or request.headers["X-Okta-Retry-Count"], "a try without its number")
    if n < 3 then
      return { status = 503, headers = { ["X-Okta-Request-Id"] = "first" }, body = "" }
    end
    return { status = 200, headers = TYPE, body = USER }
  end)
  local user, message, detail = client:get_user("00u1")
  if not user then
    return nil, message, detail
  end
  return user, n > 2
end)

add("a token", function()
  local client = roster.knetik {
    url = "https://x.test", client_id = "c", client_secret = SECRET, clock = clock,
    transport = function(request)
      if request.url:find("/oauth/token", 1, true) then
        return { status = 200, headers = TYPE, body = '{"access_token":"granted","expires_in":60}' }
      elseif request.headers.Authorization ~= "Bearer granted" then
        return { status = 401, headers = TYPE, body = "{}" }
      end
      return { status = 200, headers = TYPE, body = '{"id":1,"username":"a"}' }
    end,
  }
  return client:get_user("1")
end)

add("bulk", function()
  local client = okta(function(request)
    if request.url:find("bad", 1, true) then
      return ERROR
    end
    return { status = 200, headers = TYPE, body = "{}" }
  end)
  local counts, message, detail = client:each({ "a", "b", "bad", "c" }, "suspend_user", { concurrency = 2 })
  if not counts then
    return nil, message, detail
  end
  local reasons = {}
  for _, failure in ipairs(counts.failures) do
    reasons[#reasons + 1] = failure.message
  end
  return counts.done, counts.failed, counts.ambiguous, table.concat(reasons, "; ")
end, {
  -- an item that memory was too short for is one of the failures
  accepts = function(done, failed, ambiguous, reasons)
    return done + failed + ambiguous == 4 and (reasons:find("memory") or reasons:find("stack overflow")) ~= nil
  end,
})

add("a dry run", function()
  local request, message, detail = shared:create_user({
    profile = { login = "a" }, credentials = { password = { value = SECRET } },
  }, { dry_run = true })
  if type(request) ~= "table" then
    return request, message, detail
  end
  return request.method, request.url, request.body, request.headers
end)

add("a private file", function()
  local name = os.tmpname()
  local file = assert(io.open("/dev/null", "a+b"))
  local ok, why = core.become(file, name, true)
  local text
  if ok then
    file:write("some text")
  end
  file:close()
  if ok then
    text, why = core.read_file(name, 9)
  end
  os.remove(name)
  if not text then
    return nil, "memory or system: " .. tostring(why)
  end
  return text, why
end, { any_message = true })

add("the URL of a proxy", function()
  return { core.proxy_fault("http://u:" .. SECRET), core.proxy_fault("http://u:p@x.test:1") }
end, { never = SECRET })

add("a file", function()
  local name = os.tmpname()
  local file = assert(io.open(name, "w+"))
  local lock = { core.lock(file) }
  file:write("some text")
  local results = { lock[1], core.sync(file), (core.cut(file, 4)), (core.columns(file)) }
  core.unlock(file)
  file:close()
  os.remove(name)
  return lock[1] and results[2] and results[3] and results or nil, "memory or system: " .. tostring(lock[2])
end, { any_message = true })

return list

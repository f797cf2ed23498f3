-- One quota for all workers of nginx.
local control = require "spec.support.control"
local serve = require "roster.sandbox.serve"
local workers = require "spec.support.workers"

local DICT = "lua_shared_dict roster 1m;"
local LIMIT, CAPACITY = 60, 54

-- Calls of several threads, each until one is not let out.
local UNTIL_REFUSED = [[
  local client = package.loaded.spec_client or roster.okta(arg)
  package.loaded.spec_client = client
  local threads, sent, kinds = {}, 0, {}
  for i = 1, 4 do
    threads[i] = ngx.thread.spawn(function()
      while true do
        local users, message, detail = client:list_users { limit = 1 }:page()
        if not users then
          kinds[detail.kind .. (detail.status or "")] = (kinds[detail.kind .. (detail.status or "")] or 0) + 1
          assert(detail.kind ~= "rate_limited" or detail.retry_at > ngx.now(), message)
          return
        end
        sent = sent + 1
      end
    end)
  end
  for i = 1, 4 do assert(ngx.thread.wait(threads[i])) end
  return sent, kinds
]]

describe("the workers of nginx", function()
  local server, host

  before_each(function()
    server = serve.start { users = 5, rate_limit = LIMIT }
  end)

  after_each(function()
    host:stop()
    server:stop()
  end)

  local function arg(more)
    local options = { url = server.okta.url, token = server.okta.token, max_wait = 0.2 }
    for name, value in pairs(more or {}) do
      options[name] = value
    end
    return options
  end

  local function sum(results)
    local sent = 0
    for _, result in ipairs(results) do
      assert.same({ rate_limited = 4 }, result[2])
      sent = sent + result[1]
    end
    return sent
  end

  it("together stay within the quota, and meet no 429", function()
    host = workers.start { http = DICT }
    local sent = sum(host:all(UNTIL_REFUSED, arg()))
    local counts = control.counts(server.okta)
    assert.equal(sent, counts.requests.list_users)
    assert.is_nil(counts.statuses["429"])
    -- at once 37, less those of the first 16 that may be counted twice: nobody
    -- can tell which of them the first answer knows of
    assert.is_true(sent >= 20 and sent <= CAPACITY, sent)
    -- it is as much for one that has just begun
    host:kill(0)
    local more = sum(host:all(UNTIL_REFUSED, arg()))
    assert.is_true(sent + more <= CAPACITY, sent + more)
    counts = control.counts(server.okta)
    assert.equal(sent + more, counts.requests.list_users)
    assert.is_nil(counts.statuses["429"])
  end)

  it("see the same limits", function()
    host = workers.start { http = DICT }
    host:run([[
      local client = roster.okta(arg)
      for _ = 1, 10 do
        assert(client:list_users { limit = 1 }:page())
      end
    ]], arg())
    local results = host:all([[
      local limits = roster.okta(arg):limits()
      return #limits, limits[1]
    ]], arg())
    for _, result in ipairs(results) do
      assert.equal(1, result[1])
      local limit = result[2]
      assert.equal("/api/v1/users", limit.bucket)
      assert.equal(LIMIT, limit.limit)
      assert.equal(LIMIT - 10, limit.remaining)
      assert.is_true(limit.resets_in > 0 and limit.resets_in <= 61, limit.resets_in)
    end
  end)

  it("keep to what each knows, without a dictionary, and say nothing", function()
    host = workers.start { workers = 2 }
    for _, result in ipairs(host:all(UNTIL_REFUSED, arg())) do
      for kind in pairs(result[2]) do
        assert.matches("^rate_limited", kind)
      end
      assert.is_true(result[1] >= 1)
    end
    assert.equal("", host:complaints())
  end)

  it("need not share", function()
    host = workers.start { http = DICT, workers = 2 }
    host:all("assert(roster.okta(arg):list_users { limit = 1 }:page())", arg { store = false })
    local token = host:all([[
      local token = arg.token
      arg.token = function() return token end
      assert(roster.okta(arg):list_users { limit = 1 }:page())
      return #ngx.shared.roster:get_keys(0)
    ]], arg())
    assert.equal(0, token[1][1])
    assert.equal(0, token[2][1])
  end)
end)

-- A process that was stopped, or whose clock was set, while it waited; over real HTTP.
local control = require "spec.support.control"
local core = require "roster.core"
local curl = require "roster.curl"
local json = require "roster.json"
local serve = require "roster.sandbox.serve"
local served = require "spec.support.served"

local PATIENCE = 60 -- seconds

describe("trap: #nginx", function()
  local server, okta, id

  setup(function()
    server = serve.start { users = 5, rate_limit = 600 }
    okta = served.client(server)
    for user in okta:list_users { filter = 'status eq "ACTIVE"' } do
      id = user.id ~= okta:get_user("me").id and user.id or id
    end
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  before_each(function()
    served.fresh(server)
  end)

  local function wait_until(what, is_so)
    local ends = core.clock() + PATIENCE
    while not is_so() do
      assert(core.clock() < ends, "waited in vain for " .. what)
      curl.sleep(0.01)
    end
  end

  local function exists(path)
    local file = io.open(path)
    return file and file:close() and true
  end

  it("a process that was stopped while it waited waits on, or sends twice", function()
    local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
    local path = os.tmpname()
    for _, headers in ipairs {
      { ["Retry-After"] = "1" },
      { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = "@now+1" },
    } do
      served.fresh(server)
      control.fault(server.okta, { operation = "suspend_user", status = 429, headers = headers, times = 1 })
      local pipe = assert(io.popen(("(LUA_PATH='%s' LUA_CPATH='%s' exec %s spec/support/stopped.lua %s %s %s %s.waits) "
        .. ">%s 2>&1 & echo $!"):format("./?.lua;" .. package.path, package.cpath, lua, server.okta.url,
        server.okta.token, id, path, path)))
      local pid = assert(pipe:read("*l"))
      pipe:close()
      wait_until("the wait", function()
        return exists(path .. ".waits")
      end)
      assert(os.execute("kill -STOP " .. pid))
      -- its wait is over before it goes on
      curl.sleep(3)
      assert(os.execute("kill -CONT " .. pid))
      local text
      wait_until("the outcome", function()
        local file = assert(io.open(path))
        text = file:read("*a")
        file:close()
        return text:find("\n$")
      end)
      os.remove(path .. ".waits")
      local told = assert(json.decode(text), text)
      assert.is_true(told.ok, told.message)
      -- the wait that was told of is the only one
      assert.equal(1, #told.waits, text)
      local counts = control.counts(server.okta)
      assert.equal(2, counts.requests.suspend_user)
      assert.equal(1, counts.effects.suspend_user)
      assert.equal(1, counts.effects.unsuspend_user)
    end
    os.remove(path)
  end)

  it("a clock that was set makes a client wait for an hour, or not at all", function()
    for _, by in ipairs { -3600, 3600 } do
      for _, headers in ipairs {
        { ["Retry-After"] = "20" },
        { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "0", ["X-Rate-Limit-Reset"] = "@now+19" },
      } do
        served.fresh(server)
        local clock, waits = served.hasty()
        local wall, ahead = clock.wall, 0
        function clock.wall()
          return wall() + ahead
        end
        local client = served.client(server, { clock = clock, on_wait = function()
          ahead = by
        end })
        control.fault(server.okta, { operation = "get_user", status = 429, headers = headers, times = 1 })
        assert.equal(id, client:get_user(id).id)
        assert.equal(1, #waits)
        assert.is_true(waits[1] >= 19 and waits[1] < 22, waits[1])
        client:close()
      end
    end
  end)
end)

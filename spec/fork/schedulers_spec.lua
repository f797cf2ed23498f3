-- A client that a scheduler's loop drives, used before a fork() and in both
-- processes after it, each in a loop of its own.
local forking = require "spec.support.forking"

describe("after a fork()", function()
  local service

  setup(function()
    service = forking.start()
  end)

  teardown(function()
    service:stop()
  end)

  local LOOPS = {
    cqueues = [[
      local cqueues = require "cqueues"
      local function run(bodies)
        local loop = cqueues.new()
        for _, body in ipairs(bodies) do loop:wrap(body) end
        assert(loop:loop())
      end
    ]],
    luv = [[
      local uv = require "luv"
      local function run(bodies)
        local left, failure = #bodies, nil
        for _, body in ipairs(bodies) do
          coroutine.wrap(function()
            local ok, why = pcall(body)
            left, failure = left - 1, failure or not ok and why
          end)()
        end
        while left > 0 do uv.run "once" end
        if failure then error(failure, 0) end
      end
    ]],
  }

  for name, loop in pairs(LOOPS) do
    it(name .. " goes on with connections of the child's", function()
      service:run(loop .. ([[
        local okta = client { scheduler = require "roster.loop.%s" }
        local function many(who, n)
          local bodies = {}
          for i = 1, n do
            bodies[i] = function()
              for k = 1, 10 do ask(okta, who .. i .. "-" .. k) end
              change(okta, who .. i)
            end
          end
          run(bodies)
        end
        -- in place, so that no loop is shared; then in loops
        local before = ask(okta, "warm")
        local pid = forks.child(function()
          assert(ask(okta, "child") ~= before)
          many("child", 8)
        end)
        assert(ask(okta, "parent") == before)
        forks.wait(pid)
        many("parent", 8)
        pid = forks.child(function() many("again", 3) end)
        forks.wait(pid)
        many("last", 3)
      ]]):format(name))
    end)
  end

  it("what a cqueues coroutine waits for is closed in the child", function()
    service:run(LOOPS.cqueues .. [[
      local okta = client { scheduler = require "roster.loop.cqueues" }
      local pid
      run {
        function()
          local value, message, detail = okta:request {
            method = "POST", path = "/api/v1/users/slow", query = { ms = 300 },
          }
          if pid == 0 then
            local ok = value == nil and detail.kind == "closed" and detail.ambiguous
            if not ok then print(message) io.stdout:flush() end
            forks.exit(ok and 0 or 1)
          end
          assert(value.id == "slow", message)
        end,
        function()
          cqueues.sleep(0.1)
          pid = forks.fork()
          if pid == 0 then
            -- the loop is shared with the parent: look, in place
            local own = client()
            ask(own, "child")
          end
        end,
      }
      forks.wait(pid)
    ]])
  end)
end)

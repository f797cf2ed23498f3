-- A clock that only moves when somebody sleeps, and a transport that takes
-- its time by it: many calls may be on their way at once.
--
--     local time = virtual.clock()
--     local okta = roster.okta { clock = time.clock, transport = virtual.transport(org, 0.2), ... }
--     time.now() -- seconds so far
local M = {}

-- seconds since 1970 at which the clock starts
M.EPOCH = 1700000000

--- `on_sleep(seconds)` is called before each sleep of the whole program.
---@param on_sleep fun(seconds: number)?
function M.clock(on_sleep)
  local now, draw = 0, 0.5
  local function read()
    return now
  end
  return {
    now = read,
    wall = function()
      return M.EPOCH + now
    end,
    clock = {
      now = read,
      wall = function()
        return math.floor(M.EPOCH + now)
      end,
      random = function()
        draw = draw * 48271 % 1
        return draw
      end,
      sleep = function(seconds)
        if on_sleep then
          on_sleep(seconds)
        end
        now = now + seconds
      end,
    },
  }
end

--- `org` is a sandbox; each answer takes `latency` seconds, during which the
--- request counts against the org's concurrency; a refusal takes a tenth of
--- that, and holds no place. `.most` is how many were on their way at once.
---@param org table
---@param latency number
function M.transport(org, latency)
  local transport = { in_flight = 0, most = 0 }

  function transport:exchange(call, loop)
    self.in_flight = self.in_flight + 1
    self.most = math.max(self.most, self.in_flight)
    local ok, response, why = pcall(org.handle, org, call:request())
    local refused = ok and response and response.status == 429
    if not refused then
      org:enter()
    end
    local slept, err = pcall(loop.sleep, loop, refused and latency / 10 or latency)
    if not refused then
      org:leave()
    end
    self.in_flight = self.in_flight - 1
    if not slept then
      error(err, 0)
    end
    assert(ok, response)
    if response then
      call:answer(response.status, response.headers, response.body)
    else
      call:lost("transport", why)
    end
  end

  return transport
end

return M

-- Run by a spec in a process of its own, to be stopped (SIGSTOP) while it waits:
-- suspends and unsuspends the user arg[3] at the org arg[1] with the token arg[2].
-- Creates the file arg[4] when it begins to wait. Prints its waits and the outcome.
local json = require "roster.json"
local roster = require "roster"

local waits = {}
local okta = roster.okta { url = arg[1], token = arg[2], on_wait = function(seconds, why)
  waits[#waits + 1] = { seconds = seconds, why = why }
  assert(io.open(arg[4], "w")):close()
end }
local ok, message = okta:suspend_user(arg[3])
if ok then
  ok, message = okta:unsuspend_user(arg[3])
end
print(assert(json.encode { ok = ok, message = not ok and message or nil, waits = json.array(waits) }))

-- Run by a spec in a process of its own, to be killed: moves every user of the
-- org at arg[1] to the department arg[4], with the journal arg[3], and prints
-- the counts. arg[5]: only so many users.
local json = require "roster.json"
local retire = require "spec.support.retire"
local roster = require "roster"

local okta = roster.okta { url = arg[1], token = arg[2], max_retries = 8 }
local most = tonumber(arg[5]) or math.huge
local list, given = okta:list_users { limit = 200 }, 0

local function source()
  given = given + 1
  return given <= most and list() or nil
end

local counts, message = okta:each(source, retire.to(arg[4]), { journal = arg[3], concurrency = 16 })
if not counts then
  io.stderr:write(message, "\n")
  os.exit(1)
end
local failure = counts.failures[1]
counts.failures = failure and failure.message
print(assert(json.encode(counts)))

-- Looks at every user's groups, a call for each, and keeps within a share of the org's rate limits: what it waits for
-- is said, and at the end what is known of the limits.
--
--   lua5.4 examples/rate_limits.lua [SHARE [LONGEST]]

local here = arg[0]:match("^(.*/)") or "./"
local cli = dofile(here .. "cli.lua")
local roster = require "roster"
local visible = require "roster.visible"

local PROGRAM = {
  name = "rate_limits.lua",
  operands = "[SHARE] [LONGEST]",
  about = [[
Looks at the groups of every user of an Okta org, and keeps within a SHARE of its rate limits (0.5 if absent; above 0,
at most 1). A wait of more than LONGEST seconds (60 if absent) ends it instead.

Exit code: 0 when everybody was looked at, 1 when not, 2 for wrong arguments. Okta's address and token come from the
environment: OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN.]],
}

local function print_limits(okta)
  local rows = { { "bucket", "limit", "left", "resets in" } }
  for _, limit in ipairs(okta:limits()) do
    rows[#rows + 1] = {
      limit.bucket, limit.limit or "?", limit.remaining or "?", ("%.0f s"):format(limit.resets_in or 0),
    }
  end
  cli.write(table.concat(cli.columns(rows), "\n") .. "\n")
end

cli.run(PROGRAM, function(_, operands)
  local share, longest = tonumber(operands[1] or 0.5), tonumber(operands[2] or 60)
  if not (share and longest and share > 0 and share <= 1) then
    cli.stop("usage: rate_limits.lua [SHARE] [LONGEST], 0 < SHARE <= 1, LONGEST in seconds", 2)
  end
  local okta = roster.okta {
    governor = { capacity = share },
    on_wait = function(seconds, why, bucket)
      cli.say(("%s: %.1f s for %s"):format(visible.line(why), seconds, bucket))
      return seconds <= longest
    end,
  }
  local counts, message, detail = okta:each(okta:list_users(), function(user)
    return okta:list_user_groups(user.id):all()
  end, { on_error = "stop" })
  print_limits(okta)
  okta:close()
  if not counts then
    cli.say(message)
    cli.stop(detail and detail.retry_at and "try again at " .. os.date("%H:%M:%S", math.ceil(detail.retry_at)) or nil)
  end
  cli.write(counts.done .. " users looked at\n")
  return 0
end)

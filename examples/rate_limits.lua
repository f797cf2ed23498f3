-- Looks at every user's groups, a call for each, and keeps within a share of
-- the org's rate limits: what it waits for is said, and at the end what is
-- known of the limits. A wait of more than LONGEST seconds ends it instead. The
-- org and the token come from the environment (OKTA_CLIENT_ORGURL,
-- OKTA_CLIENT_TOKEN).
--
--   lua5.4 examples/rate_limits.lua [SHARE [LONGEST]]       0.5 and 60 if not said

local roster = require "roster"

local share, longest = tonumber(arg[1] or 0.5), tonumber(arg[2] or 60)
if not (share and longest and share > 0 and share <= 1) then
  io.stderr:write("usage: rate_limits.lua [SHARE [LONGEST]], 0 < SHARE <= 1, LONGEST in seconds\n")
  os.exit(2, true)
end

local okta = roster.okta {
  governor = { capacity = share },
  on_wait = function(seconds, why, bucket)
    io.stderr:write(("%s: %.1f s for %s\n"):format(why, seconds, bucket))
    return seconds <= longest
  end,
}

local counts, message, detail = okta:each(okta:list_users(), function(user)
  return okta:list_user_groups(user.id):all()
end, { on_error = "stop" })

print(("%-45s %6s %6s %10s"):format("bucket", "limit", "left", "resets in"))
for _, limit in ipairs(okta:limits()) do
  print(("%-45s %6s %6s %8.0f s"):format(
    limit.bucket, limit.limit or "?", limit.remaining or "?", limit.resets_in or 0
  ))
end
okta:close()

if not counts then
  io.stderr:write(message, "\n")
  if detail and detail.retry_at then
    io.stderr:write("try again at ", os.date("%H:%M:%S", math.ceil(detail.retry_at)), "\n")
  end
  os.exit(1, true)
end
print(counts.done .. " users looked at")
os.exit(0, true)

-- Run by a spec in a process of its own, to be killed: expires the password of all
-- who match a search, at the org arg[1] with the token arg[2], with the journal
-- arg[3]; the logins and temporary passwords are added to the file arg[4]. arg[5]:
-- kills itself at so many results. arg[6]: "function" does it by a function, "load"
-- by one and with the option. Prints the counts.
local json = require "roster.json"
local roster = require "roster"

local okta = roster.okta { url = arg[1], token = arg[2] }
local file = assert(io.open(arg[4], "a"))
local most, kind = tonumber(arg[5]), arg[6]
local results = 0

local function expire(user, client)
  return client:expire_password_and_get_temporary_password(user.id)
end

local counts, message = okta:each(
  okta:list_users { search = 'status eq "ACTIVE" and profile.department eq "Leavers"' },
  kind and expire or "expire_password_and_get_temporary_password", {
    journal = arg[3],
    concurrency = 4,
    load = kind == "load" and function(id, client)
      return client:get_user(id)
    end or nil,
    on_result = function(result)
      results = results + 1
      if results == most then
        os.execute("kill -9 $PPID")
      end
      file:write(result.item.profile.login, ",", result.value.tempPassword, "\n")
      file:flush()
    end,
  })
if not counts then
  io.stderr:write(message, "\n")
  os.exit(1)
end
print(assert(json.encode {
  done = counts.done, failed = counts.failed, skipped = counts.skipped, repeated = counts.repeated,
  unresolved = counts.unresolved, unresolved_items = json.array(counts.unresolved_items),
}))

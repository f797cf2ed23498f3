--- The command line of serve.lua: its options, what they may be, and its help.
local M = {}

-- The option; its value, as the help names it; the values that it takes; what
-- it says; the services it is for, and what they call it.
local ROWS = {
  { "port", "P", "port", "port of Okta's; P + 1 is JumpCloud's, P + 2 Knetik's, P + 3 scripts faults [free ones]",
    server = "port" },
  { "tls", nil, "flag", "also serve TLS, on free ports; the certificate's file is printed", server = "tls" },
  { "latency", "SECONDS", "seconds", "how long each answer takes, of all three services [0]",
    okta = "latency", jumpcloud = "latency", knetik = "latency" },
  { "owner", "PID", "process", "return at once, and serve until the process PID ends (Linux)", server = "owner" },
  { "lua-path", "PATH", "text", "where nginx finds Lua modules [this tree, and where this Lua does]",
    server = "lua_path" },
  { "lua-cpath", "PATH", "text", "where it finds C modules for Lua 5.1 [likewise]", server = "lua_cpath" },
  { "users", "N", "some", "Okta: users that a plain list shows [100]", okta = "users" },
  { "deprovisioned", "N", "count", "Okta: further ones, which it leaves out [0]", okta = "deprovisioned" },
  { "groups", "N", "count", "Okta: groups [40]", okta = "groups" },
  { "token", "TEXT", "text", "Okta: the API token [sandbox-token]", okta = "token" },
  { "rate-limit", "N|off", "rate", "Okta: calls a minute within each rate limit [600 to 2000, by limit]",
    okta = "rate_limit" },
  { "concurrency", "N", "some", "Okta: calls at a time [75]", okta = "concurrency" },
  { "transition", "SECONDS", "seconds", "Okta: how long activation, deactivation and deletion take [0]",
    okta = "transition" },
  { "seed", "N", "count", "Okta: another number, other people [4711]", okta = "seed" },
  { "administrators", "N", "some", "JumpCloud: administrators [12]", jumpcloud = "administrators" },
  { "organizations", "N", "some", "JumpCloud: organizations [25]", jumpcloud = "organizations" },
  { "api-key", "TEXT", "text", "JumpCloud: the API key [sandbox-api-key]", jumpcloud = "api_key" },
  { "players", "N", "some", "Knetik: users [60]", knetik = "users" },
  { "token-lifetime", "SECONDS", "lifetime", "Knetik: how long an access token is good [3600]",
    knetik = "token_lifetime" },
}

local BY_NAME = {}
for _, row in ipairs(ROWS) do
  BY_NAME[row[1]] = row
end

local MOST = 1000000
local LAST_PORT = 65535 - 3 -- the others follow

local function whole(least, most)
  return function(text)
    local value = text:find("^%d+$") and tonumber(text)
    return value and value >= least and value <= most and math.floor(value) or nil
  end
end

local function seconds(least, most)
  return function(text)
    local value = (text:find("^%d+%.?%d*$") or text:find("^%.%d+$")) and tonumber(text)
    return value and value >= least and value <= most and value or nil
  end
end

-- The kinds of values: what reads one, nil for a bad one, and what it expects.
local KINDS = {
  port = { whole(1, LAST_PORT), ("a port from 1 to %d"):format(LAST_PORT) },
  some = { whole(1, MOST), ("a whole number from 1 to %d"):format(MOST) },
  count = { whole(0, MOST), ("a whole number from 0 to %d"):format(MOST) },
  process = { whole(1, 2 ^ 31 - 1), "the number of a process" },
  rate = { function(text)
    if text == "off" then
      return false
    end
    return whole(1, MOST)(text)
  end, ("off, or a whole number from 1 to %d"):format(MOST) },
  seconds = { seconds(0, 3600), "seconds, from 0 to 3600" },
  lifetime = { seconds(1, 86400), "seconds, from 1 to 86400" },
  text = { function(text)
    return text ~= "" and not text:find("%c") and text or nil
  end, "a text without control characters" },
}
local FAULTS = [[
Faults are scripted at the address in ROSTER_SANDBOX_CONTROL, each with a POST of
JSON for the service that the path names: okta, jumpcloud or knetik. A request is
struck by the first fault that matches it.

  curl "$ROSTER_SANDBOX_CONTROL/okta/faults" \
    -d '{ "path": "/api/v1/users", "status": 503, "times": 2 }'

  method, path, operation  the requests it is for, any by default: GET; a path
                below the base URL, or a Lua pattern for the whole of it;
                roster's name of the operation, list_users
  status        answers with this status, 200 to 599, in the service's place
  headers       added to the answer; false takes one away; "@now+5" becomes
                seconds since 1970, "@date-5" an HTTP date
  body          a text, or anything else as JSON
  delay         seconds before the answer, below 3600
  close         ends the connection: "before" the answer, "reset" (before it,
                with a TCP reset), "after_headers" or "mid_body"
  apply         true: the service does what was asked before the fault strikes
  skip          lets so many requests pass first [0]
  times         strikes so often, or "forever" [1, with rate "forever"]
  rate          strikes this share of the requests, 0 to 1
  seed          of the random numbers that rate draws [1]

Below the same address: DELETE faults forgets all faults; GET counts tells which
requests came and what they changed, DELETE counts starts anew; GET mails lists
what was mailed; DELETE tokens makes access tokens invalid.
]]

--- What --help prints.
---@return string
function M.help()
  local lines = {
    "usage: serve.lua [option...]",
    "Serves stateful stand-ins for Okta, JumpCloud and KnetikCloud on loopback, until",
    "Ctrl-C. What is printed is for a shell's eval: the variables by which programs",
    "find them, and the rest as comments. `make sandbox` has PORT for --port, USERS",
    "for --users, LATENCY for --latency, RATE for --rate-limit and OWNER for --owner.",
    "",
  }
  for _, row in ipairs(ROWS) do
    lines[#lines + 1] = ("  --%-24s %s"):format(row[1] .. (row[2] and " " .. row[2] or ""), row[4])
  end
  lines[#lines + 1] = "  --help"
  return table.concat(lines, "\n") .. "\n\n" .. FAULTS
end

-- What was given, fit for one line of a terminal.
local function shown(text)
  return text and '"' .. text:gsub("[%c\127-\255]", "?"):sub(1, 60) .. '"' or "nothing"
end

local function put(options, row, value)
  for service, name in pairs { jumpcloud = row.jumpcloud, knetik = row.knetik } do
    options[service] = options[service] or {}
    options[service][name] = value
  end
  local name = row.okta or row.server
  if name then
    options[name] = value
  end
end

--- Reads the words after the command's name.
---@param words string[]
---@return table? options  of `roster.sandbox.serve`'s start; nil to print the help
---@return string? message  what is wrong with the words
function M.parse(words)
  local options, i = {}, 1
  while words[i] do
    local name, value = words[i]:match("^%-%-([%l-]+)=(.*)$")
    name = name or words[i]:match("^%-%-([%l-]+)$")
    local row = BY_NAME[name]
    if words[i] == "--help" or words[i] == "-h" then
      return nil
    elseif not row then
      return nil, "unknown option " .. shown(words[i]) .. ", --help lists them"
    elseif row[3] == "flag" then
      if value then
        return nil, "--" .. name .. " takes no value, got " .. shown(value)
      end
      value = true
    else
      if not value then
        i = i + 1
        value = words[i]
      end
      local kind, given = KINDS[row[3]], value
      value = given and kind[1](given)
      if value == nil then
        return nil, ("--%s: expected %s, got %s"):format(name, kind[2], shown(given))
      end
    end
    put(options, row, value)
    i = i + 1
  end
  return options
end

return M

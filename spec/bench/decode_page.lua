-- Writes a page of Okta users to standard output, about 2 KB each: the
-- attributes of an organisation that fills in most of the standard ones, some
-- of its own, nulls, and the links of an active user.
-- usage: lua decode_page.lua [users [seed]]

local count = tonumber(arg and arg[1]) or 200
local seed = tonumber(arg and arg[2]) or 20240607

local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n + 1
end

local function pick(list)
  return list[random(#list)]
end

local first = { "Ada", "Zo\195\171", "Jos\195\169", "Mei", "Oluwaseun", "Ingrid", "Bob" }
local last = { "Lovelace", "Garc\195\173a", "Okonkwo", "Lindqvist", "Ng", "O'Brien" }
local city = { "San Francisco", "Z\195\188rich", "Toronto", "Lagos", "Osaka" }
local title = { "Staff Engineer", "Account Manager", "VP \\\"People\\\"", "Analyst" }

local function id(prefix)
  local letters = {}
  for i = 1, 17 do
    local n = random(36)
    letters[i] = string.sub("0123456789abcdefghijklmnopqrstuvwxyz", n, n)
  end
  return prefix .. table.concat(letters)
end

local function time()
  return string.format("202%d-%02d-%02dT%02d:%02d:%02d.000Z", random(4),
    random(12), random(28), random(24) - 1, random(60) - 1, random(60) - 1)
end

local links = {
  "suspend", "schema", "resetPassword", "forgotPassword", "expirePassword",
  "changeRecoveryQuestion", "self", "type", "changePassword", "deactivate",
}

local function user(number)
  local given, family = pick(first), pick(last)
  local own = id("00u")
  local base = "https://example.okta.com/api/v1/users/" .. own
  local login = string.format("user%05d@example.com", number)
  local refs = {}
  for i, name in ipairs(links) do
    refs[i] = string.format('"%s":{"href":"%s/lifecycle/%s","method":"POST"}',
      name, base, name)
  end
  return table.concat({
    '{"id":"', own, '","status":"ACTIVE","created":"', time(),
    '","activated":"', time(), '","statusChanged":"', time(),
    '","lastLogin":', random(4) == 1 and "null" or '"' .. time() .. '"',
    ',"lastUpdated":"', time(), '","passwordChanged":"', time(),
    '","type":{"id":"otyfnjfba4ye7pgjB0g4"},"profile":{"firstName":"', given,
    '","lastName":"', family, '","mobilePhone":',
    random(2) == 1 and "null" or '"+1-555-415-1337"',
    ',"secondEmail":"', given, number, '@example.org","login":"', login,
    '","email":"', login, '","employeeNumber":"', number,
    '","department":"Engineering","city":"', pick(city),
    '","costCenter":"CC-', random(90), '","title":"', pick(title),
    '","locale":"en_US","timezone":"America/Los_Angeles","countryCode":"US',
    '","badge":', random(100000), ',"contractor":',
    random(2) == 1 and "true" or "false", ',"load":', random(400) / 8,
    ',"teams":["core","on-call","', pick(last), '"]},"credentials":{',
    '"password":{},"emails":[{"value":"', login,
    '","status":"VERIFIED","type":"PRIMARY"}],"recovery_question":{"question":',
    '"Who\'s a major player in the cowboy scene?"},"provider":',
    '{"type":"OKTA","name":"OKTA"}},"_links":{', table.concat(refs, ","), "}}",
  })
end

local users = {}
for number = 1, count do
  users[number] = user(number)
end
io.write("[", table.concat(users, ","), "]")

--- What an app starts with: users, made from their number, and templates.
local json = require "roster.json"
local names = require "roster.sandbox.okta.names"
local random = require "roster.sandbox.random"

local M = {
  PASSWORD = "sandbox-password-of-all",
}
M.__index = M

local FOUNDED = 1483228800 -- 2017-01-01
local DAY = 86400

-- Above 2^53: a client that reads numbers as floats gets it wrong.
local LONG = "9007199254740993"

local TAGS = { "beta", "vip", "press kit", "a/b" }
local GROUPS = { "founders", "moderators", "players" }

--- Makes the id of a template: 24 hexadecimal digits.
function M.template_id(seed, n)
  local a = random.hash(seed, n, 31)
  return string.format("%08x%08x%08x", a, random.hash(seed, a, 32),
    random.hash(a, n, 33))
end

local function file(kind, name)
  return {
    type = kind,
    crc = "8f3a2c11",
    description = name,
    file_type = kind,
    url = "https://files.example.com/" .. name,
  }
end

local function long()
  return rawget(math, "type") and math.tointeger(tonumber(LONG)) or LONG
end

--- One property of each kind, by the kind's name.
---@return table<string, table>
function M.properties()
  local function files(kind)
    return {
      type = kind .. "_group",
      files = json.array{ file(kind, kind .. "-1"), file(kind, kind .. "-2") },
    }
  end
  return {
    audio = file("audio", "song.ogg"),
    audio_group = files("audio"),
    boolean = { type = "boolean", value = false },
    date = { type = "date", value = FOUNDED },
    double = { type = "double", value = 0.25 },
    file = file("file", "rules.pdf"),
    file_group = files("file"),
    formatted_text = { type = "formatted_text", value = "<b>bold</b>" },
    image = file("image", "face.png"),
    image_group = files("image"),
    integer = { type = "integer", value = -7 },
    list = { type = "list", values = json.array{
      { type = "text", value = "one" },
      { type = "long", value = long() },
    } },
    long = { type = "long", value = long() },
    map = { type = "map", map = {
      inner = { type = "list", values = json.array{} },
      level = { type = "integer", value = 3 },
    } },
    text = { type = "text", value = "Grüße" },
    video = file("video", "intro.mp4"),
    video_group = files("video"),
  }
end

local function definition(kind)
  local made = { name = kind, type = kind, required = false }
  if kind == "list" then
    made.value_definition = { name = "item", type = "text", required = true }
    made.min_count, made.max_count = 0, 10
  elseif kind == "map" then
    made.properties = json.array{
      { name = "level", type = "integer", required = false, min = 0,
        max = 99 },
    }
    made.allow_additional = true
  elseif kind == "long" then
    made.min, made.max = 0, long()
  elseif kind == "text" then
    made.max_length = 200
  elseif kind:find("_group$") then
    made.min_count, made.max_count = 0, 5
  end
  return made
end

local function template(seed, n, name, list, additional)
  return {
    id = M.template_id(seed, n),
    name = name,
    properties = list,
    allow_additional = additional,
    created_date = FOUNDED,
    updated_date = FOUNDED + n * DAY,
  }
end

--- Makes the templates: a list, and by id. The first has a property of each
--- kind and is in use.
function M.templates(seed)
  local kinds = {}
  for kind in pairs(M.properties()) do
    kinds[#kinds + 1] = kind
  end
  table.sort(kinds)
  local every = json.array{}
  for i, kind in ipairs(kinds) do
    every[i] = definition(kind)
  end
  local list = {
    made = 3,
    template(seed, 1, "everything", every, true),
    template(seed, 2, "plain", json.array{}, false),
    template(seed, 3, "player", json.array{
      { name = "score", type = "long", required = true, min = 0 },
      { name = "bio", type = "formatted_text", required = false },
    }, false),
  }
  for _, one in ipairs(list) do
    list[one.id] = one
  end
  return list
end

--- Makes a generator of users.
---@param app table
function M.new(app)
  return setmetatable({
    count = app.users,
    seed = app.seed,
    username = app.username,
    password = app.password,
    template = M.template_id(app.seed, 1),
  }, M)
end

local function relation(id, seed)
  return {
    id = id,
    relationship_id = 1000 + id,
    context = "family",
    display_name = M.display_name(seed, id),
  }
end

local function person(seed, id)
  return random.hash(seed, id, 34) % #names.first + 1,
    random.hash(seed, id, 35) % #names.last + 1
end

function M.display_name(seed, id)
  local first, last = person(seed, id)
  return string.format("%s %s. %d", names.first[first],
    names.last[last]:sub(1, 1), id)
end

-- Every fifth is in the first group, every third in the second, all in the
-- last.
local function groups(id)
  local of = {}
  for i, name in ipairs(GROUPS) do
    if id % (7 - 2 * i) == 0 then
      of[name] = true
    end
  end
  return of
end

local function tags(id)
  local list = json.array{}
  for i, tag in ipairs(TAGS) do
    if id % (i + 2) == 0 then
      list[#list + 1] = tag
    end
  end
  return list
end

--- Makes the user number `id`. The first is the administrator; the second
--- has a property of each kind; the third is the parent of the fourth.
---@param id integer
---@return table
function M:make(id)
  local seed = self.seed
  local first, last = person(seed, id)
  local place = random.pick(names.places, random.hash(seed, id, 36))
  local username = id == 1 and self.username or string.format("%s.%s.%d",
    names.first_plain[first], names.last_plain[last], id)
  local since = FOUNDED + id * 3600
  return {
    id = id,
    additional_properties = id == 2 and M.properties() or {},
    address = string.format("%d %s", id, names.streets[id % #names.streets +
      1]),
    avatar_url = string.format("https://avatars.example.com/%d.png", id),
    children = json.array{ id == 3 and self.count > 3 and relation(4, seed) or
      nil },
    city = place[1],
    country_code = place[3],
    currency_code = place[3] == "US" and "USD" or "EUR",
    date_of_birth = FOUNDED - (20 + id % 40) * 365 * DAY,
    description = "Player " .. id,
    display_name = M.display_name(seed, id),
    email = username:gsub("[^%w.]", "") .. "@example.com",
    first_name = names.first[first],
    fullname = names.first[first] .. " " .. names.last[last],
    gender = id % 2 == 0 and "female" or "male",
    language_code = place[6]:sub(1, 2),
    last_activity = since + (id * 7919) % 1000 * DAY,
    last_name = names.last[last],
    last_updated = since,
    member_since = since,
    mobile_number = string.format("+1555%07d", id),
    parents = json.array{ id == 4 and relation(3, seed) or nil },
    postal_code = place[4],
    state = place[2],
    tags = tags(id),
    template = id == 2 and self.template or nil,
    timezone_code = place[5],
    username = username,
    secret_password = id == 1 and self.password or M.PASSWORD,
    secret_groups = groups(id),
    secret_roles = id == 1 and { ADMIN = true, USER = true } or
      { USER = true },
  }
end

return M

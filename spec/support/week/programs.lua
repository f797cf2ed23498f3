-- What the coroutines of the week do: changes, walks over lists, runs over many
-- users, and mishaps.
local M = {}

local HOUR, DAY = 3600, 86400

------------------------------------------------------------------ one at a time

--- Options of a call: sometimes in a hurry.
local function options_of(world)
  local lot = world.dice:roll()
  if lot < 0.05 then
    return { timeout = 0.5 + world.dice:span(10) }
  elseif lot < 0.1 then
    return { deadline = world.clock.wall() + 1 + world.dice:span(20) }
  elseif lot < 0.15 then
    return { max_retries = 0 }
  end
  return {}
end

--- Until it has worked, or has been tried so often; where nobody knows, it is
--- looked at before it is asked for again.
local function persist(world, client, look, act)
  for _ = 1, 5 do
    local value, message, detail = act()
    if value ~= nil or not detail.ambiguous and not detail.retryable then
      return value, message, detail
    end
    world.t.sleep(1 + world.dice:span(20))
    if detail.ambiguous then
      local seen = look and look(client)
      if seen then
        return seen
      end
    end
  end
end

local okta = {}

function okta.read(world, client)
  world:call(client, "get_user", world.dice:pick(world.people).id, options_of(world))
end

function okta.read_nobody(world, client)
  world:call(client, "get_user", "nobody@example.test", options_of(world))
end

function okta.change(world, client)
  local name = ("n%.0f"):format(world.dice:roll() * 1e6)
  local id = world.dice:pick(world.people).id
  persist(world, client, function()
    local seen = world:call(client, "get_user", id, {})
    return seen and seen.profile.nickName == name
  end, function()
    return world:call(client, "partial_update_user", id, { profile = { nickName = name } }, options_of(world))
  end)
end

function okta.replace(world, client)
  local person = world.dice:pick(world.people)
  local profile = { login = person.profile.login, email = person.profile.email,
    firstName = person.profile.firstName, lastName = person.profile.lastName }
  world:call(client, "update_user", person.id, { profile = profile }, options_of(world))
end

function okta.refused(world, client)
  world:call(client, "partial_update_user", world.dice:pick(world.people).id, { profile = { login = "" } },
    options_of(world))
end

function okta.suspend(world, client)
  local id = world.dice:pick(world.people).id
  world:call(client, "suspend_user", id, options_of(world))
  world.t.sleep(world.dice:span(30))
  world:call(client, "unsuspend_user", id, options_of(world))
end

function okta.come_and_go(world, client)
  world.created = world.created + 1
  local login = ("guest%d@example.test"):format(world.created)
  local user = persist(world, client, function()
    return world:call(client, "get_user", login, {})
  end, function()
    local profile = { login = login, email = login, firstName = "G", lastName = "T" }
    return world:call(client, "create_user", { profile = profile }, { activate = false })
  end)
  if type(user) == "table" then
    world.t.sleep(world.dice:span(HOUR))
    persist(world, client, nil, function()
      return world:call(client, "deactivate_user", user.id, {})
    end)
    world:call(client, "deactivate_or_delete_user", user.id, options_of(world))
  end
end

local knetik = {}

function knetik.read(world, client)
  world:call(client, "get_user", math.floor(world.dice:roll() * 25) + 1, options_of(world))
end

function knetik.tag(world, client)
  local id, tag = math.floor(world.dice:roll() * 25) + 1, ("t%.0f"):format(world.dice:roll() * 20)
  world:call(client, "add_user_tag", id, tag, options_of(world))
  world.t.sleep(world.dice:span(30))
  world:call(client, "remove_user_tag", id, tag, options_of(world))
end

function knetik.password(world, client)
  world:call(client, "set_password", math.floor(world.dice:roll() * 20) + 3, "a new password", options_of(world))
end

--- Templates come and go, but not both while somebody walks over them: that
--- nobody could tell.
function knetik.template(world, client)
  if world.walked ~= "shrinking" then
    world.at_templates = world.at_templates + 1
    world.created = world.created + 1
    world:call(client, "create_user_template", { name = ("w%d"):format(world.created) }, options_of(world))
    world.at_templates = world.at_templates - 1
  end
  world.t.sleep(world.dice:span(60))
  local list = world.knetik.org.templates
  if world.walked ~= "growing" and #list > world.templates then
    world.at_templates = world.at_templates + 1
    local id = list[#list].id
    world:call(client, "delete_user_template", id, {})
    world.at_templates = world.at_templates - 1
  end
end

-------------------------------------------------------------------------- walks

--- Page by page, and the same page again after a failure. What was there all the
--- time must come, and nothing twice.
local function walk(world, client, operation, list, expected)
  local seen, failures = {}, 0
  while failures < 20 do
    local page, message = world:page(client, operation, list)
    if page == nil and message == nil then
      for _, id in ipairs(expected) do
        world.ledger:check(seen[id], "%s: %s was missed", operation, id)
      end
      world.walks = world.walks + 1
      return
    elseif page == nil then
      failures = failures + 1
      world.t.sleep(60)
    end
    for _, item in ipairs(page or {}) do
      world.ledger:check(not seen[item.id], "%s: %s came twice", operation, item.id)
      seen[item.id] = true
    end
    world.t.sleep(world.dice:span(2))
  end
end

local function ids_of(people)
  local ids = {}
  for i, person in ipairs(people) do
    ids[i] = person.id
  end
  return ids
end

function okta.walk(world, client)
  walk(world, client, "list_users", client.api:list_users { limit = 7 }, ids_of(world.people))
end

function knetik.walk(world, client)
  local ids = {}
  for i = 1, 25 do
    ids[i] = i
  end
  walk(world, client, "get_users", client.api:get_users { size = 4 }, ids)
end

function knetik.walk_templates(world, client)
  if world.walked or world.at_templates > 0 then
    return
  end
  world.walked = world.dice:chance(0.5) and "growing" or "shrinking"
  local ids = {}
  for i = 1, world.templates do
    ids[i] = world.knetik.org.templates[i].id
  end
  walk(world, client, "get_user_templates", client.api:get_user_templates { size = 2 }, ids)
  world.walked = nil
end

--------------------------------------------------------------------- coroutines

local OKTA = { okta.read, okta.read, okta.read, okta.change, okta.change, okta.replace, okta.refused, okta.suspend,
  okta.come_and_go, okta.walk, okta.read_nobody }
local KNETIK = { knetik.read, knetik.read, knetik.tag, knetik.tag, knetik.password, knetik.template, knetik.template,
  knetik.walk, knetik.walk_templates }

--- A worker: busy for a while, then away for hours.
local function work(world, client, deeds, pause)
  world.t.sleep(1e-3 + world.dice:span(pause))
  while not world:is_over() do
    for _ = 1, 1 + world.dice:span(4) do
      world.dice:pick(deeds)(world, client)
      world.t.sleep(1e-3 + world.dice:span(1))
    end
    world.t.sleep(world.dice:span(pause))
  end
end

-- A sequence in which everybody comes so often.
local function times(people, count)
  local items = {}
  for i = 1, #people * count do
    items[i] = people[(i - 1) % #people + 1]
  end
  return items
end

--- Once a day, at the same hour in both programs, everybody is looked at and
--- changed, many at a time: more than a minute's quota and than the places there
--- are.
local function run_daily(world, client)
  while not world:is_over() do
    local today = math.floor((world.t.now() - world.began) / DAY)
    local items = times(world.people, 3)
    local counts = client.api:each(items, function(person)
      local user, message, detail = world:call(client, "get_user", person.id, {})
      if not user then
        return nil, message, detail
      end
      local profile = { title = ("day %.0f"):format(today) }
      return world:call(client, "partial_update_user", person.id, { profile = profile }, {})
    end, { concurrency = 10 })
    world.ledger:check(counts and counts.done + counts.failed + counts.ambiguous == #items,
      "each: not everybody was looked at")
    world.t.sleep(world.began + (today + 1) * DAY - world.t.now())
  end
end

local function spawn_worker(world, workers, client, deeds, pause)
  world.t:spawn(function()
    work(world, client, deeds, pause)
  end)
  local thread = world.t.sleepers[#world.t.sleepers].thread
  workers[#workers + 1] = { thread = thread, client = client, deeds = deeds, pause = pause }
end

-- One of the workers will not come back; another takes its place.
local function lose_one(world, workers)
  local worker = table.remove(workers, math.floor(world.dice:roll() * #workers) + 1)
  if worker then
    local client, deeds, pause = worker.client, worker.deeds, worker.pause
    world:doom(worker.thread, function()
      spawn_worker(world, workers, client, deeds, pause)
    end)
  end
end

--- Somebody's coroutine is forgotten in the middle of a call, and somebody else
--- uses the quota; tokens are revoked.
local function mishaps(world, workers)
  while not world:is_over() do
    world.t.sleep(world.dice:span(2 * HOUR))
    local lot = world.dice:roll()
    if lot < 0.3 then
      world:exhaust(world.dice:pick { "users", "user", "get", "other" })
    elseif lot < 0.45 then
      world.okta.org:revoke_tokens()
      world.knetik.org:revoke_tokens()
    else
      lose_one(world, workers)
    end
  end
end

--- Begins everything. `pause`: seconds that a worker is away, in the mean; `jump`:
--- seconds by which the clients' clock is put right, while they do most.
---@param world table
---@param pause number
---@param jump number?
function M.start(world, pause, jump)
  world.created, world.walks, world.at_templates = 0, 0, 0
  world.people, world.templates = {}, #world.knetik.org.templates
  for i = 2, 25 do
    local user = world.okta.org.store:load(i)
    world.people[#world.people + 1] = user.status ~= "DEPROVISIONED" and user or nil
  end
  local workers = {}
  for _, client in ipairs(world.clients) do
    local is_okta = client.service.name == "okta"
    for _ = 1, is_okta and 5 or 3 do
      spawn_worker(world, workers, client, is_okta and OKTA or KNETIK, pause)
    end
    if is_okta then
      world.t:spawn(function()
        run_daily(world, client)
      end)
    end
  end
  world.t:spawn(function()
    mishaps(world, workers)
  end)
  world.t:spawn(function()
    world.t.sleep(3 * DAY + 90)
    world:put_right(jump or 0)
  end)
  world.t:spawn(function()
    -- an hour after the runs of the day began
    world.t.sleep(HOUR)
    while not world:is_over() do
      world:weigh()
      world.t.sleep(DAY)
    end
  end)
end

return M

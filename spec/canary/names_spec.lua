-- Names that no catalog knows: what goes by a secret's name is shown nowhere,
-- wherever it stands; what only looks so is shown everywhere.
local core = require "roster.core"
local echoes = require "spec.canary.echoes"
local folder = require "spec.support.folder"
local guard = require "roster.repl.guard"
local json = require "roster.json"
local last = require "roster.repl.last"
local names = require "spec.canary.names"
local places = require "spec.canary.places"
local plant = require "spec.canary.plant"
local show = require "roster.repl.show"

local secret_names = names.secret()
-- places x names x outputs that were looked at
local looked = { hidden = 0, shown = 0 }
local count = 0

local function canary()
  count = count + 1
  return ("CANARY%d-s3cret"):format(count)
end

local function dump(value, seen)
  seen = seen or {}
  if type(value) ~= "table" or seen[value] then
    return tostring(value)
  end
  seen[value] = true
  local parts = { tostring(value) }
  for k, v in next, value do
    parts[#parts + 1] = dump(k, seen) .. "=" .. dump(v, seen)
  end
  return table.concat(parts, "\n")
end

local function has(text, value)
  return text:find(value, 1, true) ~= nil
end

--- Every call there is of this name: place, function(client, value, options).
local function calls(name)
  local list = {}
  for _, place in ipairs(places.free) do
    list[#list + 1] = { place[1], function(client, value, options)
      local request = place[2](name, value)
      request.dry_run = options and options.dry_run
      return client:request(request)
    end }
  end
  for _, place in ipairs(places.modelled) do
    list[#list + 1] = { place[1], function(client, value, options)
      -- members that the model does not have
      local given = { check = false, dry_run = options and options.dry_run }
      return client:create_user(place[2](name, value), given)
    end, modelled = true }
  end
  return list
end

local function everything(client, run, value, seen)
  local out = {}
  out.dry_run = dump((run(client, value, { dry_run = true })))
  seen[1] = nil
  local _, message, detail = run(client, value)
  out.message, out.detail, out.hooks = tostring(message), dump(detail), dump(seen)
  out.last, out.exchange = tostring(last.exchange()), dump(last.exchange())
  for i = #seen, 1, -1 do
    seen[i] = nil
  end
  return out
end

local ANSWERS = {
  { "an error that quotes it all", function(request)
    return { status = 400, headers = { ["Content-Type"] = "application/json",
      ["X-Echo"] = (echoes.everything(request):gsub("%c", " ")), Location = "https://h.test/?token=none" },
      body = assert(json.encode { errorSummary = "not well-formed: " .. echoes.everything(request) }) }
  end },
  { "a page that quotes it all", function(request)
    return { status = 502, headers = { ["Content-Type"] = "text/html" },
      body = "<title>" .. echoes.everything(request) .. "</title>" }
  end },
  { "a loss that quotes it all", function(request) return nil, echoes.everything(request) end },
}

for _, answer in ipairs(ANSWERS) do
  describe("a name, with " .. answer[1], function()
    local client, seen

    setup(function()
      client, seen = plant.client("okta", nil, answer[2], { max_retries = 1, governor = false })
      guard.guard("okta", client)
    end)

    it("hides a secret by any name, in any place", function()
      local leaks = {}
      for _, name in ipairs(secret_names) do
        for _, call in ipairs(calls(name)) do
          local value = canary()
          for output, text in pairs(everything(client, call[2], value, seen)) do
            looked.hidden = looked.hidden + 1
            if has(text, value) then
              leaks[#leaks + 1] = ("%s in %s: %s"):format(name, call[1], output)
            end
          end
        end
      end
      assert.same({}, leaks)
    end)

    it("hides a secret that is named beside it", function()
      for _, name in ipairs(secret_names) do
        local value = canary()
        if not name:find("[%[%]]") and not has(name, "sig") then
          for output, text in pairs(everything(client, function(c, v, options)
            local request = places.paired[2](name, v)
            request.dry_run = options and options.dry_run
            return c:request(request)
          end, value, seen)) do
            looked.hidden = looked.hidden + 1
            assert.is_false(has(text, value), name .. " in a pair: " .. output .. ": " .. text:sub(1, 300))
          end
        end
      end
    end)

    it("shows what only has such a name", function()
      local hidden = {}
      for _, name in ipairs(names.visible) do
        for _, call in ipairs(calls(name)) do
          local value = canary()
          local out = everything(client, call[2], value, seen)
          for _, output in ipairs { "dry_run", "hooks", "last", "exchange" } do
            looked.shown = looked.shown + 1
            if not has(out[output], value) then
              hidden[#hidden + 1] = ("%s in %s: %s"):format(name, call[1], output)
            end
          end
        end
      end
      assert.same({}, hidden)
    end)
  end)
end

describe("a header", function()
  it("is masked by its name, in what is sent and in what comes back", function()
    for _, name in ipairs(secret_names) do
      if name:find("^[%w_-]+$") and not name:lower():find("^authorization$") and name ~= "cookie" then
        local value, other = canary(), canary()
        local client, seen = plant.client("okta", nil, function()
          return { status = 400, headers = { [name] = other, ["X-Plain"] = "plain" }, body = "{}" }
        end, { max_retries = 0 })
        local shown = client:get_user("u", { headers = { [name] = value }, dry_run = true })
        local _, message, detail = client:get_user("u", { headers = { [name] = value } })
        for _, text in ipairs { dump(shown), dump(seen), message, dump(detail) } do
          looked.hidden = looked.hidden + 1
          assert.is_false(has(text, value) or has(text, other), name .. ": " .. text:sub(1, 400))
        end
        assert.equal("plain", detail.headers["x-plain"])
      end
    end
  end)

  it("stays when it only looks so", function()
    for _, name in ipairs { "X-Request-Id", "X-Country-Code", "X-Token-Lifetime", "WWW-Authenticate", "X-Passport",
      "X-Pinned", "X-Key-Id", "ETag", "X-Rate-Limit-Reset", "X-Password-Changed" } do
      local value = canary()
      local client = plant.client("okta", nil, function()
        return { status = 400, headers = { [name] = value }, body = "{}" }
      end, { max_retries = 0 })
      local _, _, detail = client:get_user("u")
      looked.shown = looked.shown + 1
      assert.equal(value, detail.headers[name:lower()])
    end
  end)
end)

describe("what is kept", function()
  local dir

  before_each(function()
    dir = folder.new()
  end)

  after_each(function()
    dir:remove()
  end)

  local function each_place(list, run)
    for _, name in ipairs(list) do
      for _, call in ipairs(calls(name)) do
        run(name, call)
      end
    end
  end

  local function record(list)
    local path, sent = dir.path .. "/tape", {}
    local client = plant.client("okta", nil, function(request)
      return { status = 200, headers = { ["Content-Type"] = "application/json", Location = "https://h.test/a?b=c" },
        body = request.body or '{"id":"1"}' }
    end, { record = path, max_retries = 0, governor = false })
    each_place(list, function(name, call)
      local value = canary()
      sent[#sent + 1] = { name, call, value }
      call[2](client, value)
    end)
    assert.is_true(client:close())
    return dir:read("tape"), sent, path
  end

  it("holds no secret in a recording, which can be replayed with others", function()
    local text, sent, path = record(secret_names)
    for _, entry in ipairs(sent) do
      looked.hidden = looked.hidden + 2
      assert.is_false(has(text, entry[3]), entry[1] .. " in " .. entry[2][1])
    end
    local client = plant.client("okta", nil, nil, { replay = path, max_retries = 0, governor = false })
    each_place(secret_names, function(name, call)
      local _, message, detail = call[2](client, canary())
      -- what cannot be sent was not recorded
      assert.is_true(detail == nil or detail.kind == "argument", name .. ": " .. tostring(message))
    end)
    assert.is_true(client:close())
  end)

  it("holds all else in a recording", function()
    local text, sent = record(names.visible)
    for _, entry in ipairs(sent) do
      looked.shown = looked.shown + 1
      assert.is_true(has(text, entry[3]), entry[1] .. " in " .. entry[2][1])
    end
  end)

  it("holds no secret in a journal", function()
    local client = plant.client("okta", nil, ANSWERS[1][2], { max_retries = 0, governor = false })
    local values, items = {}, {}
    each_place(secret_names, function(name, call)
      items[#items + 1] = { id = ("%d"):format(#items + 1), call = call, name = name }
    end)
    client:each(items, function(item, c)
      values[item.id] = canary()
      return item.call[2](c, values[item.id])
    end, { journal = dir.path .. "/journal", name = "names" })
    local text = dir:read("journal")
    for id, value in pairs(values) do
      looked.hidden = looked.hidden + 1
      assert.is_false(has(text, value), items[tonumber(id)].name)
    end
    assert.is_true(has(text, "not well-formed"))
  end)
end)

describe("the prompt", function()
  it("prints no secret by any name, and all else", function()
    for _, name in ipairs(secret_names) do
      for _, make in ipairs {
        function(value) return { [name] = value } end,
        function(value) return { a = { { [name] = value } } } end,
        function(value) return { [name] = { value } } end,
        function(value) return { note = name .. "=" .. value } end,
        function(value) return { body = json.encode { [name] = value } } end,
      } do
        local value = canary()
        looked.hidden = looked.hidden + 1
        local text = show.text(make(value), true)
        assert.is_false(has(text, value), name .. ": " .. text)
      end
    end
    for _, name in ipairs(names.visible) do
      local value = canary()
      looked.shown = looked.shown + 1
      assert.is_true(has(show.text({ [name] = value, other = 1 }, true), value), name)
    end
  end)
end)

describe("every member that the catalog has", function()
  -- a document of the model with a marked text wherever one can be
  local function build(models, name, depth, texts)
    local model = models[name]
    local value = {}
    for _, field in ipairs(model.fields or {}) do
      local function leaf()
        local text = canary()
        texts[#texts + 1] = { text = text, secret = field.secret, where = name .. "." .. field.name }
        return text
      end
      if field.model then
        if depth < 4 and not field.secret then
          local inner = build(models, field.model, depth + 1, texts)
          value[field.name] = field.type == "array" and json.array { inner } or field.type == "map" and { key = inner }
            or inner
        end
      elseif field.type == "string" or field.type == "datetime" or field.type == "any" then
        value[field.name] = leaf()
      elseif field.type == "array" and field.item == "string" then
        value[field.name] = json.array { leaf() }
      end
    end
    return value
  end

  it("is shown unless the catalog marks it", function()
    local members = 0
    for _, service in ipairs(plant.services) do
      local models = core.catalog(service).models
      for name in pairs(models) do
        local texts = {}
        local document = assert(json.encode(build(models, name, 0, texts)))
        local text = core.redact(document, service, name)
        assert.is_truthy(json.decode(text))
        for _, each in ipairs(texts) do
          members = members + 1
          looked[each.secret and "hidden" or "shown"] = looked[each.secret and "hidden" or "shown"] + 1
          assert.equal(not each.secret, has(text, each.text), each.where)
        end
      end
    end
    assert.is_true(members > 1000, members .. " members")
  end)
end)

describe("the matrix of names", function()
  it("is as large as it says", function()
    assert.is_true(#secret_names > 500, #secret_names .. " names")
    assert.is_true(#names.visible >= 60)
    assert.is_true(looked.hidden > 100000, looked.hidden .. " looks for a secret")
    assert.is_true(looked.shown > 10000, looked.shown .. " looks for what is none")
  end)
end)

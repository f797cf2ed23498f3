-- Secrets that clients are made with, and those that token endpoints give: keys,
-- client secrets, passwords, assertions, access and refresh tokens.
local config = require "roster.config"
local echoes = require "spec.canary.echoes"
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local json = require "roster.json"
local keys = require "spec.support.keys"
local plant = require "spec.canary.plant"
local roster = require "roster"
local search = require "spec.canary.search"

local GRANTS = { { "okta", "an assertion" }, { "knetik", "client credentials" }, { "knetik", "a password" } }

--- The secrets of a form that are not marked: what is signed with a key.
local function marks_of(form)
  local marks = { search.MARK }
  local signature = (form or ""):match("client_assertion=[^&]-%.[^&.]-%.([^&]+)")
  if signature then
    marks[#marks + 1] = signature:sub(1, 30)
    marks[#marks + 1] = signature:sub(-30)
  end
  return marks
end

--- A clock that is moved by hand.
local function clock()
  local time = { at = 1000 }
  function time.now()
    return time.at
  end
  function time.wall()
    return 1700000000 + time.at
  end
  function time.random()
    return 0.5
  end
  function time.sleep(seconds)
    time.at = time.at + seconds
  end
  return time
end

--- Lets a client ask for a token, and refresh it; `endpoint(request)` answers the
--- question of this number. Nothing that it then says may hold a secret.
local function ask(service, kind, number, endpoint)
  local time, asked, form = clock(), 0, nil
  local client, seen = plant.client(service, kind, function(request)
    if not plant.is_token_request(request) then
      return { status = 200, headers = {}, body = '{"id":"1"}' }
    end
    asked = asked + 1
    if asked >= number then
      form = request.body
      return endpoint(request)
    end
    return plant.token_answer()
  end, { clock = time })
  for _ = 1, number do
    local value, message, detail = client:get_user("me")
    search.results(kind, marks_of(form), value, message, detail)
    search.value(detail and "" .. detail, kind .. ": joined", marks_of(form))
    time.at = time.at + 3600
  end
  search.value(seen, kind .. ": the hooks", marks_of(form))
  search.value(client, kind .. ": the client", marks_of(form))
  assert.is_true(asked >= number)
  return form
end

for _, grant in ipairs(GRANTS) do
  describe(grant[1] .. " with " .. grant[2], function()
    for number = 1, 2 do
      local when = number == 1 and "asked for a token" or "asked for another"

      for _, echo in ipairs(echoes.services) do
        it("hears no secret from an endpoint that is " .. when .. " and answers with " .. echo[1], function()
          local form = ask(grant[1], grant[2], number, echoes.transport(echo[2]))
          -- it was there to be found
          assert.is_truthy(form:find("CANARY", 1, true) or #marks_of(form) > 1)
          if number == 2 and grant[2] == "a password" then
            assert.is_truthy(form:find("grant_type=password", 1, true))
          end
        end)
      end

      for _, loss in ipairs(echoes.losses) do
        it("hears none from a transport " .. loss[1] .. " when it is " .. when, function()
          ask(grant[1], grant[2], number, loss[2])
        end)
      end
    end

    it("shows none that an endpoint gives in an answer of no use", function()
      for _, fields in ipairs { { error = "x" }, { access_token = 5 }, { access_token = "CANARY two\nlines" },
        { access_token = "" }, { access_token = { plant.secret() } }, { token_type = "DPoP" },
        { expires_in = plant.secret() } } do
        local answer = { access_token = plant.secret(1), refresh_token = plant.secret(), id_token = plant.secret() }
        for name, value in pairs(fields) do
          answer[name] = value
        end
        for _, body in ipairs { assert(json.encode(answer)), assert(json.encode(answer)):sub(1, -3) } do
          ask(grant[1], grant[2], 1, function()
            return { status = 200, headers = { ["Set-Cookie"] = plant.secret(1) }, body = body }
          end)
        end
      end
    end)
  end)
end

describe("a constructor", function()
  -- what is taken for a secret by its name
  local function is_secret(name)
    return name:find("token$") or name:find("key$") or name:find("secret$") or name:find("password$")
  end

  for _, service in ipairs(plant.services) do
    it("of " .. service .. " tells no secret that it does not take", function()
      local tried = 0
      for name in pairs(config.services[service].options) do
        if is_secret(name) then
          for _, value in ipairs { { plant.secret(1) }, plant.secret(1) .. "\n", "Bearer " .. plant.secret(1),
            "SSWS " .. plant.secret(1), plant.secret(2), plant.secret(8), "\0" .. plant.secret(1),
            "-----BEGIN PRIVATE KEY-----\n" .. plant.secret(1) .. "\n-----END PRIVATE KEY-----\n",
            '{"kty":"RSA","d":"' .. plant.secret(1) .. '"}', "-----BEGIN " .. plant.secret(1) } do
            local options = { url = plant.url, [name] = value }
            if name ~= "token" and name ~= "access_token" then
              options.client_id, options.scopes = "app", service == "okta" and "s" or nil
            end
            local results = { pcall(roster[service], options) }
            tried = tried + 1
            search.value(results, service .. " " .. name)
          end
          -- and beside what does not go with it
          search.value({ pcall(roster[service], { url = plant.url, [name] = plant.secret(1), tokn = plant.secret(1),
            client_id = "app" }) }, service .. " " .. name)
        end
      end
      assert.is_true(tried >= 10)
    end)
  end
end)

describe("a configuration", function()
  local FILES = {
    "okta:\n  client:\n    token: %s x\n    orgUrl: https://a.test\n", "okta:\n  client:\n    token: [%s\n",
    "okta:\n  client:\n\ttoken: %s\n", "okta:\n  client:\n    token: '%s\n", "okta:\n  client:\n    token: *%s\n",
    "okta:\n  client:\n    token: %s\n    token: %s\n", "okta:\n  client:\n    token: {a: %s}\n", "%s", "okta: %s",
    "okta:\n  client: %s\n", "okta:\n  client:\n    tokn: %s\n", "okta:\n  client:\n    %s\n",
    "okta:\n  client:\n    orgUrl: https://a:%s@a.test\n    token: x\n",
    "okta:\n  client:\n    orgUrl: https://a.test\n    authorizationMode: PrivateKey\n    clientId: a\n    scopes: s\n"
      .. "    privateKey: |\n      -----BEGIN PRIVATE KEY-----\n      %s\n",
  }
  local VARIABLES = {
    { OKTA_CLIENT_TOKEN = "%s x" }, { OKTA_CLIENT_ORGURL = "https://a:%s@a.test", OKTA_CLIENT_TOKEN = "x" },
    { OKTA_CLIENT_ACCESSTOKEN = "Bearer %s" },
    { OKTA_CLIENT_CLIENTID = "x", OKTA_CLIENT_SCOPES = "s", OKTA_CLIENT_PRIVATEKEY = "%s" },
    { OKTA_CLIENT_CLIENTID = "x", OKTA_CLIENT_SCOPES = "s", OKTA_CLIENT_PRIVATEKEY = "-----BEGIN %s" },
  }

  it("that is spoilt shows no secret", function()
    local dir = folder.new()
    for i, text in ipairs(FILES) do
      local path = dir:write(i .. ".yaml", (text:gsub("%%s", function() return plant.secret(1) end)))
      local results = { pcall(roster.okta, { config_file = path }) }
      assert.is_false(results[1], text)
      search.value(results, text)
    end
    dir:remove()
    for _, variables in ipairs(VARIABLES) do
      local set = { OKTA_CLIENT_ORGURL = "https://a.test" }
      for name, value in pairs(variables) do
        set[name] = value:gsub("%%s", function() return plant.secret(1) end)
      end
      local results = environment.with(set, function() return { pcall(roster.okta) } end)
      assert.is_false(results[1])
      search.value(results, "the environment")
    end
  end)
end)

describe("a private key", function()
  local made

  setup(function()
    made = keys.make()
  end)

  teardown(function()
    made.folder:remove()
  end)

  --- Every part of the key in base64 that is long enough to be told.
  local function marks(key)
    local found = {}
    for _, text in pairs(key) do
      if type(text) == "table" then
        for member, value in pairs(text) do
          if member:find("^[dpq]") then
            found[#found + 1] = value:sub(1, 24)
            found[#found + 1] = value:sub(-24)
          end
        end
      elseif not text:find("PUBLIC", 1, true) then
        for line in text:gmatch("[^\n]+") do
          -- the first line of a key says what kind it is
          if #line >= 40 and not line:find("^MI") then
            found[#found + 1] = line:sub(1, 40)
          end
        end
      end
    end
    assert(#found >= 4)
    return found
  end

  for _, kind in ipairs { "rsa", "ec" } do
    it("is not shown, whole or spoilt: " .. kind, function()
      local key, given = made[kind], {}
      for name, text in pairs(key) do
        if name ~= "public" and name ~= "jwk" then
          given[#given + 1] = text
        end
      end
      given[#given + 1] = key.jwk
      given[#given + 1] = assert(json.encode(key.jwk))
      local forms = #given
      for i = 1, forms do
        local text = given[i]
        if type(text) == "string" then
          given[#given + 1] = text:sub(1, math.floor(#text / 2))
          given[#given + 1] = text:gsub("\n", "", 2)
          given[#given + 1] = text:gsub("[A-Q]", "%%", 3)
          given[#given + 1] = text .. text
        end
      end
      local looked, works = marks(key), 0
      search.value({ { "planted" } }, "nothing", looked)
      for _, form in ipairs(given) do
        local sent
        local ok, client = pcall(roster.okta, { url = plant.url, client_id = "app", scopes = "s", private_key = form,
          max_retries = 0, transport = function(request)
            sent = request.body
            return { status = 401, headers = {}, body = request.body }
          end })
        search.value(client, kind, looked)
        if ok then
          works = works + 1
          local _, message, detail = client:get_user("me")
          for _, list in ipairs { looked, marks_of(sent) } do
            search.results(kind, list, message, detail)
          end
          search.value(tostring(client), kind, looked)
          assert.is_truthy(sent and sent:find("client_assertion=", 1, true))
          for _, mark in ipairs(looked) do
            assert.is_nil(sent:find(mark, 1, true))
          end
        end
      end
      assert.is_true(works >= 3, works .. " keys were good")
    end)
  end
end)

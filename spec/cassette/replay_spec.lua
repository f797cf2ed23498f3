-- Recordings that are played: the same results without network and credential,
-- and an exact word where a program does something else.
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local sandbox = require "roster.sandbox"

describe("a replay", function()
  local dir, path

  before_each(function()
    dir = folder.new()
    path = dir.path .. "/tape.jsonl"
  end)

  after_each(function()
    dir:remove()
  end)

  --- What `work(client)` returns when it is recorded, and when that is played with
  --- nothing in the environment.
  local function both(service, options, work)
    local settings = { record = path }
    for name, value in pairs(options) do
      settings[name] = value
    end
    local live = roster[service](settings)
    local expected = work(live)
    assert(live:close())
    local played = environment.with({}, function()
      local client = roster[service] { replay = path }
      local got = work(client)
      assert(client:close())
      return got
    end)
    return expected, played
  end

  it("gives what was recorded: pages, items, errors, meta", function()
    local org = sandbox.okta { users = 25 }
    local expected, played = both("okta", { sandbox = org }, function(okta)
      local seen = {}
      for user in okta:list_users { limit = 7 } do
        seen[#seen + 1] = user
        if #seen == 8 then
          seen[#seen + 1] = { (okta:suspend_user(user.id)) }
        end
      end
      local user, meta = okta:create_user({ profile = { login = "n@x.test", email = "n@x.test", firstName = "N",
        lastName = "X" }, credentials = { password = { value = "Secret-Pw-123" } } }, { activate = false })
      seen[#seen + 1] = user
      seen[#seen + 1] = { meta.status, meta.request_id, meta.headers["content-type"], meta.rate }
      local nobody, message, detail = okta:get_user("nobody")
      seen[#seen + 1] = { nobody == nil, message, detail.status, detail.code, tostring(detail) }
      seen[#seen + 1] = okta:list_users({ search = 'profile.login eq "n@x.test"' }):all()
      return seen
    end)
    assert.is_true(#expected > 28)
    assert.same(expected, played)
  end)

  it("gives what was recorded of the other services", function()
    local expected, played = both("jumpcloud", { sandbox = true }, function(jumpcloud)
      return { (jumpcloud:list { path = "/organizations" }):all() }
    end)
    assert.same(expected, played)
    expected, played = both("knetik", { sandbox = true }, function(knetik)
      return { (knetik:get_users { size = 10 }):all(), (knetik:get_user(1)) }
    end)
    assert.same(expected, played)
    assert.is_true(#expected[1] > 20)
  end)

  it("goes through retries and lost answers without waiting", function()
    local script = {
      { status = 429, headers = { ["X-Rate-Limit-Reset"] = "1700000300", ["X-Rate-Limit-Limit"] = "600",
        ["X-Rate-Limit-Remaining"] = "0", Date = "Tue, 14 Nov 2023 22:13:20 GMT" }, body = "{}" },
      "the connection was lost",
      { status = 503, headers = { ["Retry-After"] = "100" } },
      replayed.json('{"id":"1"}'),
    }
    local n, jumped = 0, 0
    local live = { url = replayed.url, token = "t", transport = function()
      n = n + 1
      if type(script[n]) == "string" then
        return nil, script[n]
      end
      return script[n]
    end, clock = { now = function() return jumped end, wall = function() return 1700000000 + jumped end,
      sleep = function(seconds) jumped = jumped + seconds end } }
    local waits = {}
    local expected, played = both("okta", live, function(okta)
      local user, meta = okta:get_user("u")
      return { user, meta.attempts }
    end)
    assert.same({ { id = "1" }, 4 }, expected)
    assert.same(expected, played)
    assert.is_true(jumped > 100)

    local okta = roster.okta { replay = path, on_retry = function(_, seconds, why)
      waits[#waits + 1] = seconds .. why
    end }
    assert(okta:get_user("u"))
    assert.equal(3, #waits)
    assert(okta:close())
  end)

  it("renews a token where the recorded client did", function()
    for _, credential in ipairs { "token", "access_token" } do
      local n = 0
      local expected, played = both("okta", { url = replayed.url, [credential] = function() return "t" .. n end,
        transport = function()
          n = n + 1
          return n == 1 and replayed.json('{"errorCode":"E0000011"}', 401) or replayed.json('{"id":"1"}')
        end }, function(okta)
        return (okta:get_user("u"))
      end)
      assert.same({ id = "1" }, expected)
      assert.same(expected, played)
    end
  end)

  it("says what scope is missing where the recorded client used an access token", function()
    local expected, played = both("okta", { url = replayed.url, access_token = "t", transport = function()
      return replayed.json('{"errorCode":"E0000006","errorSummary":"no"}', 403)
    end }, function(okta)
      return { select(2, okta:suspend_user("u")) }
    end)
    assert.matches("needs the scope okta.users.manage", expected[1], 1, true)
    assert.equal(expected[1], played[1])
  end)

  it("takes the items of a bulk run in their order", function()
    local org = sandbox.okta { users = 20 }
    local expected, played = both("okta", { sandbox = org }, function(okta)
      local results = {}
      local counts = assert(okta:each(okta:list_users { limit = 6 }, function(user, client)
        return client:partial_update_user(user.id, { profile = { title = "T" } })
      end, { concurrency = 4, on_result = function(result)
        results[#results + 1] = result.outcome .. result.value.id
      end }))
      return { results, counts.done, counts.failed }
    end)
    assert.equal(20, expected[2])
    assert.same(expected, played)
  end)

  it("takes the items of a bulk run in their order where some are repeated", function()
    local n = 0
    local expected, played = both("okta", { url = replayed.url, token = "t", governor = false, transport = function(r)
      n = n + 1
      if r.url:find("/users?", 1, true) then
        return replayed.json('[{"id":"a"},{"id":"b"},{"id":"c"},{"id":"d"},{"id":"e"}]')
      elseif n % 3 == 0 then
        return { status = 503, headers = { ["Retry-After"] = "0" } }
      end
      return replayed.json("{}")
    end, clock = { sleep = function() end } }, function(okta)
      local results = {}
      local counts = assert(okta:each(okta:list_users { limit = 5 }, function(user, client)
        assert(client:get_user(user.id))
        return client:get_user(user.id .. "2")
      end, { on_result = function(result)
        results[#results + 1] = result.outcome .. result.item.id
      end }))
      return { results, counts.done, counts.requests }
    end)
    assert.equal(5, expected[2])
    assert.is_true(expected[3] > 10)
    assert.same(expected, played)
  end)

  it("needs no address, no credential, and looks for none", function()
    both("okta", { sandbox = true }, function(okta)
      return (okta:list_users():first())
    end)
    local okta, asked = environment.with({ OKTA_CLIENT_ORGURL = "https://env.okta.test", OKTA_CLIENT_TOKEN = "env",
      HOME = dir.path }, function()
      return roster.okta { replay = path }
    end)
    assert.same({}, asked)
    assert.equal("roster.okta{https://sandbox.okta.test}", tostring(okta))
    assert(okta:list_users():first())
    -- what a program gives in earnest is not looked at
    local never = function()
      error "asked for a token"
    end
    okta = roster.okta { replay = path, token = never, url = "https://sandbox.okta.test/" }
    assert(okta:list_users():first())
    okta = roster.okta { replay = path, client_id = "x", private_key = "not even a key" }
    assert(okta:list_users():first())
  end)

  describe("of something else", function()
    local function record()
      local okta = roster.okta { url = replayed.url, token = "t", record = path, max_retries = 0, transport = function()
        return replayed.json("{}")
      end }
      okta:partial_update_user("u", { profile = { login = "ada", skills = { "a", "b" }, deep = { x = 1 } } })
      okta:get_user("v")
      okta:suspend_user("v")
      assert(okta:close())
    end

    local function update(okta, profile)
      return okta:partial_update_user("u", { profile = profile })
    end

    local SAME = { login = "ada", skills = { "a", "b" }, deep = { x = 1 } }
    local function changed(changes)
      local copy = {}
      for name, value in pairs(SAME) do
        copy[name] = value
      end
      for name, value in pairs(changes) do
        copy[name] = value
      end
      return copy
    end
    local U = "https://org.okta.test/api/v1/users/u"

    local ROWS = {
      { function(okta) return okta:get_user("u") end, ("expected POST %s, got GET %s"):format(U, U) },
      { function(okta) return okta:partial_update_user("w", { profile = SAME }) end,
        ("expected POST %s, got POST https://org.okta.test/api/v1/users/w"):format(U) },
      { function(okta) return okta:partial_update_user("u", { profile = SAME }, { strict = true }) end,
        ("expected POST %s, got POST %s?strict=true"):format(U, U) },
      { function(okta) return update(okta, changed { login = "eve" }) end,
        'POST ' .. U .. ': body.profile.login differs: expected "ada", got "eve"' },
      { function(okta) return update(okta, changed { more = "x" }) end,
        "POST " .. U .. ': body.profile.more differs: expected nothing, got "x"' },
      { function(okta) return update(okta, { login = "ada", deep = { x = 1 } }) end,
        "POST " .. U .. ': body.profile.skills differs: expected ["a","b"], got nothing' },
      { function(okta) return update(okta, changed { skills = { "a", "c" } }) end,
        "POST " .. U .. ': body.profile.skills[2] differs: expected "b", got "c"' },
      { function(okta) return update(okta, changed { skills = { "a" } }) end,
        "POST " .. U .. ': body.profile.skills[2] differs: expected "b", got nothing' },
      { function(okta) return update(okta, changed { deep = { x = true } }) end,
        "POST " .. U .. ": body.profile.deep.x differs: expected 1, got true" },
      { function(okta) return update(okta, changed { deep = json.array {} }) end,
        "POST " .. U .. ': body.profile.deep differs: expected {"x":1}, got []' },
      { function(okta) return update(okta, changed { login = ("\195\164"):rep(50) }) end,
        'body.profile.login differs: expected "ada", got "' .. ("\195\164"):rep(29) .. "..." },
    }
    for i, row in ipairs(ROWS) do
      it(("says what differed: %d"):format(i), function()
        record()
        local okta = roster.okta { replay = path }
        local value, message, detail = row[1](okta)
        assert.is_nil(value)
        assert.equal("protocol", detail.kind)
        assert.is_truthy(message:find(": replay " .. path .. ":2: ", 1, true), message)
        assert.is_truthy(message:find(row[2], 1, true), message)
        -- and nothing goes on from there
        local same, again = update(okta, SAME)
        assert.is_nil(same)
        assert.is_truthy(again:find(row[2], 1, true), again)
        local ok, why = okta:close()
        assert.is_nil(ok)
        assert.is_truthy(why:find("replay " .. path .. ":2: ", 1, true), why)
      end)
    end

    it("does not retry", function()
      record()
      local retries = 0
      local okta = roster.okta { replay = path, on_retry = function()
        retries = retries + 1
      end }
      assert.is_nil((okta:get_user("u")))
      assert.equal(0, retries)
    end)

    it("says what was not asked for, when it is closed", function()
      record()
      local okta = roster.okta { replay = path }
      assert(update(okta, SAME))
      local ok, why = okta:close()
      assert.is_nil(ok)
      assert.equal(("replay %s:3: ended with 2 of 3 exchanges left, the next one is GET " ..
        "https://org.okta.test/api/v1/users/v"):format(path), why)
    end)

    it("says what came after the end", function()
      record()
      local okta = roster.okta { replay = path }
      assert(update(okta, SAME))
      assert(okta:get_user("v"))
      assert(okta:suspend_user("v"))
      local value, message = okta:suspend_user("v")
      assert.is_nil(value)
      assert.equal(("okta suspend_user: replay %s:5: expected nothing more, got POST " ..
        "https://org.okta.test/api/v1/users/v/lifecycle/suspend"):format(path), message)
      assert.is_nil((okta:close()))
    end)

    it("takes other secrets for the same, and other headers", function()
      local okta = roster.okta { url = replayed.url, token = "t", record = path, transport = function()
        return replayed.json("{}")
      end }
      local function create(client, password, options)
        return client:create_user({ profile = { login = "a" }, credentials = { password = { value = password } } },
          options)
      end
      assert(create(okta, "first"))
      assert(okta:close())
      okta = roster.okta { replay = path, user_agent = "other" }
      assert(create(okta, "second", { headers = { ["X-More"] = "1" } }))
      assert(okta:close())
    end)
  end)

  it("reads what a killed program has left, up to its last whole line", function()
    local org = sandbox.okta { users = 3 }
    local okta = roster.okta { sandbox = org, record = path }
    assert(okta:list_users():first())
    assert(okta:close())
    local one = #dir:read("tape.jsonl")
    okta = roster.okta { sandbox = org, record = path }
    assert(okta:list_users():first())
    local id = assert(okta:list_users():first()).id
    assert(okta:close())
    local text = dir:read("tape.jsonl")
    local second = text:sub(1, -2):match "^.*()\n"
    assert.is_true(math.abs(second - one) < 100)
    for cut = second + 1, #text - 2, math.max(1, math.floor((#text - second) / 200)) do
      dir:write("tape.jsonl", text:sub(1, cut))
      local player = roster.okta { replay = path }
      assert(player:list_users():first())
      local user, message = player:get_user("me")
      assert.is_nil(user)
      assert.matches("expected nothing more", message, 1, true)
    end
    -- whole but for the line break
    dir:write("tape.jsonl", text:sub(1, -2))
    local player = roster.okta { replay = path }
    assert(player:list_users():first())
    assert.equal(id, assert(player:list_users():first()).id)
    assert(player:close())
  end)

  describe("is refused", function()
    local function refused(options)
      return raised.here(function()
        local okta = roster.okta(options)
        okta:close()
      end)
    end

    local HEAD = '{"roster":"cassette","version":1,"service":"okta","url":"https://org.okta.test",' ..
      '"credential":"token","renews":false}\n'
    local LINE = '{"request":{"method":"GET","url":"https://x"},"response":{"status":200,"headers":[]}}\n'

    it("where there is no recording", function()
      assert.matches('^roster%.okta: option "replay": cannot be opened: .*No such file', refused { replay = path })
      assert.matches('^roster%.okta: option "replay": .* cannot be read: ', refused { replay = dir.path })
      for _, text in ipairs { "", "\n", "CANARY\n", "{}\n", "[]\n", HEAD:sub(1, 50), '{"roster":"journal"}\n',
        HEAD:gsub('"https://org.okta.test"', "5"), HEAD:gsub('"credential":"token",', "") } do
        dir:write("tape.jsonl", text)
        assert.equal('roster.okta: option "replay": ' .. path .. " is not a cassette", refused { replay = path })
      end
      dir:write("tape.jsonl", (HEAD:gsub('"version":1', '"version":2')))
      assert.equal('roster.okta: option "replay": ' .. path .. " has version 2, not 1", refused { replay = path })
    end)

    it("where it is of another service, org or credential", function()
      dir:write("tape.jsonl", (HEAD:gsub('"okta"', '"knetik"')))
      assert.equal('roster.okta: option "replay": ' .. path .. " is of another service: knetik, not okta",
        refused { replay = path })
      dir:write("tape.jsonl", HEAD)
      assert.equal('roster.okta: option "replay": ' .. path .. " is of https://org.okta.test, not https://x.test",
        refused { replay = path, url = "https://x.test" })
      dir:write("tape.jsonl", (HEAD:gsub('"token"', '"frobnicate"')))
      assert.equal('roster.okta: option "replay": ' .. path .. " has a credential that is not known",
        refused { replay = path })
    end)

    it("where a line in it is none", function()
      local BAD = {
        "CANARY", "{}", "[]", "null", '{"request":5}', '{"request":{"method":"GET"}}',
        '{"request":{"method":"GET","url":"x"}}',
        '{"request":{"method":"GET","url":"x"},"response":{}}',
        '{"request":{"method":"GET","url":"x"},"response":{"status":"200","headers":[]}}',
        '{"request":{"method":"GET","url":"x"},"response":{"status":200,"headers":[["a"]]}}',
        '{"request":{"method":"GET","url":"x"},"response":{"status":200,"headers":["a"]}}',
        '{"request":{"method":"GET","url":"x"},"response":{"status":200,"headers":[],"text":5}}',
        '{"request":{"method":"GET","url":"x"},"response":{"status":200,"headers":[],"base64":"!"}}',
        '{"request":{"method":"GET","url":"x"},"lost":{"kind":"fate","reason":"x"}}',
        '{"request":{"method":"GET","url":"x"},"lost":{"kind":"timeout"}}', "",
      }
      for i, bad in ipairs(BAD) do
        dir:write("tape.jsonl", HEAD .. LINE .. bad .. "\n" .. LINE)
        assert.equal('roster.okta: option "replay": ' .. path .. ":3 cannot be read", refused { replay = path },
          "row " .. i)
      end
    end)

    it("beside what would answer instead", function()
      dir:write("tape.jsonl", HEAD)
      for name, value in pairs { record = path, sandbox = true, transport = print } do
        assert.equal(('roster.okta: give "replay" or "%s", not both'):format(name),
          refused { replay = path, [name] = value })
      end
      assert.equal('roster.okta: option "replay": expected string, got table', refused { replay = {} })
    end)
  end)

  it("of an answer that no transport could give is a lost one", function()
    dir:write("tape.jsonl", '{"roster":"cassette","version":1,"service":"okta","url":"https://org.okta.test",' ..
      '"credential":"token","renews":false}\n' ..
      '{"request":{"method":"GET","url":"https://org.okta.test/api/v1/users/u"},' ..
      '"response":{"status":99999,"headers":[]}}\n')
    local okta = roster.okta { replay = path, max_retries = 0 }
    local user, _, detail = okta:get_user("u")
    assert.is_nil(user)
    assert.equal("protocol", detail.kind)
  end)
end)

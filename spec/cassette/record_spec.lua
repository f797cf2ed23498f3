-- What a recording holds, what it must not hold, and what becomes of its file.
local folder = require "spec.support.folder"
local json = require "roster.json"
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local sandbox = require "roster.sandbox"

local MARK = "CANARY"

describe("a recording", function()
  local dir, path

  before_each(function()
    dir = folder.new()
    path = dir.path .. "/tape.jsonl"
  end)

  after_each(function()
    dir:remove()
  end)

  local function lines()
    local list = {}
    for line in dir:read("tape.jsonl"):gmatch "[^\n]+" do
      list[#list + 1] = assert(json.decode(line), line)
    end
    return list
  end

  --- A client that records what `answer(request)` says.
  local function client(answer, options)
    local settings = { url = replayed.url, token = replayed.token, record = path, max_retries = 0, governor = false,
      transport = type(answer) == "function" and answer or function()
        return answer
      end }
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    return roster.okta(settings)
  end

  it("holds each exchange in a line, behind one that says whose it is", function()
    local okta = client(replayed.json('{ "id": "00u1",  "big": 12345678901234567890, "no": null, "l": [1, 2.50] }', 200,
      { ["X-Okta-Request-Id"] = "r1", Link = { "<a>", "<b>" } }))
    assert(okta:get_user("ada"))
    assert(okta:request { method = "POST", path = "/api/v1/x", query = { b = 2, a = 1 },
      body = { z = 1, a = { "x" } } })
    assert.is_true(okta:close())
    local text = dir:read("tape.jsonl")
    assert.equal('{"roster":"cassette","version":1,"service":"okta","url":"https://org.okta.test",' ..
      '"credential":"token","renews":false}\n', text:match("^[^\n]*\n"))
    local list = lines()
    assert.equal(3, #list)
    assert.equal("GET", list[2].request.method)
    assert.equal("https://org.okta.test/api/v1/users/ada", list[2].request.url)
    assert.equal(200, list[2].response.status)
    assert.same({ { "Content-Type", "application/json" }, { "Link", "<a>" }, { "Link", "<b>" },
      { "X-Okta-Request-Id", "r1" } }, list[2].response.headers)
    -- as it came, but for blanks
    assert.is_truthy(text:find('"json":{"id":"00u1","big":12345678901234567890,"no":null,"l":[1,2.50]}', 1, true))
    assert.equal("https://org.okta.test/api/v1/x?a=1&b=2", list[3].request.url)
    assert.is_truthy(text:find('"json":{"a":["x"],"z":1}', 1, true))
  end)

  it("is the same each time, whatever order tables have", function()
    local function record()
      local org = sandbox.okta { users = 12, now = function() return 1700000000 end }
      local okta = roster.okta { sandbox = org, record = path, governor = false }
      for user in okta:list_users { limit = 5, search = 'status eq "ACTIVE"' } do
        okta:partial_update_user(user.id, { profile = { title = "x", city = "y", nickName = "z", state = "s" } })
      end
      assert(okta:close())
      local masked = dir:read("tape.jsonl")
      -- the stand-in's bodies are made from tables, and come in any order
      return (masked:gsub('"response":.-\n', "\n"))
    end
    local first = record()
    for _ = 1, 3 do
      assert.equal(first, record())
    end
    assert.is_true(#first > 1000)
  end)

  it("holds what is not JSON, and what is not text", function()
    local bodies = { "plain <text>\n", "\255\0\1", "{broken", "", "null", '"a string"' }
    local n = 0
    local okta = client(function()
      n = n + 1
      return { status = 500, headers = { ["X-A"] = "caf\233" }, body = bodies[n] }
    end)
    for _ = 1, #bodies do
      okta:get_user("u")
    end
    assert(okta:close())
    local list = lines()
    assert.equal(bodies[1], list[2].response.text)
    assert.equal("_wAB", list[3].response.base64)
    assert.equal(bodies[3], list[4].response.text)
    assert.is_nil(list[5].response.text)
    assert.equal(json.null, list[6].response.json)
    assert.equal("a string", list[7].response.json)
    assert.same({ "X-A", "caf?" }, list[2].response.headers[1])
  end)

  it("holds answers that never came", function()
    local okta = client(function()
      return nil, "the connection was lost"
    end)
    okta:get_user("u")
    assert(okta:close())
    assert.same({ kind = "transport", reason = "the connection was lost", sent = true }, lines()[2].lost)
  end)

  it("is for its owner alone", function()
    local okta = client { status = 204 }
    assert.matches("^%-rw%-%-%-%-%-%-%- ", dir:run("ls -l tape.jsonl"))
    okta:close()
    dir:run("chmod 644 tape.jsonl")
    client({ status = 204 }):close()
    assert.matches("^%-rw%-%-%-%-%-%-%- ", dir:run("ls -l tape.jsonl"))
  end)

  it("is on the disk after each exchange", function()
    local okta = client { status = 204 }
    for i = 1, 3 do
      assert(okta:suspend_user("u"))
      assert.equal(i + 1, #lines())
    end
    okta:close()
  end)

  it("takes the place of an earlier one, and of nothing else", function()
    local okta = client { status = 204 }
    assert(okta:suspend_user("first"))
    okta:close()
    okta = client { status = 204 }
    assert(okta:suspend_user("second"))
    okta:close()
    assert.equal(2, #lines())
    assert.matches("second", dir:read("tape.jsonl"))

    local message = raised.here(function()
      local one = client { status = 204 }
      local two = client { status = 204 }
      return one, two
    end)
    assert.equal('roster.okta: option "record": ' .. path .. " is in use by another client", message)
    collectgarbage()
    collectgarbage()

    for _, text in ipairs { "my notes", "{}\n", '{"roster":"journal","version":1}\n', "\n" } do
      dir:write("tape.jsonl", text)
      message = raised.here(function()
        local other = client { status = 204 }
        other:close()
      end)
      assert.equal('roster.okta: option "record": ' .. path .. " holds something that is not a recording", message)
      assert.equal(text, dir:read("tape.jsonl"))
    end
  end)

  it("that cannot be made is refused at once", function()
    for _, bad in ipairs { dir.path .. "/none/tape", dir.path } do
      local message = raised.here(function()
        local okta = client({ status = 204 }, { record = bad })
        okta:close()
      end)
      assert.matches('^roster%.okta: option "record": ', message)
    end
    assert.equal('roster.okta: option "record": expected string, got boolean', raised.here(function()
      local okta = client({ status = 204 }, { record = true })
      okta:close()
    end))
  end)

  it("is not begun where the client is refused", function()
    assert.matches('option "timeout" must be above 0', raised.here(function()
      local okta = client({ status = 204 }, { timeout = 0 })
      okta:close()
    end), 1, true)
    assert.is_nil(io.open(path, "rb"))
  end)

  if io.open("/dev/full", "rb") then
    it("is not begun where nothing can be kept", function()
      dir:run("ln -s /dev/full full")
      local sent = 0
      local okta
      local ok, message = pcall(function()
        okta = client(function()
          sent = sent + 1
          return { status = 204 }
        end, { record = dir.path .. "/full" })
      end)
      assert.is_false(ok)
      assert.matches('option "record": ', message)
      assert.equal(0, sent)
      assert.is_nil(okta)
    end)
  end

  --- What a process that records prints; its files may have so many blocks.
  local function limited(blocks)
    local script = dir:write("script.lua", [[
      local roster = require "roster"
      local sent, done = 0, 0
      local okta = roster.okta { url = "https://org.okta.test", token = "t", record = arg[1], max_retries = 0,
        transport = function()
          sent = sent + 1
          return { status = 200, body = '{"id":"' .. ("x"):rep(20000) .. '"}' }
        end }
      local function call()
        local user, message = okta:get_user("u")
        done = done + (user and 1 or 0)
        return message
      end
      local message
      repeat
        message = call()
      until type(message) == "string"
      assert(call() == message)
      io.write(sent, " ", done, "\n", message, "\n", select(2, okta:close()), "\n")
    ]])
    return dir:run(("trap '' XFSZ; ulimit -f %d; LUA_PATH='%s' LUA_CPATH='%s' '%s' %s %s || true"):format(blocks,
      package.path, package.cpath, arg[-1], script, path))
  end

  it("that cannot go on ends the client's calls, and is told when it is closed", function()
    local sent, done, message, closed = limited(2048):match("^(%d+) (%d+)\n(.-)\n(.-)\n$")
    assert.equal(sent, done)
    assert.is_true(tonumber(sent) > 1)
    assert.matches("the recording " .. path .. " cannot be written: ", message, 1, true)
    assert.matches("^okta get_user: ", message)
    assert.equal(message, "okta get_user: " .. closed)
  end)

  it("is refused where its first line cannot be written", function()
    assert.matches('option "record": ' .. path .. " cannot be written", limited(0), 1, true)
  end)

  it("is refused where there is no file", function()
    dir:run("mkfifo tape.jsonl")
    assert.matches('option "record": ' .. path .. " is not a file", raised.here(function()
      local okta = client { status = 204 }
      okta:close()
    end), 1, true)
  end)

  describe("without secrets:", function()
    local function search()
      local text = dir:read("tape.jsonl")
      assert.is_nil(text:find(MARK, 1, true), text)
      return text
    end

    it("those of requests and of answers that quote them", function()
      local okta = client(function(request)
        return { status = 200, headers = { ["Set-Cookie"] = "sid=CANARY-cookie", ["X-Echo"] = request.body,
          ["X-Auth-Token"] = "CANARY-x", Location = "https://x/" .. request.headers.Authorization },
          body = assert(json.encode { echo = request.body, token = request.headers.Authorization,
            list = { request.headers.Authorization } }) }
      end, { token = "CANARY-token-00aa" })
      assert(okta:create_user { profile = { login = "a" }, credentials = {
        password = { value = "CANARY-pw \"x\"", hash = { algorithm = "BCRYPT", workFactor = 10, salt = "CANARY-salt",
          value = "CANARY-hash" } },
        recovery_question = { question = "Who?", answer = "CANARY answer" } } })
      assert(okta:change_password("u", { oldPassword = { value = "CANARY-1" }, newPassword = { value = "CANARY-2" } }))
      assert(okta:get_user("u", { headers = { Cookie = "CANARY-c", ["X-Api-Key"] = "CANARY-k" } }))
      assert(okta:close())
      local text = search()
      assert.is_truthy(text:find('"question":"Who?"', 1, true))
      assert.is_truthy(text:find('"login":"a"', 1, true))
      assert.is_truthy(text:find('["Set-Cookie","***"]', 1, true))
    end)

    it("those of answers, where else in them they stand", function()
      local bodies = {
        '{"tempPassword":"CANARY-temp","_links":{"self":{"href":"https://x/CANARY-temp"}}}',
        '{"resetPasswordUrl":"https://x/CANARY"}',
        '{"activationToken":"CANARY-a","activationUrl":"https://x/w/CANARY-a","x":"of CANARY-a"}',
      }
      local n = 0
      local okta = client(function()
        n = n + 1
        return replayed.json(bodies[n], 200, n == 3 and { Location = "https://x/w/CANARY-a" } or nil)
      end)
      -- whoever asked for it gets it
      assert.equal("CANARY-temp", assert(okta:expire_password_and_get_temporary_password("u")).tempPassword)
      assert.matches(MARK, assert(okta:reset_password("u", { send_email = false })).resetPasswordUrl)
      assert.equal("CANARY-a", assert(okta:activate_user("u", { send_email = false })).activationToken)
      assert(okta:close())
      local text = search()
      assert.is_truthy(text:find('"href":"https://x/***"', 1, true))
      assert.is_truthy(text:find('"x":"of ***"', 1, true))
    end)

    it("those of answers that are sent on", function()
      local function sends_on(okta)
        local token = assert(okta:activate_user("u", { send_email = false })).activationToken
        assert(okta:request { path = "/recovery/" .. token, query = { q = "x" .. token } })
        assert(okta:request { method = "POST", path = "/x", body = { note = "use " .. token },
          headers = { ["X-Note"] = token } })
      end
      local okta = client(function()
        return replayed.json('{"activationToken":"CANARY-act/1","activationUrl":"https://x/CANARY-act/1"}')
      end)
      sends_on(okta)
      assert(okta:close())
      search()
      okta = roster.okta { replay = path }
      sends_on(okta)
      assert(okta:close())
    end)

    it("those of requests and answers that have no row", function()
      local okta = client(function()
        return replayed.json('{"a":{"clientSecret":"CANARY1","nested":{"apiKey":"CANARY2","tokens":[{"id":"t1"}]}},' ..
          '"access_token":"CANARY3","token_type":"Bearer","privateKey":{"d":"CANARY4","list":["CANARY5",12345678]},' ..
          '"passwordChanged":"2020-01-01","answer":"CANARY6","private_key":"CANARY7","id_token":null}')
      end)
      assert(okta:request { method = "POST", path = "/x", query = { token = "CANARY8", q = "ada" },
        body = { password = "CANARY9", newPassword = { value = "CANARY10" }, login = "ada", secret = 123456 } })
      assert(okta:close())
      local text = search()
      assert.is_truthy(text:find('"passwordChanged":"2020-01-01"', 1, true))
      assert.is_truthy(text:find('"token_type":"Bearer"', 1, true))
      assert.is_truthy(text:find('"tokens":[{"id":"t1"}]', 1, true))
      assert.is_truthy(text:find('"id_token":null', 1, true))
      assert.is_truthy(text:find("/x?q=ada&token=***", 1, true))
      assert.is_nil(text:find("12345", 1, true))
    end)

    it("links keep their names", function()
      local okta = client(replayed.json('{"_links":{"changePassword":{"href":"https://org.okta.test/c"},' ..
        '"resetPassword":[{"href":"x","method":"POST"}]}}'))
      assert(okta:get_user("u"))
      assert(okta:close())
      assert.is_truthy(dir:read("tape.jsonl"):find('"changePassword":{"href":"https://org.okta.test/c"}', 1, true))
    end)

    it("those that obtain tokens, which are not recorded at all", function()
      local knetik = roster.knetik { url = "https://app.knetik.test", client_id = "id", client_secret = "CANARY-secret",
        record = path, transport = function(request)
          local body = request.url:find("/oauth/token", 1, true)
            and '{"access_token":"CANARY-access","refresh_token":"CANARY-refresh"}' or '{"id":1}'
          return { status = 200, headers = { ["Content-Type"] = "application/json" }, body = body }
        end }
      assert(knetik:get_user(1))
      assert(knetik:close())
      search()
      assert.equal(2, #lines())
      assert.is_true(lines()[1].renews)
    end)

    it("numbers that were secret, in an answer that stays JSON", function()
      local okta = client(function()
        return replayed.json('{"n":987654321,"s":"987654321 and more","other":1}')
      end)
      assert(okta:partial_update_user("u", { credentials = { password = { value = "987654321" } } }))
      assert(okta:close())
      local response = lines()[2].response
      assert.same({ n = "***", s = "*** and more", other = 1 }, response.json)
    end)
  end)
end)

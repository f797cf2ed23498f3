-- Showing a request instead of sending it.
local pages = require "spec.support.pages"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local wire = require "spec.support.wire"

local TOKEN = replayed.token

--- The arguments that a shell hands to curl for this command, with the
--- variable for the token set.
local function shell_arguments(command)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  -- a function of that name gets what the real one would
  file:write("curl() { for a in \"$@\"; do printf '%s\\0' \"$a\"; done; }\n", "OKTA_CLIENT_TOKEN='", TOKEN, "'\n",
    command, "\n")
  file:close()
  local pipe = assert(io.popen("sh -n " .. path .. " && sh " .. path))
  local output = pipe:read("*a")
  pipe:close()
  os.remove(path)
  local args = {}
  for arg in output:gmatch("([^%z]*)%z") do
    args[#args + 1] = arg
  end
  return args
end

--- What curl would send, given these arguments.
local function curl_request(args)
  local request, i = { headers = {} }, 1
  while args[i] do
    if args[i] == "-X" then
      request.method, i = args[i + 1], i + 1
    elseif args[i] == "-H" then
      local name, value = args[i + 1]:match("^([^:]+): ?(.*)$")
      request.headers[name], i = value, i + 1
    elseif args[i] == "--data-raw" then
      request.body, i = args[i + 1], i + 1
    elseif args[i]:sub(1, 1) == "-" then
      request.flags = (request.flags or "") .. args[i]
    else
      assert.is_nil(request.url)
      request.url = args[i]
    end
    i = i + 1
  end
  return request
end

local SECRETS = { profile = { login = "a" }, groupIds = { "g" }, credentials = {
  password = { value = "pw-secret", hash = { algorithm = "BCRYPT", workFactor = 10, salt = "salt-secret",
    saltOrder = "PREFIX", value = "hash-secret" } },
  recovery_question = { question = "Who?", answer = "answer-secret" },
} }

describe("a dry run", function()
  it("sends nothing and asks for no token", function()
    local okta, sent = replayed.always(nil, { token = function() error("not asked") end })
    local shown = okta:suspend_user("u", { dry_run = true })
    assert.equal("POST", shown.method)
    assert.equal("https://org.okta.test/api/v1/users/u/lifecycle/suspend", shown.url)
    assert.equal("SSWS ***", wire.header(shown, "Authorization"))
    assert.equal("0", wire.header(shown, "Content-Length"))
    assert.is_nil(shown.body)
    assert.equal(0, #sent)
  end)

  it("with dry_run = false is a real one", function()
    local okta, sent = replayed.always()
    assert.is_true((okta:suspend_user("u", { dry_run = false })))
    assert.equal(1, #sent)
  end)

  it("shows what would be sent, with every secret masked", function()
    local okta = replayed.always()
    local headers = { Cookie = "cookie-secret" }
    local shown = okta:create_user(SECRETS, { activate = false, dry_run = true, headers = headers })
    assert.equal("https://org.okta.test/api/v1/users?activate=false", shown.url)
    local body = require("roster.json").decode(shown.body)
    assert.equal("***", body.credentials.password.value)
    assert.equal("***", body.credentials.password.hash.value)
    assert.equal("***", body.credentials.password.hash.salt)
    assert.equal("***", body.credentials.recovery_question.answer)
    assert.equal("Who?", body.credentials.recovery_question.question)
    assert.equal("BCRYPT", body.credentials.password.hash.algorithm)
    assert.equal("a", body.profile.login)
    assert.equal("***", wire.header(shown, "Cookie"))
    for _, text in ipairs { tostring(shown), shown.body, shown.url } do
      assert.is_nil(text:find("secret", 1, true))
      assert.is_nil(text:find(TOKEN, 1, true))
    end
  end)

  it("is the request that the real call then sends", function()
    local okta, sent = replayed.always()
    local body = { profile = { login = "it's $HOME `x` \"q\" \\ ! \195\169", note = "a\nb\tc\0d" } }
    local shown = okta:partial_update_user("isaac+1@x.y", body, { strict = true, dry_run = true })
    okta:partial_update_user("isaac+1@x.y", body, { strict = true })
    assert.equal(sent[1].method, shown.method)
    assert.equal(sent[1].url, shown.url)
    assert.equal(sent[1].body, shown.body)
    for name, value in pairs(sent[1].headers) do
      assert.equal(name == "Authorization" and "SSWS ***" or value, shown.headers[name])
    end
  end)

  it("of data that cannot be sent says so", function()
    local okta = replayed.always()
    local value, message, detail = okta:get_user("..", { dry_run = true })
    assert.is_nil(value)
    assert.matches("dot segment", message)
    assert.equal("argument", detail.kind)
  end)

  it("shows a body of a megabyte", function()
    local okta = replayed.always()
    local shown = okta:create_user({ profile = { login = ("x"):rep(1024 * 1024) } }, { dry_run = true })
    assert.is_true(#shown.body > 1024 * 1024)
  end)
end)

describe("a dry run of a list", function()
  it("shows the first request", function()
    local okta, asked = pages.client { { "1" } }
    local shown = okta:list_users { search = 'a eq "b"', dry_run = true }
    assert.equal("GET", shown.method)
    assert.same({ search = 'a eq "b"' }, wire.parse(shown.url).params)
    assert.same({}, asked)
  end)

  it("shows the request that a cursor leads to", function()
    local okta = pages.client { { "1" } }
    assert.equal(pages.url(2), okta:list_users({ cursor = pages.url(2), dry_run = true }).url)
    assert.equal(pages.url(2), okta:list({ path = "/api/v1/users", cursor = pages.url(2), dry_run = true }).url)
  end)

  it("of data that cannot be sent says so", function()
    local okta = pages.client { { "1" } }
    for _, case in ipairs { { "..", { dry_run = true } }, { "u", { cursor = "x", dry_run = true } } } do
      local value, message, detail = okta:list_user_groups(case[1], case[2])
      assert.is_nil(value)
      assert.matches("^okta list_user_groups: ", message)
      assert.equal("argument", detail.kind)
    end
  end)
end)

describe("a dry run of a request without a row", function()
  it("shows it, too", function()
    local okta, sent = replayed.always()
    local shown = okta:request { method = "PUT", path = "/x", body = { a = 1 }, dry_run = true }
    assert.equal("PUT", shown.method)
    assert.equal('{"a":1}', shown.body)
    assert.equal(0, #sent)
  end)
end)

describe("a dry run printed", function()
  local okta = replayed.always(nil, { user_agent = "it's \"mine\" $HOME `id` \\" })
  local AWKWARD = "it's $HOME `id` $(id) \"q\" \\ !! \195\169 ; & | > < * ? ~ #"
  local ROWS = {
    { "a read", okta:get_user("u", { dry_run = true }) },
    { "an awkward id", okta:get_user("a'b$c`d\"e\\f", { dry_run = true }) },
    { "an awkward query", okta:list_users { search = AWKWARD, dry_run = true } },
    { "a call without a body", okta:suspend_user("u", { dry_run = true }) },
    { "an awkward body",
      okta:partial_update_user("u", { profile = { note = AWKWARD .. "\n\t" } }, { dry_run = true }) },
    { "a body that begins like a file",
      okta:request { method = "PUT", path = "/x", body = "@/etc/passwd", dry_run = true } },
    { "awkward headers", okta:get_user("u", { dry_run = true, headers = { ["X-A"] = AWKWARD, ["X-B"] = "-d @x" } }) },
  }
  for _, row in ipairs(ROWS) do
    it("is a curl command that a shell takes, with the token put in: " .. row[1], function()
      local request = curl_request(shell_arguments(tostring(row[2])))
      assert.equal(row[2].method, request.method)
      assert.equal(row[2].url, request.url)
      assert.equal(row[2].body, request.body)
      for name, value in pairs(row[2].headers) do
        assert.equal(name == "Authorization" and "SSWS " .. TOKEN or value, request.headers[name])
      end
      for name in pairs(request.headers) do
        assert.is_string(row[2].headers[name])
      end
    end)
  end

  it("begins with curl itself", function()
    assert.matches("^curl %-X GET 'https://org%.okta%.test/api/v1/users/u' \\\n", tostring(ROWS[1][2]))
    assert.equal("curl", shell_arguments("printf 'curl\\0'")[1])
  end)

  it("holds no word of curl's own language in the URL", function()
    -- curl takes {a,b} and [1-9] in a URL for many URLs
    local shown = okta:list_users { cursor = replayed.url .. "/api/v1/users?after={a,b}[1-9]", dry_run = true }
    local request = curl_request(shell_arguments(tostring(shown)))
    assert.equal(shown.url, request.url)
    assert.is_truthy(request.flags and request.flags:find("--globoff", 1, true), tostring(shown))
  end)

  it("has null and marked lists in its body as they would be sent", function()
    local shown = okta:update_user("u", { profile = { a = roster.null, b = roster.array {} } }, { dry_run = true })
    local request = curl_request(shell_arguments(tostring(shown)))
    assert.equal(shown.body, request.body)
    assert.matches('"a":null', request.body)
    assert.matches('"b":%[%]', request.body)
  end)
end)

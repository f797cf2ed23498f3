-- Secrets whose names the catalog does not know showed in dry runs, hooks and
-- errors; recordings of 0.1.0, which masked by other names, can still be replayed.
local folder = require "spec.support.folder"
local json = require "roster.json"
local roster = require "roster"
local search = require "spec.canary.search"

local SECRET = "CANARY-42"

local function okta(options)
  options.url, options.token, options.max_retries = "https://org.okta.test", "00token", 0
  return roster.okta(options)
end

describe("a secret that no model has", function()
  local seen, client

  before_each(function()
    seen = {}
    client = okta {
      on_request = function(request) seen[#seen + 1] = request end,
      on_response = function(outcome) seen[#seen + 1] = outcome end,
      transport = function()
        return { status = 302, headers = { Location = "https://u:" .. SECRET .. "@h.test/welcome/" .. SECRET },
          body = '{"errorCode":"E1","errorSummary":"not well-formed: ' .. SECRET .. '","code":"visible"}' }
      end,
    }
  end)

  local function look(...)
    search.results("the call", nil, ...)
    search.value(seen, "the hooks")
  end

  it("is not shown in a misspelt member, in the profile, or without a row", function()
    for _, body in ipairs {
      { profile = { login = "a", password = SECRET } },
      { profile = { login = "a" }, credentials = { recoveryQuestion = { question = "q", answer = SECRET } } },
    } do
      look(client:create_user(body, { dry_run = true, check = false }))
      look(client:create_user(body, { check = false }))
    end
    for _, request in ipairs {
      { method = "POST", path = "/api/v1/authn", body = { username = "u", password = SECRET } },
      { method = "POST", path = "/x", body = "grant_type=x&code=" .. SECRET },
      { path = "/x", query = { api_key = SECRET } },
      { path = "/reset_password/" .. SECRET },
    } do
      look(client:request(request))
      request.dry_run = true
      look(client:request(request))
    end
  end)

  it("is not shown in an argument's error", function()
    local jumpcloud = roster.jumpcloud { api_key = "key", transport = function() error "sent" end }
    local list = jumpcloud:organization_list { filter = "password:eq:" .. SECRET }
    local ok, err = pcall(list.all, list)
    local _, message = list:page()
    assert.matches("lacks the $ before the operator", ok and message or tostring(err), 1, true)
    search.value({ err, message }, "the error")
  end)

  it("is not shown in what a transport says of its proxy", function()
    local lost = okta { transport = function()
      return nil, "Unsupported proxy syntax in 'http://u:" .. SECRET .. "@bad host:1'"
    end }
    local _, message = lost:get_user("u")
    assert.equal("okta get_user: Unsupported proxy syntax in 'http://***@bad host:1'", message)
  end)

  it("leaves an error's code and the rest of the text alone", function()
    local _, message, detail = client:request { method = "POST", path = "/x", body = { pinned = "yes", pin = SECRET } }
    assert.equal("okta request: 302 E1: a redirect to https://***@h.test/welcome/***, which is not followed: "
      .. "not well-formed: ***", message)
    assert.equal("https://***@h.test/welcome/***", detail.headers.location)
  end)
end)

describe("a recording of 0.1.0", function()
  it("can be replayed, whatever it masked", function()
    local dir = folder.new()
    local path = dir.path .. "/tape"
    local file = assert(io.open(path, "wb"))
    local head = { '{"roster":"cassette","version":1,"service":"okta","url":"https://org.okta.test",',
      '"credential":"token","renews":false}\n' }
    -- the pin was shown, the hash's algorithm was not
    local body = { '{"profile":{"login":"a","pin":"1234"},"credentials":{"password":{"hash":{"algorithm":"***",',
      '"salt":"***","value":"***"}}}}' }
    file:write(table.concat(head), '{"request":{"method":"POST",',
      '"url":"https://org.okta.test/api/v1/users?activate=false","headers":{},"json":', table.concat(body),
      '},"response":{"status":200,"headers":[],"json":{"id":"00u1"}}}\n')
    file:close()
    local function replayed(login)
      local client = roster.okta { replay = path }
      local user, message = client:create_user({ profile = { login = login, pin = "9876" }, credentials = {
        password = { hash = { algorithm = "SHA-1", salt = "s", value = "v" } } } }, { activate = false })
      client:close()
      return user and user.id, message
    end
    assert.equal("00u1", (replayed "a"))
    local _, message = replayed "b"
    assert.matches('body.profile.login differs: expected "a", got "b"', message, 1, true)
    dir:remove()
  end)
end)

describe("the redactor", function()
  local core = require "roster.core"

  it("keeps JSON what is JSON", function()
    for _, inner in ipairs { "{token%3Dabc1", "{ pin = 1234 }", "[1, {secret: x}]", '{"a":"{\\"pin\\":1}"}' } do
      local text = core.redact(assert(json.encode { a = inner, pin = 1234 }))
      assert.equal("***", assert(json.decode(text), text).pin)
    end
  end)

  it("takes any text, also one that is cut, deep, or no text at all", function()
    local whole = json.encode { a = { password = SECRET, b = { "x", { secret = { value = SECRET } } } } }
    for cut = 1, #whole do
      assert.is_nil(core.redact(whole:sub(1, cut)):find("CANARY", 1, true), whole:sub(1, cut))
    end
    local deep = ('{"a":['):rep(5000) .. '{"password":"' .. SECRET .. '"}' .. ("]}"):rep(5000)
    assert.is_nil(core.redact(deep):find(SECRET, 1, true))
    assert.is_nil(core.redact('\255{"password":"\255' .. SECRET .. '\254"}\255'):find(SECRET, 1, true))
    assert.equal(1000000, #core.redact(("["):rep(1000000)))
  end)
end)

-- What a further attempt looks like on the wire.
local json = require "roster.json"
local replayed = require "spec.support.replayed"
local timeline = require "spec.support.timeline"
local wire = require "spec.support.wire"

local OK = replayed.json '{"id":"u1"}'

local function id(value, status)
  return { status = status or 502, headers = { ["X-Okta-Request-Id"] = value } }
end

--- The requests of a call whose attempts are answered by these.
local function attempts(answers, options, call)
  local transport, sent = timeline.script(answers)
  local settings = { transport = transport }
  for name, value in pairs(options or {}) do
    settings[name] = value
  end
  local okta = timeline.new():client(settings)
  local value, message, detail
  if call then
    value, message, detail = call(okta)
  else
    value, message, detail = okta:get_user("u")
  end
  return sent, value, message, detail
end

local function marks(request)
  return { wire.header(request, "X-Okta-Retry-For"), wire.header(request, "X-Okta-Retry-Count") }
end

describe("a further attempt", function()
  it("names the first request and counts", function()
    local sent, value = attempts({ id "first", id "second", id "third", OK })
    assert.equal("u1", value.id)
    assert.equal(4, #sent)
    assert.same({}, marks(sent[1]))
    assert.same({ "first", "1" }, marks(sent[2]))
    assert.same({ "first", "2" }, marks(sent[3]))
    assert.same({ "first", "3" }, marks(sent[4]))
  end)

  it("counts where no answer gave an id, and takes the first there is", function()
    local sent = attempts({ "connection reset", { status = 503 }, id "third", OK })
    assert.same({ [2] = "1" }, marks(sent[2]))
    assert.same({ [2] = "2" }, marks(sent[3]))
    assert.same({ "third", "3" }, marks(sent[4]))
  end)

  for name, value in pairs {
    ["a line break"] = "abc\r\nX-Evil: 1", ["a control character"] = "abc\1", ["a space"] = "abc def",
      ["a letter outside ASCII"] = "abc\195\164",
    ["more than an id"] = ("a"):rep(96), ["nothing"] = "", ["a colon"] = "a:b",
  } do
    it("does not send back an id with " .. name, function()
      local sent = attempts({ id(value), OK })
      assert.same({ [2] = "1" }, marks(sent[2]))
    end)
  end

  it("sends back the longest id that is one", function()
    local sent = attempts({ id(("a"):rep(95)), OK })
    assert.same({ ("a"):rep(95), "1" }, marks(sent[2]))
  end)

  it("sends the body again, whole and the same, and the credential once", function()
    local body = { profile = { login = "a@b.test", nickName = ("x"):rep(100000), tags = {} } }
    local sent, value = attempts({ id "r1", "reset", { status = 429 }, OK }, nil, function(okta)
      return okta:update_user("u", body, { headers = { ["X-Mine"] = "m" } })
    end)
    assert.equal("u1", value.id)
    assert.equal(4, #sent)
    for _, request in ipairs(sent) do
      assert.equal(sent[1].body, request.body)
      assert.equal("PUT", request.method)
      assert.equal(sent[1].url, request.url)
      assert.equal("SSWS 00token-of-the-spec", wire.header(request, "Authorization"))
      assert.equal("m", wire.header(request, "X-Mine"))
      assert.equal("application/json", wire.header(request, "Content-Type"))
    end
    assert.equal(100000, #json.decode(sent[1].body).profile.nickName)
  end)

  it("of a later page is one of that page", function()
    local url = "https://service.test/api/v1/users?after=c2"
    local sent = attempts({ replayed.json('[{"id":"1"}]', 200, { Link = "<" .. url .. '>; rel="next"' }), id "p2",
      replayed.json '[{"id":"2"}]' }, nil, function(okta)
      return okta:list_users():all()
    end)
    assert.equal(3, #sent)
    assert.equal(url, sent[2].url)
    assert.same({}, marks(sent[2]))
    assert.equal(url, sent[3].url)
    assert.same({ "p2", "1" }, marks(sent[3]))
  end)

  it("is not marked where the service has no such lines", function()
    local transport, sent = timeline.script { id "r", replayed.json '{"results":[],"totalCount":0}' }
    local jumpcloud = timeline.new():client { service = "jumpcloud", api_key = "k", transport = transport }
    assert(jumpcloud:organization_list():page())
    assert.equal(2, #sent)
    for _, request in ipairs(sent) do
      for name in pairs(request.headers) do
        assert.is_nil(name:lower():find("retry", 1, true))
      end
    end
  end)
end)

describe("a token renewed in the middle", function()
  local function renewing(answers)
    local asked = {}
    local sent, value, message, detail = attempts(answers, { token = function(refused)
      asked[#asked + 1] = refused or "none"
      return "tok" .. #asked
    end })
    return sent, asked, value, message, detail
  end

  local REFUSED = { status = 401, headers = { ["X-Okta-Request-Id"] = "refused" } }

  it("is not counted as a retry", function()
    local sent, asked, value, meta = renewing { REFUSED, OK }
    assert.equal("u1", value.id)
    assert.equal(2, meta.attempts)
    assert.same({ "none", "tok1" }, asked)
    assert.same({}, marks(sent[2]))
    assert.equal("SSWS tok2", wire.header(sent[2], "Authorization"))
  end)

  it("keeps the lines of a retry before it", function()
    local sent, _, value = renewing { id "first", REFUSED, OK }
    assert.equal("u1", value.id)
    assert.same({ "first", "1" }, marks(sent[2]))
    assert.same({ "first", "1" }, marks(sent[3]))
    assert.equal("SSWS tok1", wire.header(sent[2], "Authorization"))
    assert.equal("SSWS tok2", wire.header(sent[3], "Authorization"))
  end)

  it("goes along with a retry after it", function()
    local sent, _, value = renewing { REFUSED, id "second", id "third", OK }
    assert.equal("u1", value.id)
    assert.same({ "second", "1" }, marks(sent[3]))
    assert.same({ "second", "2" }, marks(sent[4]))
    for i = 2, 4 do
      assert.equal("SSWS tok2", wire.header(sent[i], "Authorization"))
    end
  end)

  it("leaves all retries to the call", function()
    local sent, _, value, message, detail = renewing { REFUSED, { status = 502 } }
    assert.is_nil(value)
    assert.equal(6, #sent)
    assert.matches("(6 attempts)", message, 1, true)
    assert.same({ status = 401, why = "the token was refused", wait = 0 }, detail.attempts[1])
    assert.same({ status = 502, why = "no attempts left" }, detail.attempts[6])
  end)

  it("happens once: a second refusal stands", function()
    local sent, asked, value, _, detail = renewing { REFUSED, id "x", REFUSED, OK }
    assert.is_nil(value)
    assert.equal(3, #sent)
    assert.equal(2, #asked)
    assert.equal("auth", detail.kind)
    assert.equal("another attempt would not help", detail.attempts[3].why)
  end)
end)

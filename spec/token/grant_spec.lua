-- A token that is obtained by a grant: what is asked, how long it is kept, how
-- it is renewed.
local granted = require "spec.support.granted"
local wire = require "spec.support.wire"

--- An answer with a token.
local function token(name, more)
  local body = { access_token = name, expires_in = 3600 }
  for key, value in pairs(more or {}) do
    body[key] = value
  end
  return granted.json(200, body)
end

describe("a grant", function()
  it("asks for nothing before a request is sent", function()
    local t = granted.new()
    local list = t.client:get_users()
    t.client:get_user(1, { dry_run = true })
    t.client:get_user("nobody")
    assert.is_string(list:cursor())
    assert.equal(0, #t.asked)
  end)

  it("of the client sends its id and secret as a form, and no credential", function()
    local t = granted.new { client_id = "an id", client_secret = "s&e=c r+t%" }
    assert(t.client:get_user(1))
    local request = t.requests[1]
    assert.equal("POST", request.method)
    assert.equal("grant_type=client_credentials&client_id=an%20id&client_secret=s%26e%3Dc%20r%2Bt%25", request.body)
    assert.equal("application/x-www-form-urlencoded", wire.header(request, "Content-Type"))
    assert.equal("application/json", wire.header(request, "Accept"))
    assert.is_nil(wire.header(request, "Authorization"))
    assert.same({ "tok1" }, t.used)
  end)

  it("of a user sends name and password, and the client's secret only where there is one", function()
    local t = granted.new { client_id = "web", username = "ada", password = "p w" }
    assert(t.client:get_user(1))
    assert.same({ grant_type = "password", client_id = "web", username = "ada", password = "p w" }, t.asked[1])
    t = granted.new { client_id = "web", client_secret = "s", username = "ada", password = "p w" }
    assert(t.client:get_user(1))
    assert.equal("s", t.asked[1].client_secret)
    assert.equal("password", t.asked[1].grant_type)
  end)

  it("keeps the token for all calls", function()
    local t = granted.new()
    for _ = 1, 5 do
      assert(t.client:get_user(1))
    end
    assert.equal(1, #t.asked)
    assert.same({ "tok1", "tok1", "tok1", "tok1", "tok1" }, t.used)
  end)

  it("is each client's own", function()
    local a, b = granted.new(), granted.new()
    assert(a.client:get_user(1))
    assert(b.client:get_user(1))
    assert.equal(1, #a.asked)
    assert.equal(1, #b.asked)
  end)

  it("asks again shortly before the token expires, not earlier", function()
    local t = granted.new()
    assert(t.client:get_user(1))
    t.now = 1000 + 3600 - 31
    assert(t.client:get_user(1))
    assert.equal(1, #t.asked)
    t.now = 1000 + 3600 - 29
    assert(t.client:get_user(1))
    assert.equal(2, #t.asked)
    assert.equal("tok2", t.used[3])
  end)

  it("does not spend all of a short life on the margin", function()
    local t = granted.new()
    t.answers[1] = token("short", { expires_in = 20 })
    assert(t.client:get_user(1))
    t.now = 1000 + 17
    assert(t.client:get_user(1))
    assert.equal(1, #t.asked)
    t.now = 1000 + 19
    assert(t.client:get_user(1))
    assert.equal(2, #t.asked)
  end)

  it("uses a token that has not quite expired when there is no other", function()
    local t = granted.new()
    assert(t.client:get_user(1))
    t.answers[2] = granted.json(503, "")
    t.now = 1000 + 3600 - 10
    assert(t.client:get_user(1))
    assert.same({ "tok1", "tok1" }, t.used)
    t.now = 1000 + 3600
    t.answers[3] = granted.json(503, "")
    assert.is_nil((t.client:get_user(1)))
    assert.equal(2, #t.used)
  end)

  it("forgets everything when the client is closed", function()
    local t = granted.new()
    assert(t.client:get_user(1))
    t.client:close()
    local value, message, detail = t.client:get_user(1)
    assert.is_nil(value)
    assert.equal("closed", detail.kind)
    assert.equal("knetik get_user: the client is closed", message)
    assert.equal(1, #t.asked)
  end)
end)

describe("a refresh token", function()
  local function of_user()
    return granted.new { client_id = "web", username = "ada", password = "pass" }
  end

  it("is used when the token has expired, and its successor the next time", function()
    local t = of_user()
    t.answers[1] = token("a", { refresh_token = "r1" })
    t.answers[2] = token("b", { refresh_token = "r2" })
    for i = 0, 2 do
      t.now = 1000 + i * 4000
      assert(t.client:get_user(1))
    end
    assert.same({ grant_type = "refresh_token", client_id = "web", refresh_token = "r1" }, t.asked[2])
    assert.equal("r2", t.asked[3].refresh_token)
    assert.same({ "a", "b", "tok3" }, t.used)
  end)

  it("stays when the answer to it brings no other", function()
    local t = of_user()
    t.answers[1] = token("a", { refresh_token = "r1" })
    t.answers[2] = token("b")
    t.answers[3] = token("c", { refresh_token = "" })
    for i = 0, 3 do
      t.now = 1000 + i * 4000
      assert(t.client:get_user(1))
    end
    for i = 2, 4 do
      assert.equal("r1", t.asked[i].refresh_token)
    end
  end)

  it("comes with the client's secret where there is one", function()
    local t = granted.new { client_id = "web", client_secret = "s", username = "ada", password = "pass" }
    t.answers[1] = token("a", { refresh_token = "r1" })
    assert(t.client:get_user(1))
    t.now = 9000
    assert(t.client:get_user(1))
    assert.equal("s", t.asked[2].client_secret)
  end)

  for _, failure in ipairs { granted.json(503, "down"), granted.json(500, ""),
    granted.json(408, ""), "connection reset", granted.json(200, "<html>") } do
    it("is kept while the endpoint is down: " .. (failure.status or failure), function()
      local t = of_user()
      t.answers[1] = token("a", { refresh_token = "r1" })
      t.answers[2], t.answers[3] = failure, failure
      assert(t.client:get_user(1))
      t.now = 1000 + 3600 - 10
      -- the token is good for ten seconds more
      assert(t.client:get_user(1))
      assert.equal("refresh_token", t.asked[2].grant_type)
      assert.equal("password", t.asked[3].grant_type)
      t.now = 9000
      assert(t.client:get_user(1))
      assert.same({ "refresh_token", "r1" }, { t.asked[4].grant_type, t.asked[4].refresh_token })
      assert.same({ "a", "a", "tok4" }, t.used)
    end)
  end

  it("that was refused is gone, though the grant is refused as well", function()
    local t = of_user()
    t.answers[1] = token("a", { refresh_token = "r1" })
    t.answers[2] = granted.json(400, { error = "invalid_grant" })
    t.answers[3] = granted.json(503, "")
    assert(t.client:get_user(1))
    t.now = 9000
    assert.is_nil((t.client:get_user(1)))
    t.now = 19000
    assert(t.client:get_user(1))
    assert.equal("password", t.asked[4].grant_type)
  end)

  local FAILURES = {
    { "is refused", granted.json(400, { error = "invalid_grant", error_description = "Invalid refresh token" }) },
    { "is answered with nonsense", granted.json(200, "<html>") },
    { "gets no answer", "connection reset" },
  }
  for _, row in ipairs(FAILURES) do
    it("that " .. row[1] .. " gives way to the grant itself", function()
      local t = of_user()
      t.answers[1] = token("a", { refresh_token = "r1" })
      t.answers[2] = row[2]
      assert(t.client:get_user(1))
      t.now = 9000
      assert(t.client:get_user(1))
      assert.equal("password", t.asked[3].grant_type)
      assert.same({ "a", "tok3" }, t.used)
      -- and is not tried again
      t.now = 19000
      assert(t.client:get_user(1))
      assert.equal("password", t.asked[4].grant_type)
    end)
  end
end)

describe("a token that is refused", function()
  it("is renewed once, and the call is sent again", function()
    local t = granted.new()
    t.refuses.tok1 = true
    assert(t.client:get_user(1))
    assert.same({ "tok1", "tok2" }, t.used)
    assert.equal(2, #t.asked)
  end)

  it("is renewed by its refresh token first", function()
    local t = granted.new { client_id = "web", username = "ada", password = "pass" }
    t.answers[1] = token("a", { refresh_token = "r1" })
    t.refuses.a = true
    assert(t.client:get_user(1))
    assert.equal("refresh_token", t.asked[2].grant_type)
    assert.same({ "a", "tok2" }, t.used)
  end)

  it("together with its successor is the answer", function()
    local t = granted.new()
    t.refuses.tok1, t.refuses.tok2 = true, true
    local value, message, detail = t.client:get_user(1)
    assert.is_nil(value)
    assert.matches("^knetik get_user: 401 invalid_token: Invalid access token", message)
    assert.equal("auth", detail.kind)
    assert.equal(401, detail.status)
    assert.equal(2, #t.asked)
    assert.equal(2, #t.used)
  end)

  it("for every call is renewed once in five seconds, not for each call", function()
    local t = granted.new()
    for i = 1, 50 do
      t.refuses["tok" .. i] = true
    end
    for i = 0, 99 do
      t.now = 1000 + i / 10
      local value, message, detail = t.client:get_user(1)
      assert.is_nil(value)
      assert.matches("401 invalid_token", message)
      assert.equal(401, detail.status)
    end
    -- at 1000 twice, then at 1005
    assert.equal(3, #t.asked)
    -- and a service that takes the token again needs no other
    t.refuses = {}
    assert(t.client:get_user(1))
    assert.equal(3, #t.asked)
  end)

  it("a second time, later, is renewed at once", function()
    local t = granted.new()
    t.refuses.tok1 = true
    assert(t.client:get_user(1))
    t.now = t.now + 6
    t.refuses.tok2 = true
    assert(t.client:get_user(1))
    assert.same({ "tok1", "tok2", "tok2", "tok3" }, t.used)
  end)

  it("is not sent again by the next call", function()
    local t = granted.new()
    assert(t.client:get_user(1))
    t.refuses.tok1 = true
    t.answers[2] = granted.json(503, "")
    assert.is_nil((t.client:get_user(1)))
    assert.is_nil((t.client:get_user(1)))
    assert.same({ "tok1", "tok1" }, t.used)
  end)

  it("that comes back from the endpoint is not sent twice", function()
    local t = granted.new()
    t.answers[1], t.answers[2] = token "same", token "same"
    t.refuses.same = true
    local value, _, detail = t.client:get_user(1)
    assert.is_nil(value)
    assert.equal(401, detail.status)
    assert.same({ "same" }, t.used)
    assert.equal(2, #t.asked)
  end)

  it("does not cost a renewal that another call has made already", function()
    local t = granted.new()
    assert(t.client:get_user(1))
    -- two calls under way with the first token
    t.refuses.tok1 = true
    t.yields = true
    local results = {}
    local function begin(i)
      return coroutine.wrap(function()
        results[i] = t.client:get_user(1)
        return "over"
      end)
    end
    local a, b = begin(1), begin(2)
    a()
    b()
    t.yields = false
    while a() ~= "over" do end
    while b() ~= "over" do end
    assert.is_truthy(results[1] and results[2])
    assert.same({ "tok1", "tok1", "tok1", "tok2", "tok2" }, t.used)
    assert.equal(2, #t.asked)
  end)

  it("when it was given as a string is refused, and no endpoint is asked", function()
    local t = granted.new { token = "fixed" }
    t.refuses.fixed = true
    local value, _, detail = t.client:get_user(1)
    assert.is_nil(value)
    assert.equal(401, detail.status)
    assert.equal(0, #t.asked)
    assert.same({ "fixed" }, t.used)
  end)

  it("when it came from a function is asked for once more", function()
    local seen = {}
    local t = granted.new { token = function(refused)
      seen[#seen + 1] = refused or "first"
      return refused and "fresh" or "stale"
    end }
    t.refuses.stale = true
    assert(t.client:get_user(1))
    assert.same({ "first", "stale" }, seen)
    assert.same({ "stale", "fresh" }, t.used)
  end)
end)

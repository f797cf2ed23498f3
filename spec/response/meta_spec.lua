-- What goes along with a value: status, headers, request id, rate limit.
local replayed = require "spec.support.replayed"

local function meta_for(headers, status)
  local okta = replayed.always { status = status or 200, headers = headers, body = "{}" }
  local value, meta = okta:get_user("u")
  assert.same({}, value)
  return meta
end

describe("meta", function()
  it("has the status", function()
    for _, status in ipairs { 200, 201, 202, 204, 299 } do
      assert.equal(status, meta_for(nil, status).status)
    end
  end)

  it("finds a header by its name in lower case, whatever was sent", function()
    local meta = meta_for { ["ETag"] = 'W/"1"', ["x-lower"] = "a", ["X-UPPER"] = "b" }
    assert.equal('W/"1"', meta.headers["etag"])
    assert.equal("a", meta.headers["x-lower"])
    assert.equal("b", meta.headers["x-upper"])
    assert.is_nil(meta.headers["ETag"])
  end)

  it("joins the values of a repeated field and keeps its lines", function()
    local meta = meta_for { ["Set-Cookie"] = { "a=1; Path=/", "b=2", "c=3" } }
    assert.equal("a=1; Path=/, b=2, c=3", meta.headers["set-cookie"])
    assert.same({ "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2", "Set-Cookie: c=3" },
      { meta.headers[1], meta.headers[2], meta.headers[3] })
    assert.is_nil(meta.headers[4])
  end)

  it("trims blanks around a value and keeps an empty one", function()
    local meta = meta_for { ["X-A"] = "  a b\t", ["X-B"] = "", ["X-C"] = "   " }
    assert.equal("a b", meta.headers["x-a"])
    assert.equal("", meta.headers["x-b"])
    assert.equal("", meta.headers["x-c"])
  end)

  it("has no value behind a NUL", function()
    assert.equal("a", meta_for({ ["X-A"] = "a\0b" }).headers["x-a"])
  end)

  it("takes a header's value as a number", function()
    assert.equal("5", meta_for({ ["X-A"] = 5 }).headers["x-a"])
  end)

  it("holds ten thousand headers, or says that it cannot", function()
    local many = {}
    for i = 1, 10000 do
      many["X-" .. i] = "y"
    end
    assert.equal("y", meta_for(many).headers["x-10000"])
    for _, large in ipairs { ("y"):rep(300000), { "y", ("y"):rep(300000) } } do
      many["X-Large"] = large
      local value, message, detail = replayed.always({ status = 200, headers = many, body = "{}" }):get_user("u")
      assert.is_nil(value)
      assert.matches("the header is larger than %d+ bytes", message)
      assert.equal("protocol", detail.kind)
    end
  end)

  it("has the request id", function()
    assert.equal("AbC", meta_for({ ["x-okta-request-id"] = "AbC" }).request_id)
    assert.is_nil(meta_for({}).request_id)
  end)

  it("has no timings when the transport took none", function()
    assert.is_nil(meta_for({}).timings)
  end)
end)

describe("the rate limit", function()
  local function rate_for(limit, remaining, reset)
    return meta_for({ ["X-Rate-Limit-Limit"] = limit, ["X-Rate-Limit-Remaining"] = remaining,
      ["x-rate-limit-reset"] = reset }).rate
  end

  it("is three whole numbers", function()
    local rate = rate_for("600", "599", "1700000000")
    assert.same({ limit = 600, remaining = 599, reset = 1700000000 }, rate)
    assert.equal("integer", math.type and math.type(rate.reset) or "integer")
  end)

  it("is not there when the service does not tell", function()
    assert.is_nil(rate_for())
  end)

  it("may be nought: Okta's concurrency limit", function()
    assert.same({ limit = 0, remaining = 0, reset = 1700000000 }, rate_for("0", "0", "1700000000"))
  end)

  local BAD = { "", "-1", "+1", "1.5", "1e3", "0x10", "six", "1 2", "1234567890123456",
    "99999999999999999999999", "NaN", "inf", "\239\188\145" }
  for _, text in ipairs(BAD) do
    it("leaves out what is no whole number: " .. ("%q"):format(text), function()
      assert.same({ limit = 600 }, rate_for("600", text, text))
    end)
  end

  it("takes the most cautious of a repeated header: least remaining, latest reset", function()
    assert.same({ limit = 600, remaining = 5, reset = 17 },
      rate_for({ "600", "700" }, { "5", "x" }, { "x", "17" }))
    assert.same({ limit = 600, remaining = 4, reset = 18 }, rate_for("600", "5, 4", { "17", "18" }))
  end)

  it("is in the detail of an error, too", function()
    local okta = replayed.always { status = 429, headers = { ["X-Rate-Limit-Remaining"] = "0",
      ["X-Rate-Limit-Reset"] = "1700000060" }, body = '{"errorCode":"E0000047","errorSummary":"too many"}' }
    local value, message, detail = okta:get_user("u")
    assert.is_nil(value)
    assert.equal("okta get_user: 429 E0000047: too many", message)
    assert.equal("rate_limited", detail.kind)
    assert.same({ remaining = 0, reset = 1700000060 }, detail.rate)
  end)
end)

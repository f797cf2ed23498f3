-- What a refusal becomes: nil, a line for a person, a table for a program.
local replayed = require "spec.support.replayed"

local OKTA = [[{"errorCode":"E0000001","errorSummary":"Api validation failed: login","errorLink":"E0000001",
  "errorId":"oaeHfmOAx1iRLa0H10DeMz5fQ","errorCauses":[
  {"errorSummary":"login: An object with this field already exists"},{"errorSummary":"email: Does not match"}]}]]

--- What get_user says to this answer.
local function refused(status, body, headers)
  local okta = replayed.always { status = status, headers = headers, body = body }
  local value, message, detail = okta:get_user("00u1")
  assert.is_nil(value)
  assert.equal("string", type(message))
  assert.equal(message, tostring(detail))
  assert.equal(message, detail.text)
  assert.equal(status, detail.status)
  assert.is_nil(message:find("%c"), message)
  assert.is_true(#message < 2000)
  return message, detail
end

describe("Okta's error body", function()
  it("becomes one line with everything in it", function()
    local message, detail = refused(400, OKTA)
    assert.equal("okta get_user: 400 E0000001: Api validation failed: login: "
      .. "login: An object with this field already exists; email: Does not match "
      .. "[req oaeHfmOAx1iRLa0H10DeMz5fQ]", message)
    assert.equal("http", detail.kind)
    assert.equal("E0000001", detail.code)
    assert.equal("oaeHfmOAx1iRLa0H10DeMz5fQ", detail.request_id)
    assert.same({ "login: An object with this field already exists", "email: Does not match" }, detail.causes)
    assert.equal("get_user", detail.operation)
    assert.equal("okta", detail.service)
    assert.is_false(detail.retryable)
    assert.is_false(detail.ambiguous)
  end)

  it("gives way to the header for the request id", function()
    local message, detail = refused(404, OKTA, { ["x-okta-request-id"] = "AbC123" })
    assert.equal("AbC123", detail.request_id)
    assert.matches(" %[req AbC123%]$", message)
  end)

  local ODD = {
    { "no causes", '{"errorSummary":"S"}', "S", nil },
    { "causes that are null", '{"errorSummary":"S","errorCauses":null}', "S", nil },
    { "causes that are empty", '{"errorSummary":"S","errorCauses":[]}', "S", nil },
    { "causes that are a string", '{"errorSummary":"S","errorCauses":"c"}', "S", nil },
    { "causes that are an object", '{"errorSummary":"S","errorCauses":{"a":1}}', "S", nil },
    { "causes that are strings", '{"errorSummary":"S","errorCauses":["a","b"]}', "S: a; b", { "a", "b" } },
    { "causes of odd types", '{"errorSummary":"S","errorCauses":'
      .. '[1,null,true,[],{},{"errorSummary":{}},{"errorSummary":"c"}]}', "S: c", { "c" } },
    { "a summary that is a number", '{"errorSummary":5}', "5", nil },
    { "a summary that is an object", '{"errorSummary":{"a":1}}', "Not Found", nil },
    { "a summary that is empty", '{"errorSummary":""}', "Not Found", nil },
    { "a summary of blanks", '{"errorSummary":" \\n "}', "Not Found", nil },
    { "an empty summary with causes", '{"errorSummary":"","errorCauses":["a"]}', "Not Found: a", { "a" } },
    { "causes alone", '{"errorCauses":[{"errorSummary":"a"}]}', "Not Found: a", { "a" } },
    { "a summary with line breaks and escapes", '{"errorSummary":"a\\nb\\r\\u001b[31mc\\u0000d\\u007f"}',
      "a b  [31mc d", nil },
    { "a summary with C1 controls", '{"errorSummary":"a\\u009b31mb\\u0085c"}', "a  31mb  c", nil },
    { "a summary with line separators", '{"errorSummary":"a\\u2028b"}', "a   b", nil },
  }
  for _, row in ipairs(ODD) do
    it("may have " .. row[1], function()
      local message, detail = refused(404, row[2])
      assert.equal(row[3], detail.message)
      assert.same(row[4], detail.causes)
      assert.equal("okta get_user: 404: " .. row[3], message)
    end)
  end

  it("with a code that is no string is no surprise", function()
    assert.equal("12", select(2, refused(404, '{"errorCode":12,"errorSummary":"S"}')).code)
    assert.is_nil(select(2, refused(404, '{"errorCode":{},"errorSummary":"S"}')).code)
    assert.matches("^okta get_user: 404: S$", (refused(404, '{"errorCode":"","errorSummary":"S"}')))
  end)

  it("without end is cut, in the middle of no character", function()
    for _, first in ipairs { "", "x" } do
      local message, detail = refused(400, '{"errorSummary":"' .. first .. ("\195\169"):rep(50000) .. '"}')
      assert.is_true(#message < 700)
      assert.equal(first .. ("\195\169"):rep(math.floor(#detail.message / 2)), detail.message)
    end
  end)

  it("with a thousand causes keeps a few", function()
    local causes = ('{"errorSummary":"cause"},'):rep(1000):sub(1, -2)
    local message, detail = refused(400, '{"errorSummary":"S","errorCauses":[' .. causes .. "]}")
    assert.equal(20, #detail.causes)
    assert.is_true(#message < 700)
  end)
end)

describe("an error body of another kind", function()
  local ROWS = {
    { "OAuth's", 400, '{"error":"invalid_scope","error_description":"The scope is unknown"}', nil,
      "400 invalid_scope: The scope is unknown" },
    { "OAuth's without a description", 400, '{"error":"invalid_client"}', nil, "400 invalid_client: Bad Request" },
    { "HTML with a title", 502, "<html><head><TITLE>502 Bad\r\nGateway</TITLE></head></html>",
      { ["Content-Type"] = "text/html" }, "502: 502 Bad  Gateway" },
    { "HTML without a title", 503, "<html><h1>no</h1></html>", nil, "503: Service Unavailable" },
    { "HTML with an empty title", 503, "<title></title>", nil, "503: Service Unavailable" },
    { "HTML with an open title", 503, "<title>never closed", nil, "503: Service Unavailable" },
    { "plain text", 500, "boom", nil, "500: Internal Server Error" },
    { "nothing", 504, "", nil, "504: Gateway Timeout" },
    { "no body at all", 403, nil, nil, "403: Forbidden" },
    { "blanks", 403, " \n ", nil, "403: Forbidden" },
    { "truncated JSON", 404, '{"errorCode":"E0000007","errorSummary":"Not fo', nil, "404: Not Found" },
    { "a list", 400, '["x",{"errorSummary":"no"}]', nil, "400: Bad Request" },
    { "a string", 400, '"the login is\\ntaken"', nil, "400: the login is taken" },
    { "a string of nothing", 400, '""', nil, "400: Bad Request" },
    { "a number", 400, "400", nil, "400: Bad Request" },
    { "null", 400, "null", nil, "400: Bad Request" },
    { "an empty object", 400, "{}", nil, "400: Bad Request" },
    { "JSON nested without end", 400, ("["):rep(100000), nil, "400: Bad Request" },
    { "bytes", 400, "\0\1\2\255\254", nil, "400: Bad Request" },
    { "Okta's as text/html", 404, '{"errorSummary":"S"}', { ["Content-Type"] = "text/html" }, "404: S" },
    { "a challenge", 401, nil,
      { ["WWW-Authenticate"] = 'Bearer error="insufficient_scope", error_description="needs okta.users.read"' },
      "401: needs okta.users.read" },
    { "a challenge of other spelling", 403, "", { ["www-authenticate"] = 'DPoP Error_Description="lower \\"case\\""' },
      '403: lower "case"' },
    { "the second challenge", 401, "",
      { ["WWW-Authenticate"] = { 'Basic realm="x"', 'Bearer error_description="the second"' } }, "401: the second" },
    { "a challenge cut short", 401, "", { ["WWW-Authenticate"] = 'Bearer error_description="never' },
      "401: Unauthorized" },
    { "a challenge beside a body", 401, '{"errorCode":"E0000011","errorSummary":"Invalid token provided"}',
      { ["WWW-Authenticate"] = 'Bearer error_description="x"' }, "401 E0000011: Invalid token provided" },
    { "a method that the path has not", 405, "", nil, "405: Method Not Allowed" },
    { "no length", 411, "", nil, "411: Length Required" },
    { "a status of its own", 418, "", nil, "418: an error without a text" },
    { "a redirect", 302, "", { Location = "https://evil.test/" },
      "302: a redirect to https://evil.test/, which is not followed" },
    { "a permanent redirect", 301, "", { Location = "/login" }, "301: a redirect to /login, which is not followed" },
    { "a redirect with a page", 302, "<html><head><title>302 Found</title></head></html>",
      { Location = "https://login.test/x", ["Content-Type"] = "text/html" },
      "302: a redirect to https://login.test/x, which is not followed: 302 Found" },
    { "a redirect with a text of the service's", 307, '{"errorCode":"E1","errorSummary":"moved"}',
      { Location = "https://new.test/api" },
      "307 E1: a redirect to https://new.test/api, which is not followed: moved" },
    { "a redirect to nowhere", 302, "", { Location = "" }, "302: a redirect, which is not followed" },
    { "a redirect without its place", 303, "", nil, "303: a redirect, which is not followed" },
    { "a redirect to lines", 302, "", { Location = "/a\27[1mb" },
      "302: a redirect to /a [1mb, which is not followed" },
    { "a redirect with a token", 302, "", { Location = "/login?token=s3cretTok3n&x=1" },
      "302: a redirect to /login?token=***&x=1, which is not followed" },
    { "nothing new", 304, "", nil, "304: a redirect, which is not followed" },
  }
  for _, row in ipairs(ROWS) do
    it("still says what happened: " .. row[1], function()
      assert.equal("okta get_user: " .. row[5], (refused(row[2], row[3], row[4])))
    end)
  end
end)

describe("a request id in a header", function()
  it("is cleaned before a person sees it", function()
    local message, detail = refused(500, "", { ["X-Okta-Request-Id"] = "a\r\nb\27[31m" })
    assert.equal("a  b [31m", detail.request_id)
    assert.equal("okta get_user: 500: Internal Server Error [req a  b [31m]", message)
  end)

  it("without end is cut", function()
    local _, detail = refused(500, "", { ["X-Okta-Request-Id"] = ("x"):rep(5000) })
    assert.is_true(#detail.request_id <= 600)
  end)
end)

describe("the detail", function()
  local _, detail = refused(404, OKTA)

  it("prints and joins as its line", function()
    assert.equal(detail.text, tostring(detail))
    assert.equal("got: " .. detail.text, "got: " .. detail)
    assert.equal(detail.text .. "!", detail .. "!")
    assert.equal(detail.text .. detail.text, detail .. detail)
  end)

  it("is what assert and error carry", function()
    local ok, raised = pcall(error, detail, 0)
    assert.is_false(ok)
    assert.equal(detail, raised)
  end)

  it("has the answer's headers", function()
    local _, other = refused(404, "", { ["X-A"] = "b" })
    assert.equal("b", other.headers["x-a"])
  end)
end)

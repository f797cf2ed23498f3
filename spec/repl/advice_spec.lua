-- What the prompt says to do about an error.
local advice = require "roster.repl.advice"
local replayed = require "spec.support.replayed"

--- The error of a get_user that is answered so.
local function error_of(status, body, headers, call)
  local okta = replayed.client({ replayed.json(body or "{}", status, headers) })
  local value, _, detail
  if call then
    value, _, detail = call(okta)
  else
    value, _, detail = okta:get_user("u")
  end
  assert.is_nil(value)
  return detail
end

describe("advice", function()
  it("begins with the error's own line", function()
    local detail = error_of(404, '{"errorCode":"E0000007","errorSummary":"Not found"}')
    local text = advice.text(detail)
    assert.equal(1, (text:find(tostring(detail), 1, true)))
    assert.is_truthy(text:find("a list finds what there is", 1, true))
  end)

  it("goes by the service's code, then by the status", function()
    local function text(...)
      return advice.text(error_of(...))
    end
    assert.is_truthy(text(401, '{"errorCode":"E0000011","errorSummary":"Invalid token"}'):find("expired or revoked"))
    assert.is_truthy(text(400, '{"errorCode":"E9","errorSummary":"S"}'):find("last() shows it", 1, true))
    assert.is_truthy(text(403, '{"errorCode":"E0000006","errorSummary":"S"}'):find("okta.users.read", 1, true))
    assert.is_truthy(text(502):find("it can do no harm", 1, true))
    assert.is_truthy(text(200, "<html>"):find("proxy", 1, true))
  end)

  it("says to look before an ambiguous call is repeated", function()
    local detail = error_of(502, "{}", nil, function(okta) return okta:suspend_user("u") end)
    assert.is_true(detail.ambiguous)
    assert.is_truthy(advice.text(detail):find("look before you repeat it", 1, true))
  end)

  it("says when another try can help", function()
    local okta = replayed.client({ { status = 429, headers = { ["Retry-After"] = "40" } } })
    local _, _, detail = okta:get_user("u")
    assert.equal("rate_limited", detail.kind)
    assert.is_truthy(advice.text(detail):find("another try can help in %d+ s"))
  end)

  it("says that what cannot be sent was not, and where help is", function()
    local okta = replayed.client()
    local _, _, detail = okta:create_user({ profile = { login = 5 } })
    local text = advice.text(detail)
    assert.is_truthy(text:find("nothing was sent", 1, true))
    assert.is_truthy(text:find('help "okta.create_user"', 1, true))
  end)

  it("knows a closed client, a lost connection and a time that is over", function()
    local okta = replayed.client()
    okta:close()
    local _, _, detail = okta:get_user("u")
    assert.is_truthy(advice.text(detail):find("make another", 1, true))
    okta = replayed.client({ function() return nil, "connection refused" end })
    _, _, detail = okta:get_user("u")
    assert.is_truthy(advice.text(detail):find("can this machine reach it", 1, true))
  end)

  it("does not say a cause twice", function()
    local detail = error_of(400, '{"errorCode":"E0000001","errorSummary":"Api validation failed",'
      .. '"errorCauses":[{"errorSummary":"login: exists"},{"errorSummary":"email: bad"}]}')
    local _, count = advice.text(detail):gsub("login: exists", "")
    assert.equal(1, count)
    _, count = advice.text(detail):gsub("email: bad", "")
    assert.equal(1, count)
  end)
end)

-- What went over the wire last.
local guard = require "roster.repl.guard"
local last = require "roster.repl.last"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local serve = require "roster.sandbox.serve"
local timeline = require "spec.support.timeline"

local function prompt_client(script, options)
  return guard.guard("okta", (replayed.client(script, options)))
end

describe("the last exchange", function()
  it("is a curl command without a secret, and what came of it", function()
    local okta = prompt_client { { status = 200, headers = { ["X-Okta-Request-Id"] = "req-1" }, body = '{"id":"u"}' } }
    assert(okta:partial_update_user("u", { credentials = { password = { value = "CANARY" } } }))
    local text = tostring(last.exchange())
    assert.equal(1, (text:find("curl -X POST 'https://org.okta.test/api/v1/users/u'", 1, true)))
    assert.is_truthy(text:find('-H "Authorization: SSWS $OKTA_CLIENT_TOKEN"', 1, true))
    assert.is_truthy(text:find('"value":"***"', 1, true))
    assert.is_truthy(text:find("\n%-> HTTP 200, request id req%-1, %d+%.%d+ s$"), text)
    assert.is_nil(text:find("CANARY", 1, true))
    assert.is_nil(text:find(replayed.token, 1, true))
  end)

  it("counts the attempts, tells the time of the last, and a loss", function()
    local v = timeline.new { chance = 0.5 }
    local okta = guard.guard("okta", (v:client { transport = timeline.script {
      { status = 503 },
      function()
        v.time = v.time + 1.5
        return nil, "reset by peer"
      end,
    }, max_retries = 1 }))
    assert.is_nil((okta:get_user("u")))
    local text = tostring(last.exchange())
    assert.is_truthy(text:find("-> no answer: reset by peer, 1.500 s, attempt 2", 1, true), text)
  end)

  it("tells the parts of the time where the transport measures them", function()
    local served = serve.start { users = 5 }
    local okta = guard.guard("okta", roster.okta { url = served.okta.url, token = served.okta.token })
    local user, message = okta:get_user("me")
    local text = tostring(last.exchange())
    okta:close()
    served:stop()
    assert(user, message)
    local pattern = "\n%-> HTTP 200, request id %w+, %d+%.%d+ s %(connect %d+%.%d+, first byte %d+%.%d+%)$"
    assert.is_truthy(text:find(pattern), text)
  end)

  it("says so when no answer was waited for", function()
    local okta = prompt_client { function() error("interrupted!") end }
    pcall(okta.get_user, okta, "u")
    assert.is_truthy(tostring(last.exchange()):find("\n-> no answer", 1, true))
  end)

  it("leaves the user's own hooks at work", function()
    local seen = {}
    local function hook(name)
      return function(view)
        seen[#seen + 1] = name .. " " .. (view.url:match("[^/]+$"))
      end
    end
    local v = timeline.new { chance = 0.5 }
    local okta = guard.guard("okta", (v:client { transport = timeline.script { { status = 502 }, { status = 200,
      body = "{}" } }, on_request = hook "request", on_response = hook "response", on_retry = hook "retry" }))
    assert(okta:get_user("u"))
    assert.equal("request u, response u, retry u, request u, response u", table.concat(seen, ", "))
  end)

  it("is of whichever client was used last", function()
    local one, two = prompt_client { { status = 200 } }, prompt_client { { status = 404 } }
    one:get_user("a")
    two:get_user("b")
    assert.is_truthy(tostring(last.exchange()):find("users/b'", 1, true))
    one:get_user("c", { dry_run = true })
    assert.is_truthy(tostring(last.exchange()):find("users/b'", 1, true))
  end)
end)

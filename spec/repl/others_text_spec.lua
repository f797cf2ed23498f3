-- What a service says never steers the terminal that the prompt is in.
local advice = require "roster.repl.advice"
local errors = require "roster.error"
local json = require "roster.json"
local person = require "roster.repl.person"
local repl = require "roster.repl"
local replayed = require "spec.support.replayed"
local roster = require "roster"
local show = require "roster.repl.show"
local terminal = require "spec.repl.terminal"

local lua = arg[-1]

local HOSTILE = "\27[2J\27]0;owned\7\194\1552Jx\155\226\128\174\nuser  00u1  ACTIVE  boss@example.com\226\128\139"
  .. "\r\0\127"

local function is_safe(text, lines)
  assert.is_nil(text:gsub("\n", ""):find("[%c\127]"), text)
  assert.is_nil(text:find("\194[\128-\159]") or text:find("\226\128[\139\174]"), text)
  assert.is_truthy(json.encode(text), text)
  assert.is_true(select(2, text:gsub("\n", "")) < lines, text)
end

describe("at the prompt", function()
  it("a field printed by name is one line", function()
    for _, value in ipairs { HOSTILE, "a\nb", "\226\128\168", "x\255" } do
      local texts = repl.texts(value, 1, value)
      assert.equal(3, #texts)
      is_safe(texts[1], 1)
      is_safe(texts[3], 1)
    end
    assert.same({ "a\\nb", "Zo\195\171", "nil" }, repl.texts("a\nb", "Zo\195\171", nil))
  end)

  it("people, tables with any keys, lists and what prints itself are safe", function()
    local user = { id = HOSTILE, status = HOSTILE, profile = { login = HOSTILE, firstName = HOSTILE } }
    is_safe(person.line(user), 1)
    is_safe(person.line { _id = HOSTILE, email = HOSTILE, roleName = HOSTILE }, 1)
    is_safe(person.line { id = 1, username = HOSTILE, display_name = HOSTILE }, 1)
    is_safe(show.text({ [HOSTILE] = { HOSTILE } }), 5)
    is_safe(show.text(user, true), 20)
    is_safe(repl.texts({ user, user })[1], 2)
    local speaking = setmetatable({}, { __tostring = function() return HOSTILE end })
    is_safe(repl.texts(speaking)[1], 2)
    is_safe(repl.texts({ speaking })[1], 4)
  end)

  it("an error, its causes and its request id are safe", function()
    local okta = replayed.always { status = 400, headers = { ["X-Okta-Request-Id"] = "a\27b\155c" },
      body = json.encode { errorSummary = HOSTILE, errorCode = HOSTILE, errorCauses = { { errorSummary = HOSTILE } } } }
    local user, message, detail = okta:get_user("00u1")
    is_safe(message, 1)
    is_safe(advice.text(detail), 6)
    is_safe(repl.texts(user, message, detail)[1], 6)
    is_safe(repl.texts(detail.headers)[1], 6)
    is_safe(repl.texts(errors.argument("okta", "get_user", HOSTILE))[1], 6)
  end)

  it("a dry run and what was sent are safe", function()
    local okta = roster.okta { sandbox = true }
    local request = okta:create_user({ profile = { login = "a\194\155b\226\128\174c" } }, { dry_run = true })
    is_safe(repl.texts(request)[1], 20)
    assert.is_truthy(repl.texts(request)[1]:find("a\\u{9B}b\\u{202E}c", 1, true))
    okta:close()
  end)
end)

describe("in a terminal, the prompt", function()
  local screen

  after_each(function()
    screen:stop()
  end)

  local function shown(line)
    return jit and "=" .. line or line
  end

  it("shows what others wrote, and asks about it, without obeying it", function()
    screen = terminal.start("'" .. lua .. "' -i -l roster.repl")
    screen:ready()
    screen:enter("okta = roster.okta{ sandbox = true }")
    -- a name that would clear the screen, and say it is somebody else's
    screen:enter([[name = "\27[2J\27[HEve\nuser  00u9  ACTIVE  boss@example.com\r"]])
    screen:enter([[user = okta:create_user({ profile = { login = "eve\194\155x@example.com", email = "e@example.com", ]]
      .. [[firstName = name, lastName = "L" } })]])
    local text = screen:enter(shown "user.profile.firstName")
    assert.is_truthy(text:find([[\027[2J\027[HEve\nuser  00u9]], 1, true), text)
    text = screen:enter(shown "user")
    assert.is_truthy(text:find([[eve\u{9B}x@example.com  \027[2J\027[HEve\nuser]], 1, true), text)
    text = screen:enter("help(user)")
    assert.is_truthy(text:find([[firstName = "\027[2J]], 1, true), text)
    text = screen:enter("last()")
    assert.is_truthy(text:find([[eve\u{9B}x@example.com]], 1, true), text)
    screen:type(shown "okta:suspend_user(user.profile.login)")
    screen:press("Enter")
    text = screen:wait("type yes:")
    assert.is_truthy(text:find([[suspend_user of eve\u{9B}x@example.com at]], 1, true), text)
    screen:type("no")
    screen:press("Enter")
    screen:ready()
  end)
end)

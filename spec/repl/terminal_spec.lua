-- The prompt as somebody sits at it: a real terminal, keys in, screen out.
local control = require "spec.support.control"
local serve = require "roster.sandbox.serve"
local terminal = require "spec.repl.terminal"

local lua = arg[-1]

-- under LuaJIT an expression is printed behind a "="
local function shown(line)
  return jit and "=" .. line or line
end

-- LuaJIT's own prompt has no line editor for anything to complete in
local with_tab = jit and function() end or it

local RADIA = "radia.becker.4@example.com"

describe("the prompt in a terminal", function()
  local server, screen

  local function contains(text, ...)
    for _, part in ipairs { ... } do
      assert.is_truthy(text:find(part, 1, true), "no " .. part .. " in\n" .. text)
    end
  end

  setup(function()
    server = serve.start { users = 20 }
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    screen = terminal.start("'" .. lua .. "' -i -l roster.repl", {
      OKTA_CLIENT_ORGURL = server.okta.url, OKTA_CLIENT_TOKEN = server.okta.token,
    })
    screen:ready()
  end)

  after_each(function()
    screen:stop()
    control.clear_faults(server.okta)
    control.clear_counts(server.okta)
  end)

  it("says hello", function()
    contains(screen:screen(), "roster ", "help() tells what there is")
    assert.equal(not jit, screen:screen():find("Tab completes", 1, true) ~= nil)
  end)

  it("shows users, lists, help, errors and the last exchange", function()
    screen:enter("okta = roster.okta()")
    contains(screen:enter(shown("okta:get_user('" .. RADIA .. "')")), "ACTIVE  " .. RADIA .. "  Radia Becker")
    contains(screen:enter("last()"), "curl -X GET '" .. server.okta.url .. "/api/v1/users/radia",
      'Authorization: SSWS $OKTA_CLIENT_TOKEN"', "-> HTTP 200, request id ")
    assert.is_nil(screen:screen():find(server.okta.token, 1, true))
    contains(screen:enter(shown "okta:list_users()"), "roster.list(okta list_users, not begun)")
    contains(screen:enter(shown "okta:list_users():all{ max = 2 }"), "olga.quiroga.1@example.com",
      "wanda.thompson.2@example.com")
    contains(screen:enter("help()"), "okta", "jumpcloud", "knetik")
    contains(screen:enter("help(okta.suspend_user)"), "okta:suspend_user(user_id, options)", "asks first")
    contains(screen:enter('help "linked"'), "okta.set_linked_object_for_user")
    contains(screen:enter(shown "okta:get_user('nobody')"), "E0000007", "nothing has this id here")
  end)

  it("runs what help shows as an example", function()
    screen:enter("okta = roster.okta()")
    local page = screen:enter("help(okta.partial_update_user)")
    local line = page:match("\n  (user = assert%([^\n]+)\n")
    assert.is_truthy(line, page)
    screen:enter(line)
    contains(screen:enter(shown "user.profile.title"), "Countess")
  end)

  it("asks before it takes something away", function()
    screen:enter("okta = roster.okta()")
    local question = "suspend_user of " .. RADIA .. " at " .. server.okta.url .. " - type yes: "
    local call = shown("okta:suspend_user('" .. RADIA .. "')")
    for _, answer in ipairs { "no", "", "YES" } do
      screen:type(call)
      screen:press("Enter")
      screen:wait(question:gsub(" $", ""))
      screen:type(answer)
      screen:press("Enter")
      contains(screen:ready(), "not confirmed: nothing was sent")
      contains(screen:enter(shown("okta:get_user('" .. RADIA .. "').status")), "ACTIVE")
    end
    screen:type(call)
    screen:press("Enter")
    screen:wait(question:gsub(" $", ""))
    screen:type("yes")
    screen:press("Enter")
    contains(screen:ready(), "true")
    contains(screen:enter(shown("okta:get_user('" .. RADIA .. "').status")), "SUSPENDED")
    contains(screen:enter(shown("okta:unsuspend_user('" .. RADIA .. "')")), "true")
  end)

  it("ends the wait for a slow answer with Ctrl-C, and the client goes on", function()
    screen:enter("okta = roster.okta()")
    control.fault(server.okta, { operation = "list_user_groups", delay = 3000 })
    screen:type("okta:list_user_groups('" .. RADIA .. "'):page()")
    screen:press("Enter")
    screen:wait(function()
      -- the service has it
      return control.counts(server.okta).requests.list_user_groups
    end)
    screen:press("C-c")
    screen:wait("interrupted!")
    contains(screen:enter("last()"), "/groups", "-> no answer was waited for")
    contains(screen:enter(shown("okta:get_user('" .. RADIA .. "')")), RADIA .. "  Radia Becker")
    contains(screen:enter(shown("#okta:list_user_groups('" .. RADIA .. "'):all()")), "2")
  end)

  it("ends the wait before a retry with Ctrl-C, and the client goes on", function()
    screen:enter("okta = roster.okta{ on_retry = function(_, s, why) print('waiting', why) end }")
    control.fault(server.okta, { operation = "get_user", status = 429, headers = { ["Retry-After"] = "250" } })
    screen:type("okta:get_user('" .. RADIA .. "')")
    screen:press("Enter")
    screen:wait("rate limit")
    screen:press("C-c")
    screen:wait("interrupted!")
    contains(screen:enter(shown("okta:get_user('" .. RADIA .. "')")), RADIA .. "  Radia Becker")
  end)

  with_tab("completes clients, operations, options, fields and values", function()
    local function completes(typed, to)
      screen:type(typed)
      screen:press("Tab")
      screen:wait("> " .. to:gsub(" $", ""))
      -- the next one begins on an empty line
      screen:press("C-a")
      screen:press("C-k")
      screen:ready()
    end
    screen:enter("okta = roster.okta()")
    screen:enter("user = okta:get_user('" .. RADIA .. "')")
    completes("roster.ok", "roster.okta")
    completes("okta:unsus", "okta:unsuspend_user")
    completes("help(okta.cre", "help(okta.create_user")
    completes("okta:list_users{ sea", "okta:list_users{ search = ")
    completes("okta:list_users { search = 'a', sort_o", "okta:list_users { search = 'a', sort_order = ")
    completes("okta:create_user({ profile = { log", "okta:create_user({ profile = { login = ")
    local assign = "okta:assign_role_to_user('u', { type = 'READ"
    completes(assign, assign .. "_ONLY_ADMIN'")
    completes("x = roster.okta{ tok", "x = roster.okta{ token = ")
    completes("user.profile.cit", "user.profile.city")
    completes("okta:list_users():fir", "okta:list_users():first")
    completes("help \"okta.reac", "help \"okta.reactivate_user\"")
  end)

  with_tab("lists what is possible when Tab is pressed twice", function()
    screen:enter("okta = roster.okta()")
    screen:type("okta:list_user_")
    screen:press("Tab")
    screen:press("Tab")
    screen:wait("list_user_clients")
    screen:wait("list_user_identity_providers")
  end)

  with_tab("works without lua-readline, and says how to get it", function()
    screen:stop()
    screen = terminal.start("'" .. lua .. "' -e 'package.preload.readline = function() error() end' -i -l roster.repl")
    contains(screen:ready(), "apt install lua-readline")
    screen:enter("okta = roster.okta{ sandbox = true }")
    contains(screen:enter(shown "okta"), "roster.okta{https://sandbox.okta.test}")
  end)
end)

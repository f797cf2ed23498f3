-- A call that is written wrongly raises at the line where it stands.
local raised = require "spec.support.raised"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local okta, sent = replayed.always(replayed.json "[]")

local CALLS = {
  { "a missing id", function() okta:get_user() end,
    "okta get_user: argument 1 (userId) is missing" },
  { "a nil id", function() okta:get_user(nil, {}) end,
    "okta get_user: argument 1 (userId) is missing" },
  { "a missing second id", function() okta:get_user_role("u") end,
    "okta get_user_role: argument 2 (roleId) is missing" },
  { "a table for an id", function() okta:get_user({ id = "u" }) end,
    "okta get_user: argument 1 (userId): expected string, got table" },
  { "a boolean for an id", function() okta:get_user(true) end,
    "okta get_user: argument 1 (userId): expected string, got boolean" },
  { "null for an id", function() okta:get_user(roster.null) end,
    "okta get_user: argument 1 (userId): expected string, got null" },
  { "a function for an id", function() okta:get_user(print) end,
    "okta get_user: argument 1 (userId): expected string, got function" },
  { "too many arguments", function() okta:get_user("u", {}, {}) end,
    "okta get_user: takes at most 2 arguments, got 3" },
  { "too many arguments, though nil", function() okta:list_users({}, nil) end,
    "okta list_users: takes at most 1 arguments, got 2" },
  { "a missing body", function() okta:create_user() end,
    "okta create_user: argument 1 (body, CreateUserRequest) is missing" },
  { "a string for a body", function() okta:create_user("a") end,
    "okta create_user: argument 1 (body): expected table, got string" },
  { "null for a body", function() okta:create_user(roster.null) end,
    "okta create_user: argument 1 (body): expected table, got null" },
  { "an option in the body", function() okta:create_user { profile = {}, activate = false } end,
    'okta create_user: argument 1 (body): "activate" is an option: pass it in the table after the body' },
  { "an option in its wire spelling in the body", function() okta:create_user { profile = {}, nextLogin = "x" } end,
    'argument 1 (body): "nextLogin" is an option' },
  { "a call option in the body", function() okta:update_user("u", { profile = {}, dry_run = true }) end,
    'okta update_user: argument 2 (body): "dry_run" is an option: pass it in the table after the body' },
  { "options in place of a body that may be left out",
    function() okta:forgot_password("u", { send_email = false }) end,
    'okta forgot_password: argument 2 (body): "send_email" is an option' },
  { "options that are no table", function() okta:get_user("u", "expand") end,
    "okta get_user: argument 2 (options): expected table, got string" },
  { "options of a list that are no table", function() okta:list_users("search") end,
    "okta list_users: argument 1 (options): expected table, got string" },
  { "an unknown option", function() okta:activate_user("u", { send_mail = false }) end,
    'okta activate_user: unknown option "send_mail", did you mean "send_email"?' },
  { "an unknown option of a list", function() okta:list_users { serch = "x" } end,
    'okta list_users: unknown option "serch", did you mean "search"?' },
  { "a misspelt call option", function() okta:get_user("u", { timout = 3 }) end,
    'okta get_user: unknown option "timout", did you mean "timeout"?' },
  { "an option like no other", function() okta:get_user("u", { zzzzzzzzzzzz = 3 }) end,
    'okta get_user: unknown option "zzzzzzzzzzzz"' },
  { "a header that is a table", function() okta:update_user("u", { profile = {} }, { if_match = {} }) end,
    'okta update_user: option "if_match": expected string, got table' },
  { "an option longer than any", function() okta:get_user("u", { [("timeout"):rep(20)] = 3 }) end,
    'okta get_user: unknown option "' },
  { "an option of lists only", function() okta:get_user("u", { cursor = "x" }) end,
    'okta get_user: unknown option "cursor"' },
  { "an option whose name ends in NUL", function() okta:list_users { ["search\0"] = "x" } end,
    'okta list_users: unknown option "search", did you mean "search"?' },
  { "a path parameter as an option", function() okta:get_user("u", { user_id = "u" }) end,
    'okta get_user: unknown option "user_id"' },
  { "a positional option", function() okta:get_user("u", { "expand" }) end,
    "okta get_user: options: a name must be a string, got number" },
  { "an option given twice", function() okta:list_users { sort_by = "a", sortBy = "b" } end,
    'okta list_users: option "sort_by" is given twice, also as "sortBy"' },
  { "a string for a boolean", function() okta:activate_user("u", { send_email = "false" }) end,
    'okta activate_user: option "send_email": expected boolean, got string' },
  { "a number for a boolean", function() okta:activate_user("u", { send_email = 0 }) end,
    'okta activate_user: option "send_email": expected boolean, got number' },
  { "a boolean for a string", function() okta:list_users { search = true } end,
    'okta list_users: option "search": expected string, got boolean' },
  { "a table for a string", function() okta:list_users { search = {} } end,
    'okta list_users: option "search": expected string, got table' },
  { "null for a string", function() okta:list_users { search = roster.null } end,
    'okta list_users: option "search": expected string, got null' },
  { "a word for an integer", function() okta:list_users { limit = "many" } end,
    'okta list_users: option "limit": expected integer, got string' },
  { "an empty string for an integer", function() okta:list_users { limit = "" } end,
    'okta list_users: option "limit": expected integer, got string' },
  { "a lone minus for an integer", function() okta:list_users { limit = "-" } end,
    'okta list_users: option "limit": expected integer, got string' },
  { "a fraction for an integer", function() okta:list_users { limit = 1.5 } end,
    'okta list_users: option "limit": expected a whole number below 2^53, got number' },
  { "NaN for an integer", function() okta:list_users { limit = 0 / 0 } end,
    'okta list_users: option "limit": expected a whole number below 2^53, got number' },
  { "an infinity for an integer", function() okta:list_users { limit = math.huge } end,
    'okta list_users: option "limit": expected a whole number below 2^53, got number' },
  { "dry_run that is no boolean", function() okta:get_user("u", { dry_run = 1 }) end,
    'okta get_user: option "dry_run": expected boolean, got number' },
  { "a cursor that is no string", function() okta:list_users { cursor = 5 } end,
    'okta list_users: option "cursor": expected string, got number' },
  { "a timeout that is no number", function() okta:get_user("u", { timeout = "5" }) end,
    'okta get_user: option "timeout": expected number, got string' },
  { "a timeout of nought", function() okta:get_user("u", { timeout = 0 }) end,
    'okta get_user: option "timeout" must be ' },
  { "a timeout below nought", function() okta:get_user("u", { timeout = -1 }) end,
    'okta get_user: option "timeout" must be ' },
  { "a timeout of NaN", function() okta:get_user("u", { timeout = 0 / 0 }) end,
    'okta get_user: option "timeout" must be ' },
  { "an endless timeout", function() okta:get_user("u", { timeout = math.huge }) end,
    'okta get_user: option "timeout" must be ' },
  { "headers that are no table", function() okta:get_user("u", { headers = "X: y" }) end,
    'okta get_user: option "headers": expected table, got string' },
  { "headers without names", function() okta:get_user("u", { headers = { "X: y" } }) end,
    "okta get_user: headers: a name must be a string" },
  { "a header whose value is a table", function() okta:get_user("u", { headers = { X = {} } }) end,
    'okta get_user: headers["X"]: expected string, number or boolean, got table' },
  { "a header set twice", function() okta:get_user("u", { headers = { ["X-a"] = 1, ["x-A"] = 2 } }) end,
    " is given twice" },
  { "a header that is also an option",
    function() okta:update_user("u", {}, { if_match = "a", headers = { ["If-Match"] = "b" } }) end,
    'okta update_user: headers: "If-Match" is given twice' },
  { "a call by a dot", function() okta.get_user("u") end,
    "use client:get_user(...), with a colon" },
  { "a list by a dot", function() okta.list_users() end,
    "use client:list_users(...), with a colon" },
  { "a close by a dot", function() okta.close() end,
    "use client:close(...), with a colon" },
  { "an unknown operation", function() okta:get_usr("u") end,
    'okta: unknown operation "get_usr", did you mean "get_user"?' },
}

for _, name in ipairs { "authorization", "Authorization", "HOST", "content-length",
  "Transfer-Encoding", "connection", "TE" } do
  CALLS[#CALLS + 1] = { "the reserved header " .. name,
    function() okta:get_user("u", { headers = { [name] = "x" } }) end,
    'okta get_user: headers: "' .. name .. '" is set by roster' }
end

local cyclic = { search = "x" }
cyclic.self = cyclic
CALLS[#CALLS + 1] = { "options that hold themselves", function() okta:list_users(cyclic) end,
  'okta list_users: unknown option "self"' }

local loop = {}
loop.loop = loop
CALLS[#CALLS + 1] = { "headers that hold themselves", function() okta:list_users { headers = loop } end,
  'okta list_users: headers["loop"]: expected string, number or boolean, got table' }

describe("misuse raises at the caller's line:", function()
  for _, row in ipairs(CALLS) do
    it(row[1], function()
      local before = #sent
      local text = raised.here(row[2])
      assert.is_truthy(text:find(row[3], 1, true), text)
      assert.equal(before, #sent)
    end)
  end

  it("not later, when the list is walked", function()
    -- the loop would be far from the mistake
    assert.has_error(function() okta:list_users { nonsense = 1 } end)
  end)
end)

-- Whatever a service, a transport, a file or a caller's own words are made of: a message is one line of valid UTF-8 in
-- which nothing is hidden, and so is every text of its detail.
local granted = require "spec.support.granted"
local json = require "roster.json"
local random_json = require "spec.support.random_json"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local ROUNDS = 150

local PIECES = {
  "a", "Z", " ", "\\", '"', "\195\169", "\226\130\172", "\240\159\146\187", "\n", "\r\n", "\27[2J", "\27]0;x\7", "\0",
  "\127", "\155", "\194\155", "\194\133", "\255", "\226\130", "\237\160\128", "\192\175", "\226\128\168",
  "\226\128\174", "\226\129\166", "\216\156", "\226\128\139", "\239\187\191", "\243\160\129\129", "</title>", "%",
}

local function text_of(source)
  local parts = {}
  for i = 1, source:number(14) do
    parts[i] = source:pick(PIECES)
  end
  return "x" .. table.concat(parts)
end

--- What JSON can hold of it.
local function utf8_of(source)
  local text
  repeat
    text = text_of(source)
  until json.encode(text)
  return text
end

local function check(text, what)
  assert.is_string(text, what)
  assert.is_truthy(json.encode(text), ("%s is not UTF-8: %q"):format(what, text))
  assert.is_nil(text:find("[%c\127]"), ("%s: %q"):format(what, text))
  for _, hidden in ipairs { "\194[\128-\159]", "\226\128[\139\142\143\168-\174]", "\226\129[\160-\175]", "\216\156",
    "\239\187\191", "\243\160[\128\129]" } do
    assert.is_nil(text:find(hidden), ("%s: %q"):format(what, text))
  end
end

local function check_error(value, message, detail)
  assert.is_nil(value)
  check(message, "the message")
  assert.equal(message, tostring(detail))
  for _, name in ipairs { "text", "message", "code", "request_id" } do
    if detail[name] ~= nil then
      check(detail[name], name)
    end
  end
  for _, cause in ipairs(detail.causes or {}) do
    check(cause, "a cause")
  end
end

describe("a message is one line of UTF-8, whatever it is made of:", function()
  local source

  before_each(function()
    source = random_json.new(1305)
  end)

  it("an error body", function()
    for _ = 1, ROUNDS do
      local okta = replayed.always(replayed.json(assert(json.encode {
        errorCode = utf8_of(source), errorSummary = utf8_of(source), errorId = utf8_of(source),
        errorCauses = { { errorSummary = utf8_of(source) }, { errorSummary = utf8_of(source) } },
      }), 400))
      check_error(okta:get_user("00u1"))
    end
  end)

  it("a long one, which is cut", function()
    for i = 1, 60 do
      local summary = ("x"):rep(570 + i) .. "\226\128\174" .. ("\194\155"):rep(40)
      check_error(replayed.always(replayed.json(assert(json.encode { errorSummary = summary }), 400)):get_user("00u1"))
      check_error(replayed.always("lost: " .. ("\226\130\172"):rep(190 + i)):get_user("00u1"))
    end
  end)

  it("bytes for a body, a title, a header", function()
    for _ = 1, ROUNDS do
      local text = text_of(source)
      local line = text:gsub("[\r\n%z]", "")
      for _, answer in ipairs {
        { status = 502, headers = { ["Content-Type"] = "text/html" }, body = "<title>" .. text .. "</title>" },
        { status = 500, headers = { ["Content-Type"] = "text/plain" }, body = text },
        { status = 400, headers = { ["Content-Type"] = "application/json" },
          body = '{"errorSummary":"' .. text .. '"}' },
        { status = 500, headers = { ["X-Okta-Request-Id"] = line }, body = "" },
        { status = 401, headers = { ["WWW-Authenticate"] = 'Bearer error_description="' .. line .. '"' }, body = "" },
        { status = 200, headers = { ["Content-Type"] = line }, body = text },
        { status = 302, headers = { Location = line }, body = "" },
      } do
        check_error(replayed.always(answer):get_user("00u1"))
      end
    end
  end)

  it("a transport's reason", function()
    for _ = 1, ROUNDS do
      local seen
      local okta = replayed.always(text_of(source), { on_response = function(outcome)
        seen = outcome.reason
      end })
      check_error(okta:get_user("00u1"))
      check(seen, "the hook's reason")
    end
  end)

  it("a token endpoint's words", function()
    for _ = 1, ROUNDS do
      local t = granted.new { client_secret = "s" }
      t.answers[1] = granted.json(source:pick { 200, 400 },
        { error = utf8_of(source), error_description = utf8_of(source) })
      check_error(t.client:get_user(1))
    end
  end)

  it("a next link", function()
    for _ = 1, ROUNDS do
      local line = text_of(source):gsub("[\r\n%z]", "")
      local okta = replayed.always(replayed.json("[]", 200, { Link = "<https://" .. line .. '>; rel="next"' }))
      local list = okta:list_users { prefetch = false }
      local _, message, detail = list:all()
      if message then
        check_error(nil, message, detail)
      end
    end
  end)

  it("the caller's data", function()
    local okta = roster.okta { sandbox = true }
    for _ = 1, ROUNDS do
      local text = text_of(source)
      for _, call in ipairs {
        function() return okta:get_user(text .. "/") end,
        function() return okta:create_user { profile = { [text] = function() end } } end,
        function() return okta:create_user { profile = { login = text .. "\255" } } end,
        function() return okta:list_users({ filter = text .. "\255" }):all() end,
        function() return okta:get_user("1", { headers = { ["X-A"] = text .. "\n" } }) end,
        function() return okta:request { path = text } end,
        -- raised, as it is written wrongly
        function() return okta:get_user("1", { [text] = 1 }) end,
        function() return okta:get_user("1", { headers = { [text] = {} } }) end,
      } do
        local ok, value, message, detail = pcall(call)
        if not ok then
          check(value:gsub("^.-:%d+: ", ""), "what is raised")
        elseif value == nil and message then
          check_error(value, message, detail)
        end
      end
    end
    okta:close()
  end)

  it("what the function of a bulk run says or raises", function()
    local okta = roster.okta { sandbox = true }
    local texts = {}
    for i = 1, ROUNDS do
      texts[i] = text_of(source)
    end
    for _, raises in ipairs { true, false } do
      local counts = assert(okta:each(texts, function(text)
        if raises then
          error(text, 0)
        end
        return nil, text
      end, { on_result = function(result)
        check(result.message, "a result's message")
      end }))
      assert.equal(ROUNDS, counts.failed)
    end
    local _, message, detail = okta:each(function() error(texts[1], 0) end, function() end)
    check_error(nil, message, detail)
    okta:close()
  end)

  it("a journal's own words", function()
    local okta = roster.okta { sandbox = true }
    local path = os.tmpname()
    for _ = 1, 20 do
      local file = assert(io.open(path, "wb"))
      file:write(assert(json.encode { roster = "journal", version = 1, service = utf8_of(source) }), "\n")
      file:close()
      local _, message, detail = okta:each({ "a" }, "suspend_user", { journal = path })
      check_error(nil, message, detail)
    end
    os.remove(path)
    local _, message, detail = okta:each({ "a" }, "suspend_user", { journal = path .. "/\27\155\n" })
    check_error(nil, message, detail)
    okta:close()
  end)
end)

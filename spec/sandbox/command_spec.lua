-- The command line of serve.lua, without a server.
local command = require "roster.sandbox.command"
local example = require "spec.support.example"
local unpack = unpack or table.unpack

describe("the command line of the sandbox", function()
  it("gives each service its options", function()
    assert.same({
      port = 8080, users = 7, latency = 0.25, rate_limit = 30, owner = 12, tls = true, token = "it's one",
      jumpcloud = { latency = 0.25, administrators = 3, api_key = "k" },
      knetik = { latency = 0.25, users = 9, token_lifetime = 60 },
    }, command.parse {
      "--port", "8080", "--users=7", "--latency", ".25", "--rate-limit", "30", "--owner", "12", "--tls",
      "--token", "it's one", "--administrators", "3", "--api-key=k", "--players", "9", "--token-lifetime", "60",
    })
    assert.same({}, command.parse {})
    assert.is_false(command.parse({ "--rate-limit", "off" }).rate_limit)
    assert.equal("a=b", command.parse({ "--token=a=b" }).token)
  end)

  it("gives whole numbers as this Lua writes them", function()
    assert.equal("8080", tostring(command.parse({ "--port", "8080" }).port))
    assert.equal("8", tostring(command.parse({ "--users", "008" }).users))
  end)

  it("takes the first and the last value of a range", function()
    assert.equal(1, command.parse({ "--port", "1" }).port)
    assert.equal(65532, command.parse({ "--port", "65532" }).port)
    assert.equal(1000000, command.parse({ "--users", "1000000" }).users)
    assert.equal(0, command.parse({ "--groups", "0" }).groups)
    assert.equal(3600, command.parse({ "--latency", "3600" }).latency)
  end)

  local PORT = "%-%-port: expected a port from 1 to 65532, got "
  local USERS = "%-%-users: expected a whole number from 1 to 1000000, got "
  local LATENCY = "%-%-latency: expected seconds, from 0 to 3600, got "
  local RATE = "%-%-rate%-limit: expected off, or a whole number from 1 to 1000000, got "
  for _, row in ipairs {
    { PORT .. '"abc"', "--port", "abc" }, { PORT .. '"0"', "--port", "0" }, { PORT .. '"65533"', "--port", "65533" },
    { PORT .. '"70000"', "--port", "70000" }, { PORT .. '"%-1"', "--port=-1" },
    { PORT .. '"8080 "', "--port", "8080 " },
    { PORT .. '"0x50"', "--port", "0x50" }, { PORT .. '"8e3"', "--port", "8e3" }, { PORT .. '""', "--port=" },
    { PORT .. "nothing", "--users", "3", "--port" }, { PORT .. '"%-%-tls"', "--port", "--tls" },
    { PORT .. '"8%?%[31m"', "--port", "8\27[31m" }, { PORT .. '"8%?%?"', "--port", "8\n\255" },
    { USERS .. '"0"', "--users", "0" }, { USERS .. '"%-1"', "--users", "-1" }, { USERS .. '"1%.5"', "--users", "1.5" },
    { USERS .. '"inf"', "--users", "inf" }, { USERS .. '"9+"', "--users", ("9"):rep(30) },
    { LATENCY .. '"x"', "--latency", "x" }, { LATENCY .. '"%-1"', "--latency", "-1" },
    { LATENCY .. '"nan"', "--latency", "nan" }, { LATENCY .. '"%."', "--latency", "." },
    { LATENCY .. '"3601"', "--latency", "3601" }, { LATENCY .. '"1e3"', "--latency", "1e3" },
    { RATE .. '"0"', "--rate-limit", "0" }, { RATE .. '"on"', "--rate-limit", "on" },
    { "%-%-token: expected a text without control characters, got \"\"", "--token", "" },
    { "%-%-token: expected a text without control characters, got \"a%?b\"", "--token", "a\nb" },
    { "%-%-tls takes no value, got \"1\"", "--tls=1" },
    { 'unknown option "%-%-prot", %-%-help lists them', "--prot", "8080" },
    { 'unknown option "8080", %-%-help lists them', "8080" },
    { 'unknown option "%-%-", %-%-help lists them', "--" },
    { 'unknown option "", %-%-help lists them', "" },
  } do
    local words = { select(2, unpack(row)) }
    it("is invalid as " .. ("%q"):format(table.concat(words, " ")), function()
      local options, message = command.parse(words)
      assert.is_nil(options)
      assert.matches("^" .. row[1] .. "$", message)
      assert.is_nil(message:find("\n"))
    end)
  end

  it("has help that names every option and every field of a fault", function()
    local options, message = command.parse { "--users", "3", "--help" }
    assert.is_nil(options)
    assert.is_nil(message)
    local help, source = command.help(), example.read "lua/roster/sandbox/command.lua"
    local names = 0
    for name in source:gmatch('\n  { "([%l-]+)", ') do
      assert.is_truthy(help:find("\n  --" .. name .. " ", 1, true), name)
      names = names + 1
    end
    assert.is_true(names >= 19)
    local fields = 0
    for field in example.read("lua/roster/sandbox/faults.lua"):gmatch("%-%-%-@field (%l+)%??") do
      assert.is_truthy(help:find("%f[%l]" .. field .. "%f[%L]"), field)
      fields = fields + 1
    end
    assert.is_true(fields >= 12)
    for request in example.read("lua/roster/sandbox/nginx.lua"):gmatch('controls%["(%u+ %l+)"%]') do
      assert.is_truthy(help:find(request:gsub("POST faults", "/okta/faults"), 1, true), request)
    end
    for line in help:gmatch("[^\n]+") do
      assert.is_true(#line <= 120, line)
    end
  end)

  it("is what the Makefile's variables are passed as", function()
    local makefile = example.read "Makefile"
    for variable, option in pairs {
      PORT = "port", USERS = "users", LATENCY = "latency", RATE = "rate-limit", OWNER = "owner",
    } do
      assert.is_truthy(makefile:find(("$(call told,%s,$(%s))"):format(option, variable), 1, true), variable)
      assert.is_truthy(command.help():gsub("\n", " "):find(variable .. " for --" .. option, 1, true), variable)
    end
  end)
end)

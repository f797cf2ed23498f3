-- What the example programs share: arguments, --help, and how they end where something is not there.
local cli = dofile("examples/cli.lua")
local example = require "spec.support.example"
local json = require "roster.json"
local program = require "spec.support.program"
local replay = require "roster.transport.replay"
local serve = require "roster.sandbox.serve"

describe("examples/cli.lua", function()
  local PROGRAM = {
    name = "p.lua", operands = "FILE [OTHER]", about = "Does something.",
    options = { { "--flag", "for this" }, { "--column", "for that", "NAME" } },
  }

  local function read(...)
    local options, operands = cli.arguments(PROGRAM, { ... })
    return options, operands
  end

  it("reads options and operands in any order", function()
    local options, operands = read("--flag", "a", "--column", "b c", "d")
    assert.same({ ["--flag"] = true, ["--column"] = "b c" }, options)
    assert.same({ "a", "d" }, operands)
    options, operands = read("--column=x=y", "--", "--flag")
    assert.same({ ["--column"] = "x=y" }, options)
    assert.same({ "--flag" }, operands)
    assert.same({ "-" }, select(2, read "-"))
    for _, help in ipairs { "-h", "--help" } do
      assert.same({ ["--help"] = true }, (read("--flag", help, "--nonsense")))
    end
  end)

  it("rejects what it does not know", function()
    for _, row in ipairs {
      { { "--flog", "a" }, "unknown option --flog, did you mean --flag?" },
      { { "-x", "a" }, "unknown option -x" },
      { { "--flag=1", "a" }, "--flag takes no value" },
      { { "--flag", "--flag", "a" }, "--flag is given twice" },
      { { "a", "--column" }, "--column takes a value: --column NAME" },
      { { "a", "--column=" }, "--column takes a value: --column NAME" },
      { { "--column", "--flag", "a" }, "--column takes a value: --column NAME" },
      { {}, "too few arguments" },
      { { "a", "b", "c" }, "one argument too many: c" },
    } do
      local options, why = read((table.unpack or unpack)(row[1])) -- luacheck: ignore 143
      assert.is_nil(options)
      assert.equal(row[2], why)
    end
  end)

  it("puts columns below each other, by characters", function()
    assert.same({ "a     b", "\195\169\195\169x   1", "      2", "\\027  3" },
      cli.columns { { "a", "b" }, { "\195\169\195\169x", 1 }, { "", 2 }, { "\27", "3" } })
  end)
end)

describe("an example", function()
  local server, folder

  setup(function()
    server = serve.start { users = 260, rate_limit = false }
    folder = example.shell("mktemp -d"):gsub("%s+$", "")
  end)

  teardown(function()
    server:stop()
    example.shell("rm -rf " .. example.quote(folder))
  end)

  local function run(command)
    return example.run(command, server.okta.environment)
  end

  local NAMES = { "offboard.lua", "onboard.lua", "audit.lua", "list_users.lua", "rate_limits.lua" }

  it("says what it does, asked with -h or --help, and needs nothing for it", function()
    for _, name in ipairs(NAMES) do
      for _, flag in ipairs { "-h", "--help" } do
        local out, err, code = example.run(name .. " " .. flag)
        assert.equal(0, code, err)
        assert.equal("", err)
        assert.is_truthy(out:find("usage: " .. name, 1, true), out)
        assert.is_truthy(out:find("Exit code: 0 when", 1, true), out)
        assert.is_truthy(out:find("OKTA_CLIENT_TOKEN", 1, true), out)
      end
    end
  end)

  it("does nothing when its arguments are wrong", function()
    for _, name in ipairs(NAMES) do
      for _, arguments in ipairs { "--nonsense", "-x a b", "a b c" } do
        -- no org is named: it would say so, if it got that far
        local out, err, code = example.run(name .. " " .. arguments)
        assert.equal(2, code, name .. err)
        assert.equal("", out)
        local pattern = name:gsub("%p", "%%%0")
        assert.is_truthy(err:find("^usage: " .. pattern .. "[^\n]*\n" .. pattern .. ": [^\n]+\n$"), err)
      end
    end
    assert.equal(2, select(3, example.run "offboard.lua --column"))
  end)

  it("says in one line which file it cannot read", function()
    local closed = folder .. "/closed.csv"
    example.shell("echo login >" .. closed .. "; chmod 000 " .. closed)
    local paths = { [folder .. "/not there.csv"] = ": No such file or directory", [folder] = ": Is a directory" }
    local readable = io.open(closed)
    if readable then
      -- root may read all there is
      readable:close()
    else
      paths[closed] = ": Permission denied"
    end
    for _, command in ipairs { "offboard.lua %s " .. folder .. "/journal", "onboard.lua %s" } do
      for path, why in pairs(paths) do
        local out, err, code = run(command:format(example.quote(path)))
        assert.equal(1, code)
        assert.equal("", out)
        assert.equal(path .. why .. "\n", err)
      end
    end
    assert.is_nil(io.open(folder .. "/journal"))
  end)

  it("says in one line that it is told of no org", function()
    for _, name in ipairs { "audit.lua", "list_users.lua", "rate_limits.lua" } do
      local out, err, code = example.run(name)
      assert.equal(1, code)
      assert.equal("", out)
      assert.equal(1, select(2, err:gsub("\n", "")), err)
    end
  end)

  it("ends in silence when its reader has gone", function()
    -- with SIGPIPE ignored, as services start programs, and without
    for trap, code in pairs { ["trap '' PIPE; "] = 1, [""] = 141 } do
      local go = folder .. "/go"
      local _, err = example.shell(("%srm -f %s; mkfifo %s; { cat %s >/dev/null; $LUA examples/list_users.lua; "
        .. "echo \"code $?\" >&2; } | { exec <&-; echo >%s; }"):format(trap, go, go, go, go), server.okta.environment)
      assert.equal(("code %d\n"):format(code), err)
    end
  end)

  it("ends with an error when what it writes is lost", function()
    for _, name in ipairs { "list_users.lua", "audit.lua --csv", "audit.lua --help" } do
      local _, err, code = example.shell("$LUA examples/" .. name .. " >/dev/full", server.okta.environment)
      assert.equal(1, code, name)
      assert.is_truthy(err:find("cannot write to stdout: No space left on device\n$"), err)
      _, err, code = example.shell("$LUA examples/" .. name .. " >&-", server.okta.environment)
      assert.equal(1, code, name)
      assert.equal("stdout or stderr is closed\n", err)
    end
    local _, _, code = example.shell("$LUA examples/list_users.lua 2>&-", server.okta.environment)
    assert.equal(1, code)
  end)
end)

describe("an example that shows what a service says", function()
  local HOSTILE = "\27]0;owned\7E\194\155v\226\128\174e\nACTIVE boss@example.com"

  local function json_of(value)
    return { status = 200, headers = { ["Content-Type"] = "application/json" }, body = assert(json.encode(value)) }
  end

  --- Runs it on these responses.
  local function run(name, arguments, responses)
    return program.run(name, arguments, function(options, make)
      options.url, options.token, options.transport = "https://okta.test", "t", replay.new(responses)
      options.max_retries, options.prefetch = 0, false
      return make(options)
    end)
  end

  local function is_safe(text, lines)
    assert.is_nil(text:gsub("[\r\n]", ""):find("[%c\127]"), text)
    assert.is_nil(text:find("\194[\128-\159]"), text)
    assert.is_nil(text:find("\226\128\174", 1, true), text)
    assert.is_truthy(json.encode(text))
    assert.equal(lines, select(2, text:gsub("\n", "")), text)
  end

  it("lists it in one line each", function()
    local out, err, code = run("list_users.lua", {}, { json_of { {
      id = "00u1", status = HOSTILE, profile = { login = HOSTILE, firstName = HOSTILE, lastName = HOSTILE },
    } } })
    assert.equal(0, code, err)
    is_safe(out, 1)
  end)

  it("lists users without a login, or without a profile, by their ids", function()
    local out, err, code = run("list_users.lua", {}, { json_of {
      { id = "00u1", status = "ACTIVE" }, { id = "00u2", profile = { firstName = "Eve" } }, { profile = {} },
      { id = "00u4", status = "ACTIVE", profile = "hidden" },
    } })
    assert.equal(0, code, err)
    assert.is_truthy(out:find("ACTIVE        00u1 ", 1, true), out)
    assert.is_truthy(out:find("00u2                                     Eve", 1, true), out)
    assert.is_truthy(out:find("(no id)", 1, true), out)
    assert.equal(4, select(2, out:gsub("\n", "")))
  end)

  it("audits it, custom roles by their labels, and users without a login by their ids", function()
    for _, arguments in ipairs { {}, { "--csv" } } do
      local out, err, code = run("audit.lua", arguments, {
        json_of {
          { id = "00u1", status = "ACTIVE", lastLogin = HOSTILE, profile = { login = HOSTILE } },
          { id = "00u2", status = "ACTIVE" },
          { id = "00u3", status = "STAGED", profile = { login = "=cmd@example.com" } },
        },
        json_of { { id = "r1", type = "CUSTOM", label = "Help desk, night" }, { id = "r2", type = "USER_ADMIN" } },
        json_of { { id = "r3", type = "CUSTOM", label = HOSTILE }, { id = "r4", type = "CUSTOM" }, { id = "r5" } },
        json_of(json.array {}),
      })
      assert.equal(0, code, err)
      is_safe(out, 4)
      assert.is_truthy(out:find("Help desk, night, USER_ADMIN", 1, true), out)
      assert.is_truthy(out:find("00u2", 1, true), out)
      assert.is_truthy(out:find("CUSTOM", 1, true), out)
      if arguments[1] then
        assert.is_nil(("\n" .. out):find("\n=", 1, true), out)
        assert.is_truthy(out:find("\n'=cmd@example.com,", 1, true), out)
      end
    end
  end)

  it("says errors in one line", function()
    local body = { errorCode = HOSTILE, errorSummary = HOSTILE, errorCauses = { { errorSummary = HOSTILE } } }
    for name, arguments in pairs { ["list_users.lua"] = {}, ["audit.lua"] = {}, ["rate_limits.lua"] = {} } do
      local _, err, code = run(name, arguments, { { status = 403, body = json.encode(body),
        headers = { ["Content-Type"] = "application/json", ["X-Okta-Request-Id"] = HOSTILE:gsub("\n", "") } } })
      assert.equal(1, code)
      is_safe(err, select(2, err:gsub("\n", "")))
      assert.is_true(select(2, err:gsub("\n", "")) <= 2, err)
    end
  end)
end)

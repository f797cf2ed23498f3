-- What loading the prompt does, in processes of their own.
local lua = arg[-1]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs the interpreter with these arguments; returns what it printed.
local function run(arguments, stdin)
  local pipe = assert(io.popen((stdin and "printf %s " .. quote(stdin) .. " | " or "") .. "LUA_PATH="
    .. quote(package.path) .. " LUA_CPATH=" .. quote(package.cpath) .. " " .. quote(lua) .. " " .. arguments
    .. " 2>&1"))
  local output = pipe:read("*a")
  pipe:close()
  return output
end

--- Runs the lines as a script, from a file.
local function script(lines)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(lines)
  file:close()
  local output = run(path)
  os.remove(path)
  return output
end

-- under LuaJIT an expression is printed behind a "="
local function shown(line)
  return jit and "=" .. line or line
end

--- What a prompt prints that is given these lines.
local function prompt(...)
  return run("-i -l roster.repl", table.concat({ ... }, "\n") .. "\n")
end

describe("roster.repl", function()
  it("does nothing in a script but load", function()
    assert.equal("nil\tnil\ttrue\tnil\n", script [[
      local before, plain = {}, print
      for name in pairs(_G) do before[name] = true end
      require "roster.repl"
      for name in pairs(_G) do assert(before[name], name) end
      print(help, last, print == plain, require("roster").repl)
      local okta = require("roster").okta { sandbox = true }
      assert(okta:suspend_user("radia.becker.4@example.com"))
    ]])
  end)

  it("does nothing where nobody says what runs", function()
    assert.equal("nil\n", script 'arg = nil require "roster.repl" print(help)')
  end)

  it("sets three globals, and print, at a prompt", function()
    local output = run("-l roster.repl -e " .. quote [[
      local found = {}
      for _, name in ipairs { "roster", "help", "last", "okta", "client", "user" } do
        if rawget(_G, name) ~= nil then found[#found + 1] = name end
      end
      io.write(table.concat(found, " "), "\n")
      io.write(tostring(require "roster" == roster), " ", tostring(roster.repl == require "roster.repl"), "\n")
    ]])
    assert.is_truthy(output:find("roster help last\ntrue true\n$"), output)
  end)

  it("says hello in at most two lines", function()
    local output = run("-l roster.repl -e " .. quote "io.write('')")
    assert.is_truthy(output:find("^roster %d[^\n]*help%(%)[^\n]*\n"), output)
    assert.is_true(select(2, output:gsub("\n", "")) <= 2)
  end)

  it("prints what is asked for, readably", function()
    local output = prompt("okta = roster.okta{ sandbox = true }", "user = okta:get_user('radia.becker.4@example.com')",
      shown "user", shown "okta:list_users()", shown "okta", shown "1, 'a', nil, true", shown "{ b = 1, a = { 2 } }",
      shown "okta:get_user('nobody')", shown "okta:get_user(user.id)", "print('plain', 1)")
    local function has(text)
      assert.is_truthy(output:find(text, 1, true), "no " .. text .. " in\n" .. output)
    end
    has("user  " .. "00u1EDPUj1U8ORn00004  ACTIVE  radia.becker.4@example.com  Radia Becker")
    has("roster.list(okta list_users, not begun)")
    has("roster.okta{https://sandbox.okta.test}")
    has("1\ta\tnil\ttrue\n")
    has("{ a = { 2 }, b = 1 }")
    has("E0000007")
    has("  nothing has this id here: a list finds what there is")
    has("plain\t1\n")
    -- the table about the answer is not printed behind its value
    assert.is_nil(output:find("headers", 1, true))
  end)

  it("sends nothing that asks where nobody can answer", function()
    local output = prompt("okta = roster.okta{ sandbox = true }",
      shown "okta:suspend_user('radia.becker.4@example.com')", "yes", "yes",
      shown "okta:get_user('radia.becker.4@example.com').status", "roster.repl.confirm = false",
      shown "okta:suspend_user('radia.becker.4@example.com')",
      shown "okta:get_user('radia.becker.4@example.com').status")
    assert.is_truthy(output:find("not confirmed, for there is no terminal to ask at", 1, true), output)
    assert.is_truthy(output:find("ACTIVE.*true.*SUSPENDED"), output)
  end)

  it("takes over the clients that are there when it is loaded", function()
    local output = run("-i", "okta = require('roster').okta{ sandbox = true }\nrequire 'roster.repl'\n"
      .. shown "okta:suspend_user('radia.becker.4@example.com')" .. "\n")
    assert.is_truthy(output:find("help() tells what there is", 1, true), output)
    assert.is_truthy(output:find("not confirmed", 1, true), output)
  end)

  it("asks through `require \"roster\"` as well", function()
    local output = prompt("local r = require 'roster'; okta = r.okta{ sandbox = true }",
      shown "okta:suspend_user('radia.becker.4@example.com')")
    assert.is_truthy(output:find("not confirmed", 1, true), output)
  end)
end)

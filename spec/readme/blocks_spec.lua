-- Every code block of the README and of CONTRIBUTING.md does what it says: each
-- is run, or held to what is known, by the check of its language. None is left
-- out.
local commands = require "spec.readme.commands"
local dns = require "spec.support.dns"
local example = require "spec.support.example"
local extract = require "spec.readme.extract"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"
local roster = require "roster"
local rows = require "spec.readme.rows"
local serve = require "roster.sandbox.serve"
local transcript = require "spec.readme.transcript"

local blocks, unfenced = {}, {}
for _, path in ipairs { "README.md", "CONTRIBUTING.md" } do
  local of_file, without = extract.blocks(path)
  for _, block in ipairs(of_file) do
    block.place = ("%s:%d"):format(path, block.line)
    blocks[#blocks + 1] = block
  end
  for _, line in ipairs(without) do
    unfenced[#unfenced + 1] = ("%s:%d"):format(path, line)
  end
end
local CHECKS = {}

describe("the README #nginx", function()
  local server, names, environment

  setup(function()
    server = serve.start { users = 60, rate_limit = false, tls = true }
    names = dns.start { "localhost" }
    environment = table.concat({
      server.okta.environment, server.jumpcloud.environment, server.knetik.environment,
      "MY_TOKEN=" .. server.okta.token,
    }, " ")
  end)

  teardown(function()
    names:stop()
    server:stop()
  end)

  -- A folder of its own, in which a block may write files; the tree is found
  -- from there.
  local ELSEWHERE = [[
    root=$PWD folder=$(mktemp -d)
    LUA_PATH="$root/?.lua;$root/lua/?.lua;$root/lua/?/init.lua;;"
    LUA_CPATH=$(echo "$LUA_CPATH" | sed "s|^\./|$root/|; s|;\./|;$root/|g")
    cd "$folder" && $LUA "$root/spec/readme/prelude.lua" %s
    code=$?
    rm -rf "$folder"
    (exit $code)
  ]]

  --- Lua: runs in a process of its own; what it prints is what its comments say.
  function CHECKS.lua(text)
    local path = example.file(text)
    local out, err, code = example.shell(ELSEWHERE:format(path), environment)
    os.remove(path)
    assert.equal(0, code, out .. err)
    local printed, expected = {}, {}
    for line in out:gmatch("\1([^\n]*)\n") do
      printed[#printed + 1] = line
    end
    for words in text:gmatch("%-%-> ?([^\n]*)") do
      expected[#expected + 1] = words
    end
    if #expected > 0 then
      assert.equal(#expected, #printed, out)
    end
    for i, words in ipairs(expected) do
      assert.is_true(extract.agrees(words, printed[i]), "expected " .. words .. "\nprinted  " .. printed[i])
    end
  end

  local function replace(text, from, to)
    local at, till = text:find(from, 1, true)
    assert.is_truthy(at, from .. " is not in the block")
    return text:sub(1, at - 1) .. to .. text:sub(till + 1)
  end

  --- nginx: what stands in nginx.conf; it is tested, started, and asked.
  function CHECKS.nginx(text)
    local url = "https://localhost:" .. server.okta.tls_url:match("%d+$")
    local host = nginx.start {
      environment = "OKTA_CLIENT_ORGURL=" .. url .. " OKTA_CLIENT_TOKEN=" .. server.okta.token,
      config = function(place)
        local made = replace(text, "http {\n", "http {\n" .. place.http .. "\n")
        made = replace(made, "listen 127.0.0.1:8080", ("listen 127.0.0.1:%d"):format(place.port))
        made = replace(made, "resolver 127.0.0.53", "resolver " .. names.address)
        made = replace(made, "/etc/ssl/certs/ca-certificates.crt", server.ca)
        return place.main .. "\npid nginx.pid;\nevents {}\nerror_log " .. place.prefix .. "/error.log warn;\n" .. made
      end,
    }
    finally(function() host:stop() end)
    local _, said = example.shell(
      ("LUA_CPATH=; PATH=$PATH:/usr/sbin nginx -t -p %s -c %s/nginx.conf"):format(host.prefix, host.prefix))
    assert.matches("syntax is ok", said, 1, true)
    local okta = roster.okta { url = server.okta.url, token = server.okta.token }
    local user = assert(okta:list_users { filter = 'status eq "ACTIVE"' }:first())
    okta:close()
    local path = text:match("location = (%S+)")
    local status, body = raw.request { url = host.url .. path .. "?login=" .. user.profile.login }
    assert.equal(200, status, host:log())
    assert.matches("%f[%u]ACTIVE\n", body, nil, nil, host:log())
    status, body = raw.request { url = host.url .. path .. "?login=nobody@example.com" }
    assert.equal(200, status)
    assert.matches("okta get_user: 404 E0000007", body, 1, true)
  end

  --- sh: each command by the check that spec/readme/commands.lua has for it.
  function CHECKS.sh(text)
    assert.is_true(#commands.check(text, environment) > 0)
  end

  --- console: a session, typed again.
  function CHECKS.console(text)
    local differing, entries = transcript.differences(text, environment)
    assert.same({}, differing)
    assert.is_true(entries > 0)
  end

  --- c: a row, built into the catalog.
  function CHECKS.c(text)
    local name, printed = rows.built(text,
      'require("roster").okta { sandbox = true }:list_user_factors("00u1", { dry_run = true })')
    assert.equal("list_user_factors", name)
    assert.matches("'https://sandbox.okta.test/api/v1/users/00u1/factors'", printed, 1, true)
  end

  for _, block in ipairs(blocks) do
    it(("has a block of %s at %s that does what it says"):format(block.language, block.place), function()
      local check = CHECKS[block.language]
      assert.is_function(check, ("%s: nothing checks %q"):format(block.place, block.language))
      check(block.text)
    end)
  end

  it("has a block of each kind that is checked, and no code without a fence", function()
    local seen = {}
    for _, block in ipairs(blocks) do
      seen[block.language] = true
    end
    for language in pairs(CHECKS) do
      assert.is_true(seen[language], language)
    end
    assert.same({}, unfenced)
  end)
end)

-- Warnings: to the option on_warning, else once to stderr or nginx's log.
local folder = require "spec.support.folder"
local inside = require "spec.support.inside"
local warning = require "roster.warning"

local GOOD = "okta: { client: { orgUrl: https://x.okta.test, token: CANARY } }\n"

describe("a warning", function()
  local dir

  before_each(function()
    dir = folder.new()
  end)

  after_each(function()
    dir:remove()
  end)

  it("goes to on_warning each time, even to one that raises", function()
    local said = {}
    for _ = 1, 2 do
      warning.give(function(...)
        said[#said + 1] = { n = select("#", ...), ... }
        error("a hook that fails")
      end, "a file is wide open")
    end
    local one = { n = 1, "a file is wide open" }
    assert.same({ one, one }, said)
  end)

  it("is one line that a terminal does not obey", function()
    local said
    warning.give(function(message) said = message end, "a\27[2J\r\nb\0\127\155\194\155c\226\128\174d\195\182 ~")
    assert.equal([[a\027[2J\r\nb\000\127\155\u{9B}c\u{202E}dö ~]], said)
  end)

  it("goes to stderr once in a process, for each file", function()
    local paths = { dir:write("one.yaml", GOOD), dir:write("two\27[2J.yaml", GOOD) }
    local script = dir:write("script.lua", [[
      local roster = require "roster"
      for i = 1, 6 do
        roster.okta({ config_file = arg[i % 2 + 1], transport = print }):close()
      end
      print "done"
    ]])
    local said = dir:run(("LUA_PATH='%s' LUA_CPATH='%s' %s %s '%s' '%s' 2>err; cat err"):format(package.path,
      package.cpath, arg[-1], script, paths[2], paths[1]))
    assert.equal(("done\nroster: %s holds a credential and can be read by other users: take that away with chmod go-r\n"
      .. "roster: %s holds a credential and can be read by other users: take that away with chmod go-r\n")
      :format(paths[1], (paths[2]:gsub("\27", "\\027"))), said)
  end)

  it("goes to nginx's log as a warning, once", function()
    local path = dir:write("okta.yaml", GOOD)
    local host = inside.start()
    finally(function() host:stop() end)
    local CODE = [[
      for _ = 1, 3 do
        roster.okta({ config_file = arg, transport = function() end }):close()
      end
      local said
      local function hear(text) said = text end
      roster.okta({ config_file = arg, transport = function() end, on_warning = hear }):close()
      return said
    ]]
    local text = path .. " holds a credential and can be read by other users: take that away with chmod go-r"
    assert.equal(text, (host:run(CODE, path)))
    local lines = {}
    for line in host:complaints():gmatch("[^\n]+") do
      lines[#lines + 1] = line
    end
    assert.equal(1, #lines)
    assert.matches("[warn] ", lines[1], 1, true)
    assert.matches("roster: " .. text, lines[1], 1, true)
  end)
end)

-- What the README names is there, and what a user could look for is named.
local example = require "spec.support.example"
local lfs = require "lfs"
local options = require "roster.config.options"
local roster = require "roster"

local text = example.read "README.md"

-- Every piece of `code` outside of the blocks.
local function pieces()
  local all, plain = {}, text:gsub("```.-```", "")
  for piece in plain:gmatch("`([^`\n]+)`") do
    all[#all + 1] = piece
  end
  return all
end

describe("the README", function()
  it("names files and folders that are there", function()
    local found = 0
    for _, piece in ipairs(pieces()) do
      local folder = piece:match("^(%l+)/[%w_./-]*$")
      if folder and lfs.attributes(folder, "mode") == "directory" then
        assert.is_truthy(lfs.attributes(piece, "mode"), piece)
        found = found + 1
      end
    end
    assert.is_true(found > 0)
  end)

  it("links to files that are there", function()
    for path in text:gmatch("%]%(([%w_./-]+)%)") do
      assert.equal("file", lfs.attributes(path, "mode"), path)
    end
  end)

  it("says of each example what it is for", function()
    local named = {}
    local section = assert(text:match("\n## Examples\n(.-)\n## "))
    for name in section:gmatch("`([%w_]+%.lua)`") do
      assert.is_truthy(lfs.attributes("examples/" .. name, "mode"), name)
      named[name] = true
    end
    -- what the others are made with, and what `make demo` runs
    for _, part in ipairs { "cli.lua", "csv.lua", "people.lua", "steps.lua", "demo.lua" } do
      named[part] = true
    end
    for name in lfs.dir("examples") do
      assert.is_true(named[name] or not name:find("%.lua$"), name)
    end
  end)

  it("has the sections that it links to, and their links", function()
    local sections = {}
    for heading in text:gmatch("\n##+ ([^\n]+)") do
      sections[heading:lower():gsub("[^%w -]", ""):gsub(" ", "-")] = true
    end
    local links = 0
    for anchor in text:gmatch("%]%(#([^)]+)%)") do
      assert.is_true(sections[anchor], anchor)
      links = links + 1
    end
    assert.is_true(links > 5)
  end)

  it("names the variables that are read, and no others", function()
    local known = {}
    for variable in example.read("lua/roster/sandbox/serve.lua"):gmatch('"export ([%u_]+)=') do
      known[variable] = true
    end
    for name in lfs.dir("lua/roster/config") do
      if name:find("%.lua$") then
        for variable in example.read("lua/roster/config/" .. name):gmatch('"(%u+_[%u_]+)"') do
          known[variable] = true
        end
      end
    end
    for variable in text:gmatch("%f[%w_](%u+_[%u_]+)%f[^%w_]") do
      if variable:find("^OKTA_") or variable:find("^JUMPCLOUD_") or variable:find("^JC_")
        or variable:find("^KNETIK_") or variable:find("^ROSTER_") then
        assert.is_true(known[variable], variable)
      end
    end
    assert.is_truthy(text:find("OKTA_CLIENT_TOKEN", 1, true))
  end)

  it("names every option of a client", function()
    local section = assert(text:match("\n## The client\n(.-)\n## "))
    local missing = {}
    for _, service in ipairs { "okta", "jumpcloud", "knetik" } do
      for name in pairs(options.of(service)) do
        local where = options.services[service].options[name] and text or section
        if not where:find("`" .. name .. "[`( =]") then
          missing[name] = true
        end
      end
    end
    assert.same({}, missing)
  end)

  it("names every option of the sandbox, and every field of a fault", function()
    local section = assert(text:match("\n## The sandbox\n(.-)\n## "))
    local help, count = require("roster.sandbox.command").help(), 0
    for option in help:gmatch("\n  (%-%-[%l-]+)") do
      assert.is_truthy(section:find("`" .. option .. "`", 1, true), option)
      count = count + 1
    end
    for field in example.read("lua/roster/sandbox/faults.lua"):gmatch("%-%-%-@field (%l+)%??") do
      assert.is_truthy(section:find("`" .. field .. "[`( =]"), field)
      count = count + 1
    end
    assert.is_true(count >= 30)
    for variable in ("PORT USERS LATENCY RATE OWNER"):gmatch("%u+") do
      assert.is_truthy(section:find("`" .. variable .. "`", 1, true), variable)
    end
  end)

  it("gives the number of operations", function()
    local count = 0
    for _, service in ipairs { "okta", "jumpcloud", "knetik" } do
      count = count + #require("roster.core").catalog(service).operations
    end
    assert.is_truthy(text:find(("KnetikCloud: %d operations"):format(count), 1, true))
    assert.is_function(roster.okta)
  end)
end)

-- Files of settings that another user could have written, that are none, or that
-- are made to keep the reader busy: the error names the file.
local environment = require "spec.support.environment"
local folder = require "spec.support.folder"
local raised = require "spec.support.raised"
local roster = require "roster"

local GOOD = "okta: { client: { orgUrl: https://x.okta.test, token: CANARY } }\n"

describe("a file of Okta's settings", function()
  local dir, path

  before_each(function()
    dir = folder.new()
    path = dir:write_private(".okta/okta.yaml", GOOD)
  end)

  after_each(function()
    dir:remove()
  end)

  --- What the constructor says of it, with `config_file` as well.
  local function refused(words)
    for _, options in ipairs { {}, { config_file = path } } do
      local message = environment.with({ HOME = dir.path }, function()
        return raised.here(function()
          local okta = roster.okta(options)
          okta:close()
        end)
      end)
      assert.equal("roster.okta: " .. path .. " " .. words, message)
    end
  end

  --- The warnings of a constructor that takes it.
  local function warnings()
    local list = {}
    environment.with({ HOME = dir.path }, function()
      roster.okta({ transport = print, on_warning = function(message)
        list[#list + 1] = message
      end }):close()
    end)
    return list
  end

  it("is not read where others can write to it", function()
    for _, mode in ipairs { "0620", "0602", "0666", "0777" } do
      dir:run("chmod " .. mode .. " .okta/okta.yaml")
      refused "can be changed by other users, so it is not read: take that away with chmod go-w"
    end
  end)

  it("is not read where it belongs to another user", function()
    -- only root can give a file away; others see root's files, which are read
    if dir:run("id -u") == "0\n" then
      dir:run("chown 4242 .okta/okta.yaml")
      refused "belongs to another user, so it is not read: make root or the user who runs this its owner"
    end
    dir:run("rm .okta/okta.yaml && ln -s /etc/hostname .okta/okta.yaml")
    refused "is not a mapping"
  end)

  it("gives one warning where others can read a credential in it", function()
    local warned = { path .. " holds a credential and can be read by other users: take that away with chmod go-r" }
    for _, mode in ipairs { "0644", "0604", "0444" } do
      dir:run("chmod " .. mode .. " .okta/okta.yaml")
      assert.same(warned, warnings())
    end
    for _, mode in ipairs { "0600", "0640", "0400" } do
      dir:run("chmod " .. mode .. " .okta/okta.yaml")
      assert.same({}, warnings())
    end
    dir:run("chmod 0644 .okta/okta.yaml")
    for _, secret in ipairs { "privateKey: x", "accessToken: x", "proxy: { host: h, username: u, password: x }" } do
      dir:write(".okta/okta.yaml", GOOD .. "profiles: { other: { client: { " .. secret .. " } } }\n")
      assert.same(warned, warnings())
    end
  end)

  it("that is no regular file is not waited for", function()
    for _, command in ipairs { "mkfifo", "mkdir", "ln -s /dev/zero", "ln -s /dev/tty", "ln -s /proc/self/fd" } do
      dir:run("rm -r .okta/okta.yaml && " .. command .. " .okta/okta.yaml")
      local message = environment.with({ HOME = dir.path }, function()
        return raised.here(function()
          local okta = roster.okta()
          okta:close()
        end)
      end)
      -- there may be no terminal to open
      assert.matches("roster.okta: " .. path .. " cannot be read: ", message, 1, true)
      if not command:find("tty", 1, true) then
        refused "cannot be read: it is not a regular file"
      end
    end
  end)

  local many = {}
  for i = 1, 12000 do
    many[i] = ("- &a%d x\n"):format(i)
  end
  local deep = {}
  for i = 1, 400 do
    deep[i] = (" "):rep(i) .. "a:\n"
  end
  local merged = { "a: &a { k: v }\n" }
  for i = 1, 200 do
    merged[#merged + 1] = ("b%d: { <<: *a }\n"):format(i)
  end
  local laughs = { "a0: &a0 [x, x]\n" }
  for i = 1, 60 do
    laughs[#laughs + 1] = ("a%d: &a%d [*a%d, *a%d]\n"):format(i, i, i - 1, i - 1)
  end
  local EXCESS = {
    { "lists in lists", ("["):rep(200000), "it is nested more than 64 deep" },
    { "mappings in mappings", ("{a: "):rep(50000), "it is nested more than 64 deep" },
    { "dashes on a line", ("- "):rep(100000), "it is nested more than 64 deep" },
    { "question marks on a line", ("? "):rep(100000), "it is nested more than 64 deep" },
    { "steps to the right", table.concat(deep), "it is nested more than 64 deep" },
    { "brackets in front of good settings", GOOD .. "x: " .. ("["):rep(100) .. ("]"):rep(100) .. "\n",
      "it is nested more than 64 deep" },
    { "members", table.concat(many), "it has too many members" },
    { "merge keys", table.concat(merged), "it has more than 100 aliases" },
    { "aliases of aliases", table.concat(laughs), "it has more than 100 aliases" },
    { "bytes", "# " .. ("x"):rep(256 * 1024), "it is too large" },
  }
  for _, row in ipairs(EXCESS) do
    it("with too many " .. row[1] .. " is not read", function()
      dir:write_private(".okta/okta.yaml", row[2])
      refused("cannot be read: " .. row[3])
    end)
  end

  it("may be as large as settings are", function()
    local lines = { GOOD, "profiles:\n" }
    for i = 1, 50 do
      lines[#lines + 1] = ("  p%d: { client: { orgUrl: https://x.okta.test, token: '%s' } }\n")
        :format(i, ("[{"):rep(1000))
    end
    dir:write_private(".okta/okta.yaml", table.concat(lines))
    assert.same({}, warnings())
  end)
end)

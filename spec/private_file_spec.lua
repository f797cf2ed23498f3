-- Files for their owner alone: made, or opened where they are what they should be.
local client = require "spec.support.replayed"
local folder = require "spec.support.folder"
local private_file = require "roster.private_file"

describe("a private file", function()
  local dir, path

  before_each(function()
    dir = folder.new()
    path = dir.path .. "/file"
  end)

  after_each(function()
    dir:remove()
  end)

  local function mode(name)
    return (dir:run("stat -c %a " .. (name or "file")):match("%d+"))
  end

  it("is made 0600 whatever the umask, and takes text at its end", function()
    for _, umask in ipairs { "000", "022", "077", "777" } do
      local said = dir:run(("umask %s; LUA_PATH='%s' LUA_CPATH='%s' %s -e '%s'"):format(umask, package.path,
        package.cpath, arg[-1], ([[
          local file = assert(require("roster.private_file").open("made-%s"))
          assert(file:write("one\n"))
          assert(file:seek("set") == 0 and file:read("*l") == "one" and file:seek("end") == 4)
          assert(file:write("two\n") and file:close())
          file = assert(require("roster.private_file").open("made-%s"))
          assert(file:seek("set") == 0)
          io.write(file:read("*a"))
        ]]):format(umask, umask)))
      assert.equal("one\ntwo\n", said)
      assert.equal("600", mode("made-" .. umask))
    end
  end)

  it("is not inherited by children", function()
    local file = assert(private_file.open(path))
    local pipe = assert(io.popen("ls -l /proc/self/fd"))
    local list = pipe:read("*a")
    pipe:close()
    file:close()
    assert.is_nil(list:find(path, 1, true), list)
  end)

  it("may be below folders that are links", function()
    dir:run("mkdir real && ln -s real link")
    assert(private_file.open(dir.path .. "/link/file")):close()
    assert.equal("600", mode("real/file"))
  end)

  it("keeps its mode until its content is known to be the right one", function()
    dir:write("file", "x")
    dir:run("chmod 0644 file")
    local file = assert(private_file.open(path, true))
    assert.equal("644", mode())
    assert.is_true(private_file.seclude(file))
    file:close()
    assert.equal("600", mode())
    dir:run(": >empty && chmod 0644 empty")
    assert(private_file.open(dir.path .. "/empty", true)):close()
    assert.equal("600", mode("empty"))
  end)

  local REFUSED = {
    { "a link", "ln -s other file", "is a symbolic link: name the file it leads to" },
    { "a link to a file", ": >other && ln -s other file", "is a symbolic link: name the file it leads to" },
    { "a link to itself", "ln -s file file", "is a symbolic link: name the file it leads to" },
    { "a folder", "mkdir file", "is not a file" },
    { "a FIFO", "mkfifo file", "is not a file" },
    { "a device", "ln -s /dev/full other && rm other && mknod file c 1 7", "is not a file", true },
    { "a file with two names", "echo x >other && ln other file",
      "has a second name, a hard link: name a file that has one" },
    { "another user's file", "echo x >file && chown 4242 file",
      "belongs to another user: name a file of your own", true },
  }
  for _, row in ipairs(REFUSED) do
    it("is not " .. row[1], function()
      -- what only root can make is tried by root
      if row[4] and dir:run("id -u") ~= "0\n" then
        row = REFUSED[1]
      end
      dir:run(row[2])
      assert.same({ n = 3, nil, row[3], false }, { n = 3, private_file.open(path) })
      assert.equal("", dir:run("cat other 2>/dev/null | tr -d x; true"):gsub("%s", ""))
    end)
  end

  it("is nothing that others could have written, where it is to be believed", function()
    dir:write("file", "x")
    for _, bits in ipairs { "0620", "0602", "0666" } do
      dir:run("chmod " .. bits .. " file")
      assert.equal("can be changed by other users, so what it says is not certain: if it is right, take that away with "
        .. "chmod go-w", select(2, private_file.open(path, true)))
      assert(private_file.open(path)):close()
    end
  end)

  it("says what the system says", function()
    assert.same({ n = 3, nil, "No such file or directory", true }, { n = 3, private_file.open(path .. "/none/x") })
    assert.same({ n = 3, nil, "has a NUL byte in its name", false }, { n = 3, private_file.open(path .. "\0x") })
    assert.is_nil(io.open(path))
  end)

  describe("holds", function()
    local function journal(at)
      local okta = client.client()
      return select(2, okta:each({ "a" }, "suspend_user", { journal = at or path }))
    end

    local function recording(at)
      local ok, message = pcall(client.client, { status = 204 }, { record = at or path })
      assert.is_false(ok)
      return (message:gsub("^.-:%d+: ", ""))
    end

    it("a journal, and not through a link", function()
      journal()
      assert.equal("600", mode())
      dir:run("chmod 0644 file")
      journal()
      assert.equal("600", mode())
      dir:run("mv file real && ln -s real file")
      assert.equal("the journal " .. path .. " is a symbolic link: name the file it leads to", journal())
      dir:run("rm file && mv real file && chmod 0666 file")
      assert.matches("the journal " .. path .. " can be changed by other users", journal(), 1, true)
    end)

    it("a recording, and not through a link", function()
      client.client({ status = 204 }, { record = path }):close()
      assert.equal("600", mode())
      dir:run("chmod 0666 file")
      client.client({ status = 204 }, { record = path }):close()
      assert.equal("600", mode())
      dir:run("mv file real && ln -s real file")
      assert.equal('roster.okta: option "record": ' .. path .. " is a symbolic link: name the file it leads to",
        recording())
    end)

    it("neither where it is another file, which stays as it is", function()
      dir:write("file", "login,title\nada@x,Countess\n")
      dir:run("chmod 0644 file")
      assert.equal("the journal " .. path .. " is not a journal", journal())
      assert.matches("holds something that is not a recording", recording(), 1, true)
      assert.equal("644", mode())
      assert.equal("login,title\nada@x,Countess\n", dir:read("file"))
    end)
  end)
end)

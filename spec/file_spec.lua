-- What the core adds to Lua's io library.
local core = require "roster.core"

describe("a file", function()
  local path, file

  before_each(function()
    path = os.tmpname()
    file = assert(io.open(path, "a+b"))
  end)

  after_each(function()
    if io.type(file) == "file" then
      file:close()
    end
    os.remove(path)
  end)

  local function size()
    local other = assert(io.open(path, "rb"))
    local bytes = other:seek("end")
    other:close()
    return bytes
  end

  it("is written when it is synchronized", function()
    file:setvbuf("full", 4096)
    file:write("five!")
    assert.are.equal(0, size())
    assert.is_true(core.sync(file))
    assert.are.equal(5, size())
  end)

  it("that cannot be synchronized says why", function()
    local full = assert(io.open("/dev/full", "w"))
    full:write("x")
    assert.are.same({ nil, "No space left on device" }, { core.sync(full) })
    pcall(full.close, full)
    local pipe = assert(io.popen("cat >/dev/null", "w"))
    assert.are.same({ nil, "Invalid argument" }, { core.sync(pipe) })
    pipe:close()
  end)

  it("is cut where it is told, with what was not written yet", function()
    file:write("ten bytes!")
    assert.is_true(core.cut(file, 3))
    assert.are.equal(3, size())
    file:write("more")
    assert.is_true(core.sync(file))
    file:seek("set")
    assert.are.equal("tenmore", file:read("*a"))
    assert.has_error(function() core.cut(file, -1) end)
    local read_only = assert(io.open(path, "r"))
    local ok, why = core.cut(read_only, 0)
    assert.is_nil(ok)
    assert.are.equal("string", type(why))
    read_only:close()
    assert.are.equal(7, size())
  end)

  it("is locked for one at a time, and not for its children", function()
    assert.is_true(core.lock(file))
    assert.is_true(core.lock(file))
    local other = assert(io.open(path, "a+b"))
    assert.is_nil((core.lock(other)))
    -- a child that outlives us must not hold it
    local child = assert(io.popen("sleep 2 & echo $!"))
    local pid = child:read("*l")
    file:close()
    assert.is_true(core.lock(other))
    os.execute("kill " .. pid)
    child:close()
    other:close()
  end)

  it("is no terminal", function()
    assert.is_nil(core.columns(file))
  end)

  it("is read whole, with who else could have written or read it", function()
    file:write(("0123456789"):rep(5000))
    file:close()
    os.execute("chmod 0600 " .. path)
    local alone = { is_foreign = false, is_writable = false, is_readable = false }
    assert.same({ ("0123456789"):rep(5000), alone }, { core.read_file(path, 50000) })
    assert.same({ n = 3, nil, "cannot be read: it is too large", 0 }, { n = 3, core.read_file(path, 49999) })
    os.execute("chmod 0664 " .. path)
    alone.is_writable, alone.is_readable = true, true
    assert.same(alone, select(2, core.read_file(path, 50000)))
    os.execute("chmod 0640 " .. path .. "; : >" .. path)
    alone.is_writable, alone.is_readable = false, false
    assert.same({ "", alone }, { core.read_file(path, 0) })
  end)

  it("is not read where it is none", function()
    for name, words in pairs {
      ["/"] = "it is not a regular file", ["/dev/zero"] = "it is not a regular file",
      [path .. "\0"] = "its name holds a NUL byte",
    } do
      assert.same({ n = 3, nil, "cannot be read: " .. words, 0 }, { n = 3, core.read_file(name, 10) })
    end
    assert.same({ n = 3, nil, "cannot be read: No such file or directory", 2 },
      { n = 3, core.read_file("/nowhere/at all", 10) })
    assert.same({ n = 3, nil, "cannot be read: Not a directory", 20 }, { n = 3, core.read_file(path .. "/x", 10) })
    for _, max in ipairs { -1, 0 / 0, 1e13, math.huge } do
      assert.is_false((pcall(core.read_file, path, max)))
    end
    assert.is_false((pcall(core.read_file)))
    assert.is_false((pcall(core.read_file, {}, 1)))
  end)

  it("that is to become another is open, and is named", function()
    for _, given in ipairs { {}, { 1 }, { file }, { file, {} } } do
      assert.is_false((pcall(core.become, given[1], given[2])))
    end
  end)

  it("must be one, and open", function()
    for _, name in ipairs { "sync", "cut", "lock", "columns", "become", "seclude" } do
      for _, wrong in ipairs { 1, "x", {}, false } do
        assert.is_false((pcall(core[name], wrong, 0)))
      end
      assert.is_false((pcall(core[name])))
    end
    file:close()
    for _, name in ipairs { "sync", "cut", "lock", "columns", "become", "seclude" } do
      local ok, message = pcall(core[name], file, 0)
      assert.is_false(ok)
      assert.is_truthy(message:find("the file is closed", 1, true))
    end
  end)
end)

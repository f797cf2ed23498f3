-- What programs that a client's process starts find open: nothing of roster's.
local forking = require "spec.support.forking"

-- Descriptors of a child that is executed, apart from its own; and of this one.
local LIST = [[
  local function open_in_child(by)
    local path = dir .. "/list"
    local command = "ls -l /proc/self/fd/"
    local text
    if by == "popen" then
      local pipe = io.popen(command .. " 2>&1")
      text = pipe:read "*a"
      pipe:close()
    else
      os.execute(command .. " >" .. path .. " 2>&1")
      local file = assert(io.open(path))
      text = file:read "*a"
      file:close()
      os.remove(path)
    end
    local open = {}
    for line in text:gmatch "[^\n]+" do
      local fd, target = line:match "(%d+) %-> (.*)$"
      if tonumber(fd) and tonumber(fd) > 2 and not target:find "/proc/" then open[#open + 1] = fd .. " " .. target end
    end
    return table.concat(open, "\n")
  end
  local function mine()
    local pipe = io.popen("ls -l /proc/" .. forks.pid() .. "/fd/")
    local text = pipe:read "*a"
    pipe:close()
    return text
  end
]]

describe("descriptors", function()
  local service

  setup(function()
    service = forking.start()
  end)

  teardown(function()
    service:stop()
  end)

  it("are not left to the programs of os.execute and io.popen", function()
    service:run(LIST .. [[
      local before = { popen = open_in_child "popen", execute = open_in_child "execute" }
      local function compare(where)
        for by, old in pairs(before) do
          local now = open_in_child(by)
          assert(now == old, where .. ", " .. by .. ": " .. now .. "\nbefore: " .. old)
        end
      end
      local plain, tls = client { record = dir .. "/recorded" }, client { url = tls_url }
      local shared = client()
      compare "made"
      for _, okta in ipairs { plain, tls, shared } do
        ask(okta, "a")
        compare "asked"
      end
      local pollable = require("roster.curl").multi {}
      pollable:fd()
      compare "pollable"
      local list = shared:list_users { prefetch = true }
      for _ = 1, 3 do list() compare "ahead" end
      assert(shared:each({ "x", "y", "z" }, function(id, c)
        change(c, id)
        compare "each"
        return true
      end, { journal = dir .. "/journal", name = "change", key = function(id) return id end }))
      -- that there were any
      local text = mine()
      assert(text:find("socket:", 1, true) and text:find("eventpoll", 1, true) and text:find("recorded", 1, true), text)
    ]])
  end)

  it("of connections, journals and recordings are not the parent's in a fork()'s child", function()
    service:run(LIST .. [[
      local plain, tls = client { record = dir .. "/recorded" }, client { url = tls_url }
      local pollable = require("roster.curl").multi {}
      local fd = pollable:fd()
      ask(plain, "a")
      ask(tls, "a")
      local function sockets(text)
        local found = {}
        for inode in text:gmatch "socket:%[(%d+)%]" do found[inode] = true end
        return found
      end
      local function tcp()
        local found = {}
        for line in io.lines "/proc/net/tcp" do
          local inode = line:match "^%s*%d+: %x+:%x+ %x+:%x+ 01 %S+ %S+ %S+%s+%d+%s+%d+ (%d+)"
          if inode then found[inode] = true end
        end
        return found
      end
      local function connections()
        local all, n = tcp(), 0
        for inode in pairs(sockets(mine())) do n = n + (all[inode] and 1 or 0) end
        return n
      end
      assert(connections() == 2, connections())
      forks.wait(forks.child(function()
        assert(connections() == 0, connections())
        local text = mine()
        assert(not text:find("eventpoll", 1, true) and not text:find("timerfd", 1, true), text)
        assert(not text:find("recorded", 1, true), text)
        assert(pollable:fd() == fd)
        -- they are closed with what they were of
        tls:close()
        plain:close()
        pollable:close()
        collectgarbage()
        assert(connections() == 0)
        local own = client()
        ask(own, "b")
        assert(connections() == 1)
        ask(own, "b")
      end))
      assert(connections() == 2)
    ]])
  end)

  it("are found where a number is given again", function()
    service:run(LIST .. [[
      -- what was closed is not the child's to replace
      local okta = client()
      ask(okta, "a")
      okta:close()
      collectgarbage()
      local files = {}
      for i = 1, 10 do files[i] = assert(io.open(dir .. "/file" .. i, "w+")) end
      forks.wait(forks.child(function()
        for i, file in ipairs(files) do
          assert(file:write("line " .. i) and file:flush())
          assert(io.open(dir .. "/file" .. i):read "*a" == "line " .. i)
        end
      end))
      local file = assert(io.open(dir .. "/locked", "w+"))
      assert(core.lock(file))
      assert(core.unlock(file))
      forks.wait(forks.child(function()
        assert(file:write "x" and file:flush())
        assert(io.open(dir .. "/locked"):read "*a" == "x")
      end))
    ]])
  end)
end)

-- What `require "roster"` does in a fresh process: nothing but load itself.

-- the interpreter that runs this
local lua = arg[-1]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a chunk in a process of its own, with this one's search paths; returns
--- what it printed.
local function run(chunk, before)
  local environment = { PATH = os.getenv("PATH"), LUA_PATH = package.path, LUA_CPATH = package.cpath,
    OKTA_CLIENT_TOKEN = "env-token" }
  -- an instrumented build needs its runtime in the new process, too
  environment.LD_PRELOAD = os.getenv("LD_PRELOAD")
  environment.ASAN_OPTIONS = environment.LD_PRELOAD and "detect_leaks=0"
  local parts = { "env -i" }
  for name, value in pairs(environment) do
    parts[#parts + 1] = name .. "=" .. quote(value)
  end
  local pipe = assert(io.popen(table.concat(parts, " ") .. " " .. (before or "") .. " " .. quote(lua)
    .. " -e " .. quote(chunk) .. " 2>&1"))
  local output = pipe:read("*a")
  pipe:close()
  return output
end

--- Can system calls be watched on this machine?
local function has_strace()
  local ok, _, code = os.execute("strace -f -o /dev/null true >/dev/null 2>&1")
  return ok == 0 or ok == true and code == 0
end

local WATCH = [[
  local seen = {}
  local function watch(library, name)
    local original = library[name]
    library[name] = function(...)
      seen[#seen + 1] = name .. " " .. tostring((...))
      return original(...)
    end
  end
  for _, name in ipairs { "open", "popen", "lines", "read", "tmpfile", "input", "output" } do watch(io, name) end
  for _, name in ipairs { "getenv", "execute", "exit", "remove", "rename", "tmpname", "setlocale" } do
    watch(os, name)
  end
  local before = {}
  for name in pairs(_G) do before[name] = true end
]]

describe("require \"roster\" in a fresh process", function()
  it("sets no global, reads no environment and opens no file by itself", function()
    local output = run(WATCH .. [[
      local string_before = #(function() local t = {} for k in pairs(string) do t[#t + 1] = k end return t end)()
      local roster = require "roster"
      for name in pairs(_G) do
        if not before[name] then print("global " .. name) end
      end
      local count = 0
      for _ in pairs(string) do count = count + 1 end
      if count ~= string_before then print("string changed") end
      if getmetatable(_G) then print("_G has a metatable") end
      for _, what in ipairs(seen) do print(what) end
      print(type(roster.okta))
    ]])
    assert.equal("function\n", output)
  end)

  it("loads its own modules and cjson, and no part that talks", function()
    local output = run [[
      local before = {}
      for name in pairs(package.loaded) do before[name] = true end
      require "roster"
      for name in pairs(package.loaded) do
        if not before[name] and not name:find("^roster$") and not name:find("^roster%.")
          and not name:find("^cjson") then
          print(name)
        end
      end
      for _, name in ipairs { "roster.curl", "roster.transport.nginx", "roster.sandbox" } do
        if package.loaded[name] then print(name .. " is loaded") end
      end
      print "end"
    ]]
    assert.equal("end\n", output)
  end)

  it("maps no libcurl, not even for a client that never sends", function()
    local output = run [[
      local roster = require "roster"
      local function mapped(what)
        local file = assert(io.open("/proc/self/maps"))
        local text = file:read("*a")
        file:close()
        return text:find(what, 1, true) ~= nil
      end
      print(mapped "roster/core.so", mapped "libcurl", mapped "libssl")
      local okta = roster.okta { url = "https://org.okta.test", token = "t" }
      print(okta:list_users { dry_run = true }.method, mapped "libcurl")
      okta:close()
    ]]
    assert.equal("true\tfalse\tfalse\nGET\tfalse\n", output)
  end)

  it("leaves no file and no socket open", function()
    local output = run [[
      local lfs = require "lfs"
      local function open_files()
        collectgarbage()
        collectgarbage()
        local count = 0
        for _ in lfs.dir("/proc/self/fd") do
          count = count + 1
        end
        return count
      end
      local before = open_files()
      require "roster"
      print(before > 2, open_files() - before)
    ]]
    assert.equal("true\t0\n", (output:gsub("0%.0\n", "0\n")))
  end)

  -- further evidence where there is a tool for it
  local watched = has_strace() and it or function() end
  watched("makes no system call that opens a socket, starts a process or writes a file", function()
    local path = os.tmpname()
    local output = run([[require "roster"; print "loaded"]], "strace -f -o " .. path)
    local file = assert(io.open(path))
    local trace = file:read("*a")
    file:close()
    os.remove(path)
    assert.equal("loaded\n", output)
    for _, call in ipairs { "socket", "connect", "bind", "clone", "clone3", "fork", "vfork", "unlink", "rename" } do
      assert.is_nil(trace:find("%d " .. call .. "%("), call)
    end
    local opened = {}
    for name, flags in trace:gmatch('open[at]*%([^"]*"([^"]+)", ([^)]*)%) = %d') do
      assert.is_nil(flags:find("WR", 1, true), name .. " " .. flags)
      opened[#opened + 1] = name
    end
    assert.is_true(#opened > 5)
    for _, name in ipairs(opened) do
      local own = name:find("/roster/", 1, true) or name:find("/cjson", 1, true)
      -- what the loader and the C library open for any program
      local system = name:find("%.so[.%d]*$") or name:find("^/etc/ld%.so") or name:find("^/proc/")
        or name:find("^/usr/lib/locale") or name:find("^/sys/") or name:find("^/dev/") or name:find("libasan", 1, true)
      assert.is_truthy(own or system, name)
    end
  end)

  it("leaves the settings of the program's own cjson alone", function()
    local output = run [[
      local cjson = require "cjson"
      local before = cjson.encode { 0.1, 1e15 } .. cjson.encode {}
      require "roster"
      print(before == cjson.encode { 0.1, 1e15 } .. cjson.encode {}, require("roster").null == cjson.null)
    ]]
    assert.equal("true\ttrue\n", output)
  end)

  it("reads the environment in the constructor, not before", function()
    local output = run(WATCH .. [[
      local roster = require "roster"
      print(#seen)
      local okta = roster.okta { url = "https://org.okta.test" }
      print(table.concat(seen, ","), tostring(okta))
    ]])
    local before, asked, client = output:match("^(%d+)\n([^\t]*)\t([^\n]*)\n$")
    assert.equal("0", before, output)
    assert.equal("roster.okta{https://org.okta.test}", client)
    assert.is_truthy(asked:find("getenv OKTA_CLIENT_TOKEN", 1, true), asked)
    for what in asked:gmatch("[^,]+") do
      assert.is_truthy(what:find("^getenv OKTA_CLIENT_") or what == "getenv HOME" or what:find("^open .*okta%.yaml$"),
        what)
    end
  end)
end)

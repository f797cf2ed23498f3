--- fork() and what goes with it, in a program that a spec runs: LuaJIT has it by
-- itself, and for Lua 5.4 a few lines of C are compiled.
local SOURCE = [[
  #include <sys/types.h>
  #include <sys/wait.h>
  #include <unistd.h>
  typedef struct lua_State lua_State;
  typedef int (*function)(lua_State *);
  extern void lua_pushinteger(lua_State *, long long);
  extern long long luaL_checkinteger(lua_State *, int);
  extern void lua_createtable(lua_State *, int, int);
  extern void lua_pushcclosure(lua_State *, function, int);
  extern void lua_setfield(lua_State *, int, const char *);
  static int do_fork(lua_State *L) { lua_pushinteger(L, fork()); return 1; }
  static int do_exit(lua_State *L) { _exit((int)luaL_checkinteger(L, 1)); }
  static int do_pid(lua_State *L) { lua_pushinteger(L, getpid()); return 1; }
  static int do_wait(lua_State *L) {
    int status = 0;
    waitpid((pid_t)luaL_checkinteger(L, 1), &status, 0);
    lua_pushinteger(L, status);
    return 1;
  }
  int luaopen_fork(lua_State *L) {
    lua_createtable(L, 0, 4);
    lua_pushcclosure(L, do_fork, 0); lua_setfield(L, -2, "fork");
    lua_pushcclosure(L, do_exit, 0); lua_setfield(L, -2, "exit");
    lua_pushcclosure(L, do_pid, 0); lua_setfield(L, -2, "pid");
    lua_pushcclosure(L, do_wait, 0); lua_setfield(L, -2, "wait");
    return 1;
  }
]]

local M = {}

local function compiled()
  local path = os.tmpname()
  local file = assert(io.open(path .. ".c", "w"))
  assert(file:write(SOURCE))
  file:close()
  -- a runtime that is loaded before this interpreter is not for the compiler
  local code = os.execute(("LD_PRELOAD= ${CC:-cc} -shared -fPIC -o '%s' '%s.c'"):format(path, path))
  local open = (code == true or code == 0) and package.loadlib(path, "luaopen_fork")
  os.remove(path)
  os.remove(path .. ".c")
  return assert(open, "no compiler")()
end

local function by_ffi()
  local ffi = require "ffi"
  ffi.cdef "int fork(void); int getpid(void); void _exit(int); int waitpid(int, int *, int);"
  return {
    fork = function() return ffi.C.fork() end,
    exit = function(code) ffi.C._exit(code) end,
    pid = function() return ffi.C.getpid() end,
    wait = function(pid)
      local status = ffi.new "int[1]"
      ffi.C.waitpid(pid, status, 0)
      return status[0]
    end,
  }
end

local system = rawget(_G, "jit") and by_ffi() or compiled()

M.pid = system.pid

--- Runs `body` in a child, which then ends in an orderly way; with its memory as
--- it is where it raised. Returns its pid.
---@param body fun()
---@return integer
function M.child(body)
  io.stdout:flush()
  local pid = system.fork()
  assert(pid >= 0, "no further process")
  if pid > 0 then
    return pid
  end
  local ok, why = pcall(body)
  if not ok then
    io.stdout:write("child: ", tostring(why), "\n")
    io.stdout:flush()
    system.exit(1)
  end
  io.stdout:flush()
  os.exit(0, true)
end

--- Forks in the middle of something: 0 in the child.
M.fork = system.fork
M.exit = system.exit

--- Waits for children to end; raises unless they ended well.
---@param ... integer
function M.wait(...)
  for i = 1, select("#", ...) do
    local status = system.wait((select(i, ...)))
    assert(status == 0, "a child ended with status " .. status)
  end
end

return M

/*
** A Lua whose memory, and whose core's calls, can be told to fail:
** host script [argument...]. The script finds it as require "torture".
*/
#include "faults.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int luaopen_roster_core(lua_State *L);
int luaopen_roster_curl(lua_State *L);

static int port;

static const char *const classes[] = {"lua", "core", "libcurl", "system", NULL};
static const char *const lengths[] = {"once", "twice", "on", NULL};

/*
** run(class, length, n, f) -> how many calls failed, how many there were, the
** last one's name; then what pcall(f) returns.
*/
static int run(lua_State *L) {
  enum fault_class of = (enum fault_class)luaL_checkoption(L, 1, NULL, classes);
  enum fault_length length =
      (enum fault_length)luaL_checkoption(L, 2, NULL, lengths);
  long n = (long)luaL_checkinteger(L, 3);
  long failed;
  long seen;
  int ok;
  lua_settop(L, 4);
  luaL_checkstack(L, 20, NULL);
  fault_arm(of, length, n);
  ok = lua_pcall(L, 0, LUA_MULTRET, 0) == 0;
  failed = fault_disarm();
  seen = fault_seen();
  luaL_checkstack(L, 5, NULL);
  lua_pushinteger(L, failed);
  lua_replace(L, 1);
  lua_pushinteger(L, seen);
  lua_replace(L, 2);
  lua_pushstring(L, fault_name());
  lua_replace(L, 3);
  lua_pushboolean(L, ok);
  lua_insert(L, 4);
  return lua_gettop(L);
}

/* blocks() -> how many blocks of memory the core holds. */
static int held(lua_State *L) {
  lua_pushinteger(L, fault_blocks());
  return 1;
}

static void set_preload(lua_State *L, const char *name, lua_CFunction f) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, f);
  lua_setfield(L, -2, name);
  lua_pop(L, 2);
}

static int open_all(lua_State *L);

/*
** fresh(class, length, n, source) -> as run: the source in a state of its own,
** which is closed. The values it returns are one string.
*/
static int fresh(lua_State *L) {
  enum fault_class of = (enum fault_class)luaL_checkoption(L, 1, NULL, classes);
  enum fault_length length =
      (enum fault_length)luaL_checkoption(L, 2, NULL, lengths);
  long n = (long)luaL_checkinteger(L, 3);
  const char *source = luaL_checkstring(L, 4);
  const char *text;
  lua_State *inner = lua_newstate(fault_lua_alloc, NULL);
  int ok;
  lua_pushcfunction(inner, open_all);
  if (lua_pcall(inner, 0, 0, 0) != 0 || luaL_loadstring(inner, source) != 0)
    return luaL_error(L, "%s", lua_tostring(inner, -1));
  fault_arm(of, length, n);
  ok = lua_pcall(inner, 0, 1, 0) == 0;
  lua_pushinteger(L, fault_disarm());
  lua_pushinteger(L, fault_seen());
  lua_pushstring(L, fault_name());
  lua_pushboolean(L, ok);
  text = lua_tostring(inner, -1);
  lua_pushstring(L, text != NULL ? text : "");
  /* what the failure left behind must do as if nothing had happened */
  lua_settop(inner, 0);
  ok = luaL_loadstring(inner, source) == 0 && lua_pcall(inner, 0, 1, 0) == 0;
  text = lua_tostring(inner, -1);
  lua_pushstring(L, text != NULL ? text : "");
  lua_close(inner);
  lua_pushboolean(L, ok);
  lua_insert(L, -2);
  return 7;
}

static int open_torture(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, run);
  lua_setfield(L, -2, "run");
  lua_pushcfunction(L, fresh);
  lua_setfield(L, -2, "fresh");
  lua_pushcfunction(L, held);
  lua_setfield(L, -2, "blocks");
  lua_pushinteger(L, port);
  lua_setfield(L, -2, "port");
  return 1;
}

static int open_all(lua_State *L) {
  luaL_openlibs(L);
  set_preload(L, "roster.core", luaopen_roster_core);
  set_preload(L, "roster.curl", luaopen_roster_curl);
  set_preload(L, "torture", open_torture);
  return 0;
}

int main(int argc, char **argv) {
  lua_State *L;
  int i;
  int ok;
  if (argc < 2) {
    fprintf(stderr, "usage: %s script [argument...]\n", argv[0]);
    return 2;
  }
  port = server_start();
  if (!fault_curl_start())
    return 2;
  L = lua_newstate(fault_lua_alloc, NULL);
  lua_pushcfunction(L, open_all);
  ok = lua_pcall(L, 0, 0, 0) == 0 && luaL_loadfile(L, argv[1]) == 0;
  for (i = 2; ok && i < argc; i++)
    lua_pushstring(L, argv[i]);
  ok = ok && lua_pcall(L, argc - 2, 0, 0) == 0;
  if (!ok)
    fprintf(stderr, "torture: %s\n", lua_tostring(L, -1));
  lua_close(L);
  server_stop();
  if (fault_blocks() != 0) {
    fprintf(stderr, "torture: %ld blocks of the core were not freed\n",
            fault_blocks());
    return 1;
  }
  return ok ? 0 : 1;
}

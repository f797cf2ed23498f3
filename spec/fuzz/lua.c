/* The Lua of those targets that need one; the contract is in fuzz.h. */
#include "fuzz.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <string.h>

int luaopen_roster_core(lua_State *L);

lua_State *fuzz_lua(void) {
  static lua_State *L;
  if (L != NULL)
    return L;
  L = lua_newstate(fuzz_alloc, NULL);
  MUST(L != NULL);
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_roster_core);
  lua_setfield(L, -2, "roster.core");
  lua_pop(L, 1);
  return L;
}

static int same_tables(lua_State *L, int a, int b) {
  size_t count = 0;
  luaL_checkstack(L, 8, NULL);
  lua_pushnil(L);
  while (lua_next(L, a) != 0) {
    int equal;
    count++;
    lua_pushvalue(L, -2);
    lua_rawget(L, b);
    equal = fuzz_same(L, lua_gettop(L) - 1, lua_gettop(L));
    lua_pop(L, 2);
    if (!equal) {
      lua_pop(L, 1);
      return 0;
    }
  }
  lua_pushnil(L);
  while (lua_next(L, b) != 0) {
    count--;
    lua_pop(L, 1);
  }
  return count == 0;
}

int fuzz_same(lua_State *L, int a, int b) {
  if (lua_type(L, a) != lua_type(L, b))
    return 0;
  if (lua_istable(L, a))
    return same_tables(L, a, b);
  return lua_rawequal(L, a, b);
}

int fuzz_alike(lua_State *L, int a, int b) {
  int equal = 1;
  if (lua_type(L, a) != lua_type(L, b))
    return lua_type(L, a) == LUA_TSTRING && lua_type(L, b) == LUA_TNUMBER;
  if (lua_type(L, a) == LUA_TNUMBER)
    return lua_tonumber(L, a) == lua_tonumber(L, b);
  if (lua_type(L, a) != LUA_TTABLE)
    return lua_rawequal(L, a, b);
  luaL_checkstack(L, 8, NULL);
  lua_pushnil(L);
  while (equal && lua_next(L, a) != 0) {
    lua_pushvalue(L, -2);
    lua_rawget(L, b);
    equal = fuzz_alike(L, lua_gettop(L) - 1, lua_gettop(L));
    lua_pop(L, equal ? 2 : 3);
  }
  lua_pushnil(L);
  while (equal && lua_next(L, b) != 0) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawget(L, a);
    equal = !lua_isnil(L, -1);
    lua_pop(L, equal ? 1 : 2);
  }
  return equal;
}

void fuzz_push_cjson(lua_State *L) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, "fuzz.cjson") == LUA_TNIL) {
    lua_pop(L, 1);
    if (luaL_dostring(L, "local c = require('cjson').new()\n"
                         "c.decode_max_depth(200)\nreturn c.decode") != 0)
      MUST(!lua_tostring(L, -1));
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "fuzz.cjson");
  }
}

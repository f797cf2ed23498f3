/*
** A target in Lua: the script named when this was compiled returns a function
** that gets the input as a string, and raises what must not be.
*/
#include "fuzz.h"

#include <lauxlib.h>
#include <lua.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  lua_State *L = fuzz_lua();
  if (lua_gettop(L) == 0 && luaL_dofile(L, FUZZ_SCRIPT) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    exit(1);
  }
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_pushlstring(L, (const char *)data, size);
  if (lua_pcall(L, 1, 0, 0) != 0) {
    fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
    abort();
  }
  return 0;
}

/*
** A target in Lua: the script named when this was compiled returns a function
** that gets the input as a string, and raises what must not be. It also gets
** mark(number), which tells the fuzzer that a state has been reached: Lua's own
** branches are not seen by it.
*/
#include "fuzz.h"

#include <lauxlib.h>
#include <lua.h>

enum { STATES = 1 << 14 };

__attribute__((
    section("__libfuzzer_extra_counters"))) static uint8_t reached[STATES];

/* [-0, +0, v] */
static int mark(lua_State *L) {
  reached[(lua_Unsigned)luaL_checkinteger(L, 1) % STATES]++;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  lua_State *L = fuzz_lua();
  if (lua_gettop(L) == 0 && luaL_dofile(L, FUZZ_SCRIPT) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    exit(1);
  }
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_pushlstring(L, (const char *)data, size);
  lua_pushcfunction(L, mark);
  if (lua_pcall(L, 2, 0, 0) != 0) {
    fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
    abort();
  }
  return 0;
}

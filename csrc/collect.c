/* The collector and large documents; the contract is in collect.h. */
#include "collect.h"

#if LUA_VERSION_NUM == 504

#include <limits.h>

enum {
  LARGE = 64, /* KB of JSON */
  SMALL = 16, /* a heap of so many times the JSON */
  GROWTH = 5  /* times the JSON is what its tables take, at the most */
};

void roster_collect_before(lua_State *L, size_t len, int *heap) {
  int kb = len > INT_MAX ? INT_MAX / 1024 : (int)(len / 1024);
  int now;
  if (kb < LARGE || lua_gc(L, LUA_GCISRUNNING) != 1 ||
      lua_gc(L, LUA_GCCOUNT) / SMALL >= kb)
    return;
  lua_gc(L, LUA_GCSTEP, 0);
  now = lua_gc(L, LUA_GCCOUNT);
  /* by generations, such a step sees nothing of what became old */
  if (*heap != 0 && now / 5 > *heap / 4) {
    lua_gc(L, LUA_GCCOLLECT);
    *heap = lua_gc(L, LUA_GCCOUNT);
  } else if (*heap == 0 || now < *heap) {
    *heap = now;
  }
  /* a negative step is a credit */
  lua_gc(L, LUA_GCSTEP, -GROWTH * kb);
}

#else

void roster_collect_before(lua_State *L, size_t len, int *heap) {
  (void)L;
  (void)len;
  (void)heap;
}

#endif

/* Tables read through a metatable; the contract is in view.h. */
#include "view.h"
#include "marks.h"

static const char *const readers[] = {"__index", "__pairs", "__len"};

enum { READERS = sizeof(readers) / sizeof(readers[0]) };

/* Pushes what the metatable on top has under these names. [-0, +READERS, m] */
static int push_readers(lua_State *L) {
  int mt = lua_gettop(L);
  int found = 0;
  int i;
  for (i = 0; i < READERS; i++) {
    lua_pushstring(L, readers[i]);
    lua_rawget(L, mt);
    found = found || !lua_isnil(L, -1);
  }
  return found;
}

int roster_view_is(lua_State *L, int index) {
  int found;
  if (!lua_getmetatable(L, index))
    return 0;
  found = push_readers(L);
  lua_pop(L, READERS + 1);
  return found;
}

int roster_view_within(lua_State *L, int index, int levels) {
  if (roster_view_is(L, index))
    return 1;
  if (levels == 0)
    return 0;
  index = lua_absindex(L, index);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_istable(L, -1) && roster_view_within(L, -1, levels - 1)) {
      lua_pop(L, 2);
      return 1;
    }
    lua_pop(L, 1);
  }
  return 0;
}

int roster_view_lua(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  roster_marks_push_all(L);
  if (roster_marks_has(L, 2, 1)) {
    lua_pushliteral(L, "list");
    return 1;
  }
  lua_pushliteral(L, "view");
  if (lua_getmetatable(L, 1) && push_readers(L)) {
    lua_remove(L, 4);
    return 1 + READERS;
  }
  lua_pushnil(L);
  return 1;
}

/* What marks a table as a list; the contract is in marks.h. */
#include "marks.h"

#define MARKER "roster.list"      /* registry: the metatable */
#define MARKS "roster.list.marks" /* registry: table, recognised -> true */

void roster_marks_push_all(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, MARKS);
  if (!lua_isnil(L, -1))
    return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, MARKS);
}

/* Recognises the value on top from now on, and pops it. [-1, +0, m] */
static void add_mark(lua_State *L) {
  roster_marks_push_all(L);
  lua_insert(L, -2);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

/* Makes the table on top the marker, and pops it. [-1, +0, m] */
static void set_marker(lua_State *L) {
  lua_pushvalue(L, -1);
  add_mark(L);
  lua_setfield(L, LUA_REGISTRYINDEX, MARKER);
}

void roster_marks_push(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, MARKER);
  if (!lua_isnil(L, -1))
    return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushliteral(L, "list");
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  set_marker(L);
}

int roster_marks_has(lua_State *L, int marks, int index) {
  int found;
  if (!lua_istable(L, index))
    lua_pushvalue(L, index);
  else if (!lua_getmetatable(L, index))
    return 0;
  lua_rawget(L, marks);
  found = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return found;
}

int roster_marks_lua(lua_State *L) {
  int top = lua_gettop(L);
  int i;
  if (!lua_isnoneornil(L, 1)) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushvalue(L, 1);
    set_marker(L);
  }
  for (i = 2; i <= top; i++) {
    luaL_argcheck(L, lua_istable(L, i) || lua_isuserdata(L, i), i,
                  "table or userdata expected");
    lua_pushvalue(L, i);
    add_mark(L);
  }
  roster_marks_push(L);
  return 1;
}

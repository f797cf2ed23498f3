/* The records of a page; the contract is in records.h. */
#include "records.h"
#include "json.h"

#include <stdint.h>
#include <string.h>

/* ------------------------------------------------------------ odd records */

/* What the value at `index` is, as a phrase. [-0, +0, -] */
static const char *kind_of(lua_State *L, int index) {
  switch (lua_type(L, index)) {
  case LUA_TLIGHTUSERDATA:
    return "null";
  case LUA_TSTRING:
    return "a string";
  case LUA_TNUMBER:
    return "a number";
  case LUA_TBOOLEAN:
    return "a boolean";
  default:
    return "a list";
  }
}

/* An object has no metatable; a list has the marker. [-0, +0, -] */
static int is_object(lua_State *L, int index) {
  if (!lua_istable(L, index))
    return 0;
  if (!lua_getmetatable(L, index))
    return 1;
  lua_pop(L, 1);
  return 0;
}

int roster_records_odd(lua_State *L) {
  int objects = lua_toboolean(L, 2);
  int count;
  int i;
  luaL_checktype(L, 1, LUA_TTABLE);
  count = (int)lua_rawlen(L, 1);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, 1, i);
    if (objects ? !is_object(L, -1) : lua_islightuserdata(L, -1)) {
      lua_pushinteger(L, i);
      lua_pushstring(L, kind_of(L, -2));
      return 2;
    }
    lua_pop(L, 1);
  }
  lua_pushnil(L);
  return 1;
}

/* ----------------------------------------------------------- fingerprints */

/* Every bit of `h` decides on every bit of what it returns. */
static uint64_t mix(uint64_t h) {
  h ^= h >> 32;
  h *= UINT64_C(0xD6E8FEB86659FD93);
  h ^= h >> 32;
  h *= UINT64_C(0xD6E8FEB86659FD93);
  return h ^ (h >> 32);
}

static uint64_t of_bytes(uint64_t kind, const char *s, size_t n) {
  uint64_t h = mix(kind + n);
  uint64_t part;
  for (; n >= sizeof part; n -= sizeof part, s += sizeof part) {
    memcpy(&part, s, sizeof part);
    h = (h ^ part) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 29;
  }
  part = 0;
  memcpy(&part, s, n);
  return mix(h ^ part);
}

static uint64_t of_number(lua_State *L, int index) {
  lua_Number number = lua_tonumber(L, index);
#if ROSTER_INTEGERS
  if (lua_isinteger(L, index)) {
    lua_Integer integer = lua_tointeger(L, index);
    return of_bytes(1, (const char *)&integer, sizeof integer);
  }
#endif
  return of_bytes(2, (const char *)&number, sizeof number);
}

static uint64_t of_value(lua_State *L, int index, int depth);

/* [-0, +0, -] */
static uint64_t of_list(lua_State *L, int index, int depth) {
  int count = (int)lua_rawlen(L, index);
  uint64_t h = mix((uint64_t)count + 7);
  int i;
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, index, i);
    h = mix(h + of_value(L, lua_gettop(L), depth));
    lua_pop(L, 1);
  }
  return h;
}

/* [-0, +0, -] */
static uint64_t of_object(lua_State *L, int index, int depth) {
  uint64_t h = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    int top = lua_gettop(L);
    uint64_t name = of_value(L, top - 1, depth);
    h += mix(name ^ (of_value(L, top, depth) + 3));
    lua_pop(L, 1);
  }
  return mix(h + 5);
}

/*
** Of what was decoded, whose depth is bounded; what else comes is cut there.
** Needs 3 stack slots for each level. [-0, +0, -]
*/
static uint64_t of_value(lua_State *L, int index, int depth) {
  const char *s;
  size_t n;
  switch (lua_type(L, index)) {
  case LUA_TSTRING:
    s = lua_tolstring(L, index, &n);
    return of_bytes(3, s, n);
  case LUA_TNUMBER:
    return of_number(L, index);
  case LUA_TBOOLEAN:
    return mix((uint64_t)lua_toboolean(L, index) + 11);
  case LUA_TTABLE:
    if (depth == 0)
      return 0;
    return is_object(L, index) ? of_object(L, index, depth - 1)
                               : of_list(L, index, depth - 1);
  default:
    return 13;
  }
}

/* As much of it as a double holds. [-0, +1, -] */
static void push_fingerprint(lua_State *L, uint64_t h) {
  lua_pushnumber(L, (lua_Number)(h >> 11));
}

int roster_records_fingerprints(lua_State *L) {
  enum { DEPTH = ROSTER_JSON_DEPTH };
  uint64_t all = 0;
  int count;
  int i;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  luaL_checkstack(L, 3 * (DEPTH + 2), "fingerprints");
  count = (int)lua_rawlen(L, 1);
  lua_createtable(L, count, 0);
  for (i = 1; i <= count; i++) {
    uint64_t h;
    lua_rawgeti(L, 1, i);
    h = of_value(L, 3, DEPTH);
    lua_pop(L, 1);
    push_fingerprint(L, h);
    lua_rawseti(L, 2, i);
    all = mix(all + h);
  }
  push_fingerprint(L, all);
  return 2;
}

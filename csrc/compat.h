/*
** One source for Lua 5.4 and for the 5.1 ABI (LuaJIT, nginx, PUC 5.1).
** Everything here is static or a macro: the 5.1 build must not need a symbol
** that only LuaJIT exports, or PUC 5.1 could not load it.
*/
#ifndef ROSTER_COMPAT_H
#define ROSTER_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM != 504 && LUA_VERSION_NUM != 501
#error "roster needs the headers of Lua 5.4, or of LuaJIT or Lua 5.1"
#endif

#define ROSTER_EXPORT __attribute__((visibility("default")))

#if LUA_VERSION_NUM >= 503
#define ROSTER_INTEGERS 1 /* lua_Integer is 64 bits and a type of its own */
#define roster_newuserdata(L, n) lua_newuserdatauv((L), (n), 1)
#define roster_setuservalue(L, i) lua_setiuservalue((L), (i), 1)
#define roster_getuservalue(L, i) ((void)lua_getiuservalue((L), (i), 1))
#define roster_setfuncs(L, regs) luaL_setfuncs((L), (regs), 0)
#define roster_checkversion(L) luaL_checkversion(L)
#else
#define ROSTER_INTEGERS 0 /* every number is a double */
#define roster_newuserdata(L, n) lua_newuserdata((L), (n))
/* a 5.1 environment must be a table, so the "user value" always is one */
#define roster_setuservalue(L, i) ((void)lua_setfenv((L), (i)))
#define roster_getuservalue(L, i) lua_getfenv((L), (i))
#define roster_checkversion(L) ((void)(L))
#define lua_rawlen(L, i) lua_objlen((L), (i))
#define lua_absindex(L, i)                                                     \
  ((i) > 0 || (i) <= LUA_REGISTRYINDEX ? (i) : lua_gettop(L) + (i) + 1)

static inline void roster_setfuncs(lua_State *L, const luaL_Reg *regs) {
  for (; regs->name != NULL; regs++) {
    lua_pushcfunction(L, regs->func);
    lua_setfield(L, -2, regs->name);
  }
}
#endif

/*
** Pushes the metatable of that type. The first time `create` pushes it, which
** a program that only loads the module need not pay for; nobody meets one that
** is half made because memory ran out. [-0, +1, m]
*/
static inline void roster_pushmetatable(lua_State *L, const char *type,
                                        void (*create)(lua_State *L)) {
  luaL_getmetatable(L, type);
  if (!lua_isnil(L, -1))
    return;
  lua_pop(L, 1);
  create(L);
  lua_pushstring(L, type);
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, type);
}

/*
** Adds functions to the table at the top, as methods of the type whose
** metatable is below it: they know it, for roster_checkself. [-0, +0, m]
*/
static inline void roster_setmethods(lua_State *L, const luaL_Reg *methods) {
  for (; methods->name != NULL; methods++) {
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, methods->func, 1);
    lua_setfield(L, -2, methods->name);
  }
}

/* As luaL_checkudata, in such a method, without looking for the metatable by
** its name. [-0, +0, v] */
static inline void *roster_checkself(lua_State *L, int index,
                                     const char *type) {
  void *p = lua_touserdata(L, index);
  if (p != NULL && lua_getmetatable(L, index)) {
    int is_one = lua_rawequal(L, -1, lua_upvalueindex(1));
    lua_pop(L, 1);
    if (is_one)
      return p;
  }
  return luaL_checkudata(L, index, type);
}

#if LUA_VERSION_NUM >= 503
#define ROSTER_HAS_ISYIELDABLE 1
#else
/* LuaJIT has it; in PUC 5.1 its address is NULL */
extern int lua_isyieldable(lua_State *L) __attribute__((weak));
#define ROSTER_HAS_ISYIELDABLE (lua_isyieldable != NULL)
#endif

#endif

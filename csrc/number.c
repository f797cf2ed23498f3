/* Numbers kept as their text; the contract is in number.h. */
#include "number.h"
#include "json.h"

#include <string.h>

#define TYPE "roster.number" /* registry: the metatable */

/* The userdata is the text, with a final NUL. */
const char *roster_number_to(lua_State *L, int index, size_t *len) {
  int is_one;
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
    return NULL;
  luaL_getmetatable(L, TYPE);
  is_one = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  if (!is_one)
    return NULL;
  *len = lua_rawlen(L, index) - 1;
  return (const char *)lua_touserdata(L, index);
}

/* [-0, +1, m] */
static int number_tostring(lua_State *L) {
  size_t len = 0;
  const char *text = roster_number_to(L, 1, &len);
  lua_pushlstring(L, text == NULL ? "" : text, len);
  return 1;
}

/* [-0, +1, -] */
static int number_eq(lua_State *L) {
  size_t a = 0;
  size_t b = 0;
  const char *one = roster_number_to(L, 1, &a);
  const char *other = roster_number_to(L, 2, &b);
  lua_pushboolean(L, one != NULL && other != NULL && a == b &&
                         memcmp(one, other, a) == 0);
  return 1;
}

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, number_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pushcfunction(L, number_eq);
  lua_setfield(L, -2, "__eq");
  /* of Lua's own functions only those of debug may change it */
  lua_pushliteral(L, TYPE);
  lua_setfield(L, -2, "__metatable");
}

int roster_number_lua(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  char *made;
  if (!roster_json_is_number(text, len)) {
    lua_pushnil(L);
    lua_pushliteral(L, "is not a JSON number");
    return 2;
  }
  made = (char *)roster_newuserdata(L, len + 1);
  memcpy(made, text, len);
  made[len] = '\0';
  roster_pushmetatable(L, TYPE, create_metatable);
  lua_setmetatable(L, -2);
  return 1;
}

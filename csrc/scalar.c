/* A Lua scalar as text; the contract is in scalar.h. */
#include "scalar.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

const char *roster_scalar_read(lua_State *L, int index, int type,
                               struct roster_scalar *out) {
  switch (lua_type(L, index)) {
  case LUA_TBOOLEAN:
    if (type != ROSTER_BOOLEAN && type != ROSTER_ANY)
      return roster_type_name((enum roster_type)type);
    out->text = lua_toboolean(L, index) ? "true" : "false";
    out->len = strlen(out->text);
    return NULL;
  case LUA_TNUMBER: {
    double value = lua_tonumber(L, index);
    if (type == ROSTER_BOOLEAN || type == ROSTER_DATETIME)
      return roster_type_name((enum roster_type)type);
#if ROSTER_INTEGERS
    if (lua_isinteger(L, index)) {
      snprintf(out->room, sizeof(out->room), "%lld",
               (long long)lua_tointeger(L, index));
      out->text = out->room;
      out->len = strlen(out->room);
      return NULL;
    }
#endif
    if (value >= -9007199254740992.0 && value <= 9007199254740992.0 &&
        value == (double)(long long)value)
      snprintf(out->room, sizeof(out->room), "%lld", (long long)value);
    else if (type == ROSTER_INTEGER || value != value ||
             value - value != value - value)
      return "a whole number below 2^53";
    else
      roster_json_number(value, out->room, sizeof(out->room));
    out->text = out->room;
    out->len = strlen(out->room);
    return NULL;
  }
  case LUA_TSTRING:
    out->text = lua_tolstring(L, index, &out->len);
    if (type == ROSTER_BOOLEAN || type == ROSTER_NUMBER)
      return roster_type_name((enum roster_type)type);
    if (type == ROSTER_INTEGER && !roster_json_is_integer(out->text, out->len))
      return "integer";
    return NULL;
  default:
    return type == ROSTER_ANY ? "string, number or boolean"
                              : roster_type_name((enum roster_type)type);
  }
}

const char *roster_scalar_kind(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TLIGHTUSERDATA &&
      lua_touserdata(L, index) == NULL)
    return "null";
  return luaL_typename(L, index);
}

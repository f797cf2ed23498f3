/* A Lua scalar as text; the contract is in scalar.h. */
#include "scalar.h"
#include "json.h"
#include "number.h"

#include <stdio.h>
#include <string.h>

/* A double as text, with an integer's digits if it is one. Returns NULL, or
** what was expected. */
static const char *read_double(double value, int type,
                               struct roster_scalar *out) {
#if ROSTER_INTEGERS
  const double most = 9007199254740992.0; /* 2^53 */
#else
  const double most = 9007199254740991.0; /* 2^53 may have been 2^53 + 1 */
#endif
  int is_exact = value >= -most && value <= most;
  if (is_exact && value == (double)(long long)value)
    snprintf(out->room, sizeof(out->room), "%lld", (long long)value);
  else if (type == ROSTER_INTEGER || value - value != 0 ||
           (!is_exact && type != ROSTER_NUMBER))
    return "a whole number below 2^53";
  else
    roster_json_number(value, out->room, sizeof(out->room));
  out->text = out->room;
  out->len = strlen(out->room);
  return NULL;
}

/* A number that is kept as its text. */
static const char *read_held(lua_State *L, int index, int type,
                             struct roster_scalar *out) {
  out->text = roster_number_to(L, index, &out->len);
  if (out->text == NULL)
    return type == ROSTER_ANY ? "string, number or boolean"
                              : roster_type_name((enum roster_type)type);
  if (type == ROSTER_BOOLEAN || type == ROSTER_DATETIME)
    return roster_type_name((enum roster_type)type);
  if (type == ROSTER_INTEGER && !roster_json_is_integer(out->text, out->len))
    return "integer";
  return NULL;
}

const char *roster_scalar_read(lua_State *L, int index, int type,
                               struct roster_scalar *out) {
  switch (lua_type(L, index)) {
  case LUA_TBOOLEAN:
    if (type != ROSTER_BOOLEAN && type != ROSTER_ANY)
      return roster_type_name((enum roster_type)type);
    out->text = lua_toboolean(L, index) ? "true" : "false";
    out->len = strlen(out->text);
    return NULL;
  case LUA_TNUMBER:
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
    return read_double((double)lua_tonumber(L, index), type, out);
  case LUA_TSTRING:
    out->text = lua_tolstring(L, index, &out->len);
    if (type == ROSTER_BOOLEAN)
      return "boolean";
    if (type == ROSTER_INTEGER && !roster_json_is_integer(out->text, out->len))
      return "integer";
    if (type == ROSTER_NUMBER && !roster_json_is_number(out->text, out->len))
      return "number";
    return NULL;
  default:
    return read_held(L, index, type, out);
  }
}

const char *roster_scalar_kind(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TLIGHTUSERDATA &&
      lua_touserdata(L, index) == NULL)
    return "null";
  return luaL_typename(L, index);
}

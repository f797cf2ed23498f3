/*
** The marshaller as two Lua functions, core.decode and core.encode, for what
** is no request of ours: the contracts are in decode.h and encode.h.
*/
#include "codec.h"
#include "decode.h"
#include "encode.h"

enum { BODY = 256 << 20 }; /* bytes that core.encode writes at most */

#define BOX "roster.encoder"

const struct roster_model *roster_codec_model(lua_State *L, int index) {
  const struct roster_provider *provider;
  const struct roster_model *model;
  if (lua_isnoneornil(L, index))
    return NULL;
  provider = roster_catalog_provider(luaL_checkstring(L, index - 1));
  luaL_argcheck(L, provider != NULL, index - 1, "unknown provider");
  model = roster_catalog_model(provider, luaL_checkstring(L, index));
  luaL_argcheck(L, model != NULL, index, "unknown model");
  return model;
}

int roster_decode_lua(lua_State *L) {
  struct roster_fault fault;
  size_t len;
  const char *json = luaL_checklstring(L, 1, &len);
  const struct roster_model *model = roster_codec_model(L, 3);
  int flags = lua_toboolean(L, 4) ? ROSTER_DECODE_LIST : 0;
  if (lua_toboolean(L, 5))
    flags |= ROSTER_DECODE_KEEP_NULLS;
  if (lua_isboolean(L, 6) && !lua_toboolean(L, 6))
    flags |= ROSTER_DECODE_NO_LINKS;
  lua_Number most = luaL_optnumber(L, 7, 0);
  if (roster_decode(L, json, len, model, flags,
                    most > 0 ? (size_t)most : ROSTER_ANY_NUMBER, NULL, &fault))
    return 1;
  lua_pushnil(L);
  lua_pushstring(L, fault.text);
  return 2;
}

/* What core.encode writes into, so that the collector owns it. */
struct box {
  struct roster_encoder encoder;
  struct roster_buf bytes;
};

/* [-0, +0, -] */
static int box_gc(lua_State *L) {
  struct box *box = (struct box *)lua_touserdata(L, 1);
  roster_buf_free(&box->bytes);
  return 0;
}

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, box_gc);
  lua_setfield(L, -2, "__gc");
}

/* [-0, +1, m] */
static struct box *new_box(lua_State *L, int check) {
  struct box *box = (struct box *)roster_newuserdata(L, sizeof *box);
  roster_buf_init(&box->bytes, BODY);
  roster_encoder_init(&box->encoder, &box->bytes, check);
  roster_pushmetatable(L, BOX, create_metatable);
  lua_setmetatable(L, -2);
  return box;
}

int roster_encode_lua(lua_State *L) {
  const struct roster_model *model = roster_codec_model(L, 3);
  struct roster_fault fault;
  struct box *box;
  luaL_checkany(L, 1);
  box = new_box(L, lua_toboolean(L, 4));
  if (!roster_encode(L, 1, model, &box->encoder, &fault)) {
    lua_pushnil(L);
    lua_pushstring(L, fault.text);
    lua_pushboolean(L, box->encoder.view);
    return 3;
  }
  lua_pushlstring(L, roster_buf_text(&box->bytes), box->bytes.len);
  return 1;
}

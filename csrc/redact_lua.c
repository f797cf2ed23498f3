/* The redactor for Lua; the contract is in redact_lua.h. */
#include "redact_lua.h"
#include "codec.h"
#include "redact.h"
#include "redact_member.h"
#include "secret_name.h"

#include <string.h>

enum { TEXT = 1 << 30 }; /* bytes that core.redact gives at most */

#define BOX "roster.redacted"

/* [-0, +0, -] */
static int box_gc(lua_State *L) {
  roster_buf_free((struct roster_buf *)lua_touserdata(L, 1));
  return 0;
}

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, box_gc);
  lua_setfield(L, -2, "__gc");
}

int roster_redact_lua(lua_State *L) {
  struct roster_redact_as as = roster_redact_any;
  struct roster_buf *out;
  size_t n;
  const char *text = luaL_checklstring(L, 1, &n);
  as.model = roster_codec_model(L, 3);
  out = (struct roster_buf *)roster_newuserdata(L, sizeof *out);
  roster_buf_init(out, TEXT);
  roster_pushmetatable(L, BOX, create_metatable);
  lua_setmetatable(L, -2);
  if (roster_redact(out, NULL, text, n, as))
    lua_pushlstring(L, roster_buf_text(out), out->len);
  else
    lua_pushliteral(L, ROSTER_REDACT_HIDDEN);
  roster_buf_free(out);
  return 1;
}

/*
** Is it a text that the catalog marks in every model which has it? For values
** whose model is not known.
*/
static int is_always_marked(const char *name, size_t n) {
  const struct roster_provider *const *p;
  int marked = 0;
  int i;
  for (p = roster_providers; *p != NULL; p++) {
    for (i = 0; i < (*p)->model_count; i++) {
      const struct roster_field *field =
          roster_model_field((*p)->models[i], name, n);
      if (field != NULL && (field->flags & ROSTER_SECRET) == 0)
        return 0;
      marked = marked || field != NULL;
    }
  }
  return marked;
}

/* A holding as a number, and back. */
enum { SECRECY = 3, NAMED = 4, LINKS = 8, URL = 16 };

int roster_secrecy_lua(lua_State *L) {
  size_t n;
  const char *name = luaL_checklstring(L, 1, &n);
  int holder = (int)luaL_optinteger(L, 2, 0);
  int beside = (int)luaL_optinteger(L, 3, 0);
  struct roster_frame f;
  struct roster_holding held;
  memset(&f, 0, sizeof f);
  f.open = '{';
  f.place.secrecy = (enum roster_secrecy)(holder & SECRECY);
  if (f.place.secrecy == ROSTER_TEXTS)
    f.place.secrecy = ROSTER_SHOWN;
  f.place.named = (holder & NAMED) != 0;
  f.place.links = (holder & LINKS) != 0;
  f.flow = (beside & 1) != 0;
  f.labelled = (beside & 2) != 0;
  f.key = (beside & 4) != 0;
  held = roster_member_holding(&f, 0, name, n);
  if (held.secrecy == ROSTER_SHOWN && is_always_marked(name, n))
    held.secrecy = ROSTER_NAMED;
  lua_pushinteger(
      L, (lua_Integer)((int)held.secrecy | (held.named ? NAMED : 0) |
                       (held.links ? LINKS : 0) | (held.url ? URL : 0)));
  return 1;
}

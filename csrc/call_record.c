/* What a recording keeps of an exchange, without what was secret in it. */
#include "auth.h"
#include "call.h"

#include <string.h>

/*
** Puts `s` into the scratch buffer without the secrets that went out.
** [-0, +0, e]
*/
static void scrub(lua_State *L, struct roster_call *c, const char *s,
                  size_t n) {
  struct roster_response r = roster_call_response(c);
  roster_buf_wipe(&c->scratch);
  roster_buf_add(&c->scratch, s, n);
  roster_answer_check(L, &c->scratch);
  if (c->scratch.error != ROSTER_BUF_OK)
    luaL_error(L, "the answer is too large to record");
  roster_answer_scrub(&r);
  roster_answer_check(L, &c->scratch);
}

/* call:scrub(text) -> text, with "***" for every secret that went out. */
static int call_scrub(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  size_t n;
  const char *s = luaL_checklstring(L, 2, &n);
  scrub(L, c, s, n);
  lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
  return 1;
}

/* [-0, +1, e] { { name, value }... } in the order they came */
static void push_fields(lua_State *L, struct roster_call *c) {
  const char *name;
  const char *value;
  size_t at = 0;
  int i = 0;
  lua_newtable(L);
  while (roster_headers_next(&c->x.headers, &at, &name, &value)) {
    lua_createtable(L, 2, 0);
    lua_pushstring(L, name);
    lua_rawseti(L, -2, 1);
    scrub(L, c, value, strlen(value));
    lua_pushstring(L, roster_auth_is_secret_answer(name)
                          ? "***"
                          : roster_buf_text(&c->scratch));
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, ++i);
  }
}

/*
** call:answered() -> status, headers, body: the whole answer that came, the
**   headers as a list of { name, value }, secrets in them masked; the body as
**   it came
**                 | nil, kind, reason, sent: none did, see call:lost
*/
static int call_answered(lua_State *L) {
  static const char *const kinds[] = {"transport", "transport", "timeout",
                                      "protocol"};
  struct roster_call *c = roster_call_check(L, 1);
  if (c->x.outcome == ROSTER_ANSWERED) {
    lua_pushinteger(L, c->x.status);
    push_fields(L, c);
    lua_pushlstring(L, roster_buf_text(&c->x.answer), c->x.answer.len);
    return 3;
  }
  lua_pushnil(L);
  lua_pushstring(L, kinds[c->x.loss]);
  scrub(L, c, c->x.reason, c->x.reason == NULL ? 0 : strlen(c->x.reason));
  lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
  lua_pushboolean(L, c->x.sent);
  return 4;
}

const struct luaL_Reg roster_call_record[] = {
    {"answered", call_answered}, {"scrub", call_scrub}, {NULL, NULL}};

/* What a recording keeps of an exchange, without what was secret in it. */
#include "call.h"
#include "policy.h"
#include "redact.h"
#include "secret_name.h"

#include <string.h>

/* Puts `s` into the scratch buffer. [-0, +0, e] */
static void take(lua_State *L, struct roster_call *c, const char *s, size_t n) {
  roster_buf_wipe(&c->scratch);
  roster_buf_add(&c->scratch, s, n);
  roster_answer_check(L, &c->scratch);
  if (c->scratch.error != ROSTER_BUF_OK)
    luaL_error(L, "the answer is too large to record");
}

/* The same without the secrets that went out. [-0, +0, e] */
static void scrub(lua_State *L, struct roster_call *c, const char *s,
                  size_t n) {
  struct roster_response r = roster_call_response(c);
  take(L, c, s, n);
  roster_answer_scrub(&r);
}

/* Pushes the scratch buffer without what looks secret. [-0, +1, m] */
static void push_redacted(lua_State *L, struct roster_call *c,
                          struct roster_redact_as as) {
  roster_redact_buf(&c->scratch, NULL, as);
  lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
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
    if (roster_secret_header(name, strlen(name))) {
      lua_pushliteral(L, "***");
    } else {
      scrub(L, c, value, strlen(value));
      push_redacted(L, c, roster_redact_any);
    }
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, ++i);
  }
}

/*
** call:redacted(body) -> body, secrets: the response's body without its own
** secrets, and a list of those. The secrets of the request are to be scrubbed
** before: of one that is masked in part the rest could not be recognised.
*/
static int call_redacted(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  struct roster_redact_as as = {c->op->returns, NULL};
  struct roster_found *found = &c->known.body;
  const char *secret;
  size_t at = 0;
  size_t n;
  const char *body = luaL_checklstring(L, 2, &n);
  int i = 0;
  take(L, c, body, n);
  roster_found_clear(found);
  roster_redact_buf(&c->scratch, found, as);
  lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
  lua_newtable(L);
  while ((secret = roster_found_next(found, &at, &n)) != NULL) {
    lua_pushlstring(L, secret, n);
    lua_rawseti(L, -2, ++i);
  }
  return 2;
}

/* As call:lost takes it. A call that was closed may be lost in any way. */
static const char *loss_word(enum roster_loss loss) {
  if (loss == ROSTER_LOSS_LASTING)
    return "lasting";
  return roster_policy_loss_kind(
      loss == ROSTER_LOSS_CLOSED ? ROSTER_LOSS_TRANSPORT : loss);
}

/*
** call:answered() -> status, headers, body: the whole response that came; the
**   headers are a list of { name, value }, secrets in them masked; the body is
**   as it came
**                 | nil, kind, reason, sent: none did, see call:lost
*/
static int call_answered(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  if (c->x.outcome == ROSTER_ANSWERED) {
    lua_pushinteger(L, c->x.status);
    push_fields(L, c);
    lua_pushlstring(L, roster_buf_text(&c->x.answer), c->x.answer.len);
    return 3;
  }
  lua_pushnil(L);
  lua_pushstring(L, loss_word(c->x.loss));
  scrub(L, c, c->x.reason, c->x.reason == NULL ? 0 : strlen(c->x.reason));
  push_redacted(L, c, roster_redact_any);
  lua_pushboolean(L, c->x.sent);
  return 4;
}

const struct luaL_Reg roster_call_record[] = {{"answered", call_answered},
                                              {"redacted", call_redacted},
                                              {"scrub", call_scrub},
                                              {NULL, NULL}};

/*
** The methods by which a transport written in Lua does its part: what to
** send, and what came of it.
*/
#include "auth.h"
#include "call.h"
#include "rate.h"
#include "redact.h"
#include "secret_name.h"
#include "view.h"

#include <string.h>

/* call:url() -> where the request goes. */
static int call_url(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushlstring(L, roster_buf_text(&c->x.url), c->x.url.len);
  return 1;
}

/*
** call:settled() -> does the exchange have its outcome, or what else of it is
** waited for? After a fork() the child gets none: next() tells.
*/
static int call_settled(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushboolean(L, c->x.outcome != ROSTER_PENDING ||
                         (c->await_header && c->x.headed) ||
                         roster_call_is_inherited(c));
  return 1;
}

/* call:await_header(on): does settled() stop at the answer's header? */
static int call_await_header(lua_State *L) {
  roster_call_check(L, 1)->await_header = lua_toboolean(L, 2);
  return 0;
}

/*
** call:begun() -> was the exchange handed to a transport, or is it over? That
** of another process is not to be begun.
*/
static int call_begun(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushboolean(L, c->x.transport != NULL || c->x.outcome != ROSTER_PENDING ||
                         roster_call_is_inherited(c));
  return 1;
}

/*
** call:next_url() -> the next page's URL, from the header alone; nil where
** there is no header yet, no success, or no further page.
*/
static int call_next_url(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  struct roster_response r = roster_call_response(c);
  roster_response_next(L, &r);
  return 1;
}

/* call:is_safe() -> does sending it change nothing at the service? */
static int call_is_safe(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushboolean(L, c->op->retry == ROSTER_SAFE);
  return 1;
}

/* call:unsent() -> is it certain that the last attempt never left? */
static int call_unsent(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushboolean(L, c->x.outcome == ROSTER_LOST && !c->x.sent);
  return 1;
}

/* call:succeeded() -> did a whole answer come, with a 2xx? */
static int call_succeeded(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushboolean(L, c->x.outcome == ROSTER_ANSWERED && c->x.status >= 200 &&
                         c->x.status <= 299);
  return 1;
}

/* Pushes `s` without its secrets. [-0, +1, m] */
static void push_redacted(lua_State *L, struct roster_call *c, const char *s,
                          size_t n, struct roster_redact_as as) {
  roster_buf_wipe(&c->scratch);
  roster_buf_add(&c->scratch, s, n);
  roster_answer_check(L, &c->scratch);
  roster_redact_buf(&c->scratch, NULL, as);
  lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
}

/* [-0, +1, m] */
static void push_shown_url(lua_State *L, struct roster_call *c) {
  struct roster_redact_as as = {NULL, c->op};
  push_redacted(L, c, roster_buf_text(&c->x.url), c->x.url.len, as);
}

/* One header line into the table at the top, masked if asked. [-0, +0, m] */
static void set_line(lua_State *L, struct roster_call *c, const char *line,
                     int mask) {
  const char *colon = strchr(line, ':');
  size_t n = (size_t)(colon - line);
  const char *value = colon + 2;
  lua_pushlstring(L, line, n);
  if (mask && roster_secret_header(line, n))
    lua_pushliteral(L, "***");
  else if (mask)
    push_redacted(L, c, value, strlen(value), roster_redact_any);
  else
    lua_pushstring(L, value);
  lua_rawset(L, -3);
}

/*
** call:request(mask) -> { method, url, headers, body }: what goes out. With
** `mask` for a person's eyes: every secret is replaced by "***".
*/
static int call_request(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  int mask = lua_toboolean(L, 2);
  size_t at = 0;
  const char *line;
  lua_createtable(L, 0, 4);
  lua_pushstring(L, c->x.method);
  lua_setfield(L, -2, "method");
  if (mask)
    push_shown_url(L, c);
  else
    lua_pushlstring(L, roster_buf_text(&c->x.url), c->x.url.len);
  lua_setfield(L, -2, "url");
  lua_createtable(L, 0, 6);
  while ((line = roster_exchange_field(&c->x, &at)) != NULL)
    set_line(L, c, line, mask);
  if (mask && !c->anonymous) {
    /* shown whether or not the credential has been asked for yet */
    lua_pushfstring(L, "%s***", c->client->auth_prefix);
    lua_setfield(L, -2, c->client->provider->auth_header);
  }
  lua_setfield(L, -2, "headers");
  if (c->form && mask) {
    lua_pushliteral(L, "***");
    lua_setfield(L, -2, "body");
  } else if (c->x.has_body) {
    struct roster_redact_as as = {c->op->body, NULL};
    if (mask)
      push_redacted(L, c, roster_buf_text(&c->x.body), c->x.body.len, as);
    else
      lua_pushlstring(L, roster_buf_text(&c->x.body), c->x.body.len);
    lua_setfield(L, -2, "body");
  }
  return 1;
}

static enum roster_loss check_loss(lua_State *L, int index) {
  static const char *const names[] = {"transport", "lasting", "timeout",
                                      "protocol", NULL};
  static const enum roster_loss losses[] = {
      ROSTER_LOSS_TRANSPORT, ROSTER_LOSS_LASTING, ROSTER_LOSS_TIMEOUT,
      ROSTER_LOSS_PROTOCOL};
  return losses[luaL_checkoption(L, index, NULL, names)];
}

/*
** call:lost(kind, reason, sent): no whole answer came. `sent` is false when
** certainly nothing reached the service. "lasting" is "transport" of a kind
** that no further attempt changes.
*/
static int call_lost(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  enum roster_loss loss = check_loss(L, 2);
  const char *reason = luaL_checkstring(L, 3);
  struct roster_response r;
  c->x.sent = lua_isnone(L, 4) || lua_toboolean(L, 4);
  c->x.status = 0; /* of an answer that was never whole */
  /* before it is cut: part of a secret could not be recognised any more */
  r = roster_call_response(c);
  roster_buf_wipe(&c->scratch);
  roster_buf_adds(&c->scratch, reason);
  roster_answer_redact(&r);
  roster_exchange_lose(&c->x, loss,
                       c->scratch.error == ROSTER_BUF_OK
                           ? roster_buf_text(&c->scratch)
                           : "out of memory for the reason");
  return 0;
}

/* Adds the header value(s) at the top under `name`; 0 when not text. */
static int add_answer_header(lua_State *L, struct roster_call *c,
                             const char *name) {
  const char *value;
  size_t n;
  int i;
  if (!lua_istable(L, -1)) {
    if (!lua_isstring(L, -1))
      return 0;
    value = lua_tolstring(L, -1, &n);
    return roster_headers_add(&c->x.headers, name, value, n);
  }
  for (i = 1; i <= (int)lua_rawlen(L, -1); i++) {
    lua_rawgeti(L, -1, i);
    if (!lua_isstring(L, -1))
      return 0;
    value = lua_tolstring(L, -1, &n);
    if (!roster_headers_add(&c->x.headers, name, value, n))
      return 0;
    lua_pop(L, 1);
  }
  return 1;
}

/*
** call:answer(status, headers, body [, reads]): the whole answer came.
** `headers` maps a name to a string or to a list of strings; `body` may be nil.
** What is not of these types is a lost answer, since the transport may be
** anybody's. So are headers that Lua has to read (view.h); with `reads` the
** function returns "view" then and changes nothing, for another call with a
** plain copy.
*/
static int call_answer(lua_State *L) {
  static const char reason[] =
      "the transport's answer is not { status, headers, body }";
  static const char view[] = "the transport's headers are in a table with a "
                             "metatable, not a plain one";
  struct roster_call *c = roster_call_check(L, 1);
  const char *body;
  size_t n;
  double status = lua_type(L, 2) == LUA_TNUMBER ? lua_tonumber(L, 2) : 0;
  int is_view = lua_istable(L, 3) && roster_view_within(L, 3, 1);
  lua_settop(L, 5);
  if (is_view && lua_toboolean(L, 5)) {
    lua_pushliteral(L, "view");
    return 1;
  }
  c->x.sent = 1;
  if (!(status >= 100 && status <= 999) ||
      (!lua_isnil(L, 3) && !lua_istable(L, 3)) ||
      (!lua_isnil(L, 4) && lua_type(L, 4) != LUA_TSTRING)) {
    roster_exchange_lose(&c->x, ROSTER_LOSS_PROTOCOL, reason);
    return 0;
  }
  if (is_view) {
    roster_exchange_lose(&c->x, ROSTER_LOSS_PROTOCOL, view);
    return 0;
  }
  roster_exchange_status(&c->x, (int)status);
  lua_pushnil(L);
  while (lua_istable(L, 3) && lua_next(L, 3) != 0) {
    if (lua_type(L, -2) != LUA_TSTRING ||
        !add_answer_header(L, c, lua_tostring(L, -2))) {
      if (c->x.headers.text.error != ROSTER_BUF_OK)
        roster_exchange_overflow(&c->x, &c->x.headers.text, "header");
      else
        roster_exchange_lose(&c->x, ROSTER_LOSS_PROTOCOL, reason);
      c->x.status = 0;
      return 0;
    }
    lua_pop(L, 1);
  }
  body = lua_tolstring(L, 4, &n);
  if (body != NULL && !roster_buf_add(&c->x.answer, body, n)) {
    roster_exchange_overflow(&c->x, &c->x.answer, "answer");
    c->x.status = 0;
    return 0;
  }
  c->x.outcome = ROSTER_ANSWERED;
  return 0;
}

/* call:bucket() -> which of the service's limits the call counts against. */
static int call_bucket(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  const struct roster_provider *p = c->client->provider;
  const char *path = c->op->path;
  if (path == NULL && c->x.url.len >= c->client->base.len) {
    const char *own = c->x.url.data + c->client->base.len;
    roster_buf_wipe(&c->scratch);
    roster_buf_add(&c->scratch, own, strcspn(own, "?"));
    path = roster_buf_text(&c->scratch);
    roster_answer_check(L, &c->scratch);
  }
  lua_pushstring(L, p->bucket == NULL || path == NULL
                        ? p->name
                        : p->bucket(c->x.method, path));
  return 1;
}

/* A whole number, or nil. [-0, +1, -] */
static void push_known(lua_State *L, double value) {
  if (value < 0)
    lua_pushnil(L);
  else
#if ROSTER_INTEGERS
    lua_pushinteger(L, (lua_Integer)value);
#else
    lua_pushnumber(L, value);
#endif
}

/*
** call:rate() -> limit, remaining, reset, date of the answer; nil where it
** does not say. Times are epoch seconds by the server's clock.
*/
static int call_rate(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  struct roster_rate r = roster_rate_read(c->client->provider, &c->x.headers);
  push_known(L, r.limit);
  push_known(L, r.remaining);
  push_known(L, r.reset);
  push_known(L, r.date);
  return 4;
}

/*
** call:outcome() -> { operation, method, url, status, request_id, reason,
** attempt, timings }: what came of the last attempt, without a secret.
*/
static int call_outcome(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  struct roster_response r = roster_call_response(c);
  lua_createtable(L, 0, 8);
  lua_pushstring(L, c->op->name);
  lua_setfield(L, -2, "operation");
  lua_pushstring(L, c->x.method);
  lua_setfield(L, -2, "method");
  push_shown_url(L, c);
  lua_setfield(L, -2, "url");
  lua_pushinteger(L, c->attempts);
  lua_setfield(L, -2, "attempt");
  if (c->x.status != 0) {
    lua_pushinteger(L, c->x.status);
    lua_setfield(L, -2, "status");
  }
  roster_answer_set_id(L, &r);
  roster_answer_set_timings(L, &c->x);
  if (c->x.reason != NULL && c->x.reason[0] != '\0') {
    roster_answer_push_clean(L, &r, c->x.reason, strlen(c->x.reason));
    lua_setfield(L, -2, "reason");
  }
  return 1;
}

const struct luaL_Reg roster_call_wire[] = {{"answer", call_answer},
                                            {"await_header", call_await_header},
                                            {"begun", call_begun},
                                            {"bucket", call_bucket},
                                            {"is_safe", call_is_safe},
                                            {"lost", call_lost},
                                            {"next_url", call_next_url},
                                            {"outcome", call_outcome},
                                            {"rate", call_rate},
                                            {"request", call_request},
                                            {"settled", call_settled},
                                            {"succeeded", call_succeeded},
                                            {"unsent", call_unsent},
                                            {"url", call_url},
                                            {NULL, NULL}};
